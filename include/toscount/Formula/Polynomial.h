//===- Polynomial.h - polynomials with rational coefficients --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Exact arithmetic: rationals of arbitrary precision, and polynomials in
/// several variables with such coefficients.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_FORMULA_POLYNOMIAL_H
#define TOSCOUNT_FORMULA_POLYNOMIAL_H

#include "toscount/Support/Count.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DynamicAPInt.h"
#include "llvm/ADT/SmallVector.h"

#include <string>
#include <vector>

namespace toscount {

/// A fraction in lowest terms; its denominator is positive.
class Rational {
public:
  Rational() : Denominator(1) {}
  Rational(int64_t Whole) // NOLINT(google-explicit-constructor)
      : Numerator(Whole), Denominator(1) {}
  /// \p Numerator / \p Denominator, which must not be 0.
  Rational(const llvm::DynamicAPInt &Numerator,
           const llvm::DynamicAPInt &Denominator);
  /// A valid count.
  explicit Rational(WideCount Value);

  [[nodiscard]] const llvm::DynamicAPInt &numerator() const {
    return Numerator;
  }
  [[nodiscard]] const llvm::DynamicAPInt &denominator() const {
    return Denominator;
  }
  [[nodiscard]] bool isZero() const { return Numerator == 0; }
  [[nodiscard]] bool isNegative() const { return Numerator < 0; }

  friend Rational operator+(const Rational &A, const Rational &B);
  friend Rational operator-(const Rational &A, const Rational &B);
  friend Rational operator*(const Rational &A, const Rational &B);
  /// \p B must not be 0.
  friend Rational operator/(const Rational &A, const Rational &B);
  friend bool operator==(const Rational &A, const Rational &B) {
    return A.Numerator == B.Numerator && A.Denominator == B.Denominator;
  }

private:
  llvm::DynamicAPInt Numerator, Denominator;
};

/// "7", "-7/2".
std::string toString(const Rational &R);

/// A coefficient other than 0, and the power of each variable.
struct Term {
  Rational Coefficient;
  llvm::SmallVector<unsigned, 4> Powers;
};

/// A sum of terms, of highest degree first; of equal degree those with more of
/// the first variable first. Without terms it is 0.
struct Polynomial {
  std::vector<Term> Terms;

  /// Its value where the variables are \p Point.
  [[nodiscard]] Rational at(llvm::ArrayRef<int64_t> Point) const;
};

/// The polynomial through \p Values on a grid: variable I takes the values
/// \p Axes[I], one more than its degree, all different. The last variable runs
/// fastest in \p Values.
Polynomial interpolate(llvm::ArrayRef<std::vector<int64_t>> Axes,
                       std::vector<Rational> Values);

/// "2 N seq^2 + 7/2 N - 1", "0". A name that is not one word of letters, digits
/// and `_ . : / -` is put in quotation marks.
std::string toString(const Polynomial &P, llvm::ArrayRef<std::string> Names);

} // namespace toscount

#endif // TOSCOUNT_FORMULA_POLYNOMIAL_H
