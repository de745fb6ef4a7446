//===- Calibrator.cpp - measuring in rounds until a profile is good -------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Calibrator.h"

#include "CampaignFlags.h"

#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <unistd.h>

using namespace llvm;

namespace toscount::tool {
namespace {

constexpr int Interrupted = 130; // As shells say it.
constexpr size_t ProbeRuns = 4, RoundRuns = 8;
/// A round adds this part of what is fitted already, so that rounds (each with
/// a fit of everything) stay few.
constexpr double RoundGrowth = 0.25;
/// Windows are longer than the usual run's fourth, and than so many values of
/// the meter.
constexpr double LeastLength = 0.25, LeastValues = 20;
/// Runs that are too short although they were lengthened are given up.
constexpr size_t MostAttempts = 3;
/// So many rounds without a single good run, and something is wrong.
constexpr size_t MostInVain = 2;

std::string keyOf(StringRef Model, int64_t Batch, StringRef Optimizer) {
  return (Model + "\n" + Twine(Batch) + "\n" + Optimizer).str();
}
std::string keyOf(const PoolRun &Run) {
  return keyOf(Run.Spec.Model, Run.Spec.Plan.Batch, Run.Spec.Options.Optimizer);
}

/// A temporary file that goes when this does.
class TemporaryFile {
public:
  Error create() {
    if (std::error_code EC =
            sys::fs::createTemporaryFile("toscount-calibrate", "", Path))
      return makeError("no temporary file can be made: " + EC.message());
    Remover.setFile(Path);
    return Error::success();
  }
  SmallString<128> Path;

private:
  FileRemover Remover;
};

/// What the runner said last; its own name is taken off.
std::string lastLine(StringRef Text) {
  Text = Text.rtrim();
  StringRef Line = Text.substr(Text.rfind('\n') + 1);
  Line.consume_front("toscount-measure: ");
  Line.consume_front("error: ");
  return Line.str();
}

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

double Calibrator::elapsed() const {
  return SecondsBefore +
         std::chrono::duration<double>(Clock::now() - Start).count();
}

double Calibrator::leastSeconds() const {
  return std::max(LeastLength * Options.RunSeconds,
                  LeastValues * Options.ResolutionSeconds);
}

int Calibrator::run() {
  if (int Status = start())
    return Status;
  if (!Fitted.empty()) // From before.
    fitRound();
  while (Result.Stopped.empty()) {
    std::vector<PlannedRun> Runs = nextRound();
    if (Runs.empty())
      break;
    int Status = Done;
    Outcome Got = measure(Runs, Status);
    clearProgress();
    if (Got == Outcome::Ended)
      return Status;
    if (int Wrong = readRuns())
      return Wrong;
    fitRound();
    if (Got == Outcome::Stopped)
      Result.Stopped = "the time is spent";
  }
  return finish();
}

int Calibrator::start() {
  Expected<std::string> Found = findRunner(Options.Runner.Program);
  if (!Found)
    return report(Found.takeError(), NotHere);
  Program = std::move(*Found);
  Expected<std::vector<PoolRun>> Made = makeRunPool(Options.Pool, Registry);
  if (!Made)
    return report(Made.takeError());
  Pool = std::move(*Made);
  for (size_t I = 0; I < Pool.size(); ++I) {
    IndexOf[keyOf(Pool[I])] = I;
    if (Pool[I].HeldBack)
      HeldBack.insert(Pool[I].Spec.Model);
  }
  const RunnerFlags &R = Options.Runner;
  OverheadSeconds =
      R.WarmUpSeconds.value_or(0) + R.IdleSeconds.value_or(0) + 0.5;
  if (int Status = readRuns())
    return Status;
  Result.RunsBefore = File.Lines;
  for (const RunRecord &Record : File.Records)
    SecondsBefore += Record.Seconds.value_or(0) + R.WarmUpSeconds.value_or(0) +
                     R.IdleSeconds.value_or(0);
  return Done;
}

/// Everything that is known of runs is read anew.
int Calibrator::readRuns() {
  Expected<RunsFile> Read = readRunsFile(Options.RunsFile);
  if (!Read)
    return report(Read.takeError());
  File = std::move(*Read);
  if (Error E = checkFittedTogether(File.Records))
    return report(std::move(E));
  States.assign(Pool.size(), RunState::Open);
  Fitted.clear();
  Validation.clear();
  Result.TooShort = 0;
  Result.Failed.clear();
  std::map<size_t, size_t> Attempts;
  std::vector<RunTimes::Sample> Samples;
  StringRef Datatype = name(Options.Pool.Datatype);
  for (const RunRecord &Record : File.Records) {
    if (Record.Dtype != Datatype)
      return report(makeError(Record.where() + ": trained in " +
                              printable(Record.Dtype) +
                              ", but the profile is "
                              "of " +
                              Datatype + "; name another --runs FILE"));
    auto At = IndexOf.find(keyOf(
        Record.Model, static_cast<int64_t>(Record.Batch), Record.Optimizer));
    double Seconds = Record.Seconds.value_or(0);
    if (At != IndexOf.end() && Seconds > 0) {
      const PoolRun &Run = Pool[At->second];
      auto Steps = static_cast<double>(Record.steps());
      FeatureVector V;
      V.add(Run.TrainingStep, Steps);
      if (Record.ValidationSamples > 0)
        V.add(Run.ValidationStep, Steps);
      Samples.push_back({Record.Model, V, Seconds});
    }
    if (Record.Seconds && Seconds < leastSeconds()) {
      ++Result.TooShort;
      if (At != IndexOf.end() && ++Attempts[At->second] >= MostAttempts &&
          States[At->second] == RunState::Open)
        States[At->second] = RunState::Failed;
      continue;
    }
    if (At != IndexOf.end())
      States[At->second] = RunState::Measured;
    (HeldBack.count(Record.Model) != 0 ? Validation : Fitted).push_back(Record);
  }
  for (const FailedRun &F : File.Failed) {
    ++Result.Failed[F.Kind];
    for (size_t I = 0; I < Pool.size(); ++I) {
      const RunSpec &S = Pool[I].Spec;
      auto Batch = static_cast<uint64_t>(S.Plan.Batch);
      bool Same = F.Batch == Batch && F.Optimizer == S.Options.Optimizer;
      bool Larger = F.Kind == "out-of-memory" && Batch >= F.Batch;
      if (F.Model == S.Model && (Same || Larger) && States[I] == RunState::Open)
        States[I] = RunState::Failed;
    }
  }
  for (size_t I : Killed)
    States[I] = RunState::Failed;
  if (!Killed.empty())
    Result.Failed["killed"] = Killed.size();
  if (Error E = Times.learn(Samples))
    return report(std::move(E), NotHere);
  return Done;
}

RunFitOptions Calibrator::fitOptions() const {
  RunFitOptions O;
  O.Name = Options.Name;
  O.Source = "toscount calibrate";
  O.Seed = Options.Pool.Seed;
  return O;
}

RoundLimits Calibrator::limits() const {
  RoundLimits L;
  L.RunSeconds = std::max(Options.RunSeconds, 2 * leastSeconds());
  L.OverheadSeconds = OverheadSeconds;
  // A fit of everything follows, and at the end one with standard errors.
  L.BudgetSeconds = std::max(0.0, left() - 3 * FitSeconds);
  L.MemoryBytes = Options.MemoryBytes;
  L.HoldBack = Options.Pool.HoldBack;
  L.Probe = Fitted.empty() && Validation.empty() && Result.TooShort == 0;
  L.Runs = L.Probe ? ProbeRuns
                   : std::max(RoundRuns, static_cast<size_t>(std::ceil(
                                             RoundGrowth * Fitted.size())));
  return L;
}

std::vector<PlannedRun> Calibrator::nextRound() {
  RoundLimits L = limits();
  std::vector<PlannedRun> Runs = planRound(Pool, States, Times, L);
  if (!Runs.empty())
    return Runs;
  L.BudgetSeconds = HUGE_VAL;
  Result.Stopped = planRound(Pool, States, Times, L).empty()
                       ? "no run is left that fits this machine"
                       : "the time is spent";
  return {};
}

Error Calibrator::writeJobs(ArrayRef<PlannedRun> Runs, StringRef Path) const {
  return writeOutput(Path, [&](raw_ostream &OS) -> Error {
    for (const PlannedRun &R : Runs) {
      RunSpec Spec = Pool[R.Index].Spec;
      Spec.Plan = R.Plan;
      auto Seed = static_cast<int64_t>(Options.Pool.Seed);
      if (Error E = CampaignFlags::synthetic(Spec, Seed).write(OS))
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
  std::vector<std::string> Arguments = {Program, Jobs.Path.str().str(), "-o",
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
  std::string Why = lastLine(Said);
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

void Calibrator::fitRound() {
  CalibrationRound Round;
  Round.Score.Runs = Fitted.size();
  std::set<StringRef> Groups;
  for (const RunRecord &R : Fitted)
    Groups.insert(R.group());
  Round.Score.Groups = Groups.size();
  double Begin = elapsed();
  if (Fitted.empty()) {
    Round.NoFit = "no run is long enough for the meter";
  } else {
    RunFitOptions O = fitOptions();
    O.Replicates = 0;
    Expected<RunFit> Fit = fitRuns(Fitted, Registry, O);
    if (Fit) {
      const ScoredFamily &Chosen = Fit->Candidates[Fit->Chosen];
      Round.Family = Chosen.Name;
      Round.Score.ScorePercent = Chosen.ScorePercent;
      Round.Score.StandardErrorPercent = Chosen.StandardErrorPercent;
    } else {
      Round.NoFit = message(Fit.takeError());
    }
  }
  Round.Seconds = elapsed();
  FitSeconds = Round.Seconds - Begin;
  Result.Rounds.push_back(std::move(Round));
  std::vector<RoundScore> Scores;
  for (const CalibrationRound &R : Result.Rounds)
    if (R.NoFit.empty())
      Scores.push_back(R.Score);
  if (hasSettled(Scores))
    Result.Stopped = "the error has stopped improving (" +
                     std::to_string(PatientRounds) +
                     " rounds within one standard error of the best before "
                     "them)";
}

int Calibrator::finish() {
  Result.ProfileFile = Options.ProfileFile;
  Result.RunsFile = Options.RunsFile;
  Result.Device = Options.Runner.Device;
  Result.BudgetSeconds = Options.BudgetSeconds;
  if (Fitted.empty())
    return report(makeError("no run was measured (" + Result.Stopped +
                            "); a longer --time or a shorter --run-seconds "
                            "leaves room for some"));
  Expected<RunFit> Fit = fitRuns(Fitted, Registry, fitOptions());
  if (!Fit)
    return report(makeError(
        message(Fit.takeError()) + "; " + std::to_string(Fitted.size()) +
        " runs are in " + printable(Options.RunsFile) +
        ", and the same command with a longer --time measures more"));
  Result.Fit = std::move(*Fit);
  remark();
  Profile &P = Result.Fit.Found;
  if (!Validation.empty()) {
    Expected<Evaluation> E = evaluateRuns(P, Validation, Registry);
    if (!E)
      return report(E.takeError());
    Result.Validation = std::move(*E);
    const ErrorSummary &S = Result.Validation->Errors;
    ProfileScores Scores;
    Scores.Method = "validation on " +
                    std::to_string(Result.Validation->Groups.size()) +
                    " architectures that were held back";
    Scores.MapePercent = S.MapePercent;
    Scores.MedianApePercent = S.MedianApePercent;
    Scores.P95ApePercent = S.P95ApePercent;
    Scores.BiasPercent = S.BiasPercent;
    Scores.Spearman = S.Spearman;
    Scores.N = static_cast<double>(S.N);
    for (ProfileFamily &F : P.Families)
      if (F.Role == FamilyRole::Energy)
        F.Scores.push_back(Scores);
  }
  Result.Seconds = elapsed();
  if (Error E = writeOutput(Options.ProfileFile, [&](raw_ostream &OS) {
        writeProfile(OS, P);
        return Error::success();
      }))
    return report(std::move(E));
  return Done;
}

/// What has to be said of how it was measured.
void Calibrator::remark() {
  if (File.Cores > 0 && File.Load > File.Cores + 0.5) {
    Result.Notes.push_back(
        "other programs were running: the load was up to " +
        numberText(File.Load) + " on " + numberText(File.Cores) +
        " cores; the profile is of a machine that is as busy");
    Result.Fit.Found.Notes.push_back(Result.Notes.back());
  }
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
