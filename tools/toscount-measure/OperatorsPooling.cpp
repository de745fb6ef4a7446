//===- OperatorsPooling.cpp - pooling -------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Failure.h"
#include "Operators.h"

#include <limits>

namespace toscount::measure {
namespace {

/// One spatial axis is run as two, the first of size 1.
struct Planes {
  explicit Planes(const Call &C)
      : X(C[0]), W(windowOf(C, C.attrInts("kernel_shape"))) {
    Ceil = C.attr("ceil_mode", 0) != 0;
    size_t Axes = W.Kernel.size();
    if (Axes == 0 || Axes > 3)
      throw Failure("pooling over " + std::to_string(Axes) +
                    " axes can't be run");
    if (Axes != 1)
      return;
    Line = true;
    X = X.unsqueeze(2);
    for (auto *V : {&W.Kernel, &W.Strides, &W.Dilations})
      V->insert(V->begin(), 1);
    for (auto *V : {&W.Pads.Begin, &W.Pads.End})
      V->insert(V->begin(), 0);
  }

  /// ATen pads both ends alike, and by half a window at most.
  [[nodiscard]] bool plain() const {
    bool Fits = W.Pads.symmetric() && !Ceil;
    for (size_t I = 0; I < W.Kernel.size(); ++I)
      Fits &= 2 * W.Pads.Begin[I] <= W.Kernel[I];
    return Fits;
  }

  /// What `ceil_mode` adds at the end: the last window starts inside the
  /// operand or its begin padding.
  [[nodiscard]] Padding extended() const {
    Padding P = W.Pads;
    for (size_t I = 0; Ceil && I < W.Kernel.size(); ++I) {
      int64_t Size = X.size(static_cast<int64_t>(I) + 2);
      int64_t Span = (W.Kernel[I] - 1) * W.Dilations[I] + 1;
      int64_t Room = Size + P.Begin[I] + P.End[I] - Span;
      int64_t Steps = (Room + W.Strides[I] - 1) / W.Strides[I];
      if (Steps * W.Strides[I] >= Size + P.Begin[I])
        --Steps;
      P.End[I] += std::max<int64_t>(Steps * W.Strides[I] - Room, 0);
    }
    return P;
  }

  [[nodiscard]] at::Tensor finish(at::Tensor Y) const {
    return Line ? Y.squeeze(2) : Y;
  }

