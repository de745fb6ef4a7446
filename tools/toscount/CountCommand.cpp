//===- CountCommand.cpp - toscount MODEL... -------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "CountFlags.h"
#include "ModelList.h"
#include "ReportFlags.h"

#include "toscount/Prediction/CountRun.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Parallel.h"

#include <algorithm>
#include <atomic>
#include <memory>

using namespace llvm;

namespace toscount::tool {
namespace {

struct CountArguments {
  std::vector<std::string> Models;
  std::string List;
  CountFlags Count;
  ReportFlags Report;
  int64_t Samples = 0, Epochs = 1;
  CLI::Option *SamplesGiven = nullptr, *EpochsGiven = nullptr;
};

/// A counted model and everything its table refers to.
struct Counted {
  CountedModel Step;
  CostTable Table;
};

/// The run's cost: the last batch of an epoch is counted at its true size.
Expected<RunCost> countRun(const Counted &Of, const CountArguments &A,
                           const OpRegistry &Registry,
                           const LoweringOptions &Lowering) {
  const ModelCounts &Counts = Of.Step.Counts;
  if (!Counts.Batch)
    return makeError(printable(Of.Step.Network->Path) +
                     ": --samples needs the batch size, and the inputs do not "
                     "agree on their first dimension; bind it with --batch");
  RunPlan Plan{A.Samples, *Counts.Batch, A.Epochs};
  int64_t Rest = Plan.Samples % Plan.Batch;
  if (Rest == 0)
    return lowerRun(Plan, Of.Table, nullptr);
  Expected<CountedModel> Last = countLastBatch(Counts, Rest, Registry);
  if (!Last)
    return Last.takeError();
  Expected<CostTable> LastTable = lower(Last->Counts, Lowering);
  if (!LastTable)
    return LastTable.takeError();
  return lowerRun(Plan, Of.Table, &*LastTable);
}

Expected<std::unique_ptr<Counted>> count(const std::string &Path,
                                         const CountArguments &A,
                                         const OpRegistry &Registry,
                                         const CountOptions &Options,
                                         const LoweringOptions &Lowering) {
  auto Result = std::make_unique<Counted>();
  Expected<CountedModel> Step = countPath(Path, Registry, Options);
  if (!Step)
    return Step.takeError();
  Result->Step = std::move(*Step);
  Expected<CostTable> Table = lower(Result->Step.Counts, Lowering);
  if (!Table)
    return Table.takeError();
  Result->Table = std::move(*Table);
  if (A.SamplesGiven->count() != 0) {
    Expected<RunCost> Run = countRun(*Result, A, Registry, Lowering);
    if (!Run)
      return Run.takeError();
    Result->Table.Run = *Run;
  }
  return Result;
}

void checkRun(const CountArguments &A) {
  if (A.SamplesGiven->count() == 0 && A.EpochsGiven->count() != 0)
    throw UsageError("--epochs needs --samples, the size of the data set");
  if (A.SamplesGiven->count() != 0 && A.Samples < 1)
    throw UsageError("--samples must be a positive number, not " +
                     std::to_string(A.Samples));
  if (A.Epochs < 1)
    throw UsageError("--epochs must be a positive number, not " +
                     std::to_string(A.Epochs));
}

int runCount(const CountArguments &A) {
  CountOptions Options = A.Count.counting();
  ReportOptions Report = A.Report.options();
  Options.FindBlocks = Report.Group == GroupBy::Block;
  checkRun(A);
  if (A.Models.empty() && A.List.empty())
    throw UsageError("no model given; 'toscount count --help' says what one "
                     "can be");
  Expected<LoweringOptions> Lowering = A.Count.lowering(Options);
  if (!Lowering)
    return report(Lowering.takeError());

  std::vector<std::string> Models;
  Expected<bool> Several = listModels(A.Models, A.List, Models);
  if (!Several)
    return report(Several.takeError());
  bool Many = *Several;

  OpRegistry Registry;
  if (!Many) {
    auto One = count(Models.front(), A, Registry, Options, *Lowering);
    if (!One)
      return report(One.takeError());
    Error Failed = writeOutput(A.Report.path(), [&](raw_ostream &OS) {
      return writeReport(OS, (*One)->Table, Report);
    });
    return Failed ? report(std::move(Failed)) : Done;
  }

  Options.PassOverForeignDims = true;
  if (Error E = checkReportOptions(Report))
    return report(std::move(E));
  std::atomic<bool> Failed = false;
  auto CountOne = [&](const std::string &Path) {
    auto One = count(Path, A, Registry, Options, *Lowering);
    if (One)
      return summarize(Path, (*One)->Table, Report);
    Failed = true;
    return summarizeFailure(Path, message(One.takeError()), Report);
  };
  Error NotWritten = writeOutput(A.Report.path(), [&](raw_ostream &OS) {
    SummaryWriter Writer(OS, Report);
    // A slow model holds up the rows behind it, which have to be kept.
    std::vector<ModelSummary> Waiting(std::min<size_t>(64, Models.size()));
    auto RowOf = [&](size_t I) -> ModelSummary & {
      return Waiting[I % Waiting.size()];
    };
    parallelInOrder(
        Models.size(), Waiting.size(),
        [&](size_t I) { RowOf(I) = CountOne(Models[I]); },
        [&](size_t I) { Writer.add(std::move(RowOf(I))); });
    return Writer.finish();
  });
  if (NotWritten)
    return report(std::move(NotWritten));
  return Failed ? BadInput : Done;
}

} // namespace

Command addCountCommand(CLI::App &Root) {
  CLI::App *App = Root.add_subcommand(
      "count", "count a network, layer by layer (the default)");
  auto A = std::make_shared<CountArguments>();
  App->add_option("MODEL", A->Models,
                  ".onnx or .onnxtxt files, folders of them, zoo:NETWORK, or - "
                  "for standard input")
      ->type_name("");
  App->add_option("--list", A->List,
                  "also the models that this file names, one a line (- for "
                  "standard input)")
      ->type_name("FILE");
  A->Count.add(*App);
  const char *Group = "A whole training run";
  A->SamplesGiven =
      App->add_option("--samples", A->Samples, "samples in the data set")
          ->group(Group)
          ->check(wholeNumber(INT64_MIN))
          ->type_name("N");
  A->EpochsGiven = App->add_option("--epochs", A->Epochs, "epochs (default 1)")
                       ->group(Group)
                       ->check(wholeNumber(INT64_MIN))
                       ->type_name("N");
  A->Report.add(*App);
  return {App, [A] { return runCount(*A); }};
}

} // namespace toscount::tool
