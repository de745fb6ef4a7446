//===- SizePredictionReport.h - the views of sizes never trained ----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// JSON is `toscount.size-prediction/1`; CSV has a row a model left out.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_REPORT_SIZEPREDICTIONREPORT_H
#define TOSCOUNT_REPORT_SIZEPREDICTIONREPORT_H

#include "toscount/Calibration/SizePrediction.h"
#include "toscount/Report/Report.h"

namespace toscount {

void writeSizePredictions(llvm::raw_ostream &OS,
                          const SizePredictionReport &Report,
                          const ReportOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_REPORT_SIZEPREDICTIONREPORT_H
