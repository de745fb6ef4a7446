//===- Agreement.cpp - two ways to measure the same -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Support/Agreement.h"

#include "toscount/Support/Distributions.h"
#include "toscount/Support/Statistics.h"

#include <cassert>
#include <cmath>
#include <vector>

using namespace llvm;

namespace toscount {

std::optional<Agreement> agreement(ArrayRef<double> A, ArrayRef<double> B) {
  assert(A.size() == B.size());
  if (A.size() < 2)
    return std::nullopt;
  const double Normal95 = 1.96; // As the source rounds it.
  Agreement Result;
  Result.N = A.size();
  std::vector<double> Differences, Logs;
  for (size_t I = 0; I < A.size(); ++I) {
    Differences.push_back(A[I] - B[I]);
    if (A[I] > 0 && B[I] > 0)
      Logs.push_back(std::log(A[I]) - std::log(B[I]));
  }
  Result.Bias = mean(Differences);
  Result.Spread = standardDeviation(Differences);
  Result.LowerLimit = Result.Bias - Normal95 * Result.Spread;
  Result.UpperLimit = Result.Bias + Normal95 * Result.Spread;
  const auto N = static_cast<double>(A.size());
  const double Error =
      studentQuantile(0.975, N - 1) * Result.Spread / std::sqrt(N);
  Result.BiasReach = Error;
  Result.LimitReach = std::sqrt(3.0) * Error;
  if (Logs.size() == A.size()) {
    double Middle = mean(Logs);
    double Reach = Normal95 * standardDeviation(Logs);
    Result.Relative = {100 * std::expm1(Middle),
                       100 * std::expm1(Middle - Reach),
                       100 * std::expm1(Middle + Reach)};
  }
  Result.Correlation = correlation(A, B);
  Result.Spearman = spearman(A, B);
  return Result;
}

} // namespace toscount
