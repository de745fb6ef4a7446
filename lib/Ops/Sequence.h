//===- Sequence.h - sequences that pass through ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_SEQUENCE_H
#define TOSCOUNT_LIB_OPS_SEQUENCE_H

#include "toscount/Ops/Expander.h"
#include "toscount/Ops/OpInfo.h"

namespace toscount {

/// Identity of a sequence or an optional (opset 14 and 16).
llvm::Error expandIdentity(const OpInstance &Op, Expander &E);

/// Tensors in one sequence beyond this are refused, as iterations are.
inline constexpr size_t MaxSequenceItems = 100'000;

/// \p V's name, quoted.
std::string nameOf(const Expander &E, ValueId V);

/// Operand \p I of \p Op, or NoId.
ValueId operand(const OpInstance &Op, unsigned I);

/// Fails unless operands 0 to \p Least - 1 are there and at most \p Most.
llvm::Error expectOperands(const OpInstance &Op, unsigned Least, unsigned Most);

/// Operand \p I, which must be a sequence.
llvm::Expected<ItemList> sequenceOperand(const OpInstance &Op,
                                         const Expander &E, unsigned I);

/// Fails unless operand \p I is a tensor, of type \p Type unless that is
/// undefined.
llvm::Error expectTensor(const OpInstance &Op, const Expander &E, unsigned I,
                         ElementType Type);

llvm::Error expandSplitToSequence(const OpInstance &Op, Expander &E);
llvm::Error expandConcatFromSequence(const OpInstance &Op, Expander &E);

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_SEQUENCE_H
