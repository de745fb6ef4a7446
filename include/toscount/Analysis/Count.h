//===- Count.h - counting a model -----------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The passes, in order: bind dimensions, infer shapes (folding shape
/// arithmetic), set the datatype, find the parameters, choose the loss, mark
/// what needs a gradient, count. No pass knows any operator: all ask its row.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_ANALYSIS_COUNT_H
#define TOSCOUNT_ANALYSIS_COUNT_H

#include "toscount/Analysis/ModelCounts.h"
#include "toscount/Ops/OpRegistry.h"

#include "llvm/Support/Error.h"

namespace toscount {

/// Counts \p M, whose values it fills with shapes. The result refers into it.
/// Errors name the file, node and operator.
llvm::Expected<ModelCounts> countModel(Model &M, const OpRegistry &Registry,
                                       const CountOptions &Options);

/// What training does with a value.
enum class ValueRole : uint8_t {
  Other,     ///< An activation, a constant, or nothing that is trained.
  Parameter, ///< Trained.
  Frozen,    ///< A parameter that is not trained (`--freeze`).
  Buffer,    ///< Updated, but not by a gradient: running statistics.
};

/// What has to be known to train a network, besides its counts.
struct TrainingGraph {
  ModelCounts Counts;
  std::vector<ValueRole> Roles; ///< By ValueId.
  ValueId LossInput = NoId;     ///< What the loss reads: logits, or a scalar.
  ValueId LossOutput = NoId;    ///< The graph output it is taken of.
  size_t ClassAxis = 0;         ///< Of LossInput.
};

/// As countModel at Level::Train, and keeps what the passes found out.
llvm::Expected<TrainingGraph> analyseTraining(Model &M,
                                              const OpRegistry &Registry,
                                              const CountOptions &Options);

/// Only binds dimensions and infers shapes, folding shape arithmetic: what
/// `toscount dump` prints.
llvm::Error inferModelShapes(Model &M, const OpRegistry &Registry,
                             const CountOptions &Options);

/// Why \p Pattern can't be a `--freeze` or `--trainable`: it is no regular
/// expression, or one that takes too long (back-references, repetitions that
/// multiply). Success when it can.
llvm::Error checkPattern(llvm::StringRef Pattern);

/// The options under which \p Full was counted, but at batch size \p Batch
/// (the smaller last batch of an epoch). \p Full must know its batch.
CountOptions atBatch(const ModelCounts &Full, int64_t Batch);

/// The steps of one layer's rules, for `toscount explain`.
struct LayerTrace {
  const OpInfo *Row = nullptr;
  Trace Forward, Backward, Update;
};

/// As countModel, and records the steps of the layer called \p NodeName. An
/// unknown name is an error with the nearest spelling.
llvm::Expected<ModelCounts> explainLayer(Model &M, const OpRegistry &Registry,
                                         const CountOptions &Options,
                                         llvm::StringRef NodeName,
                                         LayerTrace &Steps);

} // namespace toscount

#endif // TOSCOUNT_ANALYSIS_COUNT_H
