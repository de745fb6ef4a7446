//===- ExpandControlFlow.cpp - the nodes that run -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What Expander.h promises to the rows of control-flow operators: copies of
/// bodies, made while shapes are inferred, so that conditions and trip counts
/// that fold are known when they are needed.
///
//===----------------------------------------------------------------------===//

#include "Inference.h"

#include "toscount/Ops/Expander.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/ScopeExit.h"

using namespace llvm;

namespace toscount {
namespace {

/// One control-flow node being expanded.
class Expansion final : public Expander {
public:
  Expansion(Inference &I, AnalysisState &S, const Node &N, unsigned Group)
      : I(I), S(S), N(N), Group(Group) {}

  Expected<ValueList> copy(const Graph &Body,
                           ArrayRef<ValueId> Arguments) override;
  Expected<ValueList> apply(StringRef Op, ArrayRef<ValueId> Operands,
                            unsigned Results,
                            ArrayRef<Attribute> Attributes) override;
  Error finish(unsigned O, StringRef Op, ValueId Operand) override;
  ValueId constant(ArrayRef<int64_t> Contents, bool Scalar,
                   ElementType Type) override;
  [[nodiscard]] const Value &value(ValueId V) const override {
    return S.M.value(V);
  }
  [[nodiscard]] const ItemList *items(ValueId V) const override {
    auto It = V == NoId ? S.Items.end() : S.Items.find(V);
    return It == S.Items.end() ? nullptr : &It->second;
  }
  Error setItems(unsigned O, ItemList Items, size_t Copied) override;
  std::optional<int64_t> assumed() override;
  void estimate(const Twine &Why) override;
  Expected<unsigned> costlier(ArrayRef<const Graph *> Branches) override;

  bool Estimated = false;

private:
  Expected<Count> weigh(const Graph &Branch);
  StringRef nameOf(const Node &Inner);

