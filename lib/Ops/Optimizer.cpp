//===- Optimizer.cpp - rules that update parameters -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Each optimizer by its textbook formula, for a parameter w with gradient g.
/// Learning rates and decays are attributes: arithmetic on them alone is free,
/// but what changes each step (Adam's b1^t) is computed once a step.
///
//===----------------------------------------------------------------------===//

#include "toscount/Ops/Optimizer.h"

using namespace llvm;

namespace toscount {
namespace {

void updateSgd(Count N, Work &W) {
  W.mul(N, "lr * g");
  W.sub(N, "w - lr * g");
}

void updateMomentum(Count N, Work &W) {
  W.mul(N, "mu * v");
  W.add(N, "v = mu * v + g");
  W.mul(N, "lr * v");
  W.sub(N, "w - lr * v");
}

/// s = decay * s + (1 - decay) * g^2.
void countSquareAverage(Count N, Work &W, StringRef Why) {
  W.mul(N * 3, Why);
  W.add(N, Why);
}

/// Up to mhat / (sqrt(vhat) + epsilon).
void countAdamDirection(Count N, Work &W) {
  W.mul(N * 2, "m = b1 * m + (1 - b1) * g");
  W.add(N, "m = b1 * m + (1 - b1) * g");
  countSquareAverage(N, W, "v = b2 * v + (1 - b2) * g^2");
  W.div(N * 2, "mhat = m / (1 - b1^t), vhat = v / (1 - b2^t)");
  W.root(Elementary::Sqrt, N, "sqrt(vhat)");
  W.add(N, "sqrt(vhat) + epsilon");
}

void updateAdam(Count N, Work &W) {
  countAdamDirection(N, W);
  W.mul(N, "lr * mhat");
  W.div(N, "lr * mhat / (sqrt(vhat) + epsilon)");
  W.sub(N, "w minus that");
}

void updateAdamW(Count N, Work &W) {
  countAdamDirection(N, W);
  W.div(N, "mhat / (sqrt(vhat) + epsilon)");
  W.mul(N, "lambda * w");
  W.add(N, "their sum");
  W.mul(N, "times lr");
  W.sub(N, "w minus that");
}

void perStepAdam(Work &W) {
  W.mul(2, "b1^t and b2^t from those of the step before");
  W.sub(2, "1 - b1^t and 1 - b2^t");
}

void updateRmsProp(Count N, Work &W) {
  countSquareAverage(N, W, "v = rho * v + (1 - rho) * g^2");
  W.root(Elementary::Sqrt, N, "sqrt(v)");
  W.add(N, "sqrt(v) + epsilon");
  W.mul(N, "lr * g");
  W.div(N, "lr * g / (sqrt(v) + epsilon)");
  W.sub(N, "w minus that");
}

void updateAdaDelta(Count N, Work &W) {
  countSquareAverage(N, W, "E[g^2] = rho * E[g^2] + (1 - rho) * g^2");
  W.add(N * 2, "E[dx^2] + epsilon, E[g^2] + epsilon");
  W.root(Elementary::Sqrt, N * 2, "RMS[dx] and RMS[g]");
  W.div(N, "RMS[dx] / RMS[g]");
  W.mul(N, "times g");
  W.sub(N, "dx is its negative");
  countSquareAverage(N, W, "E[dx^2] = rho * E[dx^2] + (1 - rho) * dx^2");
  W.add(N, "w + dx");
}

constexpr Optimizer Table[] = {
    {"sgd", 0, updateSgd, nullptr,
     "w -= lr * g (Robbins and Monro 1951): mul 1, sub 1 a parameter"},
    {"sgd-momentum", 1, updateMomentum, nullptr,
     "v = mu * v + g; w -= lr * v (Polyak 1964; Sutskever et al. 2013): mul 2, "
     "add 1, sub 1 a parameter"},
    {"adam", 2, updateAdam, perStepAdam,
     "m = b1 * m + (1 - b1) * g; v = b2 * v + (1 - b2) * g^2; mhat = m / (1 - "
     "b1^t); vhat = v / (1 - b2^t); w -= lr * mhat / (sqrt(vhat) + epsilon) "
     "(Kingma and Ba 2015, algorithm 1): mul 6, add 3, div 3, sqrt 1, sub 1 a "
     "parameter; mul 2, sub 2 a step"},
    {"adamw", 2, updateAdamW, perStepAdam,
     "as adam, but w -= lr * (mhat / (sqrt(vhat) + epsilon) + lambda * w) "
     "(Loshchilov and Hutter 2019, algorithm 2): mul 7, add 4, div 3, sqrt 1, "
     "sub 1 a parameter; mul 2, sub 2 a step"},
    {"rmsprop", 1, updateRmsProp, nullptr,
     "v = rho * v + (1 - rho) * g^2; w -= lr * g / (sqrt(v) + epsilon) "
     "(Tieleman and Hinton 2012, lecture 6.5): mul 4, add 2, sqrt 1, div 1, "
     "sub 1 a parameter"},
    {"adadelta", 2, updateAdaDelta, nullptr,
     "E[g^2] = rho * E[g^2] + (1 - rho) * g^2; dx = -sqrt(E[dx^2] + epsilon) / "
     "sqrt(E[g^2] + epsilon) * g; E[dx^2] = rho * E[dx^2] + (1 - rho) * dx^2; "
     "w += dx (Zeiler 2012, algorithm 1): mul 7, add 5, sqrt 2, div 1, sub 1 a "
     "parameter"},
};

} // namespace

ArrayRef<Optimizer> optimizers() { return Table; }

const Optimizer *findOptimizer(StringRef Name) {
  for (const Optimizer &O : Table)
    if (O.Name == Name)
      return &O;
  return nullptr;
}

} // namespace toscount
