//===- Indexing.h - shape and fold functions of the indexing family -------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_INDEXING_H
#define TOSCOUNT_LIB_OPS_INDEXING_H

#include "toscount/Ops/OpInfo.h"

namespace toscount {

// IndexingGather.cpp
llvm::Error shapeGather(ShapeContext &C);
llvm::Error foldGather(ShapeContext &C);
llvm::Error shapeGatherElements(ShapeContext &C);
llvm::Error foldGatherElements(ShapeContext &C);
llvm::Error shapeGatherND(ShapeContext &C);
llvm::Error foldGatherND(ShapeContext &C);

// IndexingScatter.cpp
llvm::Error shapeScatterElements(ShapeContext &C);
llvm::Error foldScatterElements(ShapeContext &C);
llvm::Error shapeScatterND(ShapeContext &C);
llvm::Error foldScatterND(ShapeContext &C);

// IndexingSelect.cpp
llvm::Error shapeCompress(ShapeContext &C);
llvm::Error foldCompress(ShapeContext &C);
llvm::Error shapeNonZero(ShapeContext &C);
llvm::Error foldNonZero(ShapeContext &C);
llvm::Error shapeUnique(ShapeContext &C);
llvm::Error foldUnique(ShapeContext &C);

/// Fails unless operand \p I, the indices, holds integers.
llvm::Error expectIndices(const ShapeContext &C, unsigned I);

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_INDEXING_H
