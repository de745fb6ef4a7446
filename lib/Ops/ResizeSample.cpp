//===- ResizeSample.cpp - GridSample and Col2Im ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ResizeSample.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace toscount {
namespace {

enum class Sampling : uint8_t { Nearest, Linear, Cubic };

/// Opset 20 renamed the modes.
Expected<Sampling> samplingOf(const OpInstance &Op) {
  StringRef Mode = Op.attrString("mode", "linear");
  if (Mode == "nearest")
    return Sampling::Nearest;
  if (Mode == "linear" || Mode == "bilinear")
    return Sampling::Linear;
  if (Mode == "cubic" || Mode == "bicubic")
    return Sampling::Cubic;
  return makeError("attribute 'mode' is '" + printable(Mode) +
                   "', which is none of nearest, linear, cubic");
}

/// What the rules of GridSample are made of.
struct GridPlan {
  Sampling Mode = Sampling::Linear;
  StringRef Padding;
  bool AlignCorners = false;
  unsigned Axes = 0; ///< Spatial ones.
  unsigned Taps = 1; ///< Of one axis.
  Count AllTaps = 1; ///< Of one element.
  Count Points;      ///< Of the grid.
  Count Coordinates; ///< Points * Axes.
};

GridPlan gridPlan(const OpInstance &Op) {
  GridPlan P;
  P.Mode = cantFail(samplingOf(Op));
  P.Padding = Op.attrString("padding_mode", "zeros");
  P.AlignCorners = Op.attrInt("align_corners", 0) != 0;
  P.Axes = static_cast<unsigned>(Op.inShape(0).size() - 2);
  P.Taps = P.Mode == Sampling::Nearest ? 1 : P.Mode == Sampling::Linear ? 2 : 4;
  for (unsigned I = 0; I < P.Axes; ++I)
    P.AllTaps *= P.Taps;
  P.Coordinates = Op.inSize(1);
  P.Points = P.Coordinates / P.Axes;
  return P;
}

/// Taps of the first \p Axes axes together.
Count tapsOf(const GridPlan &P, unsigned Axes) {
  Count N = 1;
  for (unsigned I = 0; I < Axes; ++I)
    N *= P.Taps;
  return N;
}

} // namespace

Error shapeGridSample(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 2))
    return E;
  if (Error E = C.expectRankAtLeast(0, 3))
    return E;
  ShapeRef X = C.inShape(0);
  ShapeRef Grid = C.inShape(1);
  if (C.opset() < 20 && X.size() != 4)
    return C.fail("operand 0 has shape " + toString(X) +
                  ", but before opset 20 only images (4 dimensions) are "
                  "sampled");
  if (Expected<Sampling> Mode = samplingOf(C); !Mode)
    return Mode.takeError();
  StringRef Padding = C.attrString("padding_mode", "zeros");
  if (Padding != "zeros" && Padding != "border" && Padding != "reflection")
    return C.fail("attribute 'padding_mode' is '" + printable(Padding) +
                  "', which is none of zeros, border, reflection");
  if (Grid.size() != X.size() || Grid[0] != X[0] ||
      Grid.back() != static_cast<int64_t>(X.size() - 2))
    return C.fail("a grid of shape " + toString(Grid) +
                  " does not sample a tensor of shape " + toString(X));
  Shape Out = {X[0], X[1]};
  Out.append(Grid.begin() + 1, Grid.end() - 1);
  return C.setOutput(0, C.inType(0), Out);
}

void forwardGridSample(const OpInstance &Op, Work &W) {
  GridPlan P = gridPlan(Op);
  Count N = P.Coordinates;
  W.add(N, "pixel coordinates");
  W.mul(N, "pixel coordinates");
  W.div(N, "pixel coordinates");
  if (!P.AlignCorners)
    W.sub(N, "pixel coordinates");
  if (P.Padding == "border") {
    W.cmp(N * 2, "coordinates are kept inside");
  } else if (P.Padding == "reflection") {
    W.sub(N * 3, "reflection: t = |x - low|, r = t - n * range, high - r");
    W.div(N, "reflection: n = floor(t / range)");
    W.mul(N, "reflection: r = t - n * range");
    W.add(N, "reflection: low + r");
    W.cmp(N * 3, "reflection: |x - low|, floor, and n odd or even");
  } else {
    W.cmp(N * 2 * P.Taps, "whether each tap is inside");
  }
  W.cmp(N, P.Mode == Sampling::Nearest ? "rounding" : "floor");
  if (P.Mode == Sampling::Nearest)
    return;
  W.sub(N, "t = x - floor(x)");
  if (P.Mode == Sampling::Linear) {
    W.sub(N, "weights 1 - t and t");
  } else {
    W.add(N * 5, "four cubic weights");
    W.sub(N * 8, "four cubic weights");
    W.mul(N * 12, "four cubic weights");
  }
  for (unsigned Axes = 2; Axes <= P.Axes; ++Axes)
    W.mul(P.Points * tapsOf(P, Axes), "weights multiplied over axes");
  W.mul(Op.outSize(0) * P.AllTaps, "each tap times its weight");
  W.sums(Op.outSize(0), P.AllTaps, "the taps' sum");
}

