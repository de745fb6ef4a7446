//===- Predict.h - energy of a run before it is run -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Applies a profile to the features of a run: energy with its interval, time,
/// what part phases and layers have in it, and how far beyond what was
/// calibrated it lies.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_PREDICTION_PREDICT_H
#define TOSCOUNT_PREDICTION_PREDICT_H

#include "toscount/Prediction/Profile.h"

namespace toscount {

/// A feature outside the range that was calibrated.
struct Extrapolation {
  Feature Id = Feature::Run;
  double Value = 0, Least = 0, Most = 0;
  /// Value / Most above the range, Least / Value below it; infinite when it
  /// was 0 in every run (or is 0 here). At least 1.02: runs end somewhere.
  double Factor = 1;
  bool Used = false;    ///< The energy depends on it.
  bool PerStep = false; ///< The values are those of a training step.
};

/// What a layer or a phase has in the energy.
struct EnergyShare {
  std::string Name, Op;
  bool Estimate = false;
  double Energy = 0;
  std::array<double, NumPhases> Phases{}; ///< Of layers.
};

struct Prediction {
  double Energy = 0;
  std::string Unit;
  /// Absent when the profile has no intervals.
  std::optional<double> Low, High;
  double Level = 0;
  std::optional<double> Seconds;
  std::optional<double> KnownSessionFactor; ///< Of a session that was named.
  /// "forward", "loss", "backward", "update", "validation", "overhead": in this
  /// order, those that are not 0. Absent (empty) for polynomials, which do not
  /// add up.
  std::vector<EnergyShare> Phases;
  std::vector<EnergyShare> Layers; ///< In execution order; or empty.
  std::vector<Extrapolation> Beyond;
  std::vector<std::string> Notes;

  /// A feature that the energy depends on, or work of a kind that was in no
  /// run, lies outside what was calibrated: intervals are wider.
  [[nodiscard]] bool isBeyond() const;
  /// The layers with energy, the largest first.
  [[nodiscard]] std::vector<const EnergyShare *> largestLayers() const;
};

struct PredictOptions {
  double Level = 0.9; ///< Of the interval, above 0 and below 1.
  std::string Session;
  /// All energies times this: another datatype's TOs over the profile's.
  double Scale = 1;
};

/// Predicts the run of \p Features. Errors: the result is not finite or not
/// above 0.
llvm::Expected<Prediction> predictRun(const Profile &P,
                                      const RunFeatures &Features,
                                      const PredictOptions &Options);

/// The features outside their calibrated range, those that the energy depends
/// on first, the farthest first.
std::vector<Extrapolation> extrapolations(const Profile &P,
                                          const FeatureVector &Features);

} // namespace toscount

#endif // TOSCOUNT_PREDICTION_PREDICT_H
