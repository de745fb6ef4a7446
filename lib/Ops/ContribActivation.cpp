//===- ContribActivation.cpp - fused activations --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// ONNX Runtime's activations, softmax and dropout with the additions before
/// and after them (domain com.microsoft).
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "FusedActivation.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {

Expected<ValueId> activate(Fusion &F, ValueId X, StringRef Name,
                           ArrayRef<double> Parameters) {
  auto Parameter = [&](size_t I, double Default) {
    return I < Parameters.size() ? Parameters[I] : Default;
  };
  if (Name.empty())
    return X;
  if (Name == "Clip") {
    SmallVector<ValueId, 3> In = {X};
    for (size_t I = 0; I < 2; ++I)
      In.push_back(I < Parameters.size() ? F.scalar(F.type(X)) : NoId);
    return F.apply("Clip", In);
  }
  if (Name == "LeakyRelu")
    return F.apply("LeakyRelu", {X}, {F.attr("alpha", Parameter(0, 0.01))});
  if (Name == "HardSigmoid")
    return F.apply("HardSigmoid", {X},
                   {F.attr("alpha", Parameter(0, 0.2)),
                    F.attr("beta", Parameter(1, 0.5))});
  if (Name == "Elu")
    return F.apply("Elu", {X}, {F.attr("alpha", Parameter(0, 1))});
  if (Name == "Swish" || Name == "SiLU" || Name == "Silu")
    return F.apply("Swish", {X});
  static constexpr StringLiteral Plain[] = {
      "Relu", "Sigmoid", "Tanh", "Softplus", "Softsign", "HardSwish", "Gelu"};
  for (StringLiteral Known : Plain)
    if (Name == Known)
      return F.apply(Known, {X});
  return F.fail("its activation '" + printable(Name) + "' is not known");
}

