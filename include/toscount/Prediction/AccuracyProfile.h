//===- AccuracyProfile.h - accuracy before training -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Learning curves of families of networks: what accuracy a network that nobody
/// has trained reaches after some epochs, and when a stopping criterion ends
/// its training, with intervals from sizes that no fit had seen. JSON, schema
/// `toscount.accuracy/1`. Nothing is said of networks outside those families,
/// of sizes outside those fitted, and of data sets of another size.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_PREDICTION_ACCURACYPROFILE_H
#define TOSCOUNT_PREDICTION_ACCURACYPROFILE_H

#include "toscount/Prediction/LearningCurve.h"
#include "toscount/Prediction/RunFeatures.h"

#include "llvm/Support/raw_ostream.h"

#include <map>
#include <string>

namespace toscount {

/// Networks of the zoo that differ in their size alone, trained on one data
/// set.
struct AccuracyFamily {
  std::string Network; ///< "lenet"
  /// Parameters that are not at their default: "data" is "cifar10".
  std::map<std::string, std::string> Parameters;
  std::string Size = "scale"; ///< The parameter that is the size.
  LearningCurve Curve;
  /// Of the noise under which early stopping ended where it did; absent when no
  /// run ended so.
  std::optional<double> StoppingNoise;
  double MostEpochs = 0;          ///< Of any training that was fitted.
  int64_t Samples = 0, Batch = 0; ///< Of those trainings.
  std::string Optimizer;
};

/// What ends training.
struct StopRule {
  enum class What : uint8_t {
    Epochs,   ///< The plan's number.
    Accuracy, ///< Validation accuracy of Value.
    Patience, ///< Value epochs without a better accuracy.
    Energy,   ///< Value, in the profile's unit, spent at the end of an epoch.
  };
  What Of = What::Epochs;
  double Value = 0;
};
llvm::StringRef name(StopRule::What W); ///< "epochs", "accuracy"...

/// Of sizes left out, at confidence Level (0 to 1): accuracies lie within Width
/// of the curve; the logarithms of stopping epochs within Width of theirs.
struct AccuracyInterval {
  double Level = 0, Width = 0;
};

struct AccuracyProfile {
  std::string Name, Source;
  std::vector<AccuracyFamily> Families;
  std::vector<AccuracyInterval> Accuracy; ///< By ascending level.
  std::map<std::string, std::vector<AccuracyInterval>> Stops; ///< By name.
};

/// The profile in \p Text. Errors begin with \p Path and name the field.
llvm::Expected<AccuracyProfile> parseAccuracyProfile(llvm::StringRef Text,
                                                     llvm::StringRef Path);

/// The profile in the file \p NameOrPath, or the one of that name that ships.
llvm::Expected<AccuracyProfile> loadAccuracyProfile(llvm::StringRef NameOrPath);

/// Every one that ships, by name. Errors: one of them can't be read.
llvm::Expected<std::vector<AccuracyProfile>> shippedAccuracyProfiles();

/// Writes \p P as JSON, the same text for the same profile.
void writeAccuracyProfile(llvm::raw_ostream &OS, const AccuracyProfile &P);

/// A model and the family it belongs to.
struct FamilyMember {
  const AccuracyProfile *Of = nullptr;
  const AccuracyFamily *Family = nullptr;
  double Size = 0;
};

/// Where the model of \p Spec belongs. Absent: nowhere; \p Why then says why,
/// unless no family has its network at all.
std::optional<FamilyMember> findFamily(llvm::ArrayRef<AccuracyProfile> Profiles,
                                       const RunSpec &Spec, std::string &Why);

/// A figure with its interval, where the profile has one of that level or, if
/// not, of a lower one.
struct PredictedFigure {
  double Value = 0;
  std::optional<double> Low, High;
  double Level = 0;
};

/// Accuracy of \p M after \p Epochs.
PredictedFigure predictAccuracy(const FamilyMember &M, double Epochs,
                                double Level);

/// The epoch, at most \p MostEpochs, at which \p Rule ends the training of
/// \p M: Accuracy or Patience. Absent: the curve never gets there, or no run of
/// the family ended so.
std::optional<PredictedFigure> predictStop(const FamilyMember &M,
                                           const StopRule &Rule,
                                           double MostEpochs, double Level);

} // namespace toscount

#endif // TOSCOUNT_PREDICTION_ACCURACYPROFILE_H
