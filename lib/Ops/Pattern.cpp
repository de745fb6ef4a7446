//===- Pattern.cpp - operators and blocks that exporters wrote in pieces --===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Matches the rows of the pattern table, from a block's result backwards.
/// Whatever the graph, one attempt takes a bounded number of steps, and the
/// depth of recursion is bounded by the length of a row.
///
//===----------------------------------------------------------------------===//

#include "toscount/Ops/Pattern.h"

#include "PatternTerms.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

using namespace llvm;

namespace toscount {
namespace {

/// One attempt gives up after this many terms; those that match need some
/// hundreds at most.
constexpr unsigned MaxSteps = 3000;
/// Movement is followed this far.
constexpr unsigned MaxThrough = 8;
/// No pattern names more operands.
constexpr unsigned MaxOperands = 32;

enum Trait : uint8_t { Moves = 1, Selects = 2, Commutes = 4 };

/// The graph as patterns see it.
class PatternGraph {
public:
  PatternGraph(const Model &M, PatternTerms &P,
               function_ref<bool(ValueId)> IsParameter)
      : M(M), Nodes(M.Main->Nodes), IsParameter(IsParameter),
        Uses(M.Values.size()), Ops(Nodes.size()) {
    for (StringRef Name : movingOperators())
      note(P, Name, Moves);
    for (StringRef Name : selectingOperators())
      note(P, Name, Selects);
    for (StringRef Name : commutingOperators())
      note(P, Name, Commutes);
    Traits.resize(P.Known.size() + 1);
    std::string Full;
    for (NodeId I = 0; I < Nodes.size(); ++I) {
      const Node &N = Nodes[I];
      for (ValueId In : N.Inputs)
        if (In != NoId)
          ++Uses[In];
      StringRef Name = N.Op;
      if (!N.Domain.empty()) {
        Full = (N.Domain + "." + N.Op).str();
        Name = Full;
      }
      Ops[I] = P.Known.lookup(Name);
    }
    for (ValueId Out : M.Main->Outputs)
      ++Uses[Out];
  }

  [[nodiscard]] bool has(NodeId I, Trait T) const {
    return (Traits[Ops[I]] & T) != 0;
  }
  [[nodiscard]] NodeId producer(ValueId V) const {
    if (V == NoId || M.value(V).Kind != ValueKind::Result)
      return NoId;
    return M.value(V).Producer;
  }
  [[nodiscard]] bool isOneElement(ValueId V) const {
    return V != NoId && IsParameter(V) && M.value(V).HasShape &&
           elements(M.value(V).Dims) == 1;
  }
  [[nodiscard]] bool isVector(ValueId V) const {
    return V != NoId && IsParameter(V) && M.value(V).HasShape &&
           count_if(M.value(V).Dims, [](int64_t D) { return D != 1; }) <= 1;
  }
  [[nodiscard]] bool isNear(ValueId V, double Wanted) const {
    const Constant *C = V == NoId ? nullptr : M.value(V).Contents;
    if (C == nullptr || C->size() != 1)
      return false;
    return std::abs(C->number(0) - Wanted) <= 1e-3 * std::abs(Wanted);
  }
  /// Result 0 of \p I is operand 0 with some last dimensions made 1.
  [[nodiscard]] bool reducesLast(NodeId I) const {
    if (Nodes[I].Inputs[0] == NoId)
      return false;
    const Value &In = M.value(Nodes[I].Inputs[0]);
    const Value &Out = M.value(Nodes[I].Outputs[0]);
    if (!In.HasShape || !Out.HasShape || In.Dims.empty() ||
        In.Dims.size() != Out.Dims.size() || Out.Dims.back() != 1)
      return false;
    size_t Same = 0;
    while (Same < In.Dims.size() && In.Dims[Same] == Out.Dims[Same])
      ++Same;
    return all_of(Out.Dims.drop_front(Same), [](int64_t D) { return D == 1; });
  }

  const Model &M;
  ArrayRef<Node> Nodes;
  function_ref<bool(ValueId)> IsParameter;
  std::vector<uint32_t> Uses; ///< By value, with the graph's outputs.
  std::vector<PatternOp> Ops; ///< By node.

private:
  void note(PatternTerms &P, StringRef Name, Trait T) {
    PatternOp Op = P.number(Name);
    if (Traits.size() <= Op)
      Traits.resize(Op + 1);
    Traits[Op] |= T;
  }

  std::vector<uint8_t> Traits; ///< By operator.
};

/// One attempt after the other.
class Matcher {
public:
  Matcher(const PatternGraph &G, const PatternTerms &P, BlockList &Blocks)
      : G(G), P(P), Blocks(Blocks) {}

