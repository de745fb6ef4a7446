//===- ReductionShape.h - shapes and folding of reductions ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_REDUCTIONSHAPE_H
#define TOSCOUNT_LIB_OPS_REDUCTIONSHAPE_H

#include "Rows.h"

namespace toscount {

enum class Reduction : uint8_t {
  Sum,
  Mean,
  Max,
  Min,
  Prod,
  L1,
  L2,
  LogSum,
  LogSumExp,
  SumSquare,
};

/// The opset at which `axes` became an operand.
constexpr int axesOperandSince(Reduction Kind) {
  return Kind == Reduction::Sum ? 13 : 18;
}

/// True when there are no axes and `noop_with_empty_axes` asks for the operand
/// itself then, rather than for one number.
bool reducesNothing(const OpInstance &Op, int AxesOperandSince);

llvm::Error shapeReduction(ShapeContext &C, int AxesOperandSince);
llvm::Error foldReduction(ShapeContext &C, Reduction Kind);

/// The elements that go into each result.
inline Rows reducedRows(const OpInstance &Op) {
  if (Op.inSize(0) == 0)
    return {0, 0};
  return {Op.outSize(0), Op.inSize(0) / Op.outSize(0)};
}

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_REDUCTIONSHAPE_H
