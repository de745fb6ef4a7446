//===- ContribQuantizedReference.cpp - executed quantized operators -------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "FusedReference.h"
#include "QuantizedReference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

using Id = Tape::Id;

// -- Programs.

Id real(Tape &T, unsigned I) {
  return T.run(node("DequantizeLinear"), {T.in(I), T.in(I + 1), T.in(I + 2)});
}

void quantized(Tape &T, Id X, unsigned Scale) {
  NodeCase N = node("QuantizeLinear");
  if (!T.Op.hasInput(Scale + 1))
    N.set("output_dtype", T.Op.outType(0) == ElementType::Int8 ? 3 : 2);
  T.result(0, T.run(N, {X, T.in(Scale), T.in(Scale + 1)}));
}

NodeCase withAxis(const Tape &T, const char *Op) {
  NodeCase N = node(Op);
  if (T.Op.hasAttr("axis"))
    N.set("axis", T.Op.attrInt("axis", 0));
  return N;
}

void quantize(Tape &T) {
  T.result(0, T.run(withAxis(T, "QuantizeLinear"), {0, 1, T.in(2)}));
}
void dequantize(Tape &T) {
  T.result(0, T.run(withAxis(T, "DequantizeLinear"), {0, 1, T.in(2)}));
}

void sigmoid(Tape &T) { quantized(T, T.run(node("Sigmoid"), {real(T, 0)}), 3); }

void leakyRelu(Tape &T) {
  NodeCase N = node("LeakyRelu");
  quantized(
      T, T.run(N.set("alpha", T.Op.attrFloat("alpha", 0.01)), {real(T, 0)}), 3);
}

void softmax(Tape &T) {
  Id X = real(T, 0);
  if (T.Op.attrInt("opset", 13) >= 13) {
    NodeCase N = node("Softmax");
    quantized(T, T.run(N.set("axis", T.Op.attrInt("axis", -1)), {X}), 3);
    return;
  }
  const Shape Dims = T.dims(X);
  size_t Axis = OpInstance::axis(T.Op.attrInt("axis", 1), Dims.size());
  int64_t Length = 1;
  for (size_t I = Axis; I < Dims.size(); ++I)
    Length *= Dims[I];
  int64_t Number = static_cast<int64_t>(T.at(X).size()) / Length;
  Id Y = T.run(node("Softmax"), {T.reshape(X, {Number, Length})});
  quantized(T, T.reshape(Y, Dims), 3);
}

template <bool Global> void pool(Tape &T) {
  Id X = real(T, 0);
  bool Last = T.Op.attrInt("channels_last", 0) != 0;
  if (Last)
    X = T.transpose(X, {0, 3, 1, 2});
  NodeCase N = node(Global ? "GlobalAveragePool" : "AveragePool");
  for (const char *Name : {"kernel_shape", "strides", "pads"})
    if (T.Op.hasAttr(Name))
      N.set(Name, T.Op.attrInts(Name).vec());
  N.set("count_include_pad", T.Op.attrInt("count_include_pad", 0));
  X = T.run(N, {X});
  quantized(T, Last ? T.transpose(X, {0, 2, 3, 1}) : X, 3);
}

Id axes(Tape &T) {
  ArrayRef<int64_t> Given = T.Op.attrInts("axes");
  Tensor Axes(ElementType::Int64, {static_cast<int64_t>(Given.size())});
  for (size_t I = 0; I < Given.size(); ++I)
    Axes[I] = static_cast<double>(Given[I]);
  return T.constant(Axes);
}

Id reduced(Tape &T, const char *Op, Id X) {
  NodeCase N = node(Op);
  N.set("keepdims", T.Op.attrInt("keepdims", 1));
  return T.Op.hasAttr("axes") ? T.run(N, {X, axes(T)}) : T.run(N, {X});
}

void reduceMean(Tape &T) {
  quantized(T, reduced(T, "ReduceMean", real(T, 0)), 3);
}

void add(Tape &T) {
  quantized(T, T.run(node("Add"), {real(T, 0), real(T, 3)}), 6);
}

/// Integers, wide enough for what is computed with them.
Id wide(Tape &T, Id X) {
  return T.move(ElementType::Int32, T.dims(X), [&](ShapeRef I) {
    return Tape::Source{X, T.at(X).offset(I)};
  });
}

Id centred(Tape &T, unsigned Data, unsigned Zero) {
  Id X = wide(T, T.in(Data));
  return T.Op.hasInput(Zero) ? T.run(node("Sub"), {X, wide(T, T.in(Zero))}) : X;
}

