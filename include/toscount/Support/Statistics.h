//===- Statistics.h - figures that sum up predictions ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// How far predictions lie from measurements, the same figures wherever they
/// are printed: fits, cross-validation, evaluation.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_SUPPORT_STATISTICS_H
#define TOSCOUNT_SUPPORT_STATISTICS_H

#include "llvm/ADT/ArrayRef.h"

#include <optional>
#include <vector>

namespace toscount {

/// Sums in extended precision. Of no values: 0.
double mean(llvm::ArrayRef<double> Values);

/// The smallest value that at least the fraction \p P (0 to 1) of \p Values do
/// not exceed, interpolated linearly between neighbours (Hyndman and Fan's
/// type 7, the default of R and NumPy). NaN of no values.
double quantile(llvm::ArrayRef<double> Values, double P);
double median(llvm::ArrayRef<double> Values);

/// Sample standard deviation (n - 1); 0 of fewer than two values.
double standardDeviation(llvm::ArrayRef<double> Values);

/// Ranks from 1; equal values share the mean of theirs.
std::vector<double> ranks(llvm::ArrayRef<double> Values);

/// Pearson's correlation; absent when either side is constant.
std::optional<double> correlation(llvm::ArrayRef<double> A,
                                  llvm::ArrayRef<double> B);
/// Spearman's rank correlation: Pearson's of the ranks.
std::optional<double> spearman(llvm::ArrayRef<double> A,
                               llvm::ArrayRef<double> B);

/// How far \p Predicted lie from \p Measured. Percentages are of the measured
/// value, which must not be 0.
struct ErrorSummary {
  size_t N = 0;
  double MapePercent = 0;      ///< Mean absolute percentage error.
  double MedianApePercent = 0; ///< Its median.
  double P95ApePercent = 0;    ///< Its 95th percentile.
  /// 100 * (sum of predicted / sum of measured - 1): what is lost or invented
  /// in total, so that large runs weigh as they cost.
  double BiasPercent = 0;
  double Rmse = 0; ///< In the unit of the measurements.
  std::optional<double> Spearman;
};

/// Sizes must agree.
ErrorSummary summarizeErrors(llvm::ArrayRef<double> Predicted,
                             llvm::ArrayRef<double> Measured);

/// 1 - SSE / SST; SST is about the mean, or about zero when there is no
/// intercept. 0 when SST is 0.
double rSquared(llvm::ArrayRef<double> Residuals,
                llvm::ArrayRef<double> Measured, bool AboutMean = true);

} // namespace toscount

#endif // TOSCOUNT_SUPPORT_STATISTICS_H
