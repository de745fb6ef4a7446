//===- RegionReference.cpp - executed pooling of regions ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

#include <cmath>

using namespace llvm;

namespace toscount::oracle {
namespace {

/// A sampled coordinate of one axis, between two elements.
struct Between {
  int64_t Low = 0, High = 0;
  Scalar ToLow, ToHigh; ///< Weights.
  bool Outside = false;
};

Between locate(Scalar At, int64_t Size) {
  Between B;
  bool Before = At < -1.0;
  bool Behind = At > static_cast<double>(Size);
  B.Outside = Before || Behind;
  At = max(At, 0.0);
  At = min(At, static_cast<double>(Size - 1));
  B.Low = static_cast<int64_t>(At.value());
  B.High = std::min(B.Low + 1, Size - 1);
  B.ToHigh = At - static_cast<double>(B.Low);
  B.ToLow = 1.0 - B.ToHigh;
  return B;
}

struct Point {
  size_t At[4]; ///< In the plane.
  Scalar Weight[4];
};

struct Align {
  int64_t Height, Width, Ratio;
  bool Max, Half;
  double Scale;
  explicit Align(const OpInstance &Op)
      : Height(Op.attrInt("output_height", 1)),
        Width(Op.attrInt("output_width", 1)),
        Ratio(Op.attrInt("sampling_ratio", 0)),
        Max(Op.attrString("mode", "avg") == "max"),
        Half(Op.opset() >= 16 && Op.attrString("coordinate_transformation_mode",
                                               "half_pixel") == "half_pixel"),
        Scale(Op.attrFloat("spatial_scale", 1)) {}

  /// Samples of a bin; a ratio of 0 has as many as the bin is large.
  [[nodiscard]] int64_t samples(Scalar Extent, int64_t Bins) const {
    if (Ratio != 0)
      return Ratio;
    return static_cast<int64_t>(
        std::ceil(Extent.value() / static_cast<double>(Bins) - 1e-9));
  }

