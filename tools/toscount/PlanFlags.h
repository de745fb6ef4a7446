//===- PlanFlags.h - flags of a training run and its energy ---------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What commands that weigh several models take: the run, the same for all,
/// and the profile that predicts it. Both may be left out.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TOOLS_PLANFLAGS_H
#define TOSCOUNT_TOOLS_PLANFLAGS_H

#include "AccuracyFlags.h"

#include "toscount/Prediction/Candidate.h"

namespace toscount::tool {

class PlanFlags {
public:
  /// With \p Accuracy also those of learning curves and of what ends training.
  void add(CLI::App &App, bool Accuracy = false);

  /// The run, without its batch; throws UsageError for values that make no
  /// sense, and for flags that need a profile where there is none. \p Measured:
  /// the run is trained, not predicted; without samples on all that there are.
  [[nodiscard]] TrainingPlan plan(bool Measured = false) const;
  [[nodiscard]] bool givesValidation() const {
    return ValidationGiven->count() != 0;
  }
  [[nodiscard]] bool hasProfile() const { return !ProfileNames.empty(); }
  /// Throws UsageError when a run that is predicted lacks its size.
  void checkComplete(const TrainingPlan &Plan) const;

  /// Reads the profile, if one is named, into \p Of, and how energies become
  /// emissions into \p Options, which refers to further profiles and to
  /// learning curves that stay here. Errors: an unknown profile or location;
  /// flags of emissions with a profile that is not of joules; profiles of
  /// different hardware, meters or units.
  llvm::Error load(std::optional<Profile> &Of, CandidateOptions &Options);
  /// "World, 2024"; empty for an intensity of the user's own.
  [[nodiscard]] const std::string &grid() const { return Grid; }

private:
  std::vector<std::string> ProfileNames;
  std::vector<Profile> More;
  std::string Session, Location, Grid;
  std::optional<AccuracyFlags> Accuracy;
  int64_t Samples = 0, ValidationSamples = 0, Epochs = 1;
  double Level = 0.9, Pue = 1, Intensity = 0;
  CLI::Option *SamplesGiven = nullptr, *ValidationGiven = nullptr,
              *EpochsGiven = nullptr, *IntensityGiven = nullptr;
  std::vector<CLI::Option *> NeedProfile;
};

} // namespace toscount::tool

#endif // TOSCOUNT_TOOLS_PLANFLAGS_H
