//===- FactorsCommand.cpp - toscount factors ------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ReportFlags.h"

#include "toscount/Report/FactorsReport.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace toscount::tool {
namespace {

struct FactorsArguments {
  std::string Table;
  FactorsRequest Request;
  OutputFlags Output;
};

int runFactors(const FactorsArguments &A) {
  ReportOptions View = A.Output.view();
  Expected<CsvTable> Table = readCsv(A.Table);
  if (!Table)
    return report(Table.takeError());
  Expected<FactorsReport> Report = analyseFactors(*Table, A.Request);
  if (!Report)
    return report(Report.takeError());
  Error Failed = writeOutput(A.Output.path(), [&](raw_ostream &OS) {
    return writeFactors(OS, *Report, View);
  });
  return Failed ? report(std::move(Failed)) : Done;
}

} // namespace

Command addFactorsCommand(CLI::App &Root) {
  CLI::App *App = Root.add_subcommand(
      "factors", "which design factor costs energy: tests and effects");
  auto A = std::make_shared<FactorsArguments>();
  App->add_option("TABLE", A->Table, "a CSV file, a row a run ('-': stdin)")
      ->required()
      ->type_name("");
  App->add_option("--response", A->Request.Response,
                  "the column that is explained: joules")
      ->required()
      ->type_name("COLUMN");
  App->add_option("--factor", A->Request.Factors,
                  "a column of levels; again for more")
      ->required()
      ->allow_extra_args(false)
      ->type_name("COLUMN");
  App->add_option("--alpha", A->Request.Alpha,
                  "what p must be below to be called a difference")
      ->check(CLI::Range(1e-12, 0.5))
      ->type_name("P")
      ->capture_default_str();
  A->Output.addWithPictures(*App, {"effects", "levels"});
  return {App, [A] { return runFactors(*A); }};
}

} // namespace toscount::tool
