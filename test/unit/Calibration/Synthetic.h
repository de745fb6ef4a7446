//===- Synthetic.h - data whose truth is known ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TEST_UNIT_CALIBRATION_SYNTHETIC_H
#define TOSCOUNT_TEST_UNIT_CALIBRATION_SYNTHETIC_H

#include "toscount/Calibration/Dataset.h"
#include "toscount/Support/Random.h"

#include <cmath>

namespace toscount {

/// A normal number, by Box and Muller.
inline double normal(Random &R) {
  double U = 1 - R.uniform();
  return std::sqrt(-2 * std::log(U)) *
         std::cos(6.283185307179586 * R.uniform());
}

/// From \p Low to \p High, uniform in the logarithm.
inline double logUniform(Random &R, double Low, double High) {
  return Low * std::exp(R.uniform() * std::log(High / Low));
}

/// Networks of very different size: E = 20 J + 2e-3 J/kernel kernels
/// + 3e-12 J/TO TOs, each measured \p Repeats times with a relative deviation
/// of \p Noise, the fraction \p Outliers of them up to three times too high.
inline Dataset networks(Random &R, size_t Groups, size_t Repeats, double Noise,
                        double Outliers = 0) {
  Dataset D;
  D.Columns = {{"run", ""}, {"kernels", "kernel"}, {"tos", "TO"}};
  D.Response = {"energy", "J"};
  for (size_t G = 0; G < Groups; ++G) {
    double Kernels = std::round(logUniform(R, 1e3, 1e6));
    double Tos = logUniform(R, 1e12, 1e15);
    for (size_t Repeat = 0; Repeat < Repeats; ++Repeat) {
      double E = 20 + 2e-3 * Kernels + 3e-12 * Tos;
      E *= std::exp(Noise * normal(R));
      if (R.uniform() < Outliers)
        E *= 1 + 2 * R.uniform();
      D.X.insert(D.X.end(), {1, Kernels, Tos});
      D.Y.push_back(E);
      D.Group.push_back("net" + std::to_string(G));
    }
  }
  return D;
}

} // namespace toscount

#endif // TOSCOUNT_TEST_UNIT_CALIBRATION_SYNTHETIC_H
