//===- FuseQuantized.cpp - networks quantized in pairs --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Passes.h"

#include "toscount/Ops/QuantizedPattern.h"

using namespace llvm;

namespace toscount {

void fuseQuantized(AnalysisState &S) {
  bool Train = S.options().Phases == Level::Train;
  if (!S.options().FuseQuantized)
    return;
  QuantizedKernels Kernels = findQuantizedKernels(
      S.M, S.Registry, S.options().Rules, S.Rows, S.Groups,
      [&](ValueId V) { return S.Facts[V].Layout || S.Facts[V].Static; });
  if (Kernels.All.empty())
    return;
  std::string Number = std::to_string(Kernels.All.size());
  bool One = Kernels.All.size() == 1;
  if (Train) {
    S.Result.Assumptions.push_back(
        Number +
        (One ? " operator on quantized tensors counts"
             : " operators on quantized tensors count") +
        " as written, dequantized and quantized again: training simulates the "
        "quantization");
    return;
  }
  for (const QuantizedKernel &K : Kernels.All) {
    S.M.Main->Nodes[K.Core] = K.Runs;
    S.Rows[K.Core] = K.Row;
    for (ValueId Out : K.Runs.Outputs)
      if (Out != NoId)
        S.M.value(Out).Producer = K.Core;
    if (K.Row->Kind == OpKind::View)
      S.Facts[K.Runs.Outputs[0]].Storage = S.Facts[K.Runs.Inputs[0]].Storage;
  }
  for (NodeId I : Kernels.Dropped) {
    Node &N = S.M.Main->Nodes[I];
    // What became a kernel's result; the rest is read by nothing, but
    // parameters that only such a node reads stay its own.
    if (llvm::any_of(N.Outputs, [&](ValueId Out) {
          return Out != NoId && S.M.value(Out).Producer != I;
        }))
      N.Outputs = {};
    for (ValueId Out : N.Outputs)
      if (Out != NoId)
        S.Facts[Out].Layout = S.Facts[Out].Static = true;
  }
  S.Result.Assumptions.push_back(
      Number +
      (One ? " operator between dequantization and quantization counts as the "
             "integer operator that runs"
           : " operators between dequantization and quantization count as the "
             "integer operators that run") +
      " (--qdq-as-written counts each node)");
}

} // namespace toscount
