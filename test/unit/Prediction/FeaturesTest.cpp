//===- FeaturesTest.cpp - features of layers, steps and runs --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/RunFeatures.h"
#include "toscount/Records/RunRecord.h"

#include <gtest/gtest.h>

using namespace llvm;
using namespace toscount;

namespace {

RunSpec specOfModel(StringRef Model, int64_t Samples, int64_t Batch) {
  RunSpec Spec;
  Spec.Model = Model.str();
  Spec.Plan.Samples = Samples;
  Spec.Plan.Batch = Batch;
  return Spec;
}

RunFeatures count(const RunSpec &Spec, bool WithLayers = false) {
  OpRegistry Registry;
  FeatureCounter Counter(Registry, WithLayers);
  Expected<RunFeatures> Run = Counter.count(Spec);
  EXPECT_TRUE(static_cast<bool>(Run)) << toString(Run.takeError());
  return std::move(*Run);
}

TEST(Features, Convolution) {
  // 4 images of 8x10x10; a 3x3 convolution to 6x8x8. The input needs no
  // gradient: the product kernels are the forward one and the weight's.
  RunSpec Spec =
      specOfModel("zoo:layer-conv:in=8,out=6,size=10,kernel=3", 4, 4);
  Spec.Options.Loss = "mse";
  FeatureVector F = count(Spec).All;
  double Macs = 4.0 * 6 * 8 * 8 * 9 * 8;
  EXPECT_EQ(F[Feature::ForwardMacs], Macs);
  EXPECT_EQ(F[Feature::Macs], 2 * Macs);
  EXPECT_EQ(F[Feature::SpatialMacs], 2 * Macs);
  EXPECT_EQ(F[Feature::PointwiseMacs], 0);
  EXPECT_EQ(F[Feature::SpatialMacsPerChannel], 2 * Macs / 8);
  EXPECT_EQ(F[Feature::SpatialMisalignedMacs], 2 * Macs); // 6 = 4 + 2.
  EXPECT_EQ(F[Feature::SpatialMisalignedMacsPerChannel], 2 * Macs / 8);
  EXPECT_DOUBLE_EQ(F[Feature::MacsPerOutputChannel], 2 * Macs / 6);
  EXPECT_DOUBLE_EQ(F[Feature::PaddedMacs], 2 * Macs * 8 / 6);
  EXPECT_EQ(F[Feature::WideMacs], 0);
  EXPECT_EQ(F[Feature::ProductInputBytes], 2 * 4.0 * 4 * 8 * 100);
  EXPECT_EQ(F[Feature::ProductOutputBytes], 2 * 4.0 * 4 * 6 * 64);
  EXPECT_EQ(F[Feature::ProductWeightBytes], 2 * 4.0 * (6 * 8 * 9 + 6));
  EXPECT_EQ(F[Feature::Parameter], 6 * 8 * 9 + 6);
  EXPECT_EQ(F[Feature::ElementwiseBytes], 0);
  EXPECT_GT(F[Feature::LossBytes], 0);
}

TEST(Features, LinearIsPointwise) {
  RunSpec Spec = specOfModel("zoo:layer-linear:in=600,out=700", 8, 8);
  Spec.Options.Loss = "mse";
  Spec.Options.Optimizer = "sgd";
  FeatureVector F = count(Spec).All;
  double Macs = 8.0 * 600 * 700;
  EXPECT_EQ(F[Feature::PointwiseMacs], 2 * Macs);
  EXPECT_EQ(F[Feature::WideMacs], 2 * Macs);
  EXPECT_EQ(F[Feature::PointwiseMisalignedMacs], 0);
  EXPECT_EQ(F[Feature::ParallelProduct], 2);
  EXPECT_EQ(F[Feature::AnyParallelProduct], 1);
  EXPECT_EQ(F[Feature::ParallelUpdate], 1);
  EXPECT_EQ(F[Feature::AnyParallelUpdate], 1);
  EXPECT_EQ(F[Feature::ParameterStep], 600 * 700 + 700);
}

TEST(Features, BytesBeyondTheCache) {
  // 16 MB going in: half of them count as beyond the cache.
  RunSpec Spec = specOfModel("zoo:layer-linear:in=1000,out=1", 4000, 4000);
  Spec.Options.Loss = "mse";
  FeatureVector F = count(Spec).All;
  EXPECT_EQ(F[Feature::ProductInputBytes], 2 * 16e6);
  EXPECT_DOUBLE_EQ(F[Feature::UncachedInputBytes], 16e6);
}

TEST(Features, GradientsHaveTheLayersChannels) {
  // Every width is a multiple of 4, whatever padding does to the number of
  // positions that a gradient reaches.
  FeatureVector F = count(specOfModel("zoo:resnet:depth=18", 2, 2)).All;
  EXPECT_EQ(F[Feature::SpatialMisalignedMacs], 0);
  EXPECT_EQ(F[Feature::PointwiseMisalignedMacs], 0);
  EXPECT_GT(F[Feature::SpatialMacsPerChannel], 0);
}

TEST(Features, DepthwiseConvolutionsHaveOneChannelAGroup) {
  // The spatial convolutions of MobileNetV2: one of 3 channels, the rest
  // depthwise.
  FeatureVector F = count(specOfModel("zoo:mobilenet-v2", 2, 2)).All;
  EXPECT_GT(F[Feature::SpatialMacs], 0);
  EXPECT_EQ(F[Feature::SpatialMacsPerChannel], 0);
  EXPECT_GT(F[Feature::PointwiseMacsPerChannel], 0);
}

TEST(Features, AccumulatedGradientsAreElementwise) {
  // The cell's input feeds two convolutions: their gradients are added by
  // whoever comes second, a convolution.
  RunFeatures Run =
      count(specOfModel("zoo:nasbench101:matrix=0111/0001/0001/0000,"
                        "ops=conv1x1/conv1x1,cells=1,stacks=1,channels=8",
                        2, 2),
            /*WithLayers=*/true);
  double Accumulated = 0;
  for (const LayerFeatures &L : Run.Layers)
    if (L.Op == "Conv")
      for (const FeatureVector &P : L.Phases)
        Accumulated += P[Feature::ElementwiseBytes];
  // Three uses, two additions, of 2x8x32x32 numbers: two read, one written.
  EXPECT_EQ(Accumulated, 2 * 3 * 4.0 * 2 * 8 * 32 * 32);
}

TEST(Run, LastBatchIsSmaller) {
  const char *Model = "zoo:layer-linear:in=4,out=3";
  RunSpec Spec = specOfModel(Model, 10, 4);
  Spec.Options.Loss = "mse";
  Spec.Plan.Epochs = 3;
  FeatureVector F = count(Spec).All;
  EXPECT_EQ(F[Feature::Run], 1);
  EXPECT_EQ(F[Feature::Epoch], 3);
  EXPECT_EQ(F[Feature::Step], 9);
  EXPECT_EQ(F[Feature::Sample], 30);
  EXPECT_EQ(F[Feature::ForwardMacs], 30 * 12);
  // Recorded steps are all of a full batch.
  Spec.Plan.Steps = 7;
  F = count(Spec).All;
  EXPECT_EQ(F[Feature::Step], 7);
  EXPECT_EQ(F[Feature::ForwardMacs], 28 * 12);
}

TEST(Run, ValidationIsForwardOnly) {
  RunSpec Spec = specOfModel("zoo:layer-linear:in=4,out=3", 8, 4);
  Spec.Options.Loss = "mse";
  FeatureVector Without = count(Spec).All;
  Spec.Plan.ValidationSamples = 6;
  RunFeatures With = count(Spec);
  EXPECT_EQ(With.All[Feature::ValidationStep], 2);
  EXPECT_EQ(With.All[Feature::Macs] - Without[Feature::Macs], 6 * 12);
  EXPECT_EQ(With.All[Feature::ForwardMacs], Without[Feature::ForwardMacs]);
  EXPECT_EQ(With.All[Feature::Step], 2);
}

TEST(Run, PartsAddUpToTheWhole) {
  RunSpec Spec = specOfModel("zoo:lenet:scale=1", 6, 3);
  Spec.Options.Optimizer = "adam";
  FeatureVector Whole = count(Spec).All;
  Spec.Plan.Part = RunPart::Forward;
  FeatureVector Forward = count(Spec).All;
  Spec.Plan.Part = RunPart::Backward;
  FeatureVector Backward = count(Spec).All;
  for (Feature F : {Feature::Kernel, Feature::TOs, Feature::Macs,
                    Feature::BytesRead, Feature::ElementwiseBytes})
    EXPECT_DOUBLE_EQ(Forward[F] + Backward[F], Whole[F]) << info(F).Name.str();
  EXPECT_EQ(Backward[Feature::ForwardTOs], 0);
  EXPECT_GT(Backward[Feature::UpdateBytes], 0);
  EXPECT_EQ(Forward[Feature::LossBytes], 0);
}

TEST(Run, LayersAndOverheadAddUp) {
  RunSpec Spec = specOfModel("zoo:lenet:scale=1", 7, 3);
  RunFeatures Run = count(Spec, /*WithLayers=*/true);
  FeatureVector Sum = Run.Overhead;
  for (const LayerFeatures &L : Run.Layers)
    for (const FeatureVector &P : L.Phases)
      Sum += P;
  for (const FeatureInfo &F : FeatureTable)
    EXPECT_DOUBLE_EQ(Sum[F.Id], Run.All[F.Id]) << F.Name.str();
}

TEST(Run, ManyAreCountedInTheirOrder) {
  std::vector<RunSpec> Specs;
  for (int I = 1; I <= 40; ++I) {
    Specs.push_back(specOfModel(
        "zoo:layer-linear:in=" + std::to_string(I) + ",out=1", 2, 2));
    Specs.back().Options.Loss = "mse";
  }
  Specs[7].Model = "zoo:layer-linea";
  Specs[8].Plan.Batch = 0;
  OpRegistry Registry;
  FeatureCounter Counter(Registry);
  std::vector<CountedRun> Runs = countRuns(Specs, Counter);
  ASSERT_EQ(Runs.size(), 40U);
  for (int I = 0; I < 40; ++I)
    EXPECT_EQ(Runs[I].Features.All[Feature::ForwardMacs],
              I == 7 || I == 8 ? 0 : 2 * (I + 1));
  EXPECT_NE(Runs[7].Error.find("did you mean"), std::string::npos);
  EXPECT_NE(Runs[8].Error.find("a batch of at least one"), std::string::npos);
}

TEST(Run, OfARecord) {
  RunRecord R;
  R.File = "runs.jsonl";
  R.Line = 3;
  R.Model = "zoo:lenet";
  R.Samples = 10;
  R.Batch = 2;
  R.Epochs = 1;
  R.Dtype = "fp32";
  R.Loss = "cross-entropy";
  R.Optimizer = "adam";
  R.Phase = "backward";
  Expected<RunSpec> Spec = specOf(R);
  ASSERT_TRUE(static_cast<bool>(Spec)) << toString(Spec.takeError());
  EXPECT_EQ(Spec->Plan.Part, RunPart::Backward);
  auto Says = [&](StringRef Text) {
    Expected<RunSpec> Bad = specOf(R);
    EXPECT_FALSE(static_cast<bool>(Bad));
    std::string Message = Bad ? "" : toString(Bad.takeError());
    EXPECT_EQ(Message, Text.str());
  };
  R.Optimizer = "adm";
  Says("runs.jsonl:3: field 'optimizer' is 'adm', which is not known; did you "
       "mean 'adam'?");
  R.Optimizer = "adam";
  R.Dtype = "fp23";
  Says("runs.jsonl:3: field 'dtype' is 'fp23', which is not known; did you "
       "mean 'fp32'?");
  R.Dtype = "fp32";
  R.Loss = "crossentropy";
  Says("runs.jsonl:3: field 'loss' is 'crossentropy', which is not known; did "
       "you mean 'cross-entropy'?");
  R.Loss = "mse";
  R.Trainable = "(";
  Expected<RunSpec> Bad = specOf(R);
  ASSERT_FALSE(static_cast<bool>(Bad));
  EXPECT_EQ(toString(Bad.takeError()).find("runs.jsonl:3: field 'trainable'"),
            0U);
}

} // namespace
