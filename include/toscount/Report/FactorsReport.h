//===- FactorsReport.h - the views of toscount factors --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// JSON is `toscount.factors/1`; CSV has a row a level.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_REPORT_FACTORSREPORT_H
#define TOSCOUNT_REPORT_FACTORSREPORT_H

#include "toscount/Records/Factors.h"
#include "toscount/Report/Report.h"

namespace toscount {

llvm::Error writeFactors(llvm::raw_ostream &OS, const FactorsReport &Report,
                         const ReportOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_REPORT_FACTORSREPORT_H
