//===- CompareReport.h - views of comparisons and sweeps ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What `toscount compare` and `toscount sweep` print, in every format.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_REPORT_COMPAREREPORT_H
#define TOSCOUNT_REPORT_COMPAREREPORT_H

#include "toscount/Prediction/Compare.h"
#include "toscount/Prediction/Sweep.h"
#include "toscount/Report/Report.h"

namespace toscount {

/// Writes \p C: text, `toscount.compare/1`, CSV (a row a model), Markdown
/// or pictures, the best first. \p Plan is that of every model, \p Grid where
/// the electricity is from. Options: Format, Exact, Width, Colour.
llvm::Error writeComparison(llvm::raw_ostream &OS, const Comparison &C,
                            const TrainingPlan &Plan, llvm::StringRef Grid,
                            const ReportOptions &Options);

/// Writes \p S: text, `toscount.sweep/1`, CSV (a row a model), Markdown or
/// pictures. Options: Format, Exact, Width, Colour.
llvm::Error writeSweep(llvm::raw_ostream &OS, const Sweep &S,
                       llvm::StringRef Grid, const ReportOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_REPORT_COMPAREREPORT_H
