//===- LearningCurve.h - accuracy by epoch, and when training ends --------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// acc(epoch) = a - b (epoch + 1)^-c, fitted to all sizes of a family at once:
/// a, b and c are linear in the logarithm of the size. From it follows the
/// epoch at which each stopping criterion ends training.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_CALIBRATION_LEARNINGCURVE_H
#define TOSCOUNT_CALIBRATION_LEARNINGCURVE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace toscount {

struct AccuracyPoint {
  double Size = 1;     ///< Above 0.
  double Epoch = 1;    ///< Epochs trained; above 0.
  double Accuracy = 0; ///< 0 to 1.
};

struct LearningCurve {
  /// Of the sizes it was fitted to; equal when the size plays no part.
  double LeastLogSize = 0, MostLogSize = 0;
  /// a, b and c at the least and at the most size, within 0..1, 0..1.5 and
  /// 0.01..5. Between and beyond them linear in log(size), kept within bounds.
  std::array<double, 2> A{}, B{}, C{};
  /// 1.4826 times the median of absolute residuals.
  double Spread = 0;
  size_t Points = 0;

  [[nodiscard]] double accuracy(double Size, double Epoch) const;
  /// The first whole epoch that reaches \p Target; absent where the curve never
  /// does.
  [[nodiscard]] std::optional<double> epochsTo(double Size,
                                               double Target) const;
};

/// Robust least squares (Huber), from several starts. With fewer than 8 points,
/// or one size, the size plays no part. Refuses fewer than 4 points or 3
/// distinct epochs, and values out of range. Opens the solver module.
llvm::Expected<LearningCurve>
fitLearningCurve(llvm::ArrayRef<AccuracyPoint> Points);

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

struct ObservedStop {
  double Size = 1;
  double Epochs = 1;
};

/// The deviation of noise under which the median simulated stops come nearest
/// to \p Stops, by the mean absolute logarithm of their ratio; of the curve's
/// spread without any.
double fitStoppingNoise(const LearningCurve &Curve,
                        llvm::ArrayRef<ObservedStop> Stops,
                        EarlyStopping Options);

} // namespace toscount

#endif // TOSCOUNT_CALIBRATION_LEARNINGCURVE_H
