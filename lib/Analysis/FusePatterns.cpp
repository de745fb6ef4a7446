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
  if (S.options().Rules.Kind != Convention::Paper)
    return;
  unsigned Fused = 0;
  for (const PatternMatch &P : findGelus(S.M)) {
    const OpInfo *Row = S.Registry.find("", P.Op, P.Opset);
    if (Row == nullptr)
      continue;
    // The last node becomes the whole operator; the others compute nothing
    // that is still used.
    Node &Last = S.M.Main->Nodes[P.Last];
    Last.Op = P.Op;
    Last.Opset = P.Opset;
    Last.Inputs = S.M.copy(ArrayRef<ValueId>(P.Operand));
    Last.Attributes = {};
    S.Rows[P.Last] = Row;
    for (NodeId I : P.Inner) {
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
}

} // namespace toscount
