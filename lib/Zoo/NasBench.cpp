//===- NasBench.cpp - the networks of NASBench-101 ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// C. Ying, A. Klein, E. Christiansen, E. Real, K. Murphy, F. Hutter,
/// "NAS-Bench-101: towards reproducible neural architecture search", ICML 2019,
/// section 2 and its appendix: a stem, three stacks of three cells, pooling
/// between stacks, one linear layer. A cell is a graph: vertex 0 is its input,
/// the last vertex its output, the others apply an operation.
///
/// Channels: those of the vertices that reach the output share the cell's, the
/// first ones getting what division leaves; another vertex has as many as the
/// widest one that it feeds, and those that need fewer take the first ones.
/// Edges from the input are 1x1 convolutions. Vertices that are on no path from
/// input to output are taken out first.
///
//===----------------------------------------------------------------------===//

#include "Layers.h"
#include "Networks.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace toscount {
namespace {

/// The benchmark's own limit.
constexpr size_t MaxVertices = 7;

struct Cell {
  /// Edges[From] has bit To.
  SmallVector<uint32_t, MaxVertices> Edges;
  SmallVector<StringRef, MaxVertices> Ops; ///< Empty for input and output.

  [[nodiscard]] size_t size() const { return Edges.size(); }
  [[nodiscard]] size_t last() const { return Edges.size() - 1; }
  [[nodiscard]] bool edge(size_t From, size_t To) const {
    return (Edges[From] >> To & 1U) != 0;
  }
};

Error parseMatrix(StringRef Text, Cell &C) {
  SmallVector<StringRef, MaxVertices> Rows;
  Text.split(Rows, '/');
  if (Rows.size() < 2 || Rows.size() > MaxVertices)
    return makeError("'matrix' has " + Twine(Rows.size()) +
                     " rows, but a cell has 2 to " + Twine(MaxVertices) +
                     " vertices");
  for (size_t From = 0; From < Rows.size(); ++From) {
    StringRef Row = Rows[From];
    if (Row.size() != Rows.size() ||
        Row.find_first_not_of("01") != StringRef::npos)
      return makeError("'matrix': row " + Twine(From + 1) + " is '" +
                       printable(Row) + "', but should be " +
                       Twine(Rows.size()) + " digits, each 0 or 1");
    uint32_t Bits = 0;
    for (size_t To = 0; To < Row.size(); ++To)
      if (Row[To] == '1')
        Bits |= 1U << To;
    if (uint32_t Allowed = ~0U << (From + 1); (Bits & ~Allowed) != 0)
      return makeError("'matrix': row " + Twine(From + 1) + " is '" + Row +
                       "', but edges lead only to later vertices");
    C.Edges.push_back(Bits);
  }
  return Error::success();
}

Error parseOps(StringRef Text, Cell &C) {
  constexpr StringRef Known[] = {"conv3x3", "conv1x1", "maxpool3x3"};
  SmallVector<StringRef, MaxVertices> Ops;
  if (Text != "none")
    Text.split(Ops, '/');
  if (Ops.size() + 2 != C.size())
    return makeError("'ops' has " + Twine(Ops.size()) + " operations, but " +
                     "'matrix' has " + Twine(C.size() - 2) +
                     " vertices between input and output");
  C.Ops.push_back("");
  for (StringRef Op : Ops) {
    if (!is_contained(Known, Op))
      return makeError("'ops': '" + printable(Op) +
                       "' is not one of conv3x3, "
                       "conv1x1, maxpool3x3" +
                       didYouMean(Op, Known));
    C.Ops.push_back(Op);
  }
  C.Ops.push_back("");
  return Error::success();
}

/// Keeps the vertices that lie on a path from input to output.
Error prune(Cell &C) {
  uint32_t FromInput = 1, ToOutput = 1U << C.last();
  for (size_t V = 0; V < C.size(); ++V)
    if ((FromInput >> V & 1U) != 0)
      FromInput |= C.Edges[V];
  for (size_t V = C.size(); V-- > 0;)
    if ((C.Edges[V] & ToOutput) != 0)
      ToOutput |= 1U << V;
  uint32_t Kept = FromInput & ToOutput;
  if ((Kept & 1U) == 0)
    return makeError("'matrix': no path leads from the input, its first "
                     "vertex, to the output, its last");
  Cell Pruned;
  for (size_t From = 0; From < C.size(); ++From) {
    if ((Kept >> From & 1U) == 0)
      continue;
    uint32_t Bits = 0;
    unsigned At = 0;
    for (size_t To = 0; To < C.size(); ++To)
      if ((Kept >> To & 1U) != 0)
        Bits |= static_cast<uint32_t>(C.edge(From, To)) << At++;
    Pruned.Edges.push_back(Bits);
    Pruned.Ops.push_back(C.Ops[From]);
  }
  C = std::move(Pruned);
  return Error::success();
}

class CellBuilder {
public:
  CellBuilder(GraphBuilder &B, const Cell &C) : B(B), C(C) {}

