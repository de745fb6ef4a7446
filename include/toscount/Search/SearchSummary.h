//===- SearchSummary.h - strategies side by side --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Sums up the searches of each strategy, one a seed, and how many rounds and
/// how much energy one strategy saves over another, with bootstrap intervals.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_SEARCH_SEARCHSUMMARY_H
#define TOSCOUNT_SEARCH_SEARCHSUMMARY_H

#include "toscount/Search/Description.h"
#include "toscount/Search/Search.h"

namespace toscount {

/// A mean over searches. Interval: percentile bootstrap over the searches, 2000
/// resamples; absent of a single search.
struct SearchMean {
  double Mean = 0;
  std::optional<double> Low, High;
};

SearchMean bootstrapMean(llvm::ArrayRef<double> Values, double Level);

/// The mean of what was the best so far at some point of the searches.
struct ConvergencePoint {
  double At = 0;    ///< Rounds, or energy.
  double Best = 0;  ///< As the objective is shown.
  double Other = 0; ///< Mean energy spent by then, or mean rounds.
};

struct StrategySummary {
  Strategy Of = Strategy::Random;
  std::vector<SearchRun> Runs;
  SearchMean Best; ///< At the end, as the objective is shown.
  SearchMean OptimumRound;
  size_t Reached = 0; ///< Searches that came within the tolerance of the best.
  /// Rounds and energy until then; a search that did not get there counts with
  /// all that it took, so that these are then lower bounds. Absent when the
  /// best is not known.
  std::optional<SearchMean> RoundsToBest, EnergyToBest;
  std::vector<ConvergencePoint> ByRound, ByEnergy;
};

/// What \p Of took less than \p Than to come to the best, pairs of one seed.
struct StrategyDifference {
  Strategy Of = Strategy::Bayesian, Than = Strategy::Random;
  SearchMean Rounds, Energy;
};

struct SearchReport {
  std::string Path, Unit; ///< Of the space; of energy, empty when not known.
  std::vector<SearchCandidate> Candidates;
  std::vector<std::string> Coordinates;
  SearchOptions Options;
  size_t Trainings = 1;
  double Level = 0.95;
  bool HasEnergy = false;
  /// The best candidate, and how many come within the tolerance of it; absent
  /// when not all outcomes are known.
  std::optional<size_t> Best;
  std::optional<Outcome> BestOutcome;
  double BestShown = 0;
  size_t NearBest = 0;
  std::vector<StrategySummary> Strategies;
  std::vector<StrategyDifference> Differences;
  size_t Failed = 0; ///< Models that could not be counted or trained.
  std::vector<std::string> Notes;
};

/// Fills all of \p R that follows from its strategies' runs and from \p Known.
void sumUp(SearchReport &R, llvm::ArrayRef<Outcome> Known);

} // namespace toscount

#endif // TOSCOUNT_SEARCH_SEARCHSUMMARY_H
