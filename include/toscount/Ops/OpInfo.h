//===- OpInfo.h - everything about one operator, in one row ---------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Each operator is one row of a constexpr table in its family's source file:
/// name, opset range, what kind of thing it is, which operands may be
/// parameters and which can carry a gradient, and its three functions (shape,
/// forward, backward) with the sentences that document them.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_OPS_OPINFO_H
#define TOSCOUNT_OPS_OPINFO_H

#include "toscount/Ops/OpInstance.h"
#include "toscount/Ops/Work.h"

#include <concepts>

namespace toscount {

class Expander;

enum class OpKind : uint8_t {
  /// Computes: a forward rule counts what.
  Compute,
  /// Its result is its operand 0 under another shape: no bytes, no kernel.
  View,
  /// Moves elements and computes nothing (Transpose, Concat, Gather, Cast...).
  Move,
  /// Makes a tensor from nothing but attributes and shapes (Constant, Shape,
  /// EyeLike): the result is known before the network runs, and free.
  Static,
  /// Has subgraphs: replaced by the nodes that run (see Expander.h).
  Control,
  /// Draws random numbers: no operands' values, but never known beforehand.
  Random,
};

/// Why an operator has no backward rule, or that it has one.
/// How the kernels of an operator use the hardware, where they make no matrix
/// product: what calibration may price apart.
enum class KernelClass : uint8_t {
  Elementwise,   ///< Reads operands and writes results, once.
  Normalization, ///< Statistics over its operand first, then the result.
  Pooling,       ///< Windows.
  Reduction,
  Movement,
};
inline constexpr unsigned NumKernelClasses = 5;

enum class Gradient : uint8_t {
  Rule,              ///< Backward counts it.
  NotDifferentiable, ///< Its derivative is zero or does not exist.
  Missing, ///< It has a derivative, but no rule yet: an error in training.
};

/// A set of operands, one bit each.
using OperandMask = uint32_t;
inline constexpr OperandMask NoOperands = 0;
inline constexpr OperandMask AllOperands = ~0U;
template <std::integral... I> constexpr OperandMask operands(I... Index) {
  return ((1U << Index) | ... | 0U);
}
constexpr bool contains(OperandMask Mask, unsigned I) {
  return Mask == AllOperands || (I < 32 && ((Mask >> I) & 1U) != 0);
}

inline constexpr int LatestOpset = 1 << 20;

struct OpInfo {
  llvm::StringLiteral Name;
  llvm::StringLiteral Domain = ""; ///< "" is the ONNX standard domain.
  /// The row holds for opsets Since to Until of its domain.
  int Since = 1;
  int Until = LatestOpset;
  OpKind Kind = OpKind::Compute;
  /// The element types that operands may have, over all opsets; empty when
  /// anything goes. One word an operand: letters of the classes allowed (f
  /// floating, i integer, b bool, s string, c complex, * any). Operands whose
  /// words begin with the same capital have the same type; a + says that all
  /// further operands are like this one.
  llvm::StringLiteral Types = "";
  /// Operands whose float initializers are trainable parameters.
  OperandMask Trainable = NoOperands;
  /// Of these, operands where a constant tensor may just as well be a mask or
  /// a table (both sides of Add, Mul...): counted, and listed as an assumption
  /// when it has more than one dimension greater than 1.
  OperandMask Undecidable = NoOperands;
  /// Operands whose float initializers are buffers: kept beside the parameters,
  /// never trained (BatchNormalization's running statistics).
  OperandMask Buffers = NoOperands;
  /// Operands that can receive a gradient when they are floating.
  OperandMask Differentiable = NoOperands;
  Gradient Grad = Gradient::NotDifferentiable;
  /// Its result 0 holds probabilities over an axis, so that a cross-entropy
  /// after it needs only their logarithm (Softmax).
  bool Probabilities = false;
  /// Its result 0 is a loss (SoftmaxCrossEntropyLoss...).
  bool IsLoss = false;

  /// For Control: replaces the node by the nodes that run. Such a row has no
  /// other function. For other kinds it is called only when an operand is a
  /// sequence or an optional, which they refuse without it.
  llvm::Error (*Expand)(const OpInstance &, Expander &) = nullptr;
  /// Sets type and shape of every result; may also set contents.
  llvm::Error (*Shape)(ShapeContext &) = nullptr;
  /// Sets contents of results; called when all present operands' contents are
  /// known and the results are small. Null: contents are never folded.
  llvm::Error (*Fold)(ShapeContext &) = nullptr;
  /// Null only for kinds that compute nothing.
  void (*Forward)(const OpInstance &, Work &) = nullptr;
  /// Null unless Grad is Rule. Moves and views may leave it null: their
  /// gradient is moved (or viewed) back.
  void (*Backward)(const OpInstance &, GradWork &) = nullptr;

  /// What the forward rule counts: one or two sentences, formulas in the
  /// operator's own attribute names. Printed by `toscount explain` and `ops`.
  llvm::StringLiteral ForwardDoc = "";
  llvm::StringLiteral BackwardDoc = "";

  /// Moves and views: movement of parameters alone is layout, and free.
  [[nodiscard]] bool moves() const {
    return Kind == OpKind::Move || Kind == OpKind::View;
  }
};

} // namespace toscount

#endif // TOSCOUNT_OPS_OPINFO_H
