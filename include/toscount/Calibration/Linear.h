//===- Linear.h - energy as a sum of non-negative parts -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The physical family: `E = f_session * sum a_i x_i` with a_i >= 0, fitted to
/// relative errors by a robust loss. A column of ones, if wanted, is a column
/// like the others.
///
/// Columns that the data can't tell apart share one coefficient: it stands at
/// the first of them, its name lists them all ("steps+epochs"), and the others
/// count as 0; so give the column first whose scaling is to be trusted. A
/// column that is a combination of several others is left out, and a note says
/// so.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_CALIBRATION_LINEAR_H
#define TOSCOUNT_CALIBRATION_LINEAR_H

#include "toscount/Calibration/Family.h"

namespace toscount {

struct LinearOptions {
  std::string Name = "linear";
  std::vector<size_t> Columns; ///< Of the data; empty: all.
  bool NonNegative = true;
  ErrorScale Scale = ErrorScale::Relative;
  RobustLoss Loss = RobustLoss::Huber;
  /// Of the errors, where the loss begins to be robust; 0: from the residuals'
  /// median.
  double LossScale = 0;
  /// Penalty: this times the rows times the squares of the coefficients, each
  /// in units of its column's typical share of the response. 0: none.
  double Ridge = 0;
  /// A factor a session, their geometric mean 1; a session that was not in the
  /// data has 1.
  bool SessionFactors = false;
  /// Columns are told apart when the sine of the angle between them (as they
  /// weigh in the fit) is above this.
  double Separation = 1e-6;
};

/// Which columns have a coefficient.
struct ColumnPlan {
  struct Kept {
    size_t Column = 0;            ///< Has the coefficient.
    std::vector<size_t> Together; ///< Others that it stands for.
  };
  std::vector<Kept> Columns;
  std::vector<std::string> Notes;
  /// The least runs and groups that could have told all columns apart.
  size_t Needed = 0;
};

class LinearModel final : public FittedModel {
public:
  [[nodiscard]] double usual(const Point &P) const override;
  [[nodiscard]] std::unique_ptr<Family> refitter() const override;

  LinearOptions Options;
  ColumnPlan Plan;            ///< One coefficient each, in this order.
  std::vector<double> Values; ///< Coefficients of all of the data's columns.
  double LossScale = 0;       ///< As used; 0: none.
};

/// Which columns \p Data can tell apart.
ColumnPlan planColumns(const Dataset &Data, const LinearOptions &Options);

/// Fits. Refuses energies that are not above 0 (unless errors are absolute)
/// and fewer rows or groups than coefficients.
llvm::Expected<std::unique_ptr<LinearModel>>
fitLinear(const Dataset &Data, const LinearOptions &Options);

std::unique_ptr<Family> linearFamily(LinearOptions Options);

} // namespace toscount

#endif // TOSCOUNT_CALIBRATION_LINEAR_H
