//===- VariadicReference.cpp - executed arithmetic of many operands -------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "PointwiseReference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

/// Numpy's broadcast of two shapes that are known to fit.
Shape broadcastShape(Shape A, Shape B) {
  if (A.size() < B.size())
    std::swap(A, B);
  for (size_t D = 0; D < B.size(); ++D)
    if (int64_t &Wide = A[A.size() - B.size() + D]; Wide == 1)
      Wide = B[D];
  return A;
}

/// Combines the operands from left to right, tensor by tensor.
template <auto F> Tensor combined(ArrayRef<Tensor> In) {
  Tensor Partial = In[0];
  for (const Tensor &T : In.drop_front()) {
    Tensor Next(Partial.Type, broadcastShape(Partial.Dims, T.Dims));
    forEachIndex(Next.Dims, [&](ShapeRef I) {
      Next.at(I) = F(Partial[broadcastOffset(Partial.Dims, I)],
                     T[broadcastOffset(T.Dims, I)]);
    });
    Partial = std::move(Next);
  }
  return Partial;
}

template <auto F>
void forwardMany(const OpInstance &, ArrayRef<Tensor> In,
                 MutableArrayRef<Tensor> Out, Saved &) {
  Out[0].Data = combined<F>(In).Data;
}

Scalar plus(Scalar A, Scalar B) { return A + B; }
Scalar larger(Scalar A, Scalar B) { return max(A, B); }
Scalar smaller(Scalar A, Scalar B) { return min(A, B); }

void backwardSum(const OpInstance &, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                 const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                 MutableArrayRef<Tensor> DIn) {
  for (size_t K = 0; K < In.size(); ++K)
    if (Needs[K])
      sumBack(DOut[0], DIn[K]);
}

void forwardMean(const OpInstance &, ArrayRef<Tensor> In,
                 MutableArrayRef<Tensor> Out, Saved &) {
  Tensor Total = combined<plus>(In);
  for (size_t I = 0; I < Total.size(); ++I)
    Out[0][I] =
        In.size() == 1 ? Total[I] : Total[I] / static_cast<double>(In.size());
}

void backwardMean(const OpInstance &, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                  const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                  MutableArrayRef<Tensor> DIn) {
  Tensor Share = DOut[0];
  if (In.size() > 1)
    for (Scalar &S : Share.Data)
      S = S / static_cast<double>(In.size());
  for (size_t K = 0; K < In.size(); ++K)
    if (Needs[K])
      sumBack(Share, DIn[K]);
}

void backwardExtreme(const OpInstance &Op, ArrayRef<Tensor> In,
                     ArrayRef<Tensor> Out, const Saved &, ArrayRef<Tensor> DOut,
                     ArrayRef<bool> Needs, MutableArrayRef<Tensor> DIn) {
  for (unsigned K = 0; K < In.size(); ++K)
    if (Needs[K])
      gradientOf(DOut[0], DIn[K], [&](ShapeRef I) -> Scalar {
        // A single operand is the result.
        if (In.size() == 1 || element(Op, In, K, I) == Out[0].at(I))
          return DOut[0].at(I);
        return 0.0;
      });
}

NodeCase many(std::mt19937 &Rng, const char *Op) {
  NodeCase C;
  C.Op = Op;
  Shape Dims = pickShape(Rng, pick(Rng, 0, 3));
  for (int64_t N = pick(Rng, 1, 4); N > 0; --N)
    C.input(Rng, narrowed(Rng, Dims));
  return C;
}

} // namespace

void addVariadicReferences(References &All) {
  All.push_back(
      {.Op = "Sum",
       .Forward = forwardMany<plus>,
       .Backward = backwardSum,
       .Cases = {[](std::mt19937 &Rng) { return many(Rng, "Sum"); }}});
  All.push_back(
      {.Op = "Mean",
       .Forward = forwardMean,
       .Backward = backwardMean,
       .Cases = {[](std::mt19937 &Rng) { return many(Rng, "Mean"); }}});
  All.push_back(
      {.Op = "Max",
       .Forward = forwardMany<larger>,
       .Backward = backwardExtreme,
       .Cases = {[](std::mt19937 &Rng) { return many(Rng, "Max"); }}});
  All.push_back(
      {.Op = "Min",
       .Forward = forwardMany<smaller>,
       .Backward = backwardExtreme,
       .Cases = {[](std::mt19937 &Rng) { return many(Rng, "Min"); }}});
}

} // namespace toscount::oracle
