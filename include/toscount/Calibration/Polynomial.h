//===- Polynomial.h - polynomials of plain columns ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The families of the transistor-operations paper (equations 4 and 5): energy
/// as a polynomial of one column, `E = a0 + sum a_i x^i`; of several columns
/// the sum of such polynomials. Ordinary least squares, solved in scaled
/// variables (Chebyshev polynomials of x mapped to -1..1) and refined in
/// extended precision, so that the certified values of NIST's reference sets
/// are reached.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_CALIBRATION_POLYNOMIAL_H
#define TOSCOUNT_CALIBRATION_POLYNOMIAL_H

#include "toscount/Calibration/Family.h"

namespace toscount {

struct PolynomialOptions {
  unsigned Degree = 1; ///< 1 to MaxDegree.
  bool Intercept = true;
  std::vector<size_t> Columns; ///< Of the data; empty: all.
  std::string Name;            ///< Empty: "polynomial of TEXT, degree N".

  static constexpr unsigned MaxDegree = 12;
};

/// A fitted polynomial with the statistics of ordinary least squares.
class PolynomialModel final : public FittedModel {
public:
  [[nodiscard]] double usual(const Point &P) const override;
  [[nodiscard]] std::unique_ptr<Family> refitter() const override;

  PolynomialOptions Options;
  /// Of the coefficients, row by row; empty when rows = coefficients.
  std::vector<double> Covariance;
  std::vector<double> Residuals; ///< Measured minus predicted, one a row.
  double Rmse = 0;               ///< sqrt(SSE / n)
  /// sqrt(SSE / (n - coefficients)); absent without degrees of freedom.
  std::optional<double> ResidualDeviation;
  double RSquared = 0; ///< About the mean; about zero without intercept.
  size_t DegreesOfFreedom = 0;

private:
  friend class PolynomialFit;
  /// x of one column becomes t = (x - Centre) / HalfRange.
  struct Scaling {
    size_t Column = 0;
    double Centre = 0, HalfRange = 1;
  };
  void basis(llvm::ArrayRef<double> Features,
             llvm::MutableArrayRef<long double> Out) const;
  std::vector<Scaling> Scalings;
  std::vector<long double> Scaled; ///< Coefficients of the basis.
};

/// Fits. Refuses fewer distinct values of a column than its polynomial needs,
/// columns that are combinations of others, and fewer rows than coefficients.
llvm::Expected<std::unique_ptr<PolynomialModel>>
fitPolynomial(const Dataset &Data, const PolynomialOptions &Options);

std::unique_ptr<Family> polynomialFamily(PolynomialOptions Options);

} // namespace toscount

#endif // TOSCOUNT_CALIBRATION_POLYNOMIAL_H