  Image build(const Image &In, int64_t Channels) {
    Input = In;
    shareChannels(Channels);
    SmallVector<Image, MaxVertices> Made = {In};
    SmallVector<ValueId, MaxVertices> Out;
    for (size_t V = 1; V < C.last(); ++V) {
      GraphBuilder::Scope S(B, "vertex" + Twine(V));
      Made.push_back(vertex(V, Made));
      if (C.edge(V, C.last()))
        Out.push_back(Made.back().Id);
    }
    GraphBuilder::Scope S(B, "output");
    Image Y = {NoId, Channels, In.Height, In.Width};
    if (Out.empty())
      return project(Channels);
    Y.Id = Out.size() == 1
               ? Out.front()
               : B.node("Concat", Out, {GraphBuilder::integer("axis", 1)});
    if (C.edge(0, C.last()))
      Y.Id = B.node("Add", {Y.Id, project(Channels).Id});
    return Y;
  }

private:
  void shareChannels(int64_t Channels) {
    Widths.assign(C.size(), 0);
    int64_t Reaching = 0;
    for (size_t V = 1; V < C.last(); ++V)
      Reaching += static_cast<int64_t>(C.edge(V, C.last()));
    if (Reaching == 0)
      return;
    int64_t Left = Channels % Reaching;
    for (size_t V = 1; V < C.last(); ++V)
      if (C.edge(V, C.last()))
        Widths[V] = Channels / Reaching + (Left-- > 0 ? 1 : 0);
    for (size_t V = C.last(); V-- > 1;)
      if (!C.edge(V, C.last()))
        for (size_t To = V + 1; To < C.last(); ++To)
          if (C.edge(V, To))
            Widths[V] = std::max(Widths[V], Widths[To]);
  }

  Image convBnRelu(const Twine &Name, const Image &X, int64_t Channels,
                   int64_t Kernel) {
    GraphBuilder::Scope S(B, Name);
    Image Y = conv(B, "conv", X, Channels,
                   {.Kernel = Kernel, .Pad = Kernel / 2, .Bias = false});
    return activate(B, "relu", batchNorm(B, "bn", Y));
  }

  Image project(int64_t Channels) {
    return convBnRelu("proj", Input, Channels, 1);
  }

  /// The first \p Channels channels of \p X.
  ValueId truncate(const Image &X, int64_t Channels) {
    if (X.Channels == Channels)
      return X.Id;
    return B.node("Slice",
                  {X.Id, B.constant("starts", {0}),
                   B.constant("ends", {Channels}), B.constant("axes", {1})});
  }

  Image vertex(size_t V, ArrayRef<Image> Made) {
    Image X = {NoId, Widths[V], Input.Height, Input.Width};
    SmallVector<ValueId, MaxVertices> In;
    for (size_t From = 1; From < V; ++From)
      if (C.edge(From, V))
        In.push_back(truncate(Made[From], Widths[V]));
    if (C.edge(0, V))
      In.push_back(project(Widths[V]).Id);
    X.Id = In.size() == 1   ? In.front()
           : In.size() == 2 ? B.node("Add", In)
                            : B.node("Sum", In);
    if (C.Ops[V] == "maxpool3x3")
      return maxPool(B, "pool", X, {.Kernel = 3, .Pad = 1});
    return convBnRelu("op", X, Widths[V], C.Ops[V] == "conv3x3" ? 3 : 1);
  }

  GraphBuilder &B;
  const Cell &C;
  Image Input;
  SmallVector<int64_t, MaxVertices> Widths;
};

} // namespace

Error buildNasBench101(GraphBuilder &B, const ZooValues &V) {
  Cell C;
  if (Error E = parseMatrix(V.text("matrix"), C))
    return E;
  if (Error E = parseOps(V.text("ops"), C))
    return E;
  if (Error E = prune(C))
    return E;
  int64_t Channels = V["channels"];
  Image X = imageInput(B, "image", 3, 32, 32);
  {
    GraphBuilder::Scope S(B, "stem");
    X = conv(B, "conv", X, Channels, {.Kernel = 3, .Pad = 1, .Bias = false});
    X = activate(B, "relu", batchNorm(B, "bn", X));
  }
  for (int64_t Stack = 1; Stack <= V["stacks"]; ++Stack) {
    GraphBuilder::Scope S(B, "stack" + Twine(Stack));
    if (Stack > 1) {
      Channels *= 2;
      X = maxPool(B, "downsample", X, {2, 2});
    }
    for (int64_t I = 1; I <= V["cells"]; ++I) {
      GraphBuilder::Scope Inner(B, "cell" + Twine(I));
      X = CellBuilder(B, C).build(X, Channels);
    }
  }
  ValueId Y = linear(B, "dense", globalAverage(B, X), Channels, V["classes"]);
  B.output("logits", Y, {V["classes"]});
  return Error::success();
}

} // namespace toscount
