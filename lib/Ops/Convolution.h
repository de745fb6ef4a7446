//===- Convolution.h - what all convolutions check ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_CONVOLUTION_H
#define TOSCOUNT_LIB_OPS_CONVOLUTION_H

#include "toscount/Ops/OpInfo.h"

namespace toscount {

/// Checks X (operand 0), W (operand 1), the bias (operand \p Bias, if present),
/// group and kernel_shape against each other; returns the output channels.
llvm::Expected<int64_t> checkConvolution(const ShapeContext &C, bool Transposed,
                                         unsigned Bias);

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_CONVOLUTION_H
