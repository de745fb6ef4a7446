//===- Dual.h - derivatives by computing with pairs -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Forward automatic differentiation: a number with its derivatives by N
/// parameters. Written as a model is (with `max`, `exp`, `pow`), it gives the
/// exact gradient that the solver wants. At a kink, as of `max`, the derivative
/// is that of the side that is taken.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_CALIBRATION_DUAL_H
#define TOSCOUNT_CALIBRATION_DUAL_H

#include <array>
#include <cmath>

namespace toscount {

template <unsigned N> struct Dual {
  double Value = 0;
  std::array<double, N> D{};

  Dual() = default;
  Dual(double Value) : Value(Value) {} // NOLINT(google-explicit-constructor)
  /// The parameter of that number.
  static Dual parameter(double Value, unsigned Number) {
    Dual X(Value);
    X.D[Number] = 1;
    return X;
  }

  /// f(*this), given f and its derivative there.
  [[nodiscard]] Dual chain(double F, double Slope) const {
    Dual R(F);
    for (unsigned I = 0; I < N; ++I)
      R.D[I] = Slope * D[I];
    return R;
  }

  friend Dual operator+(const Dual &A, const Dual &B) {
    Dual R(A.Value + B.Value);
    for (unsigned I = 0; I < N; ++I)
      R.D[I] = A.D[I] + B.D[I];
    return R;
  }
  friend Dual operator-(const Dual &A, const Dual &B) {
    Dual R(A.Value - B.Value);
    for (unsigned I = 0; I < N; ++I)
      R.D[I] = A.D[I] - B.D[I];
    return R;
  }
  friend Dual operator*(const Dual &A, const Dual &B) {
    Dual R(A.Value * B.Value);
    for (unsigned I = 0; I < N; ++I)
      R.D[I] = A.D[I] * B.Value + A.Value * B.D[I];
    return R;
  }
  friend Dual operator/(const Dual &A, const Dual &B) {
    Dual R(A.Value / B.Value);
    for (unsigned I = 0; I < N; ++I)
      R.D[I] = (A.D[I] - R.Value * B.D[I]) / B.Value;
    return R;
  }
  friend Dual operator-(const Dual &A) { return Dual(0) - A; }
  Dual &operator+=(const Dual &B) { return *this = *this + B; }
  Dual &operator*=(const Dual &B) { return *this = *this * B; }

  friend bool operator<(const Dual &A, const Dual &B) {
    return A.Value < B.Value;
  }
  friend Dual max(const Dual &A, const Dual &B) { return A < B ? B : A; }
  friend Dual min(const Dual &A, const Dual &B) { return B < A ? B : A; }
  friend Dual exp(const Dual &A) {
    double E = std::exp(A.Value);
    return A.chain(E, E);
  }
  friend Dual log(const Dual &A) {
    return A.chain(std::log(A.Value), 1 / A.Value);
  }
  friend Dual sqrt(const Dual &A) {
    double Root = std::sqrt(A.Value);
    return A.chain(Root, 0.5 / Root);
  }
  friend Dual pow(const Dual &A, double Power) {
    return A.chain(std::pow(A.Value, Power),
                   Power * std::pow(A.Value, Power - 1));
  }
  /// Of a positive base.
  friend Dual pow(const Dual &A, const Dual &Power) {
    return exp(Power * log(A));
  }
};

} // namespace toscount

#endif // TOSCOUNT_CALIBRATION_DUAL_H
