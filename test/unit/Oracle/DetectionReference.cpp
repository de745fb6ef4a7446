//===- DetectionReference.cpp - executed boxes, determinants, grids -------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

#include <algorithm>

using namespace llvm;

namespace toscount::oracle {
namespace {

// -- NonMaxSuppression.

struct Box {
  Scalar Y1, X1, Y2, X2, Area;
};

Box boxOf(const Tensor &T, size_t At, bool Center) {
  Scalar A = T[At], B = T[At + 1], C = T[At + 2], D = T[At + 3];
  Box R;
  if (Center) {
    Scalar W = C / 2.0, H = D / 2.0;
    R = {B - H, A - W, B + H, A + W, C * D};
    return R;
  }
  R.Y1 = min(A, C);
  R.X1 = min(B, D);
  R.Y2 = max(A, C);
  R.X2 = max(B, D);
  R.Area = (R.Y2 - R.Y1) * (R.X2 - R.X1);
  return R;
}

Scalar overlap(const Box &A, const Box &B) {
  Scalar H = max(min(A.Y2, B.Y2) - max(A.Y1, B.Y1), 0);
  Scalar W = max(min(A.X2, B.X2) - max(A.X1, B.X1), 0);
  Scalar Common = H * W;
  return Common / (A.Area + B.Area - Common);
}

/// Boxes kept of one class, the best first.
std::vector<size_t> keep(const std::vector<Scalar> &Scores,
                         const std::vector<std::vector<bool>> &Overlaps,
                         const std::vector<bool> &Eligible, size_t Most) {
  // A box's place is the number of boxes that come before it.
  std::vector<size_t> Place(Scores.size()), Order(Scores.size()), Kept;
  for (size_t I = 0; I < Scores.size(); ++I)
    for (size_t J = I + 1; J < Scores.size(); ++J)
      ++Place[Scores[I] < Scores[J] ? I : J];
  for (size_t I = 0; I < Scores.size(); ++I)
    Order[Place[I]] = I;
  for (size_t I : Order) {
    bool Free = std::none_of(Kept.begin(), Kept.end(), [&](size_t K) {
      return Overlaps[std::min(I, K)][std::max(I, K)];
    });
    if (Kept.size() < Most && Eligible[I] && Free)
      Kept.push_back(I);
  }
  return Kept;
}

void forwardNonMaxSuppression(const OpInstance &Op, ArrayRef<Tensor> In,
                              MutableArrayRef<Tensor> Out, Saved &) {
  auto Most = static_cast<int64_t>(Op.hasInput(2) ? In[2][0].value() : 0);
  if (Most == 0)
    return;
  Scalar Limit = Op.hasInput(3) ? In[3][0] : Scalar(0);
  size_t N = In[0].Dims[1], Next = 0;
  for (int64_t B = 0; B < In[0].Dims[0]; ++B) {
    std::vector<Box> Boxes;
    for (size_t I = 0; I < N; ++I)
      Boxes.push_back(boxOf(In[0], (B * N + I) * 4,
                            Op.attrInt("center_point_box", 0) != 0));
    std::vector<std::vector<bool>> Overlaps(N, std::vector<bool>(N));
    for (size_t I = 0; I < N; ++I)
      for (size_t J = I + 1; J < N; ++J)
        Overlaps[I][J] = overlap(Boxes[I], Boxes[J]) > Limit;
    for (int64_t C = 0; C < In[1].Dims[1]; ++C) {
      std::vector<Scalar> Scores;
      std::vector<bool> Eligible(N, true);
      for (size_t I = 0; I < N; ++I) {
        Scores.push_back(In[1].at({B, C, static_cast<int64_t>(I)}));
        if (Op.hasInput(4))
          Eligible[I] = Scores[I] > In[4][0];
      }
      for (size_t I : keep(Scores, Overlaps, Eligible, Most))
        for (double V : {double(B), double(C), double(I)})
          if (Next < Out[0].size())
            Out[0][Next++] = V;
    }
  }
}

Tensor number(ElementType Type, double V) {
  Tensor T(Type, Shape{});
  T[0] = V;
  return T;
}

NodeCase nonMaxSuppression(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "NonMaxSuppression";
  int64_t B = pick(Rng, 1, 2), N = pick(Rng, 1, 5), Classes = pick(Rng, 1, 3);
  C.uniform(Rng, {B, N, 4}, 0, 1).uniform(Rng, {B, Classes, N}, 0, 1);
  if (pick(Rng, 0, 1) == 0)
    C.set("center_point_box", 1);
  int64_t Given = pick(Rng, 0, 3);
  if (Given >= 1)
    C.operand(number(ElementType::Int64, double(pick(Rng, 0, 3))), true);
  if (Given >= 2)
    C.operand(number(ElementType::Float32, 0.5));
  if (Given >= 3)
    C.operand(number(ElementType::Float32, 0.3));
  int64_t Each =
      Given >= 1 ? static_cast<int64_t>(C.Inputs[2].Data[0].value()) : 0;
  C.DeclaredOutputs = {{pick(Rng, 0, B * Classes * std::min(Each, N)), 3}};
  return C;
}

// -- AffineGrid.

/// Coordinate \p I of \p Size on an axis that reaches from -1 to 1.
double coordinate(int64_t I, int64_t Size, bool AlignCorners) {
  if (AlignCorners)
    return Size == 1 ? -1 : -1 + 2.0 * double(I) / double(Size - 1);
  return -1 + (2.0 * double(I) + 1) / double(Size);
}

/// Constant coordinates of the grid at \p Index, the last axis first.
std::vector<double> regular(const OpInstance &Op, ShapeRef Grid,
                            ShapeRef Index) {
  std::vector<double> P;
  for (size_t A = Grid.size() - 2; A >= 1; --A)
    P.push_back(
        coordinate(Index[A], Grid[A], Op.attrInt("align_corners", 0) != 0));
  return P;
}

void forwardAffineGrid(const OpInstance &Op, ArrayRef<Tensor> In,
                       MutableArrayRef<Tensor> Out, Saved &) {
  forEachIndex(Out[0].Dims, [&](ShapeRef I) {
    std::vector<double> P = regular(Op, Out[0].Dims, I);
    Sum Y;
    auto Row = I.back();
    for (size_t A = 0; A < P.size(); ++A)
      Y.term(In[0].at({I[0], Row, int64_t(A)}) * P[A]);
    Y.term(In[0].at({I[0], Row, int64_t(P.size())}));
    Out[0].at(I) = Y.sum();
  });
}

void backwardAffineGrid(const OpInstance &Op, ArrayRef<Tensor> In,
                        ArrayRef<Tensor>, const Saved &, ArrayRef<Tensor> DOut,
                        ArrayRef<bool> Needs, MutableArrayRef<Tensor> DIn) {
  if (!Needs[0])
    return;
  std::vector<Sum> Sums(In[0].size());
  forEachIndex(DOut[0].Dims, [&](ShapeRef I) {
    std::vector<double> P = regular(Op, DOut[0].Dims, I);
    for (size_t A = 0; A < P.size(); ++A)
      Sums[In[0].offset({I[0], I.back(), int64_t(A)})].term(DOut[0].at(I) *
                                                            P[A]);
    Sums[In[0].offset({I[0], I.back(), int64_t(P.size())})].term(DOut[0].at(I));
  });
  for (size_t I = 0; I < Sums.size(); ++I)
    DIn[0][I] = Sums[I].sum();
}

NodeCase affineGrid(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "AffineGrid";
  C.Opset = 20;
  int64_t Axes = pick(Rng, 2, 3), N = pick(Rng, 1, 3);
  std::vector<int64_t> Size = {N, pick(Rng, 1, 3)};
  for (int64_t A = 0; A < Axes; ++A)
    Size.push_back(pick(Rng, 1, 4));
  C.input(Rng, {N, Axes, Axes + 1}).known(Size);
  if (pick(Rng, 0, 1) == 0)
    C.set("align_corners", 1);
  return C;
}

} // namespace

void addDetectionReferences(References &All) {
  All.push_back({.Op = "NonMaxSuppression",
                 .Forward = forwardNonMaxSuppression,
                 .Cases = {nonMaxSuppression}});
  All.push_back({.Op = "AffineGrid",
                 .Forward = forwardAffineGrid,
                 .Backward = backwardAffineGrid,
                 .Cases = {affineGrid}});
}

} // namespace toscount::oracle
