//===- Rounds.h - what to measure next, and when to stop ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A calibration measures in rounds. Before each, the time of every run of the
/// pool is estimated from what was measured, runs are given as many steps as
/// make them long enough for the meter, and those are chosen that tell the
/// coefficients apart (Design.h). After each, the cross-validated error says
/// whether another one is worth its time. Nothing here reads or writes.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_CALIBRATION_ROUNDS_H
#define TOSCOUNT_CALIBRATION_ROUNDS_H

#include "toscount/Calibration/FitRuns.h"
#include "toscount/Calibration/RunPool.h"

#include <map>

namespace toscount {

/// Seconds that runs take: a price each for steps, kernels, MACs and bytes,
/// and for networks that were measured how far they are off.
class RunTimes {
public:
  /// What nothing is known of: a slow CPU.
  RunTimes();

  struct Sample {
    std::string Model;
    FeatureVector Features; ///< Of the whole run.
    double Seconds = 0;     ///< Above 0.
  };
  /// Learns from all of \p Samples, anew. Errors: the solver can't be opened.
  llvm::Error learn(llvm::ArrayRef<Sample> Samples);

  [[nodiscard]] double seconds(llvm::StringRef Model,
                               const FeatureVector &Features) const;

private:
  std::vector<double> Prices;
  std::map<std::string, double, std::less<>> LogRatios;
};

/// What became of a run of the pool.
enum class RunState : uint8_t {
  Open,
  Measured,
  Failed, ///< And is not tried again.
};

struct RoundLimits {
  double RunSeconds = 2;      ///< The usual run.
  double OverheadSeconds = 1; ///< Of every run, outside its window.
  double BudgetSeconds = 0;   ///< Of the round.
  double MemoryBytes = 0;     ///< Of a run.
  size_t Runs = 8;            ///< To be fitted.
  double HoldBack = 0.2;      ///< Share of the round's runs that validate.
  /// The first round: short, and no run that may take longer than usual.
  bool Probe = false;
};

struct PlannedRun {
  size_t Index = 0; ///< Of the pool.
  TrainingPlan Plan;
  double Seconds = 0; ///< Estimated, of the window.
};

/// The next runs, in the order they are to be measured: those to fit by what
/// they tell, a network once each; among them, evenly, those of networks that
/// are held back, in the order of the pool and networks in turn. Empty when
/// nothing is left, or nothing that fits the limits.
std::vector<PlannedRun> planRound(llvm::ArrayRef<PoolRun> Pool,
                                  llvm::ArrayRef<RunState> States,
                                  const RunTimes &Times,
                                  const RoundLimits &Limits);

/// The error of a round's fit on architectures that it had not seen.
struct RoundScore {
  size_t Runs = 0, Groups = 0; ///< Fitted.
  double ScorePercent = 0, StandardErrorPercent = 0;
};

/// How many rounds may pass without better scores.
inline constexpr size_t PatientRounds = 3;
/// Fewer architectures than this support no 90 % interval, and end nothing.
inline constexpr size_t LeastGroups = 10;

/// True when the error has stopped improving: none of the last PatientRounds
/// rounds has a score lower than the best before them by more than that one's
/// standard error. Rounds of fewer than LeastGroups architectures count for
/// nothing.
bool hasSettled(llvm::ArrayRef<RoundScore> Rounds);

} // namespace toscount

#endif // TOSCOUNT_CALIBRATION_ROUNDS_H
