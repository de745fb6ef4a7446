//===- RunProfile.h - what a profile says of its runs ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The parts of a profile that FitRuns writes: where the runs are from, the
/// range of every feature, families with their coefficients and scores, the
/// usual baselines, intervals.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_CALIBRATION_RUNPROFILE_H
#define TOSCOUNT_LIB_CALIBRATION_RUNPROFILE_H

#include "RunCandidates.h"

namespace toscount {

/// Name, device, meter, ranges and digest of \p Records, counted as \p Data.
void describeRuns(llvm::ArrayRef<RunRecord> Records, const Dataset &Data,
                  const RunFitOptions &Options, Profile &P);

ProfileScores profileScores(const ScoredFamily &S, unsigned Folds);

/// \p Coefficients that are not 0, under the names that features have.
ProfileFamily profileFamily(llvm::ArrayRef<Coefficient> Coefficients,
                            llvm::StringRef Name, FamilyRole Role,
                            FamilyKind Kind, llvm::StringRef Unit);

/// What is usually done instead: polynomials of one figure, fitted to relative
/// errors. Appends them to \p Scores and the profile.
void addBaselines(const Dataset &Data, llvm::ArrayRef<unsigned> FoldOf,
                  unsigned Folds, std::vector<ScoredFamily> &Scores,
                  Profile &P);

/// Intervals of \p C, whose predictions by other groups are \p Cross, at every
/// level that the groups support, in range and beyond it.
llvm::Error addIntervals(const RunCandidate &C, const CrossPredictions &Cross,
                         const Dataset &Data, Profile &P);

} // namespace toscount

#endif // TOSCOUNT_LIB_CALIBRATION_RUNPROFILE_H
