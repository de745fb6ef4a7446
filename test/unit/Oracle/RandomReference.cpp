//===- RandomReference.cpp - executed random draws ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "PointwiseReference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

/// A draw in [0, 1) that depends on nothing but its number, so that a case can
/// be executed again for central differences.
double drawn(size_t Number) {
  Scalar::random();
  return std::fmod(0.37 + 0.618034 * static_cast<double>(Number), 1.0);
}

void forwardDraw(const OpInstance &, ArrayRef<Tensor>,
                 MutableArrayRef<Tensor> Out, Saved &) {
  for (size_t I = 0; I < Out[0].size(); ++I)
    Out[0][I] = drawn(I);
}

/// One where the draw is below the probability: part of the draw.
void forwardBernoulli(const OpInstance &, ArrayRef<Tensor> In,
                      MutableArrayRef<Tensor> Out, Saved &) {
  for (size_t I = 0; I < Out[0].size(); ++I)
    Out[0][I] = drawn(I) < In[0][I].value() ? 1.0 : 0.0;
}

NodeCase drawCase(std::mt19937 &Rng, const char *Op) {
  NodeCase C;
  C.Op = Op;
  Shape Dims = pickShape(Rng, pick(Rng, 1, 3));
  C.set("shape", std::vector<int64_t>(Dims.begin(), Dims.end()));
  return pick(Rng, 0, 1) == 0 ? C.set("dtype", 11) : C;
}

NodeCase likeCase(std::mt19937 &Rng, const char *Op) {
  NodeCase C = anyWithin(Rng, Op, 0, 1);
  return pick(Rng, 0, 1) == 0 ? C.set("dtype", 11) : C;
}

// -- Dropout. Save[0] holds the scale.

bool drops(const OpInstance &Op, ArrayRef<Tensor> In, double &Ratio,
           bool &Known) {
  Known = true;
  Ratio = 0.5;
  if (Op.opset() < 12)
    Ratio = Op.attrFloat("ratio", 0.5);
  else if (Op.hasInput(1)) {
    Ratio = In[1][0].value();
    Known = Op.contents(1) != nullptr;
  }
  return Op.settings().Training && !(Known && Ratio == 0);
}

void forwardDropout(const OpInstance &Op, ArrayRef<Tensor> In,
                    MutableArrayRef<Tensor> Out, Saved &Save) {
  double Ratio = 0;
  bool Known = false;
  bool Drops = drops(Op, In, Ratio, Known);
  Tensor Mask(ElementType::Bool, In[0].Dims);
  Scalar Scale = 1 / (1 - Ratio);
  if (Drops && !Known)
    Scale = 1.0 / (1.0 - Scalar(Ratio));
  for (size_t I = 0; I < In[0].size(); ++I) {
    Mask[I] = !Drops || drawn(I) >= Ratio ? 1.0 : 0.0;
    Out[0][I] = Drops ? In[0][I] * Mask[I] * Scale : In[0][I];
  }
  if (Op.hasOutput(1))
    Out[1].Data = Mask.Data;
  Tensor Scalars(In[0].Type, {});
  Scalars[0] = Scale;
  Save = {Scalars, Mask};
}

void backwardDropout(const OpInstance &Op, ArrayRef<Tensor> In,
                     ArrayRef<Tensor>, const Saved &Save, ArrayRef<Tensor> DOut,
                     ArrayRef<bool> Needs, MutableArrayRef<Tensor> DIn) {
  double Ratio = 0;
  bool Known = false;
  bool Drops = drops(Op, In, Ratio, Known);
  if (Needs[0])
    for (size_t I = 0; I < In[0].size(); ++I)
      DIn[0][I] = Drops ? DOut[0][I] * Save[1][I] * Save[0][0] : DOut[0][I];
}

NodeCase dropoutCase(std::mt19937 &Rng) {
  static constexpr int Opsets[] = {6, 7, 10, 12, 13, 22};
  int Opset = Opsets[pick(Rng, 0, 5)];
  NodeCase C = anyShape(Rng, "Dropout", Opset);
  double Ratio = static_cast<double>(pick(Rng, 0, 3)) / 4;
  if (pick(Rng, 0, 2) != 0) {
    if (Opset < 12)
      C.set("ratio", Ratio);
    else {
      Tensor T(ElementType::Float32, {});
      T[0] = Ratio;
      C.operand(std::move(T), pick(Rng, 0, 1) == 0);
    }
  }
  if (pick(Rng, 0, 1) == 0)
    C.NumOutputs = 2;
  return C;
}

} // namespace

void addRandomReferences(References &All) {
  All.push_back({.Op = "RandomNormal",
                 .Forward = forwardDraw,
                 .Cases = {[](std::mt19937 &Rng) {
                   return drawCase(Rng, "RandomNormal");
                 }}});
  All.push_back({.Op = "RandomUniform",
                 .Forward = forwardDraw,
                 .Cases = {[](std::mt19937 &Rng) {
                   return drawCase(Rng, "RandomUniform");
                 }}});
  All.push_back({.Op = "RandomNormalLike",
                 .Forward = forwardDraw,
                 .Cases = {[](std::mt19937 &Rng) {
                   return likeCase(Rng, "RandomNormalLike");
                 }}});
  All.push_back({.Op = "RandomUniformLike",
                 .Forward = forwardDraw,
                 .Cases = {[](std::mt19937 &Rng) {
                   return likeCase(Rng, "RandomUniformLike");
                 }}});
  All.push_back({.Op = "Bernoulli",
                 .Forward = forwardBernoulli,
                 .Cases = {[](std::mt19937 &Rng) {
                   return likeCase(Rng, "Bernoulli");
                 }}});
  All.push_back({.Op = "Multinomial",
                 .Forward = forwardDraw,
                 .Cases = {[](std::mt19937 &Rng) {
                   NodeCase C;
                   C.Op = "Multinomial";
                   C.input(Rng, pickShape(Rng, 2));
                   return C.set("sample_size", pick(Rng, 1, 5));
                 }}});
  All.push_back({.Op = "Dropout",
                 .Forward = forwardDropout,
                 .Backward = backwardDropout,
                 .Cases = {dropoutCase}});
}

} // namespace toscount::oracle
