//===- LearningCurve.cpp - fitting accuracy by epoch ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/LearningCurve.h"

#include "LeastSquares.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

using namespace llvm;

namespace toscount {
namespace {

/// Residuals beyond this count linearly. A scale taken from the residuals would
/// discount the few early epochs, which say most about the curve's bend.
constexpr double LossScale = 0.02;

/// A difference of 1 in b or c between the ends weighs as a residual of this:
/// few points say how the bend depends on the size, and lines through them
/// reach too far beyond the sizes.
constexpr double Shrinkage = 0.02;

Error check(ArrayRef<AccuracyPoint> Points) {
  std::set<double> Epochs;
  for (const AccuracyPoint &P : Points) {
    if (!(P.Size > 0) || !std::isfinite(P.Size) || !(P.Epoch > 0) ||
        !std::isfinite(P.Epoch) || !(P.Accuracy >= 0 && P.Accuracy <= 1))
      return makeError("a learning curve needs sizes and epochs above 0 and "
                       "accuracies from 0 to 1");
    Epochs.insert(P.Epoch);
  }
  if (Points.size() < 4 || Epochs.size() < 3)
    return makeError("a learning curve needs 4 points at 3 different epochs; "
                     "there are " +
                     Twine(Points.size()) + " at " + Twine(Epochs.size()));
  return Error::success();
}

} // namespace

Expected<LearningCurve> fitLearningCurve(ArrayRef<AccuracyPoint> Points) {
  if (Error E = check(Points))
    return E;
  LearningCurve Curve;
  Curve.Points = Points.size();
  Curve.LeastLogSize = Curve.MostLogSize = std::log(Points[0].Size);
  for (const AccuracyPoint &P : Points) {
    Curve.LeastLogSize = std::min(Curve.LeastLogSize, std::log(P.Size));
    Curve.MostLogSize = std::max(Curve.MostLogSize, std::log(P.Size));
  }
  bool Sized = Points.size() >= 8 && Curve.MostLogSize > Curve.LeastLogSize;
  if (!Sized)
    Curve.MostLogSize = Curve.LeastLogSize;

  // Parameters: a, b, c at the least size, then at the most.
  LeastSquares Problem;
  Problem.Rows = Points.size();
  Problem.Loss = RobustLoss::Huber;
  for (unsigned End = 0; End < (Sized ? 2U : 1U); ++End)
    for (const CurveBounds &B : {BoundsA, BoundsB, BoundsC}) {
      Problem.Lower.push_back(B.Lower);
      Problem.Upper.push_back(B.Upper);
    }
  auto Mix = [&](ArrayRef<double> P, unsigned I, double Share) {
    return Sized ? P[I] + Share * (P[I + 3] - P[I]) : P[I];
  };
  // Rows behind the points draw b and c of both ends together.
  Problem.RobustRows = Points.size();
  if (Sized)
    Problem.Rows += 2;
  auto Evaluate = [&](size_t Row, ArrayRef<double> P, double &Residual,
                      MutableArrayRef<double> Gradient) {
    if (Row >= Points.size()) {
      size_t I = Row - Points.size() + 1;
      Residual = Shrinkage * (P[I + 3] - P[I]);
      if (!Gradient.empty()) {
        std::fill(Gradient.begin(), Gradient.end(), 0.0);
        Gradient[I] = -Shrinkage;
        Gradient[I + 3] = Shrinkage;
      }
      return true;
    }
    const AccuracyPoint &Point = Points[Row];
    double Share = Curve.shareOf(Point.Size);
    double Log = std::log(Point.Epoch + 1);
    double Fall = std::exp(-Mix(P, 2, Share) * Log);
    double B = Mix(P, 1, Share);
    Residual = Mix(P, 0, Share) - B * Fall - Point.Accuracy;
    if (!Gradient.empty()) {
      double Slopes[] = {1, -Fall, B * Log * Fall};
      for (unsigned I = 0; I < 3; ++I) {
        Gradient[I] = (Sized ? 1 - Share : 1) * Slopes[I];
        if (Sized)
          Gradient[I + 3] = Share * Slopes[I];
      }
    }
    return std::isfinite(Residual);
  };
  Problem.Evaluate = Evaluate;

  double Best = std::numeric_limits<double>::infinity();
  std::vector<double> Solution;
  for (double C : {0.2, 0.5, 1.0, 2.0}) {
    std::vector<double> P = {0.8, 0.8, C};
    if (Sized)
      P.insert(P.end(), {0.8, 0.8, C});
    double Used = 0;
    Expected<double> Cost = solveRobustly(Problem, LossScale, P, Used);
    if (!Cost)
      return Cost.takeError();
    if (*Cost < Best) {
      Best = *Cost;
      Solution = P;
    }
  }
  if (Solution.empty())
    return makeError("the learning curve's fit did not come to an end");
  for (unsigned End = 0; End < 2; ++End) {
    size_t From = Sized && End == 1 ? 3 : 0;
    Curve.A[End] = Solution[From];
    Curve.B[End] = Solution[From + 1];
    Curve.C[End] = Solution[From + 2];
  }
  std::vector<double> Residuals;
  for (const AccuracyPoint &P : Points)
    Residuals.push_back(std::abs(Curve.accuracy(P.Size, P.Epoch) - P.Accuracy));
  Curve.Spread = 1.4826 * median(Residuals);
  return Curve;
}

double fitStoppingNoise(const LearningCurve &Curve,
                        ArrayRef<ObservedStop> Stops, EarlyStopping Options) {
  if (Stops.empty())
    return Curve.Spread;
  // Many stops need fewer trainings each.
  Options.Paths = static_cast<unsigned>(
      std::clamp<size_t>(800 / Stops.size(), 5, std::max(5U, Options.Paths)));
  // Each candidate draws the same noise, times its deviation.
  double Best = Curve.Spread;
  double BestError = std::numeric_limits<double>::infinity();
  for (double Noise = 2e-4; Noise < 0.06; Noise *= 1.5) {
    double Error = 0;
    for (const ObservedStop &S : Stops)
      Error += std::abs(
          std::log(median(simulateEarlyStops(Curve, S.Size, Noise, Options)) /
                   S.Epochs));
    if (Error < BestError) {
      BestError = Error;
      Best = Noise;
    }
  }
  return Best;
}

} // namespace toscount
