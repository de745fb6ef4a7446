//===- Residual.h - errors of a prediction, and their derivatives ---------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_CALIBRATION_RESIDUAL_H
#define TOSCOUNT_LIB_CALIBRATION_RESIDUAL_H

#include "toscount/Calibration/Family.h"

#include <cmath>

namespace toscount {

/// The error of \p Predicted and its derivative by it; false where there is
/// none (the logarithm of nothing).
inline bool errorOf(ErrorScale Scale, double Predicted, double Measured,
                    double &Error, double &Slope) {
  switch (Scale) {
  case ErrorScale::Absolute:
    Error = Predicted - Measured;
    Slope = 1;
    return true;
  case ErrorScale::Relative:
    Error = (Predicted - Measured) / Measured;
    Slope = 1 / Measured;
    return true;
  case ErrorScale::Log:
    if (!(Predicted > 0))
      return false;
    Error = std::log(Predicted / Measured);
    Slope = 1 / Predicted;
    return true;
  }
  return false;
}

} // namespace toscount

#endif // TOSCOUNT_LIB_CALIBRATION_RESIDUAL_H
