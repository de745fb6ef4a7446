//===- ContribMovement.cpp - other operators of ONNX Runtime --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Movement, Fourier transforms, complex products and the training loss of
/// domain com.microsoft.
///
//===----------------------------------------------------------------------===//

#include "DataDependent.h"
#include "Families.h"
#include "Fusion.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

// -- Movement.

Error defineTrilu(Fusion &F) {
  if (Error E = F.expectOperands(1, 2))
    return E;
  F.result(0, F.apply("Trilu", {F.in(0), F.in(1)}, F.op().node().Attributes));
  return Error::success();
}

Error definePad(Fusion &F) {
  if (Error E = F.expectOperands(2, 3))
    return E;
  F.result(
      0, F.apply("Pad", {F.in(0), F.in(1), F.in(2)}, F.op().node().Attributes));
  return Error::success();
}

Error defineGatherND(Fusion &F) {
  if (Error E = F.expectOperands(2, 2))
    return E;
  F.result(0, F.apply("GatherND", {F.in(0), F.in(1)}));
  return Error::success();
}

Error shapeExpandDims(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 2))
    return E;
  Expected<ArrayRef<int64_t>> Axis = C.integers(1, "axis");
  if (!Axis)
    return Axis.takeError();
  Shape Dims(C.inShape(0));
  auto Rank = static_cast<int64_t>(Dims.size()) + 1;
  if (Axis->size() != 1 || Axis->front() < -Rank || Axis->front() >= Rank)
    return C.fail("its axis is no place in a tensor of " + Twine(Rank) +
                  " dimensions");
  size_t At = OpInstance::axis(Axis->front(), static_cast<size_t>(Rank));
  Dims.insert(Dims.begin() + static_cast<ptrdiff_t>(At), 1);
  return C.setOutput(0, C.inType(0), Dims);
}

Error shapeRemovePadding(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 2))
    return E;
  if (Error E = C.expectRank(0, 3))
    return E;
  ShapeRef X = C.inShape(0);
  if (X[0] == INT64_MAX)
    return C.fail("operand 0 of shape " + toString(X) + " is no batch");
  Expected<Shape> Tokens = decidedShape(C, 0, {-1, X[2]}, Count(X[0]) * X[1],
                                        "the tokens that are no padding");
  if (!Tokens)
    return Tokens.takeError();
  if (Error E = C.setOutput(0, C.inType(0), *Tokens))
    return E;
  if (Error E = C.setOutput(1, ElementType::Int32, X.take_front(2)))
    return E;
  if (Error E = C.setOutput(2, ElementType::Int32, {X[0] + 1}))
    return E;
  return C.setOutput(3, ElementType::Int32, {1});
}

Error shapeRestorePadding(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 2))
    return E;
  for (unsigned I : {0U, 1U})
    if (Error E = C.expectRank(I, 2))
      return E;
  return C.setOutput(0, C.inType(0),
                     {C.inShape(1)[0], C.inShape(1)[1], C.inShape(0)[1]});
}

// -- Fourier transforms and complex numbers.

Error defineRfft(Fusion &F) {
  if (Error E = F.expectOperands(1, 1, 1))
    return E;
  ShapeRef X = F.op().inShape(0);
  int64_t Dimensions = F.op().attrInt("signal_ndim", 1);
  if (Dimensions < 1 || Dimensions > static_cast<int64_t>(X.size()))
    return F.fail("its attribute 'signal_ndim' is " + Twine(Dimensions) +
                  ", but its operand has shape " + toString(X));
  if (F.op().attrInt("normalized", 0) != 0 ||
      F.op().attrInt("onesided", 1) != 1)
    return F.fail("normalized and two-sided transforms are not supported");
  Shape Complex(X);
  Complex.push_back(1);
  ValueId Y = F.arrange({F.in(0)}, Complex);
  // Real along the last dimension, complex along those before it.
  for (int64_t I = 0; I < Dimensions; ++I)
    Y = F.apply("DFT", {Y, NoId, F.integers({-2 - I})},
                {F.attr("onesided", I == 0 ? 1 : 0)});
  F.result(0, Y);
  return Error::success();
}

/// \p Conjugate: of the second factor.
Error complexProduct(Fusion &F, bool Conjugate) {
  if (Error E = F.expectOperands(2, 2, 1))
    return E;
  SmallVector<ValueId, 4> Parts;
  for (unsigned I : {0U, 1U}) {
    ShapeRef Dims = F.op().inShape(I);
    if (Dims.empty() || Dims.back() != 2)
      return F.fail("operand " + Twine(I) + " has shape " + toString(Dims) +
                    ", but its last dimension must be 2 (complex)");
    Shape One(Dims.drop_back());
    Parts.append(F.split(F.in(I), {One, One}));
  }
  auto Times = [&](unsigned A, unsigned B) {
    return F.apply("Mul", {Parts[A], Parts[B]});
  };
  StringLiteral Re = Conjugate ? StringLiteral("Add") : StringLiteral("Sub");
  StringLiteral Im = Conjugate ? StringLiteral("Sub") : StringLiteral("Add");
  ValueId Real = F.apply(Re, {Times(0, 2), Times(1, 3)});
  ValueId Imaginary = F.apply(Im, {Times(1, 2), Times(0, 3)});
  Shape Both(F.shape(Real));
  Both.push_back(2);
  F.result(0, F.arrange({Real, Imaginary}, Both));
  return Error::success();
}

