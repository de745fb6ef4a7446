//===- QuantizedPattern.h - operators between DQ and Q --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Quantizers of the QDQ format leave a network's operators floating and write
/// around each where it is quantized: DequantizeLinear of what it reads,
/// QuantizeLinear of what it computes. What runs is one kernel of integers.
/// This finds these groups, by structure, and names the operator each is: the
/// QLinear operator of the ONNX standard domain or ONNX Runtime's, with the
/// quantized tensors as operands.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_OPS_QUANTIZEDPATTERN_H
#define TOSCOUNT_OPS_QUANTIZEDPATTERN_H

#include "toscount/Ops/OpRegistry.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <vector>

namespace toscount {

/// A node that runs on the quantized tensors themselves.
struct QuantizedKernel {
  NodeId Core = NoId; ///< The node between the pairs.
  /// The node as it runs. Its results are those of the QuantizeLinear behind
  /// the core, where there is one, otherwise the core's own.
  Node Runs;
  const OpInfo *Row = nullptr; ///< Of Runs.
};

struct QuantizedKernels {
  std::vector<QuantizedKernel> All; ///< In the order of their cores.
  /// Nodes that no longer run, in ascending order: the QuantizeLinear (and the
  /// activation that its limits make superfluous) behind each kernel, and each
  /// DequantizeLinear that nothing else reads.
  std::vector<NodeId> Dropped;
};

/// The quantized kernels of the main graph of \p M, whose shapes are inferred.
/// \p Rows has one row a node, null for unknown operators; \p IsConstant tells
/// parameters and constants: they are quantized before the network runs. Nodes
/// inside and outside of bodies (\p Groups, by node: 0 outside) are never one
/// kernel. Only what nothing else reads is taken over; operands that others
/// read, too, are dequantized for those alone. Takes time in proportion to the
/// nodes.
QuantizedKernels findQuantizedKernels(
    Model &M, const OpRegistry &Registry, const RuleSettings &Settings,
    llvm::ArrayRef<const OpInfo *> Rows, llvm::ArrayRef<unsigned> Groups,
    llvm::function_ref<bool(ValueId)> IsConstant);

} // namespace toscount

#endif // TOSCOUNT_OPS_QUANTIZEDPATTERN_H
