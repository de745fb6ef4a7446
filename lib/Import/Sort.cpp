//===- Sort.cpp - nodes in topological order ------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Build.h"

using namespace llvm;

namespace toscount {
namespace {

class Sorter {
public:
  Sorter(Graph &G, Model &M, ArrayRef<Capture> Captures,
         ArrayRef<const Graph *> Owner)
      : G(G), M(M), Captures(Captures), Owner(Owner) {}

  NodeId run();

private:
  /// The node that must precede a user of \p Id, NoId when there is none.
  [[nodiscard]] NodeId producer(ValueId Id) const {
    return Id != NoId && Owner[Id] == &G ? M.value(Id).Producer : NoId;
  }
  [[nodiscard]] ArrayRef<Capture> capturesOf(NodeId N) const {
    const auto *First = lower_bound(
        Captures, N, [](const Capture &C, NodeId N) { return C.User < N; });
    const auto *Last = std::find_if(
        First, Captures.end(), [N](const Capture &C) { return C.User != N; });
    return {First, Last};
  }
  [[nodiscard]] bool sorted() const;
  NodeId order(std::vector<NodeId> &Order) const;
  void apply(ArrayRef<NodeId> Order);

  Graph &G;
  Model &M;
  ArrayRef<Capture> Captures;
  ArrayRef<const Graph *> Owner;
};

bool Sorter::sorted() const {
  for (NodeId N = 0; N < G.Nodes.size(); ++N)
    for (ValueId Id : G.Nodes[N].Inputs)
      if (NodeId P = producer(Id); P != NoId && P >= N)
        return false;
  for (const Capture &C : Captures)
    if (NodeId P = producer(C.Value); P != NoId && P >= C.User)
      return false;
  return true;
}

/// Depth first, in file order, so that a node moves only ahead of its first
/// user. An explicit stack: chains are as long as the file.
NodeId Sorter::order(std::vector<NodeId> &Order) const {
  enum State : uint8_t { Unseen, Open, Done };
  struct Frame {
    NodeId Node;
    ArrayRef<ValueId> Inputs; ///< Not followed yet.
    ArrayRef<Capture> Captures;
  };
  std::vector<State> States(G.Nodes.size(), Unseen);
  std::vector<Frame> Stack;
  auto Enter = [&](NodeId N) {
    States[N] = Open;
    Stack.push_back({N, G.Nodes[N].Inputs, capturesOf(N)});
  };
  for (NodeId Root = 0; Root < G.Nodes.size(); ++Root) {
    if (States[Root] == Unseen)
      Enter(Root);
    while (!Stack.empty()) {
      Frame &Top = Stack.back();
      ValueId Id = NoId;
      if (!Top.Inputs.empty()) {
        Id = Top.Inputs.front();
        Top.Inputs = Top.Inputs.drop_front();
      } else if (!Top.Captures.empty()) {
        Id = Top.Captures.front().Value;
        Top.Captures = Top.Captures.drop_front();
      } else {
        States[Top.Node] = Done;
        Order.push_back(Top.Node);
        Stack.pop_back();
        continue;
      }
      NodeId P = producer(Id);
      if (P == NoId || States[P] == Done)
        continue;
      if (States[P] == Open)
        return P;
      Enter(P);
    }
  }
  return NoId;
}

void Sorter::apply(ArrayRef<NodeId> Order) {
  std::vector<Node> Nodes;
  Nodes.reserve(Order.size());
  for (NodeId Old : Order) {
    for (ValueId Id : G.Nodes[Old].Outputs)
      if (Id != NoId)
        M.value(Id).Producer = static_cast<NodeId>(Nodes.size());
    Nodes.push_back(G.Nodes[Old]);
  }
  G.Nodes = std::move(Nodes);
}

NodeId Sorter::run() {
  if (sorted())
    return NoId;
  std::vector<NodeId> Order;
  Order.reserve(G.Nodes.size());
  NodeId Cyclic = order(Order);
  if (Cyclic == NoId)
    apply(Order);
  return Cyclic;
}

} // namespace

NodeId sortNodes(Graph &G, Model &M, ArrayRef<Capture> Captures,
                 ArrayRef<const Graph *> Owner) {
  return Sorter(G, M, Captures, Owner).run();
}

} // namespace toscount
