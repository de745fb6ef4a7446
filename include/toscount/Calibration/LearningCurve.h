//===- LearningCurve.h - fitting accuracy by epoch -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Fits learning curves to all sizes of a family at once, and the noise under
/// which early stopping ends where it did.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_CALIBRATION_LEARNINGCURVE_H
#define TOSCOUNT_CALIBRATION_LEARNINGCURVE_H

#include "toscount/Prediction/LearningCurve.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

namespace toscount {

struct AccuracyPoint {
  double Size = 1;     ///< Above 0.
  double Epoch = 1;    ///< Epochs trained; above 0.
  double Accuracy = 0; ///< 0 to 1.
};

/// Robust least squares (Huber), from several starts. With fewer than 8 points,
/// or one size, the size plays no part. Refuses fewer than 4 points or 3
/// distinct epochs, and values out of range. Opens the solver module.
llvm::Expected<LearningCurve>
fitLearningCurve(llvm::ArrayRef<AccuracyPoint> Points);

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
