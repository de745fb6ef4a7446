//===- OpsList.h - every operator, loss and optimizer ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The view of `toscount ops`: the coverage, as the rows themselves state it.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_REPORT_OPSLIST_H
#define TOSCOUNT_REPORT_OPSLIST_H

#include "toscount/Ops/LossFunction.h"
#include "toscount/Ops/OpRegistry.h"
#include "toscount/Ops/Optimizer.h"
#include "toscount/Report/Report.h"

namespace toscount {

struct OpsList {
  const OpRegistry *Registry = nullptr;
  llvm::ArrayRef<LossFunction> Losses;
  llvm::ArrayRef<Optimizer> Optimizers;
  /// Only what has one of these in its name (case ignored); empty: all.
  std::vector<std::string> Matching;
};

/// "counted", "free (view)", "bytes moved", "constant", "expanded",
/// "random".
llvm::StringRef status(const OpInfo &Row);
/// "rule", "passes", "not differentiable", "missing".
llvm::StringRef gradientStatus(const OpInfo &Row);

/// Writes \p List. Text: a table by family, with the sentences of each rule
/// below its row. JSON: `toscount.ops/1`. CSV and Markdown: a row an operator.
/// An error when nothing matches.
llvm::Error writeOps(llvm::raw_ostream &OS, const OpsList &List,
                     const ReportOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_REPORT_OPSLIST_H
