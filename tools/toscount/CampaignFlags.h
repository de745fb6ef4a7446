//===- CampaignFlags.h - what is to be trained, and how -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Flags shared by `campaign` and `measure`: models and training plans, and the
/// jobs that they make, a line of JSON each. `calibrate` makes its jobs here
/// too.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TOOLS_CAMPAIGNFLAGS_H
#define TOSCOUNT_TOOLS_CAMPAIGNFLAGS_H

#include "Command.h"

#include "toscount/Analysis/ModelCounts.h"
#include "toscount/Prediction/RunFeatures.h"

#include <optional>

namespace toscount::tool {

class CampaignFlags {
public:
  /// Declares the flags and the positional models on \p App.
  void add(CLI::App &App);

  /// Throws UsageError for values that make no sense.
  void check() const;

  /// Writes every job to \p OS. Errors name the model.
  llvm::Error write(llvm::raw_ostream &OS) const;

  /// One run of a network of the zoo on synthetic data, as \p Spec says. Steps
  /// are so small that no loss becomes infinite.
  static CampaignFlags synthetic(const RunSpec &Spec, int64_t Seed);

  /// Writes only the layer graphs: `{"model": ..., "graph": ...}` a line.
  llvm::Error writeGraphs(llvm::raw_ostream &OS) const;

private:
  [[nodiscard]] CountOptions counting(int64_t Batch,
                                      const std::string &Optimizer) const;
  llvm::Error writeModel(llvm::raw_ostream &OS, const std::string &Path,
                         int64_t Batch, const std::string &Optimizer) const;

  std::vector<std::string> Models, Dims;
  std::string Data = "fashion-mnist", Label, Loss, LossOutput, Trainable,
              Session;
  std::vector<int64_t> Batches = {32};
  std::vector<std::string> Optimizers = {"adam"}, Datatypes = {"fp32"};
  std::optional<int64_t> ClassAxis, Samples, Validation, Patience;
  std::optional<double> LearningRate, Momentum, WeightDecay, Beta;
  std::optional<double> TargetAccuracy, EnergyBudgetJ;
  int64_t Epochs = 1, Repeats = 1, Folds = 1, Seed = 1;
};

} // namespace toscount::tool

#endif // TOSCOUNT_TOOLS_CAMPAIGNFLAGS_H
