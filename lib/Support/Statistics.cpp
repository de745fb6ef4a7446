//===- Statistics.cpp - figures that sum up predictions -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Support/Statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

using namespace llvm;

namespace toscount {

double mean(ArrayRef<double> Values) {
  if (Values.empty())
    return 0;
  long double Sum = 0;
  for (double V : Values)
    Sum += V;
  return static_cast<double>(Sum / Values.size());
}

double quantile(ArrayRef<double> Values, double P) {
  if (Values.empty())
    return std::numeric_limits<double>::quiet_NaN();
  std::vector<double> Sorted(Values.begin(), Values.end());
  std::sort(Sorted.begin(), Sorted.end());
  double At = std::clamp(P, 0.0, 1.0) * static_cast<double>(Sorted.size() - 1);
  auto Below = static_cast<size_t>(At);
  size_t Above = std::min(Below + 1, Sorted.size() - 1);
  double Part = At - static_cast<double>(Below);
  if (Part == 0)
    return Sorted[Below];
  return Sorted[Below] + Part * (Sorted[Above] - Sorted[Below]);
}

double median(ArrayRef<double> Values) { return quantile(Values, 0.5); }

double standardDeviation(ArrayRef<double> Values) {
  if (Values.size() < 2)
    return 0;
  long double Centre = mean(Values);
  long double Sum = 0;
  for (double V : Values)
    Sum += (V - Centre) * (V - Centre);
  return static_cast<double>(std::sqrt(Sum / (Values.size() - 1)));
}

std::vector<double> ranks(ArrayRef<double> Values) {
  std::vector<size_t> Order(Values.size());
  std::iota(Order.begin(), Order.end(), size_t{0});
  std::sort(Order.begin(), Order.end(), [&](size_t A, size_t B) {
    return Values[A] != Values[B] ? Values[A] < Values[B] : A < B;
  });
  std::vector<double> Ranks(Values.size());
  for (size_t Begin = 0; Begin < Order.size();) {
    size_t End = Begin + 1;
    while (End < Order.size() && Values[Order[End]] == Values[Order[Begin]])
      ++End;
    double Rank = static_cast<double>(Begin + 1 + End) / 2;
    for (; Begin < End; ++Begin)
      Ranks[Order[Begin]] = Rank;
  }
  return Ranks;
}

std::optional<double> correlation(ArrayRef<double> A, ArrayRef<double> B) {
  assert(A.size() == B.size());
  long double MeanA = mean(A);
  long double MeanB = mean(B);
  long double AA = 0;
  long double BB = 0;
  long double AB = 0;
  for (size_t I = 0; I < A.size(); ++I) {
    AA += (A[I] - MeanA) * (A[I] - MeanA);
    BB += (B[I] - MeanB) * (B[I] - MeanB);
    AB += (A[I] - MeanA) * (B[I] - MeanB);
  }
  if (!(AA > 0) || !(BB > 0))
    return std::nullopt;
  return static_cast<double>(AB / std::sqrt(AA) / std::sqrt(BB));
}

std::optional<double> spearman(ArrayRef<double> A, ArrayRef<double> B) {
  return correlation(ranks(A), ranks(B));
}

ErrorSummary summarizeErrors(ArrayRef<double> Predicted,
                             ArrayRef<double> Measured) {
  assert(Predicted.size() == Measured.size());
  ErrorSummary S;
  S.N = Measured.size();
  if (S.N == 0)
    return S;
  std::vector<double> Percent;
  Percent.reserve(S.N);
  long double Squares = 0;
  long double SumPredicted = 0;
  long double SumMeasured = 0;
  for (size_t I = 0; I < S.N; ++I) {
    double Error = Predicted[I] - Measured[I];
    Percent.push_back(100 * std::abs(Error / Measured[I]));
    Squares += static_cast<long double>(Error) * Error;
    SumPredicted += Predicted[I];
    SumMeasured += Measured[I];
  }
  S.MapePercent = mean(Percent);
  S.MedianApePercent = median(Percent);
  S.P95ApePercent = quantile(Percent, 0.95);
  S.BiasPercent = static_cast<double>(100 * (SumPredicted / SumMeasured - 1));
  S.Rmse = static_cast<double>(std::sqrt(Squares / S.N));
  S.Spearman = spearman(Predicted, Measured);
  return S;
}

double rSquared(ArrayRef<double> Residuals, ArrayRef<double> Measured,
                bool AboutMean) {
  long double Centre = AboutMean ? mean(Measured) : 0;
  long double Sse = 0;
  long double Sst = 0;
  for (size_t I = 0; I < Measured.size(); ++I) {
    Sse += static_cast<long double>(Residuals[I]) * Residuals[I];
    Sst += (Measured[I] - Centre) * (Measured[I] - Centre);
  }
  return Sst > 0 ? static_cast<double>(1 - Sse / Sst) : 0;
}

} // namespace toscount