void mul(Tape &T) {
  Id P = T.run(node("Mul"), {centred(T, 0, 2), centred(T, 3, 5)});
  P = T.move(ElementType::Float32, T.dims(P), [&](ShapeRef I) {
    return Tape::Source{P, T.at(P).offset(I)};
  });
  Id Scale = T.run(node("Mul"), {1, 4});
  quantized(T, T.run(node("Mul"), {P, Scale}), 6);
}

void mulInteger(Tape &T) {
  T.result(0, T.run(node("Mul"), {centred(T, 0, 1), centred(T, 2, 3)}));
}

void reduceSumInteger(Tape &T) {
  T.result(0, reduced(T, "ReduceSum", wide(T, 0)));
}

void concat(Tape &T) {
  std::vector<Id> In;
  for (unsigned I = 2; I < T.Op.numInputs(); I += 3)
    In.push_back(real(T, I));
  quantized(T, T.run(withAxis(T, "Concat"), In), 0);
}

void where(Tape &T) {
  quantized(T, T.run(node("Where"), {0, real(T, 1), real(T, 4)}), 7);
}

// -- Cases.

ElementType eightBits(std::mt19937 &Rng) {
  return pick(Rng, 0, 1) == 0 ? ElementType::UInt8 : ElementType::Int8;
}

/// A scale, and a zero point of \p Type unless it is left out.
void addScale(std::mt19937 &Rng, NodeCase &C, ElementType Type, bool Zero) {
  C.uniform(Rng, Shape{}, 0.01, 0.1);
  if (Zero)
    C.operand(randomIntegers(Rng, Type, Shape{}));
  else
    C.absent();
}
void addQuantized(std::mt19937 &Rng, NodeCase &C, ElementType Type,
                  ShapeRef Dims) {
  C.operand(randomIntegers(Rng, Type, Dims));
  addScale(Rng, C, Type, pick(Rng, 0, 2) != 0);
}

NodeCase oneCase(std::mt19937 &Rng, const char *Op, ShapeRef Dims) {
  NodeCase C = contrib(Op);
  ElementType Type = eightBits(Rng);
  addQuantized(Rng, C, Type, Dims);
  addScale(Rng, C, Type, pick(Rng, 0, 2) != 0);
  return C;
}

template <bool To> NodeCase convertCase(std::mt19937 &Rng) {
  NodeCase C = contrib(To ? "QuantizeLinear" : "DequantizeLinear");
  ElementType Type = eightBits(Rng);
  Shape X = pickShape(Rng, 2), S;
  if (pick(Rng, 0, 1) == 0) {
    C.set("axis", 1);
    S = {X[1]};
  }
  if (To)
    C.input(Rng, X);
  else
    C.operand(randomIntegers(Rng, Type, X));
  C.uniform(Rng, S, 0.1, 1);
  return C.operand(randomIntegers(Rng, Type, S));
}

NodeCase sigmoidCase(std::mt19937 &Rng) {
  return oneCase(Rng, "QLinearSigmoid", pickShape(Rng, 2));
}
NodeCase leakyCase(std::mt19937 &Rng) {
  return oneCase(Rng, "QLinearLeakyRelu", pickShape(Rng, 2))
      .set("alpha", 0.1 * static_cast<double>(pick(Rng, 1, 10)));
}
NodeCase softmaxCase(std::mt19937 &Rng) {
  NodeCase C = oneCase(Rng, "QLinearSoftmax", pickShape(Rng, 3));
  C.set("opset", pick(Rng, 12, 13));
  return pick(Rng, 0, 1) == 0 ? C : C.set("axis", pick(Rng, -3, 2));
}
template <bool Global> NodeCase poolCase(std::mt19937 &Rng) {
  NodeCase C =
      oneCase(Rng, Global ? "QLinearGlobalAveragePool" : "QLinearAveragePool",
              pickShape(Rng, 4, 2, 3));
  C.set("channels_last", pick(Rng, 0, 1));
  if (Global)
    return C;
  C.set("kernel_shape", std::vector<int64_t>{2, pick(Rng, 1, 2)});
  if (pick(Rng, 0, 1) == 0)
    C.set("pads", std::vector<int64_t>{1, 0, 0, 0});
  return C.set("count_include_pad", pick(Rng, 0, 1));
}
NodeCase meanCase(std::mt19937 &Rng) {
  NodeCase C = oneCase(Rng, "QLinearReduceMean", pickShape(Rng, 3));
  C.set("keepdims", pick(Rng, 0, 1));
  if (pick(Rng, 0, 1) == 0)
    C.set("axes", std::vector<int64_t>{pick(Rng, -3, 2)});
  return C;
}

