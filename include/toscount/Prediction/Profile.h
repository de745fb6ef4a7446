//===- Profile.h - calibrated hardware ------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What a calibration found of one device and meter: families with their
/// coefficients, the range of every feature it has seen, how good predictions
/// were where they could be checked, and where the data came from. JSON, schema
/// `toscount.profile/1`, or `/2` when it has
/// operators, a roofline or an interval by size. Reading one needs no
/// calibration library; a profile is untrusted input, and read strictly: fields
/// that are not known, numbers that are not finite and negative coefficients of
/// linear families are refused.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_PREDICTION_PROFILE_H
#define TOSCOUNT_PREDICTION_PROFILE_H

#include "toscount/Prediction/RunFeatures.h"

#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace toscount {

struct ProfileCoefficient {
  /// Linear: a feature. Polynomial: "1", "x", "x^2"... Roofline: a feature, a
  /// term of a kernel ("kernel.launch"), or "static_power".
  std::string Name;
  double Value = 0;
  std::optional<double> StandardError;
  std::string Unit; ///< "J/TO"; of the response a unit of the feature.
};

/// What a family is for.
enum class FamilyRole : uint8_t {
  Energy,   ///< Predicts. A profile has exactly one.
  Time,     ///< Seconds; at most one.
  Baseline, ///< Energy, by a simpler method, for comparison.
};
llvm::StringRef name(FamilyRole Role); ///< "energy", "time", "baseline"

enum class FamilyKind : uint8_t {
  Linear,     ///< sum of coefficient * feature; coefficients >= 0.
  Polynomial, ///< sum of coefficient * x^i of one feature x.
  /// static_power * sum over kernels of the slowest of launch, arithmetic and
  /// traffic (KernelSet::slowest) + sum of coefficient * feature; all >= 0.
  /// Without static_power it is 1: kernels are priced, not timed.
  Roofline,
};
/// "linear", "polynomial", "roofline"
llvm::StringRef name(FamilyKind Kind);

/// Errors of predictions for architectures that were not in the fit.
struct ProfileScores {
  std::string Method; ///< "10-fold by group"
  std::optional<double> MapePercent, MedianApePercent, P95ApePercent,
      BiasPercent, Spearman;
  std::optional<double> N;
};

struct ProfileFamily {
  std::string Name; ///< "physical", "flops", "parameters"
  FamilyRole Role = FamilyRole::Energy;
  FamilyKind Kind = FamilyKind::Linear;
  std::string Unit; ///< Of what it predicts; "s" for time.
  /// Polynomial: the feature that x is, of the whole run. Its unit is the
  /// feature's.
  std::optional<Feature> X;
  std::vector<ProfileCoefficient> Coefficients;
  std::vector<ProfileScores> Scores;
  std::vector<std::string> Notes;

  /// What it predicts for \p Features, session factors left out.
  [[nodiscard]] double predict(const FeatureVector &Features) const;
  /// It depends on \p F: on a feature of that name, or a kernel's term that
  /// the feature is the sum of.
  [[nodiscard]] bool uses(Feature F) const;
  /// What it predicts is the sum of what it predicts for parts of a run.
  [[nodiscard]] bool addsUp() const { return Kind != FamilyKind::Polynomial; }
};

/// What measurements of one session were, times the usual.
struct SessionFactor {
  std::string Session;
  double Factor = 1; ///< Above 0.
};

/// The least and the largest value of a feature in the calibrating runs.
struct FeatureRange {
  Feature Id = Feature::Run;
  double Least = 0, Most = 0;
};

/// Of a run with \p Values, one a feature: what ranges of \p Id are of.
/// \p PerStep: its value a training step.
double rangedValue(llvm::ArrayRef<double> Values, Feature Id, bool PerStep);

/// At confidence Level (0 to 1) the measured value lies between E * exp(-w) and
/// E * exp(w), E being the prediction.
struct IntervalWidth {
  double Level = 0;
  double Inside = 0; ///< w where every feature is in its range,
  double Beyond = 0; ///< and elsewhere; not less than Inside.
  /// w where every feature is in its range and the session is known.
  std::optional<double> KnownSession;

  /// The same for predictions of some size.
  struct Sized {
    std::optional<double> UpTo; ///< The largest prediction; absent: any.
    double Inside = 0;
    std::optional<double> KnownSession;
  };
  /// By ascending size, the last for any; empty: errors were not told apart by
  /// size.
  std::vector<Sized> BySize;

  /// w for a prediction of \p Energy.
  [[nodiscard]] double width(double Energy, bool OutOfRange,
                             bool SessionIsKnown) const;
};

struct Profile {
  std::string Name; ///< "rtx6000"
  std::string Hardware, Meter, Boundary;
  std::string Unit; ///< Of energy: "J", "W samples".
  ElementType Dtype = ElementType::Float32;
  RunPart Part = RunPart::Whole; ///< What was measured.
  std::string Source, License, DataDigest;
  /// Of the layers in the calibrating runs ("Conv", "Relu"), by name; empty:
  /// not said.
  std::vector<std::string> Operators;
  bool Estimated = false;      ///< The energies it is fitted to are estimates.
  double Runs = 0, Groups = 0; ///< How many it is fitted to; 0: not said.
  std::vector<ProfileFamily> Families;
  std::vector<SessionFactor> Sessions;
  double UnknownSession = 1; ///< The factor of any other session, or of none.
  std::vector<FeatureRange> Ranges;
  /// Ranges are of a training step: the calibrating runs were windows cut from
  /// trainings, and how long they were means nothing.
  bool RangesPerStep = false;
  std::vector<IntervalWidth> Intervals; ///< By ascending level.
  std::vector<std::string> Notes;

  /// The family that predicts energy.
  [[nodiscard]] const ProfileFamily &energy() const;
  /// The family that predicts time, or null.
  [[nodiscard]] const ProfileFamily *time() const;
  /// Factor of \p Session; nothing when it is not one of Sessions.
  [[nodiscard]] std::optional<double>
  sessionFactor(llvm::StringRef Session) const;
};

/// The profile in \p Text. Errors begin with \p Path and name the field.
llvm::Expected<Profile> parseProfile(llvm::StringRef Text,
                                     llvm::StringRef Path);

/// The profile in the file \p Path, of at most 16 MiB.
llvm::Expected<Profile> readProfile(llvm::StringRef Path);

/// Why \p P is no profile that could be read back; success when it can.
llvm::Error checkProfile(const Profile &P);

/// Writes \p P as JSON, the same text for the same profile.
void writeProfile(llvm::raw_ostream &OS, const Profile &P);

} // namespace toscount

#endif // TOSCOUNT_PREDICTION_PROFILE_H
