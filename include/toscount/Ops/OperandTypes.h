//===- OperandTypes.h - element types that operands may have --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Shape functions look at shapes; which element types an operator takes stands
/// in its row (OpInfo::Types), so that a model that adds strings or multiplies
/// floats by integers is refused and not counted.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_OPS_OPERANDTYPES_H
#define TOSCOUNT_OPS_OPERANDTYPES_H

#include "toscount/Ops/OpInfo.h"

namespace toscount {

/// Fails when an operand of \p C is not of a type that \p Types allows.
llvm::Error checkOperandTypes(const ShapeContext &C, llvm::StringRef Types);

} // namespace toscount

#endif // TOSCOUNT_OPS_OPERANDTYPES_H
