//===- ElementwiseReference.cpp - executed elementwise arithmetic ---------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "PointwiseReference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

void backwardAdd(const OpInstance &, ArrayRef<Tensor>, ArrayRef<Tensor>,
                 const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                 MutableArrayRef<Tensor> DIn) {
  for (unsigned I : {0U, 1U})
    if (Needs[I])
      sumBack(DOut[0], DIn[I]);
}

void backwardSub(const OpInstance &, ArrayRef<Tensor>, ArrayRef<Tensor>,
                 const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                 MutableArrayRef<Tensor> DIn) {
  if (Needs[0])
    sumBack(DOut[0], DIn[0]);
  if (Needs[1])
    gradientOf(DOut[0], DIn[1], [&](ShapeRef I) { return -DOut[0].at(I); });
}

void backwardMul(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                 const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                 MutableArrayRef<Tensor> DIn) {
  for (unsigned K : {0U, 1U})
    if (Needs[K])
      gradientOf(DOut[0], DIn[K], [&](ShapeRef I) {
        return DOut[0].at(I) * element(Op, In, 1 - K, I);
      });
}

void backwardDiv(const OpInstance &Op, ArrayRef<Tensor> In,
                 ArrayRef<Tensor> Out, const Saved &, ArrayRef<Tensor> DOut,
                 ArrayRef<bool> Needs, MutableArrayRef<Tensor> DIn) {
  Tensor Share(DOut[0].Type, DOut[0].Dims);
  forEachIndex(Share.Dims, [&](ShapeRef I) {
    Share.at(I) = DOut[0].at(I) / element(Op, In, 1, I);
  });
  if (Needs[0])
    sumBack(Share, DIn[0]);
  if (Needs[1])
    gradientOf(DOut[0], DIn[1],
               [&](ShapeRef I) { return -(Share.at(I) * Out[0].at(I)); });
}

NodeCase divCase(std::mt19937 &Rng) {
  auto [A, B] = pairOfShapes(Rng);
  NodeCase C;
  C.Op = "Div";
  return C.input(Rng, A).uniform(Rng, B, 0.5, 2);
}

// -- Mod.

/// A floating quotient is rounded, which is one comparison; an integer one is
/// whole as it comes.
Scalar wholeQuotient(const OpInstance &Op, Scalar A, Scalar B) {
  Scalar Q = A / B;
  double Whole = Op.attrInt("fmod", 0) != 0 ? std::trunc(Q.value())
                                            : std::floor(Q.value());
  if (!isInteger(Op.inType(0)))
    (void)(Q < Whole);
  return Whole;
}

void forwardMod(const OpInstance &Op, ArrayRef<Tensor> In,
                MutableArrayRef<Tensor> Out, Saved &Save) {
  Save.assign(1, Tensor(Out[0].Type, Out[0].Dims));
  forEachIndex(Out[0].Dims, [&](ShapeRef I) {
    Scalar A = element(Op, In, 0, I);
    Scalar B = element(Op, In, 1, I);
    Scalar Q = wholeQuotient(Op, A, B);
    Save[0].at(I) = Q;
    Out[0].at(I) = A - B * Q;
  });
}

void backwardMod(const OpInstance &, ArrayRef<Tensor>, ArrayRef<Tensor>,
                 const Saved &Save, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                 MutableArrayRef<Tensor> DIn) {
  if (Needs[0])
    sumBack(DOut[0], DIn[0]);
  if (Needs[1])
    gradientOf(DOut[0], DIn[1],
               [&](ShapeRef I) { return -(DOut[0].at(I) * Save[0].at(I)); });
}

// -- Pow.

Scalar power(Scalar X, int64_t N) {
  if (N == 0)
    return 1.0;
  if (N == 1)
    return X;
  Scalar Half = power(X, N / 2);
  Scalar Square = Half * Half;
  return N % 2 == 0 ? Square : Square * X;
}

bool exponentKnown(const OpInstance &Op, ArrayRef<Tensor> In) {
  return Op.contents(1) != nullptr && In[1].size() == 1;
}

Scalar powOf(const OpInstance &Op, bool Known, Scalar X, Scalar Y) {
  double E = Y.value();
  if (!Known)
    return pow(X, Y);
  Scalar Positive;
  if (std::abs(E) == 0.5)
    Positive = sqrt(X);
  else if (E == std::trunc(E))
    Positive = power(X, static_cast<int64_t>(std::abs(E)));
  else
    return pow(X, Y);
  return E < 0 ? 1.0 / Positive : Positive;
}

