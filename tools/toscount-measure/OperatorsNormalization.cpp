//===- OperatorsNormalization.cpp - normalizations ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Failure.h"
#include "Operators.h"

namespace toscount::measure {
namespace {

/// [1, C, 1, ...] for an operand of \p Rank axes.
at::Tensor perChannel(const at::Tensor &V, int64_t Rank) {
  std::vector<int64_t> Shape(static_cast<size_t>(Rank), 1);
  Shape[1] = V.numel();
  return V.reshape(Shape);
}

/// In training the running statistics are the graph's own tensors and are
/// updated in place; a node that returns them (training_mode) gives new ones.
Results runBatchNormalization(const Call &C) {
  double Epsilon = C.attr("epsilon", 1e-5), Momentum = C.attr("momentum", 0.9);
  bool Written = C.N.Opset >= 14 ? C.attr("training_mode", 0) != 0
                                 : C.N.Opset < 7 && C.attr("is_test", 0) == 0;
  bool Training = C.How == Mode::Train || (C.How == Mode::AsWritten && Written);
  if (C.How != Mode::AsWritten || !Training) {
    at::Tensor Mean = C[3], Variance = C[4];
    Results R = at::batch_norm(C[0], C[1], C[2], Mean, Variance, Training,
                               1 - Momentum, Epsilon, true);
    for (size_t I = 1; I < C.N.Outputs.size(); ++I)
      R.push_back(I % 2 == 1 ? Mean : Variance);
    return R;
  }
  std::vector<int64_t> Axes;
  for (int64_t I = 0; I < C[0].dim(); ++I)
    if (I != 1)
      Axes.push_back(I);
  at::Tensor Mean = at::mean(C[0], Axes);
  at::Tensor Variance = at::var(C[0], Axes, /*unbiased=*/false);
  int64_t Rank = C[0].dim();
  at::Tensor Y = (C[0] - perChannel(Mean, Rank)) /
                     at::sqrt(perChannel(Variance, Rank) + Epsilon) *
                     perChannel(C[1], Rank) +
                 perChannel(C[2], Rank);
  return {Y, C[3] * Momentum + Mean * (1 - Momentum),
          C[4] * Momentum + Variance * (1 - Momentum)};
}

Results runLayerNormalization(const Call &C) {
  int64_t Axis = C.axis(C.attr("axis", -1));
  double Epsilon = C.attr("epsilon", 1e-5);
  std::vector<int64_t> Shape =
      C[0].sizes().slice(static_cast<size_t>(Axis)).vec();
  auto full = [&](size_t I) {
    return C.has(I) ? C[I].expand(Shape) : at::Tensor();
  };
  if (!C.wants(1) && !C.wants(2))
    return at::layer_norm(C[0], Shape, full(1), full(2), Epsilon);
  auto [Y, Mean, Scale] =
      at::native_layer_norm(C[0], Shape, full(1), full(2), Epsilon);
  return {Y, Mean, Scale};
}

Results runRmsNormalization(const Call &C) {
  int64_t Axis = C.axis(C.attr("axis", -1));
  std::vector<int64_t> Axes;
  for (int64_t I = Axis; I < C[0].dim(); ++I)
    Axes.push_back(I);
  at::Tensor Square = at::mean(C[0] * C[0], Axes, true);
  return C[0] / at::sqrt(Square + C.attr("epsilon", 1e-5)) * C[1];
}

Results runGroupNormalization(const Call &C) {
  int64_t Groups = C.attr("num_groups", 1), Channels = C[0].size(1);
  double Epsilon = C.attr("epsilon", 1e-5);
  if (C[1].numel() == Channels)
    return at::group_norm(C[0], Groups, C[1], C[2], Epsilon, true);
  // Opset 18: one scale and one bias a group.
  at::Tensor Y = at::group_norm(C[0], Groups, {}, {}, Epsilon, true);
  auto spread = [&](const at::Tensor &V) {
    return perChannel(V.repeat_interleave(Channels / Groups), C[0].dim());
  };
  return Y * spread(C[1]) + spread(C[2]);
}

Results runInstanceNormalization(const Call &C) {
  return at::instance_norm(C[0], C[1], C[2], {}, {}, true, 0.1,
                           C.attr("epsilon", 1e-5), true);
}

/// ATen's pads the channels at the other side when size is even.
Results runLrn(const Call &C) {
  int64_t Size = C.attr("size", 1), Channels = C[0].size(1);
  at::Tensor Square = C[0] * C[0];
  int64_t Before = (Size - 1) / 2, After = Size - 1 - Before;
  std::vector<int64_t> Pads(static_cast<size_t>(2 * (C[0].dim() - 1)), 0);
  Pads[Pads.size() - 2] = Before;
  Pads[Pads.size() - 1] = After;
  at::Tensor Padded = at::constant_pad_nd(Square, Pads);
  at::Tensor Sum = Padded.narrow(1, 0, Channels);
  for (int64_t I = 1; I < Size; ++I)
    Sum = Sum + Padded.narrow(1, I, Channels);
  at::Tensor Base =
      Sum * (C.attr("alpha", 0.0001) / static_cast<double>(Size)) +
      C.attr("bias", 1.0);
  return C[0] / Base.pow(C.attr("beta", 0.75));
}

Results runLpNormalization(const Call &C) {
  int64_t Axis = C.axis(C.attr("axis", -1));
  return C[0] /
         at::norm(C[0], C.attr("p", static_cast<int64_t>(2)), Axis, true);
}

Results runMeanVarianceNormalization(const Call &C) {
  std::vector<int64_t> Axes = C.attrInts("axes");
  if (Axes.empty())
    Axes = {0, 2, 3};
  at::Tensor Mean = at::mean(C[0], Axes, true);
  at::Tensor Square = at::mean(C[0] * C[0], Axes, true);
  return (C[0] - Mean) / (at::sqrt(Square - Mean * Mean) + 1e-9);
}

/// The first operand decides nothing but the mask: a draw a result element.
Results runDropout(const Call &C) {
  double Ratio = C.given("ratio") ? C.attr("ratio", 0.5) : 0.5;
  if (C.N.Opset >= 12)
    Ratio = C.has(1) ? C.number(1) : 0.5;
  bool Written = C.N.Opset >= 12 ? C.has(2) && C.number(2) != 0
                                 : C.N.Opset < 7 && C.attr("is_test", 0) == 0;
  bool Training = C.How == Mode::Train || (C.How == Mode::AsWritten && Written);
  if (!(Ratio >= 0 && Ratio <= 1))
    throw Failure("the ratio should be from 0 to 1");
  if (!Training || Ratio == 0)
    return {C[0].alias(), at::ones_like(C[0], at::kBool)};
  if (!C.wants(1))
    return at::dropout(C[0], Ratio, true);
  at::Tensor Mask = at::rand_like(C[0]) >= Ratio;
  return {C[0] * Mask / (1 - Ratio), Mask};
}

constexpr OperatorRow Table[] = {
    {"BatchNormalization", runBatchNormalization},
    {"LayerNormalization", runLayerNormalization},
    {"RMSNormalization", runRmsNormalization},
    {"GroupNormalization", runGroupNormalization},
    {"InstanceNormalization", runInstanceNormalization},
    {"LRN", runLrn},
    {"LpNormalization", runLpNormalization},
    {"MeanVarianceNormalization", runMeanVarianceNormalization},
    {"Dropout", runDropout, 6},
};

} // namespace

OperatorRows normalizationOperators() { return rows(Table); }

} // namespace toscount::measure
