//===- RoundsTest.cpp - what to measure next, and when to stop ------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/Rounds.h"

#include "llvm/ADT/STLExtras.h"

#include <gtest/gtest.h>

#include <set>

using namespace llvm;
using namespace toscount;

namespace {

std::vector<PoolRun> pool(std::vector<std::string> Families,
                          double HoldBack = 0.2, uint64_t Seed = 1) {
  OpRegistry Registry;
  RunPoolOptions Options;
  Options.Families = std::move(Families);
  Options.HoldBack = HoldBack;
  Options.Seed = Seed;
  Expected<std::vector<PoolRun>> Pool = makeRunPool(Options, Registry);
  EXPECT_TRUE(static_cast<bool>(Pool));
  return Pool ? std::move(*Pool) : std::vector<PoolRun>();
}

RoundLimits limits() {
  RoundLimits L;
  L.BudgetSeconds = 1000;
  L.MemoryBytes = 1e12;
  return L;
}

std::vector<size_t> indices(ArrayRef<PlannedRun> Runs) {
  std::vector<size_t> I;
  for (const PlannedRun &R : Runs)
    I.push_back(R.Index);
  return I;
}

TEST(RunPool, FeaturesAreThoseOfCountingThePlan) {
  OpRegistry Registry;
  FeatureCounter Counter(Registry);
  for (const PoolRun &Run : pool({"lenet", "bcnn"})) {
    RunSpec Spec = Run.Spec;
    Spec.Plan = Run.plan(7);
    Expected<RunFeatures> Counted = Counter.count(Spec);
    ASSERT_TRUE(static_cast<bool>(Counted));
    FeatureVector V = Run.features(7);
    for (const FeatureInfo &I : FeatureTable)
      EXPECT_NEAR(V[I.Id], Counted->All[I.Id], 1e-9 * Counted->All[I.Id])
          << Spec.Model << ": " << I.Name.str();
  }
}

TEST(RunPool, TheSeedDecidesTheOrderAndWhatIsHeldBack) {
  auto Names = [](ArrayRef<PoolRun> Pool) {
    std::vector<std::string> N;
    for (const PoolRun &R : Pool)
      N.push_back(R.Spec.Model + " " + std::to_string(R.Spec.Plan.Batch) + " " +
                  R.Spec.Options.Optimizer + (R.HeldBack ? " back" : ""));
    return N;
  };
  std::vector<std::string> Once = Names(pool({"mlp"}));
  EXPECT_EQ(Names(pool({"mlp"})), Once);
  EXPECT_NE(Names(pool({"mlp"}, 0.2, 2)), Once);
}

TEST(RunPool, HoldsWholeNetworksBack) {
  for (double Share : {0.0, 0.2, 0.5}) {
    std::vector<PoolRun> Pool = pool({"mlp", "dnn", "dense-linear"}, Share);
    std::set<size_t> All, Back;
    std::set<std::string> Fitted;
    for (const PoolRun &R : Pool) {
      All.insert(R.Network);
      if (R.HeldBack)
        Back.insert(R.Network);
      else
        Fitted.insert(R.Spec.Model);
    }
    EXPECT_EQ(Back.size(), static_cast<size_t>(Share * All.size()));
    for (const PoolRun &R : Pool)
      EXPECT_EQ(Fitted.count(R.Spec.Model), R.HeldBack ? 0U : 1U);
  }
}

TEST(RunPool, AnswersAnUnknownFamily) {
  OpRegistry Registry;
  RunPoolOptions Options;
  Options.Families = {"lennet"};
  Expected<std::vector<PoolRun>> Pool = makeRunPool(Options, Registry);
  ASSERT_FALSE(static_cast<bool>(Pool));
  EXPECT_NE(toString(Pool.takeError()).find("did you mean 'lenet'?"),
            std::string::npos);
}

// 50 us a step, 5 us a kernel, 40 GMAC/s, 20 GB/s.
double truth(const FeatureVector &V) {
  return 5e-5 * (V[Feature::Step] + V[Feature::ValidationStep]) +
         5e-6 * V[Feature::Kernel] + V[Feature::Macs] / 4e10 +
         (V[Feature::BytesRead] + V[Feature::BytesWritten]) / 2e10;
}

TEST(RunTimes, LearnsTheMachine) {
  std::vector<PoolRun> Pool = pool({"mlp", "lenet", "simple-cnn"});
  std::vector<RunTimes::Sample> Samples;
  for (size_t I = 0; I < Pool.size(); I += 5) {
    FeatureVector V = Pool[I].features(100);
    Samples.push_back({Pool[I].Spec.Model, V, truth(V)});
  }
  RunTimes Before, After;
  ASSERT_FALSE(static_cast<bool>(After.learn(Samples)));
  for (const PoolRun &R : Pool) {
    FeatureVector V = R.features(100);
    EXPECT_NEAR(After.seconds(R.Spec.Model, V) / truth(V), 1, 0.3);
  }
  // It started from something else.
  FeatureVector V = Pool[0].features(100);
  EXPECT_GT(Before.seconds("", V) / truth(V), 1.5);
}

TEST(RunTimes, RemembersANetworkThatIsOff) {
  std::vector<PoolRun> Pool = pool({"mlp"}, 0);
  std::vector<RunTimes::Sample> Samples;
  for (const PoolRun &R : Pool) {
    FeatureVector V = R.features(10);
    bool Off = R.Network == Pool[0].Network;
    Samples.push_back({R.Spec.Model, V, truth(V) * (Off ? 5 : 1)});
  }
  RunTimes Times;
  ASSERT_FALSE(static_cast<bool>(Times.learn(Samples)));
  FeatureVector V = Pool[0].features(10);
  EXPECT_GT(Times.seconds(Pool[0].Spec.Model, V) / truth(V), 3);
  EXPECT_LT(Times.seconds("", V) / truth(V), 2);
}

TEST(Rounds, RunsAreLongEnoughAndNotMuchLonger) {
  std::vector<PoolRun> Pool = pool({"mlp", "lenet", "resnet"});
  std::vector<RunState> States(Pool.size(), RunState::Open);
  RoundLimits L = limits();
  L.Runs = 20;
  std::vector<PlannedRun> Runs = planRound(Pool, States, RunTimes(), L);
  EXPECT_GE(Runs.size(), 10U);
  for (const PlannedRun &R : Runs) {
    double Target = L.RunSeconds * Pool[R.Index].Length;
    EXPECT_GE(R.Seconds, 0.66 * Target);
    EXPECT_LE(R.Seconds, 4 * Target);
    EXPECT_EQ(R.Plan.Samples % R.Plan.Batch, 0);
  }
}

TEST(Rounds, ANetworkOnceARoundAndNothingTwice) {
  std::vector<PoolRun> Pool = pool({"mlp", "dense-linear"});
  std::vector<RunState> States(Pool.size(), RunState::Open);
  std::set<size_t> Seen;
  RunTimes Times;
  RoundLimits L = limits();
  L.Runs = 6;
  for (unsigned Round = 0; Round < 4; ++Round) {
    std::vector<PlannedRun> Runs = planRound(Pool, States, Times, L);
    EXPECT_EQ(indices(planRound(Pool, States, Times, L)), indices(Runs));
    std::set<size_t> Networks;
    size_t Back = 0;
    for (const PlannedRun &R : Runs) {
      EXPECT_TRUE(Seen.insert(R.Index).second);
      EXPECT_TRUE(Networks.insert(Pool[R.Index].Network).second);
      Back += Pool[R.Index].HeldBack ? 1 : 0;
      States[R.Index] = Round % 2 == 0 ? RunState::Measured : RunState::Failed;
    }
    // 6 * 0.2 / 0.8, rounded up.
    EXPECT_EQ(Back, 2U);
    EXPECT_EQ(Runs.size(), 8U);
  }
}

TEST(Rounds, KeepsToTimeAndMemory) {
  std::vector<PoolRun> Pool = pool({"mlp"}, 0);
  std::vector<RunState> States(Pool.size(), RunState::Open);
  RoundLimits L = limits();
  L.BudgetSeconds = 10;
  double Spent = 0;
  std::vector<PlannedRun> Runs = planRound(Pool, States, RunTimes(), L);
  for (const PlannedRun &R : Runs)
    Spent += R.Seconds + L.OverheadSeconds;
  EXPECT_FALSE(Runs.empty());
  EXPECT_LE(Spent, 10);
  L.BudgetSeconds = 0.1;
  EXPECT_TRUE(planRound(Pool, States, RunTimes(), L).empty());
  L = limits();
  L.MemoryBytes = 4e6;
  Runs = planRound(Pool, States, RunTimes(), L);
  EXPECT_FALSE(Runs.empty());
  for (const PlannedRun &R : Runs)
    EXPECT_LE(Pool[R.Index].memoryBytes(), 4e6);
  L.MemoryBytes = 1;
  EXPECT_TRUE(planRound(Pool, States, RunTimes(), L).empty());
}

TEST(Rounds, ProbesAreShort) {
  std::vector<PoolRun> Pool = pool({"mlp", "resnet"});
  std::vector<RunState> States(Pool.size(), RunState::Open);
  RoundLimits L = limits();
  L.Probe = true;
  L.Runs = 4;
  std::vector<PlannedRun> Runs = planRound(Pool, States, RunTimes(), L);
  EXPECT_EQ(Runs.size(), 4U);
  for (const PlannedRun &R : Runs) {
    EXPECT_FALSE(Pool[R.Index].HeldBack);
    EXPECT_LE(R.Seconds, L.RunSeconds);
  }
}

/// Scores with a standard error of 1 on as many architectures as matter.
std::vector<RoundScore> scores(ArrayRef<double> Percent) {
  std::vector<RoundScore> Rounds;
  for (double P : Percent)
    Rounds.push_back({50, LeastGroups, P, 1});
  return Rounds;
}

TEST(Settled, WhenThreeRoundsAreNoBetter) {
  EXPECT_FALSE(hasSettled({}));
  EXPECT_FALSE(hasSettled(scores({9, 9, 9})));
  EXPECT_TRUE(hasSettled(scores({9, 9, 9, 9})));
  // One standard error below the best is not enough, more is.
  EXPECT_TRUE(hasSettled(scores({9, 8, 10, 12})));
  EXPECT_FALSE(hasSettled(scores({9, 7.9, 10, 12})));
  // It still falls, slowly.
  EXPECT_FALSE(hasSettled(scores({9, 8.6, 8.2, 7.8})));
  EXPECT_TRUE(hasSettled(scores({9, 8.6, 8.2, 7.8, 7.8, 7.7, 7.6})));
}

TEST(Settled, NotOnFewArchitectures) {
  std::vector<RoundScore> Rounds = scores({9, 9, 9, 9});
  Rounds[0].Groups = LeastGroups - 1;
  EXPECT_FALSE(hasSettled(Rounds));
}

} // namespace
