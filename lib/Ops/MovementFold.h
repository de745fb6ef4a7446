//===- MovementFold.h - known contents that are moved ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Folding a movement is choosing, for each element of the result, the element
/// it comes from, whatever the elements are.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_MOVEMENTFOLD_H
#define TOSCOUNT_LIB_OPS_MOVEMENTFOLD_H

#include "toscount/Ops/OpInfo.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace toscount {

/// Where one element of a result comes from: element At of From, or zero (the
/// empty string) when From is null.
struct ElementSource {
  const Constant *From = nullptr;
  size_t At = 0;
};

/// Row-major offset of \p Index in a tensor of \p Dims.
size_t offsetOf(ShapeRef Dims, ShapeRef Index);

/// Calls \p Body with every index of \p Dims in row-major order. Only for
/// tensors whose contents are known, which are small.
void forEachElement(ShapeRef Dims, llvm::function_ref<void(ShapeRef)> Body);

/// Contents of result \p O, one source an element. Types whose contents are
/// never kept (complex numbers) leave it unknown.
void setPicked(ShapeContext &C, unsigned O,
               llvm::ArrayRef<ElementSource> Sources);

/// Result \p O has exactly the elements of \p From.
void setSame(ShapeContext &C, unsigned O, const Constant &From);

/// Result \p O's element at each index is the element of operand \p I at the
/// offset that \p Map gives.
void setMapped(ShapeContext &C, unsigned O, unsigned I,
               llvm::function_ref<size_t(ShapeRef)> Map);

/// \p Values as distinct axes of a tensor of \p Rank dimensions, in the order
/// given.
llvm::Expected<llvm::SmallVector<size_t, 6>>
distinctAxes(const ShapeContext &C, llvm::ArrayRef<int64_t> Values,
             size_t Rank);

/// \p Index as a position in [0, Size), counted from the end when negative.
llvm::Expected<int64_t> checkedIndex(const ShapeContext &C, int64_t Index,
                                     int64_t Size);

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_MOVEMENTFOLD_H
