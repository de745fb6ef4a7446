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

/// The network that the user named, as a spec.
std::string spec(const ZooArguments &A) {
  return isZooSpec(A.Spec) ? A.Spec : "zoo:" + A.Spec;
}

int listNetworks(const ZooArguments &A) {
  ReportOptions View;
  View.Format = A.Output.format(reportFormatNames());
  View.Width = A.Output.width();
  View.Colour = A.Output.colour();
  if (A.SeedGiven->count() != 0)
    throw UsageError("--seed needs a network and -o FILE.onnx");
  ArrayRef<ZooNetwork> Networks = zooNetworks();
  if (!A.Spec.empty()) {
    // What the values are is no matter here, but wrong ones are.
    if (Expected<std::unique_ptr<Model>> M = buildZoo(spec(A)); !M)
      return report(M.takeError());
    const std::string Whole = spec(A);
    Expected<const ZooNetwork *> One =
        findZooNetwork(StringRef(Whole).split(':').second.split(':').first);
    if (!One)
      return report(One.takeError());
    Networks = **One;
  }
  Error Failed = writeOutput(A.Output.path(), [&](raw_ostream &OS) {
    writeZoo(OS, Networks, View);
    return Error::success();
  });
  return Failed ? report(std::move(Failed)) : Done;
}

int writeNetwork(const ZooArguments &A) {
  const std::string &Path = A.Output.path();
  if (A.Spec.empty())
    throw UsageError("-o " + printable(Path) +
                     " is a model's name; say which network it should be: "
                     "toscount zoo NETWORK -o " +
                     printable(Path));
  bool Seeded = A.SeedGiven->count() != 0;
  if (Seeded && isText(Path))
    throw UsageError("--seed needs -o FILE.onnx: text holds no parameters");
  Expected<std::unique_ptr<Model>> M = buildZoo(spec(A));
  if (!M)
    return report(M.takeError());
  OnnxWriterOptions Options;
  Options.External = (sys::path::filename(Path) + ".weights").str();
  if (Seeded)
    Options.Seed = static_cast<uint64_t>(A.Seed);
  Error Failed = writeOutput(Path, [&](raw_ostream &OS) {
    return isText(Path) ? writeOnnxText(OS, **M) : writeOnnx(OS, **M, Options);
  });
  return Failed ? report(std::move(Failed)) : Done;
}

} // namespace

Command addZooCommand(CLI::App &Root) {
  CLI::App *App = Root.add_subcommand(
      "zoo", "the networks that are built in; writes one as a file");
  auto A = std::make_shared<ZooArguments>();
  App->add_option("NETWORK", A->Spec,
                  "only this one: NAME, or NAME:KEY=VALUE,...; with -o "
                  "FILE.onnx or FILE.onnxtxt it is written there")
      ->type_name("");
  A->SeedGiven =
      App->add_option("--seed", A->Seed,
                      "write the parameters' initial contents too, drawn with "
                      "this seed")
          ->check(wholeNumber(0))
          ->type_name("N");
  A->Output.add(*App, llvm::join(reportFormatNames(), ", "), /*Models=*/true);
  return {App, [A] {
            const std::string &Path = A->Output.path();
            return isText(Path) || isBinary(Path) ? writeNetwork(*A)
                                                  : listNetworks(*A);
          }};
}

} // namespace toscount::tool
