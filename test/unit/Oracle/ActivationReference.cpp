//===- ActivationReference.cpp - executed activations ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

/// y = F(x) and dx = D(x, y, dy) for every element.
template <auto F>
void forwardEach(const OpInstance &, ArrayRef<Tensor> In,
                 MutableArrayRef<Tensor> Out, Saved &) {
  for (size_t I = 0; I < In[0].size(); ++I)
    Out[0][I] = F(In[0][I]);
}
template <auto D>
void backwardEach(const OpInstance &, ArrayRef<Tensor> In, ArrayRef<Tensor> Out,
                  const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                  MutableArrayRef<Tensor> DIn) {
  if (Needs[0])
    for (size_t I = 0; I < In[0].size(); ++I)
      DIn[0][I] = D(In[0][I], Out[0][I], DOut[0][I]);
}
NodeCase anyShape(std::mt19937 &Rng, const char *Op) {
  NodeCase C;
  C.Op = Op;
  return C.input(Rng, pickShape(Rng, pick(Rng, 0, 3)));
}

} // namespace

void addActivationReferences(References &All) {
  All.push_back(
      {.Op = "Sigmoid",
       .Forward = forwardEach<[](Scalar X) { return 1.0 / (1.0 + exp(-X)); }>,
       .Backward = backwardEach<[](Scalar, Scalar Y, Scalar DY) {
         return DY * Y * (1.0 - Y);
       }>,
       .Cases = {[](std::mt19937 &Rng) { return anyShape(Rng, "Sigmoid"); }}});
}

} // namespace toscount::oracle
