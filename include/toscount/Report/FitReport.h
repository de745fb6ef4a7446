//===- FitReport.h - views of a fit to plain columns ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What `toscount fit` found, as text, JSON (`toscount.fit/1`), CSV and
/// Markdown.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_REPORT_FITREPORT_H
#define TOSCOUNT_REPORT_FITREPORT_H

#include "toscount/Calibration/PaperProtocol.h"
#include "toscount/Calibration/Polynomial.h"
#include "toscount/Report/Report.h"
#include "toscount/Support/Statistics.h"

namespace toscount {

struct FitReport {
  std::string Source; ///< The file.
  const Dataset *Data = nullptr;
  const PolynomialModel *Model = nullptr;
  /// Null unless the paper's protocol was followed; then Model is its model.
  const PaperProtocolResult *Paper = nullptr;
  uint64_t Seed = 0;       ///< Of the protocol's split.
  std::string GroupColumn; ///< Empty: rows are their own groups.

  struct CrossValidation {
    unsigned Folds = 0;
    size_t Groups = 0;
    ErrorSummary Errors;
  };
  /// Absent where it makes no sense: too few groups, responses of 0 or less.
  std::optional<CrossValidation> Cv;
};

/// Writes \p Fit. CSV and Markdown: a row a coefficient.
llvm::Error writeFit(llvm::raw_ostream &OS, const FitReport &Fit,
                     const ReportOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_REPORT_FITREPORT_H
