//===- ZooCommand.cpp - toscount zoo --------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ReportFlags.h"

#include "toscount/Report/ZooList.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Zoo/OnnxWriter.h"
#include "toscount/Zoo/Zoo.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace toscount::tool {
namespace {

struct ZooArguments {
  std::string Spec;
  int64_t Seed = 0;
  CLI::Option *SeedGiven = nullptr;
  OutputFlags Output;
};

bool isText(StringRef Path) { return Path.ends_with(".onnxtxt"); }
bool isBinary(StringRef Path) { return Path.ends_with(".onnx"); }

int listNetworks(const ZooArguments &A) {
  ReportOptions View;
  View.Format = A.Output.format(reportFormatNames());
  View.Width = A.Output.width();
  View.Colour = A.Output.colour();
  const std::string &Path = A.Output.path();
  if (isText(Path) || isBinary(Path))
    throw UsageError("-o " + printable(Path) +
                     " is a model's name; say which network it should be: "
                     "toscount zoo NETWORK -o " +
                     printable(Path));
  if (A.SeedGiven->count() != 0)
    throw UsageError("--seed needs a network that is written with -o");
  Error Failed = writeOutput(Path, [&](raw_ostream &OS) {
    writeZoo(OS, zooNetworks(), View);
    return Error::success();
  });
  return Failed ? report(std::move(Failed)) : Done;
}

int writeNetwork(const ZooArguments &A) {
  const std::string &Path = A.Output.path();
  bool ToOutput = Path.empty() || Path == "-";
  if (!ToOutput && !isText(Path) && !isBinary(Path))
    throw UsageError("-o " + printable(Path) +
                     ": the name of a network's file ends in .onnx or "
                     ".onnxtxt");
  bool Seeded = A.SeedGiven->count() != 0;
  if (Seeded && !isBinary(Path))
    throw UsageError("--seed needs -o FILE.onnx: text holds no parameters");
  std::string Spec = isZooSpec(A.Spec) ? A.Spec : "zoo:" + A.Spec;
  Expected<std::unique_ptr<Model>> M = buildZoo(Spec);
  if (!M)
    return report(M.takeError());
  OnnxWriterOptions Options;
  Options.External = (sys::path::filename(Path) + ".weights").str();
  if (Seeded)
    Options.Seed = static_cast<uint64_t>(A.Seed);
  Error Failed = writeOutput(Path, [&](raw_ostream &OS) {
    return isBinary(Path) ? writeOnnx(OS, **M, Options)
                          : writeOnnxText(OS, **M);
  });
  return Failed ? report(std::move(Failed)) : Done;
}

} // namespace

Command addZooCommand(CLI::App &Root) {
  CLI::App *App = Root.add_subcommand(
      "zoo", "the networks that are built in; writes one as a file");
  auto A = std::make_shared<ZooArguments>();
  App->add_option("NETWORK", A->Spec,
                  "write this one, NAME or NAME:KEY=VALUE,... (default: list "
                  "all)")
      ->type_name("");
  A->SeedGiven =
      App->add_option("--seed", A->Seed,
                      "write the parameters' initial contents too, drawn with "
                      "this seed")
          ->check(wholeNumber(0))
          ->type_name("N");
  A->Output.add(*App, llvm::join(reportFormatNames(), ", "), /*Models=*/true);
  return {App, [A] {
            return A->Spec.empty() ? listNetworks(*A) : writeNetwork(*A);
          }};
}

} // namespace toscount::tool
