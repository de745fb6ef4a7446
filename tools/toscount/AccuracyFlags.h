//===- AccuracyFlags.h - flags of accuracy before training ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Which learning curves predict accuracy, and what ends training before its
/// last epoch.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TOOLS_ACCURACYFLAGS_H
#define TOSCOUNT_TOOLS_ACCURACYFLAGS_H

#include "Command.h"

#include "toscount/Prediction/Candidate.h"

namespace toscount::tool {

class AccuracyFlags {
public:
  void add(CLI::App &App);

  [[nodiscard]] bool stops() const { return !Stop.empty(); }
  /// Reads the learning curves; \p Options refers to them here.
  llvm::Error load(CandidateOptions &Options);
  /// What ends training, of energies in \p Unit. Throws UsageError.
  llvm::Error loadStop(llvm::StringRef Unit, CandidateOptions &Options) const;

private:
  [[nodiscard]] llvm::Expected<StopRule> stopRule(llvm::StringRef Unit) const;

  std::string CurvesName, Stop;
  std::vector<AccuracyProfile> Curves;
};

} // namespace toscount::tool

#endif // TOSCOUNT_TOOLS_ACCURACYFLAGS_H
