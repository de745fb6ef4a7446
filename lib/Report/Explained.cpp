//===- Explained.cpp - an explanation, gathered ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Explained.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace toscount {
namespace {

/// The node called \p Name, also inside branches and loops.
const Node *findNode(const Model &M, StringRef Name) {
  std::vector<const Graph *> Waiting;
  if (M.Main != nullptr)
    Waiting.push_back(M.Main);
  while (!Waiting.empty()) {
    const Graph *G = Waiting.back();
    Waiting.pop_back();
    for (const Node &N : G->Nodes) {
      if (N.Name == Name)
        return &N;
      for (const Attribute &A : N.Attributes)
        if (A.Subgraph != nullptr)
          Waiting.push_back(A.Subgraph);
    }
  }
  return nullptr;
}

template <typename T> const T *named(ArrayRef<T> Items, StringRef Name) {
  const T *Found =
      find_if(Items, [&](const T &Item) { return Item.Name == Name; });
  return Found == Items.end() ? nullptr : Found;
}

StringRef docOf(Phase P, const Explained &X, const Explanation &E) {
  const CountOptions &O = E.Table->Counts->Options;
  if (P == Phase::Update) {
    const Optimizer *Update = named(E.Optimizers, O.Optimizer);
    return Update != nullptr ? StringRef(Update->Doc) : StringRef();
  }
  if (X.Row != nullptr)
    return P == Phase::Backward ? X.Row->BackwardDoc : X.Row->ForwardDoc;
  const LossFunction *Loss = named(E.Losses, O.Loss);
  if (Loss == nullptr || !X.Layer->Op.empty())
    return "";
  return P == Phase::Backward ? Loss->BackwardDoc : Loss->ForwardDoc;
}

} // namespace

Expected<Explained> gatherExplanation(const Explanation &E) {
  const ModelCounts &Counts = *E.Table->Counts;
  Explained X;
  size_t Index = 0;
  for (; Index < Counts.Layers.size(); ++Index)
    if (Counts.Layers[Index].Name == E.Layer)
      break;
  if (Index == Counts.Layers.size()) {
    std::vector<StringRef> Names;
    for (const LayerCounts &L : Counts.Layers)
      Names.push_back(L.Name);
    return makeError("no layer is called '" + printable(E.Layer) + "'" +
                     didYouMean(E.Layer, Names));
  }
  X.Layer = &Counts.Layers[Index];
  X.Row = E.Steps->Row;
  if (Counts.Source != nullptr && !X.Layer->Op.empty())
    X.Source = findNode(*Counts.Source, E.Layer);
  for (unsigned P = 0; P < NumPhases; ++P) {
    ExplainedPhase Part;
    Part.Which = static_cast<Phase>(P);
    Part.Counted = X.Layer->Phases.get(P);
    Part.Lowered = lower(Part.Counted, E.Table->Options);
    // The loss has its own phase instead of forward.
    bool Own = X.Layer->Op.empty() ? Part.Which != Phase::Forward
                                   : Part.Which != Phase::Loss;
    if (!Counts.has(Part.Which) || (!Own && Part.Lowered.empty()))
      continue;
    if (Part.Which == Phase::Update && Part.Lowered.empty())
      continue;
    Part.Steps = Part.Which == Phase::Backward ? &E.Steps->Backward
                 : Part.Which == Phase::Update ? &E.Steps->Update
                                               : &E.Steps->Forward;
    Part.Doc = docOf(Part.Which, X, E);
    X.Phases.push_back(Part);
  }
  return X;
}

std::vector<PricedOps> pricedOps(const Work &W,
                                 const LoweringOptions &Options) {
  std::vector<PricedOps> All;
  auto AddPrice = [&](StringRef What, ElementType Type, Count N,
                      uint64_t Price) {
    if (!(N == 0))
      All.push_back({What, Type, N, Price});
  };
  for (const Work::TypedOps &Typed : W.Ops) {
    const BasicOps &O = Typed.Ops;
    ElementType Type = Typed.Type;
    OpPrices P = Options.Alu.prices(Type);
    if (Options.Accumulate && *Options.Accumulate != Type && isFloating(Type)) {
      AddPrice("add", Type, O.Add - O.DotAdd, P.Add);
      AddPrice("add", *Options.Accumulate, O.DotAdd,
               Options.Alu.prices(*Options.Accumulate).Add);
    } else {
      AddPrice("add", Type, O.Add, P.Add);
    }
    AddPrice("sub", Type, O.Sub, P.Sub);
    AddPrice("mul", Type, O.Mul, P.Mul);
    AddPrice("div", Type, O.Div, P.Div);
    AddPrice("root", Type, O.Root, P.Root);
    AddPrice("cmp", Type, O.Cmp, P.Cmp);
  }
  return All;
}

} // namespace toscount
