//===- ResizeSampleReference.cpp - executed GridSample and Col2Im ---------===//
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

Scalar floorOf(Scalar X) {
  (void)(X < 0.0); // Counted as one comparison.
  return std::floor(X.value());
}

/// Keeps an index of a tap inside as the padding mode says; addresses are free.
/// Negative: outside.
int64_t inside(StringRef Padding, double At, int64_t D, bool Align) {
  auto I = static_cast<int64_t>(At);
  if (Padding == "border")
    return std::clamp<int64_t>(I, 0, D - 1);
  if (Padding == "reflection") {
    while (I < 0 || I >= D) {
      if (D == 1)
        return 0;
      if (Align)
        I = I < 0 ? -I : 2 * (D - 1) - I;
      else
        I = I < 0 ? -I - 1 : 2 * D - 1 - I;
    }
    return I;
  }
  return I >= 0 && I < D ? I : -1;
}

/// One coordinate of one grid point.
struct Coordinate {
  std::vector<int64_t> At;    ///< Of each tap; negative: outside.
  std::vector<Scalar> Weight; ///< Of each tap.
  Scalar T, S, U, V;          ///< t, t + 1, 1 - t, 2 - t.
  Scalar Raw;                 ///< Before the padding mode.
};

constexpr double A = -0.75; // Of the cubic.

Coordinate coordinate(const OpInstance &Op, Scalar G, int64_t D) {
  bool Align = Op.attrInt("align_corners", 0) != 0;
  StringRef Padding = Op.attrString("padding_mode", "zeros");
  StringRef Mode = Op.attrString("mode", "linear");
  Coordinate C;
  auto Size = static_cast<double>(D);
  Scalar X =
      Align ? (G + 1.0) / 2.0 * (Size - 1) : ((G + 1.0) * Size - 1.0) / 2.0;
  C.Raw = X;
  double Low = Align ? 0 : -0.5;
  double High = Size - 1 - Low;
  if (Padding == "border") {
    X = max(min(X, Size - 1), 0.0);
  } else if (Padding == "reflection") {
    Scalar Beyond = X - Low;
    Scalar Distance = Beyond < 0.0 ? -Beyond.value() : Beyond.value();
    Scalar Periods = floorOf(Distance / (High - Low));
    Scalar Rest = Distance - Periods * (High - Low);
    Scalar Up = Low + Rest;
    Scalar Down = High - Rest;
    bool Odd = std::fmod(Periods.value(), 2) != 0;
    (void)(Periods == 0.0); // Whether odd or even: one comparison.
    X = Odd ? Down : Up;
  }
  if (Mode == "nearest") {
    (void)(X < 0.0); // Rounding, to even.
    C.At = {inside(Padding, std::nearbyint(X.value()), D, Align)};
    C.Weight = {1.0};
  } else {
    Scalar Floor = floorOf(X);
    C.T = X - Floor;
    if (Mode == "linear" || Mode == "bilinear") {
      C.Weight = {1.0 - C.T, C.T};
      for (int K : {0, 1})
        C.At.push_back(inside(Padding, Floor.value() + K, D, Align));
    } else {
      C.S = C.T + 1.0;
      C.U = 1.0 - C.T;
      C.V = 2.0 - C.T;
      C.Weight = {((A * C.S - 5 * A) * C.S + 8 * A) * C.S - 4 * A,
                  ((A + 2) * C.T - (A + 3)) * C.T * C.T + 1.0,
                  ((A + 2) * C.U - (A + 3)) * C.U * C.U + 1.0,
                  ((A * C.V - 5 * A) * C.V + 8 * A) * C.V - 4 * A};
      for (int K : {-1, 0, 1, 2})
        C.At.push_back(inside(Padding, Floor.value() + K, D, Align));
    }
  }
  if (Padding == "zeros")
    for (size_t K = 0; K < C.At.size(); ++K) {
      (void)(Scalar(0.0) <= X);
      (void)(X < Size);
    }
  return C;
}

/// Derivatives of the cubic weights.
std::vector<Scalar> slopes(const Coordinate &C) {
  return {(3 * A * C.S - 10 * A) * C.S + 8 * A,
          (3 * (A + 2) * C.T - 2 * (A + 3)) * C.T,
          -((3 * (A + 2) * C.U - 2 * (A + 3)) * C.U),
          -((3 * A * C.V - 10 * A) * C.V + 8 * A)};
}

