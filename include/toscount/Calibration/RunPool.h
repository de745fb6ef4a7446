//===- RunPool.h - the runs that a calibration chooses from ---------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The runs that a calibration may measure: networks of the zoo, small to
/// large, each at several batch sizes, with optimizers that cost little and
/// much, with and without validation. All train on synthetic data. Part of the
/// networks is held back: their runs are measured to judge the profile, and
/// never fitted.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_CALIBRATION_RUNPOOL_H
#define TOSCOUNT_CALIBRATION_RUNPOOL_H

#include "toscount/Prediction/RunFeatures.h"

namespace toscount {

/// A run without its number of steps.
struct PoolRun {
  RunSpec Spec;       ///< Model, batch, optimizer, loss, datatype.
  size_t Network = 0; ///< Runs of one network share it.
  int64_t Epochs = 1; ///< Validation costs a forward pass a sample each epoch.
  bool Validates = false; ///< On as many samples as it trains on.
  double Length = 1;      ///< How many times as long as the usual run.
  bool HeldBack = false;
  FeatureVector TrainingStep, ValidationStep;
  double Parameters = 0;

  /// The plan of \p Steps training steps an epoch.
  [[nodiscard]] TrainingPlan plan(int64_t Steps) const;
  /// What counting that plan gives.
  [[nodiscard]] FeatureVector features(int64_t Steps) const;
  /// Roughly what training it needs: three times what the layers put out, and
  /// parameters with their gradients and two moments, 4 bytes each.
  [[nodiscard]] double memoryBytes() const;
};

struct RunPoolOptions {
  std::vector<std::string> Families; ///< Of runPoolFamilies(); empty: all.
  ElementType Datatype = ElementType::Float32;
  double HoldBack = 0.2; ///< Share of the networks, 0 up to below 1.
  uint64_t Seed = 1;     ///< Of the order, and of what is held back.
};

/// The networks of the zoo that pools are made of.
std::vector<llvm::StringRef> runPoolFamilies();

/// The runs, in an order that the seed decides. Errors: a family that is not
/// known (with the nearest spelling), a network that can't be counted.
llvm::Expected<std::vector<PoolRun>> makeRunPool(const RunPoolOptions &Options,
                                                 const OpRegistry &Registry);

} // namespace toscount

#endif // TOSCOUNT_CALIBRATION_RUNPOOL_H
