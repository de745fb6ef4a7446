//===- RunFeatures.h - features of steps and runs -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Counts models into features: of a step, by phase and if wanted by layer, and
/// of a whole run. A step is counted once for each model, batch size and set of
/// options, however many runs repeat it, so that thousands of runs take
/// seconds.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_PREDICTION_RUNFEATURES_H
#define TOSCOUNT_PREDICTION_RUNFEATURES_H

#include "toscount/Ops/OpRegistry.h"
#include "toscount/Prediction/CountRun.h"
#include "toscount/Prediction/Features.h"

#include <map>
#include <memory>
#include <mutex>

namespace toscount {

struct RunRecord;

/// What of a run was measured, or is to be predicted.
enum class RunPart : uint8_t {
  Whole,
  Forward, ///< The forward phase alone: single layers.
  /// Loss, backward and update alone.
  Backward,
};

/// "", "forward", "backward": a record's `phase`.
llvm::StringRef name(RunPart Part);

struct TrainingPlan {
  int64_t Samples = 0;           ///< Training samples an epoch.
  int64_t ValidationSamples = 0; ///< An epoch, forward and loss only.
  int64_t Batch = 0;
  int64_t Epochs = 1;
  /// Training steps of the whole run, all of a full batch; absent: each epoch
  /// has Samples / Batch full steps and a smaller one for the rest.
  std::optional<int64_t> Steps;
  RunPart Part = RunPart::Whole;
};

/// A model, how it is trained, and for how long.
struct RunSpec {
  std::string Model; ///< A path, or a spec of the zoo.
  /// Phases and Batch are set from the plan.
  CountOptions Options;
  LoweringOptions Lowering;
  TrainingPlan Plan;
};

/// The run that \p Record is of. Errors: a datatype, loss or optimizer that is
/// not known, a pattern of parameters that is none; they begin with the
/// record's place.
llvm::Expected<RunSpec> specOf(const RunRecord &Record);

/// Features of one layer in one step or in a run.
struct LayerFeatures {
  std::string Name, Op;
  bool Estimate = false;
  std::array<FeatureVector, NumPhases> Phases;
};

/// Features of one step.
struct StepFeatures {
  std::array<FeatureVector, NumPhases> Phases;
  std::vector<LayerFeatures> Layers; ///< Only if wanted.
  double Parameters = 0;
  int64_t Batch = 0;
  bool LowerBound = false;
  std::vector<std::string>
      Operators; ///< Of layers that launch kernels; sorted.
  std::vector<std::string> Assumptions, Warnings;
};

/// Features of a run. Those of runs, epochs and steps, and the flags of steps,
/// are in Overhead: no layer's.
struct RunFeatures {
  FeatureVector All; ///< The sum of the rest.
  FeatureVector Overhead;
  std::array<FeatureVector, NumPhases> Phases; ///< Of training.
  FeatureVector Validation;
  std::vector<LayerFeatures> Layers;  ///< Only if wanted; of training.
  std::vector<std::string> Operators; ///< Of the training step.
  std::vector<std::string> Assumptions, Warnings;
};

/// Counts runs, and remembers steps. May be used by several threads at once.
class FeatureCounter {
public:
  /// Remembers layers too when \p WithLayers.
  explicit FeatureCounter(const OpRegistry &Registry, bool WithLayers = false)
      : Registry(Registry), WithLayers(WithLayers) {}

  /// Errors begin with the model's name.
  llvm::Expected<RunFeatures> count(const RunSpec &Spec);

  /// One step of \p Spec's model at \p Batch samples.
  llvm::Expected<std::shared_ptr<const StepFeatures>>
  step(const RunSpec &Spec, Level Phases, int64_t Batch);

private:
  llvm::Expected<StepFeatures> countStep(const RunSpec &Spec, Level Phases,
                                         int64_t Batch) const;

  const OpRegistry &Registry;
  bool WithLayers;
  std::mutex Lock;
  std::map<std::string, std::shared_ptr<const StepFeatures>> Steps;
};

/// The result of one of several runs.
struct CountedRun {
  RunFeatures Features;
  std::string Error; ///< Empty: counted.
};

/// Counts all of \p Specs, several at a time; the result is the same however
/// many cores there are.
std::vector<CountedRun> countRuns(llvm::ArrayRef<RunSpec> Specs,
                                  FeatureCounter &Counter);

} // namespace toscount

#endif // TOSCOUNT_PREDICTION_RUNFEATURES_H
