//===- CampaignCommand.cpp - toscount campaign MODEL... -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "CampaignFlags.h"
#include "GraphJson.h"

using namespace llvm;

namespace toscount::tool {
namespace {

struct CampaignArguments {
  CampaignFlags Plan;
  std::string Output;
  bool GraphsOnly = false;
};

int runCampaign(CampaignArguments &A) {
  A.Plan.check();
  Error Failed = writeOutput(A.Output, [&](raw_ostream &OS) {
    return A.GraphsOnly ? A.Plan.writeGraphs(OS) : A.Plan.write(OS);
  });
  return Failed ? report(std::move(Failed)) : Done;
}

} // namespace

Command addCampaignCommand(CLI::App &Root) {
  CLI::App *App = Root.add_subcommand(
      "campaign", "write the jobs of a measuring campaign, for the runner");
  auto A = std::make_shared<CampaignArguments>();
  A->Plan.add(*App);
  App->add_option("-o,--output", A->Output, "write to this file")
      ->check(reportFile())
      ->type_name("FILE");
  App->add_flag("--graphs", A->GraphsOnly,
                "write only the layer graphs, without training plans: what "
                "'toscount-measure --check' takes");
  return {App, [A] { return runCampaign(*A); }};
}

} // namespace toscount::tool
