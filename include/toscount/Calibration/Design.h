//===- Design.h - which runs tell coefficients apart ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Sequential D-optimal design: of the runs that could be measured, those that
/// say most of a linear model's coefficients for the time they take. Measured
/// rows z make the information matrix M = p I + sum z z'; a further row raises
/// log det M by log(1 + z' M^-1 z), and the row that raises it most a second
/// comes next (Wynn, "The sequential generation of D-optimum experimental
/// designs", Ann. Math. Statist. 41, 1970). The prior p, as of coefficients
/// that are known roughly, makes M regular before there are as many rows as
/// columns, and where columns can't be told apart at all.
///
/// Where relative errors are alike, a row is the run's features divided by its
/// response. Columns are scaled to a largest absolute value of 1 first, so that
/// units do not matter.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_CALIBRATION_DESIGN_H
#define TOSCOUNT_CALIBRATION_DESIGN_H

#include "llvm/ADT/ArrayRef.h"

#include <cstddef>
#include <limits>
#include <vector>

namespace toscount {

/// The runs that could be measured, and those that were.
struct DesignSpace {
  size_t Columns = 0;
  std::vector<double> Rows; ///< Row by row.
  /// Seconds that measuring a row takes. A row whose cost is not finite and
  /// above 0, or that holds a number that is not finite, is never chosen.
  std::vector<double> Costs;
  std::vector<size_t> Groups; ///< Or empty: each row is a group of its own.
  /// May be chosen; or empty: all may.
  std::vector<bool> Open;

  [[nodiscard]] size_t rows() const { return Costs.size(); }
};

struct DesignLimits {
  size_t Rows = 1; ///< At most so many are chosen,
  double Cost = std::numeric_limits<double>::infinity(); ///< for this together,
  size_t PerGroup = 1;                                   ///< and of each group.
  double Prior = 0.01;                                   ///< Above 0.
};

/// The next rows of \p Space to measure, the best first; \p Measured were
/// already. A row that was measured is not chosen. The same input makes the
/// same choice: of equal rows the first.
std::vector<size_t> chooseDesign(const DesignSpace &Space,
                                 llvm::ArrayRef<size_t> Measured,
                                 const DesignLimits &Limits);

/// log det(I + sum z z' / prior) of \p Rows: how much is known.
double designInformation(const DesignSpace &Space, llvm::ArrayRef<size_t> Rows,
                         double Prior);

} // namespace toscount

#endif // TOSCOUNT_CALIBRATION_DESIGN_H
