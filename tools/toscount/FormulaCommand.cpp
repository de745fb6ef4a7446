//===- FormulaCommand.cpp - toscount formula MODEL --in N,seq -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "CountFlags.h"
#include "ReportFlags.h"

#include "toscount/Formula/Formula.h"
#include "toscount/Report/FormulaReport.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Zoo/Zoo.h"

#include "llvm/ADT/StringExtras.h"

#include <algorithm>

using namespace llvm;

namespace toscount::tool {
namespace {

struct FormulaArguments {
  std::string Model;
  std::vector<std::string> In, Totals;
  CLI::Option *InGiven = nullptr;
  CountFlags Count;
  OutputFlags Output;
};

void checkNames(const FormulaArguments &A) {
  if (A.InGiven->count() != 0 && A.In.empty())
    throw UsageError("--in names no dimension");
  for (size_t I = 0; I < A.In.size(); ++I) {
    if (A.In[I].empty())
      throw UsageError("--in: a dimension's name is empty");
    if (std::find(A.In.begin(), A.In.begin() + static_cast<ptrdiff_t>(I),
                  A.In[I]) != A.In.begin() + static_cast<ptrdiff_t>(I))
      throw UsageError("--in: '" + printable(A.In[I]) + "' is named twice");
  }
  if (Error E = checkFormulaTotals(A.Totals))
    throw UsageError(toString(std::move(E)));
}

int runFormula(const FormulaArguments &A) {
  CountOptions Options = A.Count.counting();
  ReportOptions View;
  View.Format = A.Output.format(reportFormatNames());
  View.Width = A.Output.width();
  View.Colour = A.Output.colour();
  checkNames(A);
  Expected<LoweringOptions> Lowering = A.Count.lowering(Options);
  if (!Lowering)
    return report(Lowering.takeError());
  Expected<std::unique_ptr<Model>> M = loadModel(A.Model);
  if (!M)
    return report(M.takeError());
  OpRegistry Registry;
  Expected<FormulaTable> Table =
      findFormulas(**M, Registry, Options, *Lowering, A.In);
  if (!Table)
    return report(Table.takeError());
  Error Failed = writeOutput(A.Output.path(), [&](raw_ostream &OS) {
    return writeFormulas(OS, *Table, A.Totals, View);
  });
  return Failed ? report(std::move(Failed)) : Done;
}

} // namespace

Command addFormulaCommand(CLI::App &Root) {
  CLI::App *App = Root.add_subcommand(
      "formula", "each total as a polynomial in the dimensions");
  auto A = std::make_shared<FormulaArguments>();
  App->add_option("MODEL", A->Model,
                  "an .onnx or .onnxtxt file, zoo:NETWORK, or - for standard "
                  "input")
      ->type_name("")
      ->required();
  A->InGiven =
      App->add_option("--in", A->In,
                      "the dimensions, separated by commas: names, or "
                      "INPUT:AXIS, also of a fixed one (default: all with a "
                      "name that are not bound)")
          ->type_name("NAMES")
          ->delimiter(',')
          ->allow_extra_args(false);
  App->add_option(
         "--totals", A->Totals,
         "only these, separated by commas: " + join(formulaTotalNames(), ", ") +
             "; most also by phase: forward.macs")
      ->type_name("LIST")
      ->delimiter(',')
      ->allow_extra_args(false);
  A->Count.add(*App);
  A->Output.add(*App, join(reportFormatNames(), ", "));
  return {App, [A] { return runFormula(*A); }};
}

} // namespace toscount::tool
