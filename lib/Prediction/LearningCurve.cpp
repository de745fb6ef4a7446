//===- LearningCurve.cpp - accuracy by epoch, and when training ends ------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/LearningCurve.h"

#include "toscount/Support/Random.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace toscount {
namespace {

struct Coefficients {
  double A, B, C;
};

double between(const std::array<double, 2> &Ends, double Share,
               const CurveBounds &B) {
  return std::clamp(Ends[0] + Share * (Ends[1] - Ends[0]), B.Lower, B.Upper);
}

Coefficients at(const LearningCurve &Curve, double Size) {
  double Share = Curve.shareOf(Size);
  return {between(Curve.A, Share, BoundsA), between(Curve.B, Share, BoundsB),
          between(Curve.C, Share, BoundsC)};
}

double normal(Random &R) {
  const double TwoPi = 6.283185307179586;
  double U = 1 - R.uniform(); // Not 0.
  return std::sqrt(-2 * std::log(U)) * std::cos(TwoPi * R.uniform());
}

} // namespace

double LearningCurve::shareOf(double Size) const {
  double Reach = MostLogSize - LeastLogSize;
  return Reach > 0 ? (std::log(Size) - LeastLogSize) / Reach : 0;
}

double LearningCurve::accuracy(double Size, double Epoch) const {
  Coefficients K = at(*this, Size);
  return std::clamp(K.A - K.B * std::pow(Epoch + 1, -K.C), 0.0, 1.0);
}

std::optional<double> LearningCurve::epochsTo(double Size,
                                              double Target) const {
  Coefficients K = at(*this, Size);
  if (K.A <= Target)
    return std::nullopt;
  double Epoch = std::pow(K.B / (K.A - Target), 1 / K.C) - 1;
  if (!std::isfinite(Epoch) || Epoch > 1e9)
    return std::nullopt;
  return std::max(1.0, std::ceil(Epoch - 1e-9));
}

std::vector<double> simulateEarlyStops(const LearningCurve &Curve, double Size,
                                       double Noise,
                                       const EarlyStopping &Options) {
  std::vector<double> Expected;
  for (unsigned Epoch = 1; Epoch <= Options.MostEpochs; ++Epoch)
    Expected.push_back(Curve.accuracy(Size, Epoch));
  Random R(Options.Seed);
  std::vector<double> Stops;
  for (unsigned Path = 0; Path < Options.Paths; ++Path) {
    double Best = -std::numeric_limits<double>::infinity();
    unsigned Waited = 0;
    size_t Epoch = 0;
    while (Epoch < Expected.size() && Waited < Options.Patience) {
      double Seen = Expected[Epoch++] + Noise * normal(R);
      Waited = Seen > Best ? 0 : Waited + 1;
      Best = std::max(Best, Seen);
    }
    Stops.push_back(static_cast<double>(Epoch));
  }
  std::sort(Stops.begin(), Stops.end());
  return Stops;
}

} // namespace toscount
