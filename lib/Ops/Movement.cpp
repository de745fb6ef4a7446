//===- Movement.cpp - views and copies ------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Operators that only rename or move elements. Gradients of most of them are
/// moved back the same way; where an element was copied several times its
/// gradients are summed.
///
//===----------------------------------------------------------------------===//

#include "Movement.h"
#include "Families.h"
#include "Sequence.h"
#include "ShapeHelpers.h"

using namespace llvm;

namespace toscount {
namespace {

void readSelected(const OpInstance &Op, Work &W) { W.reads(0, Op.outSize(0)); }

void backwardExpand(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  G.alias(0);
  if (Op.outSize(0) > Count(0))
    G.broadcastSum(0, Op.outSize(0), Op.inSize(0));
}

void backwardTile(const OpInstance &Op, GradWork &G) {
  if (G.needs(0) && Op.outSize(0) > Count(0))
    G.add(Op.outSize(0) - Op.inSize(0),
          "the gradients of the repeats are summed");
}

constexpr StringLiteral ViewDoc = "a view: 0 BOs, 0 bytes";
constexpr StringLiteral ViewBackDoc = "a view of the arriving gradient";
constexpr StringLiteral MoveDoc =
    "movement: 0 BOs; reads and writes whole tensors";
constexpr StringLiteral MoveBackDoc = "the gradient is moved back: 0 BOs";

constexpr OpInfo Rows[] = {
    {.Name = "Reshape",
     .Kind = OpKind::View,
     .Types = "* i",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeReshape,
     .Fold = foldView,
     .ForwardDoc = ViewDoc,
     .BackwardDoc = ViewBackDoc},
    {.Name = "Flatten",
     .Kind = OpKind::View,
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeFlatten,
     .Fold = foldView,
     .ForwardDoc = ViewDoc,
     .BackwardDoc = ViewBackDoc},
    {.Name = "Squeeze",
     .Kind = OpKind::View,
     .Types = "* i",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeSqueeze,
     .Fold = foldView,
     .ForwardDoc = ViewDoc,
     .BackwardDoc = ViewBackDoc},
    {.Name = "Unsqueeze",
     .Kind = OpKind::View,
     .Types = "* i",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeUnsqueeze,
     .Fold = foldView,
     .ForwardDoc = ViewDoc,
     .BackwardDoc = ViewBackDoc},
    {.Name = "Identity",
     .Kind = OpKind::View,
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Expand = expandIdentity,
     .Shape = shapeLikeInput,
     .Fold = foldView,
     .ForwardDoc = ViewDoc,
     .BackwardDoc = ViewBackDoc},
    {.Name = "Transpose",
     .Kind = OpKind::Move,
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeTranspose,
     .Fold = foldTranspose,
     .ForwardDoc = MoveDoc,
     .BackwardDoc = MoveBackDoc},
    {.Name = "Concat",
     .Kind = OpKind::Move,
     .Types = "T*+",
     .Differentiable = AllOperands,
     .Grad = Gradient::Rule,
     .Shape = shapeConcat,
     .Fold = foldConcat,
     .ForwardDoc = MoveDoc,
     .BackwardDoc = "each operand's part of the gradient is moved back: 0 BOs"},
    {.Name = "Split",
     .Kind = OpKind::Move,
     .Types = "* fi",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeSplit,
     .Fold = foldSplit,
     .ForwardDoc = MoveDoc,
     .BackwardDoc = "the parts' gradients are moved back: 0 BOs"},
    {.Name = "Slice",
     .Kind = OpKind::Move,
     .Types = "* Ii Ii Ii Ii",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeSlice,
     .Fold = foldSlice,
     .Forward = readSelected,
     .ForwardDoc = "movement: 0 BOs; reads only the selected elements",
     .BackwardDoc = "the gradient is moved into zeros of the operand's size: "
                    "0 BOs"},
    {.Name = "Pad",
     .Kind = OpKind::Move,
     .Types = "T* i T*",
     .Differentiable = operands(0, 2),
     .Grad = Gradient::Rule,
     .Shape = shapePad,
     .Fold = foldPad,
     .Backward = backwardPad,
     .ForwardDoc = MoveDoc,
     .BackwardDoc =
         "mode constant: moved back, 0 BOs; reflect, edge, wrap: add = "
         "elements after - elements copied at least once; constant_value: a "
         "sum over the padding"},
    {.Name = "Expand",
     .Since = 8,
     .Kind = OpKind::Move,
     .Types = "* i",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeExpand,
     .Fold = foldExpand,
     .Backward = backwardExpand,
     .ForwardDoc = MoveDoc,
     .BackwardDoc = "summed back: add = elements after - elements before"},
    {.Name = "Tile",
     .Kind = OpKind::Move,
     .Types = "* fi",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeTile,
     .Fold = foldTile,
     .Backward = backwardTile,
     .ForwardDoc = MoveDoc,
     .BackwardDoc = "summed back: add = elements after - elements before"},
    {.Name = "DepthToSpace",
     .Kind = OpKind::Move,
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeDepthToSpace,
     .Fold = foldDepthToSpace,
     .ForwardDoc = MoveDoc,
     .BackwardDoc = MoveBackDoc},
    {.Name = "SpaceToDepth",
     .Kind = OpKind::Move,
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeSpaceToDepth,
     .Fold = foldSpaceToDepth,
     .ForwardDoc = MoveDoc,
     .BackwardDoc = MoveBackDoc},
    {.Name = "Trilu",
     .Since = 14,
     .Kind = OpKind::Move,
     .Types = "* i",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeTrilu,
     .Fold = foldTrilu,
     .ForwardDoc = MoveDoc,
     .BackwardDoc = "the same triangle of the gradient: 0 BOs"},
    {.Name = "ReverseSequence",
     .Since = 10,
     .Kind = OpKind::Move,
     .Types = "* i",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeReverseSequence,
     .Fold = foldReverseSequence,
     .ForwardDoc = MoveDoc,
     .BackwardDoc = MoveBackDoc},
    {.Name = "CenterCropPad",
     .Since = 18,
     .Kind = OpKind::Move,
     .Types = "* i",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeCenterCropPad,
     .Fold = foldCenterCropPad,
     .ForwardDoc = MoveDoc,
     .BackwardDoc = MoveBackDoc},
    {.Name = "Cast",
     .Kind = OpKind::Move,
     .Types = "fibs",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeCast,
     .Fold = foldCast,
     .ForwardDoc = "conversion: 0 BOs; reads one type, writes the other",
     .BackwardDoc = "the gradient is converted back: 0 BOs; none through "
                    "integers"},
    {.Name = "CastLike",
     .Since = 15,
     .Kind = OpKind::Move,
     .Types = "fibs fibs",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeCastLike,
     .Fold = foldCast,
     .Forward = [](const OpInstance &, Work &W) { W.reads(1, 0); },
     .ForwardDoc = "conversion: 0 BOs; reads only operand 0",
     .BackwardDoc = "the gradient is converted back: 0 BOs; none through "
                    "integers"},
};

} // namespace

ArrayRef<OpInfo> movementOps() { return Rows; }

} // namespace toscount
