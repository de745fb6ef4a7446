//===- CountRun.h - counting what a training run needs --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A model with its counts, and the same model counted again at the size of the
/// smaller last batch of an epoch.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_PREDICTION_COUNTRUN_H
#define TOSCOUNT_PREDICTION_COUNTRUN_H

#include "toscount/Analysis/Count.h"

#include <memory>

namespace toscount {

struct CountedModel {
  std::unique_ptr<Model> Network;
  ModelCounts Counts; ///< Refers into Network.
};

/// Loads and counts \p Path, a file or a spec of the zoo.
llvm::Expected<CountedModel> countPath(llvm::StringRef Path,
                                       const OpRegistry &Registry,
                                       const CountOptions &Options);

/// \p Full counted again at the last batch of an epoch, of \p Rest samples.
/// \p Full must know its batch. Errors say that they are of the last batch.
llvm::Expected<CountedModel> countLastBatch(const ModelCounts &Full,
                                            int64_t Rest,
                                            const OpRegistry &Registry);

} // namespace toscount

#endif // TOSCOUNT_PREDICTION_COUNTRUN_H
