//===- Search.h - looking for the best candidate --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Grid, random and Bayesian search as in Yarally et al., "Uncovering
/// energy-efficient practices in deep learning training" (2023): a round
/// chooses a candidate and learns what it reaches, until rounds or energy are
/// spent. The Bayesian strategy chooses that of the highest probability of
/// improvement (the paper's equations 1 and 2, algorithm 1).
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_SEARCH_SEARCH_H
#define TOSCOUNT_SEARCH_SEARCH_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace toscount {

enum class Strategy : uint8_t { Grid, Random, Bayesian };
llvm::StringRef name(Strategy S); ///< "grid", "random", "bayesian"
llvm::ArrayRef<llvm::StringRef> strategyNames();

/// What is best.
enum class Objective : uint8_t {
  Accuracy,   ///< Highest.
  Energy,     ///< Least.
  Efficiency, ///< Highest accuracy / energy.
  Alpha,      ///< Least Alpha * energy + (1 - Alpha) * (1 - accuracy), both
              ///< scaled to 0..1 (equation 7 of the training-efficiency paper).
};
llvm::StringRef name(Objective O); ///< "accuracy"...
llvm::ArrayRef<llvm::StringRef> objectiveNames();
bool needsAccuracy(Objective O);
bool needsEnergy(Objective O);

/// What training a candidate reached. What the objective needs is there.
struct Outcome {
  std::optional<double> Accuracy; ///< 0 to 1.
  std::optional<double> Energy;   ///< Of one training; above 0.
  double Spent = 0;               ///< Of all trainings of the round.
  /// Training did not end (its loss became infinite): as bad as the worst.
  bool Failed = false;
};

/// Turns outcomes into values of which the highest is the best, on a scale on
/// which a difference of 0.01 means: 0.01 of accuracy, 1 % of energy or of
/// efficiency, 0.01 of equation 7.
class ObjectiveScale {
public:
  /// \p Known: the outcomes over which equation 7 scales energy and accuracy;
  /// those that failed are passed over.
  ObjectiveScale(Objective Of, double Alpha, llvm::ArrayRef<Outcome> Known);
  /// Of an outcome that did not fail.
  [[nodiscard]] double value(const Outcome &O) const;
  /// The objective itself, in its own unit, from such a value.
  [[nodiscard]] double shown(double Value) const;

private:
  Objective Of;
  double Alpha;
  double LeastEnergy = 0, EnergyRange = 0, LeastLoss = 0, LossRange = 0;
};

struct SearchOptions {
  Objective Of = Objective::Accuracy;
  double Alpha = 0.5;
  size_t Rounds = 64;                 ///< At most; the paper's number.
  std::optional<double> EnergyBudget; ///< No round begins once it is spent.
  size_t Initial =
      5; ///< Rounds of the Bayesian strategy that choose at random.
  /// What a later round must add to be a substantial increase, on the scale of
  /// ObjectiveScale.
  double Tolerance = 0.01;
};

struct SearchRound {
  size_t Candidate = 0;
  Outcome Result;
  double Value = 0, Best = 0; ///< Of this round; of all up to it.
  /// A training up to this round did not fail: Best was reached, not assumed.
  bool HasBest = false;
  double Spent = 0; ///< Of all up to it.
};

/// One search by one strategy.
struct SearchRun {
  uint64_t Seed = 1;
  std::vector<SearchRound> Rounds;
  /// The first round after which no round improves by more than the tolerance:
  /// the paper's optimum round, from 1.
  size_t OptimumRound = 0;
  /// The first round that comes within the tolerance of the best candidate of
  /// all, where that is known.
  std::optional<size_t> Reached;
};

/// Learns what candidate \p I reaches.
using Evaluate = llvm::function_ref<llvm::Expected<Outcome>(size_t I)>;

/// Searches candidates 0 to \p Count - 1. \p Points describes them, for the
/// Bayesian strategy alone. \p Known: the outcome of every candidate, or none
/// when only evaluating tells. Grid takes the candidates in order when all fit
/// into the rounds, otherwise, as the paper did, at random. No candidate is
/// chosen twice. The same for the same \p Seed. Errors: those of \p Learn;
/// every round failed.
llvm::Expected<SearchRun> runSearch(Strategy S, size_t Count,
                                    llvm::ArrayRef<std::vector<double>> Points,
                                    llvm::ArrayRef<Outcome> Known,
                                    const SearchOptions &Options, uint64_t Seed,
                                    Evaluate Learn);

} // namespace toscount

#endif // TOSCOUNT_SEARCH_SEARCH_H
