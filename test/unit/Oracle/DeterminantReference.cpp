//===- DeterminantReference.cpp - executed determinants -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

using Matrix = std::vector<std::vector<Scalar>>;

/// A matrix eliminated in place: pivots and what is right of them, factors
/// below. Rows is the order that the rows were taken in.
struct Eliminated {
  Matrix A;
  std::vector<size_t> Rows;
  double Sign = 1;
};

Eliminated eliminate(const Tensor &X, size_t Which, size_t N) {
  Eliminated E;
  E.A.assign(N, std::vector<Scalar>(N));
  for (size_t I = 0; I < N; ++I) {
    E.Rows.push_back(I);
    for (size_t J = 0; J < N; ++J)
      E.A[I][J] = X[(Which * N + I) * N + J];
  }
  for (size_t K = 0; K < N; ++K) {
    // Choosing a pivot is not counted.
    size_t Best = K;
    for (size_t I = K + 1; I < N; ++I)
      if (std::abs(E.A[I][K].value()) > std::abs(E.A[Best][K].value()))
        Best = I;
    if (Best != K) {
      std::swap(E.A[Best], E.A[K]);
      std::swap(E.Rows[Best], E.Rows[K]);
      E.Sign = -E.Sign;
    }
    for (size_t I = K + 1; I < N; ++I) {
      E.A[I][K] = E.A[I][K] / E.A[K][K];
      for (size_t J = K + 1; J < N; ++J)
        E.A[I][J] -= E.A[I][K] * E.A[K][J];
    }
  }
  return E;
}

void forward(const OpInstance &, ArrayRef<Tensor> In,
             MutableArrayRef<Tensor> Out, Saved &) {
  auto N = static_cast<size_t>(In[0].Dims.back());
  for (size_t M = 0; M < Out[0].size(); ++M) {
    Eliminated E = eliminate(In[0], M, N);
    Scalar Product = E.A[0][0];
    for (size_t K = 1; K < N; ++K)
      Product *= E.A[K][K];
    Out[0][M] = Product.value() * E.Sign;
  }
}

/// Minus the sum of F(I) for I from \p First to \p N.
template <typename Fn> Scalar minusSum(size_t First, size_t N, Fn F) {
  Sum S;
  for (size_t I = First; I < N; ++I)
    S.term(F(I));
  return -S.sum();
}

void backward(const OpInstance &, ArrayRef<Tensor> In, ArrayRef<Tensor>,
              const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
              MutableArrayRef<Tensor> DIn) {
  if (!Needs[0])
    return;
  auto N = static_cast<size_t>(In[0].Dims.back());
  for (size_t M = 0; M < DOut[0].size(); ++M) {
    Eliminated E;
    std::vector<double> Running;
    {
      // Forward did this and kept it.
      Counting Elsewhere;
      E = eliminate(In[0], M, N);
      for (size_t K = 0; K < N; ++K)
        Running.push_back((K == 0 ? 1 : Running.back()) * E.A[K][K].value());
    }
    Matrix D(N, std::vector<Scalar>(N));
    Scalar Back = DOut[0][M].value() * E.Sign;
    for (size_t K = N - 1; K > 0; --K) {
      D[K][K] = Back * Running[K - 1];
      Back = Back * E.A[K][K];
    }
    D[0][0] = Back;
    for (size_t K = N - 1; K-- > 0;) {
      std::vector<Scalar> DF(N);
      for (size_t I = K + 1; I < N; ++I)
        DF[I] =
            minusSum(K + 1, N, [&](size_t J) { return D[I][J] * E.A[K][J]; });
      for (size_t J = K + 1; J < N; ++J)
        D[K][J] =
            minusSum(K + 1, N, [&](size_t I) { return D[I][J] * E.A[I][K]; });
      Sum S;
      for (size_t I = K + 1; I < N; ++I) {
        D[I][K] = DF[I] / E.A[K][K];
        S.term(D[I][K] * E.A[I][K]);
      }
      D[K][K] = D[K][K] - S.sum();
    }
    for (size_t I = 0; I < N; ++I)
      for (size_t J = 0; J < N; ++J)
        DIn[0][(M * N + E.Rows[I]) * N + J] = D[I][J];
  }
}

NodeCase det(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "Det";
  Shape Dims = pickShape(Rng, pick(Rng, 0, 2), 1, 3);
  Dims.append(2, pick(Rng, 1, 5));
  return C.input(Rng, Dims);
}

} // namespace

void addDeterminantReferences(References &All) {
  All.push_back(
      {.Op = "Det", .Forward = forward, .Backward = backward, .Cases = {det}});
}

} // namespace toscount::oracle
