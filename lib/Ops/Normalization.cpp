//===- Normalization.cpp - normalizations but that of batches -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Normalizations whose statistics come from each sample alone, and so are the
/// same in training. Statistics are counted once a row; `xhat` is the
/// normalized row before scale and bias, kept from forward.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "NormalizationShape.h"

#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

/// Mean and variance of each row; x - mean is left over.
void countMoments(Work &W, Rows R) {
  W.sums(R.Number, R.Length, "sum of each row");
  W.div(R.Number, "mean of each row");
  W.sub(R.elements(), "x - mean");
  W.mul(R.elements(), "(x - mean)^2");
  W.sums(R.Number, R.Length, "sum of squares of each row");
  W.div(R.Number, "variance of each row");
}

/// The derivative through both moments but for the division by std.
void countMomentsBackward(GradWork &G, Rows R) {
  G.div(R.Number * 2, "means of g and of g * xhat over each row");
  G.mul(R.elements(), "xhat * mean(g * xhat)");
  G.sub(R.elements() * 2, "g - mean(g) - xhat * mean(g * xhat)");
}

/// A scale's or bias's gradient, from what arrives at every element.
void countSumBack(const OpInstance &Op, GradWork &G, unsigned I,
                  StringRef Why) {
  Count Size = Op.inSize(I);
  if (!(Size == 0))
    G.sums(Size, Op.inSize(0) / Size, Why);
}

// -- Scale and bias constant over a row: InstanceNormalization, and
// -- GroupNormalization before opset 21.

void forwardAffine(Work &W, Rows R) {
  countMoments(W, R);
  W.add(R.Number, "var + epsilon of each row");
  W.root(Elementary::Sqrt, R.Number, "standard deviation of each row");
  W.div(R.elements(), "(x - mean) / sqrt(var + epsilon)");
  W.mul(R.elements(), "times scale");
  W.add(R.elements(), "plus bias");
}

/// Row sums serve all three gradients; a bias's is their sum over the rows
/// that it belongs to.
void backwardRowScale(const OpInstance &Op, Rows R, GradWork &G) {
  Count E = R.elements();
  Count Vector = Op.inSize(1);
  auto RowsToVector = [&](StringRef Why) {
    if (!(Vector == 0))
      G.sums(Vector, R.Number / Vector, Why);
  };
  if (G.needs(0) || G.needs(1))
    G.savesHidden(Op.inType(0), E);
  if (G.needs(0) || G.needs(2))
    G.sums(R.Number, R.Length, "sum of dy over each row");
  if (G.needs(2))
    RowsToVector("dB = those sums over the rows");
  if (G.needs(0) || G.needs(1)) {
    G.mul(E, "dy * xhat");
    G.sums(R.Number, R.Length, "sum of dy * xhat over each row");
  }
  if (G.needs(1))
    RowsToVector("dScale = those sums over the rows");
  if (!G.needs(0))
    return;
  G.savesInput(1);
  G.savesHidden(Op.inType(0), R.Number);
  countMomentsBackward(G, R);
  G.div(R.Number, "scale / std of each row");
  G.mul(E, "times scale / std");
}

void forwardInstance(const OpInstance &Op, Work &W) {
  forwardAffine(W, instanceRows(Op));
}
void backwardInstance(const OpInstance &Op, GradWork &G) {
  backwardRowScale(Op, instanceRows(Op), G);
}

// -- Scale differs within a row: GroupNormalization since opset 21,
// -- LayerNormalization, RMSNormalization.

/// g = dy * scale and what the scale's and bias's gradients cost.
void countScaleBackward(const OpInstance &Op, Rows R, GradWork &G) {
  if (G.needs(0) || G.needs(1))
    G.savesHidden(Op.inType(0), R.elements());
  if (G.needs(2))
    countSumBack(Op, G, 2, "dB = sum of dy over what B was broadcast to");
  if (G.needs(1)) {
    G.mul(R.elements(), "dy * xhat");
    countSumBack(Op, G, 1, "dScale = sum of dy * xhat");
  }
  if (!G.needs(0))
    return;
  G.savesInput(1);
  G.savesHidden(Op.inType(0), R.Number);
  G.mul(R.elements(), "g = dy * scale");
}

