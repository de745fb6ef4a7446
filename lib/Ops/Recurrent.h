//===- Recurrent.h - what RNN, GRU and LSTM share -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_RECURRENT_H
#define TOSCOUNT_LIB_OPS_RECURRENT_H

#include "Pointwise.h"

namespace toscount {

/// One activation function of a cell, with its attributes put in.
struct CellFunction {
  EachCost Forward, Backward;
  /// Values of one element, besides the result, that the backward reads.
  unsigned Hidden = 0;
};

/// A recurrent operator's sizes and activations.
struct RecurrentPlan {
  /// As on the operator: time steps, batch, features, hidden units, directions.
  Count Seq, Batch, Input, Hidden, Directions;
  bool Clip = false;
  /// Functions of the first direction, then of the second.
  llvm::SmallVector<CellFunction, 6> Functions;

  /// Elements of one gate at all steps of one direction.
  [[nodiscard]] Count gate() const { return Seq * Batch * Hidden; }
  /// Elements of one state of one direction.
  [[nodiscard]] Count state() const { return Batch * Hidden; }
  /// Terms of a weight's gradient: it is used at every step of every sequence.
  [[nodiscard]] Count uses() const { return Seq * Batch; }
  [[nodiscard]] llvm::ArrayRef<CellFunction>
  functions(unsigned Direction) const {
    size_t Each = Functions.size() / Directions.value();
    return llvm::ArrayRef<CellFunction>(Functions).slice(Direction * Each,
                                                         Each);
  }
};

/// How the three operators differ in their shapes.
struct RecurrentKind {
  unsigned Gates;
  /// Default activations of one direction.
  llvm::ArrayRef<llvm::StringLiteral> Functions;
  bool Cell; ///< LSTM: initial_c, peepholes, Y_c.
};

/// Checks every operand and sets every result.
llvm::Error shapeRecurrent(ShapeContext &C, const RecurrentKind &Kind);

/// For rules, which run after shapeRecurrent succeeded.
RecurrentPlan recurrentPlan(const OpInstance &Op, const RecurrentKind &Kind);

/// \p N elements of a gate activated: clipped, if at all, and \p F.
void countActivation(Work &W, const RecurrentPlan &P, Count N,
                     const CellFunction &F);
/// The gradient of the same.
void countActivationBackward(GradWork &G, const RecurrentPlan &P, Count N,
                             const CellFunction &F);

/// X * W^T, H * R^T, their sum and the biases, for \p Gates gates at all steps
/// of all directions.
void countGates(const OpInstance &Op, Work &W, const RecurrentPlan &P,
                Count Gates);

/// What every step's gradient with respect to its hidden state is summed from:
/// Y, the next step, and Y_h.
void countArriving(GradWork &G, const RecurrentPlan &P);

/// Gradients of X, W and B from those of the gates, and what they read.
/// \p Biases: distinct bias gradients of one direction.
void countInputs(const OpInstance &Op, GradWork &G, const RecurrentPlan &P,
                 Count Gates, Count Biases);

/// Time steps whose state's gradient is passed on: all but the first, and that
/// too when operand \p Initial needs a gradient; in state elements of all
/// directions.
Count passedOn(const GradWork &G, const RecurrentPlan &P, unsigned Initial);

// RecurrentLstm.cpp
llvm::Error shapeLstm(ShapeContext &C);
void forwardLstm(const OpInstance &Op, Work &W);
void backwardLstm(const OpInstance &Op, GradWork &G);

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_RECURRENT_H
