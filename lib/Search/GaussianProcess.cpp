//===- GaussianProcess.cpp - a guess at a function from a few values ------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Search/GaussianProcess.h"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace llvm;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace toscount {
namespace {

/// Below this share of the values' own variance the function is flat, and above
/// its inverse wild, whatever the likelihood says.
constexpr double LeastVariance = 0.1;

double distance(ArrayRef<double> A, ArrayRef<double> B) {
  double Square = 0;
  for (size_t I = 0; I < A.size(); ++I)
    Square += (A[I] - B[I]) * (A[I] - B[I]);
  return std::sqrt(Square);
}

/// Matern's covariance of smoothness 5/2 over the variance.
double matern(double Distance, double Length) {
  double X = std::sqrt(5.0) * Distance / Length;
  return (1 + X + X * X / 3) * std::exp(-X);
}

} // namespace

/// Algorithm 2.1 with the mean (by generalised least squares) and the variance
/// put at their most likely values.
struct GaussianProcess::Fit {
  Eigen::LLT<MatrixXd> Cholesky;
  VectorXd Weights;
  double Mean = 0, Variance = 0;
  double Likelihood = -std::numeric_limits<double>::infinity();
};

GaussianProcess::Fit GaussianProcess::fit(const KernelParameters &K) const {
  auto N = static_cast<Index>(Values.size());
  MatrixXd Covariance(N, N);
  for (Index I = 0; I < N; ++I)
    for (Index J = 0; J < N; ++J)
      Covariance(I, J) =
          matern(Distances[static_cast<size_t>(I * N + J)], K.Length) +
          (I == J ? K.Noise : 0);
  Fit F;
  F.Cholesky.compute(Covariance);
  if (F.Cholesky.info() != Eigen::Success)
    return F;
  Eigen::Map<const VectorXd> Y(Values.data(), N);
  VectorXd Ones = VectorXd::Ones(N);
  VectorXd Solved = F.Cholesky.solve(Ones);
  F.Mean = Solved.dot(Y) / Solved.sum();
  VectorXd Centred = Y.array() - F.Mean;
  F.Weights = F.Cholesky.solve(Centred);
  double Spread = Centred.squaredNorm() / static_cast<double>(N);
  double Most = Spread / LeastVariance, Least = Spread * LeastVariance;
  F.Variance =
      std::clamp(Centred.dot(F.Weights) / static_cast<double>(N), Least, Most);
  if (!(F.Variance > 0)) { // All values are equal.
    F.Variance = 0;
    F.Likelihood = 0;
    return F;
  }
  double LogDeterminant =
      2 * MatrixXd(F.Cholesky.matrixL()).diagonal().array().log().sum();
  F.Likelihood = -0.5 * (Centred.dot(F.Weights) / F.Variance + LogDeterminant +
                         static_cast<double>(N) *
                             std::log(6.283185307179586 * F.Variance));
  return F;
}

void GaussianProcess::keep(const KernelParameters &K) {
  Fit F = fit(K);
  Kernel = K;
  Mean = F.Mean;
  Variance = F.Variance;
  Likelihood = F.Likelihood;
  Weights.assign(F.Weights.begin(), F.Weights.end());
  MatrixXd L = F.Cholesky.matrixL();
  Factor.assign(L.data(), L.data() + L.size());
}

/// Compass search over the logarithms from the best point of a coarse grid: two
/// parameters within bounds need no more, and it ends in the same place
/// everywhere.
void GaussianProcess::search() {
  auto Clamped = [](double Length, double Noise) {
    return KernelParameters{
        std::clamp(Length, LeastKernel.Length, MostKernel.Length),
        std::clamp(Noise, LeastKernel.Noise, MostKernel.Noise)};
  };
  KernelParameters Best = {1, 0.1};
  double Highest = -std::numeric_limits<double>::infinity();
  auto Try = [&](const KernelParameters &K) {
    double L = fit(K).Likelihood;
    if (!(L > Highest))
      return false;
    Highest = L;
    Best = K;
    return true;
  };
  for (double Length : {0.5, 1.5, 5.0})
    for (double Noise : {1e-3, 3e-2, 0.5})
      Try(Clamped(Length, Noise));
  for (double Step = 2; Step > 1.05;) {
    KernelParameters From = Best;
    bool Better = false;
    for (double By : {Step, 1 / Step}) {
      Better |= Try(Clamped(From.Length * By, From.Noise));
      Better |= Try(Clamped(From.Length, From.Noise * By * By));
    }
    if (!Better)
      Step = std::sqrt(Step);
  }
  Kernel = Best;
}

GaussianProcess::GaussianProcess(ArrayRef<std::vector<double>> Points,
                                 ArrayRef<double> Values,
                                 std::optional<KernelParameters> Fixed)
    : Points(Points), Values(Values) {
  for (const std::vector<double> &A : Points)
    for (const std::vector<double> &B : Points)
      Distances.push_back(distance(A, B));
  if (Fixed)
    Kernel = *Fixed;
  else
    search();
  keep(Kernel);
}

GaussianProcess::Guess GaussianProcess::at(ArrayRef<double> Point) const {
  auto N = static_cast<Index>(Values.size());
  VectorXd Towards(N);
  for (Index I = 0; I < N; ++I)
    Towards(I) =
        matern(distance(Points[static_cast<size_t>(I)], Point), Kernel.Length);
  Eigen::Map<const VectorXd> W(Weights.data(), N);
  Eigen::Map<const MatrixXd> L(Factor.data(), N, N);
  Guess G;
  G.Mean = Mean + Towards.dot(W);
  L.triangularView<Eigen::Lower>().solveInPlace(Towards);
  G.Deviation = std::sqrt(Variance * std::max(0.0, 1 - Towards.squaredNorm()));
  return G;
}

} // namespace toscount
