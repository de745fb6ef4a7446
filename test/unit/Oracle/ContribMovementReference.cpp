//===- ContribMovementReference.cpp - other fused operators, executed -----===//
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

void pad(Tape &T) {
  NodeCase N = node("Pad");
  N.set("mode", T.Op.attrString("mode", "constant").str().c_str());
  T.result(0, T.run(N, {0, 1, T.in(2)}));
}

void gatherND(Tape &T) { T.result(0, T.run(node("GatherND"), {0, 1})); }

void rfft(Tape &T) {
  Shape Dims = T.dims(0);
  Dims.push_back(1);
  Id Y = T.reshape(0, Dims);
  for (int64_t I = 0; I < T.Op.attrInt("signal_ndim", 1); ++I) {
    Tensor Axis(ElementType::Int64, {});
    Axis[0] = static_cast<double>(-2 - I);
    NodeCase N = node("DFT");
    N.set("onesided", I == 0 ? 1 : 0);
    Y = T.run(N, {Y, Tape::None, T.constant(Axis)});
  }
  T.result(0, Y);
}

template <bool Conjugate> void complexMul(Tape &T) {
  auto Part = [&](Id X, size_t Which) {
    Shape Dims(ShapeRef(T.dims(X)).drop_back());
    return T.move(ElementType::Float32, Dims, [&](ShapeRef I) {
      Shape At(I);
      At.push_back(static_cast<int64_t>(Which));
      return Tape::Source{X, T.at(X).offset(At)};
    });
  };
  Id A = Part(0, 0), B = Part(0, 1), C = Part(1, 0), D = Part(1, 1);
  auto Times = [&](Id X, Id Y) { return T.run(node("Mul"), {X, Y}); };
  Id Real = T.run(node(Conjugate ? "Add" : "Sub"), {Times(A, C), Times(B, D)});
  Id Imag = T.run(node(Conjugate ? "Sub" : "Add"), {Times(B, C), Times(A, D)});
  Shape Dims = T.dims(Real);
  Dims.push_back(2);
  T.result(0, T.move(ElementType::Float32, Dims, [&](ShapeRef I) {
    Id From = I.back() == 0 ? Real : Imag;
    return Tape::Source{From, T.at(From).offset(I.drop_back())};
  }));
}

void loss(Tape &T) {
  NodeCase N = node("SoftmaxCrossEntropyLoss");
  N.set("reduction", T.Op.attrString("reduction", "mean").str().c_str());
  if (T.Op.hasInput(3))
    N.set("ignore_index", T.Op.contents(3)->Ints[0]);
  std::vector<Id> In = {0, 1};
  if (T.Op.hasInput(2))
    In.push_back(2);
  std::vector<Id> Y = T.runAll(N, In, T.Op.hasOutput(1) ? 2 : 1);
  for (unsigned O = 0; O < Y.size(); ++O)
    T.result(O, Y[O]);
}

// -- Cases.

NodeCase padCase(std::mt19937 &Rng) {
  NodeCase C = contrib("Pad");
  static const char *const Modes[] = {"constant", "edge", "reflect"};
  C.set("mode", Modes[pick(Rng, 0, 2)]);
  C.input(Rng, pickShape(Rng, 2, 2, 4));
  C.known({pick(Rng, 0, 1), 0, 1, pick(Rng, 0, 1)});
  return pick(Rng, 0, 1) == 0 ? C : C.input(Rng, {});
}

NodeCase gatherCase(std::mt19937 &Rng) {
  NodeCase C = contrib("GatherND");
  Shape X = pickShape(Rng, 3);
  int64_t Depth = pick(Rng, 1, 3), Rows = pick(Rng, 1, 3);
  std::vector<int64_t> Ids;
  for (int64_t I = 0; I < Rows * Depth; ++I)
    Ids.push_back(pick(Rng, 0, X[I % Depth] - 1));
  return C.input(Rng, X).indices({Rows, Depth}, Ids);
}

NodeCase rfftCase(std::mt19937 &Rng) {
  NodeCase C = contrib("Rfft");
  C.set("signal_ndim", pick(Rng, 1, 2)).set("onesided", 1).set("normalized", 0);
  return C.input(Rng, pickShape(Rng, 3, 1, 3));
}

template <bool Conjugate> NodeCase complexCase(std::mt19937 &Rng) {
  NodeCase C = contrib(Conjugate ? "ComplexMulConj" : "ComplexMul");
  Shape A = pickShape(Rng, 2), B = {A[1]};
  A.push_back(2);
  B.push_back(2);
  if (pick(Rng, 0, 1) == 0)
    std::swap(A, B);
  return C.input(Rng, A).input(Rng, B);
}

NodeCase lossCase(std::mt19937 &Rng) {
  NodeCase C = contrib("SoftmaxCrossEntropyLossInternal");
  static const char *const Reductions[] = {"none", "sum", "mean"};
  C.set("reduction", Reductions[pick(Rng, 0, 2)]);
  int64_t Rows = pick(Rng, 1, 3), Classes = pick(Rng, 2, 4);
  std::vector<int64_t> Labels;
  for (int64_t I = 0; I < Rows; ++I)
    Labels.push_back(pick(Rng, 0, Classes - 1));
  C.input(Rng, {Rows, Classes}).indices({Rows}, Labels);
  if (int64_t Which = pick(Rng, 0, 3); Which == 1)
    C.uniform(Rng, {Classes}, 0.5, 2);
  else if (Which > 1)
    (Which == 2 ? C.absent() : C.uniform(Rng, {Classes}, 0.5, 2))
        .known(Shape{}, {-100});
  C.NumOutputs = static_cast<unsigned>(pick(Rng, 1, 2));
  return C;
}

} // namespace

void addContribMovementReferences(References &All) {
  All.push_back(fused<pad>("Pad", {padCase}));
  All.push_back(fused<gatherND>("GatherND", {gatherCase}));
  All.push_back(fused<rfft>("Rfft", {rfftCase}));
  All.push_back(fused<complexMul<false>>("ComplexMul", {complexCase<false>}));
  All.push_back(fused<complexMul<true>>("ComplexMulConj", {complexCase<true>}));
  Reference Loss = fused<loss>("SoftmaxCrossEntropyLossInternal", {lossCase});
  Loss.GradOutputs = {0, 1};
  All.push_back(Loss);
}

} // namespace toscount::oracle
