//===- Selection.h - which family, by leaving architectures out -----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Cross-validation that leaves out whole groups: a network is predicted by
/// fits that have not seen it, nor its repeats. A random split of rows would
/// flatter, because repeats of one network lie closer than any model does.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_CALIBRATION_SELECTION_H
#define TOSCOUNT_CALIBRATION_SELECTION_H

#include "toscount/Calibration/Family.h"
#include "toscount/Support/Statistics.h"

namespace toscount {

/// The fold of each row, from 0. Groups are ordered by a hash of their names
/// and dealt out, so that neither the order of rows nor chance matters, and
/// folds differ by one group at most. \p Folds is lowered to the number of
/// groups (leave one out).
std::vector<unsigned> groupFolds(const Dataset &Data, unsigned Folds);

/// A prediction for each row by the fit to the other folds. The error says in
/// which fold the family could not be fitted.
llvm::Expected<std::vector<double>>
crossValidate(const Family &F, const Dataset &Data,
              llvm::ArrayRef<unsigned> FoldOf);

struct CandidateScore {
  std::string Name;
  size_t Coefficients = 0;
  std::string Failed;  ///< Why it could not be fitted; empty: it was.
  ErrorSummary Errors; ///< Of the rows, each predicted by other groups.
  /// The mean over groups of their mean absolute percentage errors, and its
  /// standard error.
  double ScorePercent = 0, StandardErrorPercent = 0;
  std::vector<double> Predicted; ///< One a row.
};

struct Selection {
  std::vector<CandidateScore> Candidates; ///< In the order given.
  std::vector<unsigned> FoldOf;
  unsigned Folds = 0;
  size_t Groups = 0;
  size_t Best = 0; ///< Of the lowest score.
  /// Of the candidates within one standard error of the best one's score, that
  /// with the fewest coefficients (of equals the better).
  size_t Chosen = 0;
};

/// Scores all families by the same folds. An error when none can be fitted.
llvm::Expected<Selection> selectFamily(llvm::ArrayRef<const Family *> Families,
                                       const Dataset &Data,
                                       unsigned Folds = 10);

} // namespace toscount

#endif // TOSCOUNT_CALIBRATION_SELECTION_H
