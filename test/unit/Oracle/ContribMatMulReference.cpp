//===- ContribMatMulReference.cpp - executed fused matrix products --------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "FusedReference.h"

#include "FusedActivationReference.h"
#include "QuantizedReference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

using Id = Tape::Id;
using Source = Tape::Source;

// -- Programs.

/// Operand \p I with its first dimension moved behind the other batch
/// dimensions, then its last two exchanged.
Id turned(Tape &T, unsigned I, const char *Last, const char *Batch) {
  size_t Rank = T.dims(T.in(I)).size();
  std::vector<size_t> Order;
  for (size_t D = 0; D < Rank; ++D)
    Order.push_back(D);
  if (T.Op.attrInt(Batch, 0) != 0)
    std::rotate(Order.begin(), Order.begin() + 1, Order.end() - 1);
  if (T.Op.attrInt(Last, 0) != 0 && Rank > 1)
    std::swap(Order[Rank - 1], Order[Rank - 2]);
  return T.transpose(T.in(I), Order);
}

Id product(Tape &T) {
  Id A = turned(T, 0, "transA", "transBatchA");
  Id B = turned(T, 1, "transB", "transBatchB");
  Id Y = T.run(node("MatMul"), {A, B});
  double Alpha = T.Op.attrFloat("alpha", 1);
  return Alpha == 1 ? Y : T.run(node("Mul"), {Y, T.scalar(Alpha)});
}

void matMul(Tape &T) { T.result(0, product(T)); }

std::vector<double> parameters(const OpInstance &Op) {
  std::vector<double> All;
  for (const char *Name :
       {"activation_alpha", "activation_beta", "activation_gamma"})
    if (Op.hasAttr(Name))
      All.push_back(Op.attrFloat(Name, 0));
  return All;
}

Id activated(Tape &T, Id Y) {
  return activated(T, Y, T.Op.attrString("activation", "").str(),
                   parameters(T.Op));
}

void matMulActivation(Tape &T) { T.result(0, activated(T, product(T))); }

void gemm(Tape &T) {
  NodeCase Gemm = node("Gemm");
  for (const char *Name : {"transA", "transB"})
    Gemm.set(Name, T.Op.attrInt(Name, 0));
  for (const char *Name : {"alpha", "beta"})
    Gemm.set(Name, T.Op.attrFloat(Name, 1));
  T.result(0, activated(T, T.run(Gemm, {0, 1, T.in(2)})));
}

void gemmFastGelu(Tape &T) {
  Id Y = T.run(node("MatMul"), {0, 1});
  if (T.Op.hasInput(2))
    Y = T.run(node("Add"), {Y, 2});
  NodeCase Gelu = node("Gelu");
  T.result(0, T.run(Gelu.set("approximate", "tanh"), {Y}));
}

/// Number \p I of \p Bits bits in little-endian bytes.
double unpacked(const Tensor &T, size_t Byte, size_t I, int64_t Bits) {
  size_t First = I * static_cast<size_t>(Bits);
  int Value = 0;
  for (int64_t B = Bits - 1; B >= 0; --B) {
    size_t At = First + static_cast<size_t>(B);
    int Whole = static_cast<int>(T[Byte + At / 8].value());
    Value = 2 * Value + ((Whole >> (At % 8)) & 1);
  }
  return Value;
}

void nBits(Tape &T) {
  int64_t K = T.Op.attrInt("K", 1), N = T.Op.attrInt("N", 1);
  int64_t Bits = T.Op.attrInt("bits", 4), Block = T.Op.attrInt("block_size", 1);
  int64_t PerRow = (K + Block - 1) / Block;
  int64_t Blob = (Block * Bits + 7) / 8, ZeroRow = (PerRow * Bits + 7) / 8;
  Tensor W(ElementType::Float32, {N, K}), Zero = W, Scale = W;
  forEachIndex(W.Dims, [&](ShapeRef I) {
    int64_t B = I[1] / Block;
    W.at(I) = unpacked(T.at(1), (I[0] * PerRow + B) * Blob, I[1] % Block, Bits);
    Scale.at(I) = T.at(2)[I[0] * PerRow + B];
    if (!T.Op.hasInput(3))
      Zero.at(I) = std::pow(2, Bits - 1);
    else if (isFloating(T.at(3).Type))
      Zero.at(I) = T.at(3)[I[0] * PerRow + B];
    else
      Zero.at(I) = unpacked(T.at(3), I[0] * ZeroRow, B, Bits);
  });
  Id Weights = T.run(node("Sub"), {T.constant(W), T.constant(Zero)});
  Weights = T.run(node("Mul"), {Weights, T.constant(Scale)});
  Id Y = T.run(node("MatMul"), {0, T.transpose(Weights, {1, 0})});
  T.result(0, T.Op.hasInput(5) ? T.run(node("Add"), {Y, 5}) : Y);
}

