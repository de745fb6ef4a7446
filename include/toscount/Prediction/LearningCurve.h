//===- LearningCurve.h - accuracy by epoch, and when training ends --------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// acc(epoch) = a - b (epoch + 1)^-c of all sizes of a family: a, b and c are
/// linear in the logarithm of the size. From it follows the epoch at which each
/// stopping criterion ends training.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_PREDICTION_LEARNINGCURVE_H
#define TOSCOUNT_PREDICTION_LEARNINGCURVE_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace toscount {

/// Within which a, b and c lie.
struct CurveBounds {
  double Lower, Upper;
};
inline constexpr CurveBounds BoundsA = {0, 1};
inline constexpr CurveBounds BoundsB = {0, 1.5};
inline constexpr CurveBounds BoundsC = {0.01, 5};

struct LearningCurve {
  /// Of the sizes it was fitted to; equal when the size plays no part.
  double LeastLogSize = 0, MostLogSize = 0;
  /// a, b and c at the least and at the most size, within 0..1, 0..1.5 and
  /// 0.01..5. Between and beyond them linear in log(size), kept within bounds.
  std::array<double, 2> A{}, B{}, C{};
  /// 1.4826 times the median of absolute residuals.
  double Spread = 0;
  size_t Points = 0;

  /// How far log(\p Size) is on the way from the least to the most.
  [[nodiscard]] double shareOf(double Size) const;
  [[nodiscard]] double accuracy(double Size, double Epoch) const;
  /// The first whole epoch that reaches \p Target; absent where the curve never
  /// does.
  [[nodiscard]] std::optional<double> epochsTo(double Size,
                                               double Target) const;
};

struct EarlyStopping {
  unsigned Patience = 3; ///< Epochs without a new best accuracy.
  unsigned MostEpochs = 500;
  unsigned Paths = 200; ///< Simulated trainings.
  uint64_t Seed = 1;
};

/// Epochs at which simulated trainings stopped, sorted: the curve plus
/// independent normal noise of deviation \p Noise in every epoch. A curve alone
/// only rises and never stops early.
std::vector<double> simulateEarlyStops(const LearningCurve &Curve, double Size,
                                       double Noise,
                                       const EarlyStopping &Options);

} // namespace toscount

#endif // TOSCOUNT_PREDICTION_LEARNINGCURVE_H
