//===- DeformConvReference.cpp - executed deformable convolution ----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "WindowReference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

/// A moved tap: its fractions and neighbours on each axis.
struct Moved {
  std::vector<Scalar> ToLow, ToHigh;
  std::vector<int64_t> Low;
  std::vector<bool> LowInside, HighInside;
  std::vector<Scalar> Corners; ///< Weights; bit A of the number: high on A.
};

struct Deform {
  const Windows Win;
  ArrayRef<Tensor> In;
  int64_t Group, OffsetGroup, Channels, Axes;
  bool Masked;

  Deform(const OpInstance &Op, ArrayRef<Tensor> In)
      : Win(Op, Op.inShape(0).drop_front(2), Op.outShape(0).drop_front(2),
            Op.inShape(1).drop_front(2)),
        In(In), Group(Op.attrInt("group", 1)),
        OffsetGroup(Op.attrInt("offset_group", 1)), Channels(In[0].Dims[1]),
        Axes(static_cast<int64_t>(Win.In.size())), Masked(Op.hasInput(4)) {}

  [[nodiscard]] int64_t tapNumber(ShapeRef T) const {
    int64_t N = 0;
    for (size_t I = 0; I < T.size(); ++I)
      N = N * Win.Kernel[I] + T[I];
    return N;
  }
  [[nodiscard]] int64_t taps() const {
    int64_t N = 1;
    for (int64_t K : Win.Kernel)
      N *= K;
    return N;
  }
  /// Index in offset of axis \p A, and in mask.
  [[nodiscard]] Shape offsetAt(int64_t N, int64_t G, ShapeRef T, int64_t A,
                               ShapeRef O) const {
    return join({N, (G * taps() + tapNumber(T)) * Axes + A}, O);
  }
  [[nodiscard]] Shape maskAt(int64_t N, int64_t G, ShapeRef T,
                             ShapeRef O) const {
    return join({N, G * taps() + tapNumber(T)}, O);
  }

  /// Calls Body(N, offset group, O, T) for every point.
  void forEachPoint(const std::function<void(int64_t, int64_t, ShapeRef,
                                             ShapeRef)> &Body) const {
    for (int64_t N = 0; N < In[0].Dims[0]; ++N)
      for (int64_t G = 0; G < OffsetGroup; ++G)
        forEachIndex(Win.Out, [&](ShapeRef O) {
          forEachIndex(Win.Kernel, [&](ShapeRef T) { Body(N, G, O, T); });
        });
  }

  [[nodiscard]] Moved move(int64_t N, int64_t G, ShapeRef O, ShapeRef T) const {
    Moved M;
    Shape P;
    Win.position(O, T, P);
    for (int64_t A = 0; A < Axes; ++A) {
      Scalar At = In[2].at(offsetAt(N, G, T, A, O)) + double(P[A]);
      double Low = std::floor(At.value());
      auto Size = static_cast<double>(Win.In[A]);
      M.Low.push_back(static_cast<int64_t>(Low));
      M.ToHigh.push_back(At - Low);
      M.ToLow.push_back(1.0 - M.ToHigh.back());
      bool A1 = Scalar(Low) >= 0.0;
      bool A2 = Scalar(Low) < Size;
      bool B1 = Scalar(Low + 1) >= 0.0;
      bool B2 = Scalar(Low + 1) < Size;
      M.LowInside.push_back(A1 && A2);
      M.HighInside.push_back(B1 && B2);
    }
    for (int64_t C = 0; C < (1 << Axes); ++C) {
      Scalar W = C & 1 ? M.ToHigh[0] : M.ToLow[0];
      for (int64_t A = 1; A < Axes; ++A)
        W *= (C >> A) & 1 ? M.ToHigh[A] : M.ToLow[A];
      M.Corners.push_back(W);
    }
    return M;
  }
  /// The element at corner \p C in \p T, or null outside.
  template <typename TensorType>
  auto *corner(TensorType &T, const Moved &M, int64_t N, int64_t Channel,
               int64_t C) const {
    Shape P;
    bool Inside = true;
    for (int64_t A = 0; A < Axes; ++A) {
      bool High = ((C >> A) & 1) != 0;
      P.push_back(M.Low[A] + (High ? 1 : 0));
      Inside &= High ? M.HighInside[A] : M.LowInside[A];
    }
    return Inside ? &T.at(join({N, Channel}, P)) : nullptr;
  }
  /// Index in the tensor of samples.
  [[nodiscard]] Shape sampleAt(int64_t N, int64_t C, ShapeRef O,
                               ShapeRef T) const {
    Shape S = join({N, C}, O);
    S.append(T.begin(), T.end());
    return S;
  }
  [[nodiscard]] Tensor samples() const {
    return {In[0].Type, sampleAt(In[0].Dims[0], Channels, Win.Out, Win.Kernel)};
  }
};