void bnb4(Tape &T) {
  int64_t K = T.Op.attrInt("K", 1), N = T.Op.attrInt("N", 1);
  int64_t Block = T.Op.attrInt("block_size", 1);
  Tensor W(ElementType::Float32, {N, K}), Scale = W;
  for (size_t I = 0; I < W.size(); ++I) {
    // Any table of 16 entries does.
    W[I] = (unpacked(T.at(1), 0, I, 4) - 7) / 8;
    Scale[I] = T.at(2)[I / static_cast<size_t>(Block)];
  }
  Id Weights = T.run(node("Mul"), {T.constant(W), T.constant(Scale)});
  T.result(0, T.run(node("MatMul"), {0, T.transpose(Weights, {1, 0})}));
}

/// Blocks lie along the last dimension; only rows are gathered.
void gatherBlocks(Tape &T) {
  int64_t Bits = T.Op.attrInt("bits", 4), Block = T.Op.attrInt("block_size", 1);
  int64_t Width = T.dims(0)[1] * 8 / Bits, PerRow = T.dims(2)[1];
  Shape Dims = T.dims(1);
  Dims.push_back(Width);
  Tensor X(ElementType::Float32, Dims), Zero = X, Scale = X;
  forEachIndex(Dims, [&](ShapeRef I) {
    auto Row = static_cast<int64_t>(T.at(1).at(I.drop_back()).value());
    int64_t B = I.back() / Block;
    X.at(I) = unpacked(T.at(0), Row * T.dims(0)[1], I.back(), Bits);
    Scale.at(I) = T.at(2)[Row * PerRow + B];
    Zero.at(I) = T.Op.hasInput(3)
                     ? unpacked(T.at(3), Row * T.dims(3)[1], B, Bits)
                     : std::pow(2, Bits - 1);
  });
  Id Y = T.run(node("Sub"), {T.constant(X), T.constant(Zero)});
  T.result(0, T.run(node("Mul"), {Y, T.constant(Scale)}));
}

// -- Cases.

NodeCase matMulCase(std::mt19937 &Rng, const char *Op) {
  NodeCase C = contrib(Op);
  int64_t M = pick(Rng, 1, 3), K = pick(Rng, 1, 3), N = pick(Rng, 1, 3);
  Shape Batch = pickShape(Rng, pick(Rng, 0, 2), 1, 2);
  for (unsigned I : {0U, 1U}) {
    Shape Dims = Batch;
    Dims.append(I == 0 ? Shape{M, K} : Shape{K, N});
    size_t Rank = Dims.size();
    if (pick(Rng, 0, 1) == 0) {
      C.set(I == 0 ? "transA" : "transB", 1);
      std::swap(Dims[Rank - 1], Dims[Rank - 2]);
    }
    // The other way round than the operator does it.
    if (Rank > 2 && pick(Rng, 0, 2) == 0) {
      C.set(I == 0 ? "transBatchA" : "transBatchB", 1);
      std::rotate(Dims.begin(), Dims.end() - 2, Dims.end() - 1);
    }
    C.input(Rng, Dims);
  }
  if (pick(Rng, 0, 1) == 0)
    C.set("alpha", pick(Rng, 0, 2) == 0 ? 1.0 : 0.25);
  return C;
}
NodeCase fusedCase(std::mt19937 &Rng) { return matMulCase(Rng, "FusedMatMul"); }
NodeCase transposeCase(std::mt19937 &Rng) {
  return matMulCase(Rng, "TransposeMatMul");
}

void addActivation(std::mt19937 &Rng, NodeCase &C) {
  auto [Name, Parameters] = pickActivation(Rng);
  C.set("activation", Name.c_str());
  static const char *const Names[] = {"activation_alpha", "activation_beta"};
  for (size_t I = 0; I < Parameters.size(); ++I)
    C.set(Names[I], Parameters[I]);
}

NodeCase activationCase(std::mt19937 &Rng) {
  NodeCase C = matMulCase(Rng, "FusedMatMulActivation");
  addActivation(Rng, C);
  return C;
}

NodeCase gemmCase(std::mt19937 &Rng) {
  NodeCase C = findReference("", "Gemm")->Cases[0](Rng);
  C.Op = "FusedGemm";
  C.Domain = "com.microsoft";
  C.Opset = 1;
  addActivation(Rng, C);
  return C;
}

