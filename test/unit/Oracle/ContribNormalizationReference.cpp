//===- ContribNormalizationReference.cpp - executed fused normalizations --===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "FusedReference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

using Id = Tape::Id;

// -- Programs.

/// RMSNormalization of \p X; one over the saved root mean square.
void rms(Tape &T, Id X, Id Scale, unsigned Inverse) {
  NodeCase Norm = node("RMSNormalization");
  Norm.set("axis", T.Op.attrInt("axis", -1))
      .set("epsilon", T.Op.attrFloat("epsilon", 1e-5));
  T.result(0, T.run(Norm, {X, Scale}));
  if (T.Op.hasOutput(Inverse)) {
    Tensor Rms = T.saved()[1];
    Rms.Dims = Shape(T.Op.outShape(Inverse));
    T.result(Inverse, T.run(node("Reciprocal"), {T.constant(Rms)}));
  }
}

void simplified(Tape &T) { rms(T, 0, 1, 1); }

Id skipSum(Tape &T, unsigned Bias) {
  Id Sum = T.run(node("Add"), {0, 1});
  return T.Op.hasInput(Bias) ? T.run(node("Add"), {Sum, T.in(Bias)}) : Sum;
}

NodeCase layerNorm(const Tape &T) {
  NodeCase N = node("LayerNormalization");
  return N.set("epsilon", T.Op.attrFloat("epsilon", 1e-12));
}

void skipLayer(Tape &T) {
  Id Sum = skipSum(T, 4);
  std::vector<Id> Y = T.runAll(layerNorm(T), {Sum, 2, T.in(3)}, 3);
  for (unsigned O = 0; O < 3; ++O)
    T.result(O, Y[O]);
  T.result(3, Sum);
}

void skipSimplified(Tape &T) {
  Id Sum = skipSum(T, 3);
  rms(T, Sum, 2, 2);
  T.result(3, Sum);
}

void embed(Tape &T) {
  Id Sum = T.run(node("Gather"), {2, 0});
  Id Positions = T.in(8);
  if (Positions == Tape::None) {
    Tensor Rows(ElementType::Int64, {1, T.dims(0)[1]});
    for (size_t I = 0; I < Rows.size(); ++I)
      Rows[I] = static_cast<double>(I);
    Positions = T.constant(Rows);
  }
  Sum = T.run(node("Add"), {Sum, T.run(node("Gather"), {3, Positions})});
  if (T.Op.hasInput(1))
    Sum = T.run(node("Add"), {Sum, T.run(node("Gather"), {4, 1})});
  T.result(0, T.run(layerNorm(T), {Sum, 5, 6}));
  if (T.Op.hasOutput(1) && T.Op.hasInput(7)) {
    Tensor Axes(ElementType::Int64, {1});
    Axes[0] = 1;
    NodeCase Reduce = node("ReduceSum");
    T.result(1, T.run(Reduce.set("keepdims", 0), {7, T.constant(Axes)}));
  }
  T.result(2, Sum);
}

/// Between [N, ..., C] and [N, C, ...].
Id channels(Tape &T, Id X, bool First) {
  size_t Rank = T.dims(X).size();
  std::vector<size_t> Order = {0};
  if (First)
    Order.push_back(Rank - 1);
  for (size_t I = First ? 1 : 2; I + (First ? 1 : 0) < Rank; ++I)
    Order.push_back(I);
  if (!First)
    Order.push_back(1);
  return T.transpose(X, Order);
}

void groupNormOf(Tape &T, Id X) {
  bool Last = T.Op.attrInt("channels_last", 1) != 0;
  NodeCase Norm = node("GroupNormalization");
  Norm.set("num_groups", T.Op.attrInt("groups", 1))
      .set("epsilon", T.Op.attrFloat("epsilon", 1e-5));
  Id Y = T.run(Norm, {Last ? channels(T, X, true) : X, 1, 2});
  if (T.Op.attrInt("activation", 0) == 1)
    Y = T.run(node("Swish"), {Y});
  T.result(0, Last ? channels(T, Y, false) : Y);
}

void groupNorm(Tape &T) { groupNormOf(T, 0); }

void skipGroupNorm(Tape &T) {
  bool Last = T.Op.attrInt("channels_last", 1) != 0;
  const Shape Dims = T.dims(0);
  size_t Axis = Last ? 3 : 1;
  Id Skip = 3;
  if (T.dims(3).size() == 2) {
    Shape To = {Dims[0], 1, 1, 1};
    To[Axis] = Dims[Axis];
    Skip = T.reshape(3, To);
  }
  Id Sum = T.run(node("Add"), {0, Skip});
  if (T.Op.hasInput(4)) {
    Shape To = {1, 1, 1, 1};
    To[Axis] = Dims[Axis];
    Sum = T.run(node("Add"), {Sum, T.reshape(4, To)});
  }
  groupNormOf(T, Sum);
  T.result(1, Sum);
}

// -- Cases.

template <bool Microsoft> NodeCase simplifiedCase(std::mt19937 &Rng) {
  NodeCase C = contrib("SimplifiedLayerNormalization");
  if (!Microsoft)
    C.Domain = "";
  Shape X = pickShape(Rng, pick(Rng, 1, 3), 1, 3);
  auto Rank = static_cast<int64_t>(X.size());
  int64_t Axis = pick(Rng, -Rank, Rank - 1);
  C.set("axis", Axis).set("epsilon", 0.1);
  C.NumOutputs = static_cast<unsigned>(pick(Rng, 1, 2));
  Shape Scale(X.begin() + static_cast<int64_t>(OpInstance::axis(Axis, Rank)),
              X.end());
  return C.input(Rng, X).input(Rng, Scale);
}