  /// Whether \p Root matches result 0 of node \p Last; then Kept, Children and
  /// operand() tell how.
  bool match(PatternTermId Root, NodeId Last) {
    Bound.fill(NoId);
    Taken.clear();
    ChildrenNow.clear();
    Steps = 0;
    Result = Last;
    return solve(Goal{Root, G.Nodes[Last].Outputs[0], nullptr});
  }

  [[nodiscard]] ValueId operand() const { return Bound[0]; }

  SmallVector<NodeId, 16> Kept; ///< Descending; without those of Children.
  SmallVector<uint32_t, 2> Children;

private:
  /// A term to be matched at a value, and what comes after.
  struct Goal {
    PatternTermId Wanted;
    ValueId At;
    const Goal *Next;
    bool Soft = false;  ///< The block can do without the node.
    bool Shown = false; ///< The result may be used outside.
  };
  struct TakenNode {
    NodeId Id;
    bool Soft, Shown;
  };

  bool solve(const Goal &Now) {
    if (++Steps > MaxSteps)
      return false;
    const PatternTerm &T = P.Terms[Now.Wanted];
    ValueId V = Now.At;
    auto Try = [&](PatternTermId Wanted) {
      return solve({Wanted, V, Now.Next, Now.Soft, Now.Shown});
    };
    switch (T.Kind) {
    case PatternKind::Any:
      return proceed(Now);
    case PatternKind::Variable:
      return V != NoId && bound(T.Variable, V, [&] { return proceed(Now); });
    case PatternKind::Named:
      return V != NoId &&
             bound(T.Variable, V, [&] { return Try(T.Operands[0]); });
    case PatternKind::Parameter:
      return V != NoId && G.IsParameter(V) && proceed(Now);
    case PatternKind::Vector:
      return G.isVector(V) && proceed(Now);
    case PatternKind::Scalar:
      return G.isOneElement(V) && proceed(Now);
    case PatternKind::Number:
      return G.isNear(V, T.Number) && proceed(Now);
    case PatternKind::Either:
      return any_of(T.Operands, Try);
    case PatternKind::Shown:
      return solve({T.Operands[0], V, Now.Next, Now.Soft, /*Shown=*/true});
    case PatternKind::Optional:
      return solve({T.Operands[0], V, Now.Next, /*Soft=*/true, Now.Shown}) ||
             Try(T.Operands[1]);
    case PatternKind::Through:
      return solveThrough(Now, T);
    case PatternKind::Node:
      return solveNode(Now, T);
    case PatternKind::Block:
      return solveBlock(Now, T);
    }
    llvm_unreachable("no such kind of term");
  }

  bool proceed(const Goal &Now) {
    return Now.Next != nullptr ? solve(*Now.Next) : closed();
  }

  template <typename Rest> bool bound(unsigned Variable, ValueId V, Rest Do) {
    ValueId &Slot = Bound[Variable];
    if (Slot != NoId)
      return Slot == V && Do();
    Slot = V;
    if (Do())
      return true;
    Slot = NoId;
    return false;
  }

  bool solveThrough(const Goal &Now, const PatternTerm &T) {
    SmallVector<ValueId, MaxThrough + 1> Values = {Now.At};
    size_t Before = Taken.size();
    while (Values.size() <= MaxThrough) {
      NodeId I = G.producer(Values.back());
      if (I == NoId || Blocks.Innermost[I] != NoId || G.Nodes[I].Inputs.empty())
        break;
      if (!G.has(I, Moves) && !(T.Selects && G.has(I, Selects)))
        break;
      Taken.push_back({I, /*Soft=*/true, /*Shown=*/false});
      Values.push_back(G.Nodes[I].Inputs[0]);
    }
    for (;;) {
      if (solve({T.Operands[0], Values.back(), Now.Next, Now.Soft, Now.Shown}))
        return true;
      Taken.truncate(Before + Values.size() - 1);
      if (Values.size() == 1)
        return false;
      Values.pop_back();
      Taken.pop_back();
    }
  }

