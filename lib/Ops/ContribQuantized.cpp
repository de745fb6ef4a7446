//===- ContribQuantized.cpp - ONNX Runtime's quantized operators ----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Element by element and over windows, these are defined on real numbers:
/// operands are dequantized, the standard operator is applied, its result is
/// quantized.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "Fusion.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

/// Operand \p I, its scale and its zero point behind it, as a real number.
ValueId real(Fusion &F, unsigned I) {
  return F.apply("DequantizeLinear", {F.in(I), F.in(I + 1), F.in(I + 2)});
}

/// \p X quantized by operands \p Scale and the one behind it; without a zero
/// point, to operand \p Like's type.
void quantized(Fusion &F, ValueId X, unsigned Scale, unsigned Like) {
  SmallVector<Attribute, 1> Type;
  if (!F.op().hasInput(Scale + 1))
    Type.push_back(F.attr("output_dtype",
                          F.op().inType(Like) == ElementType::Int8 ? 3 : 2));
  F.result(0,
           F.apply("QuantizeLinear", {X, F.in(Scale), F.in(Scale + 1)}, Type));
}

Error expectScales(const Fusion &F, std::initializer_list<unsigned> Scales) {
  for (unsigned I : Scales)
    if (!F.op().hasInput(I) || !isFloating(F.op().inType(I)))
      return F.fail("operand " + Twine(I) + " must be a floating scale");
  return Error::success();
}

Error expectEightBits(const Fusion &F, std::initializer_list<unsigned> Data) {
  for (unsigned I : Data)
    if (!isInteger(F.op().inType(I)) || bitWidth(F.op().inType(I)) > 16)
      return F.fail("operand " + Twine(I) + " '" +
                    printable(F.op().input(I).Name) + "' is " +
                    name(F.op().inType(I)) + ", not quantized");
  return Error::success();
}

// -- To and from.

Error defineQuantize(Fusion &F) {
  if (Error E = F.expectOperands(2, 3))
    return E;
  F.result(0, F.apply("QuantizeLinear", {F.in(0), F.in(1), F.in(2)},
                      F.op().node().Attributes));
  return Error::success();
}

Error defineDequantize(Fusion &F) {
  if (Error E = F.expectOperands(2, 3))
    return E;
  F.result(0, F.apply("DequantizeLinear", {F.in(0), F.in(1), F.in(2)},
                      F.op().node().Attributes));
  return Error::success();
}

// -- One operand: x, its scale and zero point, the result's.

Error expectOne(const Fusion &F) {
  if (Error E = F.expectOperands(2, 5))
    return E;
  if (Error E = expectScales(F, {1, 3}))
    return E;
  return expectEightBits(F, {0});
}

Error defineSigmoid(Fusion &F) {
  if (Error E = expectOne(F))
    return E;
  quantized(F, F.apply("Sigmoid", {real(F, 0)}), 3, 0);
  return Error::success();
}

Error defineLeakyRelu(Fusion &F) {
  if (Error E = expectOne(F))
    return E;
  double Alpha = F.op().attrFloat("alpha", 0.01);
  quantized(F, F.apply("LeakyRelu", {real(F, 0)}, {F.attr("alpha", Alpha)}), 3,
            0);
  return Error::success();
}

Error defineSoftmax(Fusion &F) {
  if (Error E = expectOne(F))
    return E;
  ValueId X = real(F, 0);
  ShapeRef Dims = F.op().inShape(0);
  auto Rank = static_cast<int64_t>(Dims.size());
  bool Flattens = F.op().attrInt("opset", 13) < 13;
  int64_t Axis = F.op().attrInt("axis", Flattens ? 1 : -1);
  if (Axis < -Rank || Axis >= Rank)
    return F.fail("its attribute 'axis' is " + Twine(Axis) +
                  ", outside its operand of shape " + toString(Dims));
  if (!Flattens) {
    quantized(F, F.apply("Softmax", {X}, {F.attr("axis", Axis)}), 3, 0);
    return Error::success();
  }
  ShapeRef Row = Dims.drop_front(OpInstance::axis(Axis, Dims.size()));
  Count Length = elements(Row);
  Count Number = elements(Dims.drop_back(Row.size()));
  if (!Length.valid() || !Number.valid())
    return F.fail("its operand is more than any memory holds");
  ValueId Rows = F.arrange({X}, {static_cast<int64_t>(Number.value()),
                                 static_cast<int64_t>(Length.value())});
  quantized(F, F.arrange({F.apply("Softmax", {Rows})}, Dims), 3, 0);
  return Error::success();
}

/// \p Dims with its last dimension moved behind the first, or back.
Shape moved(ShapeRef Dims, bool ToFront) {
  Shape S(Dims);
  if (S.size() < 3)
    return S;
  if (ToFront)
    std::rotate(S.begin() + 1, S.end() - 1, S.end());
  else
    std::rotate(S.begin() + 1, S.begin() + 2, S.end());
  return S;
}