NodeCase skipCase(std::mt19937 &Rng, const char *Op, bool Beta) {
  NodeCase C = contrib(Op);
  C.set("epsilon", 0.1);
  Shape X = pickShape(Rng, pick(Rng, 2, 3), 1, 3);
  Shape Skip = X;
  if (X.size() == 3 && pick(Rng, 0, 2) == 0)
    Skip[0] = 1;
  else if (X.size() == 3 && pick(Rng, 0, 2) == 0)
    Skip.erase(Skip.begin());
  C.input(Rng, X).input(Rng, Skip).input(Rng, {X.back()});
  if (Beta) {
    if (pick(Rng, 0, 3) != 0)
      C.input(Rng, {X.back()});
    else
      C.absent();
  }
  if (pick(Rng, 0, 1) == 0)
    C.input(Rng, {X.back()});
  if (pick(Rng, 0, 1) == 0) {
    C.NumOutputs = 4;
    C.AbsentOutputs = {false, true, pick(Rng, 0, 1) == 0, pick(Rng, 0, 2) == 0};
  }
  return C;
}
NodeCase skipLayerCase(std::mt19937 &Rng) {
  return skipCase(Rng, "SkipLayerNormalization", true);
}
NodeCase skipSimplifiedCase(std::mt19937 &Rng) {
  return skipCase(Rng, "SkipSimplifiedLayerNormalization", false);
}

NodeCase embedCase(std::mt19937 &Rng) {
  NodeCase C = contrib("EmbedLayerNormalization");
  int64_t Batch = pick(Rng, 1, 2), Length = pick(Rng, 1, 3);
  int64_t Hidden = pick(Rng, 1, 3);
  C.set("epsilon", 0.1);
  auto Ids = [&](int64_t Rows, ShapeRef Dims) {
    std::vector<int64_t> All;
    for (uint64_t I = 0; I < elements(Dims).value(); ++I)
      All.push_back(pick(Rng, 0, Rows - 1));
    C.indices(Dims, All);
  };
  bool Segments = pick(Rng, 0, 1) == 0;
  Ids(5, {Batch, Length});
  if (Segments)
    Ids(2, {Batch, Length});
  else
    C.absent();
  C.input(Rng, {5, Hidden}).input(Rng, {4, Hidden});
  if (Segments)
    C.input(Rng, {2, Hidden});
  else
    C.absent();
  C.input(Rng, {Hidden}).input(Rng, {Hidden});
  bool Positions = pick(Rng, 0, 1) == 0;
  if (pick(Rng, 0, 1) == 0)
    Ids(2, {Batch, Length});
  else if (Positions)
    C.absent();
  if (Positions && C.Inputs.size() == 8)
    Ids(4, {pick(Rng, 0, 1) == 0 ? 1 : Batch, Length});
  C.NumOutputs = static_cast<unsigned>(pick(Rng, 1, 3));
  return C;
}

template <bool Skip> NodeCase groupCase(std::mt19937 &Rng) {
  NodeCase C = contrib(Skip ? "SkipGroupNorm" : "GroupNorm");
  bool Last = pick(Rng, 0, 1) == 0;
  int64_t Groups = pick(Rng, 1, 2), Channels = Groups * pick(Rng, 1, 2);
  Shape X = pickShape(Rng, 4, 1, 2);
  X[Last ? 3 : 1] = Channels;
  C.set("groups", Groups).set("activation", pick(Rng, 0, 1));
  C.set("epsilon", 0.1);
  if (!Last || pick(Rng, 0, 1) == 0)
    C.set("channels_last", Last ? 1 : 0);
  C.input(Rng, X).input(Rng, {Channels}).input(Rng, {Channels});
  if (!Skip)
    return C;
  switch (pick(Rng, 0, 2)) {
  case 0:
    C.input(Rng, X);
    break;
  case 1:
    C.input(Rng, {X[0], Channels});
    break;
  default:
    C.input(Rng,
            Last ? Shape{X[0], 1, 1, Channels} : Shape{X[0], Channels, 1, 1});
  }
  if (pick(Rng, 0, 1) == 0)
    C.input(Rng, {Channels});
  C.NumOutputs = static_cast<unsigned>(pick(Rng, 1, 2));
  return C;
}

Reference with(Reference R, std::vector<unsigned> GradOutputs) {
  R.GradOutputs = std::move(GradOutputs);
  return R;
}

} // namespace

void addContribNormalizationReferences(References &All) {
  Reference Standard = fused<simplified>("SimplifiedLayerNormalization",
                                         {simplifiedCase<false>});
  Standard.Domain = "";
  All.push_back(Standard);
  All.push_back(fused<simplified>("SimplifiedLayerNormalization",
                                  {simplifiedCase<true>}));
  All.push_back(with(
      fused<skipLayer>("SkipLayerNormalization", {skipLayerCase}), {0, 3}));
  All.push_back(with(fused<skipSimplified>("SkipSimplifiedLayerNormalization",
                                           {skipSimplifiedCase}),
                     {0, 3}));
  All.push_back(
      with(fused<embed>("EmbedLayerNormalization", {embedCase}), {0, 2}));
  All.push_back(fused<groupNorm>("GroupNorm", {groupCase<false>}));
  All.push_back(
      with(fused<skipGroupNorm>("SkipGroupNorm", {groupCase<true>}), {0, 1}));
}

} // namespace toscount::oracle
