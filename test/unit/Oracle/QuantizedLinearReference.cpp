//===- QuantizedLinearReference.cpp - executed integer products -----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "QuantizedReference.h"
#include "WindowReference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

/// Operand \p Part at the element of \p Index, which it is broadcast to; a
/// vector is one number a row when \p Rows.
Scalar grain(const Tensor &Part, ShapeRef Index, bool Rows) {
  if (Part.size() == 1)
    return Part[0];
  Shape Dims = Part.Dims;
  if (Rows && Dims.size() == 1)
    Dims.push_back(1);
  return Part[broadcastOffset(Dims, Index)];
}

Tensor centered(const Tensor &X, const Tensor *Zero, bool Rows) {
  Tensor Y = X;
  if (Zero != nullptr)
    forEachIndex(
        X.Dims, [&](ShapeRef I) { Y.at(I) = X.at(I) - grain(*Zero, I, Rows); });
  return Y;
}

Tensor matrices(Tensor T, bool Left) {
  if (T.Dims.size() == 1)
    T.Dims = Left ? Shape{1, T.Dims[0]} : Shape{T.Dims[0], 1};
  return T;
}

/// Numpy's matmul of two tensors.
Tensor multiply(const Tensor &VA, const Tensor &VB, ShapeRef Result) {
  Tensor A = matrices(VA, true);
  Tensor B = matrices(VB, false);
  Shape Full(Result);
  if (VB.Dims.size() == 1)
    Full.push_back(1);
  if (VA.Dims.size() == 1)
    Full.insert(Full.end() - 1, 1);
  Tensor Y(ElementType::Int32, Full);
  int64_t K = A.Dims.back();
  forEachIndex(Full, [&](ShapeRef I) {
    Dot D;
    for (int64_t J = 0; J < K; ++J) {
      Shape IA(I), IB(I);
      IA.back() = J;
      IB[IB.size() - 2] = J;
      D.term(A[broadcastOffset(A.Dims, IA)], B[broadcastOffset(B.Dims, IB)]);
    }
    Y.at(I) = D.sum();
  });
  Y.Dims = Shape(Result);
  return Y;
}

Scalar requantized(Scalar Sum, Scalar Scale, Scalar Zero, ElementType Type) {
  Scalar Y = Sum * Scale;
  if (!isFloating(Type))
    Y = roundEven(Y);
  return saturate(Y + Zero, Type);
}

void forwardMatMulInteger(const OpInstance &Op, ArrayRef<Tensor> In,
                          MutableArrayRef<Tensor> Out, Saved &) {
  Tensor A = centered(In[0], Op.hasInput(2) ? &In[2] : nullptr, true);
  Tensor B = centered(In[1], Op.hasInput(3) ? &In[3] : nullptr, false);
  Out[0].Data = multiply(A, B, Out[0].Dims).Data;
}

/// The shape of a scale laid over matrices.
Shape laid(const Tensor &T, bool Rows) {
  if (T.size() == 1)
    return Shape(T.Dims.size(), 1);
  Shape S = T.Dims;
  if (Rows && S.size() == 1)
    S.push_back(1);
  return S;
}

/// F(a, b) over the shape that both broadcast to.
template <typename F>
Tensor combine(const Tensor &A, Shape SA, const Tensor &B, Shape SB, F Each) {
  Shape S;
  size_t Rank = std::max(SA.size(), SB.size());
  SA.insert(SA.begin(), Rank - SA.size(), 1);
  SB.insert(SB.begin(), Rank - SB.size(), 1);
  for (size_t I = 0; I < Rank; ++I)
    S.push_back(SA[I] == 1 ? SB[I] : SA[I]);
  Tensor T(A.Type, S);
  forEachIndex(S, [&](ShapeRef I) {
    T.at(I) = Each(A[broadcastOffset(SA, I)], B[broadcastOffset(SB, I)]);
  });
  return T;
}

void forwardQLinearMatMul(const OpInstance &, ArrayRef<Tensor> In,
                          MutableArrayRef<Tensor> Out, Saved &) {
  Tensor Sums = multiply(centered(In[0], &In[2], true),
                         centered(In[3], &In[5], false), Out[0].Dims);
  Tensor Product = combine(In[1], laid(In[1], true), In[4], laid(In[4], false),
                           [](Scalar A, Scalar B) { return A * B; });
  Tensor Scale = combine(Product, Product.Dims, In[6], laid(In[6], true),
                         [](Scalar A, Scalar B) { return A / B; });
  forEachIndex(Out[0].Dims, [&](ShapeRef I) {
    Out[0].at(I) = requantized(Sums.at(I), grain(Scale, I, false),
                               grain(In[7], I, true), Out[0].Type);
  });
}

