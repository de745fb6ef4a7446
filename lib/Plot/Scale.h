//===- Scale.h - ranges and ticks of an axis ------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Chooses what an axis spans and where its ticks stand: at 1, 2 or 5 times a
/// power of ten, with texts that carry the unit.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_PLOT_SCALE_H
#define TOSCOUNT_LIB_PLOT_SCALE_H

#include "toscount/Plot/Figure.h"

namespace toscount {

/// Finite, and so small that ranges of it are finite too.
bool isDrawable(double Value);

struct Tick {
  double At = 0;
  std::string Text;
};

struct Scale {
  bool Log = false;
  double Least = 0, Most = 1;
  std::vector<Tick> Ticks;
  std::string Title; ///< With the unit, and its prefix if ticks have none.

  /// Where \p Value stands, 0 at Least and 1 at Most.
  [[nodiscard]] double place(double Value) const;
};

/// The scale of \p A for \p Values. \p FromZero: bars begin at 0.
Scale makeScale(const Axis &A, std::vector<double> Values, bool FromZero);

} // namespace toscount

#endif // TOSCOUNT_LIB_PLOT_SCALE_H
