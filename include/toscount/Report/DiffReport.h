//===- DiffReport.h - views of a difference -------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What `toscount diff` prints, in every format.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_REPORT_DIFFREPORT_H
#define TOSCOUNT_REPORT_DIFFREPORT_H

#include "toscount/Lowering/CostDiff.h"
#include "toscount/Report/Report.h"

namespace toscount {

struct DiffReport {
  const CostDiff *Of = nullptr;
  std::vector<std::pair<GrowthGate, GateResult>> Gates;
};

/// "flops grew by 12.3 % (1.00 M to 1.12 M), more than 5 %": of a gate, failed
/// or passed.
std::string gateText(const GrowthGate &Gate, const GateResult &Result);

/// Writes \p R: text, `toscount.diff/1`, CSV (a row a layer that differs, and
/// the total), Markdown or pictures. Options: Format, Top (the layers whose TOs
/// differ most, in text and Markdown), Exact, Width, Colour.
llvm::Error writeDiff(llvm::raw_ostream &OS, const DiffReport &R,
                      const ReportOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_REPORT_DIFFREPORT_H
