//===- Pattern.h - operators and blocks that exporters wrote in pieces ----===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Finds groups of nodes that together are what people think of as one thing:
/// an activation, a normalization, attention, a convolution with what follows
/// it. They are found by structure alone, by the rows of PatternTable.cpp.
/// Recognition changes no count under the exact convention; under `paper` a
/// recognised GELU counts as the TO paper's equation 3 does.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_OPS_PATTERN_H
#define TOSCOUNT_OPS_PATTERN_H

#include "toscount/IR/Graph.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <vector>

namespace toscount {

/// Nodes that are one thing. Nothing outside uses what they compute but the
/// result of `Last` (and what a row lets out: the probabilities of attention,
/// the state of a cell).
struct Block {
  llvm::StringRef Kind; ///< "LayerNorm", "Attention"...
  NodeId Last = NoId;   ///< Computes the block's result.
  /// What the block is applied to, where it is one value.
  ValueId Operand = NoId;
  /// The block that this one is part of; NoId for outermost ones.
  uint32_t Parent = NoId;
  /// The single operator of the ONNX standard domain, and the first opset that
  /// has it, that the paper's convention counts in place of the nodes; empty
  /// for nearly all.
  llvm::StringRef Op;
  int Opset = 0;
  uint32_t FirstNode = 0, NumNodes = 0; ///< Part of BlockList::Nodes.
};

/// The blocks of a model's main graph.
struct BlockList {
  std::vector<Block> All;
  /// By node the innermost block it is part of, or NoId.
  std::vector<uint32_t> Innermost;
  /// Of all blocks, one after the other, their nodes in descending order,
  /// those of blocks inside them included; without movement that follows.
  std::vector<NodeId> Nodes;

  [[nodiscard]] llvm::ArrayRef<NodeId> nodes(const Block &B) const {
    return llvm::ArrayRef<NodeId>(Nodes).slice(B.FirstNode, B.NumNodes);
  }
  /// The outermost block that node \p I is part of, or NoId.
  [[nodiscard]] uint32_t outermost(NodeId I) const;
};

/// Every block of the main graph of \p M, whose shapes are inferred and whose
/// constants' contents are known. \p IsParameter tells the values that are
/// parameters, constants, or mere rearrangements of these. Takes time in
/// proportion to the nodes.
BlockList findBlocks(const Model &M,
                     llvm::function_ref<bool(ValueId)> IsParameter);

/// The kinds of blocks, each once, in the order of the table.
std::vector<llvm::StringRef> blockKinds();

/// An error when a row of the table can't be read.
llvm::Error checkPatternTable();

} // namespace toscount

#endif // TOSCOUNT_OPS_PATTERN_H
