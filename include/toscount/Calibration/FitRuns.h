//===- FitRuns.h - from measured runs to a profile ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Counts the models of measured runs, fits candidate families of energy
/// models to the counts, chooses one by cross-validation that leaves out whole
/// architectures, and writes what it found into a profile: coefficients,
/// scores, baselines, intervals, ranges.
///
/// Every candidate is a sum of non-negative prices times features
/// (Prediction/Features.h) or a roofline (Calibration/Roofline.h), fitted to
/// the logarithm of the relative error by a robust loss, with or without a
/// factor a session.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_CALIBRATION_FITRUNS_H
#define TOSCOUNT_CALIBRATION_FITRUNS_H

#include "toscount/Calibration/Linear.h"
#include "toscount/Calibration/Selection.h"
#include "toscount/Calibration/Uncertainty.h"
#include "toscount/Prediction/Profile.h"
#include "toscount/Prediction/RunFeatures.h"
#include "toscount/Records/RunRecord.h"

namespace toscount {

/// Columns of a candidate, and the physics that they stand for.
struct FeatureSet {
  llvm::StringLiteral Name;
  llvm::StringLiteral Doc;
  llvm::ArrayRef<Feature> Columns;
  bool Roofline = false; ///< Else their sum.
};
/// From the simplest to the most detailed.
llvm::ArrayRef<FeatureSet> featureSets();
/// The set called \p Name; an error with the nearest spelling.
llvm::Expected<const FeatureSet *> findFeatureSet(llvm::StringRef Name);

enum class SessionUse : uint8_t {
  Auto, ///< When cross-validation is better with them.
  Always,
  Never,
};

struct RunFitOptions {
  std::string Name; ///< Of the profile.
  std::string Source, License;
  std::vector<const FeatureSet *> Sets; ///< Empty: all.
  SessionUse Sessions = SessionUse::Auto;
  unsigned Folds = 10;
  unsigned Replicates = 100; ///< Of the bootstrap; 0: no standard errors.
  uint64_t Seed = 1;
  /// Chooses anew in each outer fold, so that the choice is judged too.
  bool Nested = false;
  bool Learning = false; ///< Fits to fewer architectures as well.
  /// The runs are windows cut from trainings: they begin when everything is
  /// ready, and are about equally long. A price a run would explain much of
  /// their energy and nothing of a longer run's: none is fitted, and ranges are
  /// those of a training step.
  bool Windows = false;
};

/// A candidate, scored by groups that its fits had not seen.
struct ScoredFamily {
  std::string Name;
  size_t Coefficients = 0;
  std::string Failed; ///< Why it could not be fitted; empty: it was.
  ErrorSummary Errors;
  /// Mean over groups, and its standard error.
  double ScorePercent = 0, StandardErrorPercent = 0;
  bool Sessions = false;
  bool Baseline = false;
};

/// A run, predicted by fits that had not seen its architecture.
struct PredictedRun {
  std::string File;
  int64_t Line = 0;
  std::string Model, Group, Session;
  double Measured = 0, Predicted = 0;
  /// The interval at Level, from the other architectures' errors; absent when
  /// there are too few.
  std::optional<double> Low, High;
  double Level = 0;
};

/// The choice among all candidates as it does on architectures that neither
/// choice, fit nor interval has seen.
struct NestedScore {
  ErrorSummary Errors;
  /// The mean over architectures, as candidates are judged.
  double ScorePercent = 0, StandardErrorPercent = 0;
  /// What was chosen in the outer folds, and in how many.
  std::vector<std::pair<std::string, unsigned>> Chosen;
};

/// The error when only so many architectures are measured.
struct LearningPoint {
  size_t Groups = 0; ///< In each fit.
  size_t Runs = 0;   ///< On the average.
  double MapePercent = 0, MedianApePercent = 0;
  size_t Fits = 0; ///< That it is the mean of.
};

struct RunFit {
  Profile Found;
  std::vector<ScoredFamily> Candidates; ///< As tried; the baselines last.
  size_t Chosen = 0;
  unsigned Folds = 0;
  size_t Groups = 0;
  /// Of 90 % intervals, in an outer cross-validation; absent when groups are
  /// too few.
  std::optional<Coverage> Outer;
  std::vector<PredictedRun> Rows; ///< One a run, as they were given.
  std::optional<NestedScore> Nested;
  std::vector<LearningPoint> Learning; ///< By ascending number.
};

/// Fits \p Records, which have to be of one device, meter, boundary, unit and
/// part of a run. Errors name the record, or what is missing: fewer groups than
/// coefficients, energies that are not above 0, models that can't be counted.
llvm::Expected<RunFit> fitRuns(llvm::ArrayRef<RunRecord> Records,
                               const OpRegistry &Registry,
                               const RunFitOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_CALIBRATION_FITRUNS_H
