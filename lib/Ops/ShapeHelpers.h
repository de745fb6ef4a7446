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

/// The shape that operands \p First to \p Last broadcast to; an error when they
/// do not. All of them must be present.
llvm::Expected<Shape> broadcastInputs(const ShapeContext &C, unsigned First,
                                      unsigned Last);

/// Operand \p I's shape as a binary operator lays it over operand 0's: before
/// opset 7 operand 1 began at dimension `axis`, so 1s follow it. An axis that
/// does not fit is an error.
llvm::Expected<Shape> alignedShape(const ShapeContext &C, unsigned I);

/// One operand; result 0 has its type and shape.
llvm::Error shapeLikeInput(ShapeContext &C);

/// Two operands broadcast; result 0 has operand 0's type.
llvm::Error shapeBroadcast(ShapeContext &C);

/// Two operands broadcast; result 0 is bool.
llvm::Error shapeCompare(ShapeContext &C);

/// One operand or more, all broadcast; result 0 has operand 0's type.
llvm::Error shapeVariadic(ShapeContext &C);

/// One operand; result 0 has its shape and is bool.
llvm::Error shapeTest(ShapeContext &C);

/// The type that integer attribute \p Name (a TensorProto.DataType) asks for,
/// \p Default when the attribute is absent; an error when it names no type.
llvm::Expected<ElementType> typeAttr(const ShapeContext &C,
                                     llvm::StringRef Name, ElementType Default);

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_SHAPEHELPERS_H
