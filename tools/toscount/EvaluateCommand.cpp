//===- EvaluateCommand.cpp - toscount evaluate RUNS -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ReportFlags.h"

#include "toscount/Prediction/Evaluate.h"
#include "toscount/Prediction/ProfileLibrary.h"
#include "toscount/Report/PredictionReport.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace toscount::tool {
namespace {

struct EvaluateArguments {
  std::vector<std::string> Runs;
  std::string Profile;
  double Level = 0.9;
  std::optional<size_t> Top;
  OutputFlags Output;
};

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
  Expected<Profile> P = loadProfile(A.Profile);
  if (!P)
    return report(P.takeError());
  Expected<std::vector<RunRecord>> Records = readRunRecords(A.Runs);
  if (!Records)
    return report(Records.takeError());
  OpRegistry Registry;
  Expected<Evaluation> E = evaluateRuns(*P, *Records, Registry, A.Level);
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
                  "file")
      ->type_name("PROFILE");
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
