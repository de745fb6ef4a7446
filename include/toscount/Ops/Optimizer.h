//===- Optimizer.h - rules that update parameters -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The optimizers of `--optimizer`: what updating one parameter element costs
/// by the textbook formula, and what a step costs besides (scalars such as
/// Adam's bias corrections).
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_OPS_OPTIMIZER_H
#define TOSCOUNT_OPS_OPTIMIZER_H

#include "toscount/Ops/Work.h"

namespace toscount {

struct Optimizer {
  llvm::StringLiteral Name; ///< As on the command line.
  /// State tensors of a parameter's size that are read and written each step,
  /// besides the parameter (read and written) and its gradient (read).
  unsigned StateTensors;
  /// Updates \p Elements parameter elements.
  void (*Update)(Count Elements, Work &);
  /// Scalars computed once a step; null when there are none.
  void (*PerStep)(Work &);
  llvm::StringLiteral Doc; ///< The formula and its source.
};

/// All optimizers, in the order they are listed to users.
llvm::ArrayRef<Optimizer> optimizers();

/// The optimizer called \p Name, or null.
const Optimizer *findOptimizer(llvm::StringRef Name);

} // namespace toscount

#endif // TOSCOUNT_OPS_OPTIMIZER_H
