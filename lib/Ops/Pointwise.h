//===- Pointwise.h - rules that cost the same for every element -----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Most elementwise operators cost a fixed handful of operations an element.
/// They state it as a value: `.Forward = each<EachCost{.Add = 1, .Exp = 1}>`.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_POINTWISE_H
#define TOSCOUNT_LIB_OPS_POINTWISE_H

#include "toscount/Ops/OpInfo.h"

namespace toscount {

/// Operations of one element.
struct EachCost {
  unsigned Add = 0, Sub = 0, Mul = 0, Div = 0, Cmp = 0;
  unsigned Exp = 0, Log = 0, Sqrt = 0, Pow = 0, Erf = 0, Sin = 0, Cos = 0,
           Asin = 0, Acos = 0, Atan = 0;
  /// Backward only: the rule reads operand 0, result 0.
  bool SavesInput = false, SavesOutput = false;
  /// Backward only: intermediates of forward that it reads.
  unsigned Hidden = 0;
};

/// Counts \p N elements of \p Cost.
void countEach(Work &W, Count N, const EachCost &Cost);

/// Backward of a one-operand operator that costs \p Cost an element: nothing
/// unless operand 0 needs a gradient.
void countEachBackward(const OpInstance &Op, GradWork &G, const EachCost &Cost);

/// Forward rule: \p Cost for each element of result 0.
template <EachCost Cost> void each(const OpInstance &Op, Work &W) {
  countEach(W, Op.outSize(0), Cost);
}

/// Backward rule of a one-operand operator: \p Cost for each element.
template <EachCost Cost> void eachBackward(const OpInstance &Op, GradWork &G) {
  countEachBackward(Op, G, Cost);
}

/// The same when attributes or the convention decide what an element costs.
using CostFunction = EachCost (*)(const OpInstance &);
template <CostFunction Cost> void eachBy(const OpInstance &Op, Work &W) {
  countEach(W, Op.outSize(0), Cost(Op));
}
template <CostFunction Cost>
void eachBackwardBy(const OpInstance &Op, GradWork &G) {
  countEachBackward(Op, G, Cost(Op));
}

/// The gradient of operand \p I, as large as result 0, is summed back to the
/// operand's shape.
void sumBackOperand(const OpInstance &Op, GradWork &G, unsigned I);

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_POINTWISE_H