/// The convolution of centered operands.
Tensor convolve(const OpInstance &Op, const Tensor &X, const Tensor &W,
                ShapeRef Result) {
  Windows Win(Op, ShapeRef(X.Dims).drop_front(2), Result.drop_front(2),
              ShapeRef(W.Dims).drop_front(2));
  Tensor Y(ElementType::Int32, Result);
  std::vector<Dot> Dots(Y.size());
  int64_t PerGroup = W.Dims[0] / Op.attrInt("group", 1);
  for (int64_t N = 0; N < X.Dims[0]; ++N)
    for (int64_t M = 0; M < W.Dims[0]; ++M)
      for (int64_t C = 0; C < W.Dims[1]; ++C)
        Win.forEach([&](ShapeRef O, ShapeRef T, ShapeRef P, bool Inside) {
          Scalar E = 0;
          if (Inside)
            E = X.at(join({N, M / PerGroup * W.Dims[1] + C}, P));
          Dots[Y.offset(join({N, M}, O))].term(E, W.at(join({M, C}, T)));
        });
  for (size_t I = 0; I < Y.size(); ++I)
    Y[I] = Dots[I].sum();
  return Y;
}

/// The weight's zero point: one number, or one for each output channel.
Tensor centeredWeight(const Tensor &W, const Tensor *Zero) {
  Tensor Y = W;
  if (Zero != nullptr)
    forEachIndex(W.Dims, [&](ShapeRef I) {
      Y.at(I) = W.at(I) - (*Zero)[Zero->size() == 1 ? 0 : I[0]];
    });
  return Y;
}

void forwardConvInteger(const OpInstance &Op, ArrayRef<Tensor> In,
                        MutableArrayRef<Tensor> Out, Saved &) {
  Tensor X = centered(In[0], Op.hasInput(2) ? &In[2] : nullptr, true);
  Tensor W = centeredWeight(In[1], Op.hasInput(3) ? &In[3] : nullptr);
  Out[0].Data = convolve(Op, X, W, Out[0].Dims).Data;
}

void forwardQLinearConv(const OpInstance &Op, ArrayRef<Tensor> In,
                        MutableArrayRef<Tensor> Out, Saved &) {
  Tensor Y = convolve(Op, centered(In[0], &In[2], true),
                      centeredWeight(In[3], &In[5]), Out[0].Dims);
  std::vector<Scalar> Scale;
  for (Scalar S : In[4].Data)
    Scale.push_back(In[1][0] * S / In[6][0]);
  forEachIndex(Y.Dims, [&](ShapeRef I) {
    Scalar Sum = Y.at(I);
    if (Op.hasInput(8))
      Sum += In[8][I[1]];
    Out[0].at(I) = requantized(Sum, Scale[Scale.size() == 1 ? 0 : I[1]],
                               In[7][0], Out[0].Type);
  });
}

ElementType eightBits(std::mt19937 &Rng) {
  return pick(Rng, 0, 1) == 0 ? ElementType::UInt8 : ElementType::Int8;
}

/// Shapes of two matrices, or stacks of them, or vectors.
std::pair<Shape, Shape> matrixPair(std::mt19937 &Rng, bool Vectors) {
  int64_t M = pick(Rng, 1, 4), K = pick(Rng, 1, 4), N = pick(Rng, 1, 4);
  Shape Lead = pickShape(Rng, pick(Rng, 0, 2), 1, 3);
  Shape A = Lead, B = Lead;
  for (int64_t &D : B)
    if (pick(Rng, 0, 3) == 0)
      D = 1;
  if (pick(Rng, 0, 2) == 0)
    B.clear();
  A.append({M, K});
  B.append({K, N});
  if (Vectors && pick(Rng, 0, 3) == 0)
    A = {K};
  if (Vectors && pick(Rng, 0, 3) == 0)
    B = {K};
  return {A, B};
}

/// A scalar, or one number for each row (or column) of \p Whole.
Shape pickGrain(std::mt19937 &Rng, ShapeRef Whole, bool Rows) {
  if (Whole.size() < 2 || pick(Rng, 0, 1) == 0)
    return pick(Rng, 0, 1) == 0 ? Shape{} : Shape{1};
  Shape S(Whole);
  S[S.size() - (Rows ? 1 : 2)] = 1;
  if (Whole.size() == 2 && pick(Rng, 0, 1) == 0)
    return {Rows ? S[0] : S[1]};
  return S;
}

