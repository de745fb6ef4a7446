//===- ShapeHelpers.cpp - shape functions that many families share --------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ShapeHelpers.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {

bool broadcast(ShapeRef A, ShapeRef B, Shape &Result) {
  if (A.size() < B.size())
    std::swap(A, B);
  Result.assign(A.begin(), A.end());
  size_t Skip = A.size() - B.size();
  for (size_t I = 0; I < B.size(); ++I) {
    int64_t &D = Result[I + Skip];
    if (D == B[I] || B[I] == 1)
      continue;
    if (D != 1)
      return false;
    D = B[I];
  }
  return true;
}

Error shapeLikeInput(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  return C.setOutput(0, C.inType(0), C.inShape(0));
}

Expected<Shape> alignedShape(const ShapeContext &C, unsigned I) {
  Shape Dims(C.inShape(I));
  if (I == 0 || C.opset() >= 7 || !C.hasAttr("axis"))
    return Dims;
  size_t Rank = C.inShape(0).size();
  int64_t Axis = C.attrInt("axis", 0);
  // Axis == Rank is possible when operand I is a scalar.
  size_t First = Rank;
  if (Axis != static_cast<int64_t>(Rank)) {
    Expected<size_t> Checked = C.checkedAxis(Axis, Rank);
    if (!Checked)
      return Checked.takeError();
    First = *Checked;
  }
  if (First + Dims.size() > Rank)
    return C.fail("operand " + Twine(I) + " of shape " + toString(Dims) +
                  " does not fit into " + toString(C.inShape(0)) +
                  " from axis " + Twine(Axis));
  Dims.append(Rank - First - Dims.size(), 1);
  return Dims;
}

static Error doNotBroadcast(const ShapeContext &C, ShapeRef A, ShapeRef B) {
  return C.fail("operands of shapes " + toString(A) + " and " + toString(B) +
                " do not broadcast");
}

Expected<Shape> broadcastInputs(const ShapeContext &C, unsigned First,
                                unsigned Last) {
  Shape Result(C.inShape(First));
  for (unsigned I = First + 1; I <= Last; ++I) {
    Shape Wider;
    if (!broadcast(Result, C.inShape(I), Wider))
      return doNotBroadcast(C, Result, C.inShape(I));
    Result = std::move(Wider);
  }
  return Result;
}

static Error shapeTwo(ShapeContext &C, std::optional<ElementType> Type) {
  if (Error E = C.expectInputs(2, 2))
    return E;
  Expected<Shape> B = alignedShape(C, 1);
  if (!B)
    return B.takeError();
  Shape Result;
  if (!broadcast(C.inShape(0), *B, Result))
    return doNotBroadcast(C, C.inShape(0), C.inShape(1));
  return C.setOutput(0, Type.value_or(C.inType(0)), Result);
}

Error shapeBroadcast(ShapeContext &C) { return shapeTwo(C, std::nullopt); }

Error shapeCompare(ShapeContext &C) { return shapeTwo(C, ElementType::Bool); }

Error shapeVariadic(ShapeContext &C) {
  if (Error E = C.expectInputs(std::max(1U, C.numInputs()), C.numInputs()))
    return E;
  Expected<Shape> Result = broadcastInputs(C, 0, C.numInputs() - 1);
  if (!Result)
    return Result.takeError();
  return C.setOutput(0, C.inType(0), *Result);
}

Error shapeTest(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  return C.setOutput(0, ElementType::Bool, C.inShape(0));
}

Expected<ElementType> typeAttr(const ShapeContext &C, StringRef Name,
                               ElementType Default) {
  if (!C.hasAttr(Name))
    return Default;
  int64_t Number = C.attrInt(Name, -1);
  std::optional<ElementType> Type = elementTypeFromOnnx(Number);
  if (!Type || *Type == ElementType::Undefined)
    return C.fail("its attribute '" + Name + "' is " + Twine(Number) +
                  ", which is no element type");
  return *Type;
}

} // namespace toscount
