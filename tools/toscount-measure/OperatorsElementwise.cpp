//===- OperatorsElementwise.cpp - arithmetic, comparisons, casts ----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Failure.h"
#include "Operators.h"

namespace toscount::measure {
namespace {

/// ONNX divides integers towards zero.
Results runDiv(const Call &C) {
  if (at::isIntegralType(C[0].scalar_type(), true))
    return at::div(C[0], C[1], "trunc");
  return at::div(C[0], C[1]);
}

Results runMod(const Call &C) {
  return C.attr("fmod", 0) != 0 ? at::fmod(C[0], C[1])
                                : at::remainder(C[0], C[1]);
}

/// The result has the base's type.
Results runPow(const Call &C) {
  at::ScalarType Type = C[0].scalar_type();
  if (at::isIntegralType(Type, true) && C[1].is_floating_point())
    return at::pow(C[0].to(at::kDouble), C[1]).to(Type);
  if (C[1].numel() == 1 && !C[1].requires_grad() && C[1].device().is_cpu() &&
      C[1].dim() <= C[0].dim())
    return at::pow(C[0], C[1].to(at::kDouble).item<double>()).to(Type);
  return at::pow(C[0], C[1].to(C[0].is_floating_point() ? Type : at::kLong))
      .to(Type);
}

template <typename Function> at::Tensor fold(const Call &C, Function Combine) {
  at::Tensor Y = C[0];
  for (size_t I = 1; I < C.In.size(); ++I)
    Y = Combine(Y, C[I]);
  return C.In.size() == 1 ? Y.alias() : Y;
}

at::ScalarType castTarget(const Call &C) { return C.dataType(C.attr("to", 1)); }

Results runWhere(const Call &C) {
  return at::where(C[0].to(at::kBool), C[1], C[2]);
}

Results runIsInf(const Call &C) {
  at::Tensor Y = at::zeros_like(C[0], at::kBool);
  if (C.attr("detect_positive", 1) != 0)
    Y = Y | at::isposinf(C[0]);
  if (C.attr("detect_negative", 1) != 0)
    Y = Y | at::isneginf(C[0]);
  return Y;
}

Results runBitShift(const Call &C) {
  at::Tensor X = C[0].to(at::kLong), By = C[1].to(at::kLong);
  at::Tensor Y = C.attr("direction", "") == "LEFT"
                     ? at::bitwise_left_shift(X, By)
                     : at::bitwise_right_shift(X, By);
  return Y.to(C[0].scalar_type());
}

constexpr OperatorRow Table[] = {
    {"Add", [](const Call &C) -> Results { return C[0] + C[1]; }},
    {"Sub", [](const Call &C) -> Results { return C[0] - C[1]; }},
    {"Mul", [](const Call &C) -> Results { return C[0] * C[1]; }},
    {"Div", runDiv},
    {"Mod", runMod},
    {"Pow", runPow},
    {"Sum",
     [](const Call &C) -> Results {
       return fold(C, [](const auto &A, const auto &B) { return A + B; });
     }},
    {"Mean",
     [](const Call &C) -> Results {
       return fold(C, [](const auto &A, const auto &B) { return A + B; }) /
              static_cast<double>(C.In.size());
     }},
    {"Max",
     [](const Call &C) -> Results {
       return fold(
           C, [](const auto &A, const auto &B) { return at::maximum(A, B); });
     }},
    {"Min",
     [](const Call &C) -> Results {
       return fold(
           C, [](const auto &A, const auto &B) { return at::minimum(A, B); });
     }},
    {"Sqrt", [](const Call &C) -> Results { return at::sqrt(C[0]); }},
    {"Exp", [](const Call &C) -> Results { return at::exp(C[0]); }},
    {"Log", [](const Call &C) -> Results { return at::log(C[0]); }},
    {"Neg", [](const Call &C) -> Results { return at::neg(C[0]); }},
    {"Abs", [](const Call &C) -> Results { return at::abs(C[0]); }},
    {"Reciprocal",
     [](const Call &C) -> Results { return at::reciprocal(C[0]); }},
    {"Floor", [](const Call &C) -> Results { return at::floor(C[0]); }},
    {"Ceil", [](const Call &C) -> Results { return at::ceil(C[0]); }},
    {"Round", [](const Call &C) -> Results { return at::round(C[0]); }},
    {"Sign", [](const Call &C) -> Results { return at::sign(C[0]); }},
    {"Sin", [](const Call &C) -> Results { return at::sin(C[0]); }},
    {"Cos", [](const Call &C) -> Results { return at::cos(C[0]); }},
    {"Tan", [](const Call &C) -> Results { return at::tan(C[0]); }},
    {"Asin", [](const Call &C) -> Results { return at::asin(C[0]); }},
    {"Acos", [](const Call &C) -> Results { return at::acos(C[0]); }},
    {"Atan", [](const Call &C) -> Results { return at::atan(C[0]); }},
    {"Sinh", [](const Call &C) -> Results { return at::sinh(C[0]); }},
    {"Cosh", [](const Call &C) -> Results { return at::cosh(C[0]); }},
    {"Asinh", [](const Call &C) -> Results { return at::asinh(C[0]); }},
    {"Acosh", [](const Call &C) -> Results { return at::acosh(C[0]); }},
    {"Atanh", [](const Call &C) -> Results { return at::atanh(C[0]); }},
    {"And",
     [](const Call &C) -> Results { return at::logical_and(C[0], C[1]); }},
    {"Or", [](const Call &C) -> Results { return at::logical_or(C[0], C[1]); }},
    {"Xor",
     [](const Call &C) -> Results { return at::logical_xor(C[0], C[1]); }},
    {"Not", [](const Call &C) -> Results { return at::logical_not(C[0]); }},
    {"Equal", [](const Call &C) -> Results { return C[0] == C[1]; }},
    {"Less", [](const Call &C) -> Results { return C[0] < C[1]; }},
    {"LessOrEqual", [](const Call &C) -> Results { return C[0] <= C[1]; }},
    {"Greater", [](const Call &C) -> Results { return C[0] > C[1]; }},
    {"GreaterOrEqual", [](const Call &C) -> Results { return C[0] >= C[1]; }},
    {"BitwiseAnd", [](const Call &C) -> Results { return C[0] & C[1]; }},
    {"BitwiseOr", [](const Call &C) -> Results { return C[0] | C[1]; }},
    {"BitwiseXor", [](const Call &C) -> Results { return C[0] ^ C[1]; }},
    {"BitwiseNot",
     [](const Call &C) -> Results { return at::bitwise_not(C[0]); }},
    {"BitShift", runBitShift},
    {"IsNaN", [](const Call &C) -> Results { return at::isnan(C[0]); }},
    {"IsInf", runIsInf},
    {"Where", runWhere},
    {"Cast", [](const Call &C) -> Results { return C[0].to(castTarget(C)); }},
    {"CastLike",
     [](const Call &C) -> Results { return C[0].to(C[1].scalar_type()); }},
};

} // namespace

OperatorRows elementwiseOperators() { return rows(Table); }

} // namespace toscount::measure
