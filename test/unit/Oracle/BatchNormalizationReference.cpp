//===- BatchNormalizationReference.cpp - executed batch normalization -----===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "RowsOver.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

bool isTraining(const OpInstance &Op) {
  bool Asked = Op.opset() >= 14 ? Op.attrInt("training_mode", 0) == 1
                                : Op.numOutputs() > 1;
  return Asked || Op.settings().Training;
}

/// One row a statistic.
std::vector<RowOffsets> channelsOf(const OpInstance &Op) {
  size_t Rank = Op.inShape(0).size();
  std::vector<size_t> Axes = {0};
  if (Op.opset() >= 9 || Op.attrInt("spatial", 1) != 0)
    for (size_t Axis = 2; Axis < Rank; ++Axis)
      Axes.push_back(Axis);
  return rowsOver(Op.inShape(0), Axes);
}

/// Saves the normalized elements and the standard deviations.
void forward(const OpInstance &Op, ArrayRef<Tensor> In,
             MutableArrayRef<Tensor> Out, Saved &Save) {
  double Epsilon = Op.attrFloat("epsilon", 1e-5);
  double Momentum = Op.attrFloat("momentum", 0.9);
  const Tensor &X = In[0];
  Tensor XHat(X.Type, X.Dims);
  Tensor Std(X.Type, In[3].Dims);
  auto Write = [&](unsigned O, size_t C, Scalar V) {
    if (Op.hasOutput(O))
      Out[O][C] = V;
  };
  std::vector<RowOffsets> Channels = channelsOf(Op);
  for (size_t C = 0; C < Channels.size(); ++C) {
    const RowOffsets &Row = Channels[C];
    auto M = static_cast<double>(Row.size());
    Scalar Mean = In[3][C];
    Scalar Variance = In[4][C];
    if (isTraining(Op))
      Mean = sumOver(Row, [&](size_t I) { return X[I]; }) / M;
    for (size_t I : Row)
      XHat[I] = X[I] - Mean;
    if (isTraining(Op)) {
      Variance = sumOver(Row, [&](size_t I) { return XHat[I] * XHat[I]; }) / M;
      Write(1, C, In[3][C] * Momentum + Mean * (1 - Momentum));
      Write(2, C, In[4][C] * Momentum + Variance * (1 - Momentum));
      Write(3, C, Mean);
      Write(4, C, Variance);
    }
    Std[C] = sqrt(Variance + Epsilon);
    for (size_t I : Row) {
      XHat[I] = XHat[I] / Std[C];
      Out[0][I] = XHat[I] * In[1][C] + In[2][C];
    }
  }
  Save = {XHat, Std};
}

void backward(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor>,
              const Saved &Save, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
              MutableArrayRef<Tensor> DIn) {
  const Tensor &XHat = Save[0];
  const Tensor &Std = Save[1];
  const Tensor &DY = DOut[0];
  std::vector<RowOffsets> Channels = channelsOf(Op);
  for (size_t C = 0; C < Channels.size(); ++C) {
    const RowOffsets &Row = Channels[C];
    auto M = static_cast<double>(Row.size());
    bool Statistics = Needs[0] && isTraining(Op);
    Scalar DBias, DScale;
    if (Needs[2] || Statistics)
      DBias = sumOver(Row, [&](size_t I) { return DY[I]; });
    if (Needs[1] || Statistics)
      DScale = sumOver(Row, [&](size_t I) { return DY[I] * XHat[I]; });
    if (Needs[1])
      DIn[1][C] = DScale;
    if (Needs[2])
      DIn[2][C] = DBias;
    if (!Needs[0])
      continue;
    Scalar Factor = In[1][C] / Std[C];
    if (!isTraining(Op)) {
      for (size_t I : Row)
        DIn[0][I] = DY[I] * Factor;
      continue;
    }
    Scalar MeanDY = DBias / M;
    Scalar MeanDYXHat = DScale / M;
    for (size_t I : Row)
      DIn[0][I] = Factor * (DY[I] - MeanDY - XHat[I] * MeanDYXHat);
  }
}

NodeCase batchNormalization(std::mt19937 &Rng, int Opset, unsigned Outputs) {
  NodeCase C;
  C.Op = "BatchNormalization";
  C.Opset = Opset;
  C.NumOutputs = Outputs;
  Shape Dims = pickShape(Rng, pick(Rng, 2, 4), 1, 3);
  Shape Statistics = {Dims[1]};
  if (Opset < 9 && pick(Rng, 0, 1) == 0) {
    C.set("spatial", 0);
    Statistics.assign(Dims.begin() + 1, Dims.end());
  }
  if (Opset >= 14 && (Outputs > 1 || pick(Rng, 0, 1) == 0))
    C.set("training_mode", 1);
  // Large beside the default: a batch of one element would otherwise divide by
  // next to nothing, and central differences fail.
  C.set("epsilon", 0.1);
  if (pick(Rng, 0, 1) == 0)
    C.set("momentum", 0.6);
  C.input(Rng, Dims).input(Rng, Statistics).input(Rng, Statistics);
  return C.input(Rng, Statistics).uniform(Rng, Statistics, 0.5, 2.0);
}

} // namespace

void addBatchNormalizationReferences(References &All) {
  All.push_back(
      {.Op = "BatchNormalization",
       .Forward = forward,
       .Backward = backward,
       .Cases = {[](std::mt19937 &R) { return batchNormalization(R, 7, 1); },
                 [](std::mt19937 &R) { return batchNormalization(R, 7, 5); },
                 [](std::mt19937 &R) { return batchNormalization(R, 9, 1); },
                 [](std::mt19937 &R) { return batchNormalization(R, 9, 5); },
                 [](std::mt19937 &R) { return batchNormalization(R, 14, 1); },
                 [](std::mt19937 &R) { return batchNormalization(R, 15, 3); },
                 [](std::mt19937 &R) {
                   NodeCase C = batchNormalization(R, 15, 3);
                   C.AbsentOutputs = {false, true, false};
                   return C;
                 },
                 [](std::mt19937 &R) {
                   // A vector is one channel.
                   NodeCase C;
                   C.Op = "BatchNormalization";
                   C.set("epsilon", 0.1);
                   C.input(R, {pick(R, 1, 5)});
                   return C.input(R, {1}).input(R, {1}).input(R, {1}).uniform(
                       R, {1}, 0.5, 2.0);
                 }}});
}

} // namespace toscount::oracle
