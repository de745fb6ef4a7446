//===- ResolveOperators.cpp - is every operator known? --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Passes.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/MapVector.h"

using namespace llvm;

namespace toscount {

Error resolveOperators(AnalysisState &S) {
  struct Unknown {
    std::string FirstNode;
    unsigned Nodes = 0;
    std::string Advice;
  };
  MapVector<std::pair<StringRef, StringRef>, Unknown> Missing;
  auto Check = [&](const Node &N) {
    if (S.Registry.find(N.Domain, N.Op, N.Opset) != nullptr)
      return;
    Unknown &U = Missing[{N.Domain, N.Op}];
    if (U.Nodes++ != 0)
      return;
    U.FirstNode = printable(N.Name);
    if (int First = S.Registry.firstOpset(N.Domain, N.Op)) {
      U.Advice = " (known from opset " + std::to_string(First) +
                 ", the model uses " + std::to_string(N.Opset) + ")";
      return;
    }
    std::vector<StringRef> Names;
    for (const OpFamily &Family : S.Registry.families())
      for (const OpInfo &Other : Family.Rows)
        if (Other.Domain == N.Domain)
          Names.push_back(Other.Name);
    U.Advice = didYouMean(N.Op, Names);
  };
  // Subgraphs included, without recursion on their depth.
  std::vector<const Graph *> Graphs = {S.M.Main};
  while (!Graphs.empty()) {
    const Graph *G = Graphs.back();
    Graphs.pop_back();
    for (const Node &N : G->Nodes) {
      Check(N);
      for (const Attribute &A : N.Attributes)
        if (A.Kind == AttributeKind::Graph && A.Subgraph != nullptr)
          Graphs.push_back(A.Subgraph);
    }
  }
  if (Missing.empty())
    return Error::success();
  std::string List;
  for (const auto &[Name, U] : Missing) {
    std::string Full = (Name.first.empty() ? "" : printable(Name.first) + ".") +
                       printable(Name.second);
    List += (List.empty() ? "" : ", ") + Full + " (node '" + U.FirstNode +
            (U.Nodes > 1 ? "' and " + std::to_string(U.Nodes - 1) + " more"
                         : std::string("'")) +
            ")" + U.Advice;
  }
  if (!S.options().AllowUnknown)
    return makeError(printable(S.M.Path) +
                     ": operators without a counting rule: " + List +
                     "; --allow-unknown counts them as zero");
  S.Result.LowerBound = true;
  S.Result.Warnings.push_back("counted as zero: " + List);
  return Error::success();
}

} // namespace toscount