Error definePool(Fusion &F, StringLiteral Name) {
  if (Error E = expectOne(F))
    return E;
  bool Last = F.op().attrInt("channels_last", 0) != 0;
  ValueId X = real(F, 0);
  if (Last)
    X = F.arrange({X}, moved(F.op().inShape(0), true));
  X = F.apply(Name, {X}, F.op().node().Attributes);
  if (Last)
    X = F.arrange({X}, moved(F.shape(X), false));
  quantized(F, X, 3, 0);
  return Error::success();
}

Error defineAveragePool(Fusion &F) { return definePool(F, "AveragePool"); }
Error defineGlobalPool(Fusion &F) { return definePool(F, "GlobalAveragePool"); }

Error defineReduceMean(Fusion &F) {
  if (Error E = expectOne(F))
    return E;
  SmallVector<ValueId, 2> In = {real(F, 0)};
  if (F.op().hasAttr("axes"))
    In.push_back(F.integers(F.op().attrInts("axes")));
  quantized(F,
            F.apply("ReduceMean", In,
                    {F.attr("keepdims", F.op().attrInt("keepdims", 1))}),
            3, 0);
  return Error::success();
}

// -- Two operands and more.

Error expectTwo(const Fusion &F) {
  if (Error E = F.expectOperands(2, 8))
    return E;
  if (!F.op().hasInput(3))
    return F.fail("operand 3 is missing");
  if (Error E = expectScales(F, {1, 4, 6}))
    return E;
  return expectEightBits(F, {0, 3});
}

Error defineAdd(Fusion &F) {
  if (Error E = expectTwo(F))
    return E;
  quantized(F, F.apply("Add", {real(F, 0), real(F, 3)}), 6, 0);
  return Error::success();
}

/// Operand \p Data less its zero point, at the quantized type.
ValueId centred(Fusion &F, unsigned Data, unsigned Zero) {
  if (!F.op().hasInput(Zero))
    return F.in(Data);
  return F.apply("Sub", {F.in(Data), F.in(Zero)});
}

/// The product of integers multiplies first and scales then.
Error defineMul(Fusion &F) {
  if (Error E = expectTwo(F))
    return E;
  ValueId P = F.apply("Mul", {centred(F, 0, 2), centred(F, 3, 5)});
  P = F.arrange({P}, F.shape(P), F.op().inType(1));
  P = F.apply("Mul", {P, F.apply("Mul", {F.in(1), F.in(4)})});
  quantized(F, P, 6, 0);
  return Error::success();
}

Error defineMulInteger(Fusion &F) {
  if (Error E = F.expectOperands(1, 4))
    return E;
  if (!F.op().hasInput(2))
    return F.fail("operand 2 is missing");
  if (Error E = expectEightBits(F, {0, 2}))
    return E;
  ValueId P = F.apply("Mul", {centred(F, 0, 1), centred(F, 2, 3)});
  F.result(0, F.arrange({P}, F.shape(P), ElementType::Int32));
  return Error::success();
}

Error defineReduceSumInteger(Fusion &F) {
  if (Error E = F.expectOperands(1, 1))
    return E;
  if (Error E = expectEightBits(F, {0}))
    return E;
  bool Signed = F.op().inType(0) == ElementType::Int8;
  SmallVector<ValueId, 2> In = {
      F.arrange({F.in(0)}, F.op().inShape(0),
                Signed ? ElementType::Int32 : ElementType::UInt32)};
  if (F.op().hasAttr("axes"))
    In.push_back(F.integers(F.op().attrInts("axes")));
  F.result(0, F.apply("ReduceSum", In,
                      {F.attr("keepdims", F.op().attrInt("keepdims", 1))}));
  return Error::success();
}

Error defineConcat(Fusion &F) {
  const OpInstance &Op = F.op();
  unsigned N = Op.numInputs();
  if (N < 5 || (N - 2) % 3 != 0)
    return F.fail(Twine(N) + " operands, but the result's scale and zero "
                             "point and three for each tensor are needed");
  for (unsigned I = 0; I < N; ++I)
    if (!Op.hasInput(I))
      return F.fail("operand " + Twine(I) + " is missing");
  SmallVector<ValueId, 8> In;
  for (unsigned I = 2; I < N; I += 3)
    In.push_back(real(F, I));
  quantized(F, F.apply("Concat", In, {F.attr("axis", Op.attrInt("axis", 0))}),
            0, 2);
  return Error::success();
}

Error defineWhere(Fusion &F) {
  if (Error E = F.expectOperands(8, 9))
    return E;
  if (Error E = expectEightBits(F, {1, 4}))
    return E;
  quantized(F, F.apply("Where", {F.in(0), real(F, 1), real(F, 4)}), 7, 1);
  return Error::success();
}

constexpr StringLiteral Integers = "computes on integers: not differentiable";

