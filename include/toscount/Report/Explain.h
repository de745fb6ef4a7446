//===- Explain.h - one layer's formulas with its numbers ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The view of `toscount explain`: what a layer's rules say, the steps they
/// counted with this layer's numbers put in, and what comes of them.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_REPORT_EXPLAIN_H
#define TOSCOUNT_REPORT_EXPLAIN_H

#include "toscount/Analysis/Count.h"
#include "toscount/Ops/LossFunction.h"
#include "toscount/Ops/Optimizer.h"
#include "toscount/Report/Report.h"

namespace toscount {

struct Explanation {
  const CostTable *Table = nullptr;
  /// The layer, as explainLayer was asked for it.
  llvm::StringRef Layer;
  const LayerTrace *Steps = nullptr;
  /// Where the sentences about the loss and the update come from; may be
  /// empty.
  llvm::ArrayRef<LossFunction> Losses;
  llvm::ArrayRef<Optimizer> Optimizers;
};

/// Writes \p E as text or JSON (`toscount.explain/1`); other formats are an
/// error, and so is a layer that the table does not have.
llvm::Error writeExplanation(llvm::raw_ostream &OS, const Explanation &E,
                             const ReportOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_REPORT_EXPLAIN_H