template <bool Product> NodeCase twoCase(std::mt19937 &Rng) {
  NodeCase C = contrib(Product ? "QLinearMul" : "QLinearAdd");
  ElementType Type = eightBits(Rng);
  Shape A = pickShape(Rng, 3), B = {A[1], 1};
  addQuantized(Rng, C, Type, A);
  addQuantized(Rng, C, Type, B);
  addScale(Rng, C, Type, pick(Rng, 0, 2) != 0);
  return C;
}

NodeCase mulIntegerCase(std::mt19937 &Rng) {
  NodeCase C = contrib("MulInteger");
  ElementType Type = eightBits(Rng);
  Shape A = pickShape(Rng, 2);
  C.operand(randomIntegers(Rng, Type, A));
  if (pick(Rng, 0, 1) == 0)
    C.operand(randomIntegers(Rng, Type, Shape{}));
  else
    C.absent();
  C.operand(randomIntegers(Rng, Type, Shape{A[1]}));
  if (pick(Rng, 0, 1) == 0)
    C.operand(randomIntegers(Rng, Type, Shape{}));
  return C;
}

NodeCase sumCase(std::mt19937 &Rng) {
  NodeCase C = contrib("ReduceSumInteger");
  C.operand(randomIntegers(Rng, eightBits(Rng), pickShape(Rng, 3)));
  C.set("keepdims", pick(Rng, 0, 1));
  if (pick(Rng, 0, 1) == 0)
    C.set("axes", std::vector<int64_t>{pick(Rng, -3, 2)});
  return C;
}

NodeCase concatCase(std::mt19937 &Rng) {
  NodeCase C = contrib("QLinearConcat");
  ElementType Type = eightBits(Rng);
  Shape X = pickShape(Rng, 2);
  C.set("axis", 1);
  addScale(Rng, C, Type, true);
  for (int64_t I = pick(Rng, 1, 3); I > 0; --I) {
    X[1] = pick(Rng, 1, 3);
    C.operand(randomIntegers(Rng, Type, X));
    addScale(Rng, C, Type, true);
  }
  return C;
}

NodeCase whereCase(std::mt19937 &Rng) {
  NodeCase C = contrib("QLinearWhere");
  ElementType Type = eightBits(Rng);
  Shape X = pickShape(Rng, 2);
  Tensor Condition(ElementType::Bool, X);
  for (Scalar &E : Condition.Data)
    E = static_cast<double>(pick(Rng, 0, 1));
  C.operand(Condition);
  for (unsigned I = 0; I < 2; ++I) {
    C.operand(randomIntegers(Rng, Type, X));
    addScale(Rng, C, Type, true);
  }
  addScale(Rng, C, Type, true);
  return C;
}

} // namespace

void addContribQuantizedReferences(References &All) {
  auto Add = [&](Reference R) { All.push_back(std::move(R)); };
  Add(fused<quantize>("QuantizeLinear", {convertCase<true>}, false));
  Add(fused<dequantize>("DequantizeLinear", {convertCase<false>}));
  Add(fused<sigmoid>("QLinearSigmoid", {sigmoidCase}, false));
  Add(fused<leakyRelu>("QLinearLeakyRelu", {leakyCase}, false));
  Add(fused<softmax>("QLinearSoftmax", {softmaxCase}, false));
  Add(fused<pool<false>>("QLinearAveragePool", {poolCase<false>}, false));
  Add(fused<pool<true>>("QLinearGlobalAveragePool", {poolCase<true>}, false));
  Add(fused<reduceMean>("QLinearReduceMean", {meanCase}, false));
  Add(fused<add>("QLinearAdd", {twoCase<false>}, false));
  Add(fused<mul>("QLinearMul", {twoCase<true>}, false));
  Add(fused<mulInteger>("MulInteger", {mulIntegerCase}, false));
  Add(fused<reduceSumInteger>("ReduceSumInteger", {sumCase}, false));
  Add(fused<concat>("QLinearConcat", {concatCase}, false));
  Add(fused<where>("QLinearWhere", {whereCase}, false));
}

} // namespace toscount::oracle
