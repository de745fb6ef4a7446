//===- ModelCounts.h - basic operations per layer and phase ---------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The result of counting a model: for each layer and phase the basic
/// operations by element type, MACs, bytes and kernels of one step of the bound
/// batch; parameters; activation memory; what was assumed. Nothing here is
/// lowered or printed yet.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_ANALYSIS_MODELCOUNTS_H
#define TOSCOUNT_ANALYSIS_MODELCOUNTS_H

#include "toscount/Analysis/WorkByPhase.h"
#include "toscount/IR/Graph.h"
#include "toscount/Ops/OpInfo.h"
#include "toscount/Ops/Pattern.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace toscount {

/// What `--phase` chooses.
enum class Level : uint8_t {
  Infer,    ///< forward
  Validate, ///< forward, loss
  Train,    ///< forward, loss, backward, and update with an optimizer
};
llvm::StringRef name(Level L); ///< "infer", "validate", "train"

enum class Phase : uint8_t { Forward, Loss, Backward, Update };
llvm::StringRef name(Phase P); ///< "forward", "loss", "backward", "update"

/// A dimension bound on the command line: `--dim NAME=VALUE`, or
/// `--dim INPUT:AXIS=VALUE`.
struct DimBinding {
  std::string Name; ///< A symbol, or an input's name when Axis is given.
  std::optional<unsigned> Axis;
  int64_t Value = 0;
};

struct CountOptions {
  Level Phases = Level::Infer;
  RuleSettings Rules; ///< Training is set from Phases.
  /// Every floating tensor has this type; without it, its own.
  std::optional<ElementType> Datatype;
  std::vector<DimBinding> Dims;
  /// A binding of Dims that fits no input is passed over (it is meant for
  /// another of several models) instead of being an error.
  bool PassOverForeignDims = false;
  std::optional<int64_t> Batch;
  std::string Loss;       ///< Empty: chosen as accounting says.
  std::string LossOutput; ///< Empty: the only floating output.
  std::optional<int64_t> ClassAxis;
  std::string Optimizer; ///< Empty or "none": no update.
  std::string Freeze;    ///< Regular expression; empty: freezes nothing.
  std::string Trainable; ///< Regular expression; empty: keeps everything.
  /// `--assume`: by name, contents of a value that only data would tell; of a
  /// control-flow node the number of its iterations, or 1 for then, 0 for else.
  /// Of an input that is a sequence how many tensors it holds, of an optional
  /// one 1; nothing when it is not given.
  std::map<std::string, std::vector<int64_t>> Assumptions;
  /// The same, of contents that are no whole numbers.
  std::map<std::string, std::vector<double>> RealAssumptions;
  /// What a piece of work costs, where one of several must be chosen (TOs);
  /// empty: its additions and multiplications.
  std::function<Count(const Work &)> Weigh;
  /// Operators without a row count as zero; the total is a lower bound.
  bool AllowUnknown = false;
  /// Below `train`, operators between pairs of dequantization and quantization
  /// count as the integer operators they run as.
  bool FuseQuantized = true;
  /// Recognise blocks (ModelCounts::Blocks). Changes no count.
  bool FindBlocks = false;
};

/// One row: an operator that runs, or (Op empty, Name "loss") the loss.
struct LayerCounts {
  llvm::StringRef Name;
  llvm::StringRef Op;
  llvm::StringRef Domain;
  ShapeRef Output; ///< Of its first result.
  /// Parameter elements first used here.
  Count Parameters, TrainableParameters;
  bool Estimate = false;
  KernelClass Class = KernelClass::Elementwise;
  /// The node of the main graph of ModelCounts::Source that the row begins
  /// with; NoId for the loss and the optimizer's scalars.
  NodeId Origin = NoId;
  WorkByPhase Phases;
};

struct ParameterCounts {
  Count Total, Trainable, Buffers;
  /// Of Total: elements that are aliases of an equal initializer, merged by
  /// the exporter, and counted as parameters of their own.
  Count FromAliases;
};

/// The counts of a model. Refers into the Model it was made from.
struct ModelCounts {
  const Model *Source = nullptr;
  CountOptions Options; ///< As used: Loss and Dims resolved.
  /// Every dimension that was bound: symbol (or input:axis) and value.
  std::vector<std::pair<std::string, int64_t>> BoundDims;
  struct BoundInput {
    llvm::StringRef Name;
    ElementType Type;
    Shape Dims;
  };
  std::vector<BoundInput> Inputs;
  /// The size of the batch dimension, when one could be told.
  std::optional<int64_t> Batch;
  std::vector<LayerCounts> Layers; ///< In execution order; the loss is last.
  BlockList Blocks;                ///< Empty unless Options.FindBlocks.
  ParameterCounts Parameters;
  Count ActivationBytes;   ///< Kept for the backward pass; train only.
  bool LowerBound = false; ///< Unknown operators counted as zero.
  std::vector<std::string> Assumptions;
  std::vector<std::string> Warnings;
  /// Phases that the chosen level has (update only with an optimizer).
  [[nodiscard]] bool has(Phase P) const;
};

} // namespace toscount

#endif // TOSCOUNT_ANALYSIS_MODELCOUNTS_H
