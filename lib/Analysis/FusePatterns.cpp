//===- FusePatterns.cpp - operators in pieces, under the paper's eyes -----===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Passes.h"

#include "toscount/Ops/Pattern.h"

using namespace llvm;

namespace toscount {

void fusePatterns(AnalysisState &S) {
  bool Paper = S.options().Rules.Kind == Convention::Paper;
  if (!Paper && !S.options().FindBlocks)
    return;
  BlockList Blocks = findBlocks(
      S.M, [&](ValueId V) { return S.Facts[V].Layout || S.Facts[V].Static; });
  unsigned Fused = 0;
  for (const Block &B : Blocks.All) {
    const OpInfo *Row =
        Paper && !B.Op.empty() ? S.Registry.find("", B.Op, B.Opset) : nullptr;
    if (Row == nullptr)
      continue;
    // The last node becomes the whole operator; the others compute nothing
    // that is still used.
    Node &Last = S.M.Main->Nodes[B.Last];
    Last.Op = B.Op;
    Last.Opset = B.Opset;
    Last.Inputs = S.M.copy(ArrayRef<ValueId>(B.Operand));
    Last.Attributes = {};
    S.Rows[B.Last] = Row;
    for (NodeId I : Blocks.nodes(B)) {
      if (I == B.Last)
        continue;
      S.M.Main->Nodes[I].Inputs = {};
      for (ValueId Out : S.nodes()[I].Outputs)
        S.Facts[Out].Layout = S.Facts[Out].Static = true;
    }
    ++Fused;
  }
  if (Fused != 0)
    S.Result.Assumptions.push_back(
        std::to_string(Fused) +
        (Fused == 1 ? " GELU that was" : " GELUs that were") +
        " exported in pieces counted as the paper counts GELU");
  if (S.options().FindBlocks)
    S.Result.Blocks = std::move(Blocks);
}

} // namespace toscount
