//===- ExplainCommand.cpp - toscount explain MODEL --node NAME ------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "CountFlags.h"
#include "ReportFlags.h"

#include "toscount/Analysis/Count.h"
#include "toscount/Report/Explain.h"
#include "toscount/Zoo/Zoo.h"

using namespace llvm;

namespace toscount::tool {
namespace {

struct ExplainArguments {
  std::string Model, Node;
  CountFlags Count;
  OutputFlags Output;
};

int runExplain(const ExplainArguments &A) {
  CountOptions Options = A.Count.counting();
  ReportOptions View;
  View.Format = A.Output.format({"text", "json"});
  View.Width = A.Output.width();
  View.Colour = A.Output.colour();
  Expected<LoweringOptions> Lowering = A.Count.lowering(Options);
  if (!Lowering)
    return report(Lowering.takeError());
  Expected<std::unique_ptr<Model>> M = loadModel(A.Model);
  if (!M)
    return report(M.takeError());
  OpRegistry Registry;
  LayerTrace Steps;
  Expected<ModelCounts> Counts =
      explainLayer(**M, Registry, Options, A.Node, Steps);
  if (!Counts)
    return report(Counts.takeError());
  Expected<CostTable> Table = lower(*Counts, *Lowering);
  if (!Table)
    return report(Table.takeError());
  Explanation E{&*Table, A.Node, &Steps, lossFunctions(), optimizers()};
  Error Failed = writeOutput(A.Output.path(), [&](raw_ostream &OS) {
    return writeExplanation(OS, E, View);
  });
  return Failed ? report(std::move(Failed)) : Done;
}

} // namespace

Command addExplainCommand(CLI::App &Root) {
  CLI::App *App = Root.add_subcommand(
      "explain", "the formula of one layer, with its numbers put in");
  auto A = std::make_shared<ExplainArguments>();
  App->add_option("MODEL", A->Model,
                  "an .onnx or .onnxtxt file, zoo:NETWORK, or - for standard "
                  "input")
      ->type_name("")
      ->required();
  App->add_option("--node", A->Node,
                  "the layer's name, as the count prints it; 'loss' for the "
                  "loss")
      ->type_name("NAME")
      ->required();
  A->Count.add(*App);
  A->Output.add(*App, "text, json");
  return {App, [A] { return runExplain(*A); }};
}

} // namespace toscount::tool
