//===- Elementwise.cpp - elementwise arithmetic ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "Pointwise.h"
#include "ShapeHelpers.h"

using namespace llvm;

namespace toscount {
namespace {

/// The arriving gradient passes unchanged to both operands.
void backwardAdd(const OpInstance &Op, GradWork &G) {
  for (unsigned I : {0U, 1U})
    if (G.needs(I)) {
      G.alias(I);
      G.broadcastSum(I, Op.outSize(0), Op.inSize(I));
    }
}

constexpr OpInfo Rows[] = {
    {.Name = "Add",
     .Trainable = operands(0, 1),
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeBroadcast,
     .Forward = each<EachCost{.Add = 1}>,
     .Backward = backwardAdd,
     .ForwardDoc = "one add for each element of the result",
     .BackwardDoc = "the gradient itself, summed over broadcast dimensions"},
};

} // namespace

ArrayRef<OpInfo> elementwiseOps() { return Rows; }

} // namespace toscount