void backwardGridSample(const OpInstance &Op, GradWork &G) {
  GridPlan P = gridPlan(Op);
  bool Nearest = P.Mode == Sampling::Nearest;
  Count Products = Op.outSize(0) * P.AllTaps;
  ElementType Type = Op.inType(0);
  if (G.needs(0)) {
    if (Nearest)
      G.savesInput(1);
    else
      G.mul(Products, "dX: the gradient times each tap's weight");
    G.add(Products, "dX: each product is added to its tap's gradient");
  }
  // The combined weights, and for the grid those of the axes.
  if (!Nearest)
    G.savesHidden(Type, P.Points * P.AllTaps);
  if (!G.needs(1) || Nearest)
    return;
  G.savesInput(0);
  G.savesHidden(Type, P.Coordinates * P.Taps);
  G.mul(Products, "each tap's weight: the gradient times the tap");
  G.sums(P.Points * P.AllTaps, Op.outShape(0)[1],
         "each tap's weight: over channels");
  for (unsigned Axes = P.Axes; Axes >= 2; --Axes) {
    Count All = P.Points * tapsOf(P, Axes);
    Count Before = P.Points * tapsOf(P, Axes - 1);
    G.mul(All * 2, "through the products of weights");
    G.sums(Before, P.Taps, "through the products of weights");
    G.sums(P.Points * P.Taps, tapsOf(P, Axes - 1),
           "through the products of weights");
  }
  Count N = P.Coordinates;
  if (P.Mode == Sampling::Linear) {
    G.sub(N, "dt = dw1 - dw0");
  } else {
    G.mul(N * 8, "derivatives of the four cubic weights");
    G.sub(N * 6, "derivatives of the four cubic weights");
    G.add(N * 2, "derivatives of the four cubic weights");
    G.mul(N * 4, "dt: over the four weights");
    G.add(N * 3, "dt: over the four weights");
  }
  if (P.Padding == "border") {
    G.savesInput(1);
    G.cmp(N * 2, "no gradient beyond the border");
  } else if (P.Padding == "reflection") {
    G.savesInput(1);
    G.sub(N * 2, "the sign that reflection gives the gradient");
    G.cmp(N * 2, "the sign that reflection gives the gradient");
  }
  G.mul(N, "through the pixel coordinates");
  G.div(N, "through the pixel coordinates");
}

/// One number an axis, all at least \p Least; \p Default when absent.
static Expected<Shape> perAxis(const ShapeContext &C, StringRef Name,
                               size_t Wanted, int64_t Default, int64_t Least) {
  ArrayRef<int64_t> Given = C.attrInts(Name);
  if (!C.hasAttr(Name))
    return Shape(Wanted, Default);
  if (Given.size() != Wanted)
    return C.fail("attribute '" + Name + "' has " + Twine(Given.size()) +
                  " entries, but " + Twine(Wanted) + " are needed");
  for (int64_t V : Given)
    if (V < Least)
      return C.fail("attribute '" + Name + "' has an entry of " + Twine(V));
  return Shape(Given);
}

Error shapeCol2Im(ShapeContext &C) {
  if (Error E = C.expectInputs(3, 3))
    return E;
  if (Error E = C.expectRank(0, 3))
    return E;
  Expected<ArrayRef<int64_t>> Image = C.integers(1, "image shape");
  if (!Image)
    return Image.takeError();
  Expected<ArrayRef<int64_t>> Block = C.integers(2, "block shape");
  if (!Block)
    return Block.takeError();
  size_t Axes = Image->size();
  if (Block->size() != Axes || Axes == 0)
    return C.fail("the image " + toString(*Image) + " and the block " +
                  toString(*Block) + " have different dimensions");
  for (ArrayRef<int64_t> Sizes : {*Image, *Block})
    for (int64_t D : Sizes)
      if (D < 1)
        return C.fail("the image " + toString(*Image) + " or the block " +
                      toString(*Block) + " is empty");
  Expected<Shape> Dilations = perAxis(C, "dilations", Axes, 1, 1);
  if (!Dilations)
    return Dilations.takeError();
  Expected<Shape> Strides = perAxis(C, "strides", Axes, 1, 1);
  if (!Strides)
    return Strides.takeError();
  Expected<Shape> Pads = perAxis(C, "pads", 2 * Axes, 0, 0);
  if (!Pads)
    return Pads.takeError();
  // How many blocks fit, in checked numbers.
  Count Blocks = 1;
  for (size_t I = 0; I < Axes; ++I) {
    Count Room = Count((*Image)[I]) + (*Pads)[I] + (*Pads)[Axes + I];
    Count Reach = Count((*Dilations)[I]) * ((*Block)[I] - 1) + 1;
    Blocks *= (Room - Reach) / (*Strides)[I] + 1;
  }
  ShapeRef X = C.inShape(0);
  Count Each = elements(*Block);
  if (!Blocks.valid() || Blocks != Count(X[2]) || !Each.valid() ||
      Each > Count(INT64_MAX) || X[1] % static_cast<int64_t>(Each.value()) != 0)
    return C.fail("columns of shape " + toString(X) + " are no blocks of " +
                  toString(*Block) + " in an image of " + toString(*Image));
  Shape Out = {X[0], X[1] / static_cast<int64_t>(Each.value())};
  Out.append(Image->begin(), Image->end());
  return C.setOutput(0, C.inType(0), Out);
}

} // namespace toscount
