//===- EfficiencyReport.h - the views of toscount efficiency --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// JSON is `toscount.efficiency/1`; CSV has a row a model, a cell or a verdict.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_REPORT_EFFICIENCYREPORT_H
#define TOSCOUNT_REPORT_EFFICIENCYREPORT_H

#include "toscount/Records/Efficiency.h"
#include "toscount/Records/Overtraining.h"
#include "toscount/Records/PrintedCheck.h"
#include "toscount/Report/Report.h"

namespace toscount {

/// \p Data: its runs, epoch by epoch, in JSON and CSV when \p PerEpoch. The one
/// of these with pictures.
llvm::Error writeEfficiency(llvm::raw_ostream &OS,
                            const EfficiencyReport &Report,
                            const EfficiencyData &Data, bool PerEpoch,
                            const ReportOptions &Options);

void writePrintedCheck(llvm::raw_ostream &OS, const PrintedCheck &Check,
                       llvm::StringRef Unit, const ReportOptions &Options);

void writeOvertraining(llvm::raw_ostream &OS,
                       llvm::ArrayRef<OvertrainingRow> Rows,
                       const OvertrainingRule &Rule,
                       const ReportOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_REPORT_EFFICIENCYREPORT_H
