//===- KernelsTest.cpp - kernels and what limits them ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/RunFeatures.h"

#include <gtest/gtest.h>

using namespace llvm;
using namespace toscount;

namespace {

KernelGroup other(double Bytes, double Times) {
  KernelGroup G;
  G.Bytes = Bytes;
  G.Times = Times;
  return G;
}

KernelGroup product(double Macs, double Channels, double Bytes, double Times) {
  KernelGroup G;
  G.Product = true;
  G.Macs = Macs;
  G.PerChannel = Macs / Channels;
  G.Bytes = Bytes;
  G.Times = Times;
  return G;
}

std::array<double, NumKernelTerms>
costs(std::initializer_list<std::pair<KernelTerm, double>> Given) {
  std::array<double, NumKernelTerms> C{};
  for (auto [T, Value] : Given)
    C[static_cast<unsigned>(T)] = Value;
  return C;
}

TEST(Kernels, TakeAsLongAsTheSlowestLimit) {
  KernelSet S;
  S.add(other(100, 3));          // 3 * max(5, 100 * 0.1) = 30
  S.add(other(10, 2));           // 2 * max(5, 1) = 10
  S.add(product(40, 8, 200, 1)); // max(5, 40 * 2 + 5 * 4, 200 * 0.2) = 100
  S.add(product(1, 8, 200, 4));  // 4 * max(5, 2.5, 40) = 160
  auto C = costs({{KernelTerm::Launch, 5},
                  {KernelTerm::PointwiseMacs, 2},
                  {KernelTerm::PointwiseMacsPerChannel, 4},
                  {KernelTerm::SpatialMacs, 1000},
                  {KernelTerm::ProductBytes, 0.2},
                  {KernelTerm::OtherBytes, 0.1}});
  std::array<double, NumKernelTerms> Slopes{};
  EXPECT_DOUBLE_EQ(S.slowest(C, Slopes), 300);
  EXPECT_DOUBLE_EQ(S.slowest(C), 300);
  auto Slope = [&](KernelTerm T) { return Slopes[static_cast<unsigned>(T)]; };
  EXPECT_EQ(Slope(KernelTerm::Launch), 2);
  EXPECT_EQ(Slope(KernelTerm::PointwiseMacs), 40);
  EXPECT_EQ(Slope(KernelTerm::PointwiseMacsPerChannel), 5);
  EXPECT_EQ(Slope(KernelTerm::SpatialMacs), 0);
  EXPECT_EQ(Slope(KernelTerm::ProductBytes), 800);
  EXPECT_EQ(Slope(KernelTerm::OtherBytes), 300);
}

TEST(Kernels, OfTheSameWorkAreOneGroup) {
  KernelSet Step, Run;
  for (int I = 0; I < 1000; ++I)
    Step.add(other(I % 3, 1));
  EXPECT_EQ(Step.groups().size(), 3U);
  Run.add(Step, 10);
  Run.add(Step, 0);
  std::vector<KernelGroup> Groups = Run.groups();
  ASSERT_EQ(Groups.size(), 3U);
  EXPECT_EQ(Groups[0].Bytes, 0);
  EXPECT_EQ(Groups[0].Times, 3340);
  EXPECT_EQ(Groups[2].Times, 3330);
}

RunFeatures count(StringRef Model, int64_t Samples, int64_t Batch,
                  bool WithLayers = false) {
  OpRegistry Registry;
  FeatureCounter Counter(Registry, WithLayers);
  RunSpec Spec;
  Spec.Model = Model.str();
  Spec.Options.Loss = "mse";
  Spec.Plan.Samples = Samples;
  Spec.Plan.Batch = Batch;
  Expected<RunFeatures> Run = Counter.count(Spec);
  EXPECT_TRUE(static_cast<bool>(Run)) << toString(Run.takeError());
  return std::move(*Run);
}

TEST(Kernels, OfAConvolution) {
  // As in FeaturesTest: forward and the weight's gradient, 4 images, two steps.
  RunFeatures Run = count("zoo:layer-conv:in=8,out=6,size=10,kernel=3", 8, 4);
  double Macs = 4.0 * 6 * 8 * 8 * 9 * 8;
  double Bytes = 4.0 * (4 * 8 * 100 + 4 * 6 * 64 + 6 * 8 * 9 + 6);
  double Products = 0, Kernels = 0;
  for (const KernelGroup &G : Run.All.Kernels.groups()) {
    Kernels += G.Times;
    if (!G.Product)
      continue;
    Products += G.Times;
    EXPECT_TRUE(G.Spatial);
    EXPECT_TRUE(G.Misaligned);
    EXPECT_EQ(G.Macs, Macs);
    EXPECT_EQ(G.PerChannel, Macs / 8);
    EXPECT_EQ(G.Bytes, Bytes);
  }
  EXPECT_EQ(Products, 4);
  EXPECT_EQ(Kernels, Run.All[Feature::Kernel]);
}

/// What limits a kernel does not depend on what it is summed with.
TEST(Kernels, OfPhasesAndLayersAddUp) {
  RunFeatures Run = count("zoo:resnet:depth=18", 5, 2, true);
  std::array<double, NumKernelTerms> C{};
  for (unsigned I = 0; I < NumKernelTerms; ++I)
    C[I] = 1e-9 * (I + 1);
  C[0] = 1;
  double Phases = 0, Layers = 0;
  for (const FeatureVector &P : Run.Phases)
    Phases += P.Kernels.slowest(C);
  for (const LayerFeatures &L : Run.Layers)
    for (const FeatureVector &P : L.Phases)
      Layers += P.Kernels.slowest(C);
  double All = Run.All.Kernels.slowest(C);
  EXPECT_GT(All, 0);
  EXPECT_NEAR(Phases, All, 1e-9 * All);
  EXPECT_NEAR(Layers, All, 1e-9 * All);
}

} // namespace