/// Saves the samples, before and after the mask.
void forwardDeform(const OpInstance &Op, ArrayRef<Tensor> In,
                   MutableArrayRef<Tensor> Out, Saved &Save) {
  Deform D(Op, In);
  Tensor Plain = D.samples();
  Tensor Used = Plain;
  int64_t Sharing = D.Channels / D.OffsetGroup;
  D.forEachPoint([&](int64_t N, int64_t G, ShapeRef O, ShapeRef T) {
    Moved M = D.move(N, G, O, T);
    for (int64_t C = G * Sharing; C < (G + 1) * Sharing; ++C) {
      Sum Total;
      for (int64_t K = 0; K < int64_t(M.Corners.size()); ++K) {
        const Scalar *X = D.corner(In[0], M, N, C, K);
        Total.term(M.Corners[K] * (X != nullptr ? *X : Scalar(0)));
      }
      Shape At = D.sampleAt(N, C, O, T);
      Plain.at(At) = Used.at(At) = Total.sum();
      if (D.Masked)
        Used.at(At) *= In[4].at(D.maskAt(N, G, T, O));
    }
  });
  int64_t PerGroup = In[1].Dims[0] / D.Group;
  forEachIndex(Out[0].Dims, [&](ShapeRef I) {
    Dot Y;
    for (int64_t C = 0; C < In[1].Dims[1]; ++C)
      forEachIndex(D.Win.Kernel, [&](ShapeRef T) {
        int64_t Channel = I[1] / PerGroup * In[1].Dims[1] + C;
        Y.term(Used.at(D.sampleAt(I[0], Channel, I.drop_front(2), T)),
               In[1].at(join({I[1], C}, T)));
      });
    Out[0].at(I) = Y.sum();
    if (Op.hasInput(3))
      Out[0].at(I) += In[3][I[1]];
  });
  Save = {Plain, Used};
}

void backwardDeform(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                    const Saved &Save, ArrayRef<Tensor> DOut,
                    ArrayRef<bool> Needed, MutableArrayRef<Tensor> DIn) {
  Deform D(Op, In);
  auto Needs = [&](unsigned I) { return I < Needed.size() && Needed[I]; };
  int64_t PerGroup = In[1].Dims[0] / D.Group;
  int64_t Inner = In[1].Dims[1];
  const Tensor &DY = DOut[0];
  if (Needs(1)) {
    std::vector<Dot> Dots(DIn[1].size());
    forEachIndex(DY.Dims, [&](ShapeRef I) {
      for (int64_t C = 0; C < Inner; ++C)
        forEachIndex(D.Win.Kernel, [&](ShapeRef T) {
          Dots[DIn[1].offset(join({I[1], C}, T))].term(
              Save[1].at(D.sampleAt(I[0], I[1] / PerGroup * Inner + C,
                                    I.drop_front(2), T)),
              DY.at(I));
        });
    });
    for (size_t I = 0; I < Dots.size(); ++I)
      DIn[1][I] = Dots[I].sum();
  }
  if (Needs(3)) {
    std::vector<Sum> Sums(DIn[3].size());
    forEachIndex(DY.Dims, [&](ShapeRef I) { Sums[I[1]].term(DY.at(I)); });
    for (size_t I = 0; I < Sums.size(); ++I)
      DIn[3][I] = Sums[I].sum();
  }
  if (!Needs(0) && !Needs(2) && !Needs(4))
    return;
  std::vector<Sum> Offsets(DIn[2].size());
  std::vector<Sum> Masks(D.Masked ? DIn[4].size() : 0);
  int64_t Sharing = D.Channels / D.OffsetGroup;
  D.forEachPoint([&](int64_t N, int64_t G, ShapeRef O, ShapeRef T) {
    Moved M;
    {
      // What forward computed is kept.
      Counting Free;
      M = D.move(N, G, O, T);
    }
    // Along each axis: the weights of the corners on the other axes.
    std::vector<std::vector<Scalar>> Others(D.Axes);
    if (Needs(2))
      for (int64_t A = 0; A < D.Axes; ++A)
        for (int64_t K = 0; K < (1 << D.Axes); ++K) {
          Scalar W = 1;
          bool Started = false;
          if (((K >> A) & 1) == 0)
            for (int64_t B = 0; B < D.Axes; ++B) {
              if (B == A)
                continue;
              Scalar F = (K >> B) & 1 ? M.ToHigh[B] : M.ToLow[B];
              W = Started ? W * F : F;
              Started = true;
            }
          Others[A].push_back(W);
        }
    for (int64_t C = G * Sharing; C < (G + 1) * Sharing; ++C) {
      int64_t ConvGroup = C / Inner;
      Dot Gradient;
      for (int64_t F = ConvGroup * PerGroup; F < (ConvGroup + 1) * PerGroup;
           ++F)
        Gradient.term(DY.at(join({N, F}, O)),
                      In[1].at(join({F, C % Inner}, T)));
      Scalar DS = Gradient.sum();
      if (Needs(4))
        Masks[DIn[4].offset(D.maskAt(N, G, T, O))].term(
            DS * Save[0].at(D.sampleAt(N, C, O, T)));
      if (!Needs(0) && !Needs(2))
        continue;
      if (D.Masked)
        DS *= In[4].at(D.maskAt(N, G, T, O));
      if (Needs(0))
        for (int64_t K = 0; K < (1 << D.Axes); ++K) {
          Scalar Outside;
          Scalar *To = D.corner(DIn[0], M, N, C, K);
          (To != nullptr ? *To : Outside) += DS * M.Corners[K];
        }
      if (!Needs(2))
        continue;
      for (int64_t A = 0; A < D.Axes; ++A) {
        Sum Slope;
        for (int64_t K = 0; K < (1 << D.Axes); ++K) {
          if (((K >> A) & 1) != 0)
            continue;
          auto Value = [&](int64_t Corner) {
            const Scalar *X = D.corner(In[0], M, N, C, Corner);
            return X != nullptr ? *X : Scalar(0);
          };
          Scalar Rise = Value(K | (int64_t(1) << A)) - Value(K);
          if (D.Axes > 1)
            Rise *= Others[A][K];
          Slope.term(Rise);
        }
        Offsets[DIn[2].offset(D.offsetAt(N, G, T, A, O))].term(DS *
                                                               Slope.sum());
      }
    }
  });
  if (Needs(2))
    for (size_t I = 0; I < Offsets.size(); ++I)
      DIn[2][I] = Offsets[I].sum();
  if (Needs(4))
    for (size_t I = 0; I < Masks.size(); ++I)
      DIn[4][I] = Masks[I].sum();
}

