//===- Loss.cpp - losses and optimizers -----------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Loss.h"

#include "Batches.h"
#include "Failure.h"

#include <c10/core/GradMode.h>

#include <cmath>

namespace toscount::measure {
namespace {

/// [rows, classes] of the value that the loss reads, at fp32.
at::Tensor rowsOfClasses(const LossInfo &L, const at::Tensor &Value) {
  at::Tensor X = Value.to(at::kFloat);
  if (X.dim() == 0)
    return X.reshape({1, 1});
  X = X.movedim(L.ClassAxis, -1);
  return X.reshape({-1, X.size(-1)});
}

/// \p Target in the shape of \p X.
at::Tensor elementTargets(const LossInfo &L, const at::Tensor &X,
                          const at::Tensor &Target) {
  if (Target.numel() == X.numel())
    return Target.to(at::kFloat).reshape(X.sizes());
  at::Tensor Hot = at::one_hot(Target.flatten(), X.size(L.ClassAxis));
  return Hot.to(at::kFloat).reshape(X.sizes());
}

/// Sum of KL(N(mu, sigma^2) || N(0, 1)) over the drawn weights.
at::Tensor divergence(const Executor &E) {
  at::Tensor Sum;
  for (const Draw &D : E.draws()) {
    at::Tensor Mean = E.value(D.Mean).to(at::kFloat);
    at::Tensor Deviation = E.value(D.Deviation).to(at::kFloat);
    at::Tensor Part = at::sum((Mean * Mean + Deviation * Deviation - 1) * 0.5 -
                              at::log(Deviation));
    Sum = Sum.defined() ? Sum + Part : Part;
  }
  return Sum;
}

} // namespace

at::Tensor lossOf(const LossInfo &L, const Executor &E,
                  const at::Tensor &Target, double Beta) {
  const at::Tensor &Value = E.value(L.Input);
  if (L.Name == "graph")
    return Value.to(at::kFloat).reshape({});
  if (takesClasses(L.Name)) {
    at::Tensor X = rowsOfClasses(L, Value), Labels = Target.flatten();
    if (L.Name != "nll")
      X = at::log_softmax(X, 1);
    at::Tensor Y = at::nll_loss(X, Labels);
    return L.Name == "elbo" ? Y + divergence(E) * Beta : Y;
  }
  at::Tensor X = Value.to(at::kFloat), T = elementTargets(L, X, Target);
  if (L.Name == "mse")
    return at::mse_loss(X, T);
  if (L.Name == "l1")
    return at::l1_loss(X, T);
  if (L.Name == "huber")
    return at::huber_loss(X, T);
  if (L.Name == "bce")
    return at::binary_cross_entropy(X, T);
  if (L.Name == "bce-logits")
    return at::binary_cross_entropy_with_logits(X, T);
  throw Failure("loss '" + L.Name + "' is not known");
}

at::Tensor correctOf(const LossInfo &L, const Executor &E,
                     const at::Tensor &Target) {
  if (L.Name == "graph")
    return {};
  at::Tensor X = rowsOfClasses(L, E.value(L.Input).detach());
  if (X.size(1) > 1 && Target.scalar_type() == at::kLong &&
      Target.numel() == X.size(0))
    return (X.argmax(1) == Target.flatten()).sum();
  if (L.Name.rfind("bce", 0) == 0) {
    double Border = L.Name == "bce" ? 0.5 : 0;
    return ((X.flatten() > Border) == (Target.flatten() > 0.5)).sum();
  }
  return {};
}

int64_t rowsOf(const LossInfo &L, const Executor &E) {
  at::Tensor X = rowsOfClasses(L, E.value(L.Input).detach());
  return X.size(0);
}

Optimizer::Optimizer(const OptimizerInfo &Info,
                     std::vector<at::Tensor> Parameters)
    : Info(Info), Parameters(std::move(Parameters)) {
  const std::string &Name = Info.Name;
  bool Two = Name == "adam" || Name == "adamw" || Name == "adadelta";
  bool One = Two || Name == "sgd-momentum" || Name == "rmsprop";
  if (!One && Name != "sgd")
    throw Failure("optimizer '" + Name + "' is not known");
  for (const at::Tensor &P : this->Parameters) {
    First.push_back(One ? at::zeros_like(P) : at::Tensor());
    Second.push_back(Two ? at::zeros_like(P) : at::Tensor());
  }
}

void Optimizer::update(size_t Index, at::Tensor &W, const at::Tensor &G) {
  const std::string &Name = Info.Name;
  const double Rate = Info.LearningRate, B1 = 0.9, B2 = 0.999;
  at::Tensor &S = First[Index], &Q = Second[Index];
  if (Name == "sgd") {
    W.sub_(G, Rate);
  } else if (Name == "sgd-momentum") {
    S.mul_(Info.Momentum).add_(G);
    W.sub_(S, Rate);
  } else if (Name == "rmsprop") {
    S.mul_(0.99).addcmul_(G, G, 0.01);
    W.addcdiv_(G, S.sqrt().add_(1e-8), -Rate);
  } else if (Name == "adadelta") {
    S.mul_(0.9).addcmul_(G, G, 0.1);
    at::Tensor Delta = Q.add(1e-6).sqrt_().div_(S.add(1e-6).sqrt_()).mul_(G);
    Q.mul_(0.9).addcmul_(Delta, Delta, 0.1);
    W.sub_(Delta, Rate);
  } else {
    auto T = static_cast<double>(Steps);
    S.mul_(B1).add_(G, 1 - B1);
    Q.mul_(B2).addcmul_(G, G, 1 - B2);
    at::Tensor Root = Q.div(1 - std::pow(B2, T)).sqrt_().add_(1e-8);
    if (Name == "adamw")
      W.mul_(1 - Rate * Info.WeightDecay);
    W.addcdiv_(S, Root, -Rate / (1 - std::pow(B1, T)));
  }
}

void Optimizer::step() {
  c10::AutoGradMode NoGrad(false);
  ++Steps;
  for (size_t I = 0; I < Parameters.size(); ++I) {
    at::Tensor G = Parameters[I].grad();
    if (!G.defined())
      continue;
    update(I, Parameters[I], G);
    Parameters[I].mutable_grad() = at::Tensor();
  }
}

} // namespace toscount::measure
