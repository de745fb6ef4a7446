//===- EvaluateCommand.cpp - toscount evaluate RUNS -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ReportFlags.h"

#include "toscount/Prediction/Evaluate.h"
#include "toscount/Prediction/LayerProfiles.h"
#include "toscount/Prediction/ProfileLibrary.h"
#include "toscount/Report/PredictionReport.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace llvm;

namespace toscount::tool {
namespace {

struct EvaluateArguments {
  std::vector<std::string> Runs;
  std::string Profile;
  std::string StartUp;
  double Level = 0.9;
  std::optional<size_t> Top;
  OutputFlags Output;
};

/// `--start-up`: a number, or "fit".
void readStartUp(const EvaluateArguments &A, EvaluationOptions &Options) {
  Options.Level = A.Level;
  Options.FitStartUp = A.StartUp == "fit";
  if (A.StartUp.empty() || Options.FitStartUp)
    return;
  double Value = 0;
  if (StringRef(A.StartUp).getAsDouble(Value) || !std::isfinite(Value) ||
      Value < 0)
    throw UsageError("--start-up must be an energy in the profile's unit, from "
                     "0 up, or fit; not '" +
                     printable(A.StartUp) + "'");
  Options.StartUp = Value;
}

/// The profiles that \p Names lists.
Expected<std::vector<Profile>> loadProfiles(StringRef Names) {
  SmallVector<StringRef> Each;
  Names.split(Each, ',');
  std::vector<Profile> All;
  for (StringRef Name : Each) {
    Expected<Profile> P = loadProfile(Name);
    if (!P)
      return P.takeError();
    All.push_back(std::move(*P));
  }
  return All;
}

int runEvaluate(const EvaluateArguments &A) {
  if (A.Profile.empty())
    throw UsageError("--profile is missing: the name of one that ships, or a "
                     "file ('toscount predict --profile help' lists them)");
  if (A.Runs.empty())
    throw UsageError("no runs given: a file of records, one a line, or - for "
                     "standard input");
  if (!(A.Level > 0 && A.Level < 1))
    throw UsageError("--level must lie between 0 and 1, for example 0.9");
  ReportOptions View = A.Output.view();
  View.Top = A.Top;
  EvaluationOptions Options;
  readStartUp(A, Options);
  Expected<std::vector<Profile>> Profiles = loadProfiles(A.Profile);
  if (!Profiles)
    return report(Profiles.takeError());
  bool Layers = Profiles->size() > 1;
  Profile Sum;
  if (Layers) {
    Expected<Profile> Made = sumOfLayers(*Profiles);
    if (!Made)
      return report(Made.takeError());
    Sum = std::move(*Made);
  }
  Expected<std::vector<RunRecord>> Records = readRunRecords(A.Runs);
  if (!Records)
    return report(Records.takeError());
  OpRegistry Registry;
  Expected<Evaluation> E =
      Layers ? evaluateLayers(Sum, *Profiles, *Records, Registry, Options)
             : evaluateRuns(Profiles->front(), *Records, Registry, Options);
  if (!E)
    return report(E.takeError());
  if (E->Failed == E->Rows.size())
    return report(makeError(E->Rows.front().Error));
  Error Failed = writeOutput(A.Output.path(), [&](raw_ostream &OS) {
    return writeEvaluation(OS, *E, View);
  });
  if (Failed)
    return report(std::move(Failed));
  return E->Failed == 0 ? Done : BadInput;
}

} // namespace

Command addEvaluateCommand(CLI::App &Root) {
  CLI::App *App =
      Root.add_subcommand("evaluate", "predictions held against measured runs");
  auto A = std::make_shared<EvaluateArguments>();
  App->add_option("RUNS", A->Runs,
                  "files of records, one a line (toscount.run/1), or - for "
                  "standard input")
      ->type_name("");
  App->add_option("--profile", A->Profile,
                  "calibrated hardware: the name of a profile that ships, or a "
                  "file; several of single layers, divided by commas, add up")
      ->type_name("PROFILE");
  App->add_option("--start-up", A->StartUp,
                  "what a process takes before its first step, or fit: errors "
                  "of the energy above it")
      ->type_name("ENERGY");
  App->add_option("--level", A->Level, "confidence of the intervals")
      ->type_name("P")
      ->capture_default_str();
  A->Output.addWithPictures(*App,
                            {"predicted", "residuals", "families", "groups"});
  App->add_option("--top", A->Top,
                  "only the N groups predicted worst in text and Markdown "
                  "(default 10)")
      ->group("Output")
      ->check(wholeNumber(0))
      ->type_name("N");
  return {App, [A] { return runEvaluate(*A); }};
}

} // namespace toscount::tool
