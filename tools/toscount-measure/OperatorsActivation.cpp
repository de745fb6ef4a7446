//===- OperatorsActivation.cpp - activation functions ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

namespace toscount::measure {
namespace {

/// Before opset 13 these flatten to a matrix at `axis` (default 1).
template <typename Function>
at::Tensor overClasses(const Call &C, Function Apply) {
  if (C.N.Opset >= 13)
    return Apply(C[0], C.axis(C.attr("axis", -1)));
  int64_t Axis = C.axis(C.attr("axis", 1));
  return Apply(C[0].flatten(Axis), Axis).reshape(C[0].sizes());
}

Results runClip(const Call &C) {
  std::optional<at::Scalar> Least, Most;
  if (C.given("min"))
    Least = C.attr("min", 0.0);
  if (C.given("max"))
    Most = C.attr("max", 0.0);
  at::Tensor X = C[0];
  if (C.N.Opset < 11) {
    if (Least)
      X = at::clamp_min(X, *Least);
    return Most ? at::clamp_max(X, *Most) : X;
  }
  if (C.has(1))
    X = at::maximum(X, C[1].to(X.options()));
  if (C.has(2))
    X = at::minimum(X, C[2].to(X.options()));
  return X.is_same(C[0]) ? X.alias() : X;
}

Results runHardmax(const Call &C) {
  return overClasses(C, [](const at::Tensor &X, int64_t Axis) {
    at::Tensor Most = X.argmax(Axis, /*keepdim=*/true);
    return at::zeros_like(X).scatter_(Axis, Most, 1);
  });
}

Results runPRelu(const Call &C) {
  at::Tensor Slope = C[1];
  return at::where(C[0] >= 0, C[0], C[0] * Slope);
}

Results runShrink(const Call &C) {
  double Limit = C.attr("lambd", 0.5), Bias = C.attr("bias", 0.0);
  const at::Tensor &X = C[0];
  at::Tensor Zero = at::zeros_like(X);
  return at::where(X < -Limit, X + Bias, at::where(X > Limit, X - Bias, Zero));
}

constexpr OperatorRow Table[] = {
    {"Relu", [](const Call &C) -> Results { return at::relu(C[0]); }},
    {"LeakyRelu",
     [](const Call &C) -> Results {
       return at::leaky_relu(C[0], C.attr("alpha", 0.01));
     }},
    {"PRelu", runPRelu},
    {"Elu",
     [](const Call &C) -> Results {
       return at::elu(C[0], C.attr("alpha", 1.0));
     }},
    {"Celu",
     [](const Call &C) -> Results {
       return at::celu(C[0], C.attr("alpha", 1.0));
     }},
    {"Selu",
     [](const Call &C) -> Results {
       double Alpha = C.attr("alpha", 1.67326319217681884765625);
       double Gamma = C.attr("gamma", 1.05070102214813232421875);
       return at::elu(C[0], Alpha, Gamma);
     }},
    {"ThresholdedRelu",
     [](const Call &C) -> Results {
       return at::threshold(C[0], C.attr("alpha", 1.0), 0);
     }},
    {"Sigmoid", [](const Call &C) -> Results { return at::sigmoid(C[0]); }},
    {"Tanh", [](const Call &C) -> Results { return at::tanh(C[0]); }},
    {"Softplus", [](const Call &C) -> Results { return at::softplus(C[0]); }},
    {"Softsign",
     [](const Call &C) -> Results { return C[0] / (1 + C[0].abs()); }},
    {"HardSigmoid",
     [](const Call &C) -> Results {
       return at::clamp(C[0] * C.attr("alpha", 0.2) + C.attr("beta", 0.5), 0,
                        1);
     }},
    {"HardSwish", [](const Call &C) -> Results { return at::hardswish(C[0]); }},
    {"Mish", [](const Call &C) -> Results { return at::mish(C[0]); }},
    {"Swish",
     [](const Call &C) -> Results {
       return C[0] * at::sigmoid(C[0] * C.attr("alpha", 1.0));
     }},
    {"Gelu",
     [](const Call &C) -> Results {
       return at::gelu(C[0], C.attr("approximate", "none"));
     }},
    {"Erf", [](const Call &C) -> Results { return at::erf(C[0]); }},
    {"Softmax",
     [](const Call &C) -> Results {
       return overClasses(C, [](const at::Tensor &X, int64_t Axis) {
         return at::softmax(X, Axis);
       });
     }},
    {"LogSoftmax",
     [](const Call &C) -> Results {
       return overClasses(C, [](const at::Tensor &X, int64_t Axis) {
         return at::log_softmax(X, Axis);
       });
     }},
    {"Hardmax", runHardmax},
    {"Clip", runClip},
    {"Shrink", runShrink},
};

} // namespace

OperatorRows activationOperators() { return rows(Table); }

} // namespace toscount::measure
