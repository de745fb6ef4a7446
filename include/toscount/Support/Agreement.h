//===- Agreement.h - two ways to measure the same -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// How far two meters agree that saw the same runs (Bland and Altman 1986,
/// Lancet 327, 307-310; their limits of agreement).
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_SUPPORT_AGREEMENT_H
#define TOSCOUNT_SUPPORT_AGREEMENT_H

#include "llvm/ADT/ArrayRef.h"

#include <optional>

namespace toscount {

struct Agreement {
  size_t N = 0;
  double Bias = 0;   ///< Mean of A - B, in their unit.
  double Spread = 0; ///< Standard deviation (n - 1) of A - B.
  /// Bias -/+ 1.96 Spread: where 95 % of differences lie when they are normal.
  double LowerLimit = 0;
  double UpperLimit = 0;
  /// Half the 95 % confidence interval of the bias, and of each limit (whose
  /// variance is 3 Spread^2 / n, as the source approximates it).
  double BiasReach = 0, LimitReach = 0;
  /// The same of ln(A / B), as percentages of B: for what grows with the size
  /// of the run. Absent unless all values are above 0.
  struct Ratio {
    double BiasPercent = 0;
    double LowerLimitPercent = 0, UpperLimitPercent = 0;
  };
  std::optional<Ratio> Relative;
  std::optional<double> Correlation, Spearman; ///< Absent for constants.
};

/// \p A and \p B in pairs: their sizes agree. Absent for fewer than two pairs.
std::optional<Agreement> agreement(llvm::ArrayRef<double> A,
                                   llvm::ArrayRef<double> B);

} // namespace toscount

#endif // TOSCOUNT_SUPPORT_AGREEMENT_H
