//===- SweepCommand.cpp - toscount sweep SPEC -----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "CountFlags.h"
#include "PlanFlags.h"
#include "ReportFlags.h"

#include "toscount/Report/CompareReport.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Zoo/Zoo.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace toscount::tool {
namespace {

struct SweepArguments {
  std::string Model, Batches, Datatypes;
  std::vector<std::string> Vary;
  CountFlags Count;
  PlanFlags Plan;
  OutputFlags Output;
  bool Exact = false;
};

std::vector<std::string> valuesOf(StringRef Flag, StringRef Text) {
  Expected<std::vector<std::string>> Values = parseValues(Text);
  if (!Values)
    throw UsageError((Flag + ": " + toString(Values.takeError())).str());
  return *Values;
}

/// What is varied, in the order: --vary as given, --batch, --dtype. A single
/// batch size or datatype is set in \p Base instead.
std::vector<SweepAxis> axesOf(const SweepArguments &A, RunSpec &Base) {
  std::vector<SweepAxis> Axes;
  using What = SweepAxis::What;
  for (const std::string &Text : A.Vary) {
    auto [Key, Values] = StringRef(Text).split('=');
    if (Key.empty() || Key.size() == Text.size())
      throw UsageError("--vary '" + printable(Text) +
                       "' should be KEY=VALUES, for example width=4..18");
    Axes.push_back({Key.str(),
                    isZooSpec(A.Model) ? What::Parameter : What::Dimension,
                    valuesOf("--vary " + Key.str(), Values)});
  }
  if (!A.Batches.empty()) {
    SweepAxis Batch{"batch", What::Batch, valuesOf("--batch", A.Batches)};
    for (const std::string &V : Batch.Values) {
      int64_t Number = 0;
      if (StringRef(V).getAsInteger(10, Number) || Number < 1)
        throw UsageError("--batch must be positive numbers, not '" +
                         printable(V) + "'");
      Base.Plan.Batch = Number;
    }
    if (Batch.Values.size() > 1) {
      Axes.push_back(std::move(Batch));
    } else {
      Base.Options.Batch = Base.Plan.Batch;
    }
  }
  if (A.Datatypes.empty())
    return Axes;
  SweepAxis Types{"dtype", What::Datatype, valuesOf("--dtype", A.Datatypes)};
  std::vector<StringRef> Names = {"model"};
  Names.insert(Names.end(), datatypeNames().begin(), datatypeNames().end());
  for (const std::string &V : Types.Values)
    checkChoice("--dtype", V, Names);
  if (Types.Values.size() > 1)
    Axes.push_back(std::move(Types));
  else if (Types.Values.front() != "model")
    Base.Options.Datatype = elementTypeFromName(Types.Values.front());
  return Axes;
}

int runSweep(SweepArguments &A) {
  ReportOptions View = A.Output.view();
  View.Exact = A.Exact;
  if (A.Model.empty())
    throw UsageError("no model given; 'toscount sweep --help' says what one "
                     "can be");
  if (A.Model == "-")
    throw UsageError("models are read more than once, which standard input "
                     "can't be; name a file");
  RunSpec Base;
  Base.Model = A.Model;
  Base.Options = A.Count.counting();
  Base.Plan = A.Plan.plan();
  std::vector<SweepAxis> Axes = axesOf(A, Base);
  if (Axes.empty())
    throw UsageError("nothing is varied: give --vary KEY=VALUES, or several "
                     "values to --batch or --dtype");
  A.Plan.checkComplete(Base.Plan);
  bool BatchVaries =
      any_of(Axes, [](const SweepAxis &X) { return X.Key == "batch"; });
  Expected<LoweringOptions> Lowering = A.Count.lowering(Base.Options);
  if (!Lowering)
    return report(Lowering.takeError());
  Base.Lowering = *Lowering;
  CandidateOptions Options;
  std::optional<Profile> Of;
  if (Error E = A.Plan.load(Of, Options))
    return report(std::move(E));
  if (Of)
    Base.Plan.Part = Of->Part;
  if (isZooSpec(A.Model))
    if (auto Found = findZooNetwork(
            StringRef(A.Model).split(':').second.split(':').first);
        !Found)
      return report(withContext(Found.takeError(), printable(A.Model)));
  // The header says what all have.
  if (BatchVaries)
    Base.Plan.Batch = 0;

  OpRegistry Registry;
  Expected<Sweep> S = sweep(Base, std::move(Axes), Options, Registry);
  if (!S)
    throw UsageError("--vary: " + toString(S.takeError()));
  if (std::string Why = sharedFailure(S->Rows); !Why.empty())
    return report(withContext(makeError(Why), printable(A.Model)));
  if (Error E = writeOutput(A.Output.path(), [&](raw_ostream &OS) {
        return writeSweep(OS, *S, A.Plan.grid(), View);
      }))
    return report(std::move(E));
  return S->Failed > 0 ? BadInput : Done;
}

} // namespace

Command addSweepCommand(CLI::App &Root) {
  CLI::App *App = Root.add_subcommand(
      "sweep", "how counts and energy grow with a design factor");
  auto A = std::make_shared<SweepArguments>();
  App->add_option("MODEL", A->Model,
                  "zoo:NETWORK, or an .onnx or .onnxtxt file")
      ->type_name("");
  const char *Group = "What is varied";
  App->add_option("--vary", A->Vary,
                  "a parameter of the network, or a dimension of a file: "
                  "width=4..18, width=4..18:2, act=relu,gelu; every "
                  "combination of several is a model")
      ->group(Group)
      ->type_name("KEY=VALUES")
      ->allow_extra_args(false);
  App->add_option("--batch", A->Batches,
                  "batch size; several, as 16,32 or 16..64:16, are varied")
      ->group(Group)
      ->type_name("LIST");
  App->add_option("--dtype", A->Datatypes,
                  "datatype (model: their own, the default; " +
                      llvm::join(datatypeNames(), ", ") +
                      "); several are varied")
      ->group(Group)
      ->type_name("LIST");
  A->Plan.add(*App);
  A->Count.add(*App, /*ForPrediction=*/true, /*Varied=*/true);
  A->Output.addWithPictures(*App, {"scaling", "growth"});
  App->add_flag("--exact", A->Exact, "counts in full")->group("Output");
  return {App, [A] { return runSweep(*A); }};
}

} // namespace toscount::tool
