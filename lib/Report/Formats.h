//===- Formats.h - one writer a format ------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_REPORT_FORMATS_H
#define TOSCOUNT_LIB_REPORT_FORMATS_H

#include "Rows.h"

namespace toscount {

void writeText(llvm::raw_ostream &OS, const CostTable &Table,
               const ReportRows &Rows, const ReportOptions &Options);

/// `toscount.count/1`, on one line unless \p Pretty, without a final newline.
void writeJson(llvm::raw_ostream &OS, const CostTable &Table,
               const ReportRows &Rows, bool Pretty);

void writeCsv(llvm::raw_ostream &OS, const CostTable &Table,
              const ReportRows &Rows, const ReportOptions &Options);

void writeMarkdown(llvm::raw_ostream &OS, const CostTable &Table,
                   const ReportRows &Rows, const ReportOptions &Options);

struct Page;
/// Counts as a web page and pictures; refers to its arguments.
Page countPage(const CostTable &Table, const ReportRows &Rows,
               const ReportRows &Operators, const ReportOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_LIB_REPORT_FORMATS_H
