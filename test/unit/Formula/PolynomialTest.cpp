//===- PolynomialTest.cpp - exact arithmetic and interpolation ------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Formula/Polynomial.h"

#include <gtest/gtest.h>

#include <random>

using namespace toscount;

namespace {

/// All points of the grid \p Axes, the last axis fastest.
std::vector<std::vector<int64_t>>
gridOf(const std::vector<std::vector<int64_t>> &Axes) {
  std::vector<std::vector<int64_t>> Points = {{}};
  for (const auto &Xs : Axes) {
    std::vector<std::vector<int64_t>> Longer;
    for (const auto &P : Points)
      for (int64_t X : Xs) {
        Longer.push_back(P);
        Longer.back().push_back(X);
      }
    Points = Longer;
  }
  return Points;
}

TEST(Rational, LowestTerms) {
  EXPECT_EQ(toString(Rational(llvm::DynamicAPInt(6), llvm::DynamicAPInt(-4))),
            "-3/2");
  EXPECT_EQ(toString(Rational(1) / Rational(3) + Rational(2) / Rational(3)),
            "1");
  EXPECT_EQ(toString(Rational(0) / Rational(-7)), "0");
}

TEST(Rational, WideCounts) {
  WideCount Value = uint64_t{1} << 63U;
  Value = Value * (uint64_t{1} << 63U) * 2 + 1;
  EXPECT_EQ(toString(Rational(Value)),
            "170141183460469231731687303715884105729");
  Rational R(Value);
  EXPECT_EQ(toString(R * R - R * R), "0");
  EXPECT_EQ(toString(R * R / R), toString(R));
}

TEST(Polynomial, Text) {
  // Highest degree first, whole and broken coefficients, names of all kinds.
  Polynomial P;
  P.Terms = {{Rational(-1), {1, 2}},
             {Rational(7) / Rational(2), {1, 0}},
             {Rational(-9), {0, 0}}};
  EXPECT_EQ(toString(P, {"N", "seq"}), "-N seq^2 + 7/2 N - 9");
  EXPECT_EQ(toString(P, {"past + 1", "x:0"}),
            "-\"past + 1\" x:0^2 + 7/2 \"past + 1\" - 9");
  EXPECT_EQ(toString(Polynomial(), {"N", "seq"}), "0");
}

TEST(Interpolation, RecoversRandomPolynomials) {
  std::mt19937_64 Random(7);
  for (unsigned Round = 0; Round < 200; ++Round) {
    size_t Variables = 1 + Random() % 3;
    std::vector<std::vector<int64_t>> Axes(Variables);
    for (auto &Xs : Axes) {
      auto Start = static_cast<int64_t>(Random() % 100);
      auto Step = static_cast<int64_t>(1 + Random() % 64);
      for (unsigned I = 0, Degree = Random() % 5; I <= Degree; ++I)
        Xs.push_back(Start + I * Step);
    }
    // Any polynomial: what counts is that the same one comes back.
    std::vector<Rational> Values;
    for (size_t I = 0; I < gridOf(Axes).size(); ++I)
      Values.push_back(
          Rational(static_cast<int64_t>(Random() % 2000000) - 1000000) /
          Rational(static_cast<int64_t>(1 + Random() % 9)));
    Polynomial P = interpolate(Axes, Values);
    for (size_t I = 0; I < Values.size(); ++I)
      ASSERT_EQ(P.at(gridOf(Axes)[I]), Values[I]);
    // Through other points of it, of one degree more: the same.
    std::vector<std::vector<int64_t>> Others = Axes;
    for (auto &Xs : Others) {
      Xs.push_back(Xs.back() + 3);
      for (int64_t &X : Xs)
        X = 2 * X + 1;
    }
    std::vector<Rational> Again;
    for (const auto &Where : gridOf(Others))
      Again.push_back(P.at(Where));
    std::vector<std::string> Names(Variables, "x");
    EXPECT_EQ(toString(interpolate(Others, Again), Names), toString(P, Names));
  }
}

} // namespace
