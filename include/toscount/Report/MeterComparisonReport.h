//===- MeterComparisonReport.h - views of two meters ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What `toscount meters --compare` prints.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_REPORT_METERCOMPARISONREPORT_H
#define TOSCOUNT_REPORT_METERCOMPARISONREPORT_H

#include "toscount/Records/MeterComparison.h"
#include "toscount/Report/Report.h"

namespace toscount {

/// Text and Markdown: both meters and how far they agree; JSON
/// (`toscount.meter-comparison/1`) the pairs, too; CSV only these.
void writeMeterComparison(llvm::raw_ostream &OS, const MeterComparison &C,
                          const ReportOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_REPORT_METERCOMPARISONREPORT_H
