#include "toscount/Search/GaussianProcess.h"
#include "toscount/Search/Search.h"
#include "toscount/Support/Random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

using namespace toscount;

namespace {

// Two points a distance of 1 apart, values -1 and 1, length sqrt(5), noise 1/2.
// By hand: k = (1 + 1 + 1/3) / e = 0.85839; the mean is 0, the weights are
// -+ 1 / (1.5 - k) and so is the variance, 1.55858. At the first point the mean
// is (-1 + k) / (1.5 - k), and the variance left is 1 - (1.5 - 0.5 k^2) /
// (1.5^2 - k^2) of it.
TEST(GaussianProcess, TwoPointsByHand) {
  std::vector<std::vector<double>> At = {{0}, {1}};
  std::vector<double> Values = {-1, 1};
  GaussianProcess P(At, Values, KernelParameters{std::sqrt(5.0), 0.5});
  GaussianProcess::Guess G = P.at(std::vector<double>{0});
  EXPECT_NEAR(G.Mean, -0.22071, 1e-5);
  EXPECT_NEAR(G.Deviation, 0.62693, 1e-5);
  EXPECT_NEAR(P.at(std::vector<double>{0.5}).Mean, 0, 1e-12);
  // Far away nothing is known but mean and variance.
  GaussianProcess::Guess Far = P.at(std::vector<double>{1000});
  EXPECT_NEAR(Far.Mean, 0, 1e-9);
  EXPECT_NEAR(Far.Deviation, std::sqrt(1.55858), 1e-5);
}

TEST(GaussianProcess, LearnsASmoothFunction) {
  std::vector<std::vector<double>> At;
  std::vector<double> Values;
  for (int I = 0; I <= 20; ++I) {
    At.push_back({-2 + 0.2 * I});
    Values.push_back(std::sin(2 * At.back()[0]));
  }
  GaussianProcess P(At, Values);
  for (double X = -1.9; X < 2; X += 0.2)
    EXPECT_NEAR(P.at(std::vector<double>{X}).Mean, std::sin(2 * X), 0.01);
  // No other parameters within the bounds are likelier.
  for (double Length = 0.2; Length < 20; Length *= 1.3)
    for (double Noise = 1e-4; Noise < 2; Noise *= 1.7)
      EXPECT_LE(GaussianProcess(At, Values, KernelParameters{Length, Noise})
                    .logLikelihood(),
                P.logLikelihood() + 0.05);
}

TEST(GaussianProcess, SaysNothingOfNoise) {
  Random R(7);
  std::vector<std::vector<double>> At;
  std::vector<double> Values;
  for (int I = 0; I < 40; ++I) {
    At.push_back({R.uniform() * 4 - 2});
    Values.push_back(R.uniform());
  }
  GaussianProcess P(At, Values);
  for (double X = -2; X < 2; X += 0.5)
    EXPECT_NEAR(P.at(std::vector<double>{X}).Mean, 0.5, 0.25);
}

TEST(GaussianProcess, EqualValuesAndEqualPoints) {
  std::vector<std::vector<double>> At = {{1, 2}, {1, 2}, {3, 4}};
  std::vector<double> Values = {5, 5, 5};
  GaussianProcess P(At, Values);
  GaussianProcess::Guess G = P.at(std::vector<double>{2, 2});
  EXPECT_DOUBLE_EQ(G.Mean, 5);
  EXPECT_NEAR(G.Deviation, 0, 1e-12);
  GaussianProcess One({{1}}, {3.0});
  EXPECT_DOUBLE_EQ(One.at(std::vector<double>{9}).Mean, 3);
}

/// Candidates on a line whose accuracies are 0.1 * index.
std::vector<Outcome> line(size_t N) {
  std::vector<Outcome> All(N);
  for (size_t I = 0; I < N; ++I) {
    All[I].Accuracy = 0.1 * static_cast<double>(I);
    All[I].Energy = 1;
    All[I].Spent = 1;
  }
  return All;
}

TEST(Search, EveryStrategyTriesEveryCandidateOnce) {
  std::vector<Outcome> Known = line(9);
  std::vector<std::vector<double>> At;
  for (size_t I = 0; I < Known.size(); ++I)
    At.push_back({static_cast<double>(I)});
  for (Strategy S : {Strategy::Grid, Strategy::Random, Strategy::Bayesian}) {
    SearchOptions Options;
    Options.Tolerance = 0.15;
    llvm::Expected<SearchRun> Run = runSearch(
        S, Known.size(), At, Known, Options, 3,
        [&](size_t I) -> llvm::Expected<Outcome> { return Known[I]; });
    ASSERT_TRUE(static_cast<bool>(Run));
    std::set<size_t> Tried;
    size_t First = 0;
    for (const SearchRound &R : Run->Rounds) {
      Tried.insert(R.Candidate);
      if (First == 0 && R.Candidate >= 7) // 0.7 or more, of at most 0.8.
        First = Tried.size();
    }
    EXPECT_EQ(Tried.size(), 9U);
    EXPECT_EQ(Run->OptimumRound, First);
    EXPECT_EQ(Run->Reached, First);
    EXPECT_EQ(Run->Rounds.back().Spent, 9);
    if (S == Strategy::Grid)
      EXPECT_EQ(Run->Rounds[4].Candidate, 4U);
  }
}

// What nothing is known of beforehand is learned round by round, and scaled
// over what was seen.
TEST(Search, LearnsWhatIsNotKnown) {
  std::vector<Outcome> Hidden = line(9);
  std::vector<std::vector<double>> At;
  for (size_t I = 0; I < Hidden.size(); ++I)
    At.push_back({static_cast<double>(I)});
  SearchOptions Options;
  Options.Of = Objective::Alpha;
  Options.Rounds = 6;
  llvm::Expected<SearchRun> Run =
      runSearch(Strategy::Bayesian, Hidden.size(), At, {}, Options, 3,
                [&](size_t I) -> llvm::Expected<Outcome> { return Hidden[I]; });
  ASSERT_TRUE(static_cast<bool>(Run));
  EXPECT_EQ(Run->Rounds.size(), 6U);
  EXPECT_FALSE(Run->Reached);
  EXPECT_EQ(Run->Rounds.back().Best, 0); // The best that was seen.

  llvm::Expected<SearchRun> Failed =
      runSearch(Strategy::Random, Hidden.size(), At, {}, Options, 3,
                [&](size_t I) -> llvm::Expected<Outcome> {
                  return llvm::createStringError("no power");
                });
  EXPECT_EQ(llvm::toString(Failed.takeError()), "no power");
}

} // namespace
