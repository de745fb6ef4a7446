//===- SoftmaxReference.cpp - executed softmax and relatives --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "RowsOver.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

std::vector<RowOffsets> rowsOf(const OpInstance &Op) {
  ShapeRef Dims = Op.inShape(0);
  size_t Rank = Dims.size();
  if (Op.opset() >= 13)
    return rowsOver(Dims, {OpInstance::axis(Op.attrInt("axis", -1), Rank)});
  size_t Axis = OpInstance::axis(Op.attrInt("axis", 1), Rank);
  return rowsOver(Dims, axesFrom(Axis, Rank));
}

/// The largest element, as a plain number: recorded data has rows whose
/// exponentials overflow. Shifting them leaves the function unchanged and is
/// not part of its definition, so it is not counted.
double shiftOf(const Tensor &X, const RowOffsets &Row) {
  double Largest = X[Row[0]].value();
  for (size_t I : Row)
    Largest = std::max(Largest, X[I].value());
  return Largest;
}

void forwardSoftmax(const OpInstance &Op, ArrayRef<Tensor> In,
                    MutableArrayRef<Tensor> Out, Saved &) {
  for (const RowOffsets &Row : rowsOf(Op)) {
    double Shift = shiftOf(In[0], Row);
    for (size_t I : Row)
      Out[0][I] = exp(Scalar(In[0][I].value() - Shift));
    Scalar Total = sumOver(Row, [&](size_t I) { return Out[0][I]; });
    for (size_t I : Row)
      Out[0][I] = Out[0][I] / Total;
  }
}

void backwardSoftmax(const OpInstance &Op, ArrayRef<Tensor>,
                     ArrayRef<Tensor> Out, const Saved &, ArrayRef<Tensor> DOut,
                     ArrayRef<bool> Needs, MutableArrayRef<Tensor> DIn) {
  if (!Needs[0])
    return;
  const Tensor &Y = Out[0];
  const Tensor &DY = DOut[0];
  for (const RowOffsets &Row : rowsOf(Op)) {
    Scalar S = sumOver(Row, [&](size_t I) { return DY[I] * Y[I]; });
    for (size_t I : Row)
      DIn[0][I] = Y[I] * (DY[I] - S);
  }
}

void forwardLogSoftmax(const OpInstance &Op, ArrayRef<Tensor> In,
                       MutableArrayRef<Tensor> Out, Saved &) {
  for (const RowOffsets &Row : rowsOf(Op)) {
    double Shift = shiftOf(In[0], Row);
    Scalar Total = sumOver(
        Row, [&](size_t I) { return exp(Scalar(In[0][I].value() - Shift)); });
    Scalar Log(log(Total).value() + Shift);
    for (size_t I : Row)
      Out[0][I] = In[0][I] - Log;
  }
}

void backwardLogSoftmax(const OpInstance &Op, ArrayRef<Tensor>,
                        ArrayRef<Tensor> Out, const Saved &,
                        ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                        MutableArrayRef<Tensor> DIn) {
  if (!Needs[0])
    return;
  for (const RowOffsets &Row : rowsOf(Op)) {
    Scalar S = sumOver(Row, [&](size_t I) { return DOut[0][I]; });
    for (size_t I : Row)
      DIn[0][I] = DOut[0][I] - exp(Out[0][I]) * S;
  }
}

void forwardHardmax(const OpInstance &Op, ArrayRef<Tensor> In,
                    MutableArrayRef<Tensor> Out, Saved &) {
  for (const RowOffsets &Row : rowsOf(Op)) {
    size_t Best = Row[0];
    for (size_t K = 1; K < Row.size(); ++K)
      if (In[0][Row[K]] > In[0][Best])
        Best = Row[K];
    Out[0][Best] = 1.0;
  }
}

template <int Opset> NodeCase anyAxis(std::mt19937 &Rng, const char *Op) {
  NodeCase C;
  C.Op = Op;
  C.Opset = Opset;
  int64_t Rank = pick(Rng, 1, 4);
  if (Rank == 1 || pick(Rng, 0, 3) != 0)
    C.set("axis",
          pick(Rng, Opset < 11 ? 0 : -Rank, Rank - (Opset < 11 ? 0 : 1)));
  Shape Dims = pickShape(Rng, Rank);
  if (pick(Rng, 0, 7) == 0)
    Dims[pick(Rng, 0, Rank - 1)] = 0;
  return C.input(Rng, Dims);
}

template <const char *Op> std::vector<CaseMaker> everyOpset() {
  return {[](std::mt19937 &Rng) { return anyAxis<7>(Rng, Op); },
          [](std::mt19937 &Rng) { return anyAxis<11>(Rng, Op); },
          [](std::mt19937 &Rng) { return anyAxis<13>(Rng, Op); }};
}

constexpr char SoftmaxName[] = "Softmax";
constexpr char LogSoftmaxName[] = "LogSoftmax";
constexpr char HardmaxName[] = "Hardmax";

} // namespace

void addSoftmaxReferences(References &All) {
  All.push_back({.Op = SoftmaxName,
                 .Forward = forwardSoftmax,
                 .Backward = backwardSoftmax,
                 .Cases = everyOpset<SoftmaxName>()});
  All.push_back({.Op = LogSoftmaxName,
                 .Forward = forwardLogSoftmax,
                 .Backward = backwardLogSoftmax,
                 .Cases = everyOpset<LogSoftmaxName>()});
  All.push_back({.Op = HardmaxName,
                 .Forward = forwardHardmax,
                 .Cases = everyOpset<HardmaxName>()});
}

} // namespace toscount::oracle
