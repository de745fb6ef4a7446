//===- PatternTable.h - blocks and how they are written -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The language of the rows. A pattern is what computes the block's result:
///
///     Mul(x, Sigmoid(x))     an operator and its operands; Add, Mul, Min and
///                            Max may have them in either order
///     Relu|Clip(x, ...)      one of several operators; any further operands
///     com.microsoft.Gelu(x)  an operator of another domain
///     Clip[min=0,max=6](x)   attributes, which must be present
///     ReduceMean:last(x)     reduces the last dimensions, and keeps them
///     x                      a value; the same wherever it is named again. The
///                            one called x is the block's operand
///     m=Term                 a value that is called m and computed so
///     _                      any value, or an absent operand
///     %                      a parameter or constant
///     $                      one with at most one dimension greater than 1
///     #                      one of one element
///     0.5                    one of one element, of this value (within 0.1 %)
///     ?Add(Term, _)          Add(Term, _), or Term alone
///     ~Term                  Term behind any movement of its elements
///     ^Term                  the same, or behind a selection of them (Split)
///     !Term                  its result may be used outside of the block
///     {Term | Term}          one or the other
///     <Softmax>(Term)        a block of a row above, applied to Term
///     Square(Term)           a macro
///
/// What `?`, `~` and `^` match belongs to the block when nothing outside uses
/// it. Rows are tried in their order, each over all nodes from the last to the
/// first; a node that is part of a block is only matched again by naming that
/// block.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_PATTERNTABLE_H
#define TOSCOUNT_LIB_OPS_PATTERNTABLE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace toscount {

struct PatternMacro {
  llvm::StringLiteral Name;
  llvm::StringLiteral Parameters; ///< Separated by commas.
  llvm::StringLiteral Body;
};

struct PatternRow {
  llvm::StringLiteral Kind;
  llvm::StringLiteral Body;
  /// Movement of its result (merging heads) belongs to it.
  bool Trailing = false;
  llvm::StringLiteral Op = ""; ///< As in Block.
  int Opset = 0;
};

llvm::ArrayRef<PatternMacro> patternMacros();
llvm::ArrayRef<PatternRow> patternRows();
/// Operators that only move elements: operand 0 is what they move.
llvm::ArrayRef<llvm::StringLiteral> movingOperators();
/// Operators that select elements of operand 0.
llvm::ArrayRef<llvm::StringLiteral> selectingOperators();
/// Operators whose two operands may be exchanged.
llvm::ArrayRef<llvm::StringLiteral> commutingOperators();

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_PATTERNTABLE_H
