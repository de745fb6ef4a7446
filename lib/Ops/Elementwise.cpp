//===- Elementwise.cpp - elementwise arithmetic ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Arithmetic of two operands, broadcast to each other. N is the number
/// of elements of the result; a gradient is computed at N elements and then
/// summed back to its operand's shape.
///
//===----------------------------------------------------------------------===//

#include "ElementwiseFold.h"
#include "Families.h"
#include "Pointwise.h"
#include "ShapeHelpers.h"

#include <bit>
#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

/// The arriving gradient passes unchanged to both operands.
void backwardAdd(const OpInstance &Op, GradWork &G) {
  for (unsigned I : {0U, 1U})
    if (G.needs(I)) {
      G.alias(I);
      sumBackOperand(Op, G, I);
    }
}

void backwardSub(const OpInstance &Op, GradWork &G) {
  if (G.needs(0)) {
    G.alias(0);
    sumBackOperand(Op, G, 0);
  }
  if (G.needs(1)) {
    G.sub(Op.outSize(0), "the gradient of the second operand is negated");
    sumBackOperand(Op, G, 1);
  }
}

void backwardMul(const OpInstance &Op, GradWork &G) {
  for (unsigned I : {0U, 1U})
    if (G.needs(I)) {
      G.savesInput(1 - I);
      G.mul(Op.outSize(0), "the gradient times the other operand");
      sumBackOperand(Op, G, I);
    }
}

void backwardDiv(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0) && !G.needs(1))
    return;
  Count N = Op.outSize(0);
  G.savesInput(1);
  G.div(N, "dC / B, which both gradients use");
  if (G.needs(0))
    sumBackOperand(Op, G, 0);
  if (G.needs(1)) {
    G.savesOutput(0);
    G.mul(N, "dC / B times C");
    G.sub(N, "negated");
    sumBackOperand(Op, G, 1);
  }
}

void forwardMod(const OpInstance &Op, Work &W) {
  Count N = Op.outSize(0);
  W.div(N, "A / B");
  if (isFloating(Op.outType(0)))
    W.cmp(N, "the quotient is rounded to an integer");
  W.mul(N, "the whole quotient times B");
  W.sub(N, "taken from A");
}

void backwardMod(const OpInstance &Op, GradWork &G) {
  Count N = Op.outSize(0);
  if (G.needs(0)) {
    G.alias(0);
    sumBackOperand(Op, G, 0);
  }
  if (G.needs(1)) {
    G.savesHidden(G.type(), N);
    G.mul(N, "the gradient times the whole quotient");
    G.sub(N, "negated");
    sumBackOperand(Op, G, 1);
  }
}

// -- Pow. Shape functions have made sure that the operands broadcast.

/// Multiplications of x^Exponent by repeated squaring.
unsigned squarings(uint64_t Exponent) {
  return Exponent < 2 ? 0
                      : std::bit_width(Exponent) + std::popcount(Exponent) - 2;
}

/// The one exponent of all elements, when it is known.
std::optional<double> knownExponent(const OpInstance &Op) {
  const Constant *E = Op.contents(1);
  if (E == nullptr || E->size() != 1)
    return std::nullopt;
  return E->number(0);
}

/// Integers beyond this are left to the library's pow.
constexpr double MaxSquared = 1 << 30;

bool isSmallInteger(double E) {
  return std::abs(E) <= MaxSquared && E == std::trunc(E);
}

void forwardPow(const OpInstance &Op, Work &W) {
  Count N = Op.outSize(0);
  std::optional<double> E = knownExponent(Op);
  if (E && isSmallInteger(*E)) {
    if (unsigned Muls = squarings(static_cast<uint64_t>(std::abs(*E))))
      W.mul(N * Muls, "an integer power by repeated squaring");
    if (*E < 0)
      W.div(N, "a negative power is a reciprocal");
    return;
  }
  if (E && std::abs(*E) == 0.5) {
    W.root(Elementary::Sqrt, N, "the power is a square root");
    if (*E < 0)
      W.div(N, "a negative power is a reciprocal");
    return;
  }
  W.root(Elementary::Pow, N, "for each element");
}

void backwardBase(const OpInstance &Op, GradWork &G) {
  Count N = Op.outSize(0);
  std::optional<double> E = knownExponent(Op);
  if (E && *E == 0)
    return;
  if (E && *E == 1) {
    G.alias(0);
    sumBackOperand(Op, G, 0);
    return;
  }
  if (E && *E == 0.5) {
    G.savesOutput(0);
    G.mul(N, "half the gradient");
    G.div(N, "over the root");
  } else if (E && *E < 0 && (isSmallInteger(*E) || *E == -0.5)) {
    G.savesInput(0);
    G.savesOutput(0);
    G.div(N, "X^Y / X");
    G.mul(N * 2, "times Y and the gradient");
  } else if (E && isSmallInteger(*E)) {
    G.savesInput(0);
    auto Rest = static_cast<uint64_t>(*E) - 1;
    G.mul(N * (squarings(Rest) + 2), "Y * X^(Y-1), times the gradient");
  } else {
    G.savesInput(0);
    if (!E) {
      G.savesInput(1);
      G.sub(Op.inSize(1), "Y - 1");
    }
    G.root(Elementary::Pow, N, "X^(Y-1)");
    G.mul(N * 2, "times Y and the gradient");
  }
  sumBackOperand(Op, G, 0);
}

void backwardPow(const OpInstance &Op, GradWork &G) {
  if (G.needs(0))
    backwardBase(Op, G);
  if (!G.needs(1))
    return;
  G.savesInput(0);
  G.savesOutput(0);
  G.root(Elementary::Log, Op.inSize(0), "log(X)");
  G.mul(Op.outSize(0) * 2, "times X^Y and the gradient");
  sumBackOperand(Op, G, 1);
}

