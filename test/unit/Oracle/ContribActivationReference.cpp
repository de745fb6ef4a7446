//===- ContribActivationReference.cpp - executed fused activations --------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "FusedReference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

using Id = Tape::Id;

Id biased(Tape &T) {
  return T.Op.hasInput(1) ? T.run(node("Add"), {0, 1}) : T.in(0);
}

void gelu(Tape &T) { T.result(0, T.run(node("Gelu"), {biased(T)})); }

void fastGelu(Tape &T) {
  NodeCase Tanh = node("Gelu");
  T.result(0, T.run(Tanh.set("approximate", "tanh"), {biased(T)}));
}

void quickGelu(Tape &T) {
  NodeCase Swish = node("Swish");
  T.result(0, T.run(Swish.set("alpha", T.Op.attrFloat("alpha", 1.702)), {0}));
}

void biasSplitGelu(Tape &T) {
  Id Sum = T.run(node("Add"), {0, 1});
  Shape Half = T.dims(Sum);
  int64_t D = Half.back() /= 2;
  auto Part = [&](int64_t First) {
    return T.move(ElementType::Float32, Half, [&](ShapeRef I) {
      Shape At(I);
      At.back() += First;
      return Tape::Source{Sum, T.at(Sum).offset(At)};
    });
  };
  Id Left = Part(0);
  Id Right = T.run(node("Gelu"), {Part(D)});
  T.result(0, T.run(node("Mul"), {Left, Right}));
}

void biasAdd(Tape &T) {
  T.result(0, T.run(node("Add"), {T.run(node("Add"), {0, 1}), 2}));
}

void biasSoftmax(Tape &T) {
  Id Sum = T.run(node("Add"), {0, 1});
  const Shape Dims = T.dims(Sum);
  size_t Axis = OpInstance::axis(T.Op.attrInt("axis", 1), Dims.size());
  int64_t Length = 1;
  for (size_t I = Axis; I < Dims.size(); ++I)
    Length *= Dims[I];
  int64_t Number = static_cast<int64_t>(T.at(Sum).size()) / Length;
  Id Y = T.run(node("Softmax"), {T.reshape(Sum, {Number, Length})});
  T.result(0, T.reshape(Y, Dims));
}

template <bool Bias, bool Bits> void dropout(Tape &T) {
  Id X = Bias ? T.run(node("Add"), {0, 1}) : 0;
  unsigned Ratio = Bias ? 3 : 1;
  std::vector<Id> Y =
      T.runAll(node("Dropout"), {X, T.in(Ratio), T.in(Ratio + 1)}, 2);
  if (Bias && T.Op.hasInput(2))
    Y[0] = T.run(node("Add"), {Y[0], 2});
  T.result(0, Y[0]);
  if (!Bits)
    T.result(1, Y[1]);
}

NodeCase biasedCase(std::mt19937 &Rng, const char *Op) {
  NodeCase C = contrib(Op);
  Shape X = pickShape(Rng, pick(Rng, 1, 3));
  return C.input(Rng, X).input(Rng, {X.back()});
}

template <const char *const &Name> NodeCase one(std::mt19937 &Rng) {
  return contrib(Name).input(Rng, pickShape(Rng, pick(Rng, 0, 3)));
}
template <const char *const &Name> NodeCase two(std::mt19937 &Rng) {
  return biasedCase(Rng, Name);
}
constexpr const char *Gelu = "Gelu", *BiasGelu = "BiasGelu",
                     *FastGelu = "FastGelu";

NodeCase quick(std::mt19937 &Rng) {
  NodeCase C = contrib("QuickGelu");
  if (pick(Rng, 0, 1) == 0)
    C.set("alpha", pick(Rng, 0, 1) == 0 ? 1.0 : 0.5);
  return C.input(Rng, pickShape(Rng, 2));
}

NodeCase splitCase(std::mt19937 &Rng) {
  NodeCase C = contrib("BiasSplitGelu");
  Shape X = pickShape(Rng, 3);
  X[2] *= 2;
  return C.input(Rng, X).input(Rng, {X[2]});
}

NodeCase addCase(std::mt19937 &Rng) {
  NodeCase C = contrib("BiasAdd");
  Shape X = pickShape(Rng, 3);
  return C.input(Rng, X).input(Rng, {X[2]}).input(Rng, X);
}

NodeCase softmaxCase(std::mt19937 &Rng) {
  NodeCase C = contrib("BiasSoftmax");
  Shape X = pickShape(Rng, 4, 1, 3);
  Shape Bias = {X[0], 1, 1, X[3]};
  int64_t Inner = pick(Rng, 0, 1);
  if (Inner == 0)
    Bias = {1, 1, X[2], X[3]};
  if (pick(Rng, 0, 2) != 0)
    C.set("axis", pick(Rng, 1, 3) - (pick(Rng, 0, 1) == 0 ? 4 : 0));
  return C.set("is_inner_broadcast", Inner).input(Rng, X).input(Rng, Bias);
}

template <bool Bias, bool Bits> NodeCase dropoutCase(std::mt19937 &Rng) {
  NodeCase C = contrib(Bits ? Bias ? "BitmaskBiasDropout" : "BitmaskDropout"
                            : "BiasDropout");
  Shape X = pickShape(Rng, 3);
  C.input(Rng, X);
  if (Bias) {
    C.input(Rng, pick(Rng, 0, 1) == 0 ? X : Shape{X.back()});
    if (pick(Rng, 0, 1) == 0)
      C.input(Rng, X);
    else
      C.absent();
  }
  if (pick(Rng, 0, 1) == 0) {
    Tensor T(ElementType::Float32, {});
    T[0] = static_cast<double>(pick(Rng, 0, 3)) / 4;
    C.operand(T, true);
  }
  C.NumOutputs = static_cast<unsigned>(pick(Rng, 1, 2));
  return C;
}

} // namespace

void addContribActivationReferences(References &All) {
  All.push_back(fused<gelu>("Gelu", {one<Gelu>}));
  All.push_back(fused<gelu>("BiasGelu", {two<BiasGelu>}));
  All.push_back(fused<fastGelu>("FastGelu", {one<FastGelu>, two<FastGelu>}));
  All.push_back(fused<quickGelu>("QuickGelu", {quick}));
  All.push_back(fused<biasSplitGelu>("BiasSplitGelu", {splitCase}));
  All.push_back(fused<biasAdd>("BiasAdd", {addCase}));
  All.push_back(fused<biasSoftmax>("BiasSoftmax", {softmaxCase}));
  All.push_back(
      fused<dropout<true, false>>("BiasDropout", {dropoutCase<true, false>}));
  All.push_back(fused<dropout<false, true>>("BitmaskDropout",
                                            {dropoutCase<false, true>}));
  All.push_back(fused<dropout<true, true>>("BitmaskBiasDropout",
                                           {dropoutCase<true, true>}));
}

} // namespace toscount::oracle
