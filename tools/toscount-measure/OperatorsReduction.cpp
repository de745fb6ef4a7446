//===- OperatorsReduction.cpp - reductions --------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

namespace toscount::measure {
namespace {

/// Reduces with \p Apply(operand, axes, keep). No axes are all axes, or none
/// with noop_with_empty_axes.
template <typename Function> Results reduce(const Call &C, Function Apply) {
  std::vector<int64_t> Axes = C.axes(1);
  if (Axes.empty()) {
    if (C.attr("noop_with_empty_axes", 0) != 0)
      return C[0].alias();
    for (int64_t I = 0; I < C[0].dim(); ++I)
      Axes.push_back(I);
  }
  return Apply(C[0], at::IntArrayRef(Axes), C.attr("keepdims", 1) != 0);
}

at::Tensor sum(const at::Tensor &X, at::IntArrayRef Axes, bool Keep) {
  return Axes.empty() ? X : at::sum(X, Axes, Keep, X.scalar_type());
}

at::Tensor product(const at::Tensor &X, at::IntArrayRef Axes, bool Keep) {
  at::Tensor Y = X;
  std::vector<int64_t> Order(Axes.begin(), Axes.end());
  std::sort(Order.rbegin(), Order.rend());
  for (int64_t Axis : Order)
    Y = at::prod(Y, Axis, Keep, X.scalar_type());
  return Y;
}

template <bool Largest> Results runArg(const Call &C) {
  int64_t Axis = C.axis(C.attr("axis", 0));
  bool Keep = C.attr("keepdims", 1) != 0;
  bool Last = C.attr("select_last_index", 0) != 0;
  at::Tensor X = Last ? C[0].flip(Axis) : C[0];
  at::Tensor Y = Largest ? X.argmax(Axis, Keep) : X.argmin(Axis, Keep);
  return Last ? X.size(Axis) - 1 - Y : Y;
}

constexpr OperatorRow Table[] = {
    {"ReduceSum", [](const Call &C) { return reduce(C, sum); }, 2},
    {"ReduceMean",
     [](const Call &C) {
       return reduce(C, [](const auto &X, auto Axes, bool Keep) {
         return X.is_floating_point() ? at::mean(X, Axes, Keep)
                                      : at::mean(X.to(at::kDouble), Axes, Keep)
                                            .to(X.scalar_type());
       });
     },
     2},
    {"ReduceMax",
     [](const Call &C) {
       return reduce(C, [](const auto &X, auto Axes, bool Keep) {
         return at::amax(X, Axes, Keep);
       });
     },
     2},
    {"ReduceMin",
     [](const Call &C) {
       return reduce(C, [](const auto &X, auto Axes, bool Keep) {
         return at::amin(X, Axes, Keep);
       });
     },
     2},
    {"ReduceProd", [](const Call &C) { return reduce(C, product); }, 2},
    {"ReduceL1",
     [](const Call &C) {
       return reduce(C, [](const auto &X, auto Axes, bool Keep) {
         return sum(at::abs(X), Axes, Keep);
       });
     },
     2},
    {"ReduceL2",
     [](const Call &C) {
       return reduce(C, [](const auto &X, auto Axes, bool Keep) {
         return at::sqrt(sum(X * X, Axes, Keep));
       });
     },
     2},
    {"ReduceLogSum",
     [](const Call &C) {
       return reduce(C, [](const auto &X, auto Axes, bool Keep) {
         return at::log(sum(X, Axes, Keep));
       });
     },
     2},
    {"ReduceLogSumExp",
     [](const Call &C) {
       return reduce(C, [](const auto &X, auto Axes, bool Keep) {
         return at::logsumexp(X, Axes, Keep);
       });
     },
     2},
    {"ReduceSumSquare",
     [](const Call &C) {
       return reduce(C, [](const auto &X, auto Axes, bool Keep) {
         return sum(X * X, Axes, Keep);
       });
     },
     2},
    {"ArgMax", runArg<true>},
    {"ArgMin", runArg<false>},
};

} // namespace

OperatorRows reductionOperators() { return rows(Table); }

} // namespace toscount::measure
