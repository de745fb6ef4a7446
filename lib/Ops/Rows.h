//===- Rows.h - operators that work on rows of a tensor -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Softmax, reductions and normalizations cut a tensor into rows and do the
/// same to each. What a row is differs; what it costs depends only on how many
/// there are and how long they are.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_ROWS_H
#define TOSCOUNT_LIB_OPS_ROWS_H

#include "toscount/Ops/OpInfo.h"

namespace toscount {

/// Rows of an empty tensor: none, of length 0, so that every formula gives 0.
struct Rows {
  Count Number, Length;

  /// Of a tensor of \p Elements whose rows have \p Length elements.
  static Rows of(Count Elements, Count Length) {
    if (Elements == 0)
      return {0, 0};
    return {Elements / Length, Length};
  }
  /// Along dimension \p Axis.
  static Rows along(ShapeRef Dims, size_t Axis) {
    return of(toscount::elements(Dims), Dims[Axis]);
  }
  /// Dimensions from \p Axis on, flattened.
  static Rows from(ShapeRef Dims, size_t Axis) {
    return of(toscount::elements(Dims),
              toscount::elements(Dims.drop_front(Axis)));
  }

  [[nodiscard]] Count elements() const { return Number * Length; }
};

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_ROWS_H
