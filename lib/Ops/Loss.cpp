//===- Loss.cpp - losses that are operators of the graph ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// NegativeLogLikelihoodLoss and SoftmaxCrossEntropyLoss. A label of
/// `ignore_index` weighs 0, so the attribute makes weights where the node has
/// none. Selecting the label's element moves data and costs nothing.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "ShapeHelpers.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

// Operands and results; SoftmaxCrossEntropyLoss calls them scores, labels,
// weights, output and log_prob.
constexpr unsigned Input = 0, Target = 1, Weight = 2;
constexpr unsigned Loss = 0, LogProb = 1;

enum class Reduced : uint8_t { None, Sum, Mean };

Reduced reductionOf(const OpInstance &Op) {
  StringRef Kind = Op.attrString("reduction", "mean");
  return Kind == "none"  ? Reduced::None
         : Kind == "sum" ? Reduced::Sum
                         : Reduced::Mean;
}

Error shapeLoss(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 3))
    return E;
  if (Error E = C.expectRankAtLeast(Input, 2))
    return E;
  StringRef Kind = C.attrString("reduction", "mean");
  if (Kind != "none" && Kind != "sum" && Kind != "mean")
    return C.fail("reduction is '" + printable(Kind) +
                  "', but must be none, sum or mean");
  ShapeRef Dims = C.inShape(Input);
  Shape Labels = {Dims[0]};
  Labels.append(Dims.begin() + 2, Dims.end());
  if (C.inShape(Target) != ShapeRef(Labels))
    return C.fail("labels of shape " + toString(C.inShape(Target)) +
                  " do not go with " + toString(Dims) + "; they must have " +
                  toString(Labels));
  if (!isInteger(C.inType(Target)))
    return C.fail("labels must be integers, not " + name(C.inType(Target)));
  if (C.hasInput(Weight) && C.inShape(Weight) != ShapeRef(Dims[1]))
    return C.fail("weights have shape " + toString(C.inShape(Weight)) +
                  ", but one for each of " + Twine(Dims[1]) +
                  " classes is needed");
  if (Kind != "none")
    Labels.clear();
  if (Error E = C.setOutput(Loss, C.inType(Input), Labels))
    return E;
  return C.setOutput(LogProb, C.inType(Input), Dims);
}

bool isWeighted(const OpInstance &Op) {
  return Op.hasInput(Weight) || Op.hasAttr("ignore_index");
}

/// From the labels' log-probabilities to the loss.
void forwardFromSelected(const OpInstance &Op, Work &W) {
  Count N = Op.inSize(Target);
  if (Op.hasAttr("ignore_index")) {
    ElementType Type = W.type();
    W.setType(Op.inType(Target));
    W.cmp(N, "label == ignore_index");
    W.setType(Type);
  }
  W.sub(N, "minus the label's log-probability");
  if (isWeighted(Op))
    W.mul(N, "times the label's weight");
  Reduced Kind = reductionOf(Op);
  if (Kind == Reduced::None)
    return;
  W.sums(1, N, "sum of the losses");
  if (Kind == Reduced::Sum)
    return;
  if (isWeighted(Op))
    W.sums(1, N, "sum of the weights");
  W.div(1, "their mean");
}

/// What one sample's loss hands back, before its sign: dy for a sum, dy / n
/// for a mean, and times the weight.
void backwardToSelected(const OpInstance &Op, GradWork &G) {
  Count N = Op.inSize(Target);
  G.savesInput(Target);
  if (reductionOf(Op) == Reduced::Mean) {
    G.div(1, "dy / n, or / sum of the weights");
    if (isWeighted(Op))
      G.savesHidden(Op.inType(Input), 1);
  }
  if (isWeighted(Op)) {
    G.savesHidden(Op.inType(Input), N);
    G.mul(N, "times the label's weight");
  }
}

