//===- HypothesisTests.cpp - do groups differ? ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Support/HypothesisTests.h"

#include "toscount/Support/Distributions.h"
#include "toscount/Support/Statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace llvm;

namespace toscount {
namespace {

double polynomial(ArrayRef<double> Coefficients, double X) {
  double Sum = 0;
  for (double C : reverse(Coefficients))
    Sum = Sum * X + C;
  return Sum;
}

/// The weights of the smallest half of \p N sorted values, of which those of
/// the largest are the negatives; all above 0. Royston (1992).
std::vector<double> shapiroWeights(size_t N) {
  if (N == 3)
    return {std::sqrt(0.5)};
  std::vector<double> M; // Expected order statistics, roughly.
  double Squares = 0;
  for (size_t I = 1; I <= N / 2; ++I) {
    M.push_back(normalQuantile((static_cast<double>(I) - 0.375) /
                               (static_cast<double>(N) + 0.25)));
    Squares += 2 * M.back() * M.back();
  }
  double Root = std::sqrt(Squares);
  double U = 1 / std::sqrt(static_cast<double>(N));
  std::vector<double> A;
  A.push_back(
      polynomial({0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056}, U) -
      M[0] / Root);
  double Left = Squares - 2 * M[0] * M[0];
  double Rest = 1 - 2 * A[0] * A[0];
  if (N > 5) {
    A.push_back(
        polynomial({0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633},
                   U) -
        M[1] / Root);
    Left -= 2 * M[1] * M[1];
    Rest -= 2 * A[1] * A[1];
  }
  double Factor = std::sqrt(Left / Rest);
  for (size_t I = A.size(); I < M.size(); ++I)
    A.push_back(-M[I] / Factor);
  return A;
}

double shapiroP(double W, size_t N) {
  if (W >= 1)
    return 1;
  auto Size = static_cast<double>(N);
  if (N == 3) {
    const double Pi = 3.14159265358979323846;
    return std::clamp(
        6 / Pi * (std::asin(std::sqrt(W)) - std::asin(std::sqrt(0.75))), 0.0,
        1.0);
  }
  double Y = std::log(1 - W);
  double Mean = 0;
  double Deviation = 1;
  if (N <= 11) {
    double Gamma = polynomial({-2.273, 0.459}, Size);
    if (Y >= Gamma)
      return 0;
    Y = -std::log(Gamma - Y);
    Mean = polynomial({0.544, -0.39978, 0.025054, -6.714e-4}, Size);
    Deviation =
        std::exp(polynomial({1.3822, -0.77857, 0.062767, -0.0020322}, Size));
  } else {
    double Log = std::log(Size);
    Mean = polynomial({-1.5861, -0.31082, -0.083751, 0.0038915}, Log);
    Deviation = std::exp(polynomial({-0.4803, -0.082676, 0.0030302}, Log));
  }
  return normalUpperTail((Y - Mean) / Deviation);
}

/// What both tests of groups need.
struct RankedGroups {
  double N = 0;
  double TieSum = 0; ///< Sum of t^3 - t over sets of t equal values.
  std::vector<double> MeanRanks;
};

std::optional<RankedGroups> rankGroups(ArrayRef<std::vector<double>> Groups) {
  if (Groups.size() < 2)
    return std::nullopt;
  std::vector<double> All;
  for (const std::vector<double> &Group : Groups) {
    if (Group.empty())
      return std::nullopt;
    All.insert(All.end(), Group.begin(), Group.end());
  }
  RankedGroups R;
  R.N = static_cast<double>(All.size());
  std::vector<double> Ranks = ranks(All);
  size_t At = 0;
  for (const std::vector<double> &Group : Groups) {
    R.MeanRanks.push_back(
        mean(ArrayRef<double>(Ranks).slice(At, Group.size())));
    At += Group.size();
  }
  std::sort(All.begin(), All.end());
  for (size_t Begin = 0; Begin < All.size();) {
    size_t End = Begin;
    while (End < All.size() && All[End] == All[Begin])
      ++End;
    auto T = static_cast<double>(End - Begin);
    R.TieSum += T * T * T - T;
    Begin = End;
  }
  if (All.front() == All.back())
    return std::nullopt;
  return R;
}

} // namespace

std::optional<double> coefficientOfVariation(ArrayRef<double> Values) {
  double Mean = mean(Values);
  if (Values.size() < 2 || Mean == 0)
    return std::nullopt;
  return standardDeviation(Values) / std::abs(Mean);
}

std::optional<ShapiroWilk> shapiroWilk(ArrayRef<double> Values) {
  if (Values.size() < 3 || Values.size() > 5000)
    return std::nullopt;
  std::vector<double> X(Values.begin(), Values.end());
  std::sort(X.begin(), X.end());
  // W does not depend on place and scale; this keeps squares in range.
  double Range = X.back() - X.front();
  if (!(Range > 0) || !std::isfinite(Range))
    return std::nullopt;
  double Middle = X[X.size() / 2];
  for (double &V : X)
    V = (V - Middle) / Range;
  std::vector<double> A = shapiroWeights(X.size());
  double Slope = 0;
  double WeightSquares = 0;
  for (size_t I = 0; I < A.size(); ++I) {
    Slope += A[I] * (X[X.size() - 1 - I] - X[I]);
    WeightSquares += 2 * A[I] * A[I];
  }
  double Mean = mean(X);
  double Squares = 0;
  for (double V : X)
    Squares += (V - Mean) * (V - Mean);
  ShapiroWilk Result;
  Result.W = std::min(1.0, Slope * Slope / (WeightSquares * Squares));
  Result.P = shapiroP(Result.W, X.size());
  return Result;
}

std::optional<KruskalWallis>
kruskalWallis(ArrayRef<std::vector<double>> Groups) {
  std::optional<RankedGroups> R = rankGroups(Groups);
  if (!R)
    return std::nullopt;
  KruskalWallis K;
  K.Groups = Groups.size();
  K.MeanRanks = R->MeanRanks;
  double N = R->N;
  K.N = static_cast<size_t>(N);
  // Squares of distances from the mean rank: the same as the textbook's form,
  // without its cancellation.
  double Sum = 0;
  for (size_t I = 0; I < Groups.size(); ++I) {
    double Distance = R->MeanRanks[I] - (N + 1) / 2;
    Sum += static_cast<double>(Groups[I].size()) * Distance * Distance;
  }
  K.TieCorrection = 1 - R->TieSum / (N * N * N - N);
  K.H = 12 / (N * (N + 1)) * Sum / K.TieCorrection;
  auto Count = static_cast<double>(K.Groups);
  K.P = chiSquaredUpperTail(K.H, Count - 1);
  if (N > Count)
    K.EtaSquared = (K.H - Count + 1) / (N - Count);
  return K;
}

StringRef effectMagnitude(double EtaSquared) {
  return EtaSquared >= 0.14   ? "large"
         : EtaSquared >= 0.06 ? "medium"
         : EtaSquared >= 0.01 ? "small"
                              : "negligible";
}

std::vector<DunnComparison> dunnTest(ArrayRef<std::vector<double>> Groups) {
  std::vector<DunnComparison> All;
  std::optional<RankedGroups> R = rankGroups(Groups);
  if (!R)
    return All;
  double Variance = R->N * (R->N + 1) / 12 - R->TieSum / (12 * (R->N - 1));
  std::vector<double> P;
  for (size_t A = 0; A < Groups.size(); ++A)
    for (size_t B = A + 1; B < Groups.size(); ++B) {
      DunnComparison C;
      C.A = A;
      C.B = B;
      C.Z = (R->MeanRanks[A] - R->MeanRanks[B]) /
            std::sqrt(Variance * (1 / static_cast<double>(Groups[A].size()) +
                                  1 / static_cast<double>(Groups[B].size())));
      C.P = std::min(1.0, 2 * normalUpperTail(std::abs(C.Z)));
      P.push_back(C.P);
      All.push_back(C);
    }
  std::vector<double> Holm = holmCorrection(P);
  for (size_t I = 0; I < All.size(); ++I)
    All[I].PHolm = Holm[I];
  return All;
}

std::vector<double> holmCorrection(ArrayRef<double> P) {
  std::vector<size_t> Order(P.size());
  std::iota(Order.begin(), Order.end(), size_t{0});
  std::stable_sort(Order.begin(), Order.end(),
                   [&](size_t A, size_t B) { return P[A] < P[B]; });
  std::vector<double> Corrected(P.size());
  double Most = 0;
  for (size_t I = 0; I < Order.size(); ++I) {
    Most = std::max(Most, P[Order[I]] * static_cast<double>(P.size() - I));
    Corrected[Order[I]] = std::min(1.0, Most);
  }
  return Corrected;
}

} // namespace toscount
