//===- main.cpp - a project that uses the installed libraries -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Analysis/Count.h"
#include "toscount/Import/Import.h"
#include "toscount/Lowering/CostTable.h"

// README.md shows these lines.
llvm::Expected<toscount::WideCount> trainingStep(llvm::StringRef Path) {
  auto Network = toscount::importModel(Path);
  if (!Network)
    return Network.takeError();
  toscount::CountOptions Options;
  Options.Phases = toscount::Level::Train;
  Options.Batch = 32;
  toscount::OpRegistry Registry;
  auto Counts = toscount::countModel(**Network, Registry, Options);
  if (!Counts)
    return Counts.takeError();
  auto Table = toscount::lower(*Counts, {});
  if (!Table)
    return Table.takeError();
  return Table->All.TOs;
}

int main(int Argc, char **Argv) {
  auto TOs = trainingStep(Argc > 1 ? Argv[1] : "");
  if (!TOs) {
    llvm::errs() << llvm::toString(TOs.takeError()) << '\n';
    return 1;
  }
  llvm::outs() << toscount::toString(*TOs) << " TOs\n";
}
