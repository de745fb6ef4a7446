//===- main.cpp - toscount-measure ----------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Runs the jobs of a campaign file, one after another, and appends a record of
/// each to a file of records. `toscount campaign` writes campaign files,
/// `toscount measure` writes one and starts this.
///
//===----------------------------------------------------------------------===//

#include "Check.h"
#include "Failure.h"
#include "Machine.h"
#include "Operators.h"
#include "Records.h"
#include "Trainer.h"

#include "toscount/Meters/Meter.h"

#include <ATen/Parallel.h>
#include <CLI/CLI.hpp>

#include <csignal>
#include <fstream>
#include <iostream>
#include <map>
#include <set>

namespace toscount::measure {
namespace {

std::atomic<bool> Interrupted{false};

extern "C" void onInterrupt(int) {
  Interrupted = true;
  // The second time it ends at once.
  std::signal(SIGINT, SIG_DFL);
}

struct Arguments {
  std::string Campaign, Output, Check, Device = "cpu", Task;
  Settings S;
  int64_t Threads = 0;
  bool Macs = false, RetryFailed = false, Quiet = false, Operators = false;
};

/// Lines of the campaign that this process runs.
std::vector<std::pair<size_t, std::string>> readCampaign(const Arguments &A) {
  int64_t First = 1, Every = 1;
  if (!A.Task.empty()) {
    char Rest = 0;
    long long K = 0, N = 0;
    if (std::sscanf(A.Task.c_str(), "%lld/%lld%c", &K, &N, &Rest) != 2 ||
        N < 1 || K < 1 || K > N)
      throw Usage("--task '" + A.Task + "' should be K/N, K from 1 to N");
    First = K;
    Every = N;
  }
  std::ifstream In(A.Campaign);
  if (!In)
    throw Failure(A.Campaign + ": can't be read");
  std::vector<std::pair<size_t, std::string>> Lines;
  size_t Number = 0;
  int64_t Index = 0;
  for (std::string Line; std::getline(In, Line);) {
    ++Number;
    if (!Line.empty() && Index++ % Every == First - 1)
      Lines.emplace_back(Number, std::move(Line));
  }
  if (Index == 0)
    throw Failure(A.Campaign + ": has no jobs");
  return Lines;
}

/// Data sets that were read, by what names them.
class DataSets {
public:
  const DataSet *get(const PlanInfo &P) {
    if (P.Data == "synthetic")
      return nullptr;
    auto [At, New] = Sets.try_emplace({P.Data, P.Label});
    if (New)
      At->second = loadData(P.Data, P.Label);
    return &At->second;
  }

private:
  std::map<std::pair<std::string, std::string>, DataSet> Sets;
};

std::string brief(const Job &J) {
  size_t Slash = J.Model.rfind('/');
  return (Slash == std::string::npos ? J.Model : J.Model.substr(Slash + 1)) +
         " batch " + std::to_string(J.Plan.Batch);
}

int printMacs(const Arguments &A) {
  DataSets Data;
  for (const auto &[Number, Line] : readCampaign(A)) {
    Job J = parseJob(Line, A.Campaign + ":" + std::to_string(Number));
    StepMacs Macs = countStep(J, Data.get(J.Plan), A.S);
    std::cout << Json({{"job", J.Id},
                       {"model", J.Model},
                       {"forward", Macs.Forward},
                       {"backward", Macs.Backward}})
                     .dump()
              << '\n';
  }
  return Done;
}

Json failureRecord(const Job &J, const Settings &S, const Failure &E) {
  Json Record = recordHead(J, S);
  Record["meter"] = S.Meter;
  Record["status"] = "failed";
  Record["failure"] = {{"kind", E.Kind}, {"message", E.what()}};
  return Record;
}

void warn(Progress &Shown, const std::string &Text) {
  Shown.clear();
  std::cerr << "toscount-measure: warning: " << Text << '\n';
}

/// The record of a run that went well or not; c10's errors end as failures.
Json attempt(const Job &J, const DataSet *Data, const Settings &S,
             Progress &Shown, bool &Good) {
  auto failed = [&](const std::string &Text, const std::string &Kind) {
    Good = false;
    std::string Line = Text.substr(0, Text.find('\n'));
    warn(Shown, J.Model + ": this run failed: " + Line);
    return failureRecord(J, S, Failure(Line, Kind));
  };
  try {
    Json Record = trainJob(J, Data, S, Shown);
    Good = true;
    return Record;
  } catch (const Failure &E) {
    return failed(E.what(), E.Kind);
  } catch (const std::bad_alloc &) {
    return failed("out of memory", "out-of-memory");
  } catch (const std::exception &E) {
    std::string Text = E.what();
    bool Memory = Text.find("out of memory") != std::string::npos ||
                  Text.find("can't allocate memory") != std::string::npos;
    return failed(Text, Memory ? "out-of-memory" : "error");
  }
}

int runCampaign(const Arguments &A) {
  if (A.Output.empty())
    throw Usage("-o FILE is missing: where records are appended");
  auto Lines = readCampaign(A);
  std::string Note;
  if (!openMeter(A.S.Meter, A.S.Threads, Note)) {
    bool Unknown = Note.rfind("--meter", 0) == 0;
    throw Failure(Note, "error", Unknown ? BadUsage : NotHere);
  }
  DataSets Data;
  // Everything is looked at before anything is trained.
  std::string LastGraph;
  for (const auto &[Number, Line] : Lines) {
    Job J = parseJob(Line, A.Campaign + ":" + std::to_string(Number));
    std::string Same = J.Group + J.Plan.Data + J.Plan.Datatype +
                       J.Plan.Loss.Name + J.Plan.Optimizer.Name + J.Model;
    if (Same != LastGraph)
      preflight(J, Data.get(J.Plan), A.S);
    LastGraph = Same;
  }
  Records Out(A.Output);
  Progress Shown(A.Quiet);
  if (Out.repaired() > 0)
    warn(Shown, A.Output + ": the last record was torn; its " +
                    std::to_string(Out.repaired()) + " bytes are removed");
  if (!Note.empty())
    warn(Shown, Note);
  size_t Count = 0, Failures = 0, Lost = 0, Before = 0;
  std::set<std::string> Said;
  Settings S = A.S;
  S.Say = [&](const std::string &Text) {
    // Numbers differ from run to run.
    std::string Kind = Text;
    Kind.erase(std::remove_if(Kind.begin(), Kind.end(),
                              [](char C) {
                                return (C >= '0' && C <= '9') || C == '.' ||
                                       C == 'e' || C == '-';
                              }),
               Kind.end());
    if (Said.insert(Kind).second)
      warn(Shown, Text + (Lines.size() > 1 ? " (said once; records say it of "
                                             "each run)"
                                           : ""));
  };
  std::signal(SIGINT, onInterrupt);
  for (const auto &[Number, Line] : Lines) {
    ++Count;
    Job J = parseJob(Line, A.Campaign + ":" + std::to_string(Number));
    Records::Outcome Known = Out.outcome(J.Id);
    if (Known == Records::Outcome::Done ||
        (Known == Records::Outcome::Failed && !A.RetryFailed)) {
      ++Before;
      continue;
    }
    bool Good = false;
    try {
      Shown.startRun(static_cast<int64_t>(Count),
                     static_cast<int64_t>(Lines.size()), brief(J),
                     J.Plan.Epochs);
      Out.append(attempt(J, Data.get(J.Plan), S, Shown, Good));
      Failures += !Good;
    } catch (const Failure &E) { // The record, not the run.
      warn(Shown, E.what());
      ++Lost;
    } catch (const Interruption &) {
      Shown.clear();
      std::cerr << "toscount-measure: interrupted; " << Count - 1 << " of "
                << Lines.size() << " runs are in " << A.Output
                << ", and the same command goes on from there\n";
      return 130;
    }
  }
  Shown.clear();
  std::cerr << "toscount-measure: " << Lines.size() - Failures - Lost << " of "
            << Lines.size() << " runs are in " << A.Output;
  if (Before != 0)
    std::cerr << " (" << Before << " from before)";
  if (Failures != 0)
    std::cerr << "; " << Failures << " failed, and are recorded so";
  if (Lost != 0)
    std::cerr << "; " << Lost << " could not be recorded";
  std::cerr << '\n';
  return Failures + Lost == 0 ? Done : BadInput;
}

void addFlags(CLI::App &App, Arguments &A) {
  App.set_version_flag("--version", "toscount-measure " TOSCOUNT_VERSION);
  App.add_option("CAMPAIGN", A.Campaign, "jobs, from 'toscount campaign'")
      ->type_name("");
  App.add_option("-o,--output", A.Output,
                 "records are appended to this file; jobs that it already "
                 "holds are not run again")
      ->type_name("FILE");
  App.add_option("--meter", A.S.Meter,
                 "auto, null, rapl, nvml, hwmon, log:FILE, tdp:WATTS (an "
                 "estimate), replay:FILE; several with commas between")
      ->type_name("METER")
      ->capture_default_str();
  App.add_option("--device", A.Device, "cpu or cuda:N")
      ->type_name("DEVICE")
      ->capture_default_str();
  App.add_option("--threads", A.Threads,
                 "threads of one operator (default: LibTorch's choice)")
      ->check(CLI::Range(1, 4096))
      ->type_name("N");
  App.add_option("--idle-seconds", A.S.IdleSeconds,
                 "measure idle power this long before each run (default 0)")
      ->check(CLI::Range(0.0, 86400.0))
      ->type_name("S");
  App.add_option("--warm-up", A.S.WarmUpSeconds,
                 "train this long, unmeasured, before each run (default 0)")
      ->check(CLI::Range(0.0, 86400.0))
      ->type_name("S");
  App.add_option("--task", A.Task, "only every N-th job, from the K-th, of 1")
      ->type_name("K/N");
  App.add_flag("--retry-failed", A.RetryFailed,
               "run again what the records hold as failed");
  App.add_flag("--count-macs", A.S.CountMacs,
               "records hold the MACs that one step really multiplied");
  App.add_flag("--quiet", A.Quiet, "no progress on a terminal");
  App.add_flag("--macs", A.Macs,
               "print the MACs that one step of each job really multiplies, "
               "and train nothing");
  App.add_option("--check", A.Check,
                 "run graphs against recorded inputs and outputs, and train "
                 "nothing")
      ->type_name("FILE");
  App.add_flag("--operators", A.Operators, "list the operators");
}

int dispatch(Arguments &A) {
  if (A.Operators) {
    for (OperatorRows Family : operatorFamilies())
      for (size_t I = 0; I < Family.Size; ++I) {
        const OperatorRow &Row = Family.First[I];
        std::cout << Row.Domain << (*Row.Domain != 0 ? "." : "") << Row.Name
                  << '\n';
      }
    return Done;
  }
  if (!A.Check.empty())
    return checkGraphs(A.Check) ? Done : BadInput;
  if (A.Campaign.empty())
    throw Usage("no campaign file given; 'toscount-measure --help' says more");
  if (A.Threads > 0)
    at::set_num_threads(static_cast<int>(A.Threads));
  A.S.Threads = static_cast<unsigned>(at::get_num_threads());
  A.S.Device = parseDevice(A.Device);
  A.S.Interrupted = &Interrupted;
  return A.Macs ? printMacs(A) : runCampaign(A);
}

int run(int Argc, char **Argv) {
  CLI::App App("Trains the networks of a campaign file on this machine and "
               "records\ntheir energy. Campaign files come from 'toscount "
               "campaign'.",
               "toscount-measure");
  Arguments A;
  addFlags(App, A);
  try {
    App.parse(Argc, Argv);
    return dispatch(A);
  } catch (const CLI::Success &E) {
    return App.exit(E);
  } catch (const CLI::ParseError &E) {
    std::cerr << "toscount-measure: error: " << E.what() << '\n';
  } catch (const Usage &E) {
    std::cerr << "toscount-measure: error: " << E.what() << '\n';
  } catch (const Failure &E) {
    std::cerr << "toscount-measure: error: " << E.what() << '\n';
    return E.Exit;
  } catch (const std::exception &E) {
    std::string Text = E.what();
    std::cerr << "toscount-measure: error: " << Text.substr(0, Text.find('\n'))
              << '\n';
    return BadInput;
  }
  return BadUsage;
}

} // namespace
} // namespace toscount::measure

int main(int Argc, char **Argv) {
  // A full disk is an error of writing, not a signal.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  int Status = toscount::measure::run(Argc, Argv);
  std::cout.flush();
  return std::cout ? Status : toscount::measure::BadInput;
}
