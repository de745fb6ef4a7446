//===- OpsCommand.cpp - toscount ops --------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ReportFlags.h"

#include "toscount/Report/OpsList.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace toscount::tool {
namespace {

struct OpsArguments {
  std::vector<std::string> Matching;
  OutputFlags Output;
};

int runOps(const OpsArguments &A) {
  ReportOptions View;
  View.Format = A.Output.format(reportFormatNames());
  View.Width = A.Output.width();
  View.Colour = A.Output.colour();
  OpRegistry Registry;
  OpsList List{&Registry, lossFunctions(), optimizers(), A.Matching};
  Error Failed = writeOutput(A.Output.path(), [&](raw_ostream &OS) {
    return writeOps(OS, List, View);
  });
  return Failed ? report(std::move(Failed)) : Done;
}

} // namespace

Command addOpsCommand(CLI::App &Root) {
  CLI::App *App = Root.add_subcommand(
      "ops", "every operator, loss and optimizer with its rule");
  auto A = std::make_shared<OpsArguments>();
  App->add_option("NAME", A->Matching, "only those with this in their name")
      ->type_name("");
  A->Output.add(*App, llvm::join(reportFormatNames(), ", "));
  return {App, [A] { return runOps(*A); }};
}

} // namespace toscount::tool
