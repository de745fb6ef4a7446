//===- CandidateTrainer.h - a search that trains its candidates -----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// `toscount search --measure`: what a candidate reaches is learned by training
/// it. Records are kept in a file, and what it holds is not trained again: a
/// search that was interrupted goes on, and strategies that come to the same
/// candidate share its trainings.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TOOLS_CANDIDATETRAINER_H
#define TOSCOUNT_TOOLS_CANDIDATETRAINER_H

#include "PlanFlags.h"
#include "Runner.h"
#include "RunsFile.h"

#include "toscount/Search/Search.h"
#include "toscount/Search/SearchSpace.h"

#include <set>

namespace toscount::tool {

class CandidateTrainer {
public:
  void add(CLI::App &App);
  [[nodiscard]] bool given() const { return !Path.empty(); }

  /// Throws UsageError for what can't be trained: \p Space's settings, and a
  /// run of \p Base that \p Plan gives.
  void check(const SearchSpace &Space, const RunSpec &Base,
             const PlanFlags &Plan);
  /// Finds the runner.
  llvm::Error start();

  /// \p Trainings of \p C, as \p Base says, each with another seed: their mean
  /// accuracy and energy, and the energy of all. When an error is returned,
  /// status() is the exit status.
  llvm::Expected<Outcome> train(const SearchCandidate &C, const RunSpec &Base,
                                size_t Trainings, Objective Of);
  /// BadInput, unless an error of start() or train() was of another kind.
  [[nodiscard]] int status() const { return Status; }

  /// What is to be said of the records: where accuracies and energies are
  /// from, and what failed.
  void describe(std::vector<std::string> &Sources, std::string &Unit,
                std::vector<std::string> &Notes) const;

private:
  llvm::Error readRuns();
  llvm::Error runJobs(llvm::StringRef Jobs, llvm::StringRef Name);

  std::string Path, Data = "fashion-mnist", Label;
  RunnerFlags Runner;
  bool ValidationGiven = false;
  RunsFile File;
  size_t Trained = 0, Reused = 0;
  std::set<std::string, std::less<>> Failures; ///< Jobs.
  std::string FirstFailure;
  int Status = BadInput;
};

} // namespace toscount::tool

#endif // TOSCOUNT_TOOLS_CANDIDATETRAINER_H