  bool solveNode(const Goal &Now, const PatternTerm &T) {
    NodeId I = G.producer(Now.At);
    if (I == NoId || Blocks.Innermost[I] != NoId ||
        !is_contained(T.Ops, G.Ops[I]))
      return false;
    const Node &N = G.Nodes[I];
    ArrayRef<ValueId> Inputs = N.Inputs;
    while (!Inputs.empty() && Inputs.back() == NoId)
      Inputs = Inputs.drop_back();
    size_t Arity = T.Operands.size();
    if (N.Outputs[0] != Now.At || Inputs.size() < Arity ||
        Inputs.size() > MaxOperands || (Inputs.size() > Arity && !T.More))
      return false;
    if (!hasAttributes(N, T) || (T.LastAxes && !G.reducesLast(I)))
      return false;
    size_t Before = Taken.size();
    Taken.push_back({I, Now.Soft, Now.Shown});
    bool Swaps = Arity == 2 && Inputs.size() == 2 && G.has(I, Commutes);
    for (unsigned Order = 0; Order < (Swaps ? 2U : 1U); ++Order) {
      SmallVector<Goal, 3> Goals;
      Goals.reserve(Arity);
      const Goal *Next = Now.Next;
      for (size_t K = Arity; K-- > 0;) {
        Goals.push_back({T.Operands[K], Inputs[Order == 0 ? K : 1 - K], Next});
        Next = &Goals.back();
      }
      if (Next != nullptr ? solve(*Next) : closed())
        return true;
    }
    Taken.truncate(Before);
    return false;
  }

  static bool hasAttributes(const Node &N, const PatternTerm &T) {
    return all_of(T.Attributes, [&](const auto &Wanted) {
      const Attribute *A = N.attribute(Wanted.first);
      if (A == nullptr)
        return false;
      double Has = A->Kind == AttributeKind::Int ? static_cast<double>(A->Int)
                                                 : A->Float;
      return std::abs(Has - Wanted.second) <= 1e-3 * std::abs(Wanted.second);
    });
  }

  bool solveBlock(const Goal &Now, const PatternTerm &T) {
    NodeId I = G.producer(Now.At);
    uint32_t B = I == NoId ? NoId : Blocks.outermost(I);
    if (B == NoId || Blocks.All[B].Last != I ||
        Blocks.All[B].Kind != T.Called || G.Nodes[I].Outputs[0] != Now.At)
      return false;
    size_t Before = ChildrenNow.size();
    ChildrenNow.push_back({B, false, Now.Shown});
    if (solve({T.Operands[0], Blocks.All[B].Operand, Now.Next}))
      return true;
    ChildrenNow.truncate(Before);
    return false;
  }

  /// Settles which nodes are the block's: nothing outside uses what they
  /// compute. False when the block can't be without one that something does.
  bool closed() {
    DenseMap<ValueId, uint32_t> Inside;
    auto Use = [&](NodeId I) {
      for (ValueId In : G.Nodes[I].Inputs)
        if (In != NoId)
          ++Inside[In];
    };
    Children.clear();
    for (const TakenNode &C : ChildrenNow)
      if (!is_contained(Children, C.Id)) {
        Children.push_back(C.Id);
        for (NodeId I : Blocks.nodes(Blocks.All[C.Id]))
          Use(I);
      }
    // Users stand before what they use. A node may be taken several times: the
    // strictest comes first.
    SmallVector<TakenNode, 24> Order(Taken.begin(), Taken.end());
    llvm::sort(Order, [](const TakenNode &A, const TakenNode &B) {
      return A.Id != B.Id ? A.Id > B.Id : A.Soft < B.Soft;
    });
    Kept.clear();
    NodeId Seen = NoId;
    for (const TakenNode &T : Order) {
      if (T.Id == Seen)
        continue;
      Seen = T.Id;
      if (T.Id == Result || T.Shown || usedInside(T, Inside)) {
        Kept.push_back(T.Id);
        Use(T.Id);
      } else if (!T.Soft) {
        return false;
      }
    }
    return all_of(ChildrenNow, [&](const TakenNode &C) {
      NodeId Last = Blocks.All[C.Id].Last;
      return C.Shown || Last == Result ||
             usedInside({Last, false, false}, Inside);
    });
  }

  /// Side results (masks, running statistics) may be used by anyone.
  bool usedInside(const TakenNode &T,
                  const DenseMap<ValueId, uint32_t> &Inside) const {
    ArrayRef<ValueId> Outputs = G.Nodes[T.Id].Outputs;
    if (!T.Soft)
      Outputs = Outputs.take_front(1);
    return all_of(Outputs, [&](ValueId Out) {
      return Out == NoId || G.Uses[Out] == Inside.lookup(Out);
    });
  }

  const PatternGraph &G;
  const PatternTerms &P;
  BlockList &Blocks;
  std::array<ValueId, MaxVariables> Bound{};
  SmallVector<TakenNode, 24> Taken;
  SmallVector<TakenNode, 2> ChildrenNow; ///< Blocks that were named.
  NodeId Result = NoId;
  unsigned Steps = 0;
};

/// Runs all rows.
class Finder {
public:
  Finder(const PatternGraph &G, const PatternTerms &P)
      : G(G), P(P), Try(G, P, Blocks), ByOp(P.Known.size() + 1) {
    Blocks.Innermost.assign(G.Nodes.size(), NoId);
    for (NodeId I = 0; I < G.Nodes.size(); ++I)
      if (G.Ops[I] != 0 && !G.Nodes[I].Outputs.empty() &&
          G.Nodes[I].Outputs[0] != NoId)
        ByOp[G.Ops[I]].push_back(I);
  }