void countMomentSums(GradWork &G, Rows R) {
  G.sums(R.Number, R.Length, "sum of g over each row");
  G.mul(R.elements(), "g * xhat");
  G.sums(R.Number, R.Length, "sum of g * xhat over each row");
  countMomentsBackward(G, R);
}

void forwardGroup(const OpInstance &Op, Work &W) {
  forwardAffine(W, groupRows(Op));
}
void backwardGroup(const OpInstance &Op, GradWork &G) {
  Rows R = groupRows(Op);
  if (Op.opset() < 21)
    return backwardRowScale(Op, R, G);
  countScaleBackward(Op, R, G);
  if (!G.needs(0))
    return;
  countMomentSums(G, R);
  G.div(R.elements(), "divided by std");
}

void forwardLayer(const OpInstance &Op, Work &W) {
  Rows R = layerRows(Op);
  countMoments(W, R);
  W.add(R.Number, "var + epsilon of each row");
  W.root(Elementary::Sqrt, R.Number, "standard deviation of each row");
  W.div(R.Number, "inverse standard deviation of each row");
  W.mul(R.elements(), "(x - mean) * inverse standard deviation");
  W.mul(R.elements(), "times Scale");
  if (Op.hasInput(2))
    W.add(R.elements(), "plus B");
}
void backwardLayer(const OpInstance &Op, GradWork &G) {
  // Mean and InvStdDev are statistics that nothing differentiates.
  if (!G.hasGrad(0))
    return;
  Rows R = layerRows(Op);
  // With one bias element for each of x, the gradient passes unchanged.
  if (G.needs(2) && Op.inSize(2) == Op.inSize(0))
    G.alias(2);
  countScaleBackward(Op, R, G);
  if (!G.needs(0))
    return;
  countMomentSums(G, R);
  G.mul(R.elements(), "times the inverse standard deviation");
}

void forwardRms(const OpInstance &Op, Work &W) {
  Rows R = layerRows(Op);
  W.mul(R.elements(), "x^2");
  W.sums(R.Number, R.Length, "sum of squares of each row");
  W.div(R.Number, "mean square of each row");
  W.add(R.Number, "mean square + epsilon of each row");
  W.root(Elementary::Sqrt, R.Number, "root mean square of each row");
  W.div(R.elements(), "x / rms");
  W.mul(R.elements(), "times scale");
}
void backwardRms(const OpInstance &Op, GradWork &G) {
  Rows R = layerRows(Op);
  countScaleBackward(Op, R, G);
  if (!G.needs(0))
    return;
  G.mul(R.elements(), "g * xhat");
  G.sums(R.Number, R.Length, "sum of g * xhat over each row");
  G.div(R.Number, "mean of g * xhat of each row");
  G.mul(R.elements(), "xhat * mean(g * xhat)");
  G.sub(R.elements(), "g - xhat * mean(g * xhat)");
  G.div(R.elements(), "divided by rms");
}

// -- Without scale and bias.

void forwardMeanVariance(const OpInstance &Op, Work &W) {
  Rows R = meanVarianceRows(Op);
  countMoments(W, R);
  W.root(Elementary::Sqrt, R.Number, "standard deviation of each row");
  W.div(R.elements(), "(x - mean) / sqrt(var)");
}
void backwardMeanVariance(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  Rows R = meanVarianceRows(Op);
  G.savesOutput(0);
  G.savesHidden(Op.inType(0), R.Number);
  countMomentSums(G, R);
  G.div(R.elements(), "divided by std");
}

