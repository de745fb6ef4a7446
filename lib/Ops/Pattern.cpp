//===- Pattern.cpp - operators that exporters wrote in pieces -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Ops/Pattern.h"

#include <cmath>
#include <optional>

using namespace llvm;

namespace toscount {
namespace {

/// Matches from the nonlinearity outwards: what feeds it, then what its result
/// is combined with.
class GeluMatcher {
public:
  explicit GeluMatcher(const Model &M)
      : M(M), Nodes(M.Main->Nodes), Users(M.Values.size()) {
    for (NodeId I = 0; I < Nodes.size(); ++I)
      for (ValueId In : Nodes[I].Inputs)
        if (In != NoId)
          Users[In].push_back(I);
    for (ValueId Out : M.Main->Outputs)
      Users[Out].push_back(NoId);
  }

  std::vector<PatternMatch> run() {
    std::vector<PatternMatch> Found;
    for (NodeId I = 0; I < Nodes.size(); ++I) {
      Inner.clear();
      ValueId X = NoId;
      NodeId Last = NoId;
      StringRef Op = Nodes[I].Op;
      if (!Nodes[I].Domain.empty())
        continue;
      if (Op == "Erf")
        Last = fromErf(I, X);
      else if (Op == "Tanh")
        Last = fromTanh(I, X);
      else if (Op == "Sigmoid")
        Last = fromSigmoid(I, X);
      if (Last == NoId || !closed(Last))
        continue;
      PatternMatch P;
      P.Last = Last;
      P.Operand = X;
      P.Inner = Inner;
      P.Op = "Gelu";
      P.Opset = 20;
      Found.push_back(std::move(P));
    }
    return Found;
  }

private:
  std::optional<double> constant(ValueId V) const {
    const Constant *C = V == NoId ? nullptr : M.value(V).Contents;
    if (C == nullptr || C->size() != 1)
      return std::nullopt;
    return C->number(0);
  }
  bool isNear(ValueId V, double Wanted) const {
    std::optional<double> C = constant(V);
    return C && std::abs(*C - Wanted) <= 1e-3 * std::abs(Wanted);
  }
  NodeId producer(ValueId V, StringRef Op) const {
    if (V == NoId || M.value(V).Kind != ValueKind::Result)
      return NoId;
    NodeId P = M.value(V).Producer;
    return Nodes[P].Op == Op && Nodes[P].Domain.empty() ? P : NoId;
  }

  /// The operand of binary node \p I that is not the constant \p C; NoId when
  /// neither is. Only a commutative operator may have it first.
  ValueId besides(NodeId I, double C, bool Commutes = true) const {
    const Node &N = Nodes[I];
    if (N.Inputs.size() != 2)
      return NoId;
    if (isNear(N.Inputs[1], C))
      return N.Inputs[0];
    return Commutes && isNear(N.Inputs[0], C) ? N.Inputs[1] : NoId;
  }
  /// The other operand of node \p I than \p V.
  ValueId partner(NodeId I, ValueId V) const {
    const Node &N = Nodes[I];
    if (N.Inputs.size() != 2)
      return NoId;
    return N.Inputs[0] == V ? N.Inputs[1] : N.Inputs[0];
  }

  /// `Scaled = X * C` or `X / (1/C)`: gives X, and notes the node.
  ValueId unscale(ValueId Scaled, double C) {
    ValueId X = NoId;
    NodeId P = producer(Scaled, "Mul");
    if (P != NoId)
      X = besides(P, C);
    else if ((P = producer(Scaled, "Div")) != NoId)
      X = besides(P, 1 / C, /*Commutes=*/false);
    if (X != NoId)
      Inner.push_back(P);
    return X;
  }

  /// The only node that uses \p V, when it is an \p Op.
  NodeId onlyUser(ValueId V, StringRef Op) const {
    if (Users[V].size() != 1 || Users[V][0] == NoId)
      return NoId;
    const Node &N = Nodes[Users[V][0]];
    return N.Op == Op && N.Domain.empty() ? Users[V][0] : NoId;
  }

