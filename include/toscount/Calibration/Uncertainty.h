//===- Uncertainty.h - how sure coefficients and predictions are ----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Coefficients: a bootstrap that draws whole groups. Predictions: intervals
/// from the errors of groups that fits have not seen, without assuming how
/// errors are distributed.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_CALIBRATION_UNCERTAINTY_H
#define TOSCOUNT_CALIBRATION_UNCERTAINTY_H

#include "toscount/Calibration/Family.h"

namespace toscount {

struct BootstrapOptions {
  unsigned Replicates = 200;
  uint64_t Seed = 1;
  double Level = 0.9; ///< Of the intervals.
};

struct Bootstrap {
  unsigned Replicates = 0; ///< That could be fitted.
  /// One a coefficient, in the model's order.
  std::vector<double> StandardError, Low, High;
};

/// Draws as many groups as there are, with replacement, fits the same form
/// again, and repeats. Resamples of G groups vary less than new groups would:
/// deviations are stretched by sqrt(G / (G - p)), p coefficients, and intervals
/// (percentiles, stretched about the estimate; non-negative coefficients stay
/// so) also by what Student's quantiles exceed the normal ones. An error when
/// fewer than half of the replicates can be fitted.
llvm::Expected<Bootstrap> bootstrapGroups(const FittedModel &Model,
                                          const Dataset &Data,
                                          const BootstrapOptions &Options = {});

/// A multiplicative interval: from E' * exp(-LogWidth) to E' * exp(LogWidth).
struct ConformalInterval {
  double Level = 0; ///< That it has; lower than asked when groups are few.
  double Asked = 0;
  double LogWidth = 0;
  size_t Groups = 0;
  [[nodiscard]] double low(double Predicted) const;
  [[nodiscard]] double high(double Predicted) const;
};

/// G / (G + 1): no interval from \p Groups groups can promise more for one
/// more group (90 % needs nine).
double highestLevel(size_t Groups);

/// The interval that holds a run of an unseen group with probability \p Level,
/// when \p Predicted are from fits that had not seen the groups. Scores are
/// |log(measured / predicted)|; each group weighs 1 / (G + 1), shared by its
/// rows, and the unseen one has the rest (the hierarchical conformal prediction
/// of Lee, Barber and Willett 2023). With predictions of cross-validation
/// rather than of one split the promise is approximate: see outerCoverage.
/// An error when a prediction is not above 0, or the level not in 0..1.
llvm::Expected<ConformalInterval>
conformalInterval(llvm::ArrayRef<double> Predicted,
                  llvm::ArrayRef<double> Measured,
                  llvm::ArrayRef<size_t> GroupOf, double Level);

/// Errors depend on the size of what is predicted: start-up repeats well, small
/// work does not. So intervals are made of the errors of predictions of like
/// size (Mondrian conformal prediction), and each class of sizes keeps the
/// promise by itself, however many runs the groups in it have. The borders
/// divide the rows evenly into up to five classes of at least 40 groups each;
/// none with fewer than 80 groups.
std::vector<double> sizeBorders(llvm::ArrayRef<double> Predicted,
                                llvm::ArrayRef<size_t> GroupOf);

/// The class of a prediction: the first whose border is not below it.
size_t sizeClass(llvm::ArrayRef<double> Borders, double Predicted);

/// conformalInterval in each class; one more than there are borders.
llvm::Expected<std::vector<ConformalInterval>>
conformalBySize(llvm::ArrayRef<double> Predicted,
                llvm::ArrayRef<double> Measured, llvm::ArrayRef<size_t> GroupOf,
                double Level, llvm::ArrayRef<double> Borders);

struct Coverage {
  double Level = 0;   ///< The lowest that the folds' intervals had.
  double Percent = 0; ///< Of the rows, that lay in their interval.
  /// The mean over groups of the part of their rows that did: what is promised.
  double GroupPercent = 0;
  size_t Rows = 0, Groups = 0;
};

/// Counts what intervals hold, fold by fold.
class CoverageTally {
public:
  explicit CoverageTally(double Level) { Sum.Level = Level; }
  /// Intervals (by size) at the level, from predictions \p Inner that had not
  /// seen the groups of \p Known, tried on \p Predicted for \p Out.
  llvm::Error add(const Dataset &Known, llvm::ArrayRef<double> Inner,
                  const Dataset &Out, llvm::ArrayRef<double> Predicted);
  [[nodiscard]] Coverage result() const;

private:
  Coverage Sum; ///< Percents are counts until there is a result.
  size_t Inside = 0;
  double GroupsInside = 0;
};

/// Intervals put to the test: in each outer fold model and interval (by an
/// inner cross-validation) come from the other groups alone.
llvm::Expected<Coverage> outerCoverage(const Family &F, const Dataset &Data,
                                       double Level, unsigned Folds = 10);

/// What happens beyond the calibrated range of one column.
struct ColumnExtrapolation {
  size_t Column = 0;
  double Lowest = 0, Highest = 0; ///< Of the column, in the data.
  /// LogWidth of the interval for the lowest (highest) groups by fits to the
  /// others; absent when the rest can't be fitted.
  std::optional<double> LogWidthBelow, LogWidthAbove;
};

/// Leaves out the \p Fraction of the groups that have the lowest, then the
/// highest values of \p Column, and measures how far fits to the rest miss
/// them at \p Level. With \p Per, values are divided by those of that column.
llvm::Expected<ColumnExtrapolation>
extrapolate(const Family &F, const Dataset &Data, size_t Column, double Level,
            std::optional<size_t> Per = {}, double Fraction = 0.2);

} // namespace toscount

#endif // TOSCOUNT_CALIBRATION_UNCERTAINTY_H