void forwardLp(const OpInstance &Op, Work &W) {
  Rows R = lpRows(Op);
  bool L2 = Op.attrInt("p", 2) == 2;
  if (L2)
    W.mul(R.elements(), "x^2");
  else
    W.cmp(R.elements(), "|x|");
  W.sums(R.Number, R.Length, "sum of each row");
  if (L2)
    W.root(Elementary::Sqrt, R.Number, "norm of each row");
  W.div(R.elements(), "x / norm");
}
void backwardLp(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  Rows R = lpRows(Op);
  G.savesOutput(0);
  G.savesHidden(Op.inType(0), R.Number);
  G.mul(R.elements(), "dy * y");
  G.sums(R.Number, R.Length, "s = sum of dy * y over each row");
  // y has the sign of x, so x itself is not needed.
  if (Op.attrInt("p", 2) == 1)
    G.cmp(R.elements(), "sign(y)");
  G.mul(R.elements(), "the norm's derivative times s");
  G.sub(R.elements(), "dy minus that");
  G.div(R.elements(), "divided by the norm");
}

// -- LRN.

/// Additions of the sums over each channel's neighbours, for all positions:
/// the windows' lengths, each less one.
Count windowSums(const OpInstance &Op) {
  ShapeRef Dims = Op.inShape(0);
  if (Op.inSize(0) == 0)
    return 0;
  Count Channels = Dims[1];
  int64_t Size = Op.attrInt("size", 1);
  // Pairs of channels at distance 1 to Reach on one side.
  auto Pairs = [&](int64_t Reach) {
    Count K = std::min(Reach, Dims[1] - 1);
    return K * Channels - K * (K + 1) / 2;
  };
  Count PerPosition = Pairs((Size - 1) / 2) + Pairs(Size / 2);
  return Op.inSize(0) / Channels * PerPosition;
}

void forwardLrn(const OpInstance &Op, Work &W) {
  Count E = Op.inSize(0);
  W.mul(E, "x^2");
  W.add(windowSums(Op), "sums over size neighbouring channels");
  W.mul(E, "times alpha / size");
  W.add(E, "plus bias");
  double Beta = Op.attrFloat("beta", 0.75);
  bool Integer = Beta >= 1 && Beta <= 64 && std::floor(Beta) == Beta;
  if (!Integer) {
    W.root(Elementary::Pow, E, "to the power of beta");
  } else {
    auto Power = static_cast<unsigned>(Beta);
    unsigned Muls = llvm::Log2_32(Power) + llvm::popcount(Power) - 1;
    W.mul(E * Muls, "to the power of beta, by repeated squaring");
  }
  W.div(E, "x divided by that");
}

void backwardLrn(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  Count E = Op.inSize(0);
  G.savesInput(0);
  G.savesOutput(0);
  G.savesHidden(Op.inType(0), E * 2);
  G.mul(E, "dy * y");
  G.div(E, "t = dy * y / d");
  G.add(windowSums(Op), "sums of t over the channels that x was summed into");
  G.mul(E * 2, "2 * beta * alpha / size * x * sum(t)");
  G.div(E, "dy / d^beta");
  G.sub(E, "the difference of both");
}

