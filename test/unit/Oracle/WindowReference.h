//===- WindowReference.h - windows, one tap after the other ---------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TEST_ORACLE_WINDOWREFERENCE_H
#define TOSCOUNT_TEST_ORACLE_WINDOWREFERENCE_H

#include "Reference.h"

namespace toscount::oracle {

/// A sliding window over a tensor with spatial shape In, as the attributes of
/// a node say; Out windows, whose shape is taken as given.
struct Windows {
  Shape In, Out, Kernel, Strides, Dilations, Begin, End;
  bool Skip = false;

  Windows(const OpInstance &Op, ShapeRef In, ShapeRef Out, ShapeRef Kernel);

  /// Where tap \p T of window \p O lies, padding counted from 0.
  [[nodiscard]] Shape padded(ShapeRef O, ShapeRef T) const;
  /// The same in the tensor itself; false when it is not in it.
  bool position(ShapeRef O, ShapeRef T, Shape &P) const;
  /// Shape of everything that any tap touches.
  [[nodiscard]] Shape extent() const;
  /// Calls Body(O, T, P, Inside) for every (window, tap) pair that is computed:
  /// all, or those inside the tensor when taps on padding are skipped.
  void forEach(const std::function<void(ShapeRef O, ShapeRef T, ShapeRef P,
                                        bool Inside)> &Body) const;
};

/// \p Lead before \p Rest.
Shape join(std::initializer_list<int64_t> Lead, ShapeRef Rest);

/// Random window attributes over \p In with one of all paddings; windows of
/// which no tap lies in the tensor do not occur.
void setWindow(std::mt19937 &Rng, NodeCase &C, ShapeRef In, ShapeRef Kernel,
               bool Dilated, bool Ceil);

} // namespace toscount::oracle

#endif // TOSCOUNT_TEST_ORACLE_WINDOWREFERENCE_H
