//===- ContribAttention.h - attention inside fused operators --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What ONNX Runtime's attention operators share once each has found its
/// queries, keys and values:
///
///   softmax(scale * Q K^T + bias + mask) V
///
/// with heads that share keys and values, a past before the new keys, and a
/// sink beside them.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_CONTRIBATTENTION_H
#define TOSCOUNT_LIB_OPS_CONTRIBATTENTION_H

#include "Fusion.h"

namespace toscount {

struct FusedAttention {
  int64_t Batch = 0, Heads = 0, KeyHeads = 0;
  int64_t Length = 0, New = 0, Past = 0; ///< Queries; keys; keys before them.
  int64_t Size = 0, ValueSize = 0;       ///< Of a head of queries and keys.
  ValueId Q = NoId;                      ///< [Batch, Heads, Length, Size]
  ValueId K = NoId;                      ///< [Batch, KeyHeads, New, Size]
  ValueId V = NoId;                      ///< [Batch, KeyHeads, New, ValueSize]
  ValueId PastKey = NoId, PastValue = NoId;

  unsigned Bias = NoId; ///< Operand that is added to all scores.
  unsigned Mask = NoId; ///< Operand: 0 or 1 a key, or the keys' number.
  bool Causal = false;
  double Scale = 1, Softcap = 0;
  /// One more key for each head, of which only the score is given.
  ValueId Sink = NoId; ///< [Heads], or NoId.
  bool ZeroSink = false;

  // Made by attend.
  ValueId Scores = NoId; ///< Scaled; [Batch, Heads, Length, Past + New].
  ValueId Keys = NoId, Values = NoId; ///< The past ones and the new ones.
  ValueId Y = NoId;                   ///< [Batch, Length, Heads * ValueSize]

  [[nodiscard]] int64_t total() const { return Past + New; }
  [[nodiscard]] Shape queries() const { return {Batch, Heads, Length, Size}; }
  [[nodiscard]] Shape keys() const { return {Batch, KeyHeads, New, Size}; }
  [[nodiscard]] Shape values() const {
    return {Batch, KeyHeads, New, ValueSize};
  }
};

/// Takes the past from operands \p Key and \p Value, [Batch, KeyHeads, Past,
/// Size], when they are there.
llvm::Error takePast(Fusion &F, FusedAttention &A, unsigned Key,
                     unsigned Value);

/// Adds the steps of attention; fills in what attend makes.
llvm::Error attend(Fusion &F, FusedAttention &A);

/// Splits \p QKV, [Batch, Length, queries' + keys' + values' elements], into
/// heads; \p QKV is already projected.
void splitProjection(Fusion &F, FusedAttention &A, ValueId QKV);

/// The sizes of a merged projection of operand \p X, [batch, sequence, ...],
/// into \p Hidden elements: num_heads and qkv_hidden_sizes.
llvm::Expected<FusedAttention> projectionSizes(const Fusion &F, unsigned X,
                                               int64_t Hidden);

/// Attention's and QAttention's past, [2, batch, heads, past, size], and
/// result 1, which has the same layout.
llvm::Error takeStackedPast(Fusion &F, FusedAttention &A, unsigned Past);
void giveStackedPresent(Fusion &F, const FusedAttention &A);

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_CONTRIBATTENTION_H