namespace {

// -- Gelu and its relatives.

/// x, and the bias, if there is one.
Expected<ValueId> biased(Fusion &F) {
  if (!F.op().hasInput(1))
    return F.in(0);
  ValueId Sum = F.apply("Add", {F.in(0), F.in(1)});
  if (Error E = F.expectLikeInput(Sum))
    return E;
  return Sum;
}

Error defineGelu(Fusion &F) {
  if (Error E = F.expectOperands(1, 1, 0))
    return E;
  F.result(0, F.apply("Gelu", {F.in(0)}));
  return Error::success();
}

Error defineBiasGelu(Fusion &F) {
  if (Error E = F.expectOperands(2, 2, 1))
    return E;
  Expected<ValueId> X = biased(F);
  if (!X)
    return X.takeError();
  F.result(0, F.apply("Gelu", {*X}));
  return Error::success();
}

Error defineFastGelu(Fusion &F) {
  if (Error E = F.expectOperands(1, 2, 0))
    return E;
  Expected<ValueId> X = biased(F);
  if (!X)
    return X.takeError();
  F.result(0, F.apply("Gelu", {*X}, {F.attr("approximate", "tanh")}));
  return Error::success();
}

Error defineQuickGelu(Fusion &F) {
  if (Error E = F.expectOperands(1, 1, 0))
    return E;
  double Alpha = F.op().attrFloat("alpha", 1.702);
  F.result(0, F.apply("Swish", {F.in(0)}, {F.attr("alpha", Alpha)}));
  return Error::success();
}

Error defineBiasSplitGelu(Fusion &F) {
  if (Error E = F.expectOperands(2, 2, 1))
    return E;
  Shape Half(F.op().inShape(0));
  if (Half.back() % 2 != 0)
    return F.fail("operand 0 of shape " + toString(Half) +
                  " cannot be cut into two halves");
  if (Error E = F.expectShape(1, {Half.back()}))
    return E;
  Half.back() /= 2;
  ValueId Sum = F.apply("Add", {F.in(0), F.in(1)});
  SmallVector<ValueId, 4> Halves = F.split(Sum, {Half, Half});
  F.result(0, F.apply("Mul", {Halves[0], F.apply("Gelu", {Halves[1]})}));
  return Error::success();
}

// -- Sums.

Error defineBiasAdd(Fusion &F) {
  if (Error E = F.expectOperands(3, 3, 1))
    return E;
  if (Error E = F.expectShape(1, {F.op().inShape(0).back()}))
    return E;
  if (Error E = F.expectShape(2, F.op().inShape(0)))
    return E;
  ValueId Sum = F.apply("Add", {F.in(0), F.in(1)});
  F.result(0, F.apply("Add", {Sum, F.in(2)}));
  return Error::success();
}

// -- Softmax.

Error defineBiasSoftmax(Fusion &F) {
  if (Error E = F.expectOperands(2, 2, 1))
    return E;
  ShapeRef Dims = F.op().inShape(0);
  auto Rank = static_cast<int64_t>(Dims.size());
  int64_t Axis = F.op().attrInt("axis", 1);
  if (Axis < -Rank || Axis >= Rank)
    return F.fail("its attribute 'axis' is " + Twine(Axis) +
                  ", outside its operand of shape " + toString(Dims));
  ValueId Sum = F.apply("Add", {F.in(0), F.in(1)});
  if (Error E = F.expectLikeInput(Sum))
    return E;
  // Rows are whatever lies behind the axis.
  size_t Cut = OpInstance::axis(Axis, Dims.size());
  Count Length = elements(Dims.drop_front(Cut));
  Count Number = elements(Dims.take_front(Cut));
  if (!Length.valid() || !Number.valid())
    return F.fail("its operand is more than any memory holds");
  ValueId Rows = F.arrange({Sum}, {static_cast<int64_t>(Number.value()),
                                   static_cast<int64_t>(Length.value())});
  F.result(0, F.arrange({F.apply("Softmax", {Rows})}, Dims));
  return Error::success();
}

// -- Dropout.

/// \p Bits: the mask is packed into words of 32 bits.
Error defineDropout(Fusion &F, bool Bias, bool Bits) {
  unsigned Ratio = Bias ? 3 : 1;
  if (Error E = F.expectOperands(Bias ? 2 : 1, Ratio + 2, 0))
    return E;
  ValueId X = F.in(0);
  if (Bias) {
    X = F.apply("Add", {X, F.in(1)});
    if (Error E = F.expectLikeInput(X))
      return E;
    if (Error E = F.expectShape(2, F.op().inShape(0)))
      return E;
  }
  SmallVector<ValueId, 4> Y =
      F.applyAll("Dropout", {X, F.in(Ratio), F.in(Ratio + 1)}, 2, {});
  if (Bias && F.op().hasInput(2))
    Y[0] = F.apply("Add", {Y[0], F.in(2)});
  F.result(0, Y[0]);
  if (Bits) {
    Count Words = (F.op().inSize(0) + 31) / 32;
    if (!Words.valid())
      return F.fail("its operand is more than any memory holds");
    Y[1] = F.arrange({Y[1]}, {static_cast<int64_t>(Words.value())},
                     ElementType::UInt32);
  }
  F.result(1, Y[1]);
  return Error::success();
}

Error defineBiasDropout(Fusion &F) { return defineDropout(F, true, false); }
Error defineBitmaskDropout(Fusion &F) { return defineDropout(F, false, true); }
Error defineBitmaskBiasDropout(Fusion &F) {
  return defineDropout(F, true, true);
}

constexpr OpInfo Rows[] = {
    {.Name = "Gelu",
     .Domain = "com.microsoft",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineGelu>,
     .Forward = forwardFused<defineGelu>,
     .Backward = backwardFused<defineGelu>,
     .ForwardDoc = "as Gelu of the standard domain, erf form",
     .BackwardDoc = "as Gelu"},
    {.Name = "BiasGelu",
     .Domain = "com.microsoft",
     .Trainable = operands(0, 1),
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineBiasGelu>,
     .Forward = forwardFused<defineBiasGelu>,
     .Backward = backwardFused<defineBiasGelu>,
     .ForwardDoc = "gelu(A + B), erf form: Add, Gelu",
     .BackwardDoc = "as Gelu and Add"},
    {.Name = "FastGelu",
     .Domain = "com.microsoft",
     .Trainable = operands(0, 1),
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineFastGelu>,
     .Forward = forwardFused<defineFastGelu>,
     .Backward = backwardFused<defineFastGelu>,
     .ForwardDoc = "gelu(X + bias), tanh form: Add (with bias), Gelu with "
                   "approximate=tanh",
     .BackwardDoc = "as Gelu and Add"},
    {.Name = "QuickGelu",
     .Domain = "com.microsoft",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineQuickGelu>,
     .Forward = forwardFused<defineQuickGelu>,
     .Backward = backwardFused<defineQuickGelu>,
     .ForwardDoc = "x * sigmoid(alpha * x): as Swish",
     .BackwardDoc = "as Swish"},
    {.Name = "BiasSplitGelu",
     .Domain = "com.microsoft",
     .Trainable = operands(0, 1),
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineBiasSplitGelu>,
     .Forward = forwardFused<defineBiasSplitGelu>,
     .Backward = backwardFused<defineBiasSplitGelu>,
     .ForwardDoc = "left * gelu(right), the halves of X + bias: Add, Gelu "
                   "(erf form), Mul",
     .BackwardDoc = "as Mul, Gelu and Add"},
    {.Name = "BiasAdd",
     .Domain = "com.microsoft",
     .Trainable = operands(0, 1, 2),
     .Differentiable = operands(0, 1, 2),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineBiasAdd>,
     .Forward = forwardFused<defineBiasAdd>,
     .Backward = backwardFused<defineBiasAdd>,
     .ForwardDoc = "X + bias + skip: two Add",
     .BackwardDoc = "dbias: summed; dX and dskip are dY"},
    {.Name = "BiasSoftmax",
     .Domain = "com.microsoft",
     .Trainable = operands(0, 1),
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Probabilities = true,
     .Shape = shapeFused<defineBiasSoftmax>,
     .Forward = forwardFused<defineBiasSoftmax>,
     .Backward = backwardFused<defineBiasSoftmax>,
     .ForwardDoc = "softmax(data + bias) over the dimensions from axis on: "
                   "Add, Softmax",
     .BackwardDoc = "as Softmax; dbias summed back to its shape"},
    {.Name = "BiasDropout",
     .Domain = "com.microsoft",
     .Trainable = operands(0, 1),
     .Differentiable = operands(0, 1, 2),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineBiasDropout>,
     .Forward = forwardFused<defineBiasDropout>,
     .Backward = backwardFused<defineBiasDropout>,
     .ForwardDoc = "dropout(data + bias) + residual: Add, Dropout, Add",
     .BackwardDoc = "as Dropout and Add"},
    {.Name = "BitmaskDropout",
     .Domain = "com.microsoft",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineBitmaskDropout>,
     .Forward = forwardFused<defineBitmaskDropout>,
     .Backward = backwardFused<defineBitmaskDropout>,
     .ForwardDoc = "as Dropout; its mask is 32 elements a word",
     .BackwardDoc = "as Dropout"},
    {.Name = "BitmaskBiasDropout",
     .Domain = "com.microsoft",
     .Trainable = operands(0, 1),
     .Differentiable = operands(0, 1, 2),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineBitmaskBiasDropout>,
     .Forward = forwardFused<defineBitmaskBiasDropout>,
     .Backward = backwardFused<defineBitmaskBiasDropout>,
     .ForwardDoc = "as BiasDropout; its mask is 32 elements a word",
     .BackwardDoc = "as BiasDropout"},
};

} // namespace

ArrayRef<OpInfo> contribActivationOps() { return Rows; }

} // namespace toscount
