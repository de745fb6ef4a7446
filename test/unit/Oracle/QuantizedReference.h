//===- QuantizedReference.h - steps of executed quantization --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TEST_ORACLE_QUANTIZEDREFERENCE_H
#define TOSCOUNT_TEST_ORACLE_QUANTIZEDREFERENCE_H

#include "Reference.h"

namespace toscount::oracle {

/// To the nearest integer, ties to even: one cmp.
Scalar roundEven(Scalar X);

/// The least and the greatest number of a quantized type.
std::pair<double, double> limits(ElementType Type);

/// Clamped to the type's limits: two cmp.
Scalar saturate(Scalar X, ElementType Type);

/// Random integers that \p Type holds.
Tensor randomIntegers(std::mt19937 &Rng, ElementType Type, ShapeRef Dims);

} // namespace toscount::oracle

#endif // TOSCOUNT_TEST_ORACLE_QUANTIZEDREFERENCE_H
