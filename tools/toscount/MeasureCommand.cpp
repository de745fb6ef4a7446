//===- MeasureCommand.cpp - toscount measure MODEL... ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A campaign, handed to the runner `toscount-measure`, which trains and
/// measures.
///
//===----------------------------------------------------------------------===//

#include "CampaignFlags.h"
#include "Runner.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"

using namespace llvm;

namespace toscount::tool {
namespace {

struct MeasureArguments {
  CampaignFlags Plan;
  RunnerFlags Runner;
  std::string Records, Task;
  bool CountMacs = false, RetryFailed = false, Quiet = false;
};

int runMeasure(MeasureArguments &A) {
  A.Plan.check();
  Expected<std::string> Program = findRunner(A.Runner.Program);
  if (!Program)
    return report(Program.takeError(), NotHere);
  SmallString<128> Campaign;
  int Handle = -1;
  if (std::error_code EC = sys::fs::createTemporaryFile(
          "toscount-campaign", "jsonl", Handle, Campaign))
    return report(makeError("the campaign can't be written: " + EC.message()));
  FileRemover Remover(Campaign);
  {
    raw_fd_ostream OS(Handle, /*shouldClose=*/true);
    Error Failed = A.Plan.write(OS);
    OS.close();
    if (!Failed && OS.has_error())
      Failed =
          makeError(Campaign + ": can't be written: " + OS.error().message());
    OS.clear_error();
    if (Failed)
      return report(std::move(Failed));
  }
  std::vector<std::string> Arguments = {*Program, Campaign.str().str(), "-o",
                                        A.Records};
  append_range(Arguments, A.Runner.arguments());
  if (!A.Task.empty())
    Arguments.insert(Arguments.end(), {"--task", A.Task});
  for (auto [Given, Flag] : {std::pair(A.CountMacs, "--count-macs"),
                             std::pair(A.RetryFailed, "--retry-failed"),
                             std::pair(A.Quiet, "--quiet")})
    if (Given)
      Arguments.emplace_back(Flag);
  Expected<int> Status = runAndWait(std::move(Arguments));
  return Status ? *Status : report(Status.takeError(), NotHere);
}

} // namespace

Command addMeasureCommand(CLI::App &Root) {
  CLI::App *App =
      Root.add_subcommand("measure", "train on this machine and record energy");
  auto A = std::make_shared<MeasureArguments>();
  A->Plan.add(*App);
  App->add_option("-o,--output", A->Records,
                  "records are appended to this file; runs that it already "
                  "holds are not run again")
      ->check(reportFile())
      ->required()
      ->type_name("FILE");
  const char *With = "How it is measured";
  A->Runner.add(*App, With);
  App->add_option("--task", A->Task, "only every N-th job, from the K-th, of 1")
      ->group(With)
      ->type_name("K/N");
  App->add_flag("--count-macs", A->CountMacs,
                "records hold the MACs that one step really multiplied")
      ->group(With);
  App->add_flag("--retry-failed", A->RetryFailed,
                "run again what the records hold as failed")
      ->group(With);
  App->add_flag("--quiet", A->Quiet, "no progress on a terminal")->group(With);
  return {App, [A] { return runMeasure(*A); }};
}

} // namespace toscount::tool
