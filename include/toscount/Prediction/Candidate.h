//===- Candidate.h - a model that could be trained ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What one of several models would take to train: exact counts, and with a
/// profile the predicted energy.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_PREDICTION_CANDIDATE_H
#define TOSCOUNT_PREDICTION_CANDIDATE_H

#include "toscount/Prediction/AccuracyProfile.h"
#include "toscount/Prediction/Evaluate.h"

namespace toscount {

/// Counts of one training step, or of the training steps of a whole run.
struct CandidateCounts {
  ParameterCounts Parameters;
  Cost Total;
  bool Estimate = false, LowerBound = false;
  std::vector<std::string> Warnings;
};

/// Counts the model of \p Spec: the run of its plan, or one step when the
/// plan has no samples. Errors begin with the model's name.
llvm::Expected<CandidateCounts> countCosts(const RunSpec &Spec,
                                           const OpRegistry &Registry);

struct Candidate {
  RunSpec Spec;
  std::string Error; ///< Empty: counted, and predicted with a profile.
  CandidateCounts Counts;
  std::optional<Prediction> Predicted;
  std::optional<double> EmissionsGrams; ///< Only of joules.
  /// The profile of Predicted.
  const Profile *By = nullptr;
  /// Accuracy after Spec.Plan.Epochs; absent where no learning curve says it.
  std::optional<PredictedFigure> Accuracy;
  std::string AccuracyFrom; ///< The learning curves' name.
  /// When a stopping criterion ends the training: Spec.Plan.Epochs is its
  /// value, rounded. Absent for a fixed number of epochs, and where the
  /// criterion ends none of Spec.Plan.Epochs.
  std::optional<PredictedFigure> Stop;
  std::vector<std::string> Notes; ///< Of the accuracy and of the stop.
};

/// How energies are predicted, and what they emit.
struct CandidateOptions {
  const Profile *Of = nullptr; ///< Null: counts alone.
  /// Other profiles of the same hardware, meter and unit: each model is
  /// predicted by the one whose calibrated range it leaves least.
  std::vector<const Profile *> More;
  llvm::ArrayRef<AccuracyProfile> Curves; ///< For accuracies.
  StopRule Stop; ///< What ends training before the plan's epochs.
  double Level = 0.9;
  std::string Session;
  double Pue = 1, GramsPerKwh = 0;
};

/// Counts and predicts \p Specs, several at a time, with the same result
/// however many cores there are. One that fails has an error; the rest go on.
std::vector<Candidate> measureCandidates(llvm::ArrayRef<RunSpec> Specs,
                                         const CandidateOptions &Options,
                                         const OpRegistry &Registry);

/// What a unit of energy bought, with the interval that those of accuracy and
/// energy make together as independent ones do: widths of logarithms add as
/// squares.
PredictedFigure efficiencyOf(const PredictedFigure &Accuracy,
                             const Prediction &Energy);

/// Why all of \p All failed, when all failed for the same reason (it does not
/// name a model, and is said once instead of in every row); otherwise empty.
std::string sharedFailure(llvm::ArrayRef<Candidate> All);

/// The notes and warnings of \p All: one that every candidate has stands once,
/// the others behind the first model that has it and how many more have.
std::vector<std::string> sharedNotes(llvm::ArrayRef<const Candidate *> All);

} // namespace toscount

#endif // TOSCOUNT_PREDICTION_CANDIDATE_H