  BlockList run() {
    for (size_t R = 0; R < P.Roots.size(); ++R) {
      Candidates.clear();
      addCandidates(P.Roots[R]);
      llvm::sort(Candidates, std::greater<>());
      Candidates.erase(std::unique(Candidates.begin(), Candidates.end()),
                       Candidates.end());
      for (NodeId Last : Candidates)
        if (Try.match(P.Roots[R], Last))
          accept(patternRows()[R], Last);
    }
    addTrailing();
    return std::move(Blocks);
  }

private:
  /// Nodes that may compute what \p Root matches.
  void addCandidates(PatternTermId Root) {
    const PatternTerm &T = P.Terms[Root];
    if (T.Kind == PatternKind::Block) {
      for (const Block &B : Blocks.All)
        if (B.Kind == T.Called)
          Candidates.push_back(B.Last);
      return;
    }
    for (PatternOp Op : T.Ops)
      Candidates.insert(Candidates.end(), ByOp[Op].begin(), ByOp[Op].end());
    if (T.Kind != PatternKind::Node)
      for (PatternTermId Inner : T.Operands)
        addCandidates(Inner);
  }

  void accept(const PatternRow &Row, NodeId Last) {
    auto Id = static_cast<uint32_t>(Blocks.All.size());
    Block B;
    B.Kind = Row.Kind;
    B.Last = Last;
    B.Operand = Try.operand();
    B.Op = Row.Op;
    B.Opset = Row.Opset;
    B.FirstNode = static_cast<uint32_t>(Blocks.Nodes.size());
    SmallVector<NodeId, 32> Members(Try.Kept.begin(), Try.Kept.end());
    for (NodeId I : Try.Kept)
      Blocks.Innermost[I] = Id;
    for (uint32_t Child : Try.Children) {
      Blocks.All[Child].Parent = Id;
      ArrayRef<NodeId> Inner = Blocks.nodes(Blocks.All[Child]);
      Members.append(Inner.begin(), Inner.end());
    }
    llvm::sort(Members, std::greater<>());
    Blocks.Nodes.insert(Blocks.Nodes.end(), Members.begin(), Members.end());
    B.NumNodes = static_cast<uint32_t>(Members.size());
    Blocks.All.push_back(B);
    if (Row.Trailing && !is_contained(Trailing, Row.Kind))
      Trailing.push_back(Row.Kind);
  }

  /// Gives movement of a block's result to the block.
  void addTrailing() {
    if (Trailing.empty())
      return;
    for (NodeId I = 0; I < G.Nodes.size(); ++I) {
      if (Blocks.Innermost[I] != NoId || !G.has(I, Moves) ||
          G.Nodes[I].Inputs.empty())
        continue;
      ValueId V = G.Nodes[I].Inputs[0];
      NodeId From = G.producer(V);
      uint32_t B = From == NoId ? NoId : Blocks.outermost(From);
      if (B != NoId && G.Uses[V] == 1 &&
          is_contained(Trailing, Blocks.All[B].Kind))
        Blocks.Innermost[I] = B;
    }
  }

  const PatternGraph &G;
  const PatternTerms &P;
  BlockList Blocks;
  Matcher Try;
  std::vector<std::vector<NodeId>> ByOp;
  std::vector<NodeId> Candidates;
  SmallVector<StringRef, 4> Trailing; ///< Kinds.
};

} // namespace

uint32_t BlockList::outermost(NodeId I) const {
  uint32_t B = I < Innermost.size() ? Innermost[I] : NoId;
  while (B != NoId && All[B].Parent != NoId)
    B = All[B].Parent;
  return B;
}

BlockList findBlocks(const Model &M, function_ref<bool(ValueId)> IsParameter) {
  PatternTerms P = cantFail(readPatternTable());
  PatternGraph G(M, P, IsParameter);
  return Finder(G, P).run();
}

std::vector<StringRef> blockKinds() {
  std::vector<StringRef> Kinds;
  for (const PatternRow &Row : patternRows())
    if (!is_contained(Kinds, Row.Kind))
      Kinds.push_back(Row.Kind);
  return Kinds;
}

Error checkPatternTable() { return readPatternTable().takeError(); }

} // namespace toscount
