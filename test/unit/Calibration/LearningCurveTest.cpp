//===- LearningCurveTest.cpp - curves whose parameters are known ----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/LearningCurve.h"
#include "toscount/Support/Statistics.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace toscount;

namespace {

/// a rises with log(size), b and c are shared.
double truth(double Size, double Epoch) {
  return 0.8 + 0.05 * std::log(Size) - 0.7 * std::pow(Epoch + 1, -0.6);
}

std::vector<AccuracyPoint> points() {
  std::vector<AccuracyPoint> P;
  for (double Size : {1.0, 2.0, 4.0, 5.0})
    for (double Epoch : {2.0, 5.0, 10.0, 50.0, 100.0})
      P.push_back({Size, Epoch, truth(Size, Epoch)});
  return P;
}

LearningCurve fitted(llvm::ArrayRef<AccuracyPoint> Points) {
  llvm::Expected<LearningCurve> C = fitLearningCurve(Points);
  if (!C) {
    ADD_FAILURE() << llvm::toString(C.takeError());
    return {};
  }
  return *C;
}

TEST(LearningCurveTest, FindsWhatMadeThePoints) {
  LearningCurve C = fitted(points());
  for (double Size : {1.0, 3.0, 5.0, 8.0}) // 3 and 8 were not fitted.
    for (double Epoch : {1.0, 20.0, 200.0})
      EXPECT_NEAR(C.accuracy(Size, Epoch), truth(Size, Epoch), 1e-4)
          << Size << " " << Epoch;
  EXPECT_LT(C.Spread, 1e-5);
  double Target = truth(3, 30);
  ASSERT_TRUE(C.epochsTo(3, Target - 1e-4));
  EXPECT_NEAR(*C.epochsTo(3, Target - 1e-4), 30, 1);
  EXPECT_FALSE(C.epochsTo(3, 0.99));
  EXPECT_EQ(C.epochsTo(3, 0), 1);
}

TEST(LearningCurveTest, OneWildPointIsOutvoted) {
  std::vector<AccuracyPoint> P = points();
  P[7].Accuracy = 0.05;
  EXPECT_NEAR(fitted(P).accuracy(3, 20), truth(3, 20), 0.01);
}

TEST(LearningCurveTest, Refuses) {
  auto Says = [](std::vector<AccuracyPoint> P) {
    llvm::Expected<LearningCurve> C = fitLearningCurve(P);
    return C ? std::string() : llvm::toString(C.takeError());
  };
  EXPECT_NE(Says({{1, 1, 0.1}, {1, 2, 0.2}, {1, 3, 0.3}}), "");
  EXPECT_NE(Says({{1, 1, 0.1}, {2, 2, 0.2}, {1, 2, 0.3}, {1, 1, 0.1}}), "");
  EXPECT_NE(Says({{1, 1, 0.1}, {1, 2, 1.2}, {1, 3, 0.3}, {1, 4, 0.3}}), "");
  EXPECT_NE(Says({{0, 1, 0.1}, {1, 2, 0.2}, {1, 3, 0.3}, {1, 4, 0.3}}), "");
  EXPECT_EQ(Says({{1, 1, 0.1}, {1, 2, 0.2}, {1, 3, 0.3}, {1, 4, 0.3}}), "");
}

TEST(LearningCurveTest, NoiseEndsTrainingEarly) {
  LearningCurve C = fitted(points());
  EarlyStopping Options;
  // Without noise a rising curve never stops before the limit.
  EXPECT_EQ(simulateEarlyStops(C, 2, 0, Options).front(), Options.MostEpochs);
  double Quiet = median(simulateEarlyStops(C, 2, 0.001, Options));
  double Loud = median(simulateEarlyStops(C, 2, 0.01, Options));
  EXPECT_LT(Loud, Quiet);
  EXPECT_EQ(simulateEarlyStops(C, 2, 0.01, Options),
            simulateEarlyStops(C, 2, 0.01, Options));
  Options.Patience = 6;
  EXPECT_GT(median(simulateEarlyStops(C, 2, 0.01, Options)), Loud);
  Options.Patience = 3;
  // The noise that made the stops is found again, to the grid's factor of 1.5.
  double Noise = fitStoppingNoise(C, {{2, Loud}}, Options);
  EXPECT_GT(Noise, 0.01 / 1.5);
  EXPECT_LT(Noise, 0.01 * 1.5);
  EXPECT_EQ(fitStoppingNoise(C, {}, Options), C.Spread);
}

} // namespace
