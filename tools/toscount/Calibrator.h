//===- Calibrator.h - measuring in rounds until a profile is good ---------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The loop of `toscount calibrate`: choose runs, hand them to the runner, fit,
/// and stop when that is of no more use. All that it knows of what was measured
/// it reads from the file of records, so that it goes on where an earlier one
/// was interrupted.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TOOLS_CALIBRATOR_H
#define TOSCOUNT_TOOLS_CALIBRATOR_H

#include "Runner.h"
#include "RunsFile.h"

#include "toscount/Calibration/Rounds.h"
#include "toscount/Report/CalibrationReport.h"

#include <chrono>
#include <set>

namespace toscount::tool {

struct CalibratorOptions {
  RunnerFlags Runner; ///< With the program's path.
  std::string ProfileFile, RunsFile, Name;
  RunPoolOptions Pool;
  double BudgetSeconds = 1800, RunSeconds = 2;
  double MemoryBytes = 0;
  /// Of the meter, between two values: windows are longer than this.
  double ResolutionSeconds = 0;
  bool Quiet = false;
};

class Calibrator {
public:
  explicit Calibrator(const CalibratorOptions &Options)
      : Options(Options), Start(Clock::now()) {}

  /// Measures, fits, validates. Not 0: the exit status; what is wrong has been
  /// said.
  int run();

  Calibration Result; ///< Meaningful when run() was 0.

private:
  using Clock = std::chrono::steady_clock;
  enum class Outcome : uint8_t { Measured, Stopped, Ended };

  int start();
  int readRuns();
  void fitRound();
  std::vector<PlannedRun> nextRound();
  Outcome measure(llvm::ArrayRef<PlannedRun> Runs, int &Status);
  Outcome afterRunner(int Ended, llvm::ArrayRef<PlannedRun> Runs,
                      const std::string &Said, size_t Before, int &Status);
  llvm::Error writeJobs(llvm::ArrayRef<PlannedRun> Runs,
                        llvm::StringRef Path) const;
  int finish();
  void showProgress(llvm::ArrayRef<PlannedRun> Runs, size_t Done);
  void clearProgress();
  void remark();

  /// Since the calibration began, runs from before included.
  [[nodiscard]] double elapsed() const;
  [[nodiscard]] double left() const {
    return Options.BudgetSeconds - elapsed();
  }
  /// Windows shorter than this say nothing of energy.
  [[nodiscard]] double leastSeconds() const;
  [[nodiscard]] RunFitOptions fitOptions() const;
  [[nodiscard]] RoundLimits limits() const;

  const CalibratorOptions &Options;
  OpRegistry Registry;
  Clock::time_point Start;
  std::vector<PoolRun> Pool;
  std::map<std::string, size_t, std::less<>> IndexOf; ///< Of runs, by key.
  std::set<std::string, std::less<>> HeldBack;        ///< Models.

  // What the file of records says.
  RunsFile File;
  std::vector<RunState> States;
  std::vector<RunRecord> Fitted, Validation;
  RunTimes Times;
  std::map<size_t, size_t> Attempts; ///< Of a run, that were too short.
  std::set<size_t> Killed;           ///< Runs that ended the runner.

  double SecondsBefore = 0; ///< Of runs from before.
  double OverheadSeconds = 0, FitSeconds = 0;
  size_t RoundsInVain = 0;
  std::set<std::string, std::less<>> Passed; ///< Warnings of the runner.
  bool Overdue = false, Shown = false;
};

} // namespace toscount::tool

#endif // TOSCOUNT_TOOLS_CALIBRATOR_H
