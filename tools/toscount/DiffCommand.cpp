//===- DiffCommand.cpp - toscount diff OLD NEW ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "CountFlags.h"
#include "ReportFlags.h"

#include "toscount/Prediction/CountRun.h"
#include "toscount/Report/DiffReport.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace toscount::tool {
namespace {

struct DiffArguments {
  std::vector<std::string> Models, Gates;
  CountFlags Count;
  OutputFlags Output;
  std::optional<size_t> Top;
  bool Exact = false;
};

/// A counted model and its table.
struct Counted {
  CountedModel Step;
  CostTable Table;
};

Error count(const std::string &Path, const OpRegistry &Registry,
            const CountOptions &Options, const LoweringOptions &Lowering,
            Counted &Result) {
  Expected<CountedModel> Step = countPath(Path, Registry, Options);
  if (!Step)
    return Step.takeError();
  Result.Step = std::move(*Step);
  Expected<CostTable> Table = lower(Result.Step.Counts, Lowering);
  if (!Table)
    return Table.takeError();
  Result.Table = std::move(*Table);
  return Error::success();
}

int runDiff(const DiffArguments &A) {
  CountOptions Options = A.Count.counting();
  // A binding may be meant for one of both.
  Options.PassOverForeignDims = true;
  ReportOptions View = A.Output.view();
  View.Top = A.Top;
  View.Exact = A.Exact;
  if (A.Models.size() != 2)
    throw UsageError("diff takes two models, the old and the new one, not " +
                     std::to_string(A.Models.size()));
  if (A.Models[0] == "-" && A.Models[1] == "-")
    throw UsageError("only one of the models can be read from standard input");
  DiffReport R;
  for (const std::string &Text : A.Gates) {
    Expected<GrowthGate> Gate = parseGate(Text);
    if (!Gate)
      throw UsageError("--fail-above " + toString(Gate.takeError()));
    R.Gates.emplace_back(std::move(*Gate), GateResult());
  }
  Expected<LoweringOptions> Lowering = A.Count.lowering(Options);
  if (!Lowering)
    return report(Lowering.takeError());

  OpRegistry Registry;
  Counted Old, New;
  if (Error E = count(A.Models[0], Registry, Options, *Lowering, Old))
    return report(std::move(E));
  if (Error E = count(A.Models[1], Registry, Options, *Lowering, New))
    return report(std::move(E));
  for (auto &[Gate, Result] : R.Gates) {
    Expected<GateResult> Checked = checkGate(Gate, Old.Table, New.Table);
    if (!Checked)
      throw UsageError("--fail-above " + toString(Checked.takeError()));
    Result = *Checked;
  }
  CostDiff Diff = diffTables(Old.Table, New.Table);
  R.Of = &Diff;
  if (Error E = writeOutput(A.Output.path(), [&](raw_ostream &OS) {
        return writeDiff(OS, R, View);
      }))
    return report(std::move(E));
  int Status = Done;
  for (const auto &[Gate, Result] : R.Gates)
    if (Result.Failed)
      Status = report(makeError("gate: " + gateText(Gate, Result)), GateFailed);
  return Status;
}

} // namespace

Command addDiffCommand(CLI::App &Root) {
  CLI::App *App = Root.add_subcommand(
      "diff", "what changed between two models, and a gate for CI");
  auto A = std::make_shared<DiffArguments>();
  App->add_option("MODEL", A->Models,
                  "the old and the new model: .onnx or .onnxtxt files, "
                  "zoo:NETWORK, or - for standard input")
      ->type_name("");
  App->add_option("--fail-above", A->Gates,
                  "exit with status 3 when this total grew by more: macs, "
                  "flops, tos, bytes, kernels (also by phase: forward.macs), "
                  "params, trainable or activation_bytes; repeatable")
      ->type_name("METRIC=PERCENT")
      ->allow_extra_args(false);
  A->Count.add(*App);
  A->Output.addWithPictures(*App, {"changes"});
  App->add_option("--top", A->Top,
                  "only the N layers whose TOs differ most, in text and "
                  "Markdown")
      ->group("Output")
      ->check(wholeNumber(0))
      ->type_name("N");
  App->add_flag("--exact", A->Exact, "numbers in full")->group("Output");
  return {App, [A] { return runDiff(*A); }};
}

} // namespace toscount::tool