NodeCase gemmGeluCase(std::mt19937 &Rng) {
  NodeCase C = contrib("GemmFastGelu");
  Shape X = pickShape(Rng, pick(Rng, 2, 3));
  int64_t N = pick(Rng, 1, 3);
  C.input(Rng, X).input(Rng, {X.back(), N});
  return pick(Rng, 0, 1) == 0 ? C : C.input(Rng, {N});
}

Tensor bytes(std::mt19937 &Rng, ShapeRef Dims) {
  return randomIntegers(Rng, ElementType::UInt8, Dims);
}

NodeCase nBitsCase(std::mt19937 &Rng) {
  NodeCase C = contrib("MatMulNBits");
  int64_t K = pick(Rng, 1, 6), N = pick(Rng, 1, 3), Block = pick(Rng, 1, 4);
  int64_t Bits = int64_t(1) << pick(Rng, 1, 3);
  int64_t PerRow = (K + Block - 1) / Block;
  C.set("K", K).set("N", N).set("block_size", Block);
  if (Bits != 4 || pick(Rng, 0, 1) == 0)
    C.set("bits", Bits);
  Shape A = pickShape(Rng, pick(Rng, 1, 3), 1, 3);
  A.back() = K;
  C.input(Rng, A).operand(bytes(Rng, {N, PerRow, (Block * Bits + 7) / 8}));
  C.uniform(Rng, {N * PerRow}, 0.01, 0.1);
  int64_t Zero = pick(Rng, 0, 2);
  bool Bias = pick(Rng, 0, 1) == 0;
  if (Zero == 0)
    C.operand(bytes(Rng, {N * ((PerRow * Bits + 7) / 8)}));
  else if (Zero == 1)
    C.uniform(Rng, {N, PerRow}, 1, 3);
  else if (Bias)
    C.absent();
  if (Bias)
    C.absent().input(Rng, {N});
  return C;
}

NodeCase bnb4Case(std::mt19937 &Rng) {
  NodeCase C = contrib("MatMulBnb4");
  int64_t K = pick(Rng, 1, 6), N = pick(Rng, 1, 3), Block = pick(Rng, 1, 4);
  C.set("K", K).set("N", N).set("block_size", Block).set("quant_type", 1);
  return C.input(Rng, {pick(Rng, 1, 3), K})
      .operand(bytes(Rng, {(N * K + 1) / 2}))
      .uniform(Rng, {(N * K + Block - 1) / Block}, 0.1, 1);
}

NodeCase gatherCase(std::mt19937 &Rng) {
  NodeCase C = contrib("GatherBlockQuantized");
  int64_t Rows = pick(Rng, 1, 4), Bits = pick(Rng, 1, 2) * 4;
  int64_t Bytes = pick(Rng, 1, 3), Width = Bytes * 8 / Bits;
  int64_t Block = pick(Rng, 1, Width), PerRow = (Width + Block - 1) / Block;
  C.set("bits", Bits).set("block_size", Block);
  C.operand(bytes(Rng, {Rows, Bytes}));
  Shape Ids = pickShape(Rng, pick(Rng, 0, 2), 1, 3);
  std::vector<int64_t> Contents;
  for (uint64_t I = 0; I < elements(Ids).value(); ++I)
    Contents.push_back(pick(Rng, 0, Rows - 1));
  C.indices(Ids, Contents).uniform(Rng, {Rows, PerRow}, 0.1, 1);
  if (pick(Rng, 0, 1) == 0)
    C.operand(bytes(Rng, {Rows, (PerRow * Bits + 7) / 8}));
  return C;
}

} // namespace

void addContribMatMulReferences(References &All) {
  All.push_back(fused<matMul>("FusedMatMul", {fusedCase}));
  All.push_back(fused<matMul>("TransposeMatMul", {transposeCase}));
  All.push_back(
      fused<matMulActivation>("FusedMatMulActivation", {activationCase}));
  All.push_back(fused<gemm>("FusedGemm", {gemmCase}));
  All.push_back(fused<gemmFastGelu>("GemmFastGelu", {gemmGeluCase}));
  All.push_back(fused<nBits>("MatMulNBits", {nBitsCase}));
  All.push_back(fused<bnb4>("MatMulBnb4", {bnb4Case}));
  All.push_back(
      fused<gatherBlocks>("GatherBlockQuantized", {gatherCase}, false));
}

} // namespace toscount::oracle
