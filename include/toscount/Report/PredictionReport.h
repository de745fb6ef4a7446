//===- PredictionReport.h - views of predictions and evaluations ----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What `toscount predict` and `toscount evaluate` print, in every format.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_REPORT_PREDICTIONREPORT_H
#define TOSCOUNT_REPORT_PREDICTIONREPORT_H

#include "toscount/Prediction/Candidate.h"
#include "toscount/Report/Report.h"

namespace toscount {

/// A prediction and what it is of.
struct PredictionReport {
  const RunSpec *Spec = nullptr;
  const Profile *Of = nullptr;
  const Prediction *Result = nullptr;
  /// Its accuracy and when its training stops, where they are predicted.
  const Candidate *Reached = nullptr;
  std::vector<std::string> Assumptions, Warnings; ///< Of counting.
  /// Only of joules.
  std::optional<double> EmissionsGrams, Cost;
  double Pue = 1;
  double GramsPerKwh = 0;
  std::string Grid; ///< "World, 2024"; empty: an intensity of the user's own.
  std::optional<double> PricePerKwh;
};

/// Writes \p P: text, `toscount.prediction/1`, CSV (a row a layer) or Markdown.
/// Options: Format, Top (layers in text and Markdown; absent: 10), Width,
/// Colour.
llvm::Error writePrediction(llvm::raw_ostream &OS, const PredictionReport &P,
                            const ReportOptions &Options);

/// Writes \p E: text, `toscount.evaluation/1`, CSV (a row a run) or Markdown.
/// Options: Format, Top (groups in text and Markdown; absent: 10), Width,
/// Colour.
llvm::Error writeEvaluation(llvm::raw_ostream &OS, const Evaluation &E,
                            const ReportOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_REPORT_PREDICTIONREPORT_H