// -- Clip.

bool hasBound(const OpInstance &Op, unsigned I) {
  return Op.hasInput(I) || Op.hasAttr(I == 1 ? "min" : "max");
}

Error shapeClip(ShapeContext &C) {
  if (Error E = C.expectInputs(1, C.opset() < 11 ? 1 : 3))
    return E;
  for (unsigned I : {1U, 2U})
    if (C.hasInput(I) && !(C.inSize(I) == 1))
      return C.fail(Twine("its ") + (I == 1 ? "min" : "max") + " has shape " +
                    toString(C.inShape(I)) + ", not one element");
  return C.setOutput(0, C.inType(0), C.inShape(0));
}

void forwardClip(const OpInstance &Op, Work &W) {
  Count N = Op.outSize(0);
  if (hasBound(Op, 1))
    W.cmp(N, "max(input, min)");
  if (hasBound(Op, 2))
    W.cmp(N, "min(..., max)");
}

void backwardClip(const OpInstance &Op, GradWork &G) {
  Count N = Op.outSize(0);
  bool Low = hasBound(Op, 1) && (G.needs(0) || G.needs(1));
  bool High = hasBound(Op, 2) && (G.needs(0) || G.needs(2));
  if (Low || High)
    G.savesInput(0);
  if (Low)
    G.cmp(N, "where the input is below min");
  if (High)
    G.cmp(N, "where the input is above max");
  if (G.needs(0) && !Low && !High)
    G.alias(0);
  for (unsigned I : {1U, 2U})
    if (G.needs(I))
      sumBackOperand(Op, G, I);
}

constexpr OpInfo Rows[] = {
    {.Name = "Add",
     .Types = "Tfi Tfi",
     .Trainable = operands(0, 1),
     .Undecidable = operands(0, 1),
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeBroadcast,
     .Fold = fold<addInts, [](double A, double B) { return A + B; }>,
     .Forward = each<EachCost{.Add = 1}>,
     .Backward = backwardAdd,
     .ForwardDoc = "one add for each element of the result",
     .BackwardDoc = "the gradient itself, summed over broadcast dimensions"},
    {.Name = "Sub",
     .Types = "Tfi Tfi",
     .Trainable = operands(0, 1),
     .Undecidable = operands(0, 1),
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeBroadcast,
     .Fold = fold<subInts, [](double A, double B) { return A - B; }>,
     .Forward = each<EachCost{.Sub = 1}>,
     .Backward = backwardSub,
     .ForwardDoc = "one sub for each element of the result",
     .BackwardDoc = "dA = dC; dB = -dC: sub 1; summed over broadcast "
                    "dimensions"},
    {.Name = "Mul",
     .Types = "Tfi Tfi",
     .Trainable = operands(0, 1),
     .Undecidable = operands(0, 1),
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeBroadcast,
     .Fold = fold<mulInts, [](double A, double B) { return A * B; }>,
     .Forward = each<EachCost{.Mul = 1}>,
     .Backward = backwardMul,
     .ForwardDoc = "one mul for each element of the result",
     .BackwardDoc = "dA = dC * B: mul 1; dB = dC * A: mul 1; summed over "
                    "broadcast dimensions"},
    {.Name = "Div",
     .Types = "Tfi Tfi",
     .Trainable = operands(0, 1),
     .Undecidable = operands(0, 1),
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeBroadcast,
     .Fold = fold<divInts, [](double A, double B) { return A / B; }>,
     .Forward = each<EachCost{.Div = 1}>,
     .Backward = backwardDiv,
     .ForwardDoc = "one div for each element of the result",
     .BackwardDoc = "dA = dC / B: div 1, shared; dB = -(dC / B) * C: mul 1, "
                    "sub 1; summed over broadcast dimensions"},
    {.Name = "Mod",
     .Since = 10,
     .Types = "Tfi Tfi",
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeBroadcast,
     .Fold = fold<modInts, [](double A, double B) { return std::fmod(A, B); }>,
     .Forward = forwardMod,
     .Backward = backwardMod,
     .ForwardDoc = "A - B * whole(A / B): div 1, mul 1, sub 1, and cmp 1 for "
                   "the rounding of floating types",
     .BackwardDoc = "dA = dC; dB = -dC * whole(A / B): mul 1, sub 1; summed "
                    "over broadcast dimensions"},
    {.Name = "Pow",
     .Types = "fi fi",
     .Trainable = operands(0),
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeBroadcast,
     .Fold = foldPow,
     .Forward = forwardPow,
     .Backward = backwardPow,
     .ForwardDoc =
         "a known integer exponent: multiplications by repeated squaring, and "
         "div 1 when it is negative; 0.5: sqrt 1; otherwise pow 1",
     .BackwardDoc =
         "dX = dZ * Y * X^(Y-1): mul 2 and the power (0.5: dZ * 0.5 / Z; "
         "negative: dZ * Y * (Z / X)); dY = dZ * Z * log(X): log 1, mul 2"},
    {.Name = "Clip",
     .Types = "Tfi Tfi Tfi",
     .Trainable = operands(0),
     .Differentiable = operands(0, 1, 2),
     .Grad = Gradient::Rule,
     .Shape = shapeClip,
     .Fold = foldClip,
     .Forward = forwardClip,
     .Backward = backwardClip,
     .ForwardDoc = "cmp 1 an element for each of min and max that is given",
     .BackwardDoc = "cmp 1 an element for each given bound (the mask); a bound "
                    "that needs a gradient sums it where it holds"},
};

} // namespace

ArrayRef<OpInfo> elementwiseOps() { return Rows; }

} // namespace toscount
