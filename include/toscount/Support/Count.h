//===- Count.h - checked counts -------------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Integers that never wrap. `Count` (64 bit) holds what one layer does in one
/// step; `WideCount` (128 bit) holds transistor operations and every total
/// over a graph or a training run. Both are sticky: once a result does not fit
/// (or a difference would be negative) every later result is invalid too, so
/// rules are written as plain formulas and overflow is checked once, by the
/// pass that ran the rule.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_SUPPORT_COUNT_H
#define TOSCOUNT_SUPPORT_COUNT_H

#include <compare>
#include <concepts>
#include <cstdint>
#include <string>

namespace toscount {

/// A checked, sticky unsigned integer on the machine type \p Rep.
template <typename Rep> class Checked {
public:
  constexpr Checked() = default;

  /// Negative values give an invalid count.
  template <std::integral T>
  constexpr Checked(T Value) // NOLINT(google-explicit-constructor)
      : Value(fits(Value) ? static_cast<Rep>(Value) : Invalid) {}

  /// Widening a valid count never fails.
  template <typename Narrow>
  requires(sizeof(Narrow) < sizeof(Rep)) constexpr Checked(
      Checked<Narrow> Other) // NOLINT(google-explicit-constructor)
      : Value(Other.valid() ? Rep(Other.value()) : Invalid) {}

  static constexpr Checked invalid() {
    Checked C;
    C.Value = Invalid;
    return C;
  }

  /// False when any operation on the way here overflowed or went below zero.
  [[nodiscard]] constexpr bool valid() const { return Value != Invalid; }

  /// The number. Meaningless unless valid().
  [[nodiscard]] constexpr Rep value() const { return Value; }

  friend constexpr Checked operator+(Checked A, Checked B) {
    Checked R;
    bool Overflow = __builtin_add_overflow(A.Value, B.Value, &R.Value);
    return A.valid() && B.valid() && !Overflow ? R : invalid();
  }
  friend constexpr Checked operator-(Checked A, Checked B) {
    Checked R;
    bool Overflow = __builtin_sub_overflow(A.Value, B.Value, &R.Value);
    return A.valid() && B.valid() && !Overflow ? R : invalid();
  }
  friend constexpr Checked operator*(Checked A, Checked B) {
    Checked R;
    bool Overflow = __builtin_mul_overflow(A.Value, B.Value, &R.Value);
    return A.valid() && B.valid() && !Overflow ? R : invalid();
  }
  /// Integer quotient, rounded down. Dividing by zero gives an invalid count.
  friend constexpr Checked operator/(Checked A, Checked B) {
    if (B.Value == 0 || !A.valid() || !B.valid())
      return invalid();
    Checked R;
    R.Value = A.Value / B.Value;
    return R;
  }
  constexpr Checked &operator+=(Checked B) { return *this = *this + B; }
  constexpr Checked &operator-=(Checked B) { return *this = *this - B; }
  constexpr Checked &operator*=(Checked B) { return *this = *this * B; }

  friend constexpr bool operator==(Checked A, Checked B) {
    return A.Value == B.Value;
  }
  friend constexpr auto operator<=>(Checked A, Checked B) {
    return A.Value <=> B.Value;
  }

private:
  template <typename T> static constexpr bool fits(T V) {
    if constexpr (std::signed_integral<T>)
      if (V < 0)
        return false;
    return sizeof(T) <= sizeof(Rep);
  }

  /// The largest number stands for "does not fit", so that a count costs no
  /// more than its number.
  static constexpr Rep Invalid = static_cast<Rep>(-1);

  Rep Value = 0;
};

/// Operations, elements or bytes of one layer in one step.
using Count = Checked<uint64_t>;

/// GCC's and Clang's 128-bit integer.
__extension__ using UInt128 = unsigned __int128;

/// Transistor operations, and totals over graphs and training runs.
using WideCount = Checked<UInt128>;

/// Decimal digits of \p Value, or "overflow" when it is not valid.
std::string toString(WideCount Value);

} // namespace toscount

#endif // TOSCOUNT_SUPPORT_COUNT_H
