//===- OperandTypes.h - element types that operands may have --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Shape functions look at shapes; which element types an operator takes is in
/// one table, so that a model that adds strings or multiplies floats by
/// integers is refused and not counted.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_OPS_OPERANDTYPES_H
#define TOSCOUNT_OPS_OPERANDTYPES_H

#include "toscount/Ops/OpInfo.h"

namespace toscount {

/// The element types that \p Row's operands may have, over all opsets; empty
/// when anything goes. One word an operand: letters of the classes allowed (f
/// floating, i integer, b bool, s string, c complex, * any). Operands whose
/// words begin with the same capital have the same type; a + says that all
/// further operands are like this one.
llvm::StringRef operandTypes(const OpInfo &Row);

/// Fails when an operand of \p C is not of a type that \p Types allows.
llvm::Error checkOperandTypes(const ShapeContext &C, llvm::StringRef Types);

} // namespace toscount

#endif // TOSCOUNT_OPS_OPERANDTYPES_H
