//===- ElementwiseReference.cpp - executed elementwise arithmetic ---------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

/// Two shapes that broadcast to each other.
NodeCase broadcastPair(std::mt19937 &Rng, const char *Op) {
  Shape A = pickShape(Rng, pick(Rng, 0, 3));
  Shape B = A;
  for (int64_t &D : B)
    if (pick(Rng, 0, 2) == 0)
      D = 1;
  B.erase(B.begin(), B.begin() + pick(Rng, 0, static_cast<int64_t>(B.size())));
  if (pick(Rng, 0, 1) == 0)
    std::swap(A, B);
  NodeCase C;
  C.Op = Op;
  return C.input(Rng, A).input(Rng, B);
}

void forwardAdd(const OpInstance &, ArrayRef<Tensor> In,
                MutableArrayRef<Tensor> Out, Saved &) {
  forEachIndex(Out[0].Dims, [&](ShapeRef I) {
    Out[0].at(I) = In[0][broadcastOffset(In[0].Dims, I)] +
                   In[1][broadcastOffset(In[1].Dims, I)];
  });
}

/// Sums \p Full back to the shape of \p To.
void sumBack(const Tensor &Full, Tensor &To) {
  std::vector<Sum> Sums(To.size());
  forEachIndex(Full.Dims, [&](ShapeRef I) {
    Sums[broadcastOffset(To.Dims, I)].term(Full.at(I));
  });
  for (size_t I = 0; I < To.size(); ++I)
    To[I] = Sums[I].sum();
}

void backwardAdd(const OpInstance &, ArrayRef<Tensor>, ArrayRef<Tensor>,
                 const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                 MutableArrayRef<Tensor> DIn) {
  for (unsigned I : {0U, 1U})
    if (Needs[I])
      sumBack(DOut[0], DIn[I]);
}

} // namespace

void addElementwiseReferences(References &All) {
  All.push_back(
      {.Op = "Add",
       .Forward = forwardAdd,
       .Backward = backwardAdd,
       .Cases = {[](std::mt19937 &Rng) { return broadcastPair(Rng, "Add"); }}});
}

} // namespace toscount::oracle
