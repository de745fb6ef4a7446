//===- NormalizationLrnReference.cpp - executed LRN -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "RowsOver.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

/// For each channel, the channels whose squares are summed for it.
std::vector<std::vector<size_t>> windows(const OpInstance &Op) {
  int64_t Size = Op.attrInt("size", 1);
  int64_t Channels = Op.inShape(0)[1];
  std::vector<std::vector<size_t>> All(Channels);
  for (int64_t C = 0; C < Channels; ++C)
    for (int64_t I = 0; I < Channels; ++I)
      if (I >= C - (Size - 1) / 2 && I <= C + Size / 2)
        All[C].push_back(static_cast<size_t>(I));
  return All;
}

/// x^p: integers by repeated squaring.
Scalar power(Scalar X, double P) {
  if (P < 1 || std::floor(P) != P)
    return pow(X, P);
  auto N = static_cast<unsigned>(P);
  Scalar Result;
  for (bool Started = false; N != 0;) {
    if ((N & 1U) != 0) {
      Result = Started ? Result * X : X;
      Started = true;
    }
    N >>= 1U;
    if (N != 0)
      X = X * X;
  }
  return Result;
}

struct Parameters {
  double Alpha, Beta, Bias, Size;
  explicit Parameters(const OpInstance &Op)
      : Alpha(Op.attrFloat("alpha", 1e-4)), Beta(Op.attrFloat("beta", 0.75)),
        Bias(Op.attrFloat("bias", 1.0)),
        Size(static_cast<double>(Op.attrInt("size", 1))) {}
};

/// Saves d = bias + alpha / size * sum(x^2) and d^beta.
void forward(const OpInstance &Op, ArrayRef<Tensor> In,
             MutableArrayRef<Tensor> Out, Saved &Save) {
  Parameters P(Op);
  const Tensor &X = In[0];
  Tensor Square(X.Type, X.Dims), D(X.Type, X.Dims), Power(X.Type, X.Dims);
  for (size_t I = 0; I < X.size(); ++I)
    Square[I] = X[I] * X[I];
  std::vector<std::vector<size_t>> Windows = windows(Op);
  // A row holds the channels at one position.
  for (const RowOffsets &Row : rowsOver(X.Dims, {1}))
    for (size_t C = 0; C < Row.size(); ++C) {
      size_t I = Row[C];
      Scalar S =
          sumOver(Windows[C], [&](size_t Near) { return Square[Row[Near]]; });
      D[I] = P.Bias + P.Alpha / P.Size * S;
      Power[I] = power(D[I], P.Beta);
      Out[0][I] = X[I] / Power[I];
    }
  Save = {D, Power};
}

void backward(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor> Out,
              const Saved &Save, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
              MutableArrayRef<Tensor> DIn) {
  if (!Needs[0])
    return;
  Parameters P(Op);
  const Tensor &X = In[0];
  Tensor T(X.Type, X.Dims);
  for (size_t I = 0; I < X.size(); ++I)
    T[I] = DOut[0][I] * Out[0][I] / Save[0][I];
  std::vector<std::vector<size_t>> Windows = windows(Op);
  for (const RowOffsets &Row : rowsOver(X.Dims, {1}))
    for (size_t C = 0; C < Row.size(); ++C) {
      Sum S;
      for (size_t Other = 0; Other < Row.size(); ++Other)
        if (is_contained(Windows[Other], C))
          S.term(T[Row[Other]]);
      size_t I = Row[C];
      DIn[0][I] = DOut[0][I] / Save[1][I] -
                  2 * P.Beta * P.Alpha / P.Size * X[I] * S.sum();
    }
}

NodeCase lrn(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "LRN";
  C.Opset = 13;
  C.set("size", pick(Rng, 1, 6)).set("alpha", 0.5);
  if (pick(Rng, 0, 1) == 0)
    C.set("beta", 0.5 * static_cast<double>(pick(Rng, 1, 14)));
  if (pick(Rng, 0, 1) == 0)
    C.set("bias", 1.5);
  Shape Dims = pickShape(Rng, pick(Rng, 2, 4), 1, 3);
  Dims[1] = pick(Rng, 1, 6);
  return C.input(Rng, Dims);
}

} // namespace

void addLrnReference(References &All);
void addLrnReference(References &All) {
  All.push_back(
      {.Op = "LRN", .Forward = forward, .Backward = backward, .Cases = {lrn}});
}

} // namespace toscount::oracle
