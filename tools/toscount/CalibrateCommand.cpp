//===- CalibrateCommand.cpp - toscount calibrate --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Campaign, fit and validation on new hardware in one command.
///
//===----------------------------------------------------------------------===//

#include "Calibrator.h"
#include "ReportFlags.h"

#include "toscount/Meters/Meter.h"
#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cmath>
#include <fstream>
#include <thread>

using namespace llvm;

namespace toscount::tool {
namespace {

struct CalibrateArguments {
  CalibratorOptions Options;
  OutputFlags Output;
  std::string Time = "30m", Datatype = "fp32";
  double MemoryGB = 0;
  bool Exact = false;
};

/// "90s", "30m", "1.5h": seconds; absent for anything else.
std::optional<double> parseDuration(StringRef Text) {
  double Number = 0, Unit = 0;
  if (Text.consume_back("s"))
    Unit = 1;
  else if (Text.consume_back("m"))
    Unit = 60;
  else if (Text.consume_back("h"))
    Unit = 3600;
  constexpr double Most = 1e9;
  if (Unit == 0 || Text.getAsDouble(Number) || !std::isfinite(Number) ||
      Number <= 0 || Number * Unit > Most)
    return std::nullopt;
  return Number * Unit;
}

/// What programs may still take of this machine's memory; 0: not known.
double availableBytes() {
  std::ifstream In("/proc/meminfo");
  constexpr double KiB = 1024;
  for (std::string Line; std::getline(In, Line);) {
    StringRef Rest = Line;
    uint64_t Number = 0;
    if (Rest.consume_front("MemAvailable:") &&
        !Rest.ltrim().consumeInteger(10, Number))
      return KiB * static_cast<double>(Number);
  }
  return 0;
}

/// Half of the machine's free memory; of a GPU's, which is not known here, what
/// most have.
double memoryBytes(const CalibrateArguments &A) {
  constexpr double GB = 1e9, Usual = 4;
  if (A.MemoryGB > 0)
    return A.MemoryGB * GB;
  double Free = A.Options.Runner.Device == "cpu" ? availableBytes() : 0;
  return Free > 0 ? Free / 2 : Usual * GB;
}

/// `cpu.json`: `cpu.runs.jsonl`.
std::string runsBeside(StringRef Profile) {
  Profile.consume_back(".json");
  return (Profile + ".runs.jsonl").str();
}

void checkRange(const char *Flag, double Value, double Least, double Most) {
  if (std::isfinite(Value) && Value >= Least && Value <= Most)
    return;
  std::string Text;
  raw_string_ostream OS(Text);
  OS << Flag << " must be a number from " << numberText(Least) << " to "
     << numberText(Most);
  throw UsageError(Text);
}

void checkArguments(const CalibrateArguments &A) {
  const CalibratorOptions &O = A.Options;
  if (A.Output.path().empty() || A.Output.path() == "-")
    throw UsageError("-o PROFILE is missing: the file that the profile is "
                     "written to; the report goes to standard output");
  if (O.RunsFile == A.Output.path())
    throw UsageError("--runs and -o name the same file");
  checkRange("--run-seconds", O.RunSeconds, 0.01, 3600);
  checkRange("--hold-back", O.Pool.HoldBack, 0, 0.9);
  checkRange("--memory", A.MemoryGB, 0, 1e6);
  if (O.Runner.WarmUpSeconds)
    checkRange("--warm-up", *O.Runner.WarmUpSeconds, 0, 86400);
  if (O.Runner.IdleSeconds)
    checkRange("--idle-seconds", *O.Runner.IdleSeconds, 0, 86400);
  checkChoice("--dtype", A.Datatype, {"fp32", "bf16", "fp16"});
  std::vector<StringRef> Families = runPoolFamilies();
  for (const std::string &Name : O.Pool.Families)
    checkChoice("--space", Name, Families);
  if (O.Runner.Meter == "null")
    throw UsageError("--meter null measures no energy; there would be nothing "
                     "to fit");
}

/// The folder that the profile goes to is looked at before anything is
/// measured.
Error checkFolder(StringRef File) {
  StringRef Folder = sys::path::parent_path(File);
  if (Folder.empty())
    Folder = ".";
  if (sys::fs::is_directory(Folder) &&
      !sys::fs::access(Folder, sys::fs::AccessMode::Write))
    return Error::success();
  return makeError(printable(File) + ": can't be written: " +
                   printable(Folder) + " is no folder that may be written to");
}

/// Opens the meter as the runner will, and closes it.
int checkMeter(CalibratorOptions &O) {
  std::string Problem;
  auto Threads = static_cast<unsigned>(O.Runner.Threads.value_or(
      std::max<int64_t>(std::thread::hardware_concurrency(), 1)));
  std::unique_ptr<Meter> M = openMeter(O.Runner.Meter, Threads, Problem);
  if (!M)
    return report(makeError(Problem), StringRef(Problem).starts_with("--meter")
                                          ? BadUsage
                                          : NotHere);
  O.ResolutionSeconds = M->resolutionS();
  // `auto` takes watts from LibTorch's threads, which are not known here.
  if (O.Runner.Meter == "auto" && M->estimated())
    return Done;
  Expected<RunsFile> Runs = readRunsFile(O.RunsFile);
  if (!Runs)
    return report(Runs.takeError());
  if (Runs->Records.empty() || Runs->Records.front().Meter == M->name())
    return Done;
  return report(
      makeError(Runs->Records.front().where() + ": was measured by '" +
                printable(Runs->Records.front().Meter) + "', and --meter is '" +
                printable(M->name()) + "'; name another --runs FILE"));
}

int runCalibrate(CalibrateArguments &A) {
  CalibratorOptions &O = A.Options;
  checkArguments(A);
  std::optional<double> Budget = parseDuration(A.Time);
  if (!Budget)
    throw UsageError("--time '" + printable(A.Time) +
                     "' should be a time such as 90s, 30m or 1.5h");
  ReportOptions View;
  View.Format = A.Output.format(reportFormatNames());
  View.Width = A.Output.width();
  View.Colour = A.Output.colour();
  View.Exact = A.Exact;
  O.BudgetSeconds = *Budget;
  O.ProfileFile = A.Output.path();
  if (O.RunsFile.empty())
    O.RunsFile = runsBeside(O.ProfileFile);
  if (O.Name.empty())
    O.Name = sys::path::stem(O.ProfileFile).str();
  O.Pool.Datatype = *elementTypeFromName(A.Datatype);
  O.MemoryBytes = memoryBytes(A);
  if (Error E = checkFolder(O.ProfileFile))
    return report(std::move(E));
  Expected<std::string> Program = findRunner(O.Runner.Program);
  if (!Program)
    return report(Program.takeError(), NotHere);
  O.Runner.Program = std::move(*Program);
  if (Error E = checkSolver())
    return report(std::move(E), NotHere);
  if (int Status = checkMeter(O))
    return Status;
  Calibrator C(O);
  if (int Status = C.run())
    return Status;
  Error Failed = writeOutput("", [&](raw_ostream &OS) {
    return writeCalibration(OS, C.Result, View);
  });
  return Failed ? report(std::move(Failed)) : Done;
}

} // namespace

Command addCalibrateCommand(CLI::App &Root) {
  CLI::App *App = Root.add_subcommand(
      "calibrate", "measure, fit and validate a profile of this machine");
  auto A = std::make_shared<CalibrateArguments>();
  CalibratorOptions &O = A->Options;
  // The first steps of a run are slower than all others.
  O.Runner.WarmUpSeconds = 0.5;
  App->add_option("--time", A->Time,
                  "measure at most this long: 90s, 30m, 1.5h; runs that RUNS "
                  "holds already count")
      ->type_name("TIME")
      ->capture_default_str();
  App->add_option("--runs", O.RunsFile,
                  "records are appended to this file, and those that it holds "
                  "are used (default: the profile's name, with .runs.jsonl)")
      ->check(reportFile())
      ->type_name("FILE");
  const char *What = "What is measured";
  App->add_option("--space", O.Pool.Families,
                  "networks of these families of the zoo (default: all of " +
                      llvm::join(runPoolFamilies(), ", ") + ")")
      ->group(What)
      ->delimiter(',')
      ->type_name("FAMILIES");
  App->add_option("--dtype", A->Datatype, "fp32, bf16 or fp16: one a profile")
      ->group(What)
      ->type_name("TYPE")
      ->capture_default_str();
  App->add_option("--run-seconds", O.RunSeconds,
                  "length of the usual run; more where the meter needs it")
      ->group(What)
      ->type_name("S")
      ->capture_default_str();
  App->add_option("--hold-back", O.Pool.HoldBack,
                  "share of the networks that are measured for validation "
                  "alone")
      ->group(What)
      ->type_name("X")
      ->capture_default_str();
  App->add_option("--memory", A->MemoryGB,
                  "no run that needs more than this many GB (default: half of "
                  "what is free; on a GPU 4)")
      ->group(What)
      ->type_name("GB");
  App->add_option("--seed", O.Pool.Seed,
                  "of the networks that are held back, and of the bootstrap")
      ->group(What)
      ->check(wholeNumber(0, INT32_MAX))
      ->type_name("N")
      ->capture_default_str();
  O.Runner.add(*App, "How it is measured");
  App->add_flag("--quiet", O.Quiet, "no progress on a terminal")
      ->group("How it is measured");
  App->add_option("--name", O.Name,
                  "of the profile (default: that of its file)")
      ->group("Output")
      ->type_name("NAME");
  A->Output.add(*App, llvm::join(reportFormatNames(), ", "));
  App->add_flag("--exact", A->Exact, "numbers in full")->group("Output");
  return {App, [A] { return runCalibrate(*A); }};
}

} // namespace toscount::tool
