//===- HypothesisTestsTest.cpp - printed examples of tests ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Support/HypothesisTests.h"
#include "toscount/Support/Agreement.h"
#include "toscount/Support/Distributions.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace toscount;

namespace {

using Groups = std::vector<std::vector<double>>;

/// pH of four ponds: Zar, Biostatistical Analysis (5th edition 2010), example
/// 10.11. Many ties.
Groups ponds() {
  return {{7.68, 7.69, 7.70, 7.70, 7.72, 7.73, 7.73, 7.76},
          {7.71, 7.73, 7.74, 7.74, 7.78, 7.78, 7.80, 7.81},
          {7.74, 7.75, 7.77, 7.78, 7.80, 7.81, 7.84},
          {7.71, 7.71, 7.74, 7.79, 7.81, 7.85, 7.87, 7.91}};
}

/// Abramowitz and Stegun, tables 26.1, 26.5 and 26.8.
TEST(Distributions, Tables) {
  EXPECT_NEAR(normalUpperTail(1.96), 0.0249978951, 1e-10);
  EXPECT_NEAR(normalUpperTail(0), 0.5, 1e-15);
  EXPECT_NEAR(normalUpperTail(-1), 0.8413447461, 1e-10);
  EXPECT_NEAR(normalQuantile(0.975), 1.9599639845, 1e-9);
  EXPECT_NEAR(normalQuantile(0.5), 0, 1e-15);
  EXPECT_NEAR(studentQuantile(0.975, 16), 2.120, 5e-4);
  EXPECT_NEAR(studentQuantile(0.975, 1), 12.706, 5e-4);
  EXPECT_NEAR(chiSquaredUpperTail(3.841458820694124, 1), 0.05, 1e-12);
  EXPECT_NEAR(chiSquaredUpperTail(9.210340371976184, 2), 0.01, 1e-12);
  EXPECT_NEAR(chiSquaredUpperTail(18.307038053275146, 10), 0.05, 1e-12);
  EXPECT_EQ(chiSquaredUpperTail(-1, 3), 1);
  EXPECT_EQ(chiSquaredUpperTail(INFINITY, 3), 0);
  EXPECT_TRUE(std::isnan(chiSquaredUpperTail(NAN, 3)));
  // Far out, where computing 1 - cdf would give 0.
  EXPECT_NEAR(std::log10(chiSquaredUpperTail(500, 1)), -110.02, 0.01);
}

/// Weights of eleven men: Shapiro and Wilk (1965), Biometrika 52, 606, example
/// 1 (W = 0.79, below the 1 % point); the figures of AS R94 as SciPy prints
/// them.
TEST(ShapiroWilkTest, MensWeights) {
  auto R = shapiroWilk({148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236});
  ASSERT_TRUE(R);
  EXPECT_NEAR(R->W, 0.79, 0.005);
  EXPECT_NEAR(R->W, 0.7888146948631716, 1e-9);
  EXPECT_NEAR(R->P, 0.006703814061898823, 1e-9);
}

TEST(ShapiroWilkTest, PlaceAndScaleDoNotMatter) {
  std::vector<double> X = {1.293, 2.044, 0.607, 1.134, 2.852, 2.017,
                           1.311, 2.839, 3.111, 0.392, 1.155, 1.929};
  auto R = shapiroWilk(X);
  ASSERT_TRUE(R);
  EXPECT_NEAR(R->W, 0.9393025636672974, 1e-6); // SciPy 1.10, single precision
  EXPECT_NEAR(R->P, 0.489089697599411, 1e-5);
  for (double Scale : {1e-200, 1e200}) {
    std::vector<double> Y;
    for (double V : X)
      Y.push_back(V * Scale);
    EXPECT_NEAR(shapiroWilk(Y)->W, R->W, 1e-12);
  }
}

TEST(ShapiroWilkTest, SmallAndImpossible) {
  EXPECT_NEAR(shapiroWilk({1, 2, 10})->W, 0.8321917808219177, 1e-9);
  EXPECT_NEAR(shapiroWilk({1, 2, 10})->P, 0.19391752148145214, 1e-9);
  EXPECT_NEAR(shapiroWilk({1, 2, 3})->P, 1, 1e-7);
  EXPECT_FALSE(shapiroWilk({1, 2}));
  EXPECT_FALSE(shapiroWilk({4, 4, 4, 4}));
  EXPECT_FALSE(shapiroWilk(std::vector<double>(5001, 1.5)));
  EXPECT_FALSE(shapiroWilk({-1.7e308, 0, 1.7e308}));
  EXPECT_FALSE(shapiroWilk({1, 2, INFINITY}));
}

/// Output of three machines for bottle caps: Kruskal and Wallis (1952), JASA
/// 47, 586, table 1.1 (H = 5.656).
TEST(KruskalWallisTest, BottleCaps) {
  auto K = kruskalWallis(
      Groups{{340, 345, 330, 342, 338}, {339, 333, 344}, {347, 343, 349, 355}});
  ASSERT_TRUE(K);
  EXPECT_NEAR(K->H, 5.656, 0.0005);
  EXPECT_EQ(K->TieCorrection, 1);
  EXPECT_NEAR(K->MeanRanks[0] * 5, 24, 1e-12);
  EXPECT_NEAR(K->MeanRanks[1] * 3, 14, 1e-12);
  EXPECT_NEAR(K->MeanRanks[2] * 4, 40, 1e-12);
}

/// Mucociliary efficiency: Hollander and Wolfe (1973), 116, as R's manual
/// prints it for kruskal.test.
TEST(KruskalWallisTest, MucociliaryEfficiency) {
  auto K = kruskalWallis(Groups{{2.9, 3.0, 2.5, 2.6, 3.2},
                                {3.8, 2.7, 4.0, 2.4},
                                {2.8, 3.4, 3.7, 2.2, 2.0}});
  ASSERT_TRUE(K);
  EXPECT_NEAR(K->H, 0.77143, 0.000005);
  EXPECT_NEAR(K->P, 0.68, 0.005);
  EXPECT_LT(*K->EtaSquared, 0);
}

/// H = 11.876, corrected 11.943: Zar, example 10.11.
TEST(KruskalWallisTest, PondsHaveTies) {
  auto K = kruskalWallis(ponds());
  ASSERT_TRUE(K);
  EXPECT_NEAR(K->H, 11.943, 0.001);
  EXPECT_NEAR(K->H * K->TieCorrection, 11.876, 0.001);
  EXPECT_NEAR(K->P, 0.00757909, 1e-8);
  EXPECT_NEAR(*K->EtaSquared, (11.943539277 - 3) / 27, 1e-9);
}

TEST(KruskalWallisTest, Impossible) {
  EXPECT_FALSE(kruskalWallis(Groups{{1, 2, 3}}));
  EXPECT_FALSE(kruskalWallis(Groups{{1, 2}, {}}));
  EXPECT_FALSE(kruskalWallis(Groups{{1, 1}, {1}}));
  EXPECT_FALSE(kruskalWallis(Groups{{1}, {2}})->EtaSquared);
}

/// Bonferroni's corrected p of Zar's ponds, as UniStat's guide prints them for
/// Dunn's test; here uncorrected, so a sixth of that.
TEST(Dunn, Ponds) {
  std::vector<DunnComparison> D = dunnTest(ponds());
  ASSERT_EQ(D.size(), 6U);
  EXPECT_NEAR(6 * D[0].P, 0.1956, 0.00005); // 1 and 2
  EXPECT_NEAR(6 * D[1].P, 0.0191, 0.00005); // 1 and 3
  EXPECT_NEAR(6 * D[2].P, 0.0166, 0.00005); // 1 and 4
  for (size_t I = 3; I < 6; ++I)
    EXPECT_GT(6 * D[I].P, 1);
  EXPECT_LT(D[0].Z, 0); // Pond 1 ranks lower.
  EXPECT_NEAR(D[2].PHolm, 6 * D[2].P, 1e-15);
  EXPECT_EQ(D[1].PHolm, D[2].PHolm); // 5 * D[1].P is below it.
  EXPECT_NEAR(D[0].PHolm, 4 * D[0].P, 1e-15);
  EXPECT_EQ(D[5].PHolm, 1);
}

/// Holm (1979): never smaller than what comes before, never above 1. The
/// example is that of R's p.adjust applied to these four.
TEST(Dunn, Holm) {
  std::vector<double> P = holmCorrection({0.01, 0.04, 0.03, 0.005});
  EXPECT_NEAR(P[0], 0.03, 1e-15);
  EXPECT_NEAR(P[1], 0.06, 1e-15);
  EXPECT_NEAR(P[2], 0.06, 1e-15);
  EXPECT_NEAR(P[3], 0.02, 1e-15);
  EXPECT_TRUE(holmCorrection({}).empty());
  EXPECT_EQ(holmCorrection({0.9, 0.8})[0], 1);
}

TEST(Effect, Thresholds) {
  EXPECT_EQ(effectMagnitude(-0.1), "negligible");
  EXPECT_EQ(effectMagnitude(0.033), "small");
  EXPECT_EQ(effectMagnitude(0.055), "small");
  EXPECT_EQ(effectMagnitude(0.06), "medium");
  EXPECT_EQ(effectMagnitude(0.155), "large");
  EXPECT_FALSE(coefficientOfVariation({3}));
  EXPECT_FALSE(coefficientOfVariation({-1, 1}));
  EXPECT_NEAR(*coefficientOfVariation({-1, -3}), std::sqrt(2) / 2, 1e-15);
}

/// Peak expiratory flow, large meter minus mini meter, first readings of 17
/// subjects: Bland and Altman (1986), Lancet 327, 307, table 1 (mean -2.1,
/// standard deviation 38.8 l/min, limits -79.7 and 75.5 with 2 for 1.96,
/// correlation 0.94).
TEST(AgreementTest, PeakFlow) {
  std::vector<double> Large = {494, 395, 516, 434, 476, 557, 413, 442, 650,
                               433, 417, 656, 267, 478, 178, 423, 427};
  std::vector<double> Mini = {512, 430, 520, 428, 500, 600, 364, 380, 658,
                              445, 432, 626, 260, 477, 259, 350, 451};
  auto A = agreement(Large, Mini);
  ASSERT_TRUE(A);
  EXPECT_EQ(A->N, 17U);
  EXPECT_NEAR(A->Bias, -2.1, 0.05);
  EXPECT_NEAR(A->Spread, 38.8, 0.05);
  EXPECT_NEAR(*A->Correlation, 0.94, 0.005);
  EXPECT_NEAR(A->UpperLimit, A->Bias + 1.96 * A->Spread, 1e-12);
  // The source: -22.0 to 17.8 l/min, and for the limits +/- 34.6.
  EXPECT_NEAR(A->Bias - A->BiasReach, -22.0, 0.1);
  EXPECT_NEAR(A->Bias + A->BiasReach, 17.8, 0.1);
  EXPECT_NEAR(A->LimitReach, 34.6, 0.1);
  ASSERT_TRUE(A->Relative);
  EXPECT_LT(A->Relative->LowerLimitPercent, A->Relative->BiasPercent);
}

TEST(AgreementTest, ProportionAndImpossible) {
  auto A = agreement({11, 22, 33}, {10, 20, 30});
  ASSERT_TRUE(A && A->Relative);
  EXPECT_NEAR(A->Relative->BiasPercent, 10, 1e-9);
  EXPECT_NEAR(A->Relative->UpperLimitPercent, 10, 1e-9);
  EXPECT_NEAR(*A->Spearman, 1, 1e-15);
  EXPECT_FALSE(agreement({0, 1}, {1, 1})->Relative);
  EXPECT_FALSE(agreement({0, 1}, {1, 1})->Correlation);
  EXPECT_FALSE(agreement({1}, {1}));
}

} // namespace