void forwardPow(const OpInstance &Op, ArrayRef<Tensor> In,
                MutableArrayRef<Tensor> Out, Saved &) {
  bool Known = exponentKnown(Op, In);
  forEachIndex(Out[0].Dims, [&](ShapeRef I) {
    Out[0].at(I) = atType(Out[0].Type, powOf(Op, Known, element(Op, In, 0, I),
                                             element(Op, In, 1, I)));
  });
}

void backwardPow(const OpInstance &Op, ArrayRef<Tensor> In,
                 ArrayRef<Tensor> Out, const Saved &, ArrayRef<Tensor> DOut,
                 ArrayRef<bool> Needs, MutableArrayRef<Tensor> DIn) {
  bool Known = exponentKnown(Op, In);
  double E = Known ? In[1][0].value() : 0;
  if (Needs[0] && Known && E != 0)
    gradientOf(DOut[0], DIn[0], [&](ShapeRef I) -> Scalar {
      Scalar X = element(Op, In, 0, I);
      Scalar Y = Out[0].at(I);
      Scalar DY = DOut[0].at(I);
      if (E == 1)
        return DY;
      if (E == 0.5)
        return DY * 0.5 / Y;
      bool Whole = E == std::trunc(E);
      if (E < 0 && (Whole || E == -0.5))
        return DY * (E * (Y / X));
      if (Whole)
        return DY * (E * power(X, static_cast<int64_t>(E) - 1));
      return DY * (E * pow(X, E - 1));
    });
  if (Needs[0] && !Known) {
    std::vector<Scalar> Less;
    for (Scalar P : In[1].Data)
      Less.push_back(P - 1.0);
    gradientOf(DOut[0], DIn[0], [&](ShapeRef I) {
      size_t At = broadcastOffset(In[1].Dims, I);
      return DOut[0].at(I) * (In[1][At] * pow(element(Op, In, 0, I), Less[At]));
    });
  }
  if (Needs[1]) {
    std::vector<Scalar> Logs;
    for (Scalar X : In[0].Data)
      Logs.push_back(log(X));
    gradientOf(DOut[0], DIn[1], [&](ShapeRef I) {
      return DOut[0].at(I) * Out[0].at(I) *
             Logs[broadcastOffset(In[0].Dims, I)];
    });
  }
}

NodeCase unknownPow(std::mt19937 &Rng) {
  auto [A, B] = pairOfShapes(Rng);
  NodeCase C;
  C.Op = "Pow";
  return C.uniform(Rng, A, 0.5, 2).uniform(Rng, B, -2, 3);
}

NodeCase knownPow(std::mt19937 &Rng, double Exponent, ElementType Type) {
  NodeCase C;
  C.Op = "Pow";
  C.uniform(Rng, pickShape(Rng, pick(Rng, 0, 3)), 0.5, 2);
  Tensor E(Type, Shape(pick(Rng, 0, 1), 1));
  E[0] = Exponent;
  return C.operand(std::move(E), true);
}

NodeCase integerPow(std::mt19937 &Rng) {
  return knownPow(Rng, static_cast<double>(pick(Rng, -6, 17)),
                  pick(Rng, 0, 1) == 0 ? ElementType::Int64
                                       : ElementType::Float32);
}

NodeCase fractionalPow(std::mt19937 &Rng) {
  static constexpr double Exponents[] = {0.5, -0.5, 1.5, -1.5, 0.1, 2.2, -3.3};
  return knownPow(Rng, Exponents[pick(Rng, 0, 6)], ElementType::Float32);
}

// -- Clip.

/// The bound of operand 1 (min) or 2 (max); null when there is none.
std::optional<Scalar> bound(const OpInstance &Op, ArrayRef<Tensor> In,
                            unsigned I) {
  if (Op.hasInput(I))
    return In[I][0];
  const char *Name = I == 1 ? "min" : "max";
  if (Op.hasAttr(Name))
    return Scalar(Op.attrFloat(Name, 0));
  return std::nullopt;
}

void forwardClip(const OpInstance &Op, ArrayRef<Tensor> In,
                 MutableArrayRef<Tensor> Out, Saved &) {
  std::optional<Scalar> Low = bound(Op, In, 1);
  std::optional<Scalar> High = bound(Op, In, 2);
  for (size_t I = 0; I < In[0].size(); ++I) {
    Scalar X = In[0][I];
    if (Low)
      X = max(X, *Low);
    if (High)
      X = min(X, *High);
    Out[0][I] = X;
  }
}