NodeCase matMulInteger(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "MatMulInteger";
  auto [A, B] = matrixPair(Rng, true);
  ElementType TA = eightBits(Rng), TB = eightBits(Rng);
  C.operand(randomIntegers(Rng, TA, A)).operand(randomIntegers(Rng, TB, B));
  int64_t Which = pick(Rng, 0, 3);
  if (Which == 1 || Which == 3)
    C.operand(randomIntegers(Rng, TA, pickGrain(Rng, A, true)));
  else if (Which == 2)
    C.absent();
  if (Which >= 2)
    C.operand(randomIntegers(Rng, TB, pickGrain(Rng, B, false)));
  return C;
}

NodeCase qLinearMatMul(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "QLinearMatMul";
  auto [A, B] = matrixPair(Rng, false);
  Shape GA = pickGrain(Rng, A, true), GB = pickGrain(Rng, B, false);
  Shape GY;
  // One row's scale is good for the result when A is not broadcast.
  if (B.size() <= 2)
    GY = pickGrain(Rng, A, true);
  auto Add = [&](ShapeRef X, ShapeRef G, ElementType Type) {
    if (!X.empty())
      C.operand(randomIntegers(Rng, Type, X));
    C.uniform(Rng, G, 0.01, 0.1).operand(randomIntegers(Rng, Type, G));
  };
  C.Opset = pick(Rng, 0, 3) == 0 ? 21 : 10;
  Add(A, GA, eightBits(Rng));
  Add(B, GB, eightBits(Rng));
  Add({}, GY, C.Opset == 21 ? ElementType::Float8E4M3FN : eightBits(Rng));
  return C;
}

/// Operand and weight, and the attributes.
std::pair<Shape, Shape> convPair(std::mt19937 &Rng, NodeCase &C) {
  int64_t Group = pick(Rng, 1, 2);
  size_t Rank = pick(Rng, 1, 2);
  Shape Space = pickShape(Rng, Rank, 2, 5);
  Shape Kernel;
  for (int64_t D : Space)
    Kernel.push_back(pick(Rng, 1, std::min<int64_t>(D, 3)));
  int64_t PerGroup = pick(Rng, 1, 2);
  setWindow(Rng, C, Space, Kernel, true, false);
  C.set("group", Group);
  if (pick(Rng, 0, 1) == 0)
    C.set("kernel_shape", std::vector<int64_t>(Kernel.begin(), Kernel.end()));
  return {join({pick(Rng, 1, 2), Group * PerGroup}, Space),
          join({Group * pick(Rng, 1, 2), PerGroup}, Kernel)};
}

Shape perChannel(std::mt19937 &Rng, ShapeRef W) {
  return pick(Rng, 0, 1) == 0 ? Shape{} : Shape{W[0]};
}

NodeCase convInteger(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "ConvInteger";
  auto [X, W] = convPair(Rng, C);
  ElementType TX = eightBits(Rng), TW = eightBits(Rng);
  C.operand(randomIntegers(Rng, TX, X)).operand(randomIntegers(Rng, TW, W));
  int64_t Which = pick(Rng, 0, 3);
  if (Which == 1 || Which == 3)
    C.operand(randomIntegers(Rng, TX, Shape{}));
  else if (Which == 2)
    C.absent();
  if (Which >= 2)
    C.operand(randomIntegers(Rng, TW, perChannel(Rng, W)));
  return C;
}

NodeCase qLinearConv(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "QLinearConv";
  auto [X, W] = convPair(Rng, C);
  ElementType TX = eightBits(Rng), TW = eightBits(Rng), TY = eightBits(Rng);
  Shape G = perChannel(Rng, W);
  C.operand(randomIntegers(Rng, TX, X)).uniform(Rng, Shape{}, 0.01, 0.1);
  C.operand(randomIntegers(Rng, TX, Shape{}));
  C.operand(randomIntegers(Rng, TW, W)).uniform(Rng, G, 0.01, 0.1);
  C.operand(randomIntegers(Rng, TW, G));
  C.uniform(Rng, Shape{}, 0.01, 0.1).operand(randomIntegers(Rng, TY, Shape{}));
  if (pick(Rng, 0, 1) == 0)
    C.operand(randomIntegers(Rng, ElementType::Int32, {W[0]}));
  return C;
}

} // namespace

void addQuantizedLinearReferences(References &All) {
  All.push_back({.Op = "MatMulInteger",
                 .Forward = forwardMatMulInteger,
                 .Cases = {matMulInteger}});
  All.push_back({.Op = "ConvInteger",
                 .Forward = forwardConvInteger,
                 .Cases = {convInteger}});
  All.push_back({.Op = "QLinearMatMul",
                 .Forward = forwardQLinearMatMul,
                 .Cases = {qLinearMatMul}});
  All.push_back({.Op = "QLinearConv",
                 .Forward = forwardQLinearConv,
                 .Cases = {qLinearConv}});
}

} // namespace toscount::oracle
