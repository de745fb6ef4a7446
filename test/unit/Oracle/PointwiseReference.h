//===- PointwiseReference.h - executing element by element ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What the references of elementwise operators share: broadcasting, summing
/// gradients back, and cases of shapes that broadcast.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TEST_ORACLE_POINTWISEREFERENCE_H
#define TOSCOUNT_TEST_ORACLE_POINTWISEREFERENCE_H

#include "Reference.h"

namespace toscount::oracle {

/// Dimensions of operand \p I as they lie over operand 0 (opset 6: `axis`).
inline Shape laidOver(const OpInstance &Op, llvm::ArrayRef<Tensor> In,
                      unsigned I) {
  Shape Dims = In[I].Dims;
  if (I == 0 || Op.opset() >= 7 || !Op.hasAttr("axis"))
    return Dims;
  int64_t Axis = Op.attrInt("axis", 0);
  auto Rank = static_cast<int64_t>(In[0].Dims.size());
  while (static_cast<int64_t>(Dims.size()) <
         Rank - (Axis < 0 ? Axis + Rank : Axis))
    Dims.push_back(1);
  return Dims;
}

/// The element of operand \p I that broadcasting puts at \p Index.
inline const Scalar &element(const OpInstance &Op, llvm::ArrayRef<Tensor> In,
                             unsigned I, ShapeRef Index) {
  return In[I][broadcastOffset(laidOver(Op, In, I), Index)];
}

/// \p V as its integer type holds it: truncated and wrapped. Not counted.
inline Scalar atType(ElementType Type, Scalar V) {
  if (!isInteger(Type))
    return V;
  unsigned Bits = bitWidth(Type);
  bool Signed = Type == ElementType::Int8 || Type == ElementType::Int16 ||
                Type == ElementType::Int32 || Type == ElementType::Int64;
  double Span = std::ldexp(1.0, static_cast<int>(Bits));
  double Whole = std::trunc(V.value());
  double Low = Signed ? -Span / 2 : 0;
  return Whole - Span * std::floor((Whole - Low) / Span);
}

/// Sums \p Full back to the shape of \p To.
inline void sumBack(const Tensor &Full, Tensor &To) {
  std::vector<Sum> Sums(To.size());
  forEachIndex(Full.Dims, [&](ShapeRef I) {
    Sums[broadcastOffset(To.Dims, I)].term(Full.at(I));
  });
  for (size_t I = 0; I < To.size(); ++I)
    To[I] = Sums[I].sum();
}

/// The gradient of an operand: \p Each at every index, summed back.
template <typename Body>
void gradientOf(const Tensor &DOut, Tensor &To, Body Each) {
  Tensor Full(DOut.Type, DOut.Dims);
  forEachIndex(Full.Dims, [&](ShapeRef I) { Full.at(I) = Each(I); });
  sumBack(Full, To);
}

/// y = F(Op, a, b) of two broadcast operands.
template <auto F>
void forwardTwo(const OpInstance &Op, llvm::ArrayRef<Tensor> In,
                llvm::MutableArrayRef<Tensor> Out, Saved & /*unused*/) {
  forEachIndex(Out[0].Dims, [&](ShapeRef I) {
    Out[0].at(I) = atType(Out[0].Type,
                          F(Op, element(Op, In, 0, I), element(Op, In, 1, I)));
  });
}

/// y = F(x) and dx = D(x, y, dy) for every element.
template <auto F>
void forwardEach(const OpInstance & /*unused*/, llvm::ArrayRef<Tensor> In,
                 llvm::MutableArrayRef<Tensor> Out, Saved & /*unused*/) {
  for (size_t I = 0; I < In[0].size(); ++I)
    Out[0][I] = F(In[0][I]);
}
template <auto D>
void backwardEach(const OpInstance & /*unused*/, llvm::ArrayRef<Tensor> In,
                  llvm::ArrayRef<Tensor> Out, const Saved & /*unused*/,
                  llvm::ArrayRef<Tensor> DOut, llvm::ArrayRef<bool> Needs,
                  llvm::MutableArrayRef<Tensor> DIn) {
  if (Needs[0])
    for (size_t I = 0; I < In[0].size(); ++I)
      DIn[0][I] = D(In[0][I], Out[0][I], DOut[0][I]);
}

/// Intermediates of one element.
using Hidden = std::array<Scalar, 3>;

/// The same with attributes and saved intermediates: y = F(Op, x, hidden),
/// dx = D(Op, x, y, hidden, dy).
template <auto F>
void forwardWith(const OpInstance &Op, llvm::ArrayRef<Tensor> In,
                 llvm::MutableArrayRef<Tensor> Out, Saved &Save) {
  Save.assign(3, In[0]);
  for (size_t I = 0; I < In[0].size(); ++I) {
    Hidden H;
    Out[0][I] = F(Op, In[0][I], H);
    for (size_t K = 0; K < H.size(); ++K)
      Save[K][I] = H[K];
  }
}
template <auto D>
void backwardWith(const OpInstance &Op, llvm::ArrayRef<Tensor> In,
                  llvm::ArrayRef<Tensor> Out, const Saved &Save,
                  llvm::ArrayRef<Tensor> DOut, llvm::ArrayRef<bool> Needs,
                  llvm::MutableArrayRef<Tensor> DIn) {
  if (!Needs[0])
    return;
  for (size_t I = 0; I < In[0].size(); ++I)
    DIn[0][I] = D(Op, In[0][I], Out[0][I],
                  Hidden{Save[0][I], Save[1][I], Save[2][I]}, DOut[0][I]);
}

/// One operand of any shape, not near 0.
inline NodeCase anyShape(std::mt19937 &Rng, const char *Op, int Opset = 17) {
  NodeCase C;
  C.Op = Op;
  C.Opset = Opset;
  return C.input(Rng, pickShape(Rng, pick(Rng, 0, 3)));
}

/// One operand with elements in [Low, High].
inline NodeCase anyWithin(std::mt19937 &Rng, const char *Op, double Low,
                          double High) {
  NodeCase C;
  C.Op = Op;
  return C.uniform(Rng, pickShape(Rng, pick(Rng, 0, 3)), Low, High);
}

/// \p Dims with some dimensions 1 and some leading ones left out.
inline Shape narrowed(std::mt19937 &Rng, Shape Dims) {
  for (int64_t &D : Dims)
    if (pick(Rng, 0, 2) == 0)
      D = 1;
  Dims.erase(Dims.begin(),
             Dims.begin() + pick(Rng, 0, static_cast<int64_t>(Dims.size())));
  return Dims;
}

/// Two shapes that broadcast to each other, now and then without elements.
inline std::pair<Shape, Shape> pairOfShapes(std::mt19937 &Rng) {
  Shape A = pickShape(Rng, pick(Rng, 0, 3), pick(Rng, 0, 9) == 0 ? 0 : 1);
  Shape B = narrowed(Rng, A);
  // Both may be the one that is broadcast, in different dimensions.
  for (size_t D = 0; D < B.size(); ++D)
    if (pick(Rng, 0, 4) == 0)
      A[A.size() - B.size() + D] = 1;
  if (pick(Rng, 0, 1) == 0)
    std::swap(A, B);
  return {A, B};
}

inline NodeCase broadcastPair(std::mt19937 &Rng, const char *Op) {
  auto [A, B] = pairOfShapes(Rng);
  NodeCase C;
  C.Op = Op;
  return C.input(Rng, A).input(Rng, B);
}

/// Two integer operands of \p Type with elements in [Low, High], never 0.
inline NodeCase integerPair(std::mt19937 &Rng, const char *Op, ElementType Type,
                            int64_t Low, int64_t High) {
  auto [A, B] = pairOfShapes(Rng);
  NodeCase C;
  C.Op = Op;
  C.Opset = 18;
  for (const Shape &Dims : {A, B}) {
    Tensor T(Type, Dims);
    for (Scalar &E : T.Data) {
      int64_t V = pick(Rng, Low, High);
      E = static_cast<double>(V == 0 ? 1 : V);
    }
    C.operand(std::move(T));
  }
  return C;
}

} // namespace toscount::oracle

#endif // TOSCOUNT_TEST_ORACLE_POINTWISEREFERENCE_H
