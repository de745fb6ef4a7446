//===- Scalar.h - a number that counts its own operations -----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The scalar on which the plain references run. Every arithmetic operator and
/// elementary function adds one to the current tally. Arithmetic on attributes
/// and constants is free by contract: references do it in plain double.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TEST_ORACLE_SCALAR_H
#define TOSCOUNT_TEST_ORACLE_SCALAR_H

#include "toscount/Ops/Work.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <ostream>

namespace toscount::oracle {

/// Operations really executed.
struct Executed {
  uint64_t Add = 0, Sub = 0, Mul = 0, Div = 0, Cmp = 0, Macs = 0, Random = 0;
  std::array<uint64_t, NumElementary> ByFunction{};

  bool operator==(const Executed &) const = default;
};
std::ostream &operator<<(std::ostream &Out, const Executed &E);

/// What a rule claims, in the same form.
Executed claimed(const Work &W);

class Scalar {
public:
  Scalar() = default;
  Scalar(double V) : V(V) {} // NOLINT(google-explicit-constructor)
  /// The number, for indexing and comparison with expectations; not counted.
  [[nodiscard]] double value() const { return V; }

  friend Scalar operator+(Scalar A, Scalar B) { ++Now->Add; return A.V + B.V; }
  friend Scalar operator-(Scalar A, Scalar B) { ++Now->Sub; return A.V - B.V; }
  friend Scalar operator*(Scalar A, Scalar B) { ++Now->Mul; return A.V * B.V; }
  friend Scalar operator/(Scalar A, Scalar B) { ++Now->Div; return A.V / B.V; }
  Scalar &operator+=(Scalar B) { return *this = *this + B; }
  Scalar &operator-=(Scalar B) { return *this = *this - B; }
  Scalar &operator*=(Scalar B) { return *this = *this * B; }
  /// Negation is a subtraction from zero.
  friend Scalar operator-(Scalar A) { ++Now->Sub; return -A.V; }
  /// One comparison each; the result is a plain bool.
  friend bool operator<(Scalar A, Scalar B) { ++Now->Cmp; return A.V < B.V; }
  friend bool operator>(Scalar A, Scalar B) { ++Now->Cmp; return A.V > B.V; }
  friend bool operator<=(Scalar A, Scalar B) { ++Now->Cmp; return A.V <= B.V; }
  friend bool operator>=(Scalar A, Scalar B) { ++Now->Cmp; return A.V >= B.V; }
  friend bool operator==(Scalar A, Scalar B) { ++Now->Cmp; return A.V == B.V; }
  friend bool operator!=(Scalar A, Scalar B) = delete;

  /// An elementary function: one root, under its name.
  static Scalar elementary(Elementary F, double Result) {
    ++Now->ByFunction[static_cast<unsigned>(F)];
    return Result;
  }
  /// Marks the last multiplication as a multiply-accumulate.
  static void mac() { ++Now->Macs; }
  static void random() { ++Now->Random; }

  /// The tally that operations add to; set by Counting.
  static thread_local Executed *Now;

private:
  double V = 0;
};

inline Scalar exp(Scalar A) { return Scalar::elementary(Elementary::Exp, std::exp(A.value())); }
inline Scalar log(Scalar A) { return Scalar::elementary(Elementary::Log, std::log(A.value())); }
inline Scalar sqrt(Scalar A) { return Scalar::elementary(Elementary::Sqrt, std::sqrt(A.value())); }
inline Scalar erf(Scalar A) { return Scalar::elementary(Elementary::Erf, std::erf(A.value())); }
inline Scalar sin(Scalar A) { return Scalar::elementary(Elementary::Sin, std::sin(A.value())); }
inline Scalar cos(Scalar A) { return Scalar::elementary(Elementary::Cos, std::cos(A.value())); }
inline Scalar asin(Scalar A) { return Scalar::elementary(Elementary::Asin, std::asin(A.value())); }
inline Scalar acos(Scalar A) { return Scalar::elementary(Elementary::Acos, std::acos(A.value())); }
inline Scalar atan(Scalar A) { return Scalar::elementary(Elementary::Atan, std::atan(A.value())); }
inline Scalar pow(Scalar A, Scalar B) {
  return Scalar::elementary(Elementary::Pow, std::pow(A.value(), B.value()));
}
/// One comparison.
inline Scalar max(Scalar A, Scalar B) { return A < B ? B : A; }
inline Scalar min(Scalar A, Scalar B) { return B < A ? B : A; }

/// Accumulates a dot product: the first term is only multiplied, each further
/// one multiplied and added. `Dot D; D.term(a, b); ... D.sum()`.
class Dot {
public:
  void term(Scalar A, Scalar B) {
    Scalar P = A * B;
    Scalar::mac();
    Total = Started ? Total + P : P;
    Started = true;
  }
  [[nodiscard]] bool started() const { return Started; }
  [[nodiscard]] Scalar sum() const { return Total; }

private:
  Scalar Total;
  bool Started = false;
};

/// Accumulates a sum: the first term costs nothing.
class Sum {
public:
  void term(Scalar A) {
    Total = Started ? Total + A : A;
    Started = true;
  }
  [[nodiscard]] bool started() const { return Started; }
  [[nodiscard]] Scalar sum() const { return Total; }

private:
  Scalar Total;
  bool Started = false;
};

/// While it lives, operations are tallied in it.
class Counting {
public:
  Counting() : Before(Scalar::Now) { Scalar::Now = &Tally; }
  ~Counting() { Scalar::Now = Before; }
  Counting(const Counting &) = delete;
  Counting &operator=(const Counting &) = delete;
  Executed Tally;

private:
  Executed *Before;
};

} // namespace toscount::oracle

#endif // TOSCOUNT_TEST_ORACLE_SCALAR_H
