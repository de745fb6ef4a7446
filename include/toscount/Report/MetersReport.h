//===- MetersReport.h - views of this machine's meters --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What `toscount meters` prints.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_REPORT_METERSREPORT_H
#define TOSCOUNT_REPORT_METERSREPORT_H

#include "toscount/Meters/Meter.h"
#include "toscount/Report/Report.h"

namespace toscount {

/// Writes \p Meters: text, `toscount.meters/1`, CSV or Markdown, a row a meter.
llvm::Error writeMeters(llvm::raw_ostream &OS,
                        llvm::ArrayRef<MeterStatus> Meters,
                        const ReportOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_REPORT_METERSREPORT_H
