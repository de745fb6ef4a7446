//===- RunFeatures.cpp - features of steps and runs -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/RunFeatures.h"

#include "toscount/Ops/LossFunction.h"
#include "toscount/Ops/Optimizer.h"
#include "toscount/Records/RunRecord.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Parallel.h"

#include "llvm/Support/raw_ostream.h"

#include <set>

using namespace llvm;

namespace toscount {

StringRef name(RunPart Part) {
  switch (Part) {
  case RunPart::Whole:
    return "";
  case RunPart::Forward:
    return "forward";
  case RunPart::Backward:
    return "backward";
  }
  return "";
}

namespace {

/// What tells one counted step from another.
std::string keyOf(const RunSpec &Spec, Level Phases, int64_t Batch) {
  const CountOptions &O = Spec.Options;
  std::string Key;
  raw_string_ostream OS(Key);
  auto Text = [&](StringRef T) { OS << T.size() << ':' << T; };
  Text(Spec.Model);
  OS << static_cast<int>(Phases) << ' ' << Batch << ' ';
  OS << static_cast<int>(O.Datatype.value_or(ElementType::Undefined)) << ' ';
  OS << static_cast<int>(O.Rules.Kind) << O.Rules.SkipPaddingTaps << ' ';
  for (const std::string *T :
       {&O.Loss, &O.LossOutput, &O.Optimizer, &O.Freeze, &O.Trainable})
    Text(*T);
  OS << O.ClassAxis.value_or(INT64_MIN) << ' ' << O.AllowUnknown << ' ';
  for (const DimBinding &D : O.Dims) {
    Text(D.Name);
    OS << (D.Axis ? static_cast<int64_t>(*D.Axis) : -1) << ' ' << D.Value
       << ' ';
  }
  for (const auto &[Name, Values] : O.Assumptions) {
    Text(Name);
    for (int64_t V : Values)
      OS << V << ' ';
  }
  return Key;
}

/// The phases that belong to \p Part.
bool contains(RunPart Part, Phase P) {
  return Part == RunPart::Whole ||
         (Part == RunPart::Forward) == (P == Phase::Forward);
}

constexpr Phase AllPhases[] = {Phase::Forward, Phase::Loss, Phase::Backward,
                               Phase::Update};

/// Kernels of all phases.
double launched(const StepFeatures &Step) {
  double Sum = 0;
  for (const FeatureVector &P : Step.Phases)
    Sum += P[Feature::Kernel];
  return Sum;
}

/// Adds \p Times such steps to \p Run.
void addSteps(const StepFeatures &Step, double Times, RunPart Part,
              RunFeatures &Run) {
  bool AnyProduct = false, AnyUpdate = false;
  for (Phase P : AllPhases) {
    if (!contains(Part, P))
      continue;
    unsigned I = static_cast<unsigned>(P);
    Run.Phases[I].add(Step.Phases[I], Times);
    AnyProduct |= Step.Phases[I][Feature::ParallelProduct] > 0;
    AnyUpdate |= Step.Phases[I][Feature::ParallelUpdate] > 0;
  }
  Run.Overhead[Feature::Step] += Times;
  Run.Overhead[Feature::Sample] += Times * static_cast<double>(Step.Batch);
  Run.Overhead[Feature::AnyParallelProduct] += AnyProduct ? Times : 0;
  Run.Overhead[Feature::AnyParallelUpdate] += AnyUpdate ? Times : 0;
  if (Run.Layers.empty())
    for (const LayerFeatures &L : Step.Layers)
      Run.Layers.push_back({L.Name, L.Op, L.Estimate, {}});
  // The last batch has the same layers, unless the graph depends on its size.
  for (size_t I = 0; I < std::min(Run.Layers.size(), Step.Layers.size()); ++I)
    for (Phase P : AllPhases)
      if (unsigned K = static_cast<unsigned>(P); contains(Part, P))
        Run.Layers[I].Phases[K].add(Step.Layers[I].Phases[K], Times);
}

/// Validation draws no gradient, and its forward pass is no training's.
void addValidation(const StepFeatures &Step, double Times, RunFeatures &Run) {
  for (const FeatureVector &P : Step.Phases)
    Run.Validation.add(P, Times);
  Run.Overhead[Feature::ValidationStep] += Times;
}

Error checkPlan(const TrainingPlan &Plan) {
  if (Plan.Samples < 1)
    return makeError("a run needs at least one sample");
  if (Plan.Batch < 1)
    return makeError("a run needs a batch of at least one sample");
  if (Plan.Epochs < 1)
    return makeError("a run needs at least one epoch");
  if (Plan.ValidationSamples < 0)
    return makeError("a run can't have fewer than no validation samples");
  if (Plan.Steps && *Plan.Steps < 1)
    return makeError("a run needs at least one step");
  return Error::success();
}

} // namespace

Expected<StepFeatures> FeatureCounter::countStep(const RunSpec &Spec,
                                                 Level Phases,
                                                 int64_t Batch) const {
  CountOptions Options = Spec.Options;
  Options.Phases = Phases;
  Options.Batch = Batch;
  Expected<CountedModel> Counted = countPath(Spec.Model, Registry, Options);
  if (!Counted)
    return Counted.takeError();
  const ModelCounts &Counts = Counted->Counts;
  // Totals that fit no integer are refused where they are lowered.
  if (Expected<CostTable> Table = lower(Counts, Spec.Lowering); !Table)
    return withContext(Table.takeError(), printable(Spec.Model));
  StepFeatures Step;
  Step.Batch = Batch;
  Step.LowerBound = Counts.LowerBound;
  Step.Assumptions = Counts.Assumptions;
  Step.Warnings = Counts.Warnings;
  Step.Parameters = static_cast<double>(Counts.Parameters.Total.value());
  std::set<StringRef> Operators;
  for (const LayerCounts &L : Counts.Layers) {
    double Before = launched(Step);
    LayerFeatures *Kept = nullptr;
    if (WithLayers) {
      Step.Layers.push_back({L.Name.str(), L.Op.str(), L.Estimate, {}});
      Kept = &Step.Layers.back();
    }
    for (Phase P : AllPhases) {
      unsigned I = static_cast<unsigned>(P);
      if (!Kept) {
        addLayerFeatures(L, P, Spec.Lowering, Step.Phases[I]);
        continue;
      }
      addLayerFeatures(L, P, Spec.Lowering, Kept->Phases[I]);
      Step.Phases[I] += Kept->Phases[I];
    }
    if (!L.Op.empty() && launched(Step) > Before)
      Operators.insert(L.Op);
  }
  for (StringRef Op : Operators)
    Step.Operators.push_back(Op.str());
  return Step;
}

Expected<std::shared_ptr<const StepFeatures>>
FeatureCounter::step(const RunSpec &Spec, Level Phases, int64_t Batch) {
  std::string Key = keyOf(Spec, Phases, Batch);
  {
    std::lock_guard<std::mutex> Guard(Lock);
    if (auto It = Steps.find(Key); It != Steps.end())
      return It->second;
  }
  Expected<StepFeatures> Counted = countStep(Spec, Phases, Batch);
  if (!Counted)
    return Counted.takeError();
  auto Shared = std::make_shared<const StepFeatures>(std::move(*Counted));
  std::lock_guard<std::mutex> Guard(Lock);
  return Steps.try_emplace(Key, std::move(Shared)).first->second;
}

Expected<RunFeatures> FeatureCounter::count(const RunSpec &Spec) {
  const TrainingPlan &Plan = Spec.Plan;
  if (Error E = checkPlan(Plan))
    return withContext(std::move(E), printable(Spec.Model));
  RunFeatures Run;
  auto Epochs = static_cast<double>(Plan.Epochs);
  double Parameters = 0;
  auto Train = [&](int64_t Batch, double Times) -> Error {
    auto Step = step(Spec, Level::Train, Batch);
    if (!Step)
      return Step.takeError();
    if (Run.Operators.empty())
      Run.Operators = (*Step)->Operators;
    if (Run.Assumptions.empty() && Run.Warnings.empty()) {
      Run.Assumptions = (*Step)->Assumptions;
      Run.Warnings = (*Step)->Warnings;
    }
    Parameters = (*Step)->Parameters;
    addSteps(**Step, Times, Plan.Part, Run);
    return Error::success();
  };
  int64_t Full = Plan.Samples / Plan.Batch, Rest = Plan.Samples % Plan.Batch;
  if (Plan.Steps) {
    if (Error E = Train(Plan.Batch, static_cast<double>(*Plan.Steps)))
      return E;
  } else {
    if (Full > 0)
      if (Error E = Train(Plan.Batch, static_cast<double>(Full) * Epochs))
        return E;
    if (Rest > 0)
      if (Error E = Train(Rest, Epochs))
        return E;
  }
  auto Validate = [&](int64_t Batch, double Times) -> Error {
    auto Step = step(Spec, Level::Validate, Batch);
    if (!Step)
      return Step.takeError();
    addValidation(**Step, Times, Run);
    return Error::success();
  };
  if (Plan.Part == RunPart::Whole) {
    int64_t Batches = Plan.ValidationSamples / Plan.Batch;
    int64_t Left = Plan.ValidationSamples % Plan.Batch;
    if (Batches > 0)
      if (Error E = Validate(Plan.Batch, static_cast<double>(Batches) * Epochs))
        return E;
    if (Left > 0)
      if (Error E = Validate(Left, Epochs))
        return E;
  }
  // The forward phase that the literature counts is that of training.
  for (Feature F : {Feature::ForwardTOs, Feature::ForwardMacs})
    Run.Validation[F] = 0;
  Run.Overhead[Feature::Run] = 1;
  Run.Overhead[Feature::Epoch] = Epochs;
  Run.Overhead[Feature::Parameter] = Parameters;
  Run.All = Run.Overhead;
  for (const FeatureVector &P : Run.Phases)
    Run.All += P;
  Run.All += Run.Validation;
  return Run;
}

std::vector<CountedRun> countRuns(ArrayRef<RunSpec> Specs,
                                  FeatureCounter &Counter) {
  std::vector<CountedRun> Results(Specs.size());
  parallelFor(Specs.size(), [&](size_t I) {
    Expected<RunFeatures> Run = Counter.count(Specs[I]);
    if (Run)
      Results[I].Features = std::move(*Run);
    else
      Results[I].Error = message(Run.takeError());
  });
  return Results;
}

Expected<RunSpec> specOf(const RunRecord &Record) {
  auto Wrong = [&](StringRef Field, StringRef Value,
                   ArrayRef<StringRef> Known) {
    return makeError(Record.where() + ": field '" + Field + "' is '" +
                     printable(Value) + "', which is not known" +
                     didYouMean(Value, Known));
  };
  RunSpec Spec;
  Spec.Model = Record.Model;
  CountOptions &O = Spec.Options;
  O.Datatype = elementTypeFromName(Record.Dtype);
  if (!O.Datatype || !is_contained(datatypeNames(), Record.Dtype))
    return Wrong("dtype", Record.Dtype, datatypeNames());
  std::vector<StringRef> Losses = {"graph"}, Updates = {"none"};
  for (const LossFunction &L : lossFunctions())
    Losses.push_back(L.Name);
  for (const Optimizer &P : optimizers())
    Updates.push_back(P.Name);
  if (!is_contained(Losses, Record.Loss))
    return Wrong("loss", Record.Loss, Losses);
  if (!is_contained(Updates, Record.Optimizer))
    return Wrong("optimizer", Record.Optimizer, Updates);
  O.Loss = Record.Loss;
  O.Optimizer = Record.Optimizer;
  O.Trainable = Record.Trainable;
  if (!O.Trainable.empty())
    if (Error E = checkPattern(O.Trainable))
      return withContext(std::move(E), Record.where() + ": field 'trainable'");
  TrainingPlan &Plan = Spec.Plan;
  Plan.Samples = static_cast<int64_t>(Record.Samples);
  Plan.ValidationSamples = static_cast<int64_t>(Record.ValidationSamples);
  Plan.Batch = static_cast<int64_t>(Record.Batch);
  Plan.Epochs = static_cast<int64_t>(Record.Epochs);
  if (Record.Steps)
    Plan.Steps = static_cast<int64_t>(*Record.Steps);
  Plan.Part = Record.Phase == "forward"    ? RunPart::Forward
              : Record.Phase == "backward" ? RunPart::Backward
                                           : RunPart::Whole;
  return Spec;
}

} // namespace toscount
