//===- OperatorsIndexing.cpp - gathering, scattering, ordering ------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Failure.h"
#include "Operators.h"
#include "TorchVersion.h"

#include <optional>

namespace toscount::measure {
namespace {

#if TOSCOUNT_TORCH_AT_LEAST(2, 2)
using MaybeTensor = std::optional<at::Tensor>;
#else
using MaybeTensor = c10::optional<at::Tensor>;
#endif

/// Indices from the front, checked: ATen's own checks abort a CUDA device.
at::Tensor fromFront(const at::Tensor &Index, int64_t Size) {
  at::Tensor I = Index.to(at::kLong);
  return at::where(I < 0, I + Size, I);
}

Results runGather(const Call &C) {
  int64_t Axis = C.axis(C.attr("axis", 0));
  at::Tensor Index = fromFront(C[1], C[0].size(Axis));
  if (Axis == 0 && C[0].dim() == 2 && C[0].is_floating_point())
    return at::embedding(C[0], Index);
  std::vector<int64_t> Shape = C[0].sizes().vec();
  auto At = Shape.erase(Shape.begin() + Axis);
  Shape.insert(At, Index.sizes().begin(), Index.sizes().end());
  return at::index_select(C[0], Axis, Index.flatten()).reshape(Shape);
}

Results runGatherElements(const Call &C) {
  int64_t Axis = C.axis(C.attr("axis", 0));
  return at::gather(C[0], Axis, fromFront(C[1], C[0].size(Axis)));
}

/// The columns of the last axis of \p Index, for at::index after \p Batch axes.
c10::List<MaybeTensor> columns(const at::Tensor &X, const at::Tensor &Index,
                               int64_t Batch) {
  c10::List<MaybeTensor> List;
  for (int64_t B = 0; B < Batch; ++B) {
    std::vector<int64_t> Shape(static_cast<size_t>(Index.dim() - 1), 1);
    Shape[static_cast<size_t>(B)] = X.size(B);
    List.push_back(at::arange(X.size(B), Index.options()).reshape(Shape));
  }
  for (int64_t I = 0; I < Index.size(-1); ++I)
    List.push_back(fromFront(Index.select(-1, I), X.size(Batch + I)));
  return List;
}

Results runGatherNd(const Call &C) {
  return at::index(C[0],
                   columns(C[0], C[1].to(at::kLong), C.attr("batch_dims", 0)));
}

/// ATen's name of ONNX's reduction.
const char *reductionName(const std::string &How) {
  if (How != "mul" && How != "max" && How != "min")
    throw Failure("reduction '" + How + "' can't be run");
  return How == "mul" ? "prod" : How == "max" ? "amax" : "amin";
}

Results runScatterElements(const Call &C) {
  int64_t Axis = C.axis(C.attr("axis", 0));
  at::Tensor Index = fromFront(C[1], C[0].size(Axis));
  std::string How = C.attr("reduction", "none");
  if (How == "none")
    return at::scatter(C[0], Axis, Index, C[2]);
  if (How == "add")
    return at::scatter_add(C[0], Axis, Index, C[2]);
  return at::scatter_reduce(C[0], Axis, Index, C[2], reductionName(How));
}

Results runScatterNd(const Call &C) {
  std::string How = C.attr("reduction", "none");
  const at::Tensor &X = C[0];
  at::Tensor Index = C[1].to(at::kLong);
  if (How == "none" || How == "add")
    return at::index_put(X, columns(X, Index, 0), C[2], How == "add");
  // Rows, of as many axes as an index names, numbered.
  const int64_t Named = Index.size(-1);
  at::Tensor Row = at::zeros_like(Index.select(-1, 0));
  int64_t Rows = 1;
  for (int64_t I = 0; I < Named; ++I) {
    Row = Row * X.size(I) + fromFront(Index.select(-1, I), X.size(I));
    Rows *= X.size(I);
  }
  at::Tensor Flat = X.reshape({Rows, -1});
  at::Tensor Updates = C[2].reshape({Row.numel(), Flat.size(1)});
  Row = Row.reshape({-1, 1}).expand_as(Updates);
  return at::scatter_reduce(Flat, 0, Row, Updates, reductionName(How))
      .reshape(X.sizes());
}

Results runOneHot(const Call &C) {
  auto Depth = static_cast<int64_t>(C.number(1));
  int64_t Rank = C[0].dim() + 1, Axis = C.attr("axis", -1);
  Axis += Axis < 0 ? Rank : 0;
  at::Tensor Index = C[0].to(at::kLong).unsqueeze(Axis);
  Index = at::where(Index < 0, Index + Depth, Index);
  std::vector<int64_t> Shape(static_cast<size_t>(Rank), 1);
  Shape[static_cast<size_t>(Axis)] = Depth;
  at::Tensor Hot = Index == at::arange(Depth, Index.options()).reshape(Shape);
  return at::where(Hot, C[2][1], C[2][0]);
}

Results runTopK(const Call &C) {
  int64_t Axis = C.axis(C.attr("axis", -1));
  int64_t K = C.has(1) ? C.ints(1).at(0) : C.attr("k", 1);
  auto [Y, Index] = at::topk(C[0], K, Axis, C.attr("largest", 1) != 0, true);
  return {Y, Index};
}

Results runCumSum(const Call &C) {
  int64_t Axis = C.axis(C.ints(1).at(0));
  bool Reverse = C.attr("reverse", 0) != 0;
  at::Tensor X = Reverse ? C[0].flip(Axis) : C[0];
  at::Tensor Y = at::cumsum(X, Axis, X.scalar_type());
  if (C.attr("exclusive", 0) != 0)
    Y = Y - X;
  return Reverse ? Y.flip(Axis) : Y;
}

Results runTrilu(const Call &C) {
  int64_t K = C.has(1) ? C.ints(1).at(0) : 0;
  return C.attr("upper", 1) != 0 ? at::triu(C[0], K) : at::tril(C[0], K);
}

constexpr OperatorRow Table[] = {
    {"Gather", runGather},       {"GatherElements", runGatherElements},
    {"GatherND", runGatherNd},   {"ScatterElements", runScatterElements},
    {"ScatterND", runScatterNd}, {"OneHot", runOneHot, 2},
    {"TopK", runTopK, 2},        {"CumSum", runCumSum, 2},
    {"Trilu", runTrilu, 2},
};

} // namespace

OperatorRows indexingOperators() { return rows(Table); }

} // namespace toscount::measure
