//===- Factors.h - which design choice costs energy? ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// How a measured response differs between the levels of design factors
/// ("Uncovering Energy-Efficient Practices in Deep Learning Training", sections
/// IV.D and VI.B): spread and normality of each level, Kruskal-Wallis, effect
/// size, Dunn's comparisons, mean change.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_RECORDS_FACTORS_H
#define TOSCOUNT_RECORDS_FACTORS_H

#include "toscount/Support/Csv.h"
#include "toscount/Support/HypothesisTests.h"

#include <string>

namespace toscount {

/// Values of the response, summed up.
struct SampleSummary {
  size_t N = 0;
  double Mean = 0, Median = 0, Deviation = 0, Least = 0, Most = 0;
  std::optional<double> Variation; ///< Coefficient of variation.
  std::optional<ShapiroWilk> Normality;
};

SampleSummary summarizeSample(llvm::ArrayRef<double> Values);

struct FactorLevel {
  std::string Name;
  std::vector<double> Values; ///< In their order.
  SampleSummary Sample;
  double MeanRank = 0;
  /// 100 * (mean / mean of the first level - 1); absent when that is 0.
  std::optional<double> ChangePercent;
};

struct FactorResult {
  std::string Factor;
  std::vector<FactorLevel> Levels; ///< Numbers ascending, otherwise as found.
  KruskalWallis Test;
  std::string Magnitude; ///< Empty without eta squared.
  std::vector<DunnComparison> Comparisons;
  /// ChangePercent of the last level.
  std::optional<double> MeanChangePercent;
};

struct FactorsReport {
  std::string Path, Response;
  double Alpha = 0.05;
  SampleSummary Sample; ///< Of all rows.
  std::vector<FactorResult> Factors;
};

struct FactorsRequest {
  std::string Response;
  std::vector<std::string> Factors;
  double Alpha = 0.05; ///< For what is called significant.
};

/// Refuses unknown columns, a response that is no number or constant, and
/// factors with one level or with more than 100.
llvm::Expected<FactorsReport> analyseFactors(const CsvTable &Table,
                                             const FactorsRequest &Request);

} // namespace toscount

#endif // TOSCOUNT_RECORDS_FACTORS_H
