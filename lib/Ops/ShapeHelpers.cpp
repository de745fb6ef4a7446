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

static Error shapeTwo(ShapeContext &C, std::optional<ElementType> Type) {
  if (Error E = C.expectInputs(2, 2))
    return E;
  Shape Result;
  if (!broadcast(C.inShape(0), C.inShape(1), Result))
    return C.fail("operands of shapes " + toString(C.inShape(0)) + " and " +
                  toString(C.inShape(1)) + " do not broadcast");
  return C.setOutput(0, Type.value_or(C.inType(0)), Result);
}

Error shapeBroadcast(ShapeContext &C) { return shapeTwo(C, std::nullopt); }

Error shapeCompare(ShapeContext &C) { return shapeTwo(C, ElementType::Bool); }

} // namespace toscount