/// One grid point: its coordinates, slowest axis first, and for each axis the
/// products of the weights of the axes up to it.
struct Point {
  std::vector<Coordinate> Axes;
  std::vector<std::vector<Scalar>> Products;
};

Point point(const OpInstance &Op, Tensors In, size_t At) {
  size_t Axes = In[0].Dims.size() - 2;
  Point P;
  for (size_t I = 0; I < Axes; ++I)
    // The grid's first number is the fastest axis.
    P.Axes.push_back(
        coordinate(Op, In[1][At * Axes + Axes - 1 - I], In[0].Dims[2 + I]));
  P.Products.push_back(P.Axes[0].Weight);
  for (size_t I = 1; I < Axes; ++I) {
    std::vector<Scalar> Next;
    for (Scalar Before : P.Products.back())
      for (Scalar W : P.Axes[I].Weight)
        Next.push_back(P.Axes[I].At.size() == 1 ? Before : Before * W);
    P.Products.push_back(Next);
  }
  return P;
}

/// The element of channel \p Channel that combined tap \p Tap reads; negative:
/// outside.
int64_t tapOffset(Tensors In, const Point &P, size_t Batch, size_t Channel,
                  size_t Tap) {
  Shape Index(P.Axes.size() + 2);
  for (size_t I = P.Axes.size(); I-- > 0;) {
    size_t Taps = P.Axes[I].At.size();
    Index[I + 2] = P.Axes[I].At[Tap % Taps];
    Tap /= Taps;
    if (Index[I + 2] < 0)
      return -1;
  }
  Index[0] = static_cast<int64_t>(Batch);
  Index[1] = static_cast<int64_t>(Channel);
  return static_cast<int64_t>(flat(In[0].Dims, Index));
}

bool isNearest(const OpInstance &Op) {
  return Op.attrString("mode", "linear") == "nearest";
}

/// Points of one sample's grid.
size_t pointsEach(Tensors In) {
  return In[1].size() / In[1].Dims.back() / In[1].Dims[0];
}

void forwardGridSample(const OpInstance &Op, Tensors In,
                       MutableArrayRef<Tensor> Out, Saved &) {
  size_t Each = pointsEach(In);
  for (size_t N = 0; N < static_cast<size_t>(In[0].Dims[0]); ++N)
    for (size_t L = 0; L < Each; ++L) {
      Point P = point(Op, In, N * Each + L);
      for (size_t C = 0; C < static_cast<size_t>(In[0].Dims[1]); ++C) {
        Sum Total;
        for (size_t T = 0; T < P.Products.back().size(); ++T) {
          int64_t From = tapOffset(In, P, N, C, T);
          Scalar V = From < 0 ? Scalar(0.0) : In[0][From];
          Total.term(isNearest(Op) ? V : P.Products.back()[T] * V);
        }
        Out[0][(N * In[0].Dims[1] + C) * Each + L] = Total.sum();
      }
    }
}

/// From the gradient of a coordinate's weights to that of the grid's number.
Scalar throughCoordinate(const OpInstance &Op, const Coordinate &C, int64_t D,
                         ArrayRef<Scalar> DWeight) {
  bool Align = Op.attrInt("align_corners", 0) != 0;
  StringRef Padding = Op.attrString("padding_mode", "zeros");
  auto Size = static_cast<double>(D);
  Scalar DX;
  if (DWeight.size() == 2) {
    DX = DWeight[1] - DWeight[0];
  } else {
    Sum Total;
    std::vector<Scalar> Slopes = slopes(C);
    for (size_t K = 0; K < 4; ++K)
      Total.term(DWeight[K] * Slopes[K]);
    DX = Total.sum();
  }
  if (Padding == "border") {
    bool Below = C.Raw < 0.0;
    bool Above = C.Raw > Size - 1;
    if (Below || Above)
      DX = 0.0;
  } else if (Padding == "reflection") {
    double Low = Align ? 0 : -0.5;
    double Range = Size - 1 - 2 * Low;
    double Distance = std::abs(C.Raw.value() - Low);
    Scalar Flipped = -DX;
    (void)(DX == 0.0); // Whether odd or even: one comparison.
    DX = std::fmod(std::floor(Distance / Range), 2) != 0 ? Flipped : DX;
    Scalar Mirrored = -DX;
    DX = C.Raw < Low ? Mirrored : DX;
  }
  return Align ? DX * (Size - 1) / 2.0 : DX / 2.0 * Size;
}

