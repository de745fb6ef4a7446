//===- RunPool.cpp - the runs that a calibration chooses from -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/RunPool.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Parallel.h"
#include "toscount/Support/Random.h"
#include "toscount/Zoo/Zoo.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

/// Networks of one family, by the values of their spec; from what one core
/// trains in milliseconds to what a large GPU is needed for. Channels that are
/// no multiple of a power of two are among them, as they are in practice.
struct PoolFamily {
  StringLiteral Name;
  ArrayRef<StringLiteral> Networks;
  ArrayRef<int64_t> Batches;
};

constexpr int64_t RowBatches[] = {16, 128, 1024, 8192};
constexpr int64_t SmallImageBatches[] = {8, 32, 128, 512};
constexpr int64_t ImageBatches[] = {2, 8, 32, 128};

constexpr StringLiteral LeNets[] = {
    "scale=1,act=relu", "scale=2,data=cifar10,act=relu", "scale=3,act=tanh",
    "scale=4,data=cifar10,act=gelu", "scale=5,act=softplus"};
constexpr StringLiteral Bcnns[] = {"scale=1", "scale=2,data=cifar10",
                                   "scale=3"};
constexpr StringLiteral Dnns[] = {"width=8", "width=64,layers=6,inputs=32",
                                  "width=256,layers=12,inputs=128,act=tanh"};
constexpr StringLiteral Mlps[] = {"layers=1,width=64",   "layers=2,width=512",
                                  "layers=3,width=99",   "layers=4,width=1024",
                                  "layers=8,width=256",  "layers=16,width=128",
                                  "layers=2,width=2048", "layers=2,width=4096",
                                  "layers=6,width=1500", "layers=3,width=8192"};
constexpr StringLiteral Cnns[] = {"depth=2,channels=16,size=32",
                                  "depth=3,channels=64,size=32,act=relu",
                                  "depth=4,channels=30,size=48,act=relu",
                                  "depth=6,channels=32,size=64",
                                  "depth=8,channels=24,size=96,act=tanh",
                                  "depth=10,channels=32,size=256"};
constexpr StringLiteral DenseLinears[] = {"layers=3", "layers=5,data=cifar10",
                                          "layers=7,act=gelu"};
constexpr StringLiteral SimpleCnns[] = {
    "conv=1,linear=3,channels=8", "conv=2,linear=4,channels=24,relu=2",
    "conv=3,linear=3,channels=48,relu=1,data=cifar10",
    "conv=4,linear=7,channels=32,relu=4"};
constexpr StringLiteral NasBench[] = {
    "cells=1,channels=16",
    "matrix=0110/0010/0001/0000,ops=conv3x3/conv1x1,cells=1,channels=32",
    "matrix=0110/0010/0001/0000,ops=maxpool3x3/conv3x3,cells=2,channels=24",
    "matrix=01100/00010/00010/00001/00000,ops=conv1x1/maxpool3x3/conv3x3,"
    "cells=1,channels=64",
    "matrix=0110/0010/0001/0000,ops=conv3x3/conv3x3,channels=128"};
constexpr StringLiteral ResNets[] = {
    "depth=18,size=32,classes=10", "depth=34,size=64,classes=100",
    "depth=50,size=64,classes=10", "depth=18,size=224",
    "depth=50,size=224",           "depth=101,size=128"};
constexpr StringLiteral Vggs[] = {"depth=11,size=32,classes=10",
                                  "depth=13,bn=1,size=64,classes=10",
                                  "depth=16,size=224"};
constexpr StringLiteral MobileNets[] = {
    "width=25,size=32,classes=10", "width=50,size=64,classes=10",
    "width=75,size=128,classes=100", "width=100,size=224"};
constexpr StringLiteral ViTs[] = {
    "layers=2,d_model=64,heads=2,mlp=128,patch=8,size=32,classes=10",
    "layers=4,d_model=192,heads=3,mlp=768,patch=8,size=64,classes=100",
    "layers=6,d_model=384,heads=6,mlp=1536,patch=16,size=128",
    "layers=12,d_model=768"};
constexpr StringLiteral Berts[] = {
    "layers=2,d_model=64,heads=2,mlp=256,seq=32,vocab=1000,positions=64,"
    "classes=2",
    "layers=3,d_model=160,heads=4,mlp=600,seq=64,vocab=5000,positions=64,"
    "classes=10",
    "layers=4,d_model=256,heads=4,mlp=1024,seq=128,vocab=8000,classes=3",
    "layers=12,d_model=768,classes=2"};
constexpr StringLiteral Gpts[] = {
    "layers=2,d_model=64,heads=2,seq=32,vocab=256,positions=32",
    "layers=3,d_model=128,heads=4,seq=64,vocab=4000,positions=64",
    "layers=4,d_model=256,heads=4,seq=128,vocab=8000,positions=128",
    "layers=12,d_model=768,seq=256"};

constexpr PoolFamily Families[] = {
    {"lenet", LeNets, SmallImageBatches},
    {"bcnn", Bcnns, SmallImageBatches},
    {"dnn", Dnns, RowBatches},
    {"mlp", Mlps, RowBatches},
    {"cnn", Cnns, ImageBatches},
    {"dense-linear", DenseLinears, RowBatches},
    {"simple-cnn", SimpleCnns, SmallImageBatches},
    {"nasbench101", NasBench, ImageBatches},
    {"resnet", ResNets, ImageBatches},
    {"vgg", Vggs, ImageBatches},
    {"mobilenet-v2", MobileNets, ImageBatches},
    {"vit", ViTs, ImageBatches},
    {"bert", Berts, ImageBatches},
    {"gpt", Gpts, ImageBatches},
};

