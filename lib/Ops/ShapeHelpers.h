//===- ShapeHelpers.h - shape functions that many families share ----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_SHAPEHELPERS_H
#define TOSCOUNT_LIB_OPS_SHAPEHELPERS_H

#include "toscount/Ops/OpInfo.h"

namespace toscount {

/// Numpy broadcasting of \p A and \p B (ONNX Broadcast.md): false when a pair
/// of dimensions is neither equal nor contains a 1.
bool broadcast(ShapeRef A, ShapeRef B, Shape &Result);

/// One operand; result 0 has its type and shape.
llvm::Error shapeLikeInput(ShapeContext &C);

/// Two operands broadcast; result 0 has operand 0's type.
llvm::Error shapeBroadcast(ShapeContext &C);

/// Two operands broadcast; result 0 is bool.
llvm::Error shapeCompare(ShapeContext &C);

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_SHAPEHELPERS_H
