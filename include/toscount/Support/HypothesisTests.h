//===- HypothesisTests.h - do groups differ? ------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Tests that need no normal distribution, and the one that looks whether there
/// is one, as energy measurements are analysed by them.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_SUPPORT_HYPOTHESISTESTS_H
#define TOSCOUNT_SUPPORT_HYPOTHESISTESTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <vector>

namespace toscount {

/// Standard deviation (n - 1) over the mean's absolute value; absent for fewer
/// than two values or a mean of 0.
std::optional<double> coefficientOfVariation(llvm::ArrayRef<double> Values);

struct ShapiroWilk {
  double W = 0;
  double P = 0; ///< That a normal distribution gives so small a W.
};

/// Royston's approximation (1995), Applied Statistics 44, algorithm AS R94.
/// Absent for fewer than 3 or more than 5000 values, for which it was not made,
/// and for values that are all equal.
std::optional<ShapiroWilk> shapiroWilk(llvm::ArrayRef<double> Values);

struct KruskalWallis {
  size_t N = 0;
  size_t Groups = 0;
  double H = 0;             ///< Corrected for ties.
  double TieCorrection = 1; ///< What H was divided by.
  double P = 1;             ///< Of chi-squared with Groups - 1 degrees.
  /// (H - k + 1) / (n - k) with k the groups of this factor; below 0 when the
  /// groups differ less than chance makes them. Absent when n is not above k.
  std::optional<double> EtaSquared;
  std::vector<double> MeanRanks; ///< Of each group.
};

/// Kruskal and Wallis (1952). Absent for fewer than two groups, for an empty
/// group, and when all values are equal.
std::optional<KruskalWallis>
kruskalWallis(llvm::ArrayRef<std::vector<double>> Groups);

/// "negligible", "small", "medium" or "large": Cohen's f of 0.10, 0.25 and 0.40
/// as eta squared of 0.01, 0.06 and 0.14.
llvm::StringRef effectMagnitude(double EtaSquared);

struct DunnComparison {
  size_t A = 0; ///< Of the groups; A comes before B.
  size_t B = 0;
  double Z = 0;     ///< Above 0 when A ranks higher.
  double P = 1;     ///< Two-sided.
  double PHolm = 1; ///< Corrected for the number of comparisons.
};

/// Dunn (1964), with ties, for every pair of groups; empty where kruskalWallis
/// is absent.
std::vector<DunnComparison>
dunnTest(llvm::ArrayRef<std::vector<double>> Groups);

/// \p P corrected for their number by Holm (1979), in their order.
std::vector<double> holmCorrection(llvm::ArrayRef<double> P);

} // namespace toscount

#endif // TOSCOUNT_SUPPORT_HYPOTHESISTESTS_H
