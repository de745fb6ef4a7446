//===- Variadic.cpp - elementwise arithmetic of many operands -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Sum, Mean, Max and Min of any number of operands, broadcast to each other.
/// They are combined from left to right, each partial result at the shape it
/// has then; a single operand is passed on.
///
//===----------------------------------------------------------------------===//

#include "ElementwiseFold.h"
#include "Families.h"
#include "Pointwise.h"
#include "ShapeHelpers.h"

using namespace llvm;

namespace toscount {
namespace {

/// Elements of all partial results when the operands are combined from left to
/// right, each partial result at the shape it has then.
Count partials(const OpInstance &Op) {
  Count Total = 0;
  Shape Partial(Op.inShape(0));
  for (unsigned I = 1; I < Op.numInputs(); ++I) {
    Shape Wider;
    broadcast(Partial, Op.inShape(I), Wider);
    Total += elements(Wider);
    Partial = std::move(Wider);
  }
  return Total;
}

void forwardSum(const OpInstance &Op, Work &W) {
  W.add(partials(Op), "the operands are added from left to right");
}

void forwardMean(const OpInstance &Op, Work &W) {
  forwardSum(Op, W);
  if (Op.numInputs() > 1)
    W.div(Op.outSize(0), "divided by the number of operands");
}

void forwardExtreme(const OpInstance &Op, Work &W) {
  W.cmp(partials(Op), "the operands are compared from left to right");
}

/// All needed operands receive the same gradient.
void backwardSum(const OpInstance &Op, GradWork &G) {
  for (unsigned I = 0; I < Op.numInputs(); ++I)
    if (G.needs(I)) {
      G.alias(I);
      sumBackOperand(Op, G, I);
    }
}

void backwardMean(const OpInstance &Op, GradWork &G) {
  bool Divided = Op.numInputs() == 1;
  for (unsigned I = 0; I < Op.numInputs(); ++I)
    if (G.needs(I)) {
      if (Divided)
        G.alias(I);
      else
        G.div(Op.outSize(0), "the gradient over the number of operands, once");
      Divided = true;
      sumBackOperand(Op, G, I);
    }
}

void backwardExtreme(const OpInstance &Op, GradWork &G) {
  if (Op.numInputs() == 1) {
    if (G.needs(0))
      G.alias(0);
    return;
  }
  bool Any = false;
  for (unsigned I = 0; I < Op.numInputs(); ++I)
    if (G.needs(I)) {
      Any = true;
      G.savesInput(I);
      G.cmp(Op.outSize(0), "where the operand is the result");
      sumBackOperand(Op, G, I);
    }
  if (Any)
    G.savesOutput(0);
}

constexpr OpInfo Rows[] = {
    {.Name = "Sum",
     .Types = "Tfi+",
     .Trainable = AllOperands,
     .Undecidable = AllOperands,
     .Differentiable = AllOperands,
     .Grad = Gradient::Rule,
     .Shape = shapeVariadic,
     .Fold = fold<nullptr, [](double A, double B) { return A + B; }>,
     .Forward = forwardSum,
     .Backward = backwardSum,
     .ForwardDoc = "n operands: n - 1 adds an element, from left to right",
     .BackwardDoc = "the gradient itself, summed over broadcast dimensions"},
    {.Name = "Mean",
     .Types = "Tfi+",
     .Trainable = AllOperands,
     .Undecidable = AllOperands,
     .Differentiable = AllOperands,
     .Grad = Gradient::Rule,
     .Shape = shapeVariadic,
     .Fold = foldMean,
     .Forward = forwardMean,
     .Backward = backwardMean,
     .ForwardDoc = "n operands: n - 1 adds an element, then div 1 by n",
     .BackwardDoc = "dy / n: div 1, once for all operands; summed over "
                    "broadcast dimensions"},
    {.Name = "Max",
     .Types = "Tfi+",
     .Trainable = AllOperands,
     .Undecidable = AllOperands,
     .Differentiable = AllOperands,
     .Grad = Gradient::Rule,
     .Shape = shapeVariadic,
     .Fold = fold<maxInts, [](double A, double B) { return std::max(A, B); }>,
     .Forward = forwardExtreme,
     .Backward = backwardExtreme,
     .ForwardDoc = "n operands: n - 1 cmp an element, from left to right",
     .BackwardDoc = "cmp 1 an element and operand (where it is the result); "
                    "summed over broadcast dimensions"},
    {.Name = "Min",
     .Types = "Tfi+",
     .Trainable = AllOperands,
     .Undecidable = AllOperands,
     .Differentiable = AllOperands,
     .Grad = Gradient::Rule,
     .Shape = shapeVariadic,
     .Fold = fold<minInts, [](double A, double B) { return std::min(A, B); }>,
     .Forward = forwardExtreme,
     .Backward = backwardExtreme,
     .ForwardDoc = "n operands: n - 1 cmp an element, from left to right",
     .BackwardDoc = "cmp 1 an element and operand (where it is the result); "
                    "summed over broadcast dimensions"},
};

} // namespace

ArrayRef<OpInfo> variadicOps() { return Rows; }

} // namespace toscount
