//===- OperatorsFused.cpp - losses in graphs, fused operators -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Failure.h"
#include "Operators.h"

namespace toscount::measure {
namespace {

at::Tensor negativeLogLikelihood(const Call &C, const at::Tensor &LogP) {
  std::string How = C.attr("reduction", "mean");
  at::Tensor Labels = C[1].to(at::kLong);
  // Classes last, a row a label.
  at::Tensor X = LogP.dim() > 2 ? LogP.movedim(1, -1) : LogP;
  X = X.reshape({-1, LogP.size(1)});
  at::Tensor Weight = C.has(2) ? C[2] : at::Tensor();
  int64_t Ignore = C.attr("ignore_index", -100);
  int64_t Kind = How == "none" ? 0 : How == "mean" ? 1 : 2;
  at::Tensor Y = at::nll_loss(X, Labels.flatten(), Weight, Kind, Ignore);
  return Kind == 0 ? Y.reshape(Labels.sizes()) : Y;
}

Results runSoftmaxCrossEntropy(const Call &C) {
  at::Tensor LogP = at::log_softmax(C[0], 1);
  return {negativeLogLikelihood(C, LogP), LogP};
}

at::Tensor biased(const Call &C, size_t Slot) {
  return C.has(Slot) ? C[0] + C[Slot] : C[0];
}

Results runFusedMatMul(const Call &C) {
  at::Tensor A = C.attr("transA", 0) != 0 ? C[0].transpose(-1, -2) : C[0];
  at::Tensor B = C.attr("transB", 0) != 0 ? C[1].transpose(-1, -2) : C[1];
  at::Tensor Y = at::matmul(A, B);
  double Alpha = C.attr("alpha", 1.0);
  return Alpha != 1 ? Y * Alpha : Y;
}

Results runSkipLayerNormalization(const Call &C) {
  at::Tensor X = C[0] + C[1];
  if (C.has(4))
    X = X + C[4];
  std::vector<int64_t> Shape = {X.size(-1)};
  at::Tensor Y = at::layer_norm(X, Shape, C[2], C.has(3) ? C[3] : at::Tensor(),
                                C.attr("epsilon", 1e-12));
  return {Y, at::Tensor(), at::Tensor(), X};
}

constexpr const char *Microsoft = "com.microsoft";

constexpr OperatorRow Table[] = {
    {"SoftmaxCrossEntropyLoss", runSoftmaxCrossEntropy},
    {"NegativeLogLikelihoodLoss",
     [](const Call &C) -> Results { return negativeLogLikelihood(C, C[0]); }},
    {"Gelu", [](const Call &C) -> Results { return at::gelu(C[0]); }, 0,
     Microsoft},
    {"BiasGelu",
     [](const Call &C) -> Results { return at::gelu(biased(C, 1)); }, 0,
     Microsoft},
    {"FastGelu",
     [](const Call &C) -> Results { return at::gelu(biased(C, 1), "tanh"); }, 0,
     Microsoft},
    {"FusedMatMul", runFusedMatMul, 0, Microsoft},
    {"SkipLayerNormalization", runSkipLayerNormalization, 0, Microsoft},
};

} // namespace

OperatorRows fusedOperators() { return rows(Table); }

} // namespace toscount::measure
