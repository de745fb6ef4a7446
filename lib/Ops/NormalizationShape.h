//===- NormalizationShape.h - what normalizations normalize over ----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_NORMALIZATIONSHAPE_H
#define TOSCOUNT_LIB_OPS_NORMALIZATIONSHAPE_H

#include "Rows.h"

namespace toscount {

llvm::Error shapeInstanceNormalization(ShapeContext &C);
llvm::Error shapeGroupNormalization(ShapeContext &C);
llvm::Error shapeLayerNormalization(ShapeContext &C);
llvm::Error shapeRmsNormalization(ShapeContext &C);
llvm::Error shapeLpNormalization(ShapeContext &C);
llvm::Error shapeMeanVarianceNormalization(ShapeContext &C);
llvm::Error shapeLrn(ShapeContext &C);

// What shares a statistic: the rows of each operator.

/// Each channel of each instance.
Rows instanceRows(const OpInstance &Op);
/// Each group of channels of each instance.
Rows groupRows(const OpInstance &Op);
/// Dimensions from `axis` (default the last) on.
Rows layerRows(const OpInstance &Op);
/// Along `axis`.
Rows lpRows(const OpInstance &Op);
/// Over `axes`.
Rows meanVarianceRows(const OpInstance &Op);

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_NORMALIZATIONSHAPE_H
