//===- MovementReference.h - executed movement ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A movement is told by where each element of its results comes from. The
/// forward copies; the backward sums, for each source, the gradients of its
/// copies, and the first one costs nothing.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TEST_ORACLE_MOVEMENTREFERENCE_H
#define TOSCOUNT_TEST_ORACLE_MOVEMENTREFERENCE_H

#include "Reference.h"

namespace toscount::oracle {

/// Element At of result O is element From of operand Operand.
using Mover =
    std::function<void(unsigned O, size_t At, unsigned Operand, size_t From)>;

/// Elements of results that Map never mentions are zero.
template <auto Map>
void forwardMoved(const OpInstance &Op, llvm::ArrayRef<Tensor> In,
                  llvm::MutableArrayRef<Tensor> Out, Saved &) {
  Map(Op, In, Out, [&](unsigned O, size_t At, unsigned Operand, size_t From) {
    if (!Out[O].Data.empty())
      Out[O][At] = In[Operand][From];
  });
}

template <auto Map>
void backwardMoved(const OpInstance &Op, llvm::ArrayRef<Tensor> In,
                   llvm::ArrayRef<Tensor> Out, const Saved &,
                   llvm::ArrayRef<Tensor> DOut, llvm::ArrayRef<bool> Needs,
                   llvm::MutableArrayRef<Tensor> DIn) {
  std::vector<std::vector<Sum>> Sums;
  for (const Tensor &T : DIn)
    Sums.emplace_back(T.size());
  Map(Op, In, Out, [&](unsigned O, size_t At, unsigned Operand, size_t From) {
    if (Needs[Operand] && !DOut[O].Data.empty())
      Sums[Operand][From].term(DOut[O][At]);
  });
  for (size_t I = 0; I < DIn.size(); ++I)
    if (Needs[I])
      for (size_t E = 0; E < DIn[I].size(); ++E)
        DIn[I][E] = Sums[I][E].sum();
}

/// The backward of selections by index: each element of the arriving gradient
/// is added into zeros of the operand's size.
template <auto Map>
void backwardScattered(const OpInstance &Op, llvm::ArrayRef<Tensor> In,
                       llvm::ArrayRef<Tensor> Out, const Saved &,
                       llvm::ArrayRef<Tensor> DOut, llvm::ArrayRef<bool> Needs,
                       llvm::MutableArrayRef<Tensor> DIn) {
  Map(Op, In, Out, [&](unsigned O, size_t At, unsigned Operand, size_t From) {
    if (Needs[Operand])
      DIn[Operand][From] += DOut[O][At];
  });
}

/// Element \p I of \p T as a plain integer.
inline int64_t whole(const Tensor &T, size_t I) {
  return static_cast<int64_t>(T[I].value());
}

/// Plain integers of operand \p I, or \p Default when it is absent.
inline std::vector<int64_t> wholes(const OpInstance &Op,
                                   llvm::ArrayRef<Tensor> In, unsigned I,
                                   std::vector<int64_t> Default = {}) {
  if (!Op.hasInput(I))
    return Default;
  std::vector<int64_t> Values;
  for (size_t E = 0; E < In[I].size(); ++E)
    Values.push_back(whole(In[I], E));
  return Values;
}

inline size_t flat(ShapeRef Dims, ShapeRef Index) {
  size_t Offset = 0;
  for (size_t I = 0; I < Dims.size(); ++I)
    Offset = Offset * Dims[I] + Index[I];
  return Offset;
}

inline Shape indexAt(ShapeRef Dims, size_t Offset) {
  Shape Index(Dims.size());
  for (size_t I = Dims.size(); I-- > 0;) {
    Index[I] = static_cast<int64_t>(Offset % Dims[I]);
    Offset /= Dims[I];
  }
  return Index;
}

inline NodeCase make(const char *Op, int Opset) {
  NodeCase C;
  C.Op = Op;
  C.Opset = Opset;
  return C;
}

/// One of \p Versions.
inline int version(std::mt19937 &Rng, std::initializer_list<int> Versions) {
  return *(Versions.begin() +
           pick(Rng, 0, static_cast<int64_t>(Versions.size()) - 1));
}

template <auto Map>
void addMoved(References &All, const char *Op, CaseMaker Case,
              std::vector<unsigned> GradOutputs = {0}) {
  All.push_back({.Op = Op,
                 .Forward = forwardMoved<Map>,
                 .Backward = backwardMoved<Map>,
                 .Cases = {Case},
                 .GradOutputs = std::move(GradOutputs)});
}

/// Slice, Pad and CenterCropPad (MovementSliceReference.cpp).
void addMovementSliceReferences(References &All);

} // namespace toscount::oracle

#endif // TOSCOUNT_TEST_ORACLE_MOVEMENTREFERENCE_H
