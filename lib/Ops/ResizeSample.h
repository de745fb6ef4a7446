//===- ResizeSample.h - GridSample and Col2Im -----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_RESIZESAMPLE_H
#define TOSCOUNT_LIB_OPS_RESIZESAMPLE_H

#include "toscount/Ops/OpInfo.h"

namespace toscount {

llvm::Error shapeGridSample(ShapeContext &C);
void forwardGridSample(const OpInstance &Op, Work &W);
void backwardGridSample(const OpInstance &Op, GradWork &G);

llvm::Error shapeCol2Im(ShapeContext &C);

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_RESIZESAMPLE_H