  at::Tensor X;
  Window W;
  bool Ceil = false, Line = false;
};

/// Positions in planes of \p Padded as positions in planes of the operand,
/// counted by rows or (\p ByColumns) with the first axis running fastest.
at::Tensor withoutPadding(const at::Tensor &Index, const at::Tensor &Padded,
                          const Planes &P, bool IsPadded, bool ByColumns) {
  at::Tensor Rest = Index, Result = at::zeros_like(Index);
  const int64_t Rank = P.X.dim();
  std::vector<int64_t> Steps(static_cast<size_t>(Rank), 1);
  auto step = [&](int64_t Axis) -> int64_t & {
    return Steps[static_cast<size_t>(Axis)];
  };
  if (ByColumns)
    for (int64_t I = 3; I < Rank; ++I)
      step(I) = step(I - 1) * P.X.size(I - 1);
  else
    for (int64_t I = Rank - 2; I >= 2; --I)
      step(I) = step(I + 1) * P.X.size(I + 1);
  for (int64_t I = Rank - 1; I >= 2; --I) {
    at::Tensor At = at::remainder(Rest, Padded.size(I));
    Rest = at::floor_divide(Rest, Padded.size(I));
    if (IsPadded)
      At = At - P.W.Pads.Begin[static_cast<size_t>(I) - 2];
    Result = Result + At * step(I);
  }
  return Result;
}

Results runMaxPool(const Call &C) {
  Planes P(C);
  at::Tensor X = P.X;
  at::ScalarType Type = X.scalar_type();
  if (!X.is_floating_point())
    X = X.to(at::kFloat);
  std::vector<int64_t> Pads = P.W.Pads.Begin;
  bool Padded = !P.plain();
  if (Padded) {
    X = at::constant_pad_nd(X, P.extended().flat(),
                            -std::numeric_limits<double>::infinity());
    std::fill(Pads.begin(), Pads.end(), 0);
  }
  if (!C.wants(1) && P.W.Kernel.size() == 2)
    return P
        .finish(at::max_pool2d(X, P.W.Kernel, P.W.Strides, Pads, P.W.Dilations))
        .to(Type);
  auto [Y, Index] = P.W.Kernel.size() == 2
                        ? at::max_pool2d_with_indices(
                              X, P.W.Kernel, P.W.Strides, Pads, P.W.Dilations)
                        : at::max_pool3d_with_indices(
                              X, P.W.Kernel, P.W.Strides, Pads, P.W.Dilations);
  if (!C.wants(1))
    return P.finish(Y).to(Type);
  // ATen numbers elements in each plane, padded here, ONNX in the whole tensor.
  Index = withoutPadding(Index, X, P, Padded, C.attr("storage_order", 0) != 0);
  int64_t Count = P.X.size(0) * P.X.size(1),
          Plane = P.X.numel() / std::max<int64_t>(Count, 1);
  std::vector<int64_t> Shape(static_cast<size_t>(X.dim()), 1);
  Shape[0] = P.X.size(0);
  Shape[1] = P.X.size(1);
  Index = Index + at::arange(Count, Index.options()).reshape(Shape) * Plane;
  return {P.finish(Y).to(Type), P.finish(Index)};
}

at::Tensor sums(const at::Tensor &X, const Window &W) {
  std::vector<int64_t> None(W.Kernel.size(), 0);
  return W.Kernel.size() == 2
             ? at::avg_pool2d(X, W.Kernel, W.Strides, None, false, true, 1)
             : at::avg_pool3d(X, W.Kernel, W.Strides, None, false, true, 1);
}

Results runAveragePool(const Call &C) {
  Planes P(C);
  bool Include = C.attr("count_include_pad", 0) != 0;
  for (int64_t D : P.W.Dilations)
    if (D != 1)
      throw Failure("AveragePool with dilations can't be run");
  if (P.plain()) {
    at::Tensor Y = P.W.Kernel.size() == 2
                       ? at::avg_pool2d(P.X, P.W.Kernel, P.W.Strides,
                                        P.W.Pads.Begin, false, Include)
                       : at::avg_pool3d(P.X, P.W.Kernel, P.W.Strides,
                                        P.W.Pads.Begin, false, Include);
    return P.finish(Y);
  }
  // The sum of each window over how many of its taps count.
  Padding All = P.extended();
  at::Tensor Ones = at::ones_like(P.X.detach());
  if (Include) {
    Ones = at::constant_pad_nd(Ones, P.W.Pads.flat(), 1);
    Padding Rest = All;
    for (size_t I = 0; I < All.End.size(); ++I) {
      Rest.Begin[I] = 0;
      Rest.End[I] -= P.W.Pads.End[I];
    }
    Ones = at::constant_pad_nd(Ones, Rest.flat());
  } else {
    Ones = at::constant_pad_nd(Ones, All.flat());
  }
  at::Tensor X = at::constant_pad_nd(P.X, All.flat());
  return P.finish(sums(X, P.W) / sums(Ones, P.W));
}

Results runLpPool(const Call &C) {
  Planes P(C);
  auto Power = C.attr("p", static_cast<int64_t>(2));
  at::Tensor X = at::constant_pad_nd(P.X.abs().pow(Power), P.extended().flat());
  return P.finish(sums(X, P.W).pow(1.0 / static_cast<double>(Power)));
}

std::vector<int64_t> spatialAxes(const at::Tensor &X) {
  std::vector<int64_t> Axes;
  for (int64_t I = 2; I < X.dim(); ++I)
    Axes.push_back(I);
  return Axes;
}

constexpr OperatorRow Table[] = {
    {"MaxPool", runMaxPool},
    {"AveragePool", runAveragePool},
    {"LpPool", runLpPool},
    {"GlobalAveragePool",
     [](const Call &C) -> Results {
       return at::mean(C[0], spatialAxes(C[0]), true);
     }},
    {"GlobalMaxPool",
     [](const Call &C) -> Results {
       return at::amax(C[0], spatialAxes(C[0]), true);
     }},
    {"GlobalLpPool",
     [](const Call &C) -> Results {
       auto Power = C.attr("p", static_cast<int64_t>(2));
       return at::sum(C[0].abs().pow(Power), spatialAxes(C[0]), true)
           .pow(1.0 / static_cast<double>(Power));
     }},
};

} // namespace

OperatorRows poolingOperators() { return rows(Table); }

} // namespace toscount::measure
