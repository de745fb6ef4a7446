//===- LossFunction.cpp - losses that a network is trained with -----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Ops/LossFunction.h"

using namespace llvm;

namespace toscount {
namespace {

// -- Traffic.

/// Forward of a loss of one label a row: \p Read elements of the output.
void forwardTraffic(const LossInput &In, Work &W, Count Read) {
  W.readsMore(In.Type, Read);
  W.readsMore(ElementType::Int64, In.Rows);
  W.writesMore(In.Type, 1);
}

/// Forward of a loss of one target an element.
void forwardTraffic(const LossInput &In, Work &W) {
  W.readsMore(In.Type, In.Elements * 2);
  W.writesMore(In.Type, 1);
}

/// Backward: \p Saved elements are kept from forward.
void backwardTraffic(const LossInput &In, GradWork &G, Count Saved) {
  if (!(Saved == 0))
    G.savesHidden(In.Type, Saved);
  G.writesMore(In.Type, In.Elements);
  G.kernels(1);
}

// -- Losses of one label a row.

/// The mean over rows of minus the labels' log-probabilities.
void countMeanOfRows(const LossInput &In, Work &W) {
  W.sums(1, In.Rows, "sum over the rows");
  W.sub(1, "its negative");
  W.div(1, "mean over the rows");
}

void forwardCrossEntropy(const LossInput &In, Work &W) {
  if (!In.Probabilities) {
    W.root(Elementary::Exp, In.Elements, "exp(x) of each logit");
    W.sums(In.Rows, In.Classes, "sum of each row's exponentials");
    W.div(In.Elements, "probabilities p");
  }
  W.root(Elementary::Log, In.Rows, "logarithm of the label's probability");
  countMeanOfRows(In, W);
  forwardTraffic(In, W, In.Probabilities ? In.Rows : In.Elements);
}

void backwardCrossEntropy(const LossInput &In, GradWork &G) {
  G.div(1, "1 / rows");
  G.sub(In.Elements, "p - t, where t is 1 at the label and 0 elsewhere");
  G.mul(In.Elements, "times 1 / rows");
  G.readsMore(ElementType::Int64, In.Rows);
  backwardTraffic(In, G, In.Elements);
}

void forwardNll(const LossInput &In, Work &W) {
  countMeanOfRows(In, W);
  forwardTraffic(In, W, In.Rows);
}

void backwardNll(const LossInput &In, GradWork &G) {
  G.div(1, "1 / rows");
  G.sub(1, "its negative goes to every label's element, 0 to the others");
  G.readsMore(ElementType::Int64, In.Rows);
  backwardTraffic(In, G, 0);
}

// -- The Bayesian networks' loss.

/// Adds KL(q || N(0, 1)) of every drawn weight, q = N(mu, sigma^2):
/// (mu^2 + sigma^2 - 1) / 2 - log(sigma).
void forwardElbo(const LossInput &In, Work &W) {
  forwardCrossEntropy(In, W);
  Count Drawn = In.DrawnWeights;
  if (Drawn == 0)
    return;
  W.mul(Drawn * 2, "mu^2 and sigma^2 of each drawn weight");
  W.add(Drawn, "their sum");
  W.sub(Drawn, "less 1");
  W.mul(Drawn, "its half");
  W.root(Elementary::Log, Drawn, "log(sigma)");
  W.sub(Drawn, "the divergence of each drawn weight");
  W.sums(1, Drawn, "sum over the drawn weights");
  W.mul(1, "times beta");
  W.add(1, "cross-entropy + beta * KL");
  W.readsMore(In.Type, Drawn * 2);
}

void backwardElbo(const LossInput &In, GradWork &G) {
  backwardCrossEntropy(In, G);
  Count Drawn = In.DrawnWeights;
  if (Drawn == 0)
    return;
  G.mul(Drawn, "dmu = beta * mu");
  G.div(Drawn, "1 / sigma");
  G.sub(Drawn, "sigma - 1 / sigma");
  G.mul(Drawn, "dsigma = beta * (sigma - 1 / sigma)");
  G.add(Drawn * 2,
        "added to the gradients of mu and sigma through the network");
  G.readsMore(In.Type, Drawn * 4);
  G.writesMore(In.Type, Drawn * 2);
  G.kernels(3);
}

// -- Losses of one target an element.

void countMeanOfElements(const LossInput &In, Work &W) {
  W.sums(1, In.Elements, "sum over the elements");
  W.div(1, "mean over the elements");
}

void forwardMse(const LossInput &In, Work &W) {
  W.sub(In.Elements, "d = x - t");
  W.mul(In.Elements, "d^2");
  countMeanOfElements(In, W);
  forwardTraffic(In, W);
}

void backwardMse(const LossInput &In, GradWork &G) {
  G.div(1, "2 / elements");
  G.mul(In.Elements, "times d");
  backwardTraffic(In, G, In.Elements);
}

void forwardL1(const LossInput &In, Work &W) {
  W.sub(In.Elements, "d = x - t");
  W.cmp(In.Elements, "|d|");
  countMeanOfElements(In, W);
  forwardTraffic(In, W);
}

void backwardL1(const LossInput &In, GradWork &G) {
  G.div(1, "1 / elements");
  G.cmp(In.Elements, "sign(d)");
  G.mul(In.Elements, "times 1 / elements");
  backwardTraffic(In, G, In.Elements);
}

void forwardHuber(const LossInput &In, Work &W) {
  W.sub(In.Elements, "d = x - t");
  W.cmp(In.Elements, "|d|");
  W.mul(In.Elements * 2, "the quadratic branch d^2 / 2");
  W.sub(In.Elements, "the linear branch |d| - 1/2");
  W.cmp(In.Elements, "|d| <= 1 chooses the branch");
  countMeanOfElements(In, W);
  forwardTraffic(In, W);
}

void backwardHuber(const LossInput &In, GradWork &G) {
  G.div(1, "1 / elements");
  G.cmp(In.Elements * 2,
        "d between -1 and 1: the derivatives of both branches");
  G.mul(In.Elements, "times 1 / elements");
  backwardTraffic(In, G, In.Elements);
}

void forwardBce(const LossInput &In, Work &W) {
  Count E = In.Elements;
  W.sub(E * 2, "1 - p and 1 - t");
  W.root(Elementary::Log, E * 2, "log(p) and log(1 - p)");
  W.mul(E * 2, "t * log(p) and (1 - t) * log(1 - p)");
  W.add(E, "their sum");
  W.sums(1, E, "sum over the elements");
  W.sub(1, "its negative");
  W.div(1, "mean over the elements");
  forwardTraffic(In, W);
}

void backwardBce(const LossInput &In, GradWork &G) {
  Count E = In.Elements;
  G.div(1, "1 / elements");
  G.sub(E, "p - t");
  G.mul(E, "p * (1 - p)");
  G.div(E, "their quotient");
  G.mul(E, "times 1 / elements");
  G.readsMore(In.Type, E);
  backwardTraffic(In, G, E * 2);
}

void forwardBceLogits(const LossInput &In, Work &W) {
  Count E = In.Elements;
  W.cmp(E, "max(x, 0)");
  W.mul(E, "x * t");
  W.sub(E, "their difference");
  W.cmp(E, "|x|");
  W.sub(E, "-|x|");
  W.root(Elementary::Exp, E, "exp(-|x|)");
  W.add(E, "1 + exp(-|x|)");
  W.root(Elementary::Log, E, "its logarithm");
  W.add(E, "the sum of both terms");
  countMeanOfElements(In, W);
  forwardTraffic(In, W);
}

void backwardBceLogits(const LossInput &In, GradWork &G) {
  Count E = In.Elements;
  G.div(1, "1 / elements");
  G.sub(E, "-x");
  G.root(Elementary::Exp, E, "exp(-x)");
  G.add(E, "1 + exp(-x)");
  G.div(E, "sigmoid(x)");
  G.sub(E, "sigmoid(x) - t");
  G.mul(E, "times 1 / elements");
  G.readsMore(In.Type, E);
  backwardTraffic(In, G, E);
}

constexpr LossFunction Table[] = {
    {"cross-entropy", true, true, false, forwardCrossEntropy,
     backwardCrossEntropy,
     "-mean(log(p[label])), p = exp(x) / sum(exp(x)) over C classes: a row exp "
     "C, add C-1, div C, log 1; over R rows add R-1, sub 1, div 1. After "
     "Softmax p is there already: a row log 1",
     "dx = (p - t) * (1 / R), straight to the logits: sub 1, mul 1 a logit, "
     "div "
     "1 a step; reads p and the labels"},
    {"nll", true, false, false, forwardNll, backwardNll,
     "-mean(x[label]) over R rows of log-probabilities: add R-1, sub 1, div 1",
     "dx = -1 / R at each label, 0 elsewhere: div 1, sub 1 a step; reads the "
     "labels"},
    {"mse", false, false, false, forwardMse, backwardMse,
     "mean(d^2), d = x - t, over E elements: sub E, mul E, add E-1, div 1",
     "dx = (2 / E) * d: mul E, div 1 a step; reads d"},
    {"l1", false, false, false, forwardL1, backwardL1,
     "mean(|d|), d = x - t, over E elements: sub E, cmp E, add E-1, div 1",
     "dx = sign(d) * (1 / E): cmp E, mul E, div 1 a step; reads d"},
    {"huber", false, false, false, forwardHuber, backwardHuber,
     "mean(|d| <= 1 ? d^2 / 2 : |d| - 1/2), d = x - t, over E elements, both "
     "branches: sub 2E, mul 2E, cmp 2E, add E-1, div 1",
     "dx = min(max(d, -1), 1) * (1 / E): cmp 2E, mul E, div 1 a step; reads d"},
    {"bce", false, false, false, forwardBce, backwardBce,
     "-mean(t * log(p) + (1 - t) * log(1 - p)) over E elements: sub 2E, log "
     "2E, mul 2E, add E; add E-1, sub 1, div 1",
     "dp = (p - t) / (p * (1 - p)) * (1 / E): sub E, mul 2E, div E, div 1 a "
     "step; reads p, 1 - p and t"},
    {"bce-logits", false, false, false, forwardBceLogits, backwardBceLogits,
     "mean(max(x, 0) - x * t + log(1 + exp(-|x|))) over E elements: cmp 2E, "
     "mul E, sub 2E, exp E, add 2E, log E; add E-1, div 1",
     "dx = (sigmoid(x) - t) * (1 / E): sub 2E, exp E, add E, div E, mul E, div "
     "1 a step; reads x and t"},
    {"elbo", true, true, true, forwardElbo, backwardElbo,
     "cross-entropy + beta * KL(q || N(0, 1)) of the D weights drawn at "
     "random, "
     "KL = (mu^2 + sigma^2 - 1) / 2 - log(sigma): mul 3D, add D, sub 2D, log "
     "D; "
     "add D-1, mul 1, add 1",
     "dmu += beta * mu, dsigma += beta * (sigma - 1 / sigma): mul 2D, div D, "
     "sub D, add 2D"},
};

} // namespace

ArrayRef<LossFunction> lossFunctions() { return Table; }

const LossFunction *findLoss(StringRef Name) {
  for (const LossFunction &Loss : Table)
    if (Loss.Name == Name)
      return &Loss;
  return nullptr;
}

} // namespace toscount
