//===- Formula.h - totals of a model as polynomials -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Counts a model at many sizes of the dimensions that are left open, and finds
/// each total as a polynomial in them.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_FORMULA_FORMULA_H
#define TOSCOUNT_FORMULA_FORMULA_H

#include "toscount/Analysis/Count.h"
#include "toscount/Formula/Search.h"
#include "toscount/Lowering/CostTable.h"

namespace toscount {

/// One total of a step.
struct FormulaTotal {
  /// A phase's name, or "all"; empty for what belongs to no phase.
  std::string Phase;
  /// "macs", "flops", "tos", "bytes", "bytes_read", "bytes_written", "kernels",
  /// "random"; "add" to "cmp"; "exp" to "atan"; without a phase "parameters",
  /// "trainable", "buffers", "activation_bytes".
  std::string Name;
  Fit Formula;

  /// "forward.macs", "parameters".
  [[nodiscard]] std::string fullName() const {
    return Phase.empty() ? Name : Phase + "." + Name;
  }
  [[nodiscard]] bool isZero() const {
    return Formula.Found && Formula.Found->Terms.empty();
  }
};

/// An input with its dimensions as numbers or variables' names.
struct FormulaInput {
  std::string Name;
  ElementType Type = ElementType::Undefined;
  std::vector<std::string> Dims;
};

struct FormulaTable {
  /// What all counts share: Source, Options as used, fixed dimensions (in
  /// BoundDims), and the assumptions and warnings that every size has. No
  /// layers, no inputs, no figures.
  ModelCounts Shared;
  LoweringOptions Lowering;
  bool Estimate = false; ///< At some size something rests on an assumption.
  std::vector<std::string> Variables;
  std::vector<FormulaInput> Inputs;
  std::vector<FormulaTotal> Totals;
  std::vector<Point> Counted;   ///< The sizes that were counted, ascending.
  std::vector<Point> Uncounted; ///< Those that could not be, ascending.
};

/// The names that a FormulaTotal may have, of a phase and of none.
std::vector<llvm::StringRef> formulaTotalNames();

/// Finds the totals of \p M, which is not changed and can be loaded again, as
/// polynomials in the dimensions \p In: names of dimensions, or INPUT:AXIS,
/// which may also be a fixed one. Without \p In: in every named dimension that
/// \p Options leave open. The other dimensions are bound by \p Options. The
/// result refers to \p M. Errors name the file.
llvm::Expected<FormulaTable> findFormulas(const Model &M,
                                          const OpRegistry &Registry,
                                          const CountOptions &Options,
                                          const LoweringOptions &Lowering,
                                          llvm::ArrayRef<std::string> In);

} // namespace toscount

#endif // TOSCOUNT_FORMULA_FORMULA_H
