//===- Region.cpp - pooling of regions of interest ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// RoiAlign: each bin of a region is sampled at sampling_ratio^2 points, each
/// interpolated between four elements. A sampling_ratio of 0 chooses the number
/// of points by the regions' sizes: each is counted as the whole image, an
/// estimate.
///
/// MaxRoiPool: each bin's maximum is taken over as many elements as the region
/// is large, which only data decides. It is counted as if every region were the
/// whole image: the most there can be, an estimate.
///
//===----------------------------------------------------------------------===//

#include "Families.h"

#include "toscount/Support/Diagnostics.h"

#include <array>
#include <numeric>

using namespace llvm;

namespace toscount {
namespace {

bool takesMaximum(const OpInstance &Op) {
  return Op.attrString("mode", "avg").equals_insensitive("max");
}
/// Coordinates are moved by half an element (the default from opset 16).
bool halfPixel(const OpInstance &Op) {
  return Op.opset() >= 16 &&
         Op.attrString("coordinate_transformation_mode", "half_pixel")
             .equals_insensitive("half_pixel");
}

Error shapeRoiAlign(ShapeContext &C) {
  if (Error E = C.expectInputs(3, 3))
    return E;
  const size_t Ranks[] = {4, 2, 1};
  for (unsigned I = 0; I < 3; ++I)
    if (Error E = C.expectRank(I, Ranks[I]))
      return E;
  int64_t Regions = C.inShape(1)[0];
  if (C.inShape(1)[1] != 4 || C.inShape(2)[0] != Regions)
    return C.fail("its regions have shape " + toString(C.inShape(1)) +
                  " and its batch indices " + toString(C.inShape(2)) +
                  ", but must have [N, 4] and [N]");
  if (C.inShape(0)[2] < 1 || C.inShape(0)[3] < 1)
    return C.fail("its operand of shape " + toString(C.inShape(0)) +
                  " has no elements to sample");
  int64_t Height = C.attrInt("output_height", 1);
  int64_t Width = C.attrInt("output_width", 1);
  if (Height < 1 || Width < 1)
    return C.fail("its attributes 'output_height' and 'output_width' must be "
                  "at least 1");
  int64_t Ratio = C.attrInt("sampling_ratio", 0);
  if (Ratio < 0)
    return C.fail("its attribute 'sampling_ratio' is " + Twine(Ratio) +
                  ", but must not be negative");
  if (Ratio == 0)
    C.estimate("its sampling_ratio is 0, so that the number of samples is only "
               "known when the network runs; each region is counted as the "
               "whole image");
  StringRef Mode = C.attrString("mode", "avg");
  if (!takesMaximum(C) && !Mode.equals_insensitive("avg"))
    return C.fail("its attribute 'mode' is '" + printable(Mode) +
                  "', but must be avg or max");
  return C.setOutput(0, C.inType(0), {Regions, C.inShape(0)[1], Height, Width});
}

struct RoiSizes {
  Count Regions, Coordinates, Points, Samples, PerBin;
};

/// Samples of a bin along an axis of \p Size; of the whole axis when the
/// regions' sizes choose them.
Count samplesOf(const OpInstance &Op, int64_t Size, int64_t Bins) {
  int64_t Ratio = Op.attrInt("sampling_ratio", 0);
  return Ratio != 0 ? Ratio : Size / Bins + (Size % Bins != 0 ? 1 : 0);
}

RoiSizes sizesOf(const OpInstance &Op) {
  RoiSizes S;
  int64_t Bins[] = {Op.attrInt("output_height", 1),
                    Op.attrInt("output_width", 1)};
  Count Height = Bins[0], Width = Bins[1];
  Count Down = samplesOf(Op, Op.inShape(0)[2], Bins[0]);
  Count Across = samplesOf(Op, Op.inShape(0)[3], Bins[1]);
  S.Regions = Op.inShape(1)[0];
  S.Coordinates = S.Regions * (Height * Down + Width * Across);
  S.PerBin = Down * Across;
  S.Points = S.Regions * Height * Width * S.PerBin;
  S.Samples = S.Points * Op.inShape(0)[1];
  return S;
}

void forwardRoiAlign(const OpInstance &Op, Work &W) {
  RoiSizes S = sizesOf(Op);
  Count Y = Op.outSize(0);
  if (Op.attrFloat("spatial_scale", 1) != 1)
    W.mul(S.Regions * 4, "each region's coordinates times spatial_scale");
  if (halfPixel(Op))
    W.sub(S.Regions * 4, "and half an element less");
  W.sub(S.Regions * 2, "each region's height and width");
  if (!halfPixel(Op))
    W.cmp(S.Regions * 2, "which are at least 1");
  W.div(S.Regions * 2, "the height and width of its bins");
  Count N = W.let("coordinates", S.Coordinates,
                  "regions * (output_height + output_width) * sampling_ratio");
  W.mul(N, "each coordinate of a sample: start + bin * constant");
  W.add(N, "each coordinate of a sample: start + bin * constant");
  W.cmp(N * 4, "held to the operand's bounds");
  W.sub(N * 2, "the fractions on both sides of it");
  W.mul(S.Points * 4, "four weights for each sampled point");
  W.mul(S.Samples * 4, "four weighted elements for each sample of a channel");
  if (takesMaximum(Op)) {
    W.cmp(S.Samples * 3, "the maximum of the four");
    W.maxima(Y, S.PerBin, "the maximum of each bin");
    return;
  }
  W.add(S.Samples * 3, "the sum of the four");
  W.sums(Y, S.PerBin, "the sum of each bin");
  W.div(Y, "the mean of each bin");
}

void backwardRoiAlign(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  RoiSizes S = sizesOf(Op);
  Count Y = Op.outSize(0);
  if (takesMaximum(Op)) {
    G.savesHidden(G.type(), Y);
    G.savesHidden(ElementType::Int64, Y);
    G.mul(Y, "each gradient times the weight of its maximum");
    G.add(Y, "added where the maximum was");
    return;
  }
  G.savesHidden(G.type(), S.Points * 4);
  G.savesHidden(ElementType::Int64, S.Points * 4);
  G.div(Y, "each gradient by the samples of its bin");
  G.mul(S.Samples * 4, "times the four weights of each sample");
  G.add(S.Samples * 4, "added to the four elements of each sample");
}

// -- MaxRoiPool.

/// Height and width of the pooled grid; checked by the shape function.
std::array<int64_t, 2> pooledShape(const OpInstance &Op) {
  ArrayRef<int64_t> Pooled = Op.attrInts("pooled_shape");
  return {Pooled[0], Pooled[1]};
}

Error shapeMaxRoiPool(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 2))
    return E;
  if (Error E = C.expectRank(0, 4))
    return E;
  if (Error E = C.expectRank(1, 2))
    return E;
  ShapeRef X = C.inShape(0);
  ShapeRef Rois = C.inShape(1);
  if (Rois[1] != 5)
    return C.fail("its regions have shape " + toString(Rois) +
                  ", but must have [N, 5]: batch index and corners");
  if (X[2] < 1 || X[3] < 1)
    return C.fail("its operand of shape " + toString(X) +
                  " has no elements to pool");
  ArrayRef<int64_t> Pooled = C.attrInts("pooled_shape");
  if (Pooled.size() != 2 || Pooled[0] < 1 || Pooled[1] < 1)
    return C.fail("its attribute 'pooled_shape' must be two positive numbers");
  C.estimate("the size of its regions is only known when the network runs; "
             "each is counted as the whole image, the most there can be");
  return C.setOutput(0, C.inType(0), {Rois[0], X[1], Pooled[0], Pooled[1]});
}