/// Updates that cost one multiply-accumulate a parameter, and many.
constexpr StringLiteral Optimizers[] = {"sgd", "adam"};

struct RunShape {
  int64_t Epochs;
  bool Validates;
  double Length;
};
/// Dealt out in turn: a forward pass without a backward one tells the two
/// apart; were all runs as long, their energy would be the same.
constexpr RunShape Shapes[] = {
    {1, false, 1}, {2, true, 0.5}, {1, false, 4}, {2, true, 2}};

/// The features of \p Run that do not depend on its number of steps.
FeatureVector once(const PoolRun &Run) {
  FeatureVector V;
  V[Feature::Run] = 1;
  V[Feature::Epoch] = static_cast<double>(Run.Epochs);
  V[Feature::Parameter] = Run.Parameters;
  return V;
}

Error countSteps(PoolRun &Run, FeatureCounter &Counter) {
  RunSpec Spec = Run.Spec;
  Spec.Plan.Samples = Spec.Plan.ValidationSamples = Spec.Plan.Batch;
  Expected<RunFeatures> Counted = Counter.count(Spec);
  if (!Counted)
    return Counted.takeError();
  FeatureVector &Training = Run.TrainingStep;
  for (const FeatureVector &P : Counted->Phases)
    Training += P;
  Training += Counted->Overhead;
  for (Feature F : {Feature::Run, Feature::Epoch, Feature::Parameter,
                    Feature::ValidationStep})
    Training[F] = 0;
  Run.ValidationStep = Counted->Validation;
  Run.ValidationStep[Feature::ValidationStep] = 1;
  Run.Parameters = Counted->Overhead[Feature::Parameter];
  return Error::success();
}

} // namespace

TrainingPlan PoolRun::plan(int64_t Steps) const {
  TrainingPlan Plan = Spec.Plan;
  Plan.Epochs = Epochs;
  Plan.Samples = Steps * Plan.Batch;
  Plan.ValidationSamples = Validates ? Plan.Samples : 0;
  return Plan;
}

FeatureVector PoolRun::features(int64_t Steps) const {
  FeatureVector V = once(*this);
  auto All = static_cast<double>(Steps * Epochs);
  V.add(TrainingStep, All);
  if (Validates)
    V.add(ValidationStep, All);
  return V;
}

double PoolRun::memoryBytes() const {
  constexpr double Bytes = 4, OfActivations = 3, OfParameters = 4;
  return Bytes * (OfActivations * TrainingStep[Feature::Activation] +
                  OfParameters * Parameters);
}

std::vector<StringRef> runPoolFamilies() {
  std::vector<StringRef> Names;
  for (const PoolFamily &F : Families)
    Names.push_back(F.Name);
  return Names;
}

Expected<std::vector<PoolRun>> makeRunPool(const RunPoolOptions &Options,
                                           const OpRegistry &Registry) {
  std::vector<StringRef> Known = runPoolFamilies();
  for (const std::string &Name : Options.Families)
    if (!is_contained(Known, Name))
      return makeError("'" + printable(Name) + "' is no family of networks" +
                       didYouMean(Name, Known) + " (one of: " +
                       join(Known.begin(), Known.end(), ", ") + ")");
  Random Draw(Options.Seed);
  std::vector<PoolRun> Pool;
  size_t Network = 0;
  // Families are held back in the same share, as far as they can be.
  double Owed = 0;
  for (const PoolFamily &F : Families) {
    if (!Options.Families.empty() && !is_contained(Options.Families, F.Name))
      continue;
    Expected<const ZooNetwork *> Zoo = findZooNetwork(F.Name);
    if (!Zoo)
      return Zoo.takeError();
    std::vector<size_t> Order(F.Networks.size());
    for (size_t I = 0; I < Order.size(); ++I)
      Order[I] = I;
    Draw.shuffle(Order);
    Owed += Options.HoldBack * static_cast<double>(Order.size());
    for (size_t I : Order) {
      bool HeldBack = Owed >= 1;
      Owed -= HeldBack ? 1 : 0;
      size_t Shape = Draw.index(std::size(Shapes));
      for (int64_t Batch : F.Batches)
        for (StringRef Optimizer : Optimizers) {
          PoolRun Run;
          Run.Spec.Model = ("zoo:" + F.Name + ":" + F.Networks[I]).str();
          Run.Spec.Options.Datatype = Options.Datatype;
          Run.Spec.Options.Loss = (*Zoo)->Loss.str();
          Run.Spec.Options.Optimizer = Optimizer.str();
          Run.Spec.Plan.Batch = Batch;
          const RunShape &S = Shapes[Shape++ % std::size(Shapes)];
          Run.Epochs = S.Epochs;
          Run.Validates = S.Validates;
          Run.Length = S.Length;
          Run.Network = Network;
          Run.HeldBack = HeldBack;
          Pool.push_back(std::move(Run));
        }
      ++Network;
    }
  }
  Draw.shuffle(Pool);
  FeatureCounter Counter(Registry);
  std::vector<std::string> Wrong(Pool.size());
  parallelFor(Pool.size(), [&](size_t I) {
    if (Error E = countSteps(Pool[I], Counter))
      Wrong[I] = message(std::move(E));
  });
  for (const std::string &Text : Wrong)
    if (!Text.empty())
      return makeError(Text);
  return Pool;
}

} // namespace toscount