Error defineComplexMul(Fusion &F) { return complexProduct(F, false); }
Error defineComplexMulConj(Fusion &F) { return complexProduct(F, true); }

// -- The training loss.

Error defineLoss(Fusion &F) {
  if (Error E = F.expectOperands(2, 4, 2))
    return E;
  SmallVector<Attribute, 2> Attributes;
  for (const Attribute &A : F.op().node().Attributes)
    if (A.Name == "reduction")
      Attributes.push_back(A);
  if (F.op().hasInput(3)) {
    const Constant *Ignored = F.op().contents(3);
    if (Ignored == nullptr || Ignored->Ints.size() != 1)
      return F.fail("its ignore_index (operand 3) is only known when the "
                    "network runs");
    Attributes.push_back(F.attr("ignore_index", Ignored->Ints.front()));
  }
  SmallVector<ValueId, 4> In = {F.in(0), F.in(1)};
  if (F.op().hasInput(2))
    In.push_back(F.in(2));
  SmallVector<ValueId, 4> Y = F.applyAll(
      "SoftmaxCrossEntropyLoss", In, F.op().hasOutput(1) ? 2 : 1, Attributes);
  for (unsigned O = 0; O < Y.size(); ++O)
    F.result(O, Y[O]);
  return Error::success();
}

constexpr StringLiteral Moves = "movement: 0 BOs";

constexpr OpInfo Rows[] = {
    {.Name = "Trilu",
     .Domain = "com.microsoft",
     .Kind = OpKind::Move,
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineTrilu>,
     .ForwardDoc = Moves,
     .BackwardDoc = "the same triangle of the gradient: 0 BOs"},
    {.Name = "Pad",
     .Domain = "com.microsoft",
     .Kind = OpKind::Move,
     .Differentiable = operands(0, 2),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<definePad>,
     .Backward = backwardFused<definePad>,
     .ForwardDoc = Moves,
     .BackwardDoc = "as Pad of the standard domain"},
    {.Name = "GatherND",
     .Domain = "com.microsoft",
     .Kind = OpKind::Move,
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineGatherND>,
     .Forward = forwardFused<defineGatherND>,
     .Backward = backwardFused<defineGatherND>,
     .ForwardDoc = "movement: 0 BOs; reads only the gathered elements",
     .BackwardDoc = "scatter-added: one add for each gathered element"},
    {.Name = "ExpandDims",
     .Domain = "com.microsoft",
     .Kind = OpKind::View,
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeExpandDims,
     .ForwardDoc = "its operand under another shape",
     .BackwardDoc = "the gradient under another shape"},
    {.Name = "RemovePadding",
     .Domain = "com.microsoft",
     .Kind = OpKind::Move,
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeRemovePadding,
     .ForwardDoc = "movement: 0 BOs; how many tokens remain must be declared "
                   "in the file",
     .BackwardDoc = "moved back: 0 BOs"},
    {.Name = "RestorePadding",
     .Domain = "com.microsoft",
     .Kind = OpKind::Move,
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeRestorePadding,
     .ForwardDoc = Moves,
     .BackwardDoc = "moved back: 0 BOs"},
    {.Name = "Rfft",
     .Domain = "com.microsoft",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineRfft>,
     .Forward = forwardFused<defineRfft>,
     .Backward = backwardFused<defineRfft>,
     .ForwardDoc = "as DFT, one-sided along the last dimension, then as "
                   "complex DFT along the signal_ndim - 1 before it",
     .BackwardDoc = "as DFT"},
    {.Name = "ComplexMul",
     .Domain = "com.microsoft",
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineComplexMul>,
     .Forward = forwardFused<defineComplexMul>,
     .Backward = backwardFused<defineComplexMul>,
     .ForwardDoc = "4 mul, 1 sub and 1 add for each pair",
     .BackwardDoc = "each of the four products as Mul, their sums as Add"},
    {.Name = "ComplexMulConj",
     .Domain = "com.microsoft",
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineComplexMulConj>,
     .Forward = forwardFused<defineComplexMulConj>,
     .Backward = backwardFused<defineComplexMulConj>,
     .ForwardDoc = "4 mul, 1 sub and 1 add for each pair",
     .BackwardDoc = "each of the four products as Mul, their sums as Add"},
    {.Name = "SoftmaxCrossEntropyLossInternal",
     .Domain = "com.microsoft",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .IsLoss = true,
     .Shape = shapeFused<defineLoss>,
     .Forward = forwardFused<defineLoss>,
     .Backward = backwardFused<defineLoss>,
     .ForwardDoc = "as SoftmaxCrossEntropyLoss",
     .BackwardDoc = "as SoftmaxCrossEntropyLoss"},
};

} // namespace

ArrayRef<OpInfo> contribMovementOps() { return Rows; }

} // namespace toscount