void backwardGridSample(const OpInstance &Op, Tensors In, Tensors,
                        const Saved &, Tensors DOut, ArrayRef<bool> Needs,
                        MutableArrayRef<Tensor> DIn) {
  size_t Each = pointsEach(In);
  size_t Channels = In[0].Dims[1];
  for (size_t N = 0; N < static_cast<size_t>(In[0].Dims[0]); ++N)
    for (size_t L = 0; L < Each; ++L) {
      Point P;
      {
        Counting Forward; // Saved by the forward pass.
        P = point(Op, In, N * Each + L);
      }
      ArrayRef<Scalar> Weights = P.Products.back();
      std::vector<Sum> DTaps(Weights.size());
      for (size_t C = 0; C < Channels; ++C)
        for (size_t T = 0; T < Weights.size(); ++T) {
          Scalar DY = DOut[0][(N * Channels + C) * Each + L];
          int64_t From = tapOffset(In, P, N, C, T);
          if (Needs[0]) {
            Scalar Nowhere;
            Scalar &To = From < 0 ? Nowhere : DIn[0][From];
            To += isNearest(Op) ? DY : DY * Weights[T];
          }
          if (Needs[1] && !isNearest(Op))
            DTaps[T].term(DY * (From < 0 ? Scalar(0.0) : In[0][From]));
        }
      if (!Needs[1] || isNearest(Op))
        continue;
      std::vector<Scalar> DProduct;
      for (const Sum &S : DTaps)
        DProduct.push_back(S.sum());
      size_t Axes = P.Axes.size();
      for (size_t I = Axes; I-- > 0;) {
        const Coordinate &C = P.Axes[I];
        std::vector<Scalar> DWeight = DProduct;
        if (I > 0) {
          ArrayRef<Scalar> Before = P.Products[I - 1];
          std::vector<Sum> DBefore(Before.size());
          std::vector<Sum> DW(C.Weight.size());
          for (size_t B = 0; B < Before.size(); ++B)
            for (size_t K = 0; K < C.Weight.size(); ++K) {
              Scalar D = DProduct[B * C.Weight.size() + K];
              DBefore[B].term(D * C.Weight[K]);
              DW[K].term(D * Before[B]);
            }
          DProduct.clear();
          for (const Sum &S : DBefore)
            DProduct.push_back(S.sum());
          DWeight.clear();
          for (const Sum &S : DW)
            DWeight.push_back(S.sum());
        }
        DIn[1][(N * Each + L) * Axes + Axes - 1 - I] =
            throughCoordinate(Op, C, In[0].Dims[2 + I], DWeight);
      }
    }
}

NodeCase gridSampleCase(std::mt19937 &Rng) {
  NodeCase C = make("GridSample", version(Rng, {16, 20, 22}));
  bool New = C.Opset >= 20;
  const char *Modes[] = {"nearest", New ? "linear" : "bilinear",
                         New ? "cubic" : "bicubic"};
  const char *Paddings[] = {"zeros", "border", "reflection"};
  int64_t Which = pick(Rng, 0, 2);
  size_t Axes = New ? pick(Rng, 1, 3) : 2;
  if (Axes == 3)
    Which = std::min<int64_t>(Which, 1);
  Shape X = {pick(Rng, 1, 2), pick(Rng, 1, 2)};
  X.append(pickShape(Rng, Axes, 2, 3));
  Shape Grid = {X[0]};
  Grid.append(pickShape(Rng, Axes, 1, 2));
  Grid.push_back(static_cast<int64_t>(Axes));
  return C.input(Rng, X)
      .uniform(Rng, Grid, -1.6, 1.6)
      .set("mode", Modes[Which])
      .set("padding_mode", Paddings[pick(Rng, 0, 2)])
      .set("align_corners", pick(Rng, 0, 1));
}

// -- Col2Im.

