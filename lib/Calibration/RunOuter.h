//===- RunOuter.h - fits judged from outside ------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What a fit to measured runs is worth: the choice of family repeated inside
/// outer folds, what intervals hold there, and how errors fall with the number
/// of architectures.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_CALIBRATION_RUNOUTER_H
#define TOSCOUNT_LIB_CALIBRATION_RUNOUTER_H

#include "RunCandidates.h"

namespace toscount {

/// In each outer fold one of \p Candidates is chosen by an inner
/// cross-validation, fitted and given intervals, all from the other groups.
/// Fills Nested and Outer; an error when there are too few groups.
llvm::Error judgeNested(llvm::ArrayRef<RunCandidate> Candidates,
                        const Dataset &Data, unsigned Folds, RunFit &Fit);

/// \p C fitted to an eighth of the groups outside of each fold, a quarter, half
/// and all of them; drawn by \p Seed.
std::vector<LearningPoint> learn(const RunCandidate &C, const Dataset &Data,
                                 llvm::ArrayRef<unsigned> FoldOf,
                                 uint64_t Seed);

} // namespace toscount

#endif // TOSCOUNT_LIB_CALIBRATION_RUNOUTER_H
