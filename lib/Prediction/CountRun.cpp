//===- CountRun.cpp - counting what a training run needs ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/CountRun.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Zoo/Zoo.h"

using namespace llvm;

namespace toscount {

Expected<CountedModel> countPath(StringRef Path, const OpRegistry &Registry,
                                 const CountOptions &Options) {
  CountedModel Result;
  Expected<std::unique_ptr<Model>> M = loadModel(Path);
  if (!M)
    return M.takeError();
  Result.Network = std::move(*M);
  Expected<ModelCounts> Counts = countModel(*Result.Network, Registry, Options);
  if (!Counts)
    return Counts.takeError();
  Result.Counts = std::move(*Counts);
  return Result;
}

Expected<CountedModel> countLastBatch(const ModelCounts &Full, int64_t Rest,
                                      const OpRegistry &Registry) {
  CountedModel Result;
  // The import is repeated: counting fills the graph with shapes.
  Expected<std::unique_ptr<Model>> Again = loadAgain(*Full.Source);
  if (!Again)
    return Again.takeError();
  Result.Network = std::move(*Again);
  Expected<ModelCounts> Counts =
      countModel(*Result.Network, Registry, atBatch(Full, Rest));
  if (!Counts) {
    // The file stands first in every message.
    const std::string File = printable(Full.Source->Path);
    std::string Text = toString(Counts.takeError());
    StringRef What = Text;
    What.consume_front(File + ": ");
    return makeError(File + ": in the last batch of an epoch, of " +
                     Twine(Rest) + (Rest == 1 ? " sample: " : " samples: ") +
                     What);
  }
  Result.Counts = std::move(*Counts);
  return Result;
}

} // namespace toscount
