//===- CalibrationReport.h - views of a calibration -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What `toscount calibrate` prints: how it was measured, the error round by
/// round, why it stopped, the fit, and how the profile does on architectures
/// that were held back.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_REPORT_CALIBRATIONREPORT_H
#define TOSCOUNT_REPORT_CALIBRATIONREPORT_H

#include "toscount/Calibration/FitRuns.h"
#include "toscount/Calibration/Rounds.h"
#include "toscount/Prediction/Evaluate.h"
#include "toscount/Report/Report.h"

#include <map>

namespace toscount {

struct CalibrationRound {
  RoundScore Score;
  std::string Family;
  std::string NoFit;  ///< Why there is no score; empty: there is.
  double Seconds = 0; ///< Since the calibration began.
};

struct Calibration {
  std::string ProfileFile, RunsFile, Device;
  std::vector<CalibrationRound> Rounds;
  std::string Stopped; ///< Why, as a clause: "the time is spent".
  double Seconds = 0, BudgetSeconds = 0;
  size_t RunsBefore = 0; ///< That RUNS held already.
  size_t TooShort = 0;   ///< Too short for the meter, and measured again.
  std::map<std::string, size_t> Failed; ///< By kind.
  RunFit Fit;
  std::optional<Evaluation> Validation; ///< Of held-back architectures.
  std::vector<std::string> Notes;
};

/// Writes \p C: text, `toscount.calibration/1` (which holds a `toscount.fit/1`
/// and a `toscount.evaluation/1`), CSV (a row a round) or Markdown.
llvm::Error writeCalibration(llvm::raw_ostream &OS, const Calibration &C,
                             const ReportOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_REPORT_CALIBRATIONREPORT_H