/// Elements of an axis of \p Size that all of its \p Bins cover together: bin
/// i reaches from floor(i * Size / Bins) to ceil((i + 1) * Size / Bins), so
/// that two share an element unless they meet between elements.
Count coveredBy(int64_t Bins, int64_t Size) {
  return Count(Size) + Bins - std::gcd(Bins, Size);
}

void forwardMaxRoiPool(const OpInstance &Op, Work &W) {
  auto [Height, Width] = pooledShape(Op);
  Count Regions = Op.inShape(1)[0];
  ShapeRef X = Op.inShape(0);
  if (Op.attrFloat("spatial_scale", 1) != 1)
    W.mul(Regions * 4, "each region's coordinates times spatial_scale");
  W.cmp(Regions * 4, "rounded to whole elements");
  W.sub(Regions * 2, "each region's height and width");
  W.add(Regions * 2, "both ends included");
  W.cmp(Regions * 2, "which are at least 1");
  W.div(Regions * 2, "the height and width of its bins");
  Count Bounds = W.let("bounds", Regions * (Count(Height) + Width) * 2,
                       "regions * (pooled height + pooled width) * 2");
  W.mul(Bounds, "each bin's first and last row and column");
  W.add(Bounds, "and the region's own corner");
  W.cmp(Bounds, "rounded to whole elements");
  W.cmp(Bounds * 2, "held to the operand's bounds");
  Count Planes = Regions * X[1];
  Count Covered =
      W.let("covered", coveredBy(Height, X[2]) * coveredBy(Width, X[3]),
            "elements that the bins of a region cover");
  W.cmp(Planes * (Covered - Count(Height) * Width),
        "the maximum of each bin, of each channel");
}

void backwardMaxRoiPool(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  G.savesHidden(ElementType::Int64, Op.outSize(0));
  G.add(Op.outSize(0), "each gradient is added where the maximum was");
}

constexpr OpInfo Rows[] = {
    {.Name = "MaxRoiPool",
     .Types = "Tf Tf",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeMaxRoiPool,
     .Forward = forwardMaxRoiPool,
     .Backward = backwardMaxRoiPool,
     .ForwardDoc =
         "an estimate: as if each region were the whole image. A region: 4 mul "
         "(scale other than 1), 2 sub, 2 add, 6 cmp, 2 div; each first and "
         "last row and column of its bins: mul 1, add 1, cmp 3; each output "
         "element: one cmp less than the elements of its bin, which reaches "
         "from floor(i * size / bins) to ceil((i + 1) * size / bins)",
     .BackwardDoc = "one add for each output element, where its maximum was"},

    {.Name = "RoiAlign",
     .Since = 10,
     .Types = "Tf Tf i",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeRoiAlign,
     .Forward = forwardRoiAlign,
     .Backward = backwardRoiAlign,
     .ForwardDoc =
         "r = sampling_ratio (0: that of the whole image for each axis, an "
         "estimate); a region: 4 mul (scale other than 1), 4 sub "
         "(half_pixel; otherwise 2 cmp), 2 sub, 2 div; each of its "
         "(output_height + output_width) * r coordinates: mul 1, add 1, cmp 4, "
         "sub 2; each of its output_height * output_width * r^2 points: 4 mul "
         "for the weights, and for each channel 4 mul, 3 add (max: 3 cmp); "
         "each "
         "output element: r^2-1 add and one div (max: r^2-1 cmp)",
     .BackwardDoc =
         "avg: one div for each output element, 4 mul and 4 add for each of "
         "its "
         "samples; max: one mul and one add for each output element"},
};

} // namespace

ArrayRef<OpInfo> regionOps() { return Rows; }

} // namespace toscount