constexpr OpInfo Rows[] = {
    {.Name = "QuantizeLinear",
     .Domain = "com.microsoft",
     .Trainable = operands(0),
     .Buffers = operands(1),
     .Shape = shapeFused<defineQuantize>,
     .Forward = forwardFused<defineQuantize>,
     .ForwardDoc = "as QuantizeLinear of the standard domain",
     .BackwardDoc = "its derivative is zero wherever it exists"},
    {.Name = "DequantizeLinear",
     .Domain = "com.microsoft",
     .Trainable = operands(0),
     .Buffers = operands(1),
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineDequantize>,
     .Forward = forwardFused<defineDequantize>,
     .Backward = backwardFused<defineDequantize>,
     .ForwardDoc = "as DequantizeLinear of the standard domain",
     .BackwardDoc = "as DequantizeLinear"},
    {.Name = "QLinearSigmoid",
     .Domain = "com.microsoft",
     .Buffers = operands(1, 3),
     .Shape = shapeFused<defineSigmoid>,
     .Forward = forwardFused<defineSigmoid>,
     .ForwardDoc = "DequantizeLinear, Sigmoid, QuantizeLinear",
     .BackwardDoc = Integers},
    {.Name = "QLinearLeakyRelu",
     .Domain = "com.microsoft",
     .Buffers = operands(1, 3),
     .Shape = shapeFused<defineLeakyRelu>,
     .Forward = forwardFused<defineLeakyRelu>,
     .ForwardDoc = "DequantizeLinear, LeakyRelu, QuantizeLinear",
     .BackwardDoc = Integers},
    {.Name = "QLinearSoftmax",
     .Domain = "com.microsoft",
     .Buffers = operands(1, 3),
     .Shape = shapeFused<defineSoftmax>,
     .Forward = forwardFused<defineSoftmax>,
     .ForwardDoc = "DequantizeLinear, Softmax (of attribute opset), "
                   "QuantizeLinear",
     .BackwardDoc = Integers},
    {.Name = "QLinearAveragePool",
     .Domain = "com.microsoft",
     .Buffers = operands(1, 3),
     .Shape = shapeFused<defineAveragePool>,
     .Forward = forwardFused<defineAveragePool>,
     .ForwardDoc = "DequantizeLinear, AveragePool, QuantizeLinear",
     .BackwardDoc = Integers},
    {.Name = "QLinearGlobalAveragePool",
     .Domain = "com.microsoft",
     .Buffers = operands(1, 3),
     .Shape = shapeFused<defineGlobalPool>,
     .Forward = forwardFused<defineGlobalPool>,
     .ForwardDoc = "DequantizeLinear, GlobalAveragePool, QuantizeLinear",
     .BackwardDoc = Integers},
    {.Name = "QLinearReduceMean",
     .Domain = "com.microsoft",
     .Buffers = operands(1, 3),
     .Shape = shapeFused<defineReduceMean>,
     .Forward = forwardFused<defineReduceMean>,
     .ForwardDoc = "DequantizeLinear, ReduceMean, QuantizeLinear",
     .BackwardDoc = Integers},
    {.Name = "QLinearAdd",
     .Domain = "com.microsoft",
     .Buffers = operands(1, 4, 6),
     .Shape = shapeFused<defineAdd>,
     .Forward = forwardFused<defineAdd>,
     .ForwardDoc = "two DequantizeLinear, Add, QuantizeLinear",
     .BackwardDoc = Integers},
    {.Name = "QLinearMul",
     .Domain = "com.microsoft",
     .Buffers = operands(1, 4, 6),
     .Shape = shapeFused<defineMul>,
     .Forward = forwardFused<defineMul>,
     .ForwardDoc =
         "(A - A_zero_point) * (B - B_zero_point) at the quantized type, times "
         "A_scale * B_scale (one mul), QuantizeLinear",
     .BackwardDoc = Integers},
    {.Name = "MulInteger",
     .Domain = "com.microsoft",
     .Shape = shapeFused<defineMulInteger>,
     .Forward = forwardFused<defineMulInteger>,
     .ForwardDoc = "(A - A_zero_point) * (B - B_zero_point) at the quantized "
                   "type",
     .BackwardDoc = Integers},
    {.Name = "ReduceSumInteger",
     .Domain = "com.microsoft",
     .Shape = shapeFused<defineReduceSumInteger>,
     .Forward = forwardFused<defineReduceSumInteger>,
     .ForwardDoc = "as ReduceSum, at 32 bits",
     .BackwardDoc = Integers},
    {.Name = "QLinearConcat",
     .Domain = "com.microsoft",
     .Shape = shapeFused<defineConcat>,
     .Forward = forwardFused<defineConcat>,
     .ForwardDoc = "DequantizeLinear of each tensor, QuantizeLinear of all",
     .BackwardDoc = Integers},
    {.Name = "QLinearWhere",
     .Domain = "com.microsoft",
     .Buffers = operands(2, 5, 7),
     .Shape = shapeFused<defineWhere>,
     .Forward = forwardFused<defineWhere>,
     .ForwardDoc = "two DequantizeLinear, Where, QuantizeLinear",
     .BackwardDoc = Integers},
};

} // namespace

ArrayRef<OpInfo> contribQuantizedOps() { return Rows; }

} // namespace toscount
