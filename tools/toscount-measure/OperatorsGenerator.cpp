//===- OperatorsGenerator.cpp - constants and random draws ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Failure.h"
#include "Operators.h"

namespace toscount::measure {
namespace {

TensorInfo tensorAttribute(const Call &C, const char *Name) {
  return parseTensor(C.N.Attributes.at(Name));
}

/// Floating results lie where the network does, shapes on the host.
at::TensorOptions options(const Call &C, at::ScalarType Type) {
  return at::TensorOptions().dtype(Type).device(
      at::isFloatingType(Type) ? C.Device : at::Device(at::kCPU));
}

at::Tensor placed(const Call &C, at::Tensor T) {
  at::ScalarType Type = T.scalar_type();
  if (C.ForceFloat32 && at::isFloatingType(Type))
    Type = at::kFloat;
  return T.to(options(C, Type));
}

Results runConstant(const Call &C) {
  if (C.given("value"))
    return placed(C, makeTensor(tensorAttribute(C, "value")));
  if (C.given("value_float"))
    return placed(C,
                  at::tensor(static_cast<float>(C.attr("value_float", 0.0))));
  if (C.given("value_int"))
    return at::tensor(C.attr("value_int", static_cast<int64_t>(0)), at::kLong);
  if (C.given("value_floats"))
    return placed(C, at::tensor(C.attrFloats("value_floats"), at::kFloat));
  if (C.given("value_ints"))
    return at::tensor(C.attrInts("value_ints"), at::kLong);
  throw Failure("this kind of constant can't be run");
}

Results runConstantOfShape(const Call &C) {
  std::vector<int64_t> Shape = C.ints(0);
  at::Tensor Value = C.given("value")
                         ? makeTensor(tensorAttribute(C, "value")).reshape({})
                         : at::zeros({});
  return placed(C, Value.expand(Shape).contiguous());
}

Results runRange(const Call &C) {
  at::ScalarType Type = C[0].scalar_type();
  if (at::isFloatingType(Type))
    return at::arange(C.number(0), C.number(1), C.number(2), options(C, Type));
  return at::arange(C.ints(0).at(0), C.ints(1).at(0), C.ints(2).at(0),
                    options(C, Type));
}

Results runEyeLike(const Call &C) {
  at::ScalarType Type =
      C.given("dtype") ? C.dataType(C.attr("dtype", 1)) : C[0].scalar_type();
  at::Tensor Y = at::zeros(C[0].sizes(), C[0].options().dtype(Type));
  Y.diagonal(C.attr("k", 0)).fill_(1);
  return Y;
}

/// Options of a draw: the attribute's type, or operand 0's when there is one.
at::TensorOptions drawn(const Call &C, bool Like) {
  at::ScalarType Type = C.given("dtype") || !Like
                            ? C.dataType(C.attr("dtype", 1))
                            : C[0].scalar_type();
  if (!at::isFloatingType(Type))
    Type = at::kFloat;
  return at::TensorOptions().dtype(Type).device(C.Device);
}

template <bool Like> Results runNormal(const Call &C) {
  std::vector<int64_t> Shape = Like ? C[0].sizes().vec() : C.attrInts("shape");
  double Mean = C.attr("mean", 0.0), Scale = C.attr("scale", 1.0);
  at::Tensor Y = at::randn(Shape, drawn(C, Like));
  if (Scale != 1)
    Y = Y * Scale;
  return Mean != 0 ? Y + Mean : Y;
}

template <bool Like> Results runUniform(const Call &C) {
  std::vector<int64_t> Shape = Like ? C[0].sizes().vec() : C.attrInts("shape");
  double Low = C.attr("low", 0.0), High = C.attr("high", 1.0);
  return at::rand(Shape, drawn(C, Like)) * (High - Low) + Low;
}

constexpr OperatorRow Table[] = {
    {"Constant", runConstant},
    {"ConstantOfShape", runConstantOfShape, 1},
    {"Range", runRange, 7},
    {"EyeLike", runEyeLike},
    {"RandomNormal", runNormal<false>},
    {"RandomNormalLike", runNormal<true>},
    {"RandomUniform", runUniform<false>},
    {"RandomUniformLike", runUniform<true>},
    {"Bernoulli",
     [](const Call &C) -> Results {
       at::Tensor Y = at::bernoulli(C[0].detach());
       return C.given("dtype") ? Y.to(C.dataType(C.attr("dtype", 1))) : Y;
     }},
};

} // namespace

OperatorRows generatorOperators() { return rows(Table); }

} // namespace toscount::measure
