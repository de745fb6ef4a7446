//===- SearchTest.cpp - polynomials found and refused ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Formula/Search.h"

#include "toscount/Support/Diagnostics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

using namespace toscount;

namespace {

/// Searches one total that is \p F.
template <typename Function>
SearchResult search(std::vector<std::string> Names, Function F) {
  llvm::Expected<SearchResult> R = findPolynomials(
      [&](const Point &P) -> llvm::Expected<std::vector<WideCount>> {
        return std::vector<WideCount>{F(P)};
      },
      std::move(Names));
  return llvm::cantFail(std::move(R));
}

std::string text(const SearchResult &R, std::vector<std::string> Names) {
  const Fit &F = R.Totals.at(0);
  return F.Found ? toString(*F.Found, Names) : F.Reason;
}

TEST(Search, RecoversRandomPolynomials) {
  std::mt19937_64 Random(11);
  const std::vector<std::string> Names = {"a", "b", "c"};
  for (unsigned Round = 0; Round < 30; ++Round) {
    Polynomial P;
    for (unsigned I = 0; I < 6; ++I) {
      Term T;
      T.Coefficient = static_cast<int64_t>(1 + Random() % (1ULL << 40U));
      for (unsigned V = 0; V < 3; ++V)
        T.Powers.push_back(Random() % (I == 0 ? 5 : 3));
      P.Terms.push_back(T);
    }
    SearchResult R = search(Names, [&](const Point &At) {
      WideCount Sum = 0;
      for (const Term &T : P.Terms) {
        WideCount Product = static_cast<int64_t>(T.Coefficient.numerator());
        for (unsigned V = 0; V < 3; ++V)
          for (unsigned K = 0; K < T.Powers[V]; ++K)
            Product *= At[V];
        Sum += Product;
      }
      return Sum;
    });
    ASSERT_TRUE(R.Totals[0].Found) << R.Totals[0].Reason;
    for (const Point &At : {Point{1, 1, 1}, {3, 1000, 77}, {999, 2, 5000}})
      EXPECT_EQ(R.Totals[0].Found->at(At), P.at(At));
    for (const Range &At : R.Totals[0].Ranges) {
      EXPECT_EQ(At.Multiple, 1);
      EXPECT_EQ(At.From, 1);
    }
    EXPECT_LT(R.Evaluated.size(), 800U);
  }
}

TEST(Search, RationalCoefficients) {
  SearchResult R = search(
      {"n"}, [](const Point &P) { return WideCount(P[0]) * (P[0] + 1) / 2; });
  EXPECT_EQ(text(R, {"n"}), "1/2 n^2 + 1/2 n");
}

TEST(Search, FloorsOnMultiples) {
  SearchResult R = search({"N", "H"}, [](const Point &P) {
    return WideCount(P[0]) * (P[1] / 8) * (P[1] / 8);
  });
  EXPECT_EQ(text(R, {"N", "H"}), "1/64 N H^2");
  EXPECT_EQ(R.Totals[0].Ranges[0].Multiple, 1);
  EXPECT_EQ(R.Totals[0].Ranges[1].Multiple, 8);
  EXPECT_EQ(R.Totals[0].Ranges[1].From, 8);
}

TEST(Search, SevenIsAMultipleToo) {
  SearchResult R =
      search({"H"}, [](const Point &P) { return WideCount(P[0] / 14); });
  EXPECT_EQ(text(R, {"H"}), "1/14 H");
  EXPECT_EQ(R.Totals[0].Ranges[0].Multiple, 14);
}

TEST(Search, SmallSizesThatDiffer) {
  SearchResult R = search({"N", "s"}, [](const Point &P) {
    return WideCount(P[0]) * P[1] + (P[0] == 1 ? 5 : 0);
  });
  EXPECT_EQ(text(R, {"N", "s"}), "N s");
  EXPECT_EQ(R.Totals[0].Ranges[0].From, 2);
  EXPECT_EQ(R.Totals[0].Ranges[0].Smaller, Below::Differs);
  EXPECT_EQ(R.Totals[0].Ranges[1].From, 1);
  EXPECT_EQ(R.Totals[0].Ranges[1].Smaller, Below::Nothing);
}

TEST(Search, SmallSizesThatDifferTogether) {
  // Only where both are 1: neither line alone shows it.
  SearchResult R = search({"a", "b"}, [](const Point &P) {
    return WideCount(P[0]) + P[1] + (P[0] == 1 && P[1] == 1 ? 1 : 0);
  });
  EXPECT_EQ(text(R, {"a", "b"}), "a + b");
  EXPECT_TRUE(R.Totals[0].Ranges[0].From == 2 ||
              R.Totals[0].Ranges[1].From == 2);
}

TEST(Search, HigherDegreeThanSeenFromTheBase) {
  // Along a, with b at the base, it is linear; then it is not.
  SearchResult R = search({"a", "b"}, [](const Point &P) {
    return WideCount(P[0]) + WideCount(P[0]) * P[0] * (P[1] > 4 ? P[1] - 4 : 0);
  });
  EXPECT_EQ(text(R, {"a", "b"}), "a^2 b - 4 a^2 + a");
}

TEST(Search, KinksAreLeftBehind) {
  SearchResult R = search({"x"}, [](const Point &P) {
    return WideCount(std::max<int64_t>(P[0], 43));
  });
  EXPECT_EQ(text(R, {"x"}), "x");
  EXPECT_EQ(R.Totals[0].Ranges[0].Multiple, 1);
  EXPECT_EQ(R.Totals[0].Ranges[0].From, 43);
  EXPECT_EQ(R.Totals[0].Ranges[0].Smaller, Below::Differs);
}

TEST(Search, RefusesWhatIsNone) {
  auto Refused = [](auto F) {
    SearchResult R = search({"x", "y"}, F);
    EXPECT_FALSE(R.Totals[0].Found) << toString(*R.Totals[0].Found, {"x", "y"});
    EXPECT_FALSE(R.Totals[0].Reason.empty());
  };
  // Powers of the variable, logarithms, a kink, an odd divisor, degree 5,
  // noise.
  Refused([](const Point &P) {
    WideCount Power = 1;
    for (int64_t I = 0; I < P[0]; ++I)
      Power *= 2;
    return Power;
  });
  Refused([](const Point &P) {
    return WideCount(P[0]) * (64 - __builtin_clzll(P[0])) + P[1];
  });
  Refused([](const Point &P) { return WideCount(std::max(P[0], P[1])); });
  Refused([](const Point &P) { return WideCount(P[0] * P[1] / 11); });
  Refused([](const Point &P) {
    return WideCount(P[1]) * P[1] * P[1] * P[1] * P[1];
  });
  Refused([](const Point &P) {
    return WideCount((P[0] * 2654435761U + P[1] * 40503U) % 65536);
  });
}

TEST(Search, OneRefusedTotalLeavesTheOthers) {
  llvm::Expected<SearchResult> R = findPolynomials(
      [](const Point &P) -> llvm::Expected<std::vector<WideCount>> {
        return std::vector<WideCount>{P[0], 64 - __builtin_clzll(P[0]), 7};
      },
      {"x"});
  ASSERT_TRUE(bool(R));
  EXPECT_TRUE(R->Totals[0].Found);
  EXPECT_FALSE(R->Totals[1].Found);
  EXPECT_TRUE(R->Totals[2].Found);
}

/// Evaluates x * y where \p Can says so.
template <typename Condition>
llvm::Expected<SearchResult> partly(Condition Can) {
  return findPolynomials(
      [=](const Point &P) -> llvm::Expected<std::vector<WideCount>> {
        if (!Can(P[0], P[1]))
          return makeError("no");
        return std::vector<WideCount>{WideCount(P[0]) * P[1]};
      },
      {"x", "y"});
}

TEST(Search, SizesThatCannotBeEvaluated) {
  auto R = partly([](int64_t X, int64_t Y) { return X >= 29 && Y <= 512; });
  ASSERT_TRUE(bool(R));
  EXPECT_EQ(text(*R, {"x", "y"}), "x y");
  EXPECT_EQ(R->Totals[0].Ranges[0].From, 29);
  EXPECT_EQ(R->Totals[0].Ranges[0].Smaller, Below::Uncounted);
  EXPECT_EQ(R->Totals[0].Ranges[1].From, 1);
  EXPECT_FALSE(R->Failed.empty());
  // The others are small although one has to be large.
  EXPECT_EQ(R->Base, (Point{32, 4}));

  R = partly([](int64_t X, int64_t) { return X % 16 == 0; });
  ASSERT_TRUE(bool(R));
  EXPECT_EQ(text(*R, {"x", "y"}), "x y");
  EXPECT_EQ(R->Totals[0].Ranges[0].Multiple, 16);
}

TEST(Search, NothingToVary) {
  auto R = partly([](int64_t, int64_t) { return false; });
  ASSERT_FALSE(bool(R));
  EXPECT_EQ(message(R.takeError()), "no");
  R = partly([](int64_t X, int64_t) { return X == 64; });
  ASSERT_FALSE(bool(R));
  EXPECT_EQ(message(R.takeError()).substr(0, 32),
            "dimension 'x' can't be varied: n");
  // Dimensions that have to be equal can't be told apart.
  R = partly([](int64_t X, int64_t Y) { return X == Y; });
  ASSERT_FALSE(bool(R));
  llvm::consumeError(R.takeError());
}

TEST(Search, TotalsThatDoNotFit) {
  llvm::Expected<SearchResult> R = findPolynomials(
      [](const Point &P) -> llvm::Expected<std::vector<WideCount>> {
        WideCount C = P[0];
        for (unsigned I = 0; I < 120; ++I)
          C *= 2;
        return std::vector<WideCount>{C};
      },
      {"x"});
  ASSERT_TRUE(bool(R));
  EXPECT_EQ(text(*R, {"x"}), "1329227995784915872903807060280344576 x");
}

} // namespace
