//===- Pattern.h - operators that exporters wrote in pieces ---------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Finds groups of nodes that together are one operator of a later opset (GELU
/// before opset 20). Recognition changes no count under the exact convention;
/// under `paper` a recognised GELU counts as the TO paper's equation 3 does.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_OPS_PATTERN_H
#define TOSCOUNT_OPS_PATTERN_H

#include "toscount/IR/Graph.h"

#include <vector>

namespace toscount {

/// An operator found in pieces: `Last` computes what one `Op` of `Operand`
/// would, and nothing but `Last` uses what the `Inner` nodes compute.
struct PatternMatch {
  NodeId Last = NoId;
  ValueId Operand = NoId;
  llvm::SmallVector<NodeId, 8> Inner;
  llvm::StringLiteral Op = ""; ///< Of the ONNX standard domain.
  int Opset = 0;               ///< The opset that has it.
};

/// Every GELU of the main graph of \p M that is written as
/// `0.5 x (1 + erf(x / sqrt 2))`, `0.5 x (1 + tanh(...))` or
/// `x sigmoid(1.702 x)`, in any order of factors. Contents of constants must be
/// known (shapes inferred).
std::vector<PatternMatch> findGelus(const Model &M);

} // namespace toscount

#endif // TOSCOUNT_OPS_PATTERN_H
