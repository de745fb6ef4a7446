//===- Quantization.h - what quantized operators share --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Types and steps common to the operators that make, read and compute on
/// quantized tensors.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_QUANTIZATION_H
#define TOSCOUNT_LIB_OPS_QUANTIZATION_H

#include "toscount/Ops/OpInfo.h"

namespace toscount {

/// Integers up to 32 bits, and the floats of at most 8 bits.
bool isQuantized(ElementType Type);

/// Fails unless operand \p I holds quantized numbers.
llvm::Error expectQuantized(const ShapeContext &C, unsigned I);

/// Fails unless operand \p I is floating.
llvm::Error expectFloating(const ShapeContext &C, unsigned I);

/// Fails unless zero point \p ZeroPoint, when it is present, has as many
/// elements as scale \p Scale and the type of tensor \p Data (another operand,
/// or none when it is NoId).
llvm::Error expectZeroPoint(const ShapeContext &C, unsigned Data,
                            unsigned Scale, unsigned ZeroPoint);

/// What turns \p N scaled numbers into \p Target, at the current type: one
/// rounding (cmp) where the target is an integer, one addition of the zero
/// point where there is one, and two comparisons of saturation.
void countQuantize(Work &W, Count N, ElementType Target, bool ZeroPoint,
                   bool Saturate = true);

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_QUANTIZATION_H
