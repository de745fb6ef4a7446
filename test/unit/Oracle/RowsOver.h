//===- RowsOver.h - the rows that an operator works on, element by element ===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TEST_ORACLE_ROWSOVER_H
#define TOSCOUNT_TEST_ORACLE_ROWSOVER_H

#include "Reference.h"

#include "llvm/ADT/STLExtras.h"

#include <map>

namespace toscount::oracle {

/// Offsets of the elements of one row, in order.
using RowOffsets = std::vector<size_t>;

/// The elements of a tensor of shape \p Dims grouped by those indices that are
/// not in \p Axes; rows in row-major order of those. Simple rather than fast.
inline std::vector<RowOffsets> rowsOver(ShapeRef Dims,
                                        llvm::ArrayRef<size_t> Axes) {
  std::map<std::vector<int64_t>, RowOffsets> ByKey;
  size_t Offset = 0;
  forEachIndex(Dims, [&](ShapeRef Index) {
    std::vector<int64_t> Key;
    for (size_t I = 0; I < Index.size(); ++I)
      if (!llvm::is_contained(Axes, I))
        Key.push_back(Index[I]);
    ByKey[Key].push_back(Offset++);
  });
  std::vector<RowOffsets> All;
  for (auto &Entry : ByKey)
    All.push_back(std::move(Entry.second));
  return All;
}

/// Dimensions \p Axis and later.
inline std::vector<size_t> axesFrom(size_t Axis, size_t Rank) {
  std::vector<size_t> Axes;
  for (; Axis < Rank; ++Axis)
    Axes.push_back(Axis);
  return Axes;
}

/// Sum over \p Row of F(offset).
template <typename Fn> Scalar sumOver(const RowOffsets &Row, Fn F) {
  Sum S;
  for (size_t I : Row)
    S.term(F(I));
  return S.sum();
}

} // namespace toscount::oracle

#endif // TOSCOUNT_TEST_ORACLE_ROWSOVER_H
