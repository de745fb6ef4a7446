//===- FormulaReport.h - totals as polynomials ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The view of `toscount formula`: each total as a polynomial in the dimensions
/// that were left open, the sizes for which it holds, or why there is none.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_REPORT_FORMULAREPORT_H
#define TOSCOUNT_REPORT_FORMULAREPORT_H

#include "toscount/Formula/Formula.h"
#include "toscount/Report/Report.h"

namespace toscount {

/// An error when one of \p Only is no total: a name of formulaTotalNames(), or
/// one with its phase ("forward.macs"). With the nearest spelling.
llvm::Error checkFormulaTotals(llvm::ArrayRef<std::string> Only);

/// Writes \p Table, of the totals \p Only (empty: all). Text and Markdown leave
/// out those that are always 0, unless asked for. JSON: `toscount.formula/1`.
llvm::Error writeFormulas(llvm::raw_ostream &OS, const FormulaTable &Table,
                          llvm::ArrayRef<std::string> Only,
                          const ReportOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_REPORT_FORMULAREPORT_H