/// Calls \p Move with each column element and where it is added in the image;
/// negative: on padding.
void walkColumns(const OpInstance &Op, Tensors In, ShapeRef Out,
                 const std::function<void(size_t, int64_t)> &Move) {
  std::vector<int64_t> Image = wholes(Op, In, 1);
  std::vector<int64_t> Block = wholes(Op, In, 2);
  size_t Axes = Image.size();
  std::vector<int64_t> Ones(Axes, 1);
  std::vector<int64_t> Pads(2 * Axes, 0);
  std::vector<int64_t> Dilations = Ones;
  std::vector<int64_t> Strides = Ones;
  if (Op.hasAttr("pads"))
    Pads = Op.attrInts("pads");
  if (Op.hasAttr("dilations"))
    Dilations = Op.attrInts("dilations");
  if (Op.hasAttr("strides"))
    Strides = Op.attrInts("strides");
  Shape Blocks;
  for (size_t I = 0; I < Axes; ++I)
    Blocks.push_back((Image[I] + Pads[I] + Pads[Axes + I] -
                      Dilations[I] * (Block[I] - 1) - 1) /
                         Strides[I] +
                     1);
  // Columns are [N, C, block..., blocks...].
  Shape Columns = {Out[0], Out[1]};
  Columns.append(Block.begin(), Block.end());
  Columns.append(Blocks.begin(), Blocks.end());
  for (size_t At = 0; At < In[0].size(); ++At) {
    Shape Index = indexAt(Columns, At);
    Shape To = {Index[0], Index[1]};
    bool Outside = false;
    for (size_t I = 0; I < Axes; ++I) {
      int64_t P = Index[2 + Axes + I] * Strides[I] +
                  Index[2 + I] * Dilations[I] - Pads[I];
      Outside = Outside || P < 0 || P >= Image[I];
      To.push_back(P);
    }
    Move(At, Outside ? -1 : static_cast<int64_t>(flat(Out, To)));
  }
}

void forwardCol2Im(const OpInstance &Op, Tensors In,
                   MutableArrayRef<Tensor> Out, Saved &) {
  Scalar Padding;
  walkColumns(Op, In, Out[0].Dims, [&](size_t From, int64_t To) {
    (To < 0 ? Padding : Out[0][To]) += In[0][From];
  });
}

void backwardCol2Im(const OpInstance &Op, Tensors In, Tensors Out,
                    const Saved &, Tensors DOut, ArrayRef<bool> Needs,
                    MutableArrayRef<Tensor> DIn) {
  if (Needs[0])
    walkColumns(Op, In, Out[0].Dims, [&](size_t From, int64_t To) {
      if (To >= 0)
        DIn[0][From] = DOut[0][To];
    });
}

NodeCase col2ImCase(std::mt19937 &Rng) {
  std::vector<int64_t> Image, Block, Pads, Dilations, Strides;
  int64_t Each = 1;
  int64_t Blocks = 1;
  for (int I = 0; I < 2; ++I) {
    Block.push_back(pick(Rng, 1, 2));
    Dilations.push_back(pick(Rng, 1, 2));
    Strides.push_back(pick(Rng, 1, 2));
    Image.push_back(pick(Rng, 3, 5));
    Pads.push_back(pick(Rng, 0, 1));
  }
  Pads.push_back(pick(Rng, 0, 1));
  Pads.push_back(pick(Rng, 0, 1));
  for (int I = 0; I < 2; ++I) {
    Each *= Block[I];
    Blocks *=
        (Image[I] + Pads[I] + Pads[I + 2] - Dilations[I] * (Block[I] - 1) - 1) /
            Strides[I] +
        1;
  }
  return make("Col2Im", 18)
      .input(Rng, {2, 2 * Each, Blocks})
      .known(Image)
      .known(Block)
      .set("pads", Pads)
      .set("dilations", Dilations)
      .set("strides", Strides);
}

} // namespace

void addSampleReferences(References &All) {
  All.push_back({.Op = "GridSample",
                 .Forward = forwardGridSample,
                 .Backward = backwardGridSample,
                 .Cases = {gridSampleCase}});
  All.push_back({.Op = "Col2Im",
                 .Forward = forwardCol2Im,
                 .Backward = backwardCol2Im,
                 .Cases = {col2ImCase}});
}

} // namespace toscount::oracle