void backwardClip(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                  const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                  MutableArrayRef<Tensor> DIn) {
  std::optional<Scalar> Low = bound(Op, In, 1);
  std::optional<Scalar> High = bound(Op, In, 2);
  bool NeedsLow = Needs.size() > 1 && Needs[1];
  bool NeedsHigh = Needs.size() > 2 && Needs[2];
  Sum DLow;
  Sum DHigh;
  for (size_t I = 0; I < In[0].size(); ++I) {
    bool Below = Low && (Needs[0] || NeedsLow) && In[0][I] < *Low;
    bool Above = High && (Needs[0] || NeedsHigh) && In[0][I] > *High;
    if (Needs[0])
      DIn[0][I] = Below || Above ? Scalar(0.0) : DOut[0][I];
    // Selection is no operation; the zeros are summed too.
    if (NeedsLow)
      DLow.term(Below ? DOut[0][I] : Scalar(0.0));
    if (NeedsHigh)
      DHigh.term(Above ? DOut[0][I] : Scalar(0.0));
  }
  if (NeedsLow)
    DIn[1][0] = DLow.sum();
  if (NeedsHigh)
    DIn[2][0] = DHigh.sum();
}

NodeCase clipAttributes(std::mt19937 &Rng) {
  NodeCase C = anyShape(Rng, "Clip", static_cast<int>(pick(Rng, 6, 10)));
  if (pick(Rng, 0, 2) != 0)
    C.set("min", -0.5);
  if (pick(Rng, 0, 2) != 0)
    C.set("max", 0.7);
  return C;
}

NodeCase clipOperands(std::mt19937 &Rng) {
  NodeCase C = anyShape(Rng, "Clip", static_cast<int>(pick(Rng, 11, 23)));
  if (pick(Rng, 0, 2) != 0)
    C.uniform(Rng, {}, -1, 0);
  else
    C.absent();
  if (pick(Rng, 0, 2) != 0)
    C.uniform(Rng, {}, 0.1, 1);
  return C;
}

} // namespace

void addElementwiseReferences(References &All) {
  All.push_back(
      {.Op = "Add",
       .Forward = forwardTwo<[](const OpInstance &, Scalar A, Scalar B) {
         return A + B;
       }>,
       .Backward = backwardAdd,
       .Cases = {[](std::mt19937 &Rng) { return broadcastPair(Rng, "Add"); },
                 [](std::mt19937 &Rng) {
                   // Before opset 7 operand 1 starts at `axis`.
                   Shape A = pickShape(Rng, 4);
                   NodeCase C;
                   C.Op = "Add";
                   C.Opset = 6;
                   C.indices(A, std::vector<int64_t>(elements(A).value(), 3));
                   C.indices({A[1]}, std::vector<int64_t>(A[1], 4));
                   return C.set("broadcast", 1).set("axis", 1);
                 }}});
  All.push_back(
      {.Op = "Sub",
       .Forward = forwardTwo<[](const OpInstance &, Scalar A, Scalar B) {
         return A - B;
       }>,
       .Backward = backwardSub,
       .Cases = {[](std::mt19937 &Rng) { return broadcastPair(Rng, "Sub"); },
                 [](std::mt19937 &Rng) {
                   return integerPair(Rng, "Sub", ElementType::UInt8, 0, 9);
                 }}});
  All.push_back(
      {.Op = "Mul",
       .Forward = forwardTwo<[](const OpInstance &, Scalar A, Scalar B) {
         return A * B;
       }>,
       .Backward = backwardMul,
       .Cases = {[](std::mt19937 &Rng) { return broadcastPair(Rng, "Mul"); }}});
  All.push_back({.Op = "Div",
                 .Forward = forwardTwo<[](const OpInstance &, Scalar A,
                                          Scalar B) { return A / B; }>,
                 .Backward = backwardDiv,
                 .Cases = {divCase, [](std::mt19937 &Rng) {
                             return integerPair(Rng, "Div", ElementType::Int32,
                                                -9, 9);
                           }}});
  All.push_back({.Op = "Mod",
                 .Forward = forwardMod,
                 .Backward = backwardMod,
                 .Cases = {[](std::mt19937 &Rng) {
                             NodeCase C = broadcastPair(Rng, "Mod");
                             return C.set("fmod", 1);
                           },
                           [](std::mt19937 &Rng) {
                             NodeCase C = integerPair(
                                 Rng, "Mod", ElementType::Int64, -9, 9);
                             return C.set("fmod", pick(Rng, 0, 1));
                           }}});
  All.push_back({.Op = "Pow",
                 .Forward = forwardPow,
                 .Backward = backwardPow,
                 .Cases = {unknownPow, integerPow, fractionalPow}});
  All.push_back({.Op = "Clip",
                 .Forward = forwardClip,
                 .Backward = backwardClip,
                 .Cases = {clipAttributes, clipOperands}});
}

} // namespace toscount::oracle