  /// From `1 + f` on: multiplied by x and by one half, in any order.
  NodeId halfTimes(NodeId Nonlinear, ValueId X) {
    Inner.push_back(Nonlinear);
    ValueId F = Nodes[Nonlinear].Outputs[0];
    NodeId Add = onlyUser(F, "Add");
    if (Add == NoId || besides(Add, 1.0) != F)
      return NoId;
    Inner.push_back(Add);
    ValueId Sum = Nodes[Add].Outputs[0];
    NodeId First = onlyUser(Sum, "Mul");
    if (First == NoId)
      return NoId;
    // (0.5 x) * (1 + f)
    ValueId Other = partner(First, Sum);
    if (Other != X && !isNear(Other, 0.5))
      return unscale(Other, 0.5) == X ? First : NoId;
    // x * (1 + f) * 0.5, or 0.5 * (1 + f) * x
    ValueId Product = Nodes[First].Outputs[0];
    NodeId Second = onlyUser(Product, "Mul");
    if (Second == NoId)
      return NoId;
    ValueId Rest = partner(Second, Product);
    if (Other == X ? !isNear(Rest, 0.5) : Rest != X)
      return NoId;
    Inner.push_back(First);
    return Second;
  }

  NodeId fromErf(NodeId I, ValueId &X) {
    X = unscale(Nodes[I].Inputs[0], std::sqrt(0.5));
    return X == NoId ? NoId : halfTimes(I, X);
  }

  /// tanh(sqrt(2/pi) * (x + 0.044715 x^3))
  NodeId fromTanh(NodeId I, ValueId &X) {
    ValueId Sum = unscale(Nodes[I].Inputs[0], std::sqrt(2 / M_PI));
    NodeId Add = producer(Sum, "Add");
    if (Sum == NoId || Add == NoId || Nodes[Add].Inputs.size() != 2)
      return NoId;
    for (unsigned Side : {0U, 1U}) {
      size_t Before = Inner.size();
      X = Nodes[Add].Inputs[Side];
      ValueId Cube = unscale(Nodes[Add].Inputs[1 - Side], 0.044715);
      if (Cube != NoId && isCube(Cube, X)) {
        Inner.push_back(Add);
        return halfTimes(I, X);
      }
      Inner.resize(Before);
    }
    return NoId;
  }

  bool isCube(ValueId Cube, ValueId X) {
    if (NodeId P = producer(Cube, "Pow"); P != NoId) {
      Inner.push_back(P);
      return besides(P, 3.0, /*Commutes=*/false) == X;
    }
    NodeId P = producer(Cube, "Mul");
    if (P == NoId || Nodes[P].Inputs.size() != 2)
      return false;
    ValueId A = Nodes[P].Inputs[0], B = Nodes[P].Inputs[1];
    NodeId Square = producer(A == X ? B : A, "Mul");
    if (Square == NoId || (A != X && B != X))
      return false;
    Inner.push_back(P);
    Inner.push_back(Square);
    return Nodes[Square].Inputs[0] == X && Nodes[Square].Inputs[1] == X;
  }

  NodeId fromSigmoid(NodeId I, ValueId &X) {
    X = unscale(Nodes[I].Inputs[0], 1.702);
    if (X == NoId)
      return NoId;
    ValueId S = Nodes[I].Outputs[0];
    NodeId Mul = onlyUser(S, "Mul");
    if (Mul == NoId || partner(Mul, S) != X)
      return NoId;
    Inner.push_back(I);
    return Mul;
  }

  /// Nothing outside uses what the inner nodes compute.
  bool closed(NodeId Last) const {
    return llvm::all_of(Inner, [&](NodeId I) {
      return llvm::all_of(Nodes[I].Outputs, [&](ValueId Out) {
        return llvm::all_of(Users[Out], [&](NodeId U) {
          return U == Last || (U != NoId && is_contained(Inner, U));
        });
      });
    });
  }

  const Model &M;
  ArrayRef<Node> Nodes;
  std::vector<SmallVector<NodeId, 2>> Users;
  SmallVector<NodeId, 8> Inner;
};

} // namespace

std::vector<PatternMatch> findGelus(const Model &M) {
  return GeluMatcher(M).run();
}

} // namespace toscount
