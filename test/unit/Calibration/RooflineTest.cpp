//===- RooflineTest.cpp - rooflines whose truth is known ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Synthetic.h"

#include "toscount/Calibration/Roofline.h"
#include "toscount/Calibration/Selection.h"

#include <gtest/gtest.h>

using namespace llvm;
using namespace toscount;

namespace {

constexpr double Launch = 5e-6, Mac = 2e-13, Byte = 2e-12, OtherByte = 3e-12;
constexpr double Power = 150, RunEnergy = 30, MacEnergy = 1e-11;

/// Runs of products over one tap and of other kernels, some limited by each of
/// the three limits; ones that misalign are none.
Dataset runs(Random &R, size_t N, double Noise, RooflineRuns &Of) {
  Dataset D;
  for (const FeatureInfo &F : FeatureTable)
    D.Columns.push_back({F.Name.str(), F.Unit.str()});
  D.Response = {"energy", "J"};
  for (size_t I = 0; I < N; ++I) {
    KernelSet Set;
    double Time = 0, Macs = 0;
    double Steps = std::round(logUniform(R, 100, 10000));
    for (int K = 0; K < 6; ++K) {
      KernelGroup G;
      G.Product = K < 3;
      G.Macs = G.Product ? logUniform(R, 1e5, 1e11) : 0;
      G.Bytes = logUniform(R, 1e3, 1e8);
      G.Times = Steps * (1 + static_cast<double>(R.index(9)));
      Time += G.Times * std::max({Launch, Mac * G.Macs,
                                  (G.Product ? Byte : OtherByte) * G.Bytes});
      Macs += G.Times * G.Macs;
      Set.add(G);
    }
    Of.Kernels.push_back(Set);
    Of.Seconds.push_back(Time * std::exp(Noise * normal(R)));
    std::vector<double> X(NumFeatures);
    X[static_cast<unsigned>(Feature::Run)] = 1;
    X[static_cast<unsigned>(Feature::Step)] = Steps;
    X[static_cast<unsigned>(Feature::Macs)] = Macs;
    D.X.insert(D.X.end(), X.begin(), X.end());
    D.Y.push_back((RunEnergy + Power * Time + MacEnergy * Macs) *
                  std::exp(Noise * normal(R)));
    D.Group.push_back("net" + std::to_string(I));
  }
  return D;
}

double valueOf(const FittedModel &M, StringRef Name) {
  for (const Coefficient &C : M.Coefficients)
    if (C.Name == Name)
      return C.Value;
  return -1;
}

TEST(Roofline, RecoversTimesAndPower) {
  Random R(7);
  auto Of = std::make_shared<RooflineRuns>();
  Dataset D = runs(R, 60, 0.01, *Of);
  auto Model = rooflineFamily(Of)->fit(D);
  ASSERT_TRUE(static_cast<bool>(Model)) << toString(Model.takeError());
  EXPECT_NEAR(valueOf(**Model, "kernel.launch"), Launch, 0.05 * Launch);
  EXPECT_NEAR(valueOf(**Model, "kernel.pointwise_macs"), Mac, 0.03 * Mac);
  EXPECT_NEAR(valueOf(**Model, "kernel.product_bytes"), Byte, 0.05 * Byte);
  EXPECT_NEAR(valueOf(**Model, "kernel.other_bytes"), OtherByte,
              0.05 * OtherByte);
  EXPECT_NEAR(valueOf(**Model, "static_power"), Power, 0.05 * Power);
  EXPECT_NEAR(valueOf(**Model, "macs"), MacEnergy, 0.1 * MacEnergy);
  // No product has more than one tap.
  EXPECT_EQ(valueOf(**Model, "kernel.spatial_macs"), -1);
  for (size_t I = 0; I < D.rows(); ++I) {
    Point At{D.row(I), I, ""};
    EXPECT_NEAR((*Model)->predict(At), D.Y[I], 0.06 * D.Y[I]);
    auto Seconds = static_cast<RooflineModel &>(**Model).seconds(At);
    ASSERT_TRUE(Seconds);
    EXPECT_NEAR(*Seconds, Of->Seconds[I], 0.06 * Of->Seconds[I]);
  }
}

TEST(Roofline, PricesKernelsWhereNothingIsTimed) {
  Random R(8);
  auto Of = std::make_shared<RooflineRuns>();
  Dataset D = runs(R, 60, 0.01, *Of);
  Of->Seconds.clear();
  // A session in which everything takes a quarter more.
  for (size_t I = 0; I < D.rows(); ++I) {
    D.Session.push_back(I % 2 == 0 ? "even" : "odd");
    D.Y[I] *= I % 2 == 0 ? 1 : 1.25;
  }
  RooflineOptions Options;
  Options.SessionFactors = true;
  Options.Starts = 24; // Prices alone say little of which limit holds.
  auto Family = rooflineFamily(Of, Options);
  auto Model = Family->fit(D);
  ASSERT_TRUE(static_cast<bool>(Model)) << toString(Model.takeError());
  EXPECT_EQ(valueOf(**Model, "static_power"), -1);
  EXPECT_NEAR((*Model)->sessionFactor("odd") / (*Model)->sessionFactor("even"),
              1.25, 0.02);
  // Launches can't be told from what a step takes; a MAC that limits its kernel
  // costs power times its time and its own energy, at the sessions' mean.
  double AMac = (Power * Mac + MacEnergy) * std::sqrt(1.25);
  EXPECT_NEAR(valueOf(**Model, "kernel.pointwise_macs") +
                  valueOf(**Model, "macs"),
              AMac, 0.08 * AMac);
  auto Cross = crossValidate(*Family, D, groupFolds(D, 5));
  ASSERT_TRUE(static_cast<bool>(Cross)) << toString(Cross.takeError());
  for (size_t I = 0; I < D.rows(); ++I)
    EXPECT_NEAR((*Cross)[I], D.Y[I], 0.15 * D.Y[I]);
}

TEST(Roofline, RefusesTooFewArchitectures) {
  Random R(9);
  auto Of = std::make_shared<RooflineRuns>();
  Dataset D = runs(R, 5, 0.01, *Of);
  EXPECT_NE(
      toString(rooflineFamily(Of)->fit(D).takeError()).find("can't determine"),
      std::string::npos);
}

} // namespace