  Inference &I;
  AnalysisState &S;
  const Node &N;
  unsigned Group; ///< Of the expanded node.
};

/// A name for the copy of \p Inner, the same for every iteration.
StringRef Expansion::nameOf(const Node &Inner) {
  auto &[Group, Name] = I.Copies[{N.Name.data(), &Inner}];
  if (Group == 0) {
    Group = I.newGroup();
    Name = I.copiedName(N, Inner);
  }
  return Name;
}

Expected<Expansion::ValueList> Expansion::copy(const Graph &Body,
                                               ArrayRef<ValueId> Arguments) {
  if (Body.Inputs.size() != Arguments.size())
    return makeError("its body takes " + Twine(Body.Inputs.size()) +
                     " inputs, not " + Twine(Arguments.size()));
  if (Error E = I.spend(N))
    return E;
  I.Scopes.emplace_back();
  auto Leave = llvm::make_scope_exit([&] { I.Scopes.pop_back(); });
  for (size_t K = 0; K < Arguments.size(); ++K)
    I.Scopes.back()[Body.Inputs[K]] = Arguments[K];
  for (const Node &Inner : Body.Nodes) {
    Node Copy = Inner;
    Copy.Name = nameOf(Inner);
    SmallVector<ValueId, 8> Operands, Results;
    for (ValueId In : Inner.Inputs)
      Operands.push_back(In == NoId ? NoId : I.resolve(In));
    for (ValueId Out : Inner.Outputs) {
      if (Out == NoId) {
        Results.push_back(NoId);
        continue;
      }
      Value Fresh = S.M.value(Out);
      Fresh.HasShape = false;
      Fresh.Contents = nullptr;
      Fresh.Sequence = false;
      Results.push_back(S.M.addValue(Fresh));
      I.Scopes.back()[Out] = Results.back();
    }
    I.growFacts();
    Copy.Inputs = S.M.copy(ArrayRef<ValueId>(Operands));
    Copy.Outputs = S.M.copy(ArrayRef<ValueId>(Results));
    if (Error E = I.process(Copy, I.Copies[{N.Name.data(), &Inner}].first))
      return E;
  }
  ValueList Results;
  for (ValueId Out : Body.Outputs)
    Results.push_back(I.resolve(Out));
  return Results;
}

Expected<Expansion::ValueList>
Expansion::apply(StringRef Op, ArrayRef<ValueId> Operands, unsigned Results,
                 ArrayRef<Attribute> Attributes) {
  Node Made;
  Made.Name = N.Name;
  Made.Op = Op;
  Made.Scope = N.Scope;
  Made.Opset = 13;
  Made.Inputs = S.M.copy(Operands);
  Made.Attributes = S.M.copy(Attributes);
  ValueList Fresh;
  for (unsigned K = 0; K < Results; ++K) {
    Value V;
    V.Name = N.Name;
    Fresh.push_back(S.M.addValue(V));
  }
  I.growFacts();
  Made.Outputs = S.M.copy(ArrayRef<ValueId>(Fresh));
  if (Error E = I.spend(N, Operands.size()))
    return E;
  if (Error E = I.process(Made, I.madeGroup(Group, Op)))
    return E;
  return Fresh;
}

Error Expansion::finish(unsigned O, StringRef Op, ValueId Operand) {
  if (O >= N.Outputs.size() || N.Outputs[O] == NoId)
    return Error::success();
  Node Last;
  Last.Name = N.Name;
  Last.Op = Op;
  Last.Scope = N.Scope;
  Last.Opset = 13;
  Last.Inputs = S.M.copy(ArrayRef<ValueId>(Operand));
  Last.Outputs = N.Outputs.slice(O, 1);
  return I.process(Last, I.madeGroup(Group, Op));
}

Error Expansion::setItems(unsigned O, ItemList Items, size_t Copied) {
  if (O >= N.Outputs.size() || N.Outputs[O] == NoId)
    return Error::success();
  if (Error E = I.spend(N, Copied))
    return E;
  Value &V = S.M.value(N.Outputs[O]);
  V.Sequence = true;
  V.Type = Items.type();
  S.Items[N.Outputs[O]] = std::move(Items);
  return Error::success();
}

ValueId Expansion::constant(ArrayRef<int64_t> Contents, bool Scalar,
                            ElementType Type) {
  Constant C;
  C.Type = Type;
  auto Length = static_cast<int64_t>(Contents.size());
  if (!Scalar)
    C.Dims = Length;
  C.Ints = Contents;
  Value V;
  V.Name = N.Name;
  V.Kind = ValueKind::Initializer;
  V.Type = Type;
  V.HasShape = true;
  V.Contents = S.M.createConstant(C);
  V.Dims = V.Contents->Dims;
  ValueId Id = S.M.addValue(V);
  I.growFacts();
  S.Facts[Id].Static = S.Facts[Id].Layout = true;
  return Id;
}

std::optional<int64_t> Expansion::assumed() {
  auto It = S.options().Assumptions.find(N.Name.str());
  if (It == S.options().Assumptions.end() || It->second.size() != 1)
    return std::nullopt;
  S.UsedAssumptions.insert(It->first);
  S.AssumedNodes.insert(It->first);
  return It->second.front();
}

void Expansion::estimate(const Twine &Why) {
  Estimated = true;
  std::string Text = "node '" + printable(N.Name) + "' (" + printable(N.Op) +
                     "): " + Why.str();
  if (!is_contained(S.Result.Assumptions, Text))
    S.Result.Assumptions.push_back(Text);
}

/// What one branch costs: copied, weighed and forgotten.
Expected<Count> Expansion::weigh(const Graph &Branch) {
  size_t Before = I.Nodes.size();
  size_t Said = S.Result.Assumptions.size();
  Expected<ValueList> Results = copy(Branch, {});
  Count Total = 0;
  for (size_t K = Before; K < I.Nodes.size(); ++K) {
    const OpInfo *Row = S.Rows[K];
    bool Free = llvm::all_of(I.Nodes[K].Outputs, [&](ValueId Out) {
      return Out == NoId || S.Facts[Out].Layout;
    });
    if (Row == nullptr || Row->Forward == nullptr || Free)
      continue;
    OpInstance Op(S.M, I.Nodes[K], S.options().Rules);
    Work W(Op.computeType());
    Row->Forward(Op, W);
    const CountOptions &O = S.options();
    Total += O.Weigh ? O.Weigh(W) : W.total().Mul + W.total().Add;
  }
  I.truncate(Before);
  S.Result.Assumptions.resize(Said);
  if (!Results)
    return Results.takeError();
  return Total;
}

Expected<unsigned> Expansion::costlier(ArrayRef<const Graph *> Branches) {
  std::optional<unsigned> Best;
  Count Most = 0;
  Error Failed = Error::success();
  for (unsigned B = 0; B < Branches.size(); ++B) {
    Expected<Count> Cost = weigh(*Branches[B]);
    if (!Cost) {
      Failed = joinErrors(std::move(Failed), Cost.takeError());
      continue;
    }
    if (!Best || *Cost > Most) {
      Best = B;
      Most = *Cost;
    }
  }
  // A branch that can't be counted can't be the one that ran.
  if (!Best)
    return Failed;
  consumeError(std::move(Failed));
  return *Best;
}

} // namespace

Expected<bool> expandControlFlow(Inference &I, AnalysisState &S, const Node &N,
                                 const OpInfo &Row, unsigned Group) {
  Expansion E(I, S, N, Group);
  OpInstance Op(S.M, N, S.options().Rules);
  if (Error Failed = Row.Expand(Op, E))
    return Failed;
  return E.Estimated;
}

} // namespace toscount
