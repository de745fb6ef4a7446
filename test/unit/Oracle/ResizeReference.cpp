//===- ResizeReference.cpp - executed interpolation -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ResizeReference.h"

#include <cmath>

using namespace llvm;

namespace toscount::oracle {
namespace {

using Tensors = ArrayRef<Tensor>;

/// The input elements that one output position of an axis is made of. Weights
/// are attributes' arithmetic: plain numbers.
struct AxisTaps {
  std::vector<int64_t> At;
  std::vector<double> Weight;
  bool Outside = false; ///< tf_crop_and_resize: the extrapolation value.
};

struct Axis {
  int64_t In, Out;
  double Scale;
  bool Changes;
  double Start = 0, End = 1; ///< Region of interest.
};

std::vector<double> plain(const OpInstance &Op, Tensors In, unsigned I) {
  std::vector<double> Values;
  if (Op.hasInput(I))
    for (const Scalar &E : In[I].Data)
      Values.push_back(E.value());
  return Values;
}

std::vector<Axis> axesOf(const OpInstance &Op, Tensors In, Tensors Out) {
  size_t Rank = In[0].Dims.size();
  std::vector<Axis> All;
  for (size_t I = 0; I < Rank; ++I) {
    int64_t From = In[0].Dims[I];
    int64_t To = Out[0].Dims[I];
    All.push_back({From, To, static_cast<double>(To) / From, From != To});
  }
  std::vector<int64_t> Which;
  for (size_t I = 0; I < Rank; ++I)
    Which.push_back(static_cast<int64_t>(I));
  if (Op.opset() >= 18 && Op.hasAttr("axes"))
    Which = Op.attrInts("axes");
  bool Resize11 = Op.op() == "Resize" && Op.opset() >= 11;
  std::vector<double> Scales = plain(Op, In, Resize11 ? 2 : 1);
  if (Op.op() == "Upsample" && Op.opset() < 9)
    Scales = Op.attrFloats("scales");
  std::vector<double> Roi;
  if (Resize11)
    Roi = plain(Op, In, 1);
  bool Crop = Op.attrString("coordinate_transformation_mode", "") ==
              "tf_crop_and_resize";
  StringRef Policy = Op.attrString("keep_aspect_ratio_policy", "stretch");
  double Kept = 0;
  std::vector<double> Sizes;
  if (Resize11)
    Sizes = plain(Op, In, 3);
  if (Policy != "stretch" && !Sizes.empty())
    for (size_t K = 0; K < Which.size(); ++K) {
      double Own = Sizes[K] / All[OpInstance::axis(Which[K], Rank)].In;
      Kept = K == 0                   ? Own
             : Policy == "not_larger" ? std::min(Kept, Own)
                                      : std::max(Kept, Own);
    }
  for (size_t K = 0; K < Which.size(); ++K) {
    Axis &A = All[OpInstance::axis(Which[K], Rank)];
    if (!Scales.empty())
      A.Scale = Scales[K];
    else if (Kept != 0)
      A.Scale = Kept;
    A.Changes = A.Changes || A.Scale != 1;
    if (!Crop)
      continue;
    A.Start = Roi[K];
    A.End = Roi[K + Which.size()];
    A.Changes = A.Changes || A.Start != 0 || A.End != 1;
  }
  return All;
}

/// Where position \p X of the result lies in the operand.
double original(const OpInstance &Op, const Axis &A, int64_t X) {
  bool Old = Op.op() == "Upsample" || Op.opset() < 11;
  StringRef Mode =
      Old ? StringRef("asymmetric")
          : Op.attrString("coordinate_transformation_mode", "half_pixel");
  // As recorded results have it: not rounded.
  double Width = A.Scale * static_cast<double>(A.In);
  auto In = static_cast<double>(A.In);
  auto At = static_cast<double>(X);
  if (Mode == "asymmetric")
    return At / A.Scale;
  if (Mode == "align_corners")
    return Width == 1 ? 0 : At * (In - 1) / (Width - 1);
  if (Mode == "tf_crop_and_resize")
    return A.Out > 1 ? A.Start * (In - 1) + At * (A.End - A.Start) * (In - 1) /
                                                static_cast<double>(A.Out - 1)
                     : 0.5 * (A.Start + A.End) * (In - 1);
  if (Mode == "pytorch_half_pixel" && A.Out == 1)
    return 0;
  if (Mode == "tf_half_pixel_for_nn") // Opset 11 and 12.
    return (At + 0.5) / A.Scale;
  double Half = (At + 0.5) / A.Scale - 0.5;
  if (Mode != "half_pixel_symmetric")
    return Half;
  double Adjustment = static_cast<double>(A.Out) / Width;
  return In / 2 * (1 - Adjustment) + Half;
}

double cubicWeight(double Distance, double A) {
  double X = std::abs(Distance);
  if (X <= 1)
    return ((A + 2) * X - (A + 3)) * X * X + 1;
  return X < 2 ? ((A * X - 5 * A) * X + 8 * A) * X - 4 * A : 0;
}

AxisTaps tapsAt(const OpInstance &Op, const Axis &A, int64_t X) {
  StringRef Mode = Op.attrString("mode", "nearest");
  if (!A.Changes)
    return {{X}, {1.0}};
  double At = original(Op, A, X);
  AxisTaps T;
  T.Outside = Op.attrString("coordinate_transformation_mode", "") ==
                  "tf_crop_and_resize" &&
              (At < 0 || At > static_cast<double>(A.In - 1));
  auto Clamped = [&](double P) {
    return std::clamp<int64_t>(static_cast<int64_t>(P), 0, A.In - 1);
  };
  if (Mode == "nearest") {
    bool Old = Op.op() == "Upsample" || Op.opset() < 11;
    StringRef How = Old ? StringRef("floor")
                        : Op.attrString("nearest_mode", "round_prefer_floor");
    double P = How == "floor"               ? std::floor(At)
               : How == "ceil"              ? std::ceil(At)
               : How == "round_prefer_ceil" ? std::floor(At + 0.5)
                                            : std::ceil(At - 0.5);
    T.At = {Clamped(P)};
    T.Weight = {1};
    return T;
  }
  bool Cubic = Mode == "cubic";
  double Narrow = 1; // Stretches the filter.
  if (Op.opset() >= 18 && Op.attrInt("antialias", 0) != 0)
    Narrow = std::min(1.0, A.Scale);
  double Floor = std::floor(At);
  double First = std::floor((Cubic ? -2 : -1) / Narrow) + 1;
  double Total = 0;
  bool Exclude = Op.attrInt("exclude_outside", 0) != 0;
  for (double K = First; K <= 1 - First; ++K) {
    double Distance = (K - (At - Floor)) * Narrow;
    double W = Cubic
                   ? cubicWeight(Distance, Op.attrFloat("cubic_coeff_a", -0.75))
                   : std::max(0.0, 1 - std::abs(Distance));
    double P = Floor + K;
    if (Exclude && (P < 0 || P >= static_cast<double>(A.In)))
      W = 0;
    T.At.push_back(Clamped(P));
    T.Weight.push_back(W);
    Total += W;
  }
  if (Exclude || Narrow < 1)
    for (double &W : T.Weight)
      W /= Total;
  return T;
}

/// Calls \p Element for each result element, and \p Tap for each of its taps.
void walk(const OpInstance &Op, Tensors In, Tensors Out,
          const std::function<void(size_t At, bool Outside)> &Element,
          const std::function<void(size_t At, size_t From, double W)> &Tap) {
  std::vector<Axis> Axes = axesOf(Op, In, Out);
  size_t At = 0;
  forEachIndex(Out[0].Dims, [&](ShapeRef Index) {
    std::vector<AxisTaps> Taps;
    Shape Counts;
    bool Outside = false;
    for (size_t I = 0; I < Index.size(); ++I) {
      Taps.push_back(tapsAt(Op, Axes[I], Index[I]));
      Counts.push_back(static_cast<int64_t>(Taps[I].At.size()));
      Outside = Outside || Taps[I].Outside;
    }
    forEachIndex(Counts, [&](ShapeRef K) {
      Shape From;
      double W = 1;
      for (size_t I = 0; I < K.size(); ++I) {
        From.push_back(Taps[I].At[K[I]]);
        W *= Taps[I].Weight[K[I]];
      }
      Tap(At, flat(In[0].Dims, From), W);
    });
    Element(At++, Outside);
  });
}

/// Interpolation with more than one tap: otherwise elements are only moved.
bool weighs(const OpInstance &Op, Tensors In, Tensors Out) {
  if (Op.attrString("mode", "nearest") == "nearest")
    return false;
  for (const Axis &A : axesOf(Op, In, Out))
    if (A.Changes)
      return true;
  return false;
}

void forwardResize(const OpInstance &Op, Tensors In,
                   MutableArrayRef<Tensor> Out, Saved &) {
  bool Weighs = weighs(Op, In, Out);
  Sum Total;
  walk(
      Op, In, Out,
      [&](size_t At, bool Outside) {
        Out[0][At] = Total.sum();
        if (Outside)
          Out[0][At] = Op.attrFloat("extrapolation_value", 0);
        Total = Sum();
      },
      [&](size_t, size_t From, double W) {
        Total.term(Weighs ? In[0][From] * W : In[0][From]);
      });
}

void backwardResize(const OpInstance &Op, Tensors In, Tensors Out,
                    const Saved &, Tensors DOut, ArrayRef<bool> Needs,
                    MutableArrayRef<Tensor> DIn) {
  if (!Needs[0])
    return;
  bool Weighs = weighs(Op, In, Out);
  std::vector<std::pair<size_t, double>> Taps;
  walk(
      Op, In, Out,
      [&](size_t At, bool Outside) {
        for (auto [From, W] : Taps) {
          Scalar DY = Outside ? Scalar(0.0) : DOut[0][At];
          DIn[0][From] += Weighs ? DY * W : DY;
        }
        Taps.clear();
      },
      [&](size_t, size_t From, double W) {
        Taps.push_back({From, W});
      });
}

// -- Cases.

Tensor floats(std::vector<double> Values) {
  Tensor T(ElementType::Float32, {static_cast<int64_t>(Values.size())});
  for (size_t I = 0; I < Values.size(); ++I)
    T[I] = Values[I];
  return T;
}

double anyScale(std::mt19937 &Rng) {
  const double Scales[] = {0.25, 0.5, 0.75, 1, 1.5, 2, 2.5};
  return Scales[pick(Rng, 0, 6)];
}

NodeCase resizeCase(std::mt19937 &Rng) {
  NodeCase C = make("Resize", version(Rng, {10, 11, 13, 18, 19}));
  const char *Modes[] = {"nearest", "linear", "cubic"};
  C.set("mode", Modes[pick(Rng, 0, C.Opset >= 11 ? 2 : 1)]);
  Shape In = {1, 2, pick(Rng, 4, 6), pick(Rng, 4, 6)};
  C.input(Rng, In);
  std::vector<double> Scales = {1, 1, anyScale(Rng), anyScale(Rng)};
  if (C.Opset < 11)
    return C.operand(floats(Scales), true);
  const char *Transforms[] = {"half_pixel", "pytorch_half_pixel",
                              "align_corners", "asymmetric",
                              "half_pixel_symmetric"};
  const char *Nearest[] = {"round_prefer_floor", "round_prefer_ceil", "floor",
                           "ceil"};
  C.set("nearest_mode", Nearest[pick(Rng, 0, 3)]);
  C.set("exclude_outside", pick(Rng, 0, 1));
  bool Axes = C.Opset >= 18 && pick(Rng, 0, 1) == 0;
  bool Crop = pick(Rng, 0, 4) == 0;
  bool Some = pick(Rng, 0, 1) == 0; // Scales rather than sizes.
  std::vector<int64_t> Sizes = {1, 2, pick(Rng, 2, 9), pick(Rng, 2, 9)};
  std::vector<double> Roi = {0, 0, 0.25, 0, 1, 1, 0.75, 1};
  if (Axes) {
    Scales = {Scales[3], Scales[2]};
    Sizes = {Sizes[3], Sizes[2]};
    Roi = {0, 0.25, 1, 0.75};
    C.set("axes", std::vector<int64_t>{-1, 2});
    if (!Some && !Crop && pick(Rng, 0, 1) == 0)
      C.set("keep_aspect_ratio_policy",
            pick(Rng, 0, 1) == 0 ? "not_larger" : "not_smaller");
  }
  if (C.Opset >= 18)
    C.set("antialias", pick(Rng, 0, 1));
  C.set("coordinate_transformation_mode",
        Crop ? "tf_crop_and_resize"
             : Transforms[pick(Rng, 0, C.Opset >= 19 ? 4 : 3)]);
  Crop ? C.operand(floats(Roi), true) : C.absent();
  if (Some)
    return C.operand(floats(Scales), true);
  pick(Rng, 0, 1) == 0 ? C.absent() : C.operand(floats({}), true);
  return C.known(Sizes);
}

NodeCase upsampleCase(std::mt19937 &Rng) {
  NodeCase C = make("Upsample", version(Rng, {7, 9}));
  C.input(Rng, {1, 2, 2, 3})
      .set("mode", pick(Rng, 0, 1) == 0 ? "linear" : "nearest");
  std::vector<double> Scales = {1, 1, 1.0 + 0.5 * pick(Rng, 0, 3),
                                1.0 + 0.5 * pick(Rng, 0, 3)};
  return C.Opset < 9 ? C.set("scales", Scales)
                     : C.operand(floats(Scales), true);
}

} // namespace

void addResizeReferences(References &All) {
  const std::pair<const char *, CaseMaker> Ops[] = {{"Resize", resizeCase},
                                                    {"Upsample", upsampleCase}};
  for (auto [Op, Case] : Ops)
    All.push_back({.Op = Op,
                   .Forward = forwardResize,
                   .Backward = backwardResize,
                   .Cases = {Case}});
  addSampleReferences(All);
}

} // namespace toscount::oracle
