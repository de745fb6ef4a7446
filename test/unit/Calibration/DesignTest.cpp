//===- DesignTest.cpp - which runs tell coefficients apart ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/Design.h"

#include "toscount/Support/Random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

using namespace llvm;
using namespace toscount;

namespace {

/// Rows 1, x, x^2... of \p Degree for each of \p X, all at the same cost.
DesignSpace powers(ArrayRef<double> X, unsigned Degree) {
  DesignSpace S;
  S.Columns = Degree + 1;
  for (double V : X) {
    for (unsigned I = 0; I <= Degree; ++I)
      S.Rows.push_back(std::pow(V, I));
    S.Costs.push_back(1);
  }
  return S;
}

std::vector<double> grid(unsigned Steps) {
  std::vector<double> X;
  for (unsigned I = 0; I <= Steps; ++I)
    X.push_back(-1 + 2.0 * I / Steps);
  return X;
}

/// Each x that is chosen, and how often, when each row is there \p Copies
/// times.
std::map<double, unsigned> chosen(unsigned Degree, size_t Copies, size_t N) {
  std::vector<double> X;
  for (double V : grid(40))
    X.insert(X.end(), Copies, V);
  DesignSpace S = powers(X, Degree);
  DesignLimits Limits;
  Limits.Rows = N;
  Limits.Prior = 1e-6;
  std::map<double, unsigned> Times;
  for (size_t R : chooseDesign(S, {}, Limits))
    ++Times[X[R]];
  return Times;
}

// The D-optimal designs of polynomials on [-1, 1] have the same weight at the
// zeros of (1 - x^2) P_n'(x) (Fedorov, "Theory of Optimal Experiments", 1972,
// section 2.3): -1, 1 for a line; -1, 0, 1 for a parabola; -1, -0.447, 0.447, 1
// for a cubic.
TEST(Design, OfALineIsItsEnds) {
  std::map<double, unsigned> Times = chosen(1, 20, 20);
  EXPECT_EQ(Times, (std::map<double, unsigned>{{-1, 10}, {1, 10}}));
}

TEST(Design, OfAParabolaIsItsEndsAndItsMiddle) {
  std::map<double, unsigned> Times = chosen(2, 30, 60);
  // The first rows, of a model that nothing is known of, may lie elsewhere.
  EXPECT_NEAR(Times[-1], 20, 2);
  EXPECT_NEAR(Times[0], 20, 2);
  EXPECT_NEAR(Times[1], 20, 2);
}

TEST(Design, OfACubicHasFourPoints) {
  std::map<double, unsigned> Times = chosen(3, 50, 100);
  double Inner = 0;
  for (auto [X, N] : Times)
    if (std::abs(std::abs(X) - std::sqrt(0.2)) < 0.06)
      Inner += N;
  EXPECT_NEAR(Times[-1], 25, 3);
  EXPECT_NEAR(Times[1], 25, 3);
  EXPECT_NEAR(Inner, 50, 5);
}

TEST(Design, InformationIsTheLogarithmOfTheDeterminant) {
  // Two rows, columns already scaled: det(I + (1,1)(1,1)' + (1,-1)(1,-1)') =
  // det [3 0; 0 3] = 9, prior 1.
  DesignSpace S = powers({-1, 1}, 1);
  EXPECT_NEAR(designInformation(S, {0, 1}, 1), std::log(9), 1e-12);
  // One: det [2 1; 1 2] = 3.
  EXPECT_NEAR(designInformation(S, {0}, 1), std::log(3), 1e-12);
}

TEST(Design, UnitsDoNotMatter) {
  Random R(1);
  DesignSpace S;
  S.Columns = 4;
  for (unsigned I = 0; I < 60; ++I) {
    for (unsigned C = 0; C < 4; ++C)
      S.Rows.push_back(R.uniform());
    S.Costs.push_back(1 + R.uniform());
  }
  DesignLimits Limits;
  Limits.Rows = 20;
  std::vector<size_t> Before = chooseDesign(S, {3, 5}, Limits);
  EXPECT_EQ(Before.size(), 20U);
  EXPECT_EQ(chooseDesign(S, {3, 5}, Limits), Before);
  // Powers of two, so that nothing is rounded.
  for (size_t I = 0; I < S.Rows.size(); ++I)
    S.Rows[I] *= std::pow(2.0, 20.0 * static_cast<double>(I % 4));
  EXPECT_EQ(chooseDesign(S, {3, 5}, Limits), Before);
}

TEST(Design, WhatWasMeasuredIsNotChosenAndCounts) {
  // The ends are known very well: the middle comes first.
  std::vector<double> X = {-1, -1, 1, 1, 0};
  DesignSpace S = powers(X, 2);
  DesignLimits Limits;
  Limits.Rows = 5;
  std::vector<size_t> Next = chooseDesign(S, {0, 2}, Limits);
  ASSERT_EQ(Next.size(), 3U);
  EXPECT_EQ(Next[0], 4U);
}

TEST(Design, OfEquallyGoodRowsTheCheaperComesFirst) {
  DesignSpace S = powers({1, 1, 1}, 0);
  S.Costs = {3, 1, 2};
  DesignLimits Limits;
  Limits.Rows = 3;
  EXPECT_EQ(chooseDesign(S, {}, Limits), (std::vector<size_t>{1, 2, 0}));
}

TEST(Design, KeepsToItsBudget) {
  DesignSpace S = powers({-1, 1, 0, 0.5}, 1);
  S.Costs = {5, 4, 3, 100};
  DesignLimits Limits;
  Limits.Rows = 4;
  Limits.Cost = 9;
  double Spent = 0;
  std::vector<size_t> Chosen = chooseDesign(S, {}, Limits);
  for (size_t R : Chosen)
    Spent += S.Costs[R];
  EXPECT_EQ(Chosen.size(), 2U);
  EXPECT_LE(Spent, 9);
  Limits.Cost = 2;
  EXPECT_TRUE(chooseDesign(S, {}, Limits).empty());
}

TEST(Design, TakesSoManyOfAGroup) {
  DesignSpace S = powers(grid(11), 1);
  for (size_t I = 0; I < S.rows(); ++I)
    S.Groups.push_back(I / 4);
  DesignLimits Limits;
  Limits.Rows = 12;
  std::vector<size_t> Chosen = chooseDesign(S, {}, Limits);
  EXPECT_EQ(Chosen.size(), 3U);
  Limits.PerGroup = 2;
  EXPECT_EQ(chooseDesign(S, {}, Limits).size(), 6U);
}

TEST(Design, HasNothingToChooseFrom) {
  DesignLimits Limits;
  Limits.Rows = 3;
  EXPECT_TRUE(chooseDesign({}, {}, Limits).empty());
  DesignSpace S = powers({1, 2}, 1);
  S.Open = {false, true};
  EXPECT_EQ(chooseDesign(S, {}, Limits), (std::vector<size_t>{1}));
  EXPECT_TRUE(chooseDesign(S, {1}, Limits).empty());
}

TEST(Design, TakesColumnsThatAreConstantOrEmpty) {
  // Nothing tells these rows apart; they are taken in order all the same.
  DesignSpace S;
  S.Columns = 3;
  for (unsigned I = 0; I < 4; ++I) {
    S.Rows.insert(S.Rows.end(), {1, 0, 7});
    S.Costs.push_back(1);
  }
  DesignLimits Limits;
  Limits.Rows = 4;
  EXPECT_EQ(chooseDesign(S, {}, Limits), (std::vector<size_t>{0, 1, 2, 3}));
  S.Columns = 0;
  S.Rows.clear();
  EXPECT_EQ(chooseDesign(S, {}, Limits).size(), 4U);
}

TEST(Design, LeavesOutWhatIsNoNumber) {
  DesignSpace S = powers({1, NAN, INFINITY, 2, 3, 4}, 1);
  S.Costs = {1, 1, 1, NAN, 0, INFINITY};
  DesignLimits Limits;
  Limits.Rows = 6;
  EXPECT_EQ(chooseDesign(S, {}, Limits), (std::vector<size_t>{0}));
  EXPECT_EQ(chooseDesign(S, {1}, Limits), (std::vector<size_t>{0}));
}

} // namespace
