//===- CompareCommand.cpp - toscount compare MODEL... ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "CountFlags.h"
#include "ModelList.h"
#include "PlanFlags.h"
#include "Quantities.h"
#include "ReportFlags.h"

#include "toscount/Report/CompareReport.h"
#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Zoo/Zoo.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

#include <cmath>

using namespace llvm;

namespace toscount::tool {
namespace {

struct CompareArguments {
  std::vector<std::string> Models, Accuracies;
  std::string List, RankBy, BudgetEnergy, BudgetTime, BudgetEmissions;
  CountFlags Count;
  PlanFlags Plan;
  OutputFlags Output;
  double Alpha = 0;
  bool Exact = false;
  CLI::Option *AlphaGiven = nullptr;
};

/// Every model by name, ranges in specs written out.
Expected<std::vector<std::string>> modelsOf(const CompareArguments &A) {
  std::vector<std::string> Named, All;
  Expected<bool> Many = listModels(A.Models, A.List, Named);
  if (!Many)
    return Many.takeError();
  for (const std::string &Name : Named) {
    if (Name == "-")
      throw UsageError("models are read more than once, which standard input "
                       "can't be; name a file");
    Expected<std::vector<std::string>> Specs = expandSpec(Name);
    if (!Specs)
      return Specs.takeError();
    All.insert(All.end(), Specs->begin(), Specs->end());
  }
  return All;
}

/// `MODEL=X`, for each of \p Models.
std::vector<std::optional<double>> accuraciesOf(const CompareArguments &A,
                                                ArrayRef<std::string> Models) {
  std::vector<std::optional<double>> Result(Models.size());
  std::vector<StringRef> Known(Models.begin(), Models.end());
  StringMap<bool> Seen;
  for (const std::string &Text : A.Accuracies) {
    auto [Model, Number] = StringRef(Text).rsplit('=');
    double Value = 0;
    if (Model.empty() || Model.size() == Text.size())
      throw UsageError("--accuracy '" + printable(Text) +
                       "' should be MODEL=X, for example zoo:lenet=0.98");
    if (!parseNumber(Number, Value) || !(Value >= 0 && Value <= 1))
      throw UsageError("--accuracy '" + printable(Text) + "': '" +
                       printable(Number) +
                       "' is no accuracy from 0 to 1 (97 % is 0.97)");
    if (!Seen.try_emplace(Model, true).second)
      throw UsageError("--accuracy: '" + printable(Model) + "' is given twice");
    bool Found = false;
    for (size_t I = 0; I < Models.size(); ++I)
      if (Models[I] == Model) {
        Result[I] = Value;
        Found = true;
      }
    if (!Found)
      throw UsageError("--accuracy: '" + printable(Model) +
                       "' is not one of the models" + didYouMean(Model, Known));
  }
  return Result;
}

RankBy rankByOf(const CompareArguments &A) {
  bool Alpha = A.AlphaGiven->count() != 0;
  RankBy By = !A.Plan.hasProfile() ? RankBy::TOs
              : Alpha              ? RankBy::Alpha
                                   : RankBy::Energy;
  if (!A.RankBy.empty()) {
    checkChoice("--rank-by", A.RankBy, rankByNames());
    By = *rankByFromName(A.RankBy);
  }
  if (!A.Plan.hasProfile() && By != RankBy::TOs && By != RankBy::Accuracy)
    throw UsageError("--rank-by " + A.RankBy +
                     " needs --profile: counts are no energy");
  if (By == RankBy::Alpha && !Alpha)
    throw UsageError("--rank-by alpha needs --alpha, the weight of energy from "
                     "0 to 1");
  return By;
}

/// The budgets; that of energy in the unit of \p Of.
Expected<Budgets> budgetsOf(const CompareArguments &A, const Profile *Of) {
  Budgets B;
  if (!A.BudgetTime.empty())
    B.Seconds =
        seconds("--budget-time", parseQuantity("--budget-time", A.BudgetTime));
  if (!A.BudgetEmissions.empty())
    B.EmissionsGrams =
        grams("--budget-emissions",
              parseQuantity("--budget-emissions", A.BudgetEmissions));
  if (A.BudgetEnergy.empty())
    return B;
  GivenQuantity Q = parseQuantity("--budget-energy", A.BudgetEnergy);
  if (!Of)
    return B;
  if (Of->Unit == "J")
    B.Energy = joules("--budget-energy", Q);
  else if (Q.Unit == Of->Unit)
    B.Energy = Q.Value;
  else
    return makeError("--budget-energy is in '" + printable(Q.Unit) +
                     "', but the profile predicts '" + printable(Of->Unit) +
                     "'; units are not converted");
  return B;
}

int runCompare(CompareArguments &A) {
  ReportOptions View = A.Output.view();
  View.Exact = A.Exact;
  if (A.Models.empty() && A.List.empty())
    throw UsageError("no model given; 'toscount compare --help' says what one "
                     "can be");
  RunSpec Base;
  Base.Options = A.Count.counting();
  Base.Options.PassOverForeignDims = true;
  Base.Plan = A.Plan.plan();
  Base.Plan.Batch = Base.Options.Batch.value_or(0);
  A.Plan.checkComplete(Base.Plan);
  CompareOptions Options;
  Options.By = rankByOf(A);
  if (A.AlphaGiven->count() != 0) {
    if (!(A.Alpha >= 0 && A.Alpha <= 1))
      throw UsageError("--alpha is the weight of energy, from 0 to 1");
    if (!A.Plan.hasProfile())
      throw UsageError("--alpha needs --profile");
    Options.Alpha = A.Alpha;
  }
  if (!A.Plan.hasProfile() &&
      !(A.BudgetEnergy + A.BudgetTime + A.BudgetEmissions).empty())
    throw UsageError("budgets need --profile: counts are no energy");
  // A slip in a budget is found before anything is read.
  if (Expected<Budgets> B = budgetsOf(A, nullptr); !B)
    return report(B.takeError());
  Expected<LoweringOptions> Lowering = A.Count.lowering(Base.Options);
  if (!Lowering)
    return report(Lowering.takeError());
  Base.Lowering = *Lowering;
  Expected<std::vector<std::string>> Models = modelsOf(A);
  if (!Models)
    return report(Models.takeError());
  std::vector<std::optional<double>> Accuracies = accuraciesOf(A, *Models);
  std::optional<Profile> Of;
  if (Error E = A.Plan.load(Of, Options.Candidates))
    return report(std::move(E));
  Expected<Budgets> Limits = budgetsOf(A, Options.Candidates.Of);
  if (!Limits)
    return report(Limits.takeError());
  Options.Limits = *Limits;
  if (Of)
    Base.Plan.Part = Of->Part;

  std::vector<RunSpec> Specs(Models->size(), Base);
  for (size_t I = 0; I < Specs.size(); ++I) {
    Specs[I].Model = (*Models)[I];
    if (Base.Options.Loss.empty())
      Specs[I].Options.Loss = publishedLoss((*Models)[I]);
  }
  OpRegistry Registry;
  Expected<Comparison> C = compareModels(Specs, Accuracies, Options, Registry);
  if (!C)
    return report(C.takeError());
  if (Error E = writeOutput(A.Output.path(), [&](raw_ostream &OS) {
        return writeComparison(OS, *C, Base.Plan, A.Plan.grid(), View);
      }))
    return report(std::move(E));
  if (C->Failed > 0)
    return BadInput;
  if (!C->noneFits())
    return Done;
  return report(makeError("gate: no model fits the budgets"), GateFailed);
}

} // namespace

Command addCompareCommand(CLI::App &Root) {
  CLI::App *App =
      Root.add_subcommand("compare", "which of several models to train");
  auto A = std::make_shared<CompareArguments>();
  App->add_option("MODEL", A->Models,
                  ".onnx or .onnxtxt files, folders of them, or zoo:NETWORK, "
                  "also with ranges: zoo:lenet:scale=1..5")
      ->type_name("");
  App->add_option("--list", A->List,
                  "also the models that this file names, one a line (- for "
                  "standard input)")
      ->type_name("FILE");
  A->Plan.add(*App, /*Accuracy=*/true);
  const char *Group = "How to choose";
  App->add_option("--rank-by", A->RankBy,
                  join(rankByNames(), ", ") +
                      " (default: energy; alpha with --alpha; tos without a "
                      "profile)")
      ->group(Group)
      ->type_name("WHAT");
  App->add_option("--accuracy", A->Accuracies,
                  "the accuracy of a model, 0 to 1; repeatable")
      ->group(Group)
      ->type_name("MODEL=X")
      ->allow_extra_args(false);
  A->AlphaGiven =
      App->add_option("--alpha", A->Alpha,
                      "score alpha * energy + (1 - alpha) * (1 - accuracy), "
                      "both scaled to 0..1 over the models")
          ->group(Group)
          ->type_name("A");
  App->add_option("--budget-energy", A->BudgetEnergy,
                  "exit with status 3 when no model takes less: 50kJ, 2kWh")
      ->group(Group)
      ->type_name("E");
  App->add_option("--budget-time", A->BudgetTime, "the same of time: 90min, 2h")
      ->group(Group)
      ->type_name("T");
  App->add_option("--budget-emissions", A->BudgetEmissions,
                  "the same of CO2 equivalents: 20g, 1.5kg")
      ->group(Group)
      ->type_name("M");
  A->Count.add(*App, /*ForPrediction=*/true);
  A->Output.addWithPictures(*App, {"ranking", "front", "work"});
  App->add_flag("--exact", A->Exact, "counts in full")->group("Output");
  return {App, [A] { return runCompare(*A); }};
}

} // namespace toscount::tool
