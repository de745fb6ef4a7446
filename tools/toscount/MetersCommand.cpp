//===- MetersCommand.cpp - toscount meters --------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ReportFlags.h"

#include "toscount/Report/MetersReport.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace toscount::tool {

Command addMetersCommand(CLI::App &Root) {
  CLI::App *App = Root.add_subcommand(
      "meters", "what can measure energy here, and why the rest can't");
  auto Output = std::make_shared<OutputFlags>();
  Output->add(*App, llvm::join(reportFormatNames(), ", "));
  return {App, [Output] {
            ReportOptions View;
            View.Format = Output->format(reportFormatNames());
            View.Width = Output->width();
            View.Colour = Output->colour();
            Error Failed = writeOutput(Output->path(), [&](raw_ostream &OS) {
              return writeMeters(OS, listMeters(), View);
            });
            return Failed ? report(std::move(Failed)) : Done;
          }};
}

} // namespace toscount::tool
