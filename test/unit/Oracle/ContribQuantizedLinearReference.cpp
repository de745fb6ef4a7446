//===- ContribQuantizedLinearReference.cpp - executed integer products ----===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "FusedAttentionReference.h"
#include "QuantizedReference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

using Id = Tape::Id;
constexpr Id None = Tape::None;

// -- Programs.

struct Product {
  Id A, B, AScale, BScale, AZero, BZero;
  Id Sum = None, Bias = None;
  double Alpha = 1;
};

Id asFloat(Tape &T, Id X) {
  return T.move(ElementType::Float32, T.dims(X), [&](ShapeRef I) {
    return Tape::Source{X, T.at(X).offset(I)};
  });
}

Id multiply(Tape &T, const Product &P) {
  Id Y = T.run(node("MatMulInteger"), {P.A, P.B, P.AZero, P.BZero});
  if (P.Sum != None)
    Y = T.run(node("Add"), {Y, P.Sum});
  Id Scale = T.run(node("Mul"), {P.AScale, P.BScale});
  if (P.Alpha != 1)
    Scale = T.run(node("Mul"), {Scale, T.scalar(P.Alpha)});
  Y = T.run(node("Mul"), {asFloat(T, Y), Scale});
  return P.Bias == None ? Y : T.run(node("Add"), {Y, P.Bias});
}

void toFloat(Tape &T) {
  T.result(0, multiply(T, {0, 1, 2, 3, T.in(4), T.in(5), None, T.in(6)}));
}

void dynamic(Tape &T) {
  std::vector<Id> A = T.runAll(node("DynamicQuantizeLinear"), {0}, 3);
  T.result(0, multiply(T, {A[0], 1, A[1], 2, A[2], T.in(3), None, T.in(4)}));
}

void integer16(Tape &T) { T.result(0, T.run(node("MatMulInteger"), {0, 1})); }

void qGemm(Tape &T) {
  auto Turned = [&](Id X, const char *Name) {
    return T.Op.attrInt(Name, 0) != 0 ? T.transpose(X, {1, 0}) : X;
  };
  Product P = {Turned(0, "transA"), Turned(3, "transB"), 1, 4, 2, 5, T.in(6)};
  P.Alpha = T.Op.attrFloat("alpha", 1);
  Id Y = multiply(T, P);
  if (T.Op.hasInput(7))
    Y = T.run(node("QuantizeLinear"), {Y, 7, T.in(8)});
  T.result(0, Y);
}

void qLinearConv(Tape &T) {
  bool Last = T.Op.attrInt("channels_last", 0) != 0;
  std::vector<Id> In;
  for (unsigned I = 0; I < 9; ++I)
    In.push_back(T.in(I));
  if (Last)
    In[0] = T.transpose(0, {0, 3, 1, 2});
  NodeCase N = node("QLinearConv");
  if (T.Op.hasAttr("pads"))
    N.set("pads", T.Op.attrInts("pads").vec());
  Id Y = T.run(N, In);
  T.result(0, Last ? T.transpose(Y, {0, 2, 3, 1}) : Y);
}

void qAttention(Tape &T) {
  Id QKV = multiply(T, {0, 1, 3, 4, T.in(6), T.in(7), None, 2});
  Parts P;
  P.Mask = 5;
  projectedAttention(T, QKV, P, 8);
}

Id weights(Tape &T, Id W, unsigned Scale) {
  const Shape D = T.dims(W);
  bool Rows = T.Op.inShape(Scale).size() == 2;
  Shape Laid = {D[0], 1, Rows ? D[2] : 1};
  Id Y = W;
  if (T.Op.hasInput(Scale + 1))
    Y = T.run(node("Sub"), {Y, T.reshape(T.in(Scale + 1), Laid)});
  Y = T.run(node("Mul"), {asFloat(T, Y), T.reshape(T.in(Scale), Laid)});
  return T.transpose(Y, {0, 2, 1});
}

void lstm(Tape &T) {
  Id W = weights(T, 1, 8);
  Id R = weights(T, 2, 10);
  NodeCase N = node("LSTM");
  N.set("hidden_size", T.Op.attrInt("hidden_size", 1));
  N.set("direction", T.Op.attrString("direction", "forward").str().c_str());
  std::vector<Id> Y =
      T.runAll(N, {0, W, R, T.in(3), T.in(4), T.in(5), T.in(6), T.in(7)}, 3);
  for (unsigned O = 0; O < 3; ++O)
    T.result(O, Y[O]);
}

