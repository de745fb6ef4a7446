//===- RunFitReport.h - views of a fit to measured runs -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What `toscount fit RUNS` prints: the candidates with their scores, the one
/// that was chosen, its coefficients, and how wide its intervals are.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_REPORT_RUNFITREPORT_H
#define TOSCOUNT_REPORT_RUNFITREPORT_H

#include "toscount/Calibration/FitRuns.h"
#include "toscount/Report/Report.h"

namespace toscount {

/// What CSV, which has room for one table, holds.
enum class RunFitTable : uint8_t {
  Families, ///< A row a candidate.
  Runs,     ///< A row a run, predicted by fits that had not seen it.
  Learning, ///< A row a number of architectures.
};

/// Writes \p Fit: text, `toscount.fit/1`, CSV (a row a candidate) or Markdown.
llvm::Error writeRunFit(llvm::raw_ostream &OS, const RunFit &Fit,
                        const ReportOptions &Options,
                        RunFitTable Table = RunFitTable::Families);

} // namespace toscount

#endif // TOSCOUNT_REPORT_RUNFITREPORT_H
