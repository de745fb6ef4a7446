//===- FusedAttentionReference.h - attention inside fused operators -------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TEST_ORACLE_FUSEDATTENTIONREFERENCE_H
#define TOSCOUNT_TEST_ORACLE_FUSEDATTENTIONREFERENCE_H

#include "FusedReference.h"

namespace toscount::oracle {

/// Heads [batch, heads, length, size] of \p X, [batch, length, width], whose
/// elements begin at \p First.
Tape::Id headsAt(Tape &T, Tape::Id X, int64_t Heads, int64_t First,
                 int64_t Size);

/// Past keys before the new ones; \p Past may be None.
Tape::Id joined(Tape &T, Tape::Id Past, Tape::Id New);

/// What attention is computed of.
struct Parts {
  Tape::Id Q = Tape::None, K = Tape::None, V = Tape::None; ///< With the past.
  unsigned Mask = 99, Bias = 99;                           ///< Operands.
  bool Causal = false;
  double Scale = 0, Softcap = 0;
  Tape::Id Sink = Tape::None;
  bool ZeroSink = false;
  Tape::Id Scores = Tape::None; ///< Set by attention.
};

/// [batch, length, heads * size]
Tape::Id attention(Tape &T, Parts &P);

/// Splits \p QKV, projected by \p Weights of a width, adds the past of operand
/// \p Past, and gives results 0 and 1.
void projectedAttention(Tape &T, Tape::Id QKV, Parts P, unsigned Past);

/// Appends a mask of one of the forms, or none.
void addMask(std::mt19937 &Rng, NodeCase &C, int64_t Batch, int64_t Length,
             int64_t Keys);
/// The shape of what is added to scores.
Shape biasShape(std::mt19937 &Rng, int64_t Batch, int64_t Heads, int64_t Length,
                int64_t Keys);

} // namespace toscount::oracle

#endif // TOSCOUNT_TEST_ORACLE_FUSEDATTENTIONREFERENCE_H