// -- Cases.

ElementType eightBits(std::mt19937 &Rng) {
  return pick(Rng, 0, 1) == 0 ? ElementType::UInt8 : ElementType::Int8;
}

Shape perColumn(std::mt19937 &Rng, int64_t N) {
  return pick(Rng, 0, 1) == 0 ? Shape{} : Shape{N};
}

/// Adds integers of \p Dims, or leaves the operand out.
void maybe(std::mt19937 &Rng, NodeCase &C, ElementType Type, ShapeRef Dims) {
  if (pick(Rng, 0, 1) == 0)
    C.operand(randomIntegers(Rng, Type, Dims));
  else
    C.absent();
}

NodeCase toFloatCase(std::mt19937 &Rng) {
  NodeCase C = contrib("MatMulIntegerToFloat");
  ElementType TA = eightBits(Rng), TB = eightBits(Rng);
  Shape A = pickShape(Rng, pick(Rng, 2, 3));
  int64_t N = pick(Rng, 1, 3);
  Shape Grain = perColumn(Rng, N);
  C.operand(randomIntegers(Rng, TA, A));
  C.operand(randomIntegers(Rng, TB, Shape{A.back(), N}));
  C.uniform(Rng, Shape{}, 0.01, 0.1).uniform(Rng, Grain, 0.01, 0.1);
  maybe(Rng, C, TA, Shape{});
  maybe(Rng, C, TB, Grain);
  return pick(Rng, 0, 1) == 0 ? C.input(Rng, {N}) : C;
}

NodeCase dynamicCase(std::mt19937 &Rng) {
  NodeCase C = contrib("DynamicQuantizeMatMul");
  ElementType TB = eightBits(Rng);
  Shape A = pickShape(Rng, pick(Rng, 2, 3));
  int64_t N = pick(Rng, 1, 3);
  Shape Grain = perColumn(Rng, N);
  C.input(Rng, A).operand(randomIntegers(Rng, TB, Shape{A.back(), N}));
  C.uniform(Rng, Grain, 0.01, 0.1);
  maybe(Rng, C, TB, Grain);
  return pick(Rng, 0, 1) == 0 ? C.input(Rng, {N}) : C;
}

NodeCase integer16Case(std::mt19937 &Rng) {
  NodeCase C = contrib("MatMulInteger16");
  Shape A = pickShape(Rng, 2);
  return C.operand(randomIntegers(Rng, ElementType::Int16, A))
      .operand(randomIntegers(Rng, ElementType::Int16, Shape{A[1], 2}));
}

NodeCase gemmCase(std::mt19937 &Rng) {
  NodeCase C = contrib("QGemm");
  ElementType TA = eightBits(Rng), TB = eightBits(Rng);
  int64_t M = pick(Rng, 1, 3), K = pick(Rng, 1, 3), N = pick(Rng, 1, 3);
  bool TransA = pick(Rng, 0, 1) == 0, TransB = pick(Rng, 0, 1) == 0;
  C.set("transA", TransA ? 1 : 0).set("transB", TransB ? 1 : 0);
  if (pick(Rng, 0, 1) == 0)
    C.set("alpha", 0.5);
  C.operand(randomIntegers(Rng, TA, TransA ? Shape{K, M} : Shape{M, K}));
  C.uniform(Rng, Shape{}, 0.01, 0.1).operand(randomIntegers(Rng, TA, Shape{}));
  C.operand(randomIntegers(Rng, TB, TransB ? Shape{N, K} : Shape{K, N}));
  Shape Grain = perColumn(Rng, N);
  C.uniform(Rng, Grain, 0.01, 0.1).operand(randomIntegers(Rng, TB, Grain));
  maybe(Rng, C, ElementType::Int32, Shape{N});
  if (pick(Rng, 0, 1) == 0)
    C.uniform(Rng, Shape{}, 0.01, 0.1)
        .operand(randomIntegers(Rng, TA, Shape{}));
  return C;
}

