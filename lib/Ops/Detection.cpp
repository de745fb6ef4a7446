//===- Detection.cpp - boxes and affine grids
//------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Operators of vision networks that are no layers: NonMaxSuppression,
/// AffineGrid, ImageDecoder.
///
//===----------------------------------------------------------------------===//

#include "DataDependent.h"
#include "Families.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

// -- NonMaxSuppression.

/// Boxes at most that are kept of each class, when that is known.
std::optional<int64_t> mostBoxes(const OpInstance &Op) {
  if (!Op.hasInput(2))
    return 0;
  const Constant *C = Op.contents(2);
  if (C == nullptr || C->size() != 1)
    return std::nullopt;
  return static_cast<int64_t>(C->number(0));
}

Error shapeNonMaxSuppression(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 5))
    return E;
  for (unsigned I : {0U, 1U})
    if (Error E = C.expectRank(I, 3))
      return E;
  ShapeRef Boxes = C.inShape(0);
  ShapeRef Scores = C.inShape(1);
  if (Boxes[2] != 4 || Boxes[0] != Scores[0] || Boxes[1] != Scores[2])
    return C.fail("boxes of shape " + toString(Boxes) +
                  " and scores of shape " + toString(Scores) +
                  " do not belong together; [batch, boxes, 4] and [batch, "
                  "classes, boxes] are needed");
  for (unsigned I : {2U, 3U, 4U})
    if (C.hasInput(I) && elements(C.inShape(I)) != 1)
      return C.fail("operand " + Twine(I) + " of shape " +
                    toString(C.inShape(I)) + " must be one number");
  if (mostBoxes(C) == 0)
    return C.setOutput(0, ElementType::Int64, {0, 3});
  Count EachClass = Scores[2];
  if (std::optional<int64_t> Most = mostBoxes(C); Most && *Most >= 0)
    EachClass = std::min(EachClass, Count(*Most));
  Expected<Shape> Kept =
      decidedShape(C, 0, {-1, 3}, Count(Scores[0]) * Scores[1] * EachClass,
                   "the number of boxes that it keeps");
  if (!Kept)
    return Kept.takeError();
  return C.setOutput(0, ElementType::Int64, *Kept);
}

void forwardNonMaxSuppression(const OpInstance &Op, Work &W) {
  if (mostBoxes(Op) == 0)
    return;
  Count N = W.let("boxes", Op.inShape(0)[1], "boxes.shape[1]");
  Count Batch = Op.inShape(0)[0];
  Count Boxes = Batch * N;
  if (N == 0)
    return;
  if (Op.attrInt("center_point_box", 0) != 0) {
    W.div(Boxes * 2, "half the width and height of each box");
    W.sub(Boxes * 2, "the box's lower corner");
    W.add(Boxes * 2, "the box's upper corner");
  } else {
    W.cmp(Boxes * 4, "which of the box's corners is the lower");
    W.sub(Boxes * 2, "the box's width and height");
  }
  W.mul(Boxes, "the box's area");
  Count Pairs = W.let("pairs", N * (N - 1) / 2, "boxes * (boxes - 1) / 2");
  Count All = Batch * Pairs;
  W.cmp(All * 4, "the corners of two boxes' intersection");
  W.sub(All * 2, "its width and height");
  W.cmp(All * 2, "which are at least zero");
  W.mul(All, "its area");
  W.add(All, "the areas of both boxes");
  W.sub(All, "less their intersection: the union");
  W.div(All, "intersection over union");
  W.cmp(All, "against iou_threshold");
  W.cmp(Count(Op.inShape(1)[1]) * All, "the order of each class's scores");
  if (Op.hasInput(4))
    W.cmp(Op.inSize(1), "each score against score_threshold");
}

// -- AffineGrid.

Error shapeAffineGrid(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 2))
    return E;
  if (Error E = C.expectRank(0, 3))
    return E;
  Expected<ArrayRef<int64_t>> Size = C.integers(1, "sizes");
  if (!Size)
    return Size.takeError();
  ShapeRef Theta = C.inShape(0);
  size_t Axes = Size->size() - 2;
  if ((Size->size() != 4 && Size->size() != 5) || Theta[0] != Size->front() ||
      Theta[1] != static_cast<int64_t>(Axes) || Theta[2] != Theta[1] + 1)
    return C.fail("matrices of shape " + toString(Theta) +
                  " do not make a grid of size " + toString(*Size) +
                  "; [N, 2, 3] for [N, C, H, W] or [N, 3, 4] for [N, C, D, H, "
                  "W] are needed");
  Shape Grid = {Theta[0]};
  Grid.append(Size->begin() + 2, Size->end());
  Grid.push_back(Theta[1]);
  return C.setOutput(0, C.inType(0), Grid);
}

void forwardAffineGrid(const OpInstance &Op, Work &W) {
  Count Axes = Op.inShape(0)[1];
  W.mul(Op.outSize(0) * Axes, "each coordinate of the grid by a factor");
  W.add(Op.outSize(0) * Axes, "their sum, and the translation");
}

void backwardAffineGrid(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  Count Axes = Op.inShape(0)[1];
  Count Positions = elements(Op.outShape(0).drop_front().drop_back());
  G.mul(Op.outSize(0) * Axes, "the gradient by each coordinate of the grid");
  G.sums(Op.inSize(0), Positions, "d theta: over the positions of the grid");
}

// -- ImageDecoder.

Error shapeImageDecoder(ShapeContext &C) {
  return C.fail("decoding an image has no counting rule, and its size is only "
                "known when the network runs; cut the model after it and feed "
                "the decoded image");
}

constexpr OpInfo Rows[] = {
    {.Name = "NonMaxSuppression",
     .Since = 10,
     .Types = "f f i f f",
     .Shape = shapeNonMaxSuppression,
     .Forward = forwardNonMaxSuppression,
     .ForwardDoc =
         "as if no box were dropped early. For each box its corners (cmp 4 and "
         "sub 2, or div 2, sub 2, add 2 with center_point_box) and area (mul "
         "1); for each of the boxes * (boxes - 1) / 2 pairs of a batch element "
         "its intersection over union against iou_threshold: cmp 7, sub 3, mul "
         "1, add 1, div 1; for each pair and class, one cmp of their scores; "
         "cmp 1 a score with score_threshold",
     .BackwardDoc = "its result is indices: not differentiable"},
    {.Name = "AffineGrid",
     .Since = 20,
     .Types = "f i",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeAffineGrid,
     .Forward = forwardAffineGrid,
     .Backward = backwardAffineGrid,
     .ForwardDoc = "the regular grid is a constant; each coordinate of the "
                   "result: mul and add 1 for each axis (the last add is the "
                   "translation)",
     .BackwardDoc =
         "d theta: mul 1 for each coordinate of the result and axis; "
         "sums over the positions for each element of theta"},
    {.Name = "ImageDecoder",
     .Since = 20,
     .Types = "i",
     .Shape = shapeImageDecoder,
     .ForwardDoc = "rejected: decoding depends on the data"},
};

} // namespace

ArrayRef<OpInfo> detectionOps() { return Rows; }

} // namespace toscount
