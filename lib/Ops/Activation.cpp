//===- Activation.cpp - activation functions ------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Activations of one operand, element by element.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "Pointwise.h"
#include "ShapeHelpers.h"

using namespace llvm;

namespace toscount {
namespace {

constexpr OpInfo Rows[] = {
    {.Name = "Sigmoid",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Forward = each<EachCost{.Add = 1, .Sub = 1, .Div = 1, .Exp = 1}>,
     .Backward =
         eachBackward<EachCost{.Sub = 1, .Mul = 2, .SavesOutput = true}>,
     .ForwardDoc = "y = 1 / (1 + exp(-x)): sub 1, exp 1, add 1, div 1",
     .BackwardDoc = "dx = dy * y * (1 - y): sub 1, mul 2"},
};

} // namespace

ArrayRef<OpInfo> activationOps() { return Rows; }

} // namespace toscount
