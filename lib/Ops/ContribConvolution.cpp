//===- ContribConvolution.cpp - fused convolutions ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Convolutions with an addition and an activation after them, those that keep
/// channels last, and one whose pads are an operand.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "FusedActivation.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

/// [N, ..., C] as [N, C, ...].
Shape channelsFirst(ShapeRef Dims) {
  Shape First(Dims);
  std::rotate(First.begin() + 1, First.end() - 1, First.end());
  return First;
}
Shape channelsLast(ShapeRef Dims) {
  Shape Last(Dims);
  std::rotate(Last.begin() + 1, Last.begin() + 2, Last.end());
  return Last;
}

/// \p Y, the sum of it and operand 3 if there is one, and the activation.
Error finish(Fusion &F, ValueId Y) {
  if (F.op().hasInput(3)) {
    if (Error E = F.expectShape(3, F.shape(Y)))
      return E;
    Y = F.apply("Add", {Y, F.in(3)});
  }
  Expected<ValueId> Z = activate(F, Y, F.op().attrString("activation", ""),
                                 F.op().attrFloats("activation_params"));
  if (!Z)
    return Z.takeError();
  F.result(0, *Z);
  return Error::success();
}

Error defineConv(Fusion &F) {
  if (Error E = F.expectOperands(2, 4, 3))
    return E;
  return finish(F, F.apply("Conv", {F.in(0), F.in(1), F.in(2)},
                           F.op().node().Attributes));
}

/// \p WeightsLast: the weight is [M, ..., C / group], too.
Error defineNhwc(Fusion &F, bool WeightsLast) {
  if (Error E = F.expectOperands(2, 4, 3))
    return E;
  ShapeRef W = F.op().inShape(1);
  if (W.size() < 3)
    return F.fail("its weight has shape " + toString(W) +
                  ", but at least 3 dimensions are needed");
  ValueId X = F.arrange({F.in(0)}, channelsFirst(F.op().inShape(0)));
  ValueId Weight =
      WeightsLast ? F.arrange({F.in(1)}, channelsFirst(W)) : F.in(1);
  ValueId Y = F.apply("Conv", {X, Weight, F.in(2)}, F.op().node().Attributes);
  if (F.shape(Y).size() < 3) // A step failed.
    return Error::success();
  return finish(F, F.arrange({Y}, channelsLast(F.shape(Y))));
}

Error defineNhwcConv(Fusion &F) { return defineNhwc(F, true); }
Error defineNhwcFusedConv(Fusion &F) { return defineNhwc(F, false); }

Error defineNhwcMaxPool(Fusion &F) {
  if (Error E = F.expectOperands(1, 1, 3))
    return E;
  ValueId X = F.arrange({F.in(0)}, channelsFirst(F.op().inShape(0)));
  ValueId Y = F.apply("MaxPool", {X}, F.op().node().Attributes);
  if (F.shape(Y).size() < 3) // A step failed.
    return Error::success();
  F.result(0, F.arrange({Y}, channelsLast(F.shape(Y))));
  return Error::success();
}

Error defineDynamicPads(Fusion &F) {
  if (Error E = F.expectOperands(2, 4, 3))
    return E;
  SmallVector<Attribute, 8> Attributes;
  for (const Attribute &A : F.op().node().Attributes)
    if (A.Name != "pads")
      Attributes.push_back(A);
  if (F.op().hasInput(2)) {
    const Constant *Pads = F.op().contents(2);
    if (Pads == nullptr || isFloating(Pads->Type))
      return F.fail("its pads (operand 2) are only known when the network "
                    "runs");
    Attributes.push_back(F.attrInts("pads", Pads->Ints));
  }
  F.result(0,
           F.apply("ConvTranspose", {F.in(0), F.in(1), F.in(3)}, Attributes));
  return Error::success();
}

constexpr OpInfo Rows[] = {
    {.Name = "FusedConv",
     .Domain = "com.microsoft",
     .Trainable = operands(1, 2),
     .Differentiable = operands(0, 1, 2, 3),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineConv>,
     .Forward = forwardFused<defineConv>,
     .Backward = backwardFused<defineConv>,
     .ForwardDoc = "as Conv; Add with Z; the activation",
     .BackwardDoc = "as the activation and Conv"},
    {.Name = "NhwcConv",
     .Domain = "com.microsoft",
     .Trainable = operands(1, 2),
     .Differentiable = operands(0, 1, 2),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineNhwcConv>,
     .Forward = forwardFused<defineNhwcConv>,
     .Backward = backwardFused<defineNhwcConv>,
     .ForwardDoc = "as Conv, channels last in all operands",
     .BackwardDoc = "as Conv"},
    {.Name = "NhwcFusedConv",
     .Domain = "com.microsoft",
     .Trainable = operands(1, 2),
     .Differentiable = operands(0, 1, 2, 3),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineNhwcFusedConv>,
     .Forward = forwardFused<defineNhwcFusedConv>,
     .Backward = backwardFused<defineNhwcFusedConv>,
     .ForwardDoc = "as FusedConv, channels last in X, Z and Y",
     .BackwardDoc = "as FusedConv"},
    {.Name = "NhwcMaxPool",
     .Domain = "com.microsoft",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineNhwcMaxPool>,
     .Forward = forwardFused<defineNhwcMaxPool>,
     .Backward = backwardFused<defineNhwcMaxPool>,
     .ForwardDoc = "as MaxPool, channels last",
     .BackwardDoc = "as MaxPool"},
    {.Name = "ConvTransposeWithDynamicPads",
     .Domain = "com.microsoft",
     .Trainable = operands(1, 3),
     .Differentiable = operands(0, 1, 3),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineDynamicPads>,
     .Forward = forwardFused<defineDynamicPads>,
     .Backward = backwardFused<defineDynamicPads>,
     .ForwardDoc = "as ConvTranspose; its pads must be known",
     .BackwardDoc = "as ConvTranspose"},
};

} // namespace

ArrayRef<OpInfo> contribConvolutionOps() { return Rows; }

} // namespace toscount
