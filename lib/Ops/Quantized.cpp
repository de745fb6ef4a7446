//===- Quantized.cpp - to and from quantized tensors ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// QuantizeLinear, DequantizeLinear and DynamicQuantizeLinear. Scales are
/// floating; what happens to a number before it is quantized, and after it is
/// dequantized, counts at the scale's type, the subtraction of a zero point at
/// the quantized type.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "Quantization.h"
#include "ShapeHelpers.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

/// Operand 1 scales operand 0 as a whole, along an axis (from opset 13), or by
/// blocks along an axis (from opset 21).
Error checkScale(const ShapeContext &C) {
  ShapeRef X = C.inShape(0);
  ShapeRef S = C.inShape(1);
  int64_t Block = C.opset() >= 21 ? C.attrInt("block_size", 0) : 0;
  if (Block < 0)
    return C.fail("its attribute 'block_size' is " + Twine(Block) +
                  ", but must not be negative");
  if (Block == 0 && elements(S) == 1 && S.size() <= 1)
    return Error::success();
  auto Mismatch = [&] {
    return C.fail("a scale of shape " + toString(S) +
                  " does not fit an operand of shape " + toString(X) +
                  (Block != 0 ? " in blocks of " + Twine(Block) : Twine("")));
  };
  if (C.opset() < 13 || (Block == 0 && S.size() != 1) ||
      (Block != 0 && S.size() != X.size()))
    return Mismatch();
  Expected<size_t> Axis = C.checkedAxis(C.attrInt("axis", 1), X.size());
  if (!Axis)
    return Axis.takeError();
  if (Block == 0)
    return S[0] == X[*Axis] ? Error::success() : Mismatch();
  for (size_t I = 0; I < X.size(); ++I) {
    int64_t Blocks = X[I] / Block + (X[I] % Block != 0 ? 1 : 0);
    if (S[I] != (I == *Axis ? Blocks : X[I]))
      return Mismatch();
  }
  return Error::success();
}

/// Type-valued attribute \p Name, where 0 is as good as absent.
Expected<ElementType> optionalType(const ShapeContext &C, StringRef Name,
                                   ElementType Default) {
  if (C.attrInt(Name, 0) == 0)
    return Default;
  return typeAttr(C, Name, Default);
}

Error shapeQuantize(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 3))
    return E;
  if (!isFloating(C.inType(0)) && C.inType(0) != ElementType::Int32)
    return C.fail("its operand is " + name(C.inType(0)) +
                  ", but must be floating or int32");
  if (Error E = expectFloating(C, 1))
    return E;
  if (Error E = expectZeroPoint(C, NoId, 1, 2))
    return E;
  Expected<ElementType> Type = optionalType(
      C, "output_dtype", C.hasInput(2) ? C.inType(2) : ElementType::UInt8);
  if (!Type)
    return Type.takeError();
  if (!isQuantized(*Type) || bitWidth(*Type) > 16)
    return C.fail("its result would be " + name(*Type) +
                  ", which nothing is quantized to");
  if (C.hasInput(2) && C.inType(2) != *Type)
    return C.fail("its zero point is " + name(C.inType(2)) +
                  ", but its attribute 'output_dtype' says " + name(*Type));
  Expected<ElementType> Precision =
      optionalType(C, "precision", ElementType::Float32);
  if (!Precision)
    return Precision.takeError();
  if (!isFloating(*Precision))
    return C.fail("its attribute 'precision' is " + name(*Precision) +
                  ", but must be a floating type");
  if (Error E = checkScale(C))
    return E;
  return C.setOutput(0, *Type, C.inShape(0));
}

void forwardQuantize(const OpInstance &Op, Work &W) {
  Count N = Op.outSize(0);
  ElementType Target = Op.outType(0);
  if (int64_t Precision = Op.attrInt("precision", 0))
    W.setType(elementTypeFromOnnx(Precision).value_or(W.type()));
  W.div(N, "by the scale, for each element");
  countQuantize(W, N, Target, Op.hasInput(2),
                Target == ElementType::Float4E2M1 || !isFloating(Target) ||
                    Op.attrInt("saturate", 1) != 0);
}

