//===- MeasureCommand.cpp - toscount measure MODEL... ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A campaign, handed to the runner `toscount-measure`, which lies beside this
/// tool or on PATH. The runner trains and measures; this command only starts
/// it.
///
//===----------------------------------------------------------------------===//

#include "CampaignFlags.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

#include <csignal>

using namespace llvm;

namespace toscount::tool {
namespace {

struct MeasureArguments {
  CampaignFlags Plan;
  std::string Records, Meter = "auto", Device = "cpu";
  std::optional<int64_t> Threads;
  std::optional<double> IdleSeconds, WarmUpSeconds;
  std::string Task;
  bool CountMacs = false, RetryFailed = false, Quiet = false;
};

constexpr StringLiteral Runner = "toscount-measure";

/// Beside this tool (installed, or in the build tree), or on PATH.
Expected<std::string> findRunner() {
  static int Anchor;
  std::string Self = sys::fs::getMainExecutable(nullptr, &Anchor);
  StringRef Folder = sys::path::parent_path(Self);
  SmallString<256> Built(sys::path::parent_path(Folder));
  sys::path::append(Built, Runner);
  StringRef Folders[] = {Folder, Built};
  if (ErrorOr<std::string> Path = sys::findProgramByName(Runner, Folders))
    return *Path;
  if (ErrorOr<std::string> Path = sys::findProgramByName(Runner))
    return *Path;
  return makeError(
      "the runner 'toscount-measure' is neither beside this tool nor on PATH; "
      "build it where LibTorch is: 'cmake -S tools/toscount-measure -B "
      "build/runner && cmake --build build/runner', then put it on PATH "
      "(docs/Measuring.md); on another machine, 'toscount campaign' writes the "
      "jobs for it");
}

std::string decimal(double Value) {
  std::string Text;
  raw_string_ostream OS(Text);
  OS << format("%.17g", Value);
  return Text;
}

int runMeasure(const MeasureArguments &A) {
  A.Plan.check();
  Expected<std::string> Program = findRunner();
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
  std::vector<std::string> Arguments = {
      *Program, Campaign.str().str(), "-o",    A.Records, "--meter",
      A.Meter,  "--device",           A.Device};
  auto add = [&](const char *Flag, const std::string &Value) {
    Arguments.insert(Arguments.end(), {Flag, Value});
  };
  if (A.Threads)
    add("--threads", std::to_string(*A.Threads));
  if (A.IdleSeconds)
    add("--idle-seconds", decimal(*A.IdleSeconds));
  if (A.WarmUpSeconds)
    add("--warm-up", decimal(*A.WarmUpSeconds));
  if (!A.Task.empty())
    add("--task", A.Task);
  for (auto [Given, Flag] : {std::pair(A.CountMacs, "--count-macs"),
                             std::pair(A.RetryFailed, "--retry-failed"),
                             std::pair(A.Quiet, "--quiet")})
    if (Given)
      Arguments.emplace_back(Flag);
  std::vector<StringRef> Views(Arguments.begin(), Arguments.end());
  // The runner ends itself on Ctrl-C; this process waits for it and tidies up.
  std::signal(SIGINT, SIG_IGN);
  std::string Problem;
  int Status =
      sys::ExecuteAndWait(*Program, Views, std::nullopt, {}, 0, 0, &Problem);
  if (Status < 0)
    return report(makeError(*Program + ": " + Problem), NotHere);
  return Status;
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
  App->add_option("--meter", A->Meter,
                  "auto, null, tdp:WATTS (an estimate), replay:FILE and those "
                  "that 'toscount-measure --help' lists")
      ->group(With)
      ->type_name("METER")
      ->capture_default_str();
  App->add_option("--device", A->Device, "cpu or cuda:N")
      ->group(With)
      ->type_name("DEVICE")
      ->capture_default_str();
  App->add_option("--threads", A->Threads,
                  "threads of one operator (default: LibTorch's choice)")
      ->group(With)
      ->check(wholeNumber(1, 4096))
      ->type_name("N");
  App->add_option("--idle-seconds", A->IdleSeconds,
                  "measure idle power this long before each run (default 0)")
      ->group(With)
      ->type_name("S");
  App->add_option("--warm-up", A->WarmUpSeconds,
                  "train this long, unmeasured, before each run (default 0)")
      ->group(With)
      ->type_name("S");
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
