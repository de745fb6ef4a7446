//===- MatMulReference.cpp - executed matrix products ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

/// Sums \p Full back to \p To, which was broadcast to its shape.
void sumBack(const Tensor &Full, Tensor &To) {
  std::vector<Sum> Sums(To.size());
  forEachIndex(Full.Dims, [&](ShapeRef I) {
    Sums[broadcastOffset(To.Dims, I)].term(Full.at(I));
  });
  for (size_t I = 0; I < To.size(); ++I)
    To[I] = Sums[I].sum();
}

//===----------------------------------------------------------------------===//
// Gemm
//===----------------------------------------------------------------------===//

struct Gemm {
  bool TA, TB;
  double Alpha, Beta;
  explicit Gemm(const OpInstance &Op)
      : TA(Op.attrInt("transA", 0) != 0), TB(Op.attrInt("transB", 0) != 0),
        Alpha(Op.attrFloat("alpha", 1)), Beta(Op.attrFloat("beta", 1)) {}
  /// The element of \p A at row \p M, column \p K of A'.
  template <typename T> auto &a(T &A, int64_t M, int64_t K) const {
    return TA ? A.at({K, M}) : A.at({M, K});
  }
  template <typename T> auto &b(T &B, int64_t K, int64_t N) const {
    return TB ? B.at({N, K}) : B.at({K, N});
  }
};

void forwardGemm(const OpInstance &Op, ArrayRef<Tensor> In,
                 MutableArrayRef<Tensor> Out, Saved &) {
  Gemm G(Op);
  int64_t K = In[0].Dims[G.TA ? 0 : 1];
  Tensor C;
  if (Op.hasInput(2)) {
    C = In[2];
    if (G.Beta != 1)
      for (Scalar &E : C.Data)
        E *= G.Beta;
  }
  forEachIndex(Out[0].Dims, [&](ShapeRef I) {
    Dot D;
    for (int64_t J = 0; J < K; ++J)
      D.term(G.a(In[0], I[0], J), G.b(In[1], J, I[1]));
    Scalar Y = D.sum();
    if (G.Alpha != 1)
      Y *= G.Alpha;
    if (Op.hasInput(2))
      Y += C[broadcastOffset(C.Dims, I)];
    Out[0].at(I) = Y;
  });
}

void backwardGemm(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                  const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                  MutableArrayRef<Tensor> DIn) {
  Gemm G(Op);
  int64_t M = DOut[0].Dims[0];
  int64_t N = DOut[0].Dims[1];
  int64_t K = In[0].Dims[G.TA ? 0 : 1];
  Tensor DY = DOut[0];
  if (G.Alpha != 1 && (Needs[0] || Needs[1]))
    for (Scalar &E : DY.Data)
      E *= G.Alpha;
  if (Needs[0])
    for (int64_t I = 0; I < M; ++I)
      for (int64_t J = 0; J < K; ++J) {
        Dot D;
        for (int64_t L = 0; L < N; ++L)
          D.term(DY.at({I, L}), G.b(In[1], J, L));
        G.a(DIn[0], I, J) = D.sum();
      }
  if (Needs[1])
    for (int64_t J = 0; J < K; ++J)
      for (int64_t L = 0; L < N; ++L) {
        Dot D;
        for (int64_t I = 0; I < M; ++I)
          D.term(G.a(In[0], I, J), DY.at({I, L}));
        G.b(DIn[1], J, L) = D.sum();
      }
  if (Needs.size() > 2 && Needs[2]) {
    sumBack(DOut[0], DIn[2]);
    if (G.Beta != 1)
      for (Scalar &E : DIn[2].Data)
        E *= G.Beta;
  }
}

NodeCase gemmCase(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "Gemm";
  C.Opset = static_cast<int>(pick(Rng, 7, 17));
  int64_t M = pick(Rng, pick(Rng, 0, 5) == 0 ? 0 : 1, 4);
  int64_t K = pick(Rng, pick(Rng, 0, 9) == 0 ? 0 : 1, 4);
  int64_t N = pick(Rng, 1, 4);
  bool TA = pick(Rng, 0, 1) == 1;
  bool TB = pick(Rng, 0, 1) == 1;
  C.input(Rng, TA ? Shape{K, M} : Shape{M, K});
  C.input(Rng, TB ? Shape{N, K} : Shape{K, N});
  const Shape Biases[] = {{}, {1}, {N}, {1, N}, {M, 1}, {M, N}, {1, 1}};
  if (int64_t Which = pick(Rng, -2, 6); Which >= 0)
    C.input(Rng, Biases[Which]);
  else if (Which == -1)
    C.absent();
  if (TA || pick(Rng, 0, 1) == 0)
    C.set("transA", TA ? 1 : 0);
  if (TB)
    C.set("transB", 1);
  if (pick(Rng, 0, 1) == 0)
    C.set("alpha", pick(Rng, 0, 2) == 0 ? 1.0 : 0.25);
  if (pick(Rng, 0, 1) == 0)
    C.set("beta", pick(Rng, 0, 2) == 0 ? 1.0 : 0.75);
  return C;
}

//===----------------------------------------------------------------------===//
// MatMul
//===----------------------------------------------------------------------===//

/// \p T with a vector made a matrix of one row, or of one column.
Tensor asMatrix(Tensor T, bool Row) {
  if (T.Dims.size() == 1)
    T.Dims.insert(Row ? T.Dims.begin() : T.Dims.end(), 1);
  return T;
}

