//===- Campaign.cpp - jobs of a runner
//-------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Campaign.h"

#include "GraphJson.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Zoo/Zoo.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/SHA256.h"

using namespace llvm;

namespace toscount::tool {

/// An optimizer's settings, where the command line gives none: those of the
/// papers that the rules come from, and of the frameworks.
static json::Object settings(StringRef Optimizer,
                             std::optional<double> LearningRate,
                             std::optional<double> Momentum,
                             std::optional<double> WeightDecay) {
  struct Row {
    StringLiteral Name;
    double LearningRate;
  };
  static constexpr Row Rates[] = {{"sgd", 0.01},      {"sgd-momentum", 0.01},
                                  {"adam", 0.001},    {"adamw", 0.001},
                                  {"rmsprop", 0.001}, {"adadelta", 1.0}};
  json::Object O{{"name", Optimizer}};
  for (const Row &R : Rates)
    if (R.Name == Optimizer)
      O["learning_rate"] = LearningRate.value_or(R.LearningRate);
  if (Optimizer == "sgd-momentum")
    O["momentum"] = Momentum.value_or(0.9);
  if (Optimizer == "adamw")
    O["weight_decay"] = WeightDecay.value_or(0.01);
  return O;
}

Campaign Campaign::of(const RunSpec &Spec) {
  Campaign C;
  const CountOptions &O = Spec.Options;
  C.Models = {Spec.Model};
  C.Dims = O.Dims;
  C.PassOverForeignDims = O.PassOverForeignDims;
  C.Loss = O.Loss;
  C.LossOutput = O.LossOutput;
  C.ClassAxis = O.ClassAxis;
  C.Trainable = O.Trainable;
  C.Batches = {Spec.Plan.Batch};
  C.Epochs = Spec.Plan.Epochs;
  C.Optimizers = {O.Optimizer};
  if (O.Datatype)
    C.Datatypes = {name(*O.Datatype).str()};
  return C;
}

Campaign Campaign::synthetic(const RunSpec &Spec, int64_t Seed) {
  Campaign C = of(Spec);
  C.Data = "synthetic";
  C.Samples = Spec.Plan.Samples;
  C.Validation = Spec.Plan.ValidationSamples;
  C.LearningRate = 1e-6;
  C.Seed = Seed;
  return C;
}

CountOptions Campaign::counting(int64_t Batch,
                                const std::string &Optimizer) const {
  CountOptions O;
  O.Phases = Level::Train;
  O.Dims = Dims;
  O.PassOverForeignDims = PassOverForeignDims;
  O.Batch = Batch;
  O.Loss = Loss;
  O.LossOutput = LossOutput;
  O.ClassAxis = ClassAxis;
  O.Optimizer = Optimizer;
  O.Trainable = Trainable;
  return O;
}

Error Campaign::writeModel(raw_ostream &OS, const std::string &Path,
                           int64_t Batch, const std::string &Optimizer,
                           std::vector<std::string> *Jobs) const {
  Expected<std::unique_ptr<Model>> M = loadModel(Path);
  if (!M)
    return M.takeError();
  OpRegistry Registry;
  CountOptions Options = counting(Batch, Optimizer);
  if (Options.Loss.empty())
    Options.Loss = publishedLoss(Path);
  Expected<TrainingGraph> T = analyseTraining(**M, Registry, Options);
  if (!T)
    return T.takeError();
  GraphJson G = graphToJson(**M, T->Roles);
  json::Object LossJson{{"name", T->Counts.Options.Loss},
                        {"input", G.Numbers.at(T->LossInput)},
                        {"output", G.Numbers.at(T->LossOutput)},
                        {"class_axis", static_cast<int64_t>(T->ClassAxis)}};
  if (Beta)
    LossJson["beta"] = *Beta;
  json::Object Plan{
      {"data", Data},
      {"batch", Batch},
      {"epochs", Epochs},
      {"optimizer", settings(Optimizer, LearningRate, Momentum, WeightDecay)},
      {"loss", std::move(LossJson)},
      {"repeats", Repeats}};
  if (!Label.empty())
    Plan["label"] = Label;
  if (Samples)
    Plan["samples"] = *Samples;
  if (Validation)
    Plan["validation_samples"] = *Validation;
  if (TargetAccuracy)
    Plan["target_accuracy"] = *TargetAccuracy;
  if (Patience)
    Plan["patience"] = *Patience;
  if (EnergyBudgetJ)
    Plan["energy_budget_j"] = *EnergyBudgetJ;
  if (!Trainable.empty())
    Plan["trainable"] = Trainable;
  if (!T->Counts.BoundDims.empty() && !Dims.empty()) {
    json::Object Bound;
    for (const auto &[Name, Value] : T->Counts.BoundDims)
      Bound[json::fixUTF8(Name)] = Value;
    Plan["dims"] = std::move(Bound);
  }
  if (!Session.empty())
    Plan["session"] = Session;
  if (Folds > 1)
    Plan["folds"] = Folds;
  const json::Value Graph(std::move(G.Graph));
  for (const std::string &Datatype : Datatypes)
    for (int64_t Repeat = 0; Repeat < Repeats; ++Repeat)
      for (int64_t Fold = 0; Fold < Folds; ++Fold) {
        Plan["dtype"] = Datatype;
        Plan["repeat"] = Repeat;
        Plan["seed"] = Seed + Repeat;
        if (Folds > 1)
          Plan["fold"] = Fold;
        const json::Value PlanJson = json::Object(Plan);
        std::string Text;
        raw_string_ostream(Text) << Path << '\n' << G.Hash << '\n' << PlanJson;
        std::array<uint8_t, 32> Digest =
            SHA256::hash(arrayRefFromStringRef(Text));
        std::string Job =
            toHex(ArrayRef(Digest).take_front(8), /*LowerCase=*/true);
        if (Jobs != nullptr)
          Jobs->push_back(Job);
        // The graph comes last: a reader sees what the line is first.
        OS << R"({"schema":"toscount.campaign/1","job":")" << Job
           << R"(","model":)" << json::Value(json::fixUTF8(Path))
           << R"(,"group":")" << G.Hash << R"(","plan":)" << PlanJson
           << R"(,"graph":)" << Graph << "}\n";
      }
  return Error::success();
}

Error Campaign::write(raw_ostream &OS, std::vector<std::string> *Jobs) const {
  for (const std::string &Path : Models)
    for (int64_t Batch : Batches)
      for (const std::string &Optimizer : Optimizers)
        if (Error E = writeModel(OS, Path, Batch, Optimizer, Jobs))
          return E;
  return Error::success();
}

Error Campaign::writeGraphs(raw_ostream &OS) const {
  for (const std::string &Path : Models) {
    Expected<std::unique_ptr<Model>> M = loadModel(Path);
    if (!M)
      return M.takeError();
    OpRegistry Registry;
    CountOptions Options;
    Options.Dims = Dims;
    if (Error E = inferModelShapes(**M, Registry, Options))
      return E;
    GraphJson G = graphToJson(**M, {});
    OS << R"({"model":)" << json::Value(json::fixUTF8(Path)) << R"(,"group":")"
       << G.Hash << R"(","graph":)" << json::Value(std::move(G.Graph)) << "}\n";
  }
  return Error::success();
}

} // namespace toscount::tool
