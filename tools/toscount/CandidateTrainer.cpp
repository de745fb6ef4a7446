//===- CandidateTrainer.cpp - a search that trains its candidates ---------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "CandidateTrainer.h"

#include "Campaign.h"
#include "SearchCandidates.h"

#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <unistd.h>

using namespace llvm;

namespace toscount::tool {

void CandidateTrainer::add(CLI::App &App) {
  const char *Group = "Measured";
  App.add_option("--measure", Path,
                 "train the candidates on this machine; records are appended "
                 "to FILE, and those that it holds are not trained again")
      ->group(Group)
      ->check(reportFile())
      ->type_name("FILE");
  App.add_option("--data", Data,
                 "what is trained on, as for measure: fashion-mnist, mnist, "
                 "cifar10, csv or synthetic, each with :PATH behind it")
      ->group(Group)
      ->type_name("DATA")
      ->capture_default_str();
  App.add_option("--label", Label,
                 "CSV: the column of the labels (default: the last)")
      ->group(Group)
      ->type_name("COLUMN");
  Runner.add(App, Group);
}

void CandidateTrainer::check(const SearchSpace &Space, const RunSpec &Base,
                             const PlanFlags &Plan) {
  ValidationGiven = Plan.givesValidation();
  auto Varies = [&](StringRef Name) {
    return any_of(Space.Axes,
                  [&](const SearchAxis &A) { return A.Name == Name; });
  };
  if (!given()) {
    if (Varies("learning_rate"))
      throw UsageError("nothing that is predicted depends on the space's "
                       "learning_rate; --measure FILE trains");
    return;
  }
  if (Plan.hasProfile())
    throw UsageError("--measure and --profile both tell energies; give one");
  if (Space.IsTable)
    throw UsageError("--measure trains models; a table says what was reached");
  StringRef Optimizer = Base.Options.Optimizer;
  if (!Varies("optimizer") && (Optimizer.empty() || Optimizer == "none"))
    throw UsageError("--measure trains: name an --optimizer, or several in the "
                     "space");
  if (!Varies("batch") && Base.Plan.Batch == 0)
    throw UsageError("--batch is missing, the samples a step");
  if (!Base.Options.Freeze.empty())
    throw UsageError("--freeze is for counting; --trainable says what is "
                     "trained");
  if (!Base.Options.Assumptions.empty() ||
      !Base.Options.RealAssumptions.empty())
    throw UsageError("--assume is for counting; training sees the data");
  StringRef Kind = StringRef(Data).split(':').first;
  checkChoice("--data", Kind,
              {"fashion-mnist", "mnist", "cifar10", "csv", "synthetic"});
  if (Kind == "synthetic" && Base.Plan.Samples == 0)
    throw UsageError("--data synthetic needs --samples");
  if (Runner.Meter == "null")
    throw UsageError("--meter null measures no energy");
}

Error CandidateTrainer::start() {
  Expected<std::string> Program = findRunner(Runner.Program);
  if (!Program) {
    Status = NotHere;
    return Program.takeError();
  }
  Runner.Program = std::move(*Program);
  return readRuns();
}

Error CandidateTrainer::readRuns() {
  Expected<RunsFile> Read = readRunsFile(Path);
  if (!Read)
    return Read.takeError();
  File = std::move(*Read);
  Error Differ = checkFittedTogether(File.Records);
  if (!Differ)
    return Error::success();
  std::string Why = message(std::move(Differ)); // Then what `fit` may do.
  return makeError(StringRef(Why).split(';').first +
                   "; name another --measure FILE");
}

Error CandidateTrainer::runJobs(StringRef Jobs, StringRef Name) {
  TemporaryFile JobFile, Said;
  if (Error E = joinErrors(JobFile.create(), Said.create()))
    return E;
  if (Error E = writeOutput(JobFile.Path, [&](raw_ostream &OS) {
        OS << Jobs;
        return Error::success();
      }))
    return E;
  if (isatty(STDERR_FILENO) != 0)
    errs() << "training " << printable(Name) << '\n';
  std::vector<std::string> Arguments = {
      Runner.Program, JobFile.Path.str().str(), "-o", Path, "--quiet"};
  append_range(Arguments, Runner.arguments());
  RunnerWatch Watch;
  Watch.ErrorFile = Said.Path.str().str();
  Expected<int> Ended = runAndWait(std::move(Arguments), Watch);
  if (!Ended) {
    Status = NotHere;
    return Ended.takeError();
  }
  size_t Before = File.Lines;
  if (Error E = readRuns())
    return E;
  size_t New = File.Lines - std::min(Before, File.Lines);
  // Runs that failed are on record, and for the search to judge.
  if (*Ended == Done || (*Ended == BadInput && New > 0))
    return Error::success();
  Status = *Ended;
  if (*Ended == Interrupted)
    return makeError("interrupted; what was trained is in " + printable(Path) +
                     ", and the same command goes on from there");
  std::string Why;
  if (auto Buffer = MemoryBuffer::getFile(Said.Path))
    Why = lastWords((*Buffer)->getBuffer());
  return makeError("the runner: " +
                   printable(Why.empty()
                                 ? "ended with status " + std::to_string(*Ended)
                                 : Why));
}

Expected<Outcome> CandidateTrainer::train(const SearchCandidate &C,
                                          const RunSpec &Base, size_t Trainings,
                                          Objective Of) {
  RunSpec Spec = specOf(C, Base);
  Campaign Jobs = Campaign::of(Spec);
  Jobs.Data = Data;
  Jobs.Label = Label;
  Jobs.Repeats = static_cast<int64_t>(Trainings);
  if (Spec.Plan.Samples > 0)
    Jobs.Samples = Spec.Plan.Samples;
  if (ValidationGiven)
    Jobs.Validation = Spec.Plan.ValidationSamples;
  for (const auto &[Axis, Value] : C.Settings)
    if (double Rate = 0; Axis == "learning_rate" && parseNumber(Value, Rate))
      Jobs.LearningRate = Rate;
  std::string Text;
  raw_string_ostream OS(Text);
  std::vector<std::string> Names;
  if (Error E = Jobs.write(OS, &Names))
    return E;
  auto Failed = [&](StringRef Job) {
    return find_if(File.Failed,
                   [&](const FailedRun &F) { return F.Job == Job; });
  };
  auto Missing = [&](StringRef Job) {
    return File.RecordOf.count(Job) == 0 && Failed(Job) == File.Failed.end();
  };
  size_t Open = count_if(Names, Missing);
  Trained += Open;
  Reused += Names.size() - Open;
  if (Open > 0)
    if (Error E = runJobs(OS.str(), C.Name))
      return E;
  Outcome O;
  double Accuracy = 0, Energy = 0;
  size_t Good = 0, Judged = 0;
  for (const std::string &Job : Names) {
    if (auto At = File.RecordOf.find(Job); At != File.RecordOf.end()) {
      const RunRecord &R = File.Records[At->second];
      ++Good;
      Energy += R.Energy.Value;
      Judged += R.Accuracy ? 1 : 0;
      Accuracy += R.Accuracy.value_or(0);
      continue;
    }
    auto Why = Failed(Job);
    if (Why == File.Failed.end())
      return makeError(printable(C.Name) + ": the runner has left no record");
    O.Failed = true;
    Failures.insert(Job);
    if (FirstFailure.empty())
      FirstFailure = C.Name + ": " + Why->Message;
  }
  O.Spent = Energy;
  if (O.Failed)
    return O;
  if (needsAccuracy(Of) && Judged < Good)
    return makeError(printable(C.Name) +
                     ": its records have no accuracy, which objective '" +
                     name(Of) + "' needs; choose data with labels");
  auto N = static_cast<double>(Good);
  if (Judged == Good)
    O.Accuracy = Accuracy / N;
  O.Energy = Energy / N;
  return O;
}

void CandidateTrainer::describe(std::vector<std::string> &Sources,
                                std::string &Unit,
                                std::vector<std::string> &Notes) const {
  Sources.push_back("accuracy: measured, on validation samples of " + Data);
  if (!File.Records.empty()) {
    const RunRecord &R = File.Records.front();
    Unit = R.Energy.Unit;
    Sources.push_back("energy: " +
                      (R.Estimated
                           ? "an estimate by '" + R.Meter + "', no measurement"
                           : "measured by '" + R.Meter + "'") +
                      " (" + R.Hardware + ")");
  }
  auto Runs = [](size_t N) {
    return std::to_string(N) + (N == 1 ? " training" : " trainings");
  };
  Notes.push_back(Runs(Trained) + " now, " + std::to_string(Reused) +
                  " from the records of " + Path);
  if (!Failures.empty())
    Notes.push_back(Runs(Failures.size()) +
                    " failed, and count as the worst there is; " +
                    FirstFailure);
}

} // namespace toscount::tool
