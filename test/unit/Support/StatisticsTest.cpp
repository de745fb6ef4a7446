//===- StatisticsTest.cpp - figures that sum up predictions ---------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Support/Statistics.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace toscount;

namespace {

TEST(Statistics, QuantilesAreInterpolated) {
  std::vector<double> V = {4, 1, 3, 2};
  EXPECT_EQ(quantile(V, 0), 1);
  EXPECT_EQ(quantile(V, 1), 4);
  EXPECT_EQ(median(V), 2.5);
  EXPECT_DOUBLE_EQ(quantile(V, 0.95), 3.85); // numpy.percentile
  EXPECT_TRUE(std::isnan(median({})));
}

TEST(Statistics, RanksShareTies) {
  EXPECT_EQ(ranks({10, 20, 10, 5}), (std::vector<double>{2.5, 4, 2.5, 1}));
  EXPECT_DOUBLE_EQ(*spearman({1, 2, 3, 4}, {10, 100, 1000, 10000}), 1);
  // 1 - 6 * (0 + 1 + 1 + 0) / (4 * 15)
  EXPECT_DOUBLE_EQ(*spearman({1, 2, 3, 4}, {1, 3, 2, 4}), 0.8);
  EXPECT_FALSE(spearman({1, 2, 3}, {5, 5, 5}).has_value());
}

TEST(Statistics, ErrorsByHand) {
  // Errors -10 %, +5 %, 0 %; 600 predicted of 600 measured.
  ErrorSummary S = summarizeErrors({90, 210, 300}, {100, 200, 300});
  EXPECT_EQ(S.N, 3U);
  EXPECT_DOUBLE_EQ(S.MapePercent, 5);
  EXPECT_DOUBLE_EQ(S.MedianApePercent, 5);
  EXPECT_DOUBLE_EQ(S.P95ApePercent, 9.5);
  EXPECT_DOUBLE_EQ(S.BiasPercent, 0);
  EXPECT_DOUBLE_EQ(S.Rmse, std::sqrt(200.0 / 3));
  EXPECT_DOUBLE_EQ(*S.Spearman, 1);
  EXPECT_DOUBLE_EQ(standardDeviation({2, 4, 4, 4, 5, 5, 7, 9}),
                   std::sqrt(32.0 / 7));
}

} // namespace
