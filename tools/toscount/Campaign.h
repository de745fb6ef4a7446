//===- Campaign.h - jobs of a runner
//---------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Models and training plans, and the jobs that they make, a line of JSON each
/// (schema `toscount.campaign/1`), for `toscount-measure`.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TOOLS_CAMPAIGN_H
#define TOSCOUNT_TOOLS_CAMPAIGN_H

#include "toscount/Analysis/ModelCounts.h"
#include "toscount/Prediction/RunFeatures.h"

#include <optional>

namespace toscount::tool {

struct Campaign {
  std::vector<std::string> Models;
  std::vector<DimBinding> Dims;
  bool PassOverForeignDims = false; ///< As CountOptions has it.
  std::string Data = "fashion-mnist", Label, Loss, LossOutput, Trainable,
              Session;
  // Every combination is a job.
  std::vector<int64_t> Batches = {32};
  std::vector<std::string> Optimizers = {"adam"}, Datatypes = {"fp32"};
  // Absent: all samples; the optimizer's usual settings; until the last epoch.
  std::optional<int64_t> ClassAxis, Samples, Validation, Patience;
  std::optional<double> LearningRate, Momentum, WeightDecay, Beta;
  std::optional<double> TargetAccuracy, EnergyBudgetJ;
  int64_t Epochs = 1, Repeats = 1, Folds = 1, Seed = 1;

  /// Writes every job to \p OS, and its name to \p Jobs. Errors name the model.
  llvm::Error write(llvm::raw_ostream &OS,
                    std::vector<std::string> *Jobs = nullptr) const;

  /// Writes only the layer graphs: `{"model": ..., "graph": ...}` a line.
  llvm::Error writeGraphs(llvm::raw_ostream &OS) const;

  /// One run as \p Spec says, on data that is still to be named.
  static Campaign of(const RunSpec &Spec);
  /// One run of a network of the zoo on synthetic data. Steps are so small that
  /// no loss becomes infinite.
  static Campaign synthetic(const RunSpec &Spec, int64_t Seed);

private:
  [[nodiscard]] CountOptions counting(int64_t Batch,
                                      const std::string &Optimizer) const;
  llvm::Error writeModel(llvm::raw_ostream &OS, const std::string &Path,
                         int64_t Batch, const std::string &Optimizer,
                         std::vector<std::string> *Jobs) const;
};

} // namespace toscount::tool

#endif // TOSCOUNT_TOOLS_CAMPAIGN_H
