//===- GaussianProcess.h - a guess at a function from a few values --------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Gaussian process regression (Rasmussen and Williams, Gaussian Processes for
/// Machine Learning, 2006, algorithm 2.1): given a function's values at some
/// points, its mean and deviation everywhere else. The covariance is Matern's
/// of smoothness 5/2 with one length for all coordinates, plus noise at the
/// points.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_SEARCH_GAUSSIANPROCESS_H
#define TOSCOUNT_SEARCH_GAUSSIANPROCESS_H

#include "llvm/ADT/ArrayRef.h"

#include <optional>
#include <vector>

namespace toscount {

/// What the covariance depends on, in the coordinates' own unit.
struct KernelParameters {
  double Length = 1;  ///< Distance over which values are alike.
  double Noise = 0.1; ///< Variance of the noise over that of the function.
};

/// The bounds within which KernelParameters are looked for. Coordinates are
/// meant to be scaled to a deviation of about 1.
inline constexpr KernelParameters LeastKernel = {0.2, 1e-4};
inline constexpr KernelParameters MostKernel = {20, 2};

class GaussianProcess {
public:
  struct Guess {
    double Mean = 0;
    double Deviation = 0; ///< Of the function itself, without noise.
  };

  /// Conditions on \p Values at \p Points, all of one dimension; at least one.
  /// Without \p Fixed, the parameters are those of the highest marginal
  /// likelihood within the bounds; the function's mean and variance are
  /// estimated in any case.
  GaussianProcess(llvm::ArrayRef<std::vector<double>> Points,
                  llvm::ArrayRef<double> Values,
                  std::optional<KernelParameters> Fixed = std::nullopt);

  [[nodiscard]] Guess at(llvm::ArrayRef<double> Point) const;
  [[nodiscard]] const KernelParameters &parameters() const { return Kernel; }
  /// Logarithm of the marginal likelihood; higher is better.
  [[nodiscard]] double logLikelihood() const { return Likelihood; }

private:
  struct Fit;
  [[nodiscard]] Fit fit(const KernelParameters &K) const;
  void keep(const KernelParameters &K);
  void search();

  std::vector<std::vector<double>> Points;
  std::vector<double> Values;
  std::vector<double> Distances; ///< Row by row, between points.
  KernelParameters Kernel;
  double Mean = 0, Variance = 0, Likelihood = 0;
  std::vector<double> Weights; ///< Of the points in the mean.
  std::vector<double> Factor;  ///< Cholesky's, column by column.
};

} // namespace toscount

#endif // TOSCOUNT_SEARCH_GAUSSIANPROCESS_H
