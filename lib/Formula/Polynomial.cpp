//===- Polynomial.cpp - polynomials with rational coefficients ------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Formula/Polynomial.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <numeric>

using namespace llvm;

namespace toscount {
namespace {

DynamicAPInt big(int64_t Value) { return DynamicAPInt(Value); }

/// The row of coefficients of each Lagrange polynomial of \p Xs: row J, power P
/// at J * Xs.size() + P.
std::vector<Rational> lagrange(ArrayRef<int64_t> Xs) {
  std::vector<Rational> Rows;
  for (size_t J = 0; J < Xs.size(); ++J) {
    std::vector<Rational> Row = {1};
    for (size_t L = 0; L < Xs.size(); ++L) {
      if (L == J)
        continue;
      // Times (x - Xs[L]) / (Xs[J] - Xs[L]).
      Rational Scale = Rational(1) / (Rational(Xs[J]) - Rational(Xs[L]));
      Row.emplace_back();
      for (size_t P = Row.size(); P-- > 0;) {
        Rational Shifted = P == 0 ? Rational() : Row[P - 1];
        Row[P] = (Shifted - Row[P] * Rational(Xs[L])) * Scale;
      }
    }
    Rows.insert(Rows.end(), Row.begin(), Row.end());
  }
  return Rows;
}

unsigned degree(const Term &T) {
  return std::accumulate(T.Powers.begin(), T.Powers.end(), 0U);
}

std::string shownName(const std::string &Name) {
  auto Plain = [](char C) {
    return isAlnum(C) || StringRef("_.:/-").contains(C);
  };
  bool Word = !Name.empty() && all_of(Name, Plain) && !isDigit(Name.front());
  return Word ? Name : "\"" + Name + "\"";
}

std::string digits(const DynamicAPInt &Value) {
  std::string Text;
  raw_string_ostream(Text) << Value;
  return Text;
}

} // namespace

Rational::Rational(const DynamicAPInt &N, const DynamicAPInt &D)
    : Numerator(N), Denominator(D) {
  if (Denominator < 0) {
    Numerator = -Numerator;
    Denominator = -Denominator;
  }
  DynamicAPInt Common = gcd(abs(Numerator), Denominator);
  if (Common != 1) {
    Numerator = Numerator / Common;
    Denominator = Denominator / Common;
  }
}

Rational::Rational(WideCount Value) : Denominator(1) {
  for (unsigned Shift = 128; Shift != 0;) {
    Shift -= 32;
    auto Part = static_cast<uint32_t>(Value.value() >> Shift);
    Numerator = Numerator * big(int64_t{1} << 32U) + big(Part);
  }
}

Rational operator+(const Rational &A, const Rational &B) {
  return {A.Numerator * B.Denominator + B.Numerator * A.Denominator,
          A.Denominator * B.Denominator};
}

Rational operator-(const Rational &A, const Rational &B) {
  return {A.Numerator * B.Denominator - B.Numerator * A.Denominator,
          A.Denominator * B.Denominator};
}

Rational operator*(const Rational &A, const Rational &B) {
  return {A.Numerator * B.Numerator, A.Denominator * B.Denominator};
}

Rational operator/(const Rational &A, const Rational &B) {
  return {A.Numerator * B.Denominator, A.Denominator * B.Numerator};
}

std::string toString(const Rational &R) {
  std::string Text = digits(R.numerator());
  return R.denominator() == 1 ? Text : Text + "/" + digits(R.denominator());
}

Rational Polynomial::at(ArrayRef<int64_t> Point) const {
  // Over one denominator, so that there is one fraction to shorten.
  DynamicAPInt Common(1);
  for (const Term &T : Terms)
    Common = lcm(Common, T.Coefficient.denominator());
  DynamicAPInt Sum(0);
  for (const Term &T : Terms) {
    DynamicAPInt Product =
        T.Coefficient.numerator() * (Common / T.Coefficient.denominator());
    for (size_t I = 0; I < T.Powers.size(); ++I)
      for (unsigned P = 0; P < T.Powers[I]; ++P)
        Product *= Point[I];
    Sum += Product;
  }
  return {Sum, Common};
}

Polynomial interpolate(ArrayRef<std::vector<int64_t>> Axes,
                       std::vector<Rational> Values) {
  // Along one axis after the other, values become coefficients.
  size_t Inner = Values.size();
  size_t Outer = 1;
  for (const std::vector<int64_t> &Xs : Axes) {
    size_t Size = Xs.size();
    Inner /= Size;
    std::vector<Rational> Rows = lagrange(Xs);
    std::vector<Rational> Next(Values.size());
    for (size_t O = 0; O < Outer; ++O)
      for (size_t In = 0; In < Inner; ++In)
        for (size_t J = 0; J < Size; ++J) {
          const Rational &Value = Values[(O * Size + J) * Inner + In];
          if (Value.isZero())
            continue;
          for (size_t P = 0; P < Size; ++P) {
            Rational &Sum = Next[(O * Size + P) * Inner + In];
            Sum = Sum + Value * Rows[J * Size + P];
          }
        }
    Values = std::move(Next);
    Outer *= Size;
  }
  Polynomial Result;
  for (size_t I = 0; I < Values.size(); ++I) {
    if (Values[I].isZero())
      continue;
    Term T;
    T.Coefficient = Values[I];
    T.Powers.resize(Axes.size());
    size_t Rest = I;
    for (size_t A = Axes.size(); A-- > 0;) {
      T.Powers[A] = static_cast<unsigned>(Rest % Axes[A].size());
      Rest /= Axes[A].size();
    }
    Result.Terms.push_back(std::move(T));
  }
  std::sort(Result.Terms.begin(), Result.Terms.end(),
            [](const Term &A, const Term &B) {
              unsigned Da = degree(A), Db = degree(B);
              return Da != Db ? Da > Db
                              : std::lexicographical_compare(
                                    B.Powers.begin(), B.Powers.end(),
                                    A.Powers.begin(), A.Powers.end());
            });
  return Result;
}

std::string toString(const Polynomial &P, ArrayRef<std::string> Names) {
  if (P.Terms.empty())
    return "0";
  std::string Text;
  for (const Term &T : P.Terms) {
    Rational Size = T.Coefficient;
    if (Size.isNegative())
      Size = Rational() - Size;
    if (Text.empty())
      Text = T.Coefficient.isNegative() ? "-" : "";
    else
      Text += T.Coefficient.isNegative() ? " - " : " + ";
    std::string Product;
    for (size_t I = 0; I < T.Powers.size(); ++I) {
      if (T.Powers[I] == 0)
        continue;
      Product += (Product.empty() ? "" : " ") + shownName(Names[I]);
      if (T.Powers[I] > 1)
        Product += "^" + std::to_string(T.Powers[I]);
    }
    if (Product.empty())
      Text += toString(Size);
    else if (Size == Rational(1))
      Text += Product;
    else
      Text += toString(Size) + " " + Product;
  }
  return Text;
}

} // namespace toscount