void forwardNll(const OpInstance &Op, Work &W) {
  W.reads(Input, Op.inSize(Target));
  forwardFromSelected(Op, W);
}

void backwardNll(const OpInstance &Op, GradWork &G) {
  if (!G.needs(Input))
    return;
  backwardToSelected(Op, G);
  bool OneForAll = reductionOf(Op) != Reduced::None && !isWeighted(Op);
  G.sub(OneForAll ? Count(1) : Op.inSize(Target),
        "its negative goes to the label's element, 0 to all others");
}

void forwardSoftmaxCrossEntropy(const OpInstance &Op, Work &W) {
  Count E = Op.inSize(Input);
  Count N = Op.inSize(Target);
  W.root(Elementary::Exp, E, "exp(scores)");
  W.sums(N, Op.inShape(Input)[1], "sum over the classes");
  W.div(E, "probabilities p");
  W.root(Elementary::Log, Op.hasOutput(LogProb) ? E : N,
         Op.hasOutput(LogProb) ? "log(p)" : "log(p) of the label");
  forwardFromSelected(Op, W);
}

void backwardSoftmaxCrossEntropy(const OpInstance &Op, GradWork &G) {
  if (!G.needs(Input))
    return;
  Count E = Op.inSize(Input);
  Count N = Op.inSize(Target);
  G.savesHidden(Op.inType(Input), E);
  if (G.hasGrad(Loss))
    backwardToSelected(Op, G);
  if (!G.hasGrad(LogProb)) {
    G.sub(E, "p - t, where t is 1 at the label and 0 elsewhere");
    G.mul(E, "times what arrives at the sample");
    return;
  }
  if (G.hasGrad(Loss))
    G.sub(N, "g = dlog_prob, less at the label what its loss hands back");
  G.sums(N, Op.inShape(Input)[1], "s = sum of g over the classes");
  G.mul(E, "p * s");
  G.sub(E, "g - p * s");
}

constexpr OpInfo Table[] = {
    {.Name = "NegativeLogLikelihoodLoss",
     .Since = 12,
     .Types = "Tf i Tf",
     .Differentiable = operands(Input),
     .Grad = Gradient::Rule,
     .IsLoss = true,
     .Shape = shapeLoss,
     .Forward = forwardNll,
     .Backward = backwardNll,
     .ForwardDoc =
         "loss = -input[target] * weight[target] for each of n targets: sub 1, "
         "with weights (or ignore_index, cmp 1, a weight of 0) mul 1; summed: "
         "add n-1; mean: div 1, and the weights' sum add n-1",
     .BackwardDoc =
         "-dy * weight / n (or / sum of weights) at each target, 0 elsewhere: "
         "mean div 1; weighted mul n; sub n, or sub 1 where one number goes to "
         "all; reads the targets and their weights"},
    {.Name = "SoftmaxCrossEntropyLoss",
     .Since = 12,
     .Types = "Tf i Tf",
     .Differentiable = operands(Input),
     .Grad = Gradient::Rule,
     .IsLoss = true,
     .Shape = shapeLoss,
     .Forward = forwardSoftmaxCrossEntropy,
     .Backward = backwardSoftmaxCrossEntropy,
     .ForwardDoc =
         "p = exp(scores) / sum(exp(scores)) over C classes: exp C, add C-1, "
         "div C for each of n labels; log 1 of the label's (log C when "
         "log_prob is asked for); then as NegativeLogLikelihoodLoss",
     .BackwardDoc =
         "dscores = (p - t) * g, with g = dy * weight / n (or / sum of "
         "weights): sub C, mul C a label; mean div 1; weighted mul n. With a "
         "gradient at log_prob too: g = dlog_prob - that at the label, dscores "
         "= g - p * sum(g): sub C+1, add C-1, mul C a label; reads p, the "
         "labels and their weights"},
};

} // namespace

ArrayRef<OpInfo> lossOps() { return Table; }

} // namespace toscount
