//===- DumpCommand.cpp - toscount dump MODEL ------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "CountFlags.h"

#include "toscount/Analysis/Count.h"
#include "toscount/IR/Print.h"
#include "toscount/Zoo/Zoo.h"

using namespace llvm;

namespace toscount::tool {
namespace {

struct DumpArguments {
  std::string Model, After = "shapes", Output;
  CountFlags Count;
};

int runDump(const DumpArguments &A) {
  checkChoice("--after", A.After, {"import", "shapes"});
  CountOptions Options = A.Count.counting();
  Expected<std::unique_ptr<Model>> M = loadModel(A.Model);
  if (!M)
    return report(M.takeError());
  if (A.After == "shapes") {
    OpRegistry Registry;
    if (Error E = inferModelShapes(**M, Registry, Options))
      return report(std::move(E));
  }
  Error Failed = writeOutput(A.Output, [&](raw_ostream &OS) {
    print(OS, **M);
    return Error::success();
  });
  return Failed ? report(std::move(Failed)) : Done;
}

} // namespace

Command addDumpCommand(CLI::App &Root) {
  CLI::App *App = Root.add_subcommand("dump", "print the layer graph as text");
  auto A = std::make_shared<DumpArguments>();
  App->add_option("MODEL", A->Model,
                  "an .onnx or .onnxtxt file, zoo:NETWORK, or - for standard "
                  "input")
      ->type_name("")
      ->required();
  App->add_option("--after", A->After,
                  "import (as the file says), or shapes (bound, inferred and "
                  "folded)")
      ->type_name("PASS")
      ->capture_default_str();
  App->add_option("-o,--output", A->Output, "write to this file")
      ->check(reportFile())
      ->type_name("FILE");
  A->Count.add(*App);
  return {App, [A] { return runDump(*A); }};
}

} // namespace toscount::tool
