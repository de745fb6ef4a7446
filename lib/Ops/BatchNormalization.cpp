//===- BatchNormalization.cpp - batch normalization -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// BatchNormalization normalizes each channel by running statistics, or, in
/// training, by the statistics of the batch, which then also move the running
/// ones. The signature changed often: the old ones say "training" by asking for
/// more results than one, opset 14 on by `training_mode`.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "Rows.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

// Operands.
constexpr unsigned X = 0, Scale = 1, Bias = 2, Mean = 3, Variance = 4;

/// Before opset 9, `spatial` = 0 keeps statistics per activation.
bool isSpatial(const OpInstance &Op) {
  return Op.opset() >= 9 || Op.attrInt("spatial", 1) != 0;
}

/// Dimensions that have a statistic each. A vector is one channel.
ShapeRef statisticDims(const OpInstance &Op) {
  ShapeRef Dims = Op.inShape(X).drop_front();
  return isSpatial(Op) ? Dims.take_front(1) : Dims;
}

/// A graph may ask for training statistics at any level.
bool isTraining(const OpInstance &Op) {
  if (Op.settings().Training)
    return true;
  if (Op.opset() >= 14)
    return Op.attrInt("training_mode", 0) != 0;
  for (unsigned O = 1; O < Op.numOutputs(); ++O)
    if (Op.hasOutput(O))
      return true;
  return false;
}

Error shapeBatchNormalization(ShapeContext &C) {
  if (Error E = C.expectInputs(5, 5))
    return E;
  if (Error E = C.expectRankAtLeast(X, 1))
    return E;
  unsigned Results = C.opset() >= 14 ? 3 : 5;
  if (C.numOutputs() > Results)
    return C.fail(Twine(C.numOutputs()) +
                  " results, but the operator has at most " + Twine(Results));
  Count Channels = elements(statisticDims(C));
  for (unsigned I : {Scale, Bias, Mean, Variance})
    if (elements(C.inShape(I)) != Channels)
      return C.fail("operand " + Twine(I) + " '" + printable(C.input(I).Name) +
                    "' has shape " + toString(C.inShape(I)) + ", but " +
                    toString(C.inShape(X)) + " has " + toString(Channels) +
                    " channels");
  if (Error E = C.setOutput(0, C.inType(X), C.inShape(X)))
    return E;
  for (unsigned O = 1; O < C.numOutputs(); ++O)
    if (Error E = C.setOutput(O, C.inType(Mean), C.inShape(Mean)))
      return E;
  return Error::success();
}

/// A row is what shares a statistic.
Rows channelsOf(const OpInstance &Op) {
  Count Elements = Op.inSize(X);
  Count Channels = elements(statisticDims(Op));
  if (Elements == 0)
    return {0, 0};
  return {Channels, Elements / Channels};
}

void forwardBatchNormalization(const OpInstance &Op, Work &W) {
  Rows R = channelsOf(Op);
  Count E = R.elements();
  bool Training = isTraining(Op);
  if (Training) {
    W.sums(R.Number, R.Length, "sum of each channel over the batch");
    W.div(R.Number, "mean of each channel");
  }
  W.sub(E, "x - mean");
  if (Training) {
    W.mul(E, "(x - mean)^2");
    W.sums(R.Number, R.Length, "sum of squares of each channel");
    W.div(R.Number, "variance of each channel");
  }
  W.add(R.Number, "var + epsilon of each channel");
  W.root(Elementary::Sqrt, R.Number, "standard deviation of each channel");
  W.div(E, "(x - mean) / sqrt(var + epsilon)");
  W.mul(E, "times scale");
  W.add(E, "plus B");
  if (!Training)
    return;
  W.mul(R.Number * 4, "running mean and variance: running * momentum, current "
                      "* (1 - momentum)");
  W.add(R.Number * 2, "running mean and variance: their sum");
  // They are updated in place where the graph does not ask for them.
  for (unsigned O : {1U, 2U})
    if (!Op.hasOutput(O))
      W.writesMore(Op.inType(Mean), R.Number);
}

void backwardBatchNormalization(const OpInstance &Op, GradWork &G) {
  if (!G.hasGrad(0))
    return;
  Rows R = channelsOf(Op);
  Count E = R.elements();
  bool Training = isTraining(Op);
  // Batch statistics depend on x, running ones do not.
  bool NeedsSums = G.needs(X) && Training;
  if (NeedsSums || G.needs(Scale))
    G.savesHidden(Op.inType(X), E);
  if (NeedsSums || G.needs(Bias))
    G.sums(R.Number, R.Length, "dB = sum of dy over each channel");
  if (NeedsSums || G.needs(Scale)) {
    G.mul(E, "dy * xhat");
    G.sums(R.Number, R.Length, "dScale = sum of dy * xhat over each channel");
  }
  if (!G.needs(X))
    return;
  G.savesInput(Scale);
  G.savesHidden(Op.inType(X), R.Number);
  G.div(R.Number, "scale / std of each channel");
  if (Training) {
    G.div(R.Number * 2, "means of dy and of dy * xhat");
    G.mul(E, "xhat * mean(dy * xhat)");
    G.sub(E * 2, "dy - mean(dy) - xhat * mean(dy * xhat)");
  }
  G.mul(E, "times scale / std");
}

constexpr OpInfo Table[] = {
    {.Name = "BatchNormalization",
     .Types = "f Tf Tf Uf Uf",
     .Trainable = operands(Scale, Bias),
     .Buffers = operands(Mean, Variance),
     .Differentiable = operands(X, Scale, Bias),
     .Grad = Gradient::Rule,
     .Shape = shapeBatchNormalization,
     .Forward = forwardBatchNormalization,
     .Backward = backwardBatchNormalization,
     .ForwardDoc =
         "y = (x - mean) / sqrt(var + epsilon) * scale + B: add 1, sqrt 1 a "
         "channel; sub 1, div 1, mul 1, add 1 an element. In training the "
         "statistics of the m elements of a channel first: mean add m-1, div "
         "1; variance mul m, add m-1, div 1 (x - mean is computed once); and "
         "running * momentum + current * (1 - momentum) twice a channel: mul "
         "4, add 2",
     .BackwardDoc =
         "with xhat = (x - mean) / std kept from forward, a channel of m: dB = "
         "sum(dy): add m-1; dScale = sum(dy * xhat): mul m, add m-1; dx = "
         "scale / std * (dy - dB / m - xhat * dScale / m): div 3, mul 2m, sub "
         "2m, and the two sums when dB and dScale are not needed themselves. "
         "With running statistics dx = dy * (scale / std): div 1, mul m"},
};

} // namespace

ArrayRef<OpInfo> batchNormalizationOps() { return Table; }

} // namespace toscount
