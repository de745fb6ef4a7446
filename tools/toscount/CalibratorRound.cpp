//===- CalibratorRound.cpp - a round in the hands of the runner -----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// How a round of runs is handed to the runner, what is shown meanwhile, and
/// what its end means.
///
//===----------------------------------------------------------------------===//

#include "Calibrator.h"

#include "Campaign.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <unistd.h>

using namespace llvm;

namespace toscount::tool {
namespace {

/// So many rounds without a single good run, and something is wrong.
constexpr size_t MostInVain = 2;

/// Warnings of the runner that are not about a run.
void passWarnings(StringRef Text, std::set<std::string, std::less<>> &Passed) {
  SmallVector<StringRef> Lines;
  Text.split(Lines, '\n');
  for (StringRef Line : Lines)
    if (Line.consume_front("toscount-measure: warning: ") &&
        !Line.contains(": this run failed:") &&
        Passed.insert(Line.str()).second)
      errs() << "toscount: warning: " << Line << '\n';
}

std::string minutes(double Seconds) {
  std::string Text;
  raw_string_ostream OS(Text);
  if (Seconds < 90)
    OS << format("%.0f s", Seconds);
  else
    OS << format("%.0f min", Seconds / 60);
  return Text;
}

} // namespace

Error Calibrator::writeJobs(ArrayRef<PlannedRun> Runs, StringRef Path) const {
  return writeOutput(Path, [&](raw_ostream &OS) -> Error {
    for (const PlannedRun &R : Runs) {
      RunSpec Spec = Pool[R.Index].Spec;
      Spec.Plan = R.Plan;
      // Another attempt is another job, even if it has as many steps.
      auto Before = Attempts.find(R.Index);
      auto Seed = static_cast<int64_t>(
          Options.Pool.Seed + (Before == Attempts.end() ? 0 : Before->second));
      if (Error E = Campaign::synthetic(Spec, Seed).write(OS))
        return E;
    }
    return Error::success();
  });
}

Calibrator::Outcome Calibrator::measure(ArrayRef<PlannedRun> Runs,
                                        int &Status) {
  TemporaryFile Jobs, Said;
  Error Failed = joinErrors(Jobs.create(), Said.create());
  if (!Failed)
    Failed = writeJobs(Runs, Jobs.Path);
  if (Failed) {
    Status = report(std::move(Failed));
    return Outcome::Ended;
  }
  std::vector<std::string> Arguments = {Options.Runner.Program,
                                        Jobs.Path.str().str(), "-o",
                                        Options.RunsFile, "--quiet"};
  append_range(Arguments, Options.Runner.arguments());
  LineWatch Lines(Options.RunsFile);
  // Estimates may be wrong: a run that takes too long is given up.
  double Grace = 2 * Options.RunSeconds;
  Overdue = false;
  RunnerWatch Watch;
  Watch.ErrorFile = Said.Path.str().str();
  Watch.KeepOn = [&] {
    showProgress(Runs, Lines.added());
    Overdue = Overdue || left() < -Grace;
    return !Overdue;
  };
  double Begin = elapsed();
  size_t Before = File.Lines;
  Expected<int> Ended = runAndWait(std::move(Arguments), Watch);
  if (!Ended) {
    Status = report(Ended.takeError(), NotHere);
    return Outcome::Ended;
  }
  double Windows = 0;
  for (const PlannedRun &R : Runs)
    Windows += R.Seconds;
  if (size_t N = Lines.added(); N == Runs.size())
    OverheadSeconds =
        std::max(0.0, elapsed() - Begin - Windows) / static_cast<double>(N);
  std::string Text;
  if (auto Buffer = MemoryBuffer::getFile(Said.Path))
    Text = (*Buffer)->getBuffer().str();
  return afterRunner(*Ended, Runs, Text, Before, Status);
}

Calibrator::Outcome Calibrator::afterRunner(int Ended,
                                            ArrayRef<PlannedRun> Runs,
                                            const std::string &Said,
                                            size_t Before, int &Status) {
  clearProgress();
  passWarnings(Said, Passed);
  Expected<RunsFile> Now = readRunsFile(Options.RunsFile);
  if (!Now) {
    Status = report(Now.takeError());
    return Outcome::Ended;
  }
  size_t New = Now->Lines - std::min(Before, Now->Lines);
  bool Good = Now->Records.size() > File.Records.size();
  RoundsInVain = Good ? 0 : RoundsInVain + 1;
  if (Overdue)
    return Outcome::Stopped;
  if (Ended == Interrupted) {
    errs() << "toscount: interrupted; " << Now->Lines << " runs are in "
           << printable(Options.RunsFile)
           << ", and the same command goes on from there\n";
    Status = Interrupted;
    return Outcome::Ended;
  }
  bool BySignal = Ended > 128;
  if (BySignal && New < Runs.size())
    Killed.insert(Runs[New].Index);
  bool Recorded = Ended == Done || (Ended == BadInput && New > 0) || BySignal;
  if (Recorded && RoundsInVain < MostInVain)
    return Outcome::Measured;
  std::string Why = lastWords(Said);
  if (Recorded && !Now->Failed.empty())
    Why = "no run succeeds; the last: " + Now->Failed.back().Model + ": " +
          Now->Failed.back().Message;
  else if (Why.empty())
    Why = "ended with status " + std::to_string(Ended);
  Status = report(makeError("the runner: " + printable(Why)),
                  Ended == NotHere    ? NotHere
                  : Ended == BadUsage ? BadUsage
                                      : BadInput);
  return Outcome::Ended;
}

void Calibrator::showProgress(ArrayRef<PlannedRun> Runs, size_t Done) {
  if (Options.Quiet || isatty(STDERR_FILENO) == 0 || Done >= Runs.size())
    return;
  const RunSpec &S = Pool[Runs[Done].Index].Spec;
  std::string Line;
  raw_string_ostream OS(Line);
  OS << "round " << Result.Rounds.size() + 1 << "  run " << Done + 1 << " of "
     << Runs.size();
  if (!Result.Rounds.empty() && Result.Rounds.back().NoFit.empty())
    OS << "  error "
       << format("%.1f %%", Result.Rounds.back().Score.ScorePercent);
  OS << "  at most " << minutes(std::max(left(), 0.0)) << " left  "
     << StringRef(S.Model).drop_front(4).take_front(24) << " batch "
     << S.Plan.Batch;
  errs() << "\r\033[K" << StringRef(Line).take_front(79);
  errs().flush();
  Shown = true;
}

void Calibrator::clearProgress() {
  if (Shown)
    errs() << "\r\033[K";
  Shown = false;
}

} // namespace toscount::tool
