//===- PatternTerms.h - the rows of the pattern table, read ---------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_PATTERNTERMS_H
#define TOSCOUNT_LIB_OPS_PATTERNTERMS_H

#include "PatternTable.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include <utility>
#include <vector>

namespace toscount {

enum class PatternKind : uint8_t {
  Any,
  Variable,
  Parameter,
  Vector, ///< A parameter with at most one dimension greater than 1.
  Scalar,
  Number,
  Node,
  Block,
  Optional, ///< Operands: the term, and what it is applied to.
  Through,
  Named,
  Shown,
  Either,
};

using PatternTermId = uint32_t;
/// An operator that occurs in the table; 0 for all others.
using PatternOp = uint16_t;

struct PatternTerm {
  PatternKind Kind = PatternKind::Any;
  bool Selects = false;   ///< Of Through: also through selections.
  bool More = false;      ///< Of Node: further operands are as they like.
  bool LastAxes = false;  ///< Of Node: `:last`.
  unsigned Variable = 0;  ///< Of Variable and Named.
  double Number = 0;      ///< Of Number.
  llvm::StringRef Called; ///< Of Block: the kind.
  llvm::SmallVector<PatternOp, 2> Ops;
  llvm::SmallVector<std::pair<llvm::StringRef, double>, 0> Attributes;
  llvm::SmallVector<PatternTermId, 3> Operands;
};

/// Variables of one row; 0 is x.
inline constexpr unsigned MaxVariables = 8;

struct PatternTerms {
  std::vector<PatternTerm> Terms;
  std::vector<PatternTermId> Roots; ///< One a row.
  llvm::StringMap<PatternOp> Known; ///< By "Name" or "domain.Name".

  /// The number of \p Name, a new one if need be.
  PatternOp number(llvm::StringRef Name) {
    return Known.try_emplace(Name, Known.size() + 1).first->second;
  }
};

llvm::Expected<PatternTerms> readPatternTable();

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_PATTERNTERMS_H
