//===- RunCandidates.h - families tried on measured runs ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What FitRuns chooses from: forms of model over the features of counted runs,
/// how well each predicts architectures that it has not seen, and the choice.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_CALIBRATION_RUNCANDIDATES_H
#define TOSCOUNT_LIB_CALIBRATION_RUNCANDIDATES_H

#include "toscount/Calibration/FitRuns.h"
#include "toscount/Calibration/Roofline.h"

namespace toscount {

struct RunCandidate {
  const FeatureSet *Set = nullptr;
  std::unique_ptr<Family> Form;
  /// The columns that it is fitted to, of the data's.
  std::vector<size_t> Columns;
  bool Sessions = false;

  [[nodiscard]] FamilyKind kind() const {
    return Set->Roofline ? FamilyKind::Roofline : FamilyKind::Linear;
  }
};

/// Predictions for each row by fits that had not seen its group.
struct CrossPredictions {
  std::vector<double> Known;   ///< With the factor of its session.
  std::vector<double> Unknown; ///< As of a session that nothing is known of.
  std::vector<double> Seconds; ///< Of rooflines that know times; or empty.
};

/// What runs of \p Model's sessions were on the average of groups.
double unknownFactor(const FittedModel &Model, const Dataset &Data);

/// Candidates over the counted runs \p Data, whose ids are those of \p Runs.
std::vector<RunCandidate>
makeCandidates(const Dataset &Data, std::shared_ptr<const RooflineRuns> Runs,
               const RunFitOptions &Options);

/// The sum of features \p Set fitted to \p Data.
LinearOptions linearOptions(const Dataset &Data, const FeatureSet &Set,
                            bool Sessions);

/// How fits to the other folds predict each row.
llvm::Expected<CrossPredictions> crossPredict(const RunCandidate &C,
                                              const Dataset &Data,
                                              llvm::ArrayRef<unsigned> FoldOf);

/// Fills what \p S says of its errors, or why it failed.
void scorePredictions(ScoredFamily &S, const Dataset &Data,
                      llvm::ArrayRef<double> Predicted);

/// Scores every candidate, several at a time.
std::vector<ScoredFamily>
scoreCandidates(llvm::ArrayRef<RunCandidate> Candidates, const Dataset &Data,
                llvm::ArrayRef<unsigned> FoldOf,
                std::vector<CrossPredictions> &Cross);

/// Of the candidates within one standard error of the best, that with the
/// fewest coefficients (of equals the better); nothing when all failed.
std::optional<size_t> chooseCandidate(llvm::ArrayRef<ScoredFamily> Scores);

/// Predictions of \p Out by \p C fitted to \p Known.
llvm::Expected<CrossPredictions>
predictOthers(const RunCandidate &C, const Dataset &Known, const Dataset &Out);

} // namespace toscount

#endif // TOSCOUNT_LIB_CALIBRATION_RUNCANDIDATES_H
