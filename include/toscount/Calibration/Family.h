//===- Family.h - models of energy, and their fits ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A family is a form of model ("polynomial of degree 2 in TOs"); fitted to
/// data it becomes a model that predicts. Selection, bootstrap and intervals
/// work on any family.
///
/// Fitting opens the solver module (see checkSolver); nothing else does.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_CALIBRATION_FAMILY_H
#define TOSCOUNT_CALIBRATION_FAMILY_H

#include "toscount/Calibration/Dataset.h"

#include <memory>
#include <optional>

namespace toscount {

/// How an error counts.
enum class ErrorScale : uint8_t {
  Absolute, ///< E' - E
  Relative, ///< (E' - E) / E
  Log,      ///< log(E' / E): as Relative when small, but over- and
            ///< underestimates by the same factor count the same.
};

/// How much outliers count; see solveRobustly for the scale.
enum class RobustLoss : uint8_t { Squares, Huber, Cauchy };

struct Coefficient {
  std::string Name;
  double Value = 0;
  std::optional<double> StandardError;
  std::string Unit; ///< "J/TO"; empty: none.
};

/// What a prediction is asked for.
struct Point {
  llvm::ArrayRef<double> Features; ///< In the order of the data's columns.
  size_t Id = 0; ///< The run, for models that know more of it.
  llvm::StringRef Session;
};

class Family;

/// A family after fitting.
class FittedModel {
public:
  virtual ~FittedModel();

  /// What it predicts, times the factor of the point's session.
  [[nodiscard]] double predict(const Point &P) const {
    return usual(P) * sessionFactor(P.Session);
  }
  /// What it predicts, the session left out.
  [[nodiscard]] virtual double usual(const Point &P) const = 0;
  /// 1 for a session that was not in the data.
  [[nodiscard]] double sessionFactor(llvm::StringRef Session) const;

  /// The same form for other rows: columns stay merged as they are here, and
  /// the search begins at this solution. For resampling.
  [[nodiscard]] virtual std::unique_ptr<Family> refitter() const = 0;

  /// In the units of the data.
  std::vector<Coefficient> Coefficients;
  /// A factor a session, their geometric mean 1; or none.
  std::vector<std::pair<std::string, double>> SessionFactors;
  /// What has to be said of it: merged columns, coefficients at a bound.
  std::vector<std::string> Notes;
};

class Family {
public:
  virtual ~Family();

  [[nodiscard]] virtual std::string name() const = 0;

  /// How many coefficients it would fit to \p Data; the measure of simplicity.
  [[nodiscard]] virtual size_t coefficients(const Dataset &Data) const = 0;

  /// Refuses, with a reason, what does not determine the coefficients.
  [[nodiscard]] virtual llvm::Expected<std::unique_ptr<FittedModel>>
  fit(const Dataset &Data) const = 0;
};

/// What \p Model predicts for each row of \p Data.
std::vector<double> predictAll(const FittedModel &Model, const Dataset &Data);

/// An error that says what to do when the solver module can't be opened.
llvm::Error checkSolver();

} // namespace toscount

#endif // TOSCOUNT_CALIBRATION_FAMILY_H