Error shapeDequantize(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 3))
    return E;
  if (Error E = expectQuantized(C, 0))
    return E;
  if (Error E = expectFloating(C, 1))
    return E;
  if (Error E = expectZeroPoint(C, 0, 1, 2))
    return E;
  Expected<ElementType> Type = optionalType(C, "output_dtype", C.inType(1));
  if (!Type)
    return Type.takeError();
  if (!isFloating(*Type))
    return C.fail("its attribute 'output_dtype' is " + name(*Type) +
                  ", but must be a floating type");
  if (Error E = checkScale(C))
    return E;
  return C.setOutput(0, *Type, C.inShape(0));
}

void forwardDequantize(const OpInstance &Op, Work &W) {
  if (Op.hasInput(2)) {
    W.setType(Op.inType(0));
    W.sub(Op.inSize(0), "the zero point, for each element");
  }
  W.setType(Op.inType(1));
  W.mul(Op.inSize(0), "by the scale, for each element");
}

void backwardDequantize(const OpInstance &Op, GradWork &G) {
  Count N = Op.inSize(0);
  G.setType(Op.inType(1));
  if (G.needs(0)) {
    G.savesInput(1);
    G.mul(N, "dx = dy * x_scale");
  }
  if (!G.needs(1))
    return;
  if (Op.hasInput(2))
    G.savesHidden(Op.inType(0), N);
  else
    G.savesInput(0);
  G.mul(N, "dx_scale: dy * (x - x_zero_point)");
  G.broadcastSum(1, N, Op.inSize(1));
}

Error shapeDynamicQuantize(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  if (Error E = expectFloating(C, 0))
    return E;
  if (Error E = C.setOutput(0, ElementType::UInt8, C.inShape(0)))
    return E;
  if (Error E = C.setOutput(1, C.inType(0), {}))
    return E;
  return C.setOutput(2, ElementType::UInt8, {});
}

void forwardDynamicQuantize(const OpInstance &Op, Work &W) {
  Count N = Op.inSize(0);
  W.cmp(N * 2, "max(0, max(x)) and min(0, min(x)): one step an element each");
  W.sub(1, "their difference");
  W.div(1, "y_scale = (max - min) / 255");
  W.div(1, "min / y_scale");
  W.sub(1, "0 - min / y_scale");
  W.cmp(3, "y_zero_point: rounded, saturated at both ends");
  W.div(N, "by the scale, for each element");
  countQuantize(W, N, ElementType::UInt8, true);
}

constexpr OpInfo Rows[] = {
    {.Name = "QuantizeLinear",
     .Since = 10,
     .Types = "fi f fi",
     .Trainable = operands(0),
     .Buffers = operands(1),
     .Shape = shapeQuantize,
     .Forward = forwardQuantize,
     .ForwardDoc =
         "y = saturate(round(x / y_scale) + y_zero_point) for each element: "
         "div "
         "1, round cmp 1 (integer results only), add 1 with y_zero_point, "
         "saturate cmp 2 (not for float8 results with saturate = 0)",
     .BackwardDoc = "its derivative is zero wherever it exists; the "
                    "straight-through estimator is not its derivative"},
    {.Name = "DequantizeLinear",
     .Since = 10,
     .Types = "Tfi f Tfi",
     .Trainable = operands(0),
     .Buffers = operands(1),
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeDequantize,
     .Forward = forwardDequantize,
     .Backward = backwardDequantize,
     .ForwardDoc =
         "y = (x - x_zero_point) * x_scale for each element: sub 1 at "
         "the quantized type with x_zero_point, mul 1",
     .BackwardDoc =
         "dx_scale: mul 1 for each element, summed to the scale's shape; dx = "
         "dy * x_scale only where x is floating: mul 1"},
    {.Name = "DynamicQuantizeLinear",
     .Since = 11,
     .Types = "f",
     .Shape = shapeDynamicQuantize,
     .Forward = forwardDynamicQuantize,
     .ForwardDoc =
         "y_scale = (max(0, max(x)) - min(0, min(x))) / 255 and y_zero_point = "
         "saturate(round(0 - min / y_scale)): cmp 2 an element, sub 2, div 2, "
         "cmp 3; y = saturate(round(x / y_scale) + y_zero_point): div 1, cmp "
         "3, add 1 an element",
     .BackwardDoc = "its result is integer; its derivative is zero wherever it "
                    "exists"},
};

} // namespace

ArrayRef<OpInfo> quantizedOps() { return Rows; }

} // namespace toscount