constexpr OpInfo Table[] = {
    {.Name = "InstanceNormalization",
     .Types = "Tf Tf Tf",
     .Trainable = operands(1, 2),
     .Differentiable = operands(0, 1, 2),
     .Grad = Gradient::Rule,
     .Shape = shapeInstanceNormalization,
     .Forward = forwardInstance,
     .Backward = backwardInstance,
     .ForwardDoc =
         "y = scale * (x - mean) / sqrt(var + epsilon) + B for each channel of "
         "each instance (a row of n): mean add n-1, div 1; var sub n, mul n, "
         "add n-1, div 1; add 1, sqrt 1; div n, mul n, add n",
     .BackwardDoc =
         "dB = sum(dy), dScale = sum(dy * xhat) (mul n a row), by row and then "
         "over the rows; dx = scale / std * (dy - mean(dy) - xhat * mean(dy * "
         "xhat)): div 3, mul 2n, sub 2n a row besides those sums; reads xhat"},
    {.Name = "GroupNormalization",
     .Since = 18,
     .Types = "Tf Tf Tf",
     .Trainable = operands(1, 2),
     .Differentiable = operands(0, 1, 2),
     .Grad = Gradient::Rule,
     .Shape = shapeGroupNormalization,
     .Forward = forwardGroup,
     .Backward = backwardGroup,
     .ForwardDoc =
         "y = scale * (x - mean) / sqrt(var + epsilon) + bias for each of "
         "num_groups groups of channels of each instance (a row of n): as "
         "InstanceNormalization",
     .BackwardDoc =
         "before opset 21 (a scale for each group) as InstanceNormalization; "
         "since (for each channel) as LayerNormalization, with div n by std"},
    {.Name = "LayerNormalization",
     .Since = 17,
     .Types = "f Tf Tf",
     .Trainable = operands(1, 2),
     .Differentiable = operands(0, 1, 2),
     .Grad = Gradient::Rule,
     .Shape = shapeLayerNormalization,
     .Forward = forwardLayer,
     .Backward = backwardLayer,
     .ForwardDoc =
         "y = (x - Mean) * InvStdDev * Scale + B over the dimensions from axis "
         "on (a row of n): Mean add n-1, div 1; var sub n, mul n, add n-1, div "
         "1; InvStdDev = 1 / sqrt(var + epsilon): add 1, sqrt 1, div 1; mul "
         "2n, and with B add n. stash_type changes no count",
     .BackwardDoc =
         "dB = sum(dy); dScale = sum(dy * xhat): mul n a row, and the "
         "additions back to its shape; with g = dy * Scale (mul n) dx = "
         "InvStdDev * (g - mean(g) - xhat * mean(g * xhat)): mul 3n, add "
         "2(n-1), div 2, sub 2n a row; reads xhat, InvStdDev, Scale"},
    {.Name = "RMSNormalization",
     .Since = 23,
     .Types = "f f",
     .Trainable = operands(1),
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeRmsNormalization,
     .Forward = forwardRms,
     .Backward = backwardRms,
     .ForwardDoc =
         "y = x / sqrt(mean(x^2) + epsilon) * scale over the dimensions from "
         "axis on (a row of n): mul n, add n-1, div 1; add 1, sqrt 1; div n, "
         "mul n. stash_type changes no count",
     .BackwardDoc =
         "dscale = sum(dy * xhat): mul n a row, and the additions back to its "
         "shape; with g = dy * scale (mul n) dx = (g - xhat * mean(g * xhat)) "
         "/ rms: mul 2n, add n-1, div n+1, sub n a row; reads xhat, rms, "
         "scale"},
    {.Name = "LpNormalization",
     .Types = "f",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLpNormalization,
     .Forward = forwardLp,
     .Backward = backwardLp,
     .ForwardDoc = "y = x / norm over rows of n along axis: with p = 2 mul n, "
                   "add n-1, sqrt 1, div n; with p = 1 cmp n, add n-1, div n",
     .BackwardDoc =
         "with s = sum(dy * y): p = 2: dx = (dy - y * s) / norm; p = 1: dx = "
         "(dy - sign(y) * s) / norm, cmp n more: mul 2n, add n-1, sub n, div n "
         "a row; reads y and the norm"},
    {.Name = "MeanVarianceNormalization",
     .Types = "f",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeMeanVarianceNormalization,
     .Forward = forwardMeanVariance,
     .Backward = backwardMeanVariance,
     .ForwardDoc =
         "y = (x - mean) / sqrt(var) over axes (a row of n): mean add "
         "n-1, div 1; var sub n, mul n, add n-1, div 1; sqrt 1, div n",
     .BackwardDoc =
         "dx = (dy - mean(dy) - y * mean(dy * y)) / std: add 2(n-1), div n+2, "
         "mul 2n, sub 2n a row; reads y and std"},
    {.Name = "LRN",
     .Types = "f",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLrn,
     .Forward = forwardLrn,
     .Backward = backwardLrn,
     .ForwardDoc =
         "y = x / d^beta, d = bias + alpha / size * sum(x^2) over size "
         "neighbouring channels, those that exist: mul 2, add 1, pow 1, div 1 "
         "an element and a window's length less one additions; an integer beta "
         "is multiplications",
     .BackwardDoc =
         "dx = dy / d^beta - 2 * beta * alpha / size * x * sum(dy * y / d) "
         "over the windows that x is in: mul 3, div 2, sub 1 an element and "
         "the same additions; reads x, y, d and d^beta"},
};

} // namespace

ArrayRef<OpInfo> normalizationOps() { return Table; }

} // namespace toscount
