//===- MetersCommand.cpp - toscount meters --------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ReportFlags.h"

#include "toscount/Meters/PowerLog.h"
#include "toscount/Report/MeterComparisonReport.h"
#include "toscount/Report/MetersReport.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace toscount::tool {
namespace {

struct MetersArguments {
  std::vector<std::string> Compare;
  OutputFlags Output;
};

/// The runs of \p Runs as the wattmeter saw them whose log \p Spec names.
Expected<MeterSide> logSide(StringRef Spec, ArrayRef<MeteredRecord> Runs) {
  PowerLogOptions Options;
  std::string Problem;
  if (!parsePowerLog(Spec.split(':').second.str(), Options, Problem))
    return makeError(Problem);
  std::unique_ptr<PowerLog> Log = PowerLog::open(Options, Problem);
  if (!Log)
    return makeError(Problem);
  MeterSide Side;
  Side.Source = Spec.str();
  Side.Meter = "log";
  Side.Unit = "J";
  Side.ResolutionS = Side.SamplingS = Log->periodS();
  for (const MeteredRecord &R : Runs) {
    if (!R.WindowUnix)
      return makeError(R.where() + ": does not say when it ran "
                                   "('window_unix'), so that no log can be "
                                   "laid beside it");
    std::vector<double> EnergyJ;
    if (!Log->energy(R.WindowUnix->first, R.WindowUnix->second, EnergyJ,
                     Problem))
      return makeError(R.where() + ": " + Problem);
    double Sum = 0;
    for (double Channel : EnergyJ)
      Sum += Channel;
    Side.Runs.push_back(
        {runIdentity(R), R.Model, R.Started, R.where(), Sum, R.Seconds});
  }
  return Side;
}

/// FILE, or FILE#DOMAIN+DOMAIN.
Expected<MeterSide> recordSide(StringRef Source,
                               std::vector<MeteredRecord> *Keep = nullptr) {
  auto [Path, Names] = Source.rsplit('#');
  std::vector<std::string> Domains;
  SmallVector<StringRef> Words;
  Names.split(Words, '+', -1, /*KeepEmpty=*/false);
  for (StringRef Word : Words)
    Domains.push_back(Word.str());
  Expected<std::vector<MeteredRecord>> Runs = readMeteredRecords(Path.str());
  if (!Runs)
    return Runs.takeError();
  Expected<MeterSide> Side = meterSide(Source.str(), *Runs, Domains);
  if (Keep != nullptr)
    *Keep = std::move(*Runs);
  return Side;
}

Expected<MeterComparison> compare(const MetersArguments &A) {
  std::vector<MeteredRecord> Runs;
  Expected<MeterSide> First = recordSide(A.Compare[0], &Runs);
  if (!First)
    return First.takeError();
  StringRef Other = A.Compare[1];
  Expected<MeterSide> Second =
      Other.starts_with("log:") ? logSide(Other, Runs) : recordSide(Other);
  if (!Second)
    return Second.takeError();
  return compareMeters(std::move(*First), std::move(*Second));
}

int runMeters(const MetersArguments &A) {
  ReportOptions View;
  View.Format = A.Output.format(reportFormatNames());
  View.Width = A.Output.width();
  View.Colour = A.Output.colour();
  if (A.Compare.empty()) {
    Error Failed = writeOutput(A.Output.path(), [&](raw_ostream &OS) {
      return writeMeters(OS, listMeters(), View);
    });
    return Failed ? report(std::move(Failed)) : Done;
  }
  Expected<MeterComparison> Result = compare(A);
  if (!Result)
    return report(Result.takeError());
  Error Failed = writeOutput(A.Output.path(), [&](raw_ostream &OS) {
    writeMeterComparison(OS, *Result, View);
    return Error::success();
  });
  return Failed ? report(std::move(Failed)) : Done;
}

} // namespace

Command addMetersCommand(CLI::App &Root) {
  CLI::App *App = Root.add_subcommand(
      "meters", "what can measure energy here, and why the rest can't");
  auto A = std::make_shared<MetersArguments>();
  App->add_option("--compare", A->Compare,
                  "how far two meters agree on the same runs: records, "
                  "FILE#DOMAIN for one of their domains; B also log:FILE")
      ->expected(2)
      ->type_name("A B");
  A->Output.add(*App, llvm::join(reportFormatNames(), ", "));
  return {App, [A] { return runMeters(*A); }};
}

} // namespace toscount::tool
