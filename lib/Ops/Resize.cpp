//===- Resize.cpp - interpolation -----------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Resize and Upsample: where each result element is sampled, and with what
/// weights, depends on positions only, so coordinates and weights are constants
/// and free. An element is one weighted sum over the taps of all axes that are
/// interpolated (the direct product: bilinear 4 taps, bicubic 16), those beyond
/// the border included. An axis that keeps its size and scale has one tap.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "ResizeSample.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <optional>

using namespace llvm;

namespace toscount {
namespace {

/// One axis of a resized tensor.
struct ResizedAxis {
  int64_t In = 0, Out = 0;
  double Scale = 1;
  bool Cropped = false; ///< tf_crop_and_resize takes only a part of it.
  [[nodiscard]] bool changes() const {
    return In != Out || Scale != 1 || Cropped;
  }
};
using ResizedAxes = SmallVector<ResizedAxis, 6>;

/// Where an operator of this version has its operands; 0: nowhere.
struct Operands {
  unsigned Roi = 0, Scales = 0, Sizes = 0;
};
Operands operandsOf(const OpInstance &Op) {
  if (Op.op() == "Upsample")
    return {0, Op.opset() >= 9 ? 1U : 0U, 0};
  return Op.opset() >= 11 ? Operands{1, 2, 3} : Operands{0, 1, 0};
}

bool given(const OpInstance &Op, unsigned I) {
  // Exporters leave out an operand by an empty tensor too.
  return I != 0 && Op.hasInput(I) && Op.inSize(I) > Count(0);
}

/// True when the region of interest has an effect.
bool crops(const OpInstance &Op) {
  return Op.attrString("coordinate_transformation_mode", "half_pixel") ==
         "tf_crop_and_resize";
}

/// Contents of operand \p I as numbers; an error when they are not known.
Expected<SmallVector<double, 8>> numbers(const OpInstance &Op, unsigned I,
                                         StringRef What) {
  const Constant *C = Op.contents(I);
  if (C == nullptr)
    return makeError("its " + What + " (operand " + Twine(I) + " '" +
                     printable(Op.input(I).Name) +
                     "') are only known when the network runs" +
                     assumeAdvice(Op.input(I)));
  SmallVector<double, 8> Values;
  for (size_t K = 0; K < C->size(); ++K)
    Values.push_back(C->number(K));
  return Values;
}

/// One scale an axis that is resized, from wherever this version has them.
Expected<SmallVector<double, 8>> scales(const OpInstance &Op) {
  if (unsigned I = operandsOf(Op).Scales; I != 0)
    return numbers(Op, I, "scales");
  if (Op.hasAttr("scales") || Op.opset() >= 7) {
    ArrayRef<double> Given = Op.attrFloats("scales");
    return SmallVector<double, 8>(Given.begin(), Given.end());
  }
  // Opset 1, images only.
  return SmallVector<double, 8>{1, 1, Op.attrFloat("height_scale", 1),
                                Op.attrFloat("width_scale", 1)};
}

Error expectEntries(size_t Have, size_t Want, StringRef What) {
  if (Have == Want)
    return Error::success();
  return makeError(Twine(Have) + " " + What + ", but " + Twine(Want) +
                   " are needed");
}

/// The axes that scales, sizes and roi are about (attribute since opset 18).
Expected<SmallVector<size_t, 6>> resizedAxes(const OpInstance &Op) {
  size_t Rank = Op.inShape(0).size();
  SmallVector<size_t, 6> Axes;
  if (Op.opset() < 18 || !Op.hasAttr("axes")) {
    for (size_t I = 0; I < Rank; ++I)
      Axes.push_back(I);
    return Axes;
  }
  for (int64_t Axis : Op.attrInts("axes")) {
    auto Signed = static_cast<int64_t>(Rank);
    if (Axis < -Signed || Axis >= Signed)
      return makeError("axis " + Twine(Axis) + " is outside a tensor of " +
                       Twine(Rank) + " dimensions");
    if (is_contained(Axes, OpInstance::axis(Axis, Rank)))
      return makeError("axis " + Twine(Axis) + " is given twice");
    Axes.push_back(OpInstance::axis(Axis, Rank));
  }
  return Axes;
}

/// Sizes of the axes when the operand gives them: Scale and Out are set.
Error applySizes(const OpInstance &Op, ArrayRef<size_t> Axes, unsigned I,
                 ResizedAxes &All) {
  Expected<SmallVector<double, 8>> Sizes = numbers(Op, I, "sizes");
  if (!Sizes)
    return Sizes.takeError();
  if (Error E = expectEntries(Sizes->size(), Axes.size(), "sizes"))
    return E;
  for (size_t K = 0; K < Axes.size(); ++K) {
    double Size = (*Sizes)[K];
    ResizedAxis &A = All[Axes[K]];
    // Beyond 2^53 doubles skip integers, and no tensor is that large.
    if (!(Size >= 0 && Size < 0x1p53) || (A.In == 0 && Size != 0))
      return makeError("an axis of " + Twine(A.In) +
                       " elements cannot be resized to " +
                       Twine(std::to_string(Size)));
    A.Out = static_cast<int64_t>(Size);
    A.Scale =
        A.In == 0 ? 1 : static_cast<double>(A.Out) / static_cast<double>(A.In);
  }
  StringRef Policy = Op.attrString("keep_aspect_ratio_policy", "stretch");
  if (Op.opset() < 18 || Policy == "stretch" || Axes.empty())
    return Error::success();
  if (Policy != "not_larger" && Policy != "not_smaller")
    return makeError("attribute 'keep_aspect_ratio_policy' is '" +
                     printable(Policy) + "'");
  double Scale = All[Axes.front()].Scale;
  for (size_t Axis : Axes)
    Scale = Policy == "not_larger" ? std::min(Scale, All[Axis].Scale)
                                   : std::max(Scale, All[Axis].Scale);
  for (size_t Axis : Axes) {
    ResizedAxis &A = All[Axis];
    A.Scale = Scale;
    double Out = std::floor(Scale * static_cast<double>(A.In) + 0.5);
    if (!(Out < 0x1p53))
      return makeError("a resized dimension overflows");
    A.Out = static_cast<int64_t>(Out);
  }
  return Error::success();
}

Error applyScales(const OpInstance &Op, ArrayRef<size_t> Axes,
                  ArrayRef<double> Part, ResizedAxes &All) {
  Expected<SmallVector<double, 8>> Scales = scales(Op);
  if (!Scales)
    return Scales.takeError();
  if (Error E = expectEntries(Scales->size(), Axes.size(), "scales"))
    return E;
  for (size_t K = 0; K < Axes.size(); ++K) {
    ResizedAxis &A = All[Axes[K]];
    A.Scale = (*Scales)[K];
    // In single precision, as scales are stored and as runtimes compute.
    float Out =
        std::floor(static_cast<float>(A.In) * static_cast<float>(Part[K]) *
                   static_cast<float>(A.Scale));
    if (!(A.Scale > 0) || !(Out >= 0 && Out < 0x1p53F))
      return makeError("a scale of " + Twine(std::to_string(A.Scale)) +
                       " does not fit an axis of " + Twine(A.In) + " elements");
    A.Out = static_cast<int64_t>(Out);
  }
  return Error::success();
}

/// All axes of operand 0, for the shape function and the rules.
Expected<ResizedAxes> resized(const OpInstance &Op) {
  Operands Where = operandsOf(Op);
  ResizedAxes All;
  for (int64_t D : Op.inShape(0))
    All.push_back({D, D, 1, false});
  Expected<SmallVector<size_t, 6>> Axes = resizedAxes(Op);
  if (!Axes)
    return Axes.takeError();

  bool HasSizes = given(Op, Where.Sizes);
  bool HasScales = Where.Scales == 0 || given(Op, Where.Scales);
  if (HasSizes == HasScales)
    return makeError("exactly one of scales and sizes must be given");

  // The part of each axis that is taken; 1 unless it is cropped.
  SmallVector<double, 8> Part(Axes->size(), 1);
  if (crops(Op)) {
    if (!given(Op, Where.Roi))
      return makeError("tf_crop_and_resize needs its roi (operand 1)");
    if (Error E = expectEntries(Op.inSize(Where.Roi).value(), 2 * Axes->size(),
                                "entries of roi"))
      return E;
    bool Known = Op.contents(Where.Roi) != nullptr;
    for (size_t K = 0; K < Axes->size(); ++K) {
      ResizedAxis &A = All[(*Axes)[K]];
      A.Cropped = true;
      if (!Known)
        continue;
      double Start = Op.contents(Where.Roi)->number(K);
      double End = Op.contents(Where.Roi)->number(K + Axes->size());
      A.Cropped = Start != 0 || End != 1;
      Part[K] = End - Start;
    }
    if (!Known && HasScales)
      return makeError("its roi (operand 1 '" + printable(Op.input(1).Name) +
                       "') is only known when the network runs" +
                       assumeAdvice(Op.input(1)));
  }
  if (Error E = HasSizes ? applySizes(Op, *Axes, Where.Sizes, All)
                         : applyScales(Op, *Axes, Part, All))
    return E;
  return All;
}

StringRef modeOf(const OpInstance &Op) {
  StringRef Mode = Op.attrString("mode", "nearest");
  return Mode == "bilinear" ? StringRef("linear") : Mode;
}

/// Taps of one interpolated axis. Antialiasing widens the filter when the axis
/// shrinks.
Count taps(const OpInstance &Op, const ResizedAxis &A) {
  bool Linear = modeOf(Op) == "linear";
  if (Op.opset() < 18 || Op.attrInt("antialias", 0) == 0 || A.Scale >= 1)
    return Linear ? 2 : 4;
  double Start = std::floor((Linear ? -1 : -2) / A.Scale) + 1;
  // A window of 2^40 taps is no real network's; it keeps the number finite.
  return static_cast<uint64_t>(2 - 2 * std::max(Start, -0x1p40));
}

/// Taps of one result element.
Count allTaps(const OpInstance &Op) {
  Count All = 1;
  for (const ResizedAxis &A : cantFail(resized(Op)))
    if (A.changes())
      All *= taps(Op, A);
  return All;
}

Error shapeResize(ShapeContext &C) {
  bool Upsample = C.op() == "Upsample";
  Operands Where = operandsOf(C);
  unsigned Most = 1 + std::max({Where.Roi, Where.Scales, Where.Sizes});
  if (Error E = C.expectInputs(std::min(Most, Upsample ? Most : 1U), Most))
    return E;
  StringRef Mode = modeOf(C);
  bool Cubic = Mode == "cubic" && !Upsample && C.opset() >= 11;
  if (Mode != "nearest" && Mode != "linear" && !Cubic)
    return C.fail("attribute 'mode' is '" + printable(Mode) +
                  "', which is none of nearest, linear" +
                  (!Upsample && C.opset() >= 11 ? ", cubic" : ""));
  Expected<ResizedAxes> Axes = resized(C);
  if (!Axes)
    return Axes.takeError();
  Shape Out;
  for (const ResizedAxis &A : *Axes)
    Out.push_back(A.Out);
  return C.setOutput(0, C.inType(0), Out);
}

void forwardResize(const OpInstance &Op, Work &W) {
  if (modeOf(Op) == "nearest")
    return;
  Count Taps = W.let("taps", allTaps(Op), "the product over resized axes");
  if (Taps == 1)
    return;
  W.mul(Op.outSize(0) * Taps, "each tap times its weight");
  W.sums(Op.outSize(0), Taps, "the taps' sum");
}

void backwardResize(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  if (modeOf(Op) == "nearest") {
    G.add(Op.outSize(0), "each element's gradient is added where it was taken");
    return;
  }
  Count Taps = allTaps(Op);
  if (Taps > Count(1))
    G.mul(Op.outSize(0) * Taps, "the gradient times each tap's weight");
  G.add(Op.outSize(0) * Taps, "each product is added to its tap's gradient");
}

void forwardCol2Im(const OpInstance &Op, Work &W) {
  W.add(Op.inSize(0), "each column element is added into the image");
}

/// Each column element takes the gradient of where it was added: moved.
void backwardCol2Im(const OpInstance &, GradWork &) {}

constexpr StringLiteral ResizeDoc =
    "nearest: movement, 0 BOs; linear, cubic: each element a sum of taps (2 or "
    "4 for each axis that changes, more with antialias, multiplied over axes): "
    "mul taps, add taps - 1; weights depend on positions only and are free";
constexpr StringLiteral ResizeBackDoc = "scatter-add, transposed: nearest: add "
                                        "= elements after; linear, cubic: mul "
                                        "and add = elements after * taps";

constexpr OpInfo Rows[] = {
    {.Name = "Resize",
     .Since = 10,
     .Types = "* f f i",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeResize,
     .Forward = forwardResize,
     .Backward = backwardResize,
     .ForwardDoc = ResizeDoc,
     .BackwardDoc = ResizeBackDoc},
    {.Name = "Upsample",
     .Types = "* f",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeResize,
     .Forward = forwardResize,
     .Backward = backwardResize,
     .ForwardDoc = ResizeDoc,
     .BackwardDoc = ResizeBackDoc},
    {.Name = "GridSample",
     .Since = 16,
     .Types = "* f",
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeGridSample,
     .Forward = forwardGridSample,
     .Backward = backwardGridSample,
     .ForwardDoc =
         "each grid point: pixel coordinates ((g + 1) * size - 1) / 2 or (g + "
         "1) / 2 * (size - 1), the padding mode, weights of 2 (linear) or 4 "
         "(cubic) taps an axis and their products; each element: mul taps, add "
         "taps - 1",
     .BackwardDoc =
         "X: mul and add = elements after * taps (nearest: add only); grid: a "
         "sum over channels for each tap, then through the weights' products, "
         "polynomials, the padding mode and the coordinates (nearest: 0)"},
    {.Name = "Col2Im",
     .Since = 18,
     .Types = "* i i",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeCol2Im,
     .Forward = forwardCol2Im,
     .Backward = backwardCol2Im,
     .ForwardDoc = "one add for each element of the columns, those that fall "
                   "on padding included",
     .BackwardDoc = "the gradient is moved back into columns: 0 BOs"},
};

} // namespace

ArrayRef<OpInfo> resizeOps() { return Rows; }

} // namespace toscount
