//===- SearchReport.h - views of a search ---------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What `toscount search` prints, in every format.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_REPORT_SEARCHREPORT_H
#define TOSCOUNT_REPORT_SEARCHREPORT_H

#include "toscount/Report/Report.h"
#include "toscount/Search/SearchSummary.h"

namespace toscount {

/// Writes \p R: text, `toscount.search/1`, CSV (a row a round) or Markdown.
/// \p Source: where accuracies and energies are from, in words. Options:
/// Format, Width, Colour.
llvm::Error writeSearch(llvm::raw_ostream &OS, const SearchReport &R,
                        llvm::ArrayRef<std::string> Sources,
                        const ReportOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_REPORT_SEARCHREPORT_H