NodeCase convCase(std::mt19937 &Rng) {
  NodeCase C = contrib("QLinearConv");
  ElementType T = eightBits(Rng);
  bool Last = pick(Rng, 0, 1) == 0;
  int64_t In = pick(Rng, 1, 2), Out = pick(Rng, 1, 2);
  C.set("channels_last", Last ? 1 : 0);
  if (pick(Rng, 0, 1) == 0)
    C.set("pads", std::vector<int64_t>{1, 0, 0, 1});
  auto Scale = [&] {
    C.uniform(Rng, Shape{}, 0.01, 0.1).operand(randomIntegers(Rng, T, Shape{}));
  };
  C.operand(
      randomIntegers(Rng, T, Last ? Shape{1, 3, 4, In} : Shape{1, In, 3, 4}));
  Scale();
  C.operand(randomIntegers(Rng, T, Shape{Out, In, 2, 2}));
  Scale();
  Scale();
  if (pick(Rng, 0, 1) == 0)
    C.operand(randomIntegers(Rng, ElementType::Int32, Shape{Out}));
  return C;
}

NodeCase attentionCase(std::mt19937 &Rng) {
  NodeCase C = contrib("QAttention");
  ElementType TX = eightBits(Rng), TW = eightBits(Rng);
  int64_t Batch = pick(Rng, 1, 2), Length = pick(Rng, 1, 2);
  int64_t Heads = pick(Rng, 1, 2), D = pick(Rng, 1, 2), Width = pick(Rng, 1, 3);
  bool HasPast = pick(Rng, 0, 1) == 0;
  int64_t Past = HasPast ? pick(Rng, 0, 2) : 0, All = 3 * Heads * D;
  C.set("num_heads", Heads).set("unidirectional", pick(Rng, 0, 1));
  Shape Grain = perColumn(Rng, All);
  C.operand(randomIntegers(Rng, TX, Shape{Batch, Length, Width}));
  C.operand(randomIntegers(Rng, TW, Shape{Width, All}));
  C.input(Rng, {All}).uniform(Rng, Shape{}, 0.01, 0.1);
  C.uniform(Rng, Grain, 0.01, 0.1);
  addMask(Rng, C, Batch, Length, Past + Length);
  maybe(Rng, C, TX, Shape{});
  maybe(Rng, C, TW, Grain);
  if (HasPast)
    C.input(Rng, {2, Batch, Heads, Past, D});
  C.NumOutputs = static_cast<unsigned>(pick(Rng, 1, 2));
  return C;
}

NodeCase lstmCase(std::mt19937 &Rng) {
  NodeCase C = contrib("DynamicQuantizeLSTM");
  ElementType T = eightBits(Rng);
  bool Both = pick(Rng, 0, 1) == 0;
  int64_t D = Both ? 2 : 1, S = pick(Rng, 1, 2), B = pick(Rng, 1, 2);
  int64_t I = pick(Rng, 1, 2), H = pick(Rng, 1, 2);
  C.set("hidden_size", H).set("direction", Both ? "bidirectional" : "forward");
  C.input(Rng, {S, B, I});
  C.operand(randomIntegers(Rng, T, Shape{D, I, 4 * H}));
  C.operand(randomIntegers(Rng, T, Shape{D, H, 4 * H}));
  if (pick(Rng, 0, 1) == 0)
    C.input(Rng, {D, 8 * H});
  else
    C.absent();
  C.absent().absent().absent().absent();
  Shape Grain = pick(Rng, 0, 1) == 0 ? Shape{D} : Shape{D, 4 * H};
  for (unsigned K = 0; K < 2; ++K)
    C.uniform(Rng, Grain, 0.001, 0.01).operand(randomIntegers(Rng, T, Grain));
  C.NumOutputs = 3;
  return C;
}

} // namespace

void addContribQuantizedLinearReferences(References &All) {
  auto Add = [&](Reference R) { All.push_back(std::move(R)); };
  Add(fused<toFloat>("MatMulIntegerToFloat", {toFloatCase}, false));
  Add(fused<dynamic>("DynamicQuantizeMatMul", {dynamicCase}, false));
  Add(fused<integer16>("MatMulInteger16", {integer16Case}, false));
  Add(fused<qGemm>("QGemm", {gemmCase}, false));
  Add(fused<qLinearConv>("QLinearConv", {convCase}, false));
  Add(fused<qAttention>("QAttention", {attentionCase}, false));
  Add(fused<lstm>("DynamicQuantizeLSTM", {lstmCase}, false));
}

} // namespace toscount::oracle