NodeCase deformCase(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "DeformConv";
  C.Opset = static_cast<int>(pick(Rng, 19, 22));
  size_t Rank = pick(Rng, 0, 5) == 0 ? 3 : pick(Rng, 1, 2);
  int64_t Group = pick(Rng, 1, 2), Inner = pick(Rng, 1, 2);
  int64_t Outer = pick(Rng, 1, 2),
          Batch = pick(Rng, 0, 7) == 0 ? pick(Rng, 0, 2) : 1;
  int64_t OffsetGroup = pick(Rng, 0, 1) == 0 ? 1 : Group * Inner;
  Shape In = pickShape(Rng, Rank, 1, Rank == 1 ? 4 : Rank == 2 ? 3 : 2);
  Shape Kernel = pickShape(Rng, Rank, 1, Rank == 1 ? 3 : Rank == 2 ? 2 : 1);
  std::vector<int64_t> Pads(2 * Rank), Strides, Dilations;
  Shape Out;
  int64_t Taps = 1;
  for (size_t I = 0; I < Rank; ++I) {
    Strides.push_back(pick(Rng, 1, 2));
    Dilations.push_back(pick(Rng, 1, 2));
    int64_t Span = (Kernel[I] - 1) * Dilations[I] + 1;
    int64_t Short = std::max<int64_t>(0, Span - In[I]);
    Pads[I] = pick(Rng, 0, 1);
    Pads[I + Rank] = Short;
    Out.push_back((In[I] + Pads[I] + Short - Span) / Strides[I] + 1);
    Taps *= Kernel[I];
  }
  C.input(Rng, join({Batch, Group * Inner}, In));
  C.input(Rng, join({Group * Outer, Inner}, Kernel));
  C.input(Rng, join({Batch, OffsetGroup * Taps * int64_t(Rank)}, Out));
  bool Masked = pick(Rng, 0, 1) == 0;
  if (pick(Rng, 0, 1) == 0)
    C.input(Rng, {Group * Outer});
  else if (Masked)
    C.absent();
  if (Masked)
    C.input(Rng, join({Batch, OffsetGroup * Taps}, Out));
  return C.set("group", Group)
      .set("offset_group", OffsetGroup)
      .set("pads", Pads)
      .set("strides", Strides)
      .set("dilations", Dilations);
}

} // namespace

void addDeformConvReferences(References &All) {
  All.push_back({.Op = "DeformConv",
                 .Forward = forwardDeform,
                 .Backward = backwardDeform,
                 .Cases = {deformCase}});
}

} // namespace toscount::oracle
