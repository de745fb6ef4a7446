//===- Calibrator.cpp - measuring in rounds until a profile is good -------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Calibrator.h"

#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace llvm;

namespace toscount::tool {
namespace {

constexpr size_t ProbeRuns = 4, RoundRuns = 8;
/// A round adds this part of what is fitted already, so that rounds (each with
/// a fit of everything) stay few.
constexpr double RoundGrowth = 0.25;
/// Windows are longer than the usual run's fourth, and than so many values of
/// the meter.
constexpr double LeastLength = 0.25, LeastValues = 20;
/// Runs that are too short although they were lengthened are given up.
constexpr size_t MostAttempts = 3;

std::string keyOf(StringRef Model, int64_t Batch, StringRef Optimizer) {
  return (Model + "\n" + Twine(Batch) + "\n" + Optimizer).str();
}
std::string keyOf(const PoolRun &Run) {
  return keyOf(Run.Spec.Model, Run.Spec.Plan.Batch, Run.Spec.Options.Optimizer);
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
  Attempts.clear();
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
    if (HeldBack.count(Record.Model) == 0) {
      Fitted.push_back(Record);
      continue;
    }
    Validation.push_back(Record);
    Validation.back().Group = Record.Model; // A name that tells more.
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
  O.Windows = true;
  O.Name = Options.Name;
  O.Source = "toscount calibrate";
  O.Seed = Options.Pool.Seed;
  return O;
}

RoundLimits Calibrator::limits() const {
  RoundLimits L;
  L.RunSeconds = std::max(Options.RunSeconds, 4 * leastSeconds());
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
    return report(makeError(
        "no run was measured (" + Result.Stopped +
        "); a longer --time, a shorter --run-seconds or more --memory "
        "leaves room for some"));
  Expected<RunFit> Fit = fitRuns(Fitted, Registry, fitOptions());
  if (!Fit)
    return report(
        makeError(message(Fit.takeError()) + "; there " +
                  (Fitted.size() == 1
                       ? "is 1 run"
                       : "are " + std::to_string(Fitted.size()) + " runs") +
                  " in " + printable(Options.RunsFile) +
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

} // namespace toscount::tool
