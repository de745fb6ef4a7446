//===- Logic.cpp - comparisons, logic and selection -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Comparisons, boolean and bitwise logic cost one cmp an element, at the type
/// of their operands. Where only selects: it moves elements and computes
/// nothing.
///
//===----------------------------------------------------------------------===//

#include "ElementwiseFold.h"
#include "Families.h"
#include "Pointwise.h"
#include "ShapeHelpers.h"

#include <functional>

using namespace llvm;

namespace toscount {
namespace {

/// One cmp an element; strings are compared by their handles.
void forwardCompare(const OpInstance &Op, Work &W) {
  if (Op.inType(0) == ElementType::String)
    W.setType(ElementType::Int64);
  W.cmp(Op.outSize(0), "for each element");
}

Error shapeBitShift(ShapeContext &C) {
  StringRef Direction = C.attrString("direction", "");
  if (Direction != "LEFT" && Direction != "RIGHT")
    return C.fail("its attribute 'direction' must be LEFT or RIGHT");
  return shapeBroadcast(C);
}

EachCost infCost(const OpInstance &Op) {
  EachCost Cost;
  Cost.Cmp = (Op.attrInt("detect_negative", 1) != 0 ? 1 : 0) +
             (Op.attrInt("detect_positive", 1) != 0 ? 1 : 0);
  return Cost;
}

Error shapeWhere(ShapeContext &C) {
  if (Error E = C.expectInputs(3, 3))
    return E;
  Expected<Shape> Result = broadcastInputs(C, 0, 2);
  if (!Result)
    return Result.takeError();
  return C.setOutput(0, C.inType(1), *Result);
}

void backwardWhere(const OpInstance &Op, GradWork &G) {
  if (G.needs(1) || G.needs(2))
    G.savesInput(0);
  for (unsigned I : {1U, 2U})
    if (G.needs(I))
      sumBackOperand(Op, G, I);
}

Int128 invert(IntType, Int128 X) { return ~X; }

constexpr OpInfo Rows[] = {
    {.Name = "Equal",
     .Types = "Tfibs Tfibs",
     .Shape = shapeCompare,
     .Fold = foldCompare<std::equal_to<>>,
     .Forward = forwardCompare,
     .ForwardDoc = "one cmp for each element of the result"},
    {.Name = "Less",
     .Types = "Tfi Tfi",
     .Shape = shapeCompare,
     .Fold = foldCompare<std::less<>>,
     .Forward = forwardCompare,
     .ForwardDoc = "one cmp for each element of the result"},
    {.Name = "Greater",
     .Types = "Tfi Tfi",
     .Shape = shapeCompare,
     .Fold = foldCompare<std::greater<>>,
     .Forward = forwardCompare,
     .ForwardDoc = "one cmp for each element of the result"},
    {.Name = "LessOrEqual",
     .Since = 12,
     .Types = "Tfi Tfi",
     .Shape = shapeCompare,
     .Fold = foldCompare<std::less_equal<>>,
     .Forward = forwardCompare,
     .ForwardDoc = "one cmp for each element of the result"},
    {.Name = "GreaterOrEqual",
     .Since = 12,
     .Types = "Tfi Tfi",
     .Shape = shapeCompare,
     .Fold = foldCompare<std::greater_equal<>>,
     .Forward = forwardCompare,
     .ForwardDoc = "one cmp for each element of the result"},
    {.Name = "And",
     .Types = "Tb Tb",
     .Shape = shapeCompare,
     .Fold = foldLogic<[](Int128 A, Int128 B) { return A != 0 && B != 0; }>,
     .Forward = forwardCompare,
     .ForwardDoc = "a logic step counts as a cmp of its type: cmp 1"},
    {.Name = "Or",
     .Types = "Tb Tb",
     .Shape = shapeCompare,
     .Fold = foldLogic<[](Int128 A, Int128 B) { return A != 0 || B != 0; }>,
     .Forward = forwardCompare,
     .ForwardDoc = "a logic step counts as a cmp of its type: cmp 1"},
    {.Name = "Xor",
     .Types = "Tb Tb",
     .Shape = shapeCompare,
     .Fold = foldLogic<[](Int128 A, Int128 B) { return (A != 0) != (B != 0); }>,
     .Forward = forwardCompare,
     .ForwardDoc = "a logic step counts as a cmp of its type: cmp 1"},
    {.Name = "Not",
     .Types = "b",
     .Shape = shapeTest,
     .Fold = foldEach<nullptr, invert>,
     .Forward = forwardCompare,
     .ForwardDoc = "a logic step counts as a cmp of its type: cmp 1"},
    {.Name = "BitShift",
     .Since = 11,
     .Types = "Ti Ti",
     .Shape = shapeBitShift,
     .Fold = fold<shiftInts, nullptr>,
     .Forward = forwardCompare,
     .ForwardDoc = "a logic step counts as a cmp of its type: cmp 1"},
    {.Name = "BitwiseAnd",
     .Since = 18,
     .Types = "Ti Ti",
     .Shape = shapeBroadcast,
     .Fold = fold<andInts, nullptr>,
     .Forward = forwardCompare,
     .ForwardDoc = "a logic step counts as a cmp of its type: cmp 1"},
    {.Name = "BitwiseOr",
     .Since = 18,
     .Types = "Ti Ti",
     .Shape = shapeBroadcast,
     .Fold = fold<orInts, nullptr>,
     .Forward = forwardCompare,
     .ForwardDoc = "a logic step counts as a cmp of its type: cmp 1"},
    {.Name = "BitwiseXor",
     .Since = 18,
     .Types = "Ti Ti",
     .Shape = shapeBroadcast,
     .Fold = fold<xorInts, nullptr>,
     .Forward = forwardCompare,
     .ForwardDoc = "a logic step counts as a cmp of its type: cmp 1"},
    {.Name = "BitwiseNot",
     .Since = 18,
     .Types = "i",
     .Shape = shapeLikeInput,
     .Fold = foldEach<nullptr, invert>,
     .Forward = forwardCompare,
     .ForwardDoc = "a logic step counts as a cmp of its type: cmp 1"},
    {.Name = "IsNaN",
     .Since = 9,
     .Types = "f",
     .Shape = shapeTest,
     .Forward = each<EachCost{.Cmp = 1}>,
     .ForwardDoc = "x is not equal to itself: cmp 1"},
    {.Name = "IsInf",
     .Since = 10,
     .Types = "f",
     .Shape = shapeTest,
     .Forward = eachBy<infCost>,
     .ForwardDoc = "one cmp for each sign that is detected"},
    {.Name = "Where",
     .Since = 9,
     .Kind = OpKind::Move,
     .Types = "b T* T*",
     .Differentiable = operands(1, 2),
     .Grad = Gradient::Rule,
     .Shape = shapeWhere,
     .Fold = foldWhere,
     .Backward = backwardWhere,
     .ForwardDoc = "selects: no basic operation",
     .BackwardDoc = "selects the gradient, summed over broadcast dimensions"},
};

} // namespace

ArrayRef<OpInfo> logicOps() { return Rows; }

} // namespace toscount
