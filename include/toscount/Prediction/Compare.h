//===- Compare.h - choosing between models before training ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Ranks models by what training them takes, finds those that no other beats
/// in both energy and accuracy, and holds them against budgets.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_PREDICTION_COMPARE_H
#define TOSCOUNT_PREDICTION_COMPARE_H

#include "toscount/Prediction/Candidate.h"

namespace toscount {

enum class RankBy : uint8_t {
  TOs,
  Energy,
  Time,
  Emissions,
  Accuracy,   ///< Largest first.
  Efficiency, ///< Largest first.
  Alpha,
};
llvm::StringRef name(RankBy By); ///< "tos", "energy"...
llvm::ArrayRef<llvm::StringRef> rankByNames();
std::optional<RankBy> rankByFromName(llvm::StringRef Name);

/// Absent: no limit.
struct Budgets {
  std::optional<double> Energy; ///< In the profile's unit.
  std::optional<double> Seconds, EmissionsGrams;
  [[nodiscard]] bool any() const { return Energy || Seconds || EmissionsGrams; }
};

struct RankedCandidate {
  Candidate Of;
  std::optional<double> Accuracy; ///< From 0 to 1; given, or else predicted.
  bool AccuracyGiven = false;
  /// Accuracy per unit of energy (equation 2 of the training-efficiency paper),
  /// with an interval when accuracy is predicted.
  std::optional<double> Efficiency, EfficiencyLow, EfficiencyHigh;
  /// Equation 7: Alpha * E + (1 - Alpha) * (1 - accuracy), both scaled to 0..1
  /// over the candidates that have both. Small is good.
  std::optional<double> Score;
  bool Pareto = false;
  std::optional<size_t> Rank; ///< From 1; equals share one.
  /// "energy", "time", "emissions": the budgets that the prediction exceeds.
  std::vector<llvm::StringRef> Over;
  /// Within the energy and emission budgets, but the interval's end is not.
  bool MayExceed = false;
};

struct CompareOptions {
  CandidateOptions Candidates;
  RankBy By = RankBy::Energy;
  std::optional<double> Alpha;
  Budgets Limits;
};

struct Comparison {
  CompareOptions Options;
  std::vector<RankedCandidate> Rows; ///< Best first; unranked, then failed.
  size_t Failed = 0;
  std::vector<std::string> Notes;

  /// Budgets are given, and every candidate exceeds one.
  [[nodiscard]] bool noneFits() const;
};

/// Compares \p Specs; \p Accuracies are theirs, where known. Errors: the
/// profile can't say what is asked (time, or anything that needs joules); or a
/// ranking needs accuracies, and none is known.
llvm::Expected<Comparison>
compareModels(llvm::ArrayRef<RunSpec> Specs,
              llvm::ArrayRef<std::optional<double>> Accuracies,
              const CompareOptions &Options, const OpRegistry &Registry);

/// Equation 7 for every candidate of which energy and accuracy are known, both
/// scaled to 0..1; a column that is constant is 0.
void scoreByAlpha(double Alpha, llvm::MutableArrayRef<RankedCandidate> Rows);

/// Marks those of which no other takes no more energy with no less accuracy
/// and is better in one.
void markPareto(llvm::MutableArrayRef<RankedCandidate> Rows);

} // namespace toscount

#endif // TOSCOUNT_PREDICTION_COMPARE_H