/// Offset in \p T of element (\p R, \p C) of its matrix at batch \p Batch.
size_t element(const Tensor &T, ShapeRef Batch, int64_t R, int64_t C) {
  ShapeRef Dims = T.Dims;
  size_t Matrix = broadcastOffset(Dims.drop_back(2), Batch);
  return (Matrix * Dims[Dims.size() - 2] + R) * Dims.back() + C;
}

/// Shapes of a product, batch dimensions broadcast.
struct Product {
  Shape Batch;
  int64_t M, K, N;
  Product(const Tensor &A, const Tensor &B)
      : M(A.Dims[A.Dims.size() - 2]), K(A.Dims.back()), N(B.Dims.back()) {
    size_t Rank = std::max(A.Dims.size(), B.Dims.size()) - 2;
    for (size_t I = 0; I < Rank; ++I) {
      auto At = [&](const Tensor &T) -> int64_t {
        size_t Skip = Rank - (T.Dims.size() - 2);
        return I < Skip ? 1 : T.Dims[I - Skip];
      };
      Batch.push_back(At(A) == 1 ? At(B) : At(A));
    }
  }
  [[nodiscard]] Shape shape(int64_t Rows, int64_t Columns) const {
    Shape S = Batch;
    S.push_back(Rows);
    S.push_back(Columns);
    return S;
  }
};

void forwardMatMul(const OpInstance &, ArrayRef<Tensor> In,
                   MutableArrayRef<Tensor> Out, Saved &) {
  Tensor A = asMatrix(In[0], true);
  Tensor B = asMatrix(In[1], false);
  Product P(A, B);
  size_t Next = 0;
  forEachIndex(P.Batch, [&](ShapeRef Batch) {
    for (int64_t M = 0; M < P.M; ++M)
      for (int64_t N = 0; N < P.N; ++N) {
        Dot D;
        for (int64_t K = 0; K < P.K; ++K)
          D.term(A[element(A, Batch, M, K)], B[element(B, Batch, K, N)]);
        Out[0][Next++] = D.sum();
      }
  });
}

void backwardMatMul(const OpInstance &, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                    const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                    MutableArrayRef<Tensor> DIn) {
  Tensor A = asMatrix(In[0], true);
  Tensor B = asMatrix(In[1], false);
  Product P(A, B);
  Tensor DY = DOut[0];
  DY.Dims = P.shape(P.M, P.N);
  auto Return = [&](unsigned I, const Tensor &Full, const Tensor &Like) {
    Tensor Summed(Like.Type, Like.Dims);
    sumBack(Full, Summed);
    DIn[I].Data = Summed.Data;
  };
  if (Needs[0]) {
    Tensor Full(A.Type, P.shape(P.M, P.K));
    forEachIndex(P.Batch, [&](ShapeRef Batch) {
      for (int64_t M = 0; M < P.M; ++M)
        for (int64_t K = 0; K < P.K; ++K) {
          Dot D;
          for (int64_t N = 0; N < P.N; ++N)
            D.term(DY[element(DY, Batch, M, N)], B[element(B, Batch, K, N)]);
          Full[element(Full, Batch, M, K)] = D.sum();
        }
    });
    Return(0, Full, A);
  }
  if (Needs[1]) {
    Tensor Full(B.Type, P.shape(P.K, P.N));
    forEachIndex(P.Batch, [&](ShapeRef Batch) {
      for (int64_t K = 0; K < P.K; ++K)
        for (int64_t N = 0; N < P.N; ++N) {
          Dot D;
          for (int64_t M = 0; M < P.M; ++M)
            D.term(A[element(A, Batch, M, K)], DY[element(DY, Batch, M, N)]);
          Full[element(Full, Batch, K, N)] = D.sum();
        }
    });
    Return(1, Full, B);
  }
}

NodeCase matMulCase(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "MatMul";
  C.Opset = static_cast<int>(pick(Rng, 1, 17));
  Shape Batch = pickShape(Rng, pick(Rng, 0, 2), 1, 3);
  auto Some = [&] {
    Shape S = Batch;
    for (int64_t &D : S)
      if (pick(Rng, 0, 2) == 0)
        D = 1;
    if (pick(Rng, 0, 1) == 0)
      S.erase(S.begin(), S.begin() + pick(Rng, 0, S.size()));
    return S;
  };
  Shape A = Some();
  Shape B = Some();
  int64_t K = pick(Rng, pick(Rng, 0, 9) == 0 ? 0 : 1, 4);
  if (!A.empty() || pick(Rng, 0, 2) != 0)
    A.push_back(pick(Rng, pick(Rng, 0, 9) == 0 ? 0 : 1, 4));
  A.push_back(K);
  bool Vector = B.empty() && pick(Rng, 0, 2) == 0;
  B.push_back(K);
  if (!Vector)
    B.push_back(pick(Rng, 1, 4));
  return C.input(Rng, A).input(Rng, B);
}

} // namespace

void addMatMulReferences(References &All) {
  All.push_back({.Op = "Gemm",
                 .Forward = forwardGemm,
                 .Backward = backwardGemm,
                 .Cases = {gemmCase}});
  All.push_back({.Op = "MatMul",
                 .Forward = forwardMatMul,
                 .Backward = backwardMatMul,
                 .Cases = {matMulCase}});
}

} // namespace toscount::oracle
