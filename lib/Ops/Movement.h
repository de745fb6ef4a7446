//===- Movement.h - shape and fold functions of the movement family -------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_MOVEMENT_H
#define TOSCOUNT_LIB_OPS_MOVEMENT_H

#include "toscount/Ops/OpInfo.h"

namespace toscount {

// MovementViews.cpp
llvm::Error shapeReshape(ShapeContext &C);
llvm::Error shapeFlatten(ShapeContext &C);
llvm::Error shapeSqueeze(ShapeContext &C);
llvm::Error shapeUnsqueeze(ShapeContext &C);
/// The result has operand 0's elements in the same order.
llvm::Error foldView(ShapeContext &C);

// MovementCopies.cpp
llvm::Error shapeTranspose(ShapeContext &C);
llvm::Error foldTranspose(ShapeContext &C);
llvm::Error shapeConcat(ShapeContext &C);
llvm::Error foldConcat(ShapeContext &C);
llvm::Error shapeSplit(ShapeContext &C);
llvm::Error foldSplit(ShapeContext &C);
llvm::Error shapeExpand(ShapeContext &C);
llvm::Error foldExpand(ShapeContext &C);
llvm::Error shapeTile(ShapeContext &C);
llvm::Error foldTile(ShapeContext &C);
llvm::Error shapeDepthToSpace(ShapeContext &C);
llvm::Error foldDepthToSpace(ShapeContext &C);
llvm::Error shapeSpaceToDepth(ShapeContext &C);
llvm::Error foldSpaceToDepth(ShapeContext &C);
llvm::Error shapeTrilu(ShapeContext &C);
llvm::Error foldTrilu(ShapeContext &C);
llvm::Error shapeReverseSequence(ShapeContext &C);
llvm::Error foldReverseSequence(ShapeContext &C);

// MovementSlice.cpp
llvm::Error shapeSlice(ShapeContext &C);
llvm::Error foldSlice(ShapeContext &C);
llvm::Error shapePad(ShapeContext &C);
llvm::Error foldPad(ShapeContext &C);
void backwardPad(const OpInstance &Op, GradWork &G);
llvm::Error shapeCenterCropPad(ShapeContext &C);
llvm::Error foldCenterCropPad(ShapeContext &C);

// MovementCast.cpp
llvm::Error shapeCast(ShapeContext &C);
llvm::Error shapeCastLike(ShapeContext &C);
llvm::Error foldCast(ShapeContext &C);

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_MOVEMENT_H