  /// Sampled coordinates of one axis of a region.
  std::vector<Between> axis(Scalar Start, Scalar End, int64_t Bins,
                            int64_t Size) const {
    for (Scalar *S : {&Start, &End}) {
      if (Scale != 1)
        *S *= Scale;
      if (Half)
        *S -= 0.5;
    }
    Scalar Extent = End - Start;
    if (!Half)
      Extent = max(Extent, 1.0);
    Scalar Bin = Extent / static_cast<double>(Bins);
    std::vector<Between> All;
    int64_t Samples = samples(Extent, Bins);
    for (int64_t P = 0; P < Bins; ++P)
      for (int64_t I = 0; I < Samples; ++I) {
        double Factor = double(P) + (double(I) + 0.5) / double(Samples);
        All.push_back(locate(Start + Bin * Factor, Size));
      }
    return All;
  }
};

/// Saves, for every output element and sample, the weights and positions that
/// backward needs.
void forwardAlign(const OpInstance &Op, ArrayRef<Tensor> In,
                  MutableArrayRef<Tensor> Out, Saved &Save) {
  Align A(Op);
  int64_t Channels = In[0].Dims[1], H = In[0].Dims[2], W = In[0].Dims[3];
  int64_t Regions = In[1].Dims[0];
  // [output element, sample, corner]; for a maximum only the one taken.
  // Without a ratio, regions are whole images.
  auto Whole = [&](int64_t Size, int64_t Bins) {
    return A.Ratio != 0 ? A.Ratio : (Size + Bins - 1) / Bins;
  };
  int64_t Down = Whole(H, A.Height), Across = Whole(W, A.Width);
  int64_t Kept = A.Max ? 1 : Down * Across * 4;
  Tensor Weights(Out[0].Type, {static_cast<int64_t>(Out[0].size()), Kept});
  Tensor Where = Weights;
  for (int64_t R = 0; R < Regions; ++R) {
    auto X = A.axis(In[1].at({R, 0}), In[1].at({R, 2}), A.Width, W);
    auto Y = A.axis(In[1].at({R, 1}), In[1].at({R, 3}), A.Height, H);
    std::vector<std::vector<Point>> Bins(A.Height * A.Width);
    for (size_t I = 0; I < Y.size(); ++I)
      for (size_t J = 0; J < X.size(); ++J) {
        Point P;
        size_t K = 0;
        for (auto [Row, Up] : {std::pair{Y[I].Low, Y[I].ToLow},
                               std::pair{Y[I].High, Y[I].ToHigh}})
          for (auto [Column, Across] : {std::pair{X[J].Low, X[J].ToLow},
                                        std::pair{X[J].High, X[J].ToHigh}}) {
            P.At[K] = Row * W + Column;
            P.Weight[K] = Up * Across;
            if (Y[I].Outside || X[J].Outside)
              P.Weight[K] = 0;
            ++K;
          }
        Bins[I / Down * A.Width + J / Across].push_back(P);
      }
    auto Image = static_cast<int64_t>(In[2][R].value());
    for (int64_t C = 0; C < Channels; ++C) {
      size_t Plane = (Image * Channels + C) * H * W;
      for (size_t B = 0; B < Bins.size(); ++B) {
        size_t At = (R * Channels + C) * Bins.size() + B;
        Sum Total;
        Scalar Best;
        bool Started = false;
        int64_t Next = 0;
        for (const Point &P : Bins[B]) {
          Scalar Products[4];
          for (int K = 0; K < 4; ++K) {
            Products[K] = P.Weight[K] * In[0][Plane + P.At[K]];
            if (!A.Max) {
              Weights.at({int64_t(At), Next}) = P.Weight[K];
              Where.at({int64_t(At), Next++}) = double(Plane + P.At[K]);
            }
          }
          if (!A.Max) {
            Total.term(Products[0] + Products[1] + Products[2] + Products[3]);
            continue;
          }
          for (int K = 0; K < 4; ++K) {
            bool Take = true;
            if (Started)
              Take = Products[K] > Best;
            Started = true;
            if (!Take)
              continue;
            Best = Products[K];
            Weights[At] = P.Weight[K];
            Where[At] = double(Plane + P.At[K]);
          }
        }
        Out[0][At] = A.Max ? Best : Total.sum() / double(Down * Across);
      }
    }
  }
  Save = {Weights, Where};
}

void backwardAlign(const OpInstance &Op, ArrayRef<Tensor>, ArrayRef<Tensor>,
                   const Saved &Save, ArrayRef<Tensor> DOut,
                   ArrayRef<bool> Needs, MutableArrayRef<Tensor> DIn) {
  if (!Needs[0])
    return;
  Align A(Op);
  int64_t Kept = Save[0].Dims[1];
  for (size_t I = 0; I < DOut[0].size(); ++I) {
    Scalar D = DOut[0][I];
    if (!A.Max)
      D = D / (double(Kept) / 4);
    for (int64_t K = 0; K < Kept; ++K) {
      size_t At = I * Kept + K;
      DIn[0][static_cast<size_t>(Save[1][At].value())] += D * Save[0][At];
    }
  }
}

NodeCase alignCase(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "RoiAlign";
  C.Opset = static_cast<int>(pick(Rng, 10, 17));
  int64_t Batch = pick(Rng, 1, 2), Regions = pick(Rng, 0, 3);
  C.input(Rng, {Batch, pick(Rng, 1, 2), pick(Rng, 1, 5), pick(Rng, 1, 5)});
  C.uniform(Rng, {Regions, 4}, -2, 7);
  std::vector<int64_t> Images;
  for (int64_t I = 0; I < Regions; ++I)
    Images.push_back(pick(Rng, 0, Batch - 1));
  C.indices({Regions}, Images);
  C.set("output_height", pick(Rng, 1, 3)).set("output_width", pick(Rng, 1, 3));
  C.set("sampling_ratio", pick(Rng, 1, 2));
  if (pick(Rng, 0, 1) == 0)
    C.set("spatial_scale", 0.5);
  if (C.Opset >= 16 && pick(Rng, 0, 1) == 0)
    C.set("coordinate_transformation_mode", "output_half_pixel");
  if (pick(Rng, 0, 1) == 0)
    C.set("mode", "max");
  return C;
}

// -- MaxRoiPool.

/// A rounding is one comparison.
Scalar roundedTo(Scalar X, double Result) {
  bool Above = X > Result;
  (void)Above;
  return Result;
}

/// First and last + 1 of each bin of an axis.
std::vector<std::pair<int64_t, int64_t>> binsOf(Scalar Start, Scalar End,
                                                int64_t Bins, int64_t Size) {
  Scalar Extent = max(End - Start + 1.0, 1.0);
  Scalar Bin = Extent / static_cast<double>(Bins);
  std::vector<std::pair<int64_t, int64_t>> All;
  auto Held = [&](Scalar At) {
    At = min(max(At + Start, 0.0), static_cast<double>(Size));
    return static_cast<int64_t>(At.value());
  };
  for (int64_t I = 0; I < Bins; ++I) {
    Scalar Low = Bin * static_cast<double>(I);
    Scalar High = Bin * static_cast<double>(I + 1);
    // A bin's size is not exact in binary.
    Low = roundedTo(Low, std::floor(Low.value() + 1e-9));
    High = roundedTo(High, std::ceil(High.value() - 1e-9));
    int64_t First = Held(Low);
    All.emplace_back(First, Held(High));
  }
  return All;
}

void forwardMaxRoiPool(const OpInstance &Op, ArrayRef<Tensor> In,
                       MutableArrayRef<Tensor> Out, Saved &Save) {
  int64_t Channels = In[0].Dims[1], H = In[0].Dims[2], W = In[0].Dims[3];
  ArrayRef<int64_t> Pooled = Op.attrInts("pooled_shape");
  double Scale = Op.attrFloat("spatial_scale", 1);
  Tensor Where(ElementType::Int64, Out[0].Dims);
  for (int64_t R = 0; R < In[1].Dims[0]; ++R) {
    std::vector<Scalar> Corner;
    for (int64_t K = 1; K < 5; ++K) {
      Scalar At = In[1].at({R, K});
      if (Scale != 1)
        At *= Scale;
      Corner.push_back(roundedTo(At, std::round(At.value())));
    }
    auto Columns = binsOf(Corner[0], Corner[2], Pooled[1], W);
    auto Rows = binsOf(Corner[1], Corner[3], Pooled[0], H);
    auto Image = static_cast<int64_t>(In[1].at({R, 0}).value());
    for (int64_t C = 0; C < Channels; ++C)
      for (int64_t I = 0; I < Pooled[0]; ++I)
        for (int64_t J = 0; J < Pooled[1]; ++J) {
          bool Started = false;
          Scalar Best;
          for (int64_t Y = Rows[I].first; Y < Rows[I].second; ++Y)
            for (int64_t X = Columns[J].first; X < Columns[J].second; ++X) {
              Scalar V = In[0].at({Image, C, Y, X});
              if (Started && !(V > Best))
                continue;
              Started = true;
              Best = V;
              Where.at({R, C, I, J}) =
                  static_cast<double>(In[0].offset({Image, C, Y, X}));
            }
          Out[0].at({R, C, I, J}) = Best;
        }
  }
  Save = {Where};
}

void backwardMaxRoiPool(const OpInstance &, ArrayRef<Tensor>, ArrayRef<Tensor>,
                        const Saved &Save, ArrayRef<Tensor> DOut,
                        ArrayRef<bool> Needs, MutableArrayRef<Tensor> DIn) {
  if (!Needs[0])
    return;
  for (size_t I = 0; I < DOut[0].size(); ++I)
    DIn[0][static_cast<size_t>(Save[0][I].value())] += DOut[0][I];
}

/// Regions are whole images, which is what is counted.
NodeCase maxRoiPoolCase(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "MaxRoiPool";
  int64_t Batch = pick(Rng, 1, 2), Regions = pick(Rng, 0, 3);
  int64_t H = pick(Rng, 1, 6), W = pick(Rng, 1, 6);
  C.input(Rng, {Batch, pick(Rng, 1, 2), H, W});
  bool Half = pick(Rng, 0, 1) == 0;
  Tensor Rois(ElementType::Float32, Shape{Regions, 5});
  for (int64_t R = 0; R < Regions; ++R) {
    Rois.at({R, 0}) = static_cast<double>(pick(Rng, 0, Batch - 1));
    Rois.at({R, 3}) = static_cast<double>(W - 1) * (Half ? 2 : 1);
    Rois.at({R, 4}) = static_cast<double>(H - 1) * (Half ? 2 : 1);
  }
  C.operand(Rois);
  C.set("pooled_shape", std::vector<int64_t>{pick(Rng, 1, 4), pick(Rng, 1, 4)});
  if (Half)
    C.set("spatial_scale", 0.5);
  return C;
}

/// Whole images, whose size chooses the number of samples.
NodeCase adaptiveAlignCase(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "RoiAlign";
  C.Opset = static_cast<int>(pick(Rng, 10, 17));
  int64_t Batch = pick(Rng, 1, 2), Regions = pick(Rng, 0, 3);
  int64_t H = pick(Rng, 1, 6), W = pick(Rng, 1, 6);
  C.input(Rng, {Batch, pick(Rng, 1, 2), H, W});
  bool Half = pick(Rng, 0, 1) == 0;
  Tensor Rois(ElementType::Float32, Shape{Regions, 4});
  std::vector<int64_t> Images;
  for (int64_t R = 0; R < Regions; ++R) {
    Rois.at({R, 2}) = static_cast<double>(W) * (Half ? 2 : 1);
    Rois.at({R, 3}) = static_cast<double>(H) * (Half ? 2 : 1);
    Images.push_back(pick(Rng, 0, Batch - 1));
  }
  C.operand(Rois).indices({Regions}, Images);
  C.set("output_height", pick(Rng, 1, 3)).set("output_width", pick(Rng, 1, 3));
  if (Half)
    C.set("spatial_scale", 0.5);
  if (pick(Rng, 0, 1) == 0)
    C.set("mode", "max");
  return C;
}

} // namespace

void addRegionReferences(References &All) {
  All.push_back({.Op = "MaxRoiPool",
                 .Forward = forwardMaxRoiPool,
                 .Backward = backwardMaxRoiPool,
                 .Cases = {maxRoiPoolCase}});
  All.push_back({.Op = "RoiAlign",
                 .Forward = forwardAlign,
                 .Backward = backwardAlign,
                 .Cases = {alignCase, adaptiveAlignCase}});
}

} // namespace toscount::oracle
