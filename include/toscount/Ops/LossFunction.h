//===- LossFunction.h - losses that a network is trained with -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The losses of `--loss`: what computing one costs, and what its gradient
/// with respect to the network's output costs. All are means over the batch.
/// (Losses that are operators of the graph are rows of the Loss family.)
///
/// A loss is no node, so its functions say all of their traffic themselves:
/// Forward, one kernel, reads the output (or the labels' elements of it) and
/// the targets, and writes one number; Backward, one kernel, reads the targets
/// where it needs them and what it saves (savesHidden, the output itself
/// included), and writes one gradient of the output's size.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_OPS_LOSSFUNCTION_H
#define TOSCOUNT_OPS_LOSSFUNCTION_H

#include "toscount/Ops/Work.h"

namespace toscount {

/// The network's output, as a loss sees it.
struct LossInput {
  ElementType Type = ElementType::Float32;
  Count Elements; ///< Of the whole output.
  Count Classes;  ///< Along the class axis.
  Count Rows;     ///< Elements / Classes: the samples the mean is taken over.
  /// The output already holds probabilities (the graph ends in Softmax): the
  /// loss takes their logarithm, and the gradient p - t goes to the logits.
  bool Probabilities = false;
  /// Weights drawn at random at every step (Bayesian networks).
  Count DrawnWeights;
};

struct LossFunction {
  llvm::StringLiteral Name; ///< As on the command line.
  /// Reads class indices (one int64 a row) rather than a target per element.
  bool ClassTargets;
  /// Takes logits through a softmax of its own; where the graph ends in one,
  /// that is used instead (LossInput::Probabilities).
  bool HasSoftmax;
  /// Is taken over weights that are drawn at random, too.
  bool NeedsDrawnWeights;
  void (*Forward)(const LossInput &, Work &);
  void (*Backward)(const LossInput &, GradWork &);
  llvm::StringLiteral ForwardDoc;
  llvm::StringLiteral BackwardDoc;
};

/// All losses, in the order they are listed to users.
llvm::ArrayRef<LossFunction> lossFunctions();

/// The loss called \p Name, or null.
const LossFunction *findLoss(llvm::StringRef Name);

} // namespace toscount

#endif // TOSCOUNT_OPS_LOSSFUNCTION_H
