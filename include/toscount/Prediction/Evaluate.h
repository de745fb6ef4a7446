//===- Evaluate.h - predictions held against measurements -----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Predicts measured runs that no fit needs to have seen, and sums up how far
/// the predictions lie from the measurements, beside those of the profile's
/// baselines.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_PREDICTION_EVALUATE_H
#define TOSCOUNT_PREDICTION_EVALUATE_H

#include "toscount/Prediction/Predict.h"
#include "toscount/Records/RunRecord.h"
#include "toscount/Support/Statistics.h"

namespace toscount {

/// Counts the run of \p Spec by \p Counter and predicts it. A datatype that is
/// not the profile's is counted at the profile's, and scaled by the ratio of
/// TOs; a note says so. Errors begin with the model's name.
llvm::Expected<Prediction> predictSpec(const Profile &P, const RunSpec &Spec,
                                       FeatureCounter &Counter,
                                       PredictOptions Options,
                                       RunFeatures *Counted = nullptr);

/// What runs are predicted by.
struct EvaluationOptions {
  double Level = 0.9; ///< Of the intervals.
  /// What a process takes before its first step: errors are told of the energy
  /// above it too. A sum of layers' profiles (Prediction/LayerProfiles.h) is
  /// such energy.
  std::optional<double> StartUp;
  /// StartUp is found here: the one constant with which the mean absolute
  /// percentage error of these runs is least.
  bool FitStartUp = false;
};

struct EvaluationRow {
  const RunRecord *Record = nullptr;
  Prediction Result;             ///< Meaningless with an error.
  std::vector<double> Baselines; ///< In the order of Evaluation::Baselines.
  std::string Error;             ///< Empty: predicted.

  [[nodiscard]] double measured() const { return Record->Energy.Value; }
  /// The interval holds what was measured.
  [[nodiscard]] bool covered() const;
};

/// The constant C >= 0 with which \p Energies + C have the least mean absolute
/// percentage error: a weighted median.
double fitStartUp(llvm::ArrayRef<double> Energies,
                  llvm::ArrayRef<double> Measured);

struct NamedErrors {
  std::string Name;
  ErrorSummary Errors;
};

struct Evaluation {
  const Profile *Of = nullptr;
  std::vector<EvaluationRow> Rows; ///< One a record, in their order.
  size_t Failed = 0;
  ErrorSummary Errors;
  std::optional<double> CoveragePercent; ///< Absent without intervals.
  double Level = 0;
  size_t Beyond = 0;             ///< Rows outside the calibrated range.
  std::optional<double> StartUp; ///< As given or fitted.
  bool FittedStartUp = false;
  ErrorSummary Above;  ///< Of the energy above StartUp.
  size_t NotAbove = 0; ///< Rows that measured no more than StartUp.
  std::vector<NamedErrors> Baselines;
  std::vector<NamedErrors> Groups; ///< In order of first appearance.
  std::vector<std::string> Notes;
};

/// Predicts \p Records, several at a time, with the same result however many
/// cores there are. A record that can't be predicted is an error in its row;
/// an error as a whole: no records, or energies in another unit than the
/// profile's. The result refers to both.
llvm::Expected<Evaluation> evaluateRuns(const Profile &P,
                                        llvm::ArrayRef<RunRecord> Records,
                                        const OpRegistry &Registry,
                                        const EvaluationOptions &Options = {});

/// The same by \p Layers, added up; \p Sum is their sumOfLayers.
llvm::Expected<Evaluation>
evaluateLayers(const Profile &Sum, llvm::ArrayRef<Profile> Layers,
               llvm::ArrayRef<RunRecord> Records, const OpRegistry &Registry,
               const EvaluationOptions &Options = {});

} // namespace toscount

#endif // TOSCOUNT_PREDICTION_EVALUATE_H
