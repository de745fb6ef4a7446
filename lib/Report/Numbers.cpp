//===- Numbers.cpp - numbers as text --------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Report/Numbers.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace toscount {
namespace {

/// Of each power of a thousand.
constexpr StringLiteral Prefixes[] = {"",  "k", "M", "G", "T", "P",
                                      "E", "Z", "Y", "R", "Q"};

/// \p Digits in groups of three from the right.
std::string inThrees(StringRef Digits) {
  std::string Out;
  for (size_t I = 0; I < Digits.size(); ++I) {
    if (I != 0 && (Digits.size() - I) % 3 == 0)
      Out += ' ';
    Out += Digits[I];
  }
  return Out;
}

struct Rounded {
  unsigned Leading; ///< From 100 to 999.
  unsigned Digits;  ///< Of the whole number.
};

/// \p V, at least 1000, as its three leading digits, rounded half up. Most
/// numbers fit 64 bits, which divide many times faster than 128.
template <typename Integer> Rounded threeDigits(Integer V) {
  unsigned Digits = 3;
  Integer Scale = 1;
  for (Integer Limit = V / 1000; Scale <= Limit; Scale *= 10)
    ++Digits;
  auto Leading = static_cast<unsigned>(V / Scale);
  Integer Rest = V % Scale;
  if (Rest >= Scale - Rest)
    ++Leading;
  return Leading == 1000 ? Rounded{100, Digits + 1} : Rounded{Leading, Digits};
}

} // namespace

std::string si(WideCount Value, StringRef Unit) {
  if (!Value.valid())
    return "overflow";
  StringRef Space = Unit.empty() ? "" : " ";
  if (Value < WideCount(1000))
    return (toString(Value) + Space + Unit).str();
  UInt128 V = Value.value();
  auto [Leading, Digits] =
      V <= UINT64_MAX ? threeDigits(static_cast<uint64_t>(V)) : threeDigits(V);
  std::string Text = std::to_string(Leading);
  // From 10^33 on there is no prefix.
  unsigned Group = (Digits - 1) / 3;
  if (Group >= std::size(Prefixes)) {
    Text.insert(1, ".");
    return (Text + "e" + Twine(Digits - 1) + Space + Unit).str();
  }
  unsigned Whole = (Digits - 1) % 3 + 1;
  if (Whole < 3)
    Text.insert(Whole, ".");
  Text += ' ';
  Text += Prefixes[Group];
  Text += Unit;
  return Text;
}

std::string grouped(WideCount Value) {
  return Value.valid() ? inThrees(toString(Value)) : "overflow";
}

std::string groupedFormula(StringRef Text) {
  std::string Out;
  while (!Text.empty()) {
    StringRef Other = Text.take_until(isDigit);
    Text = Text.drop_front(Other.size());
    StringRef Digits = Text.take_while(isDigit);
    Text = Text.drop_front(Digits.size());
    // Digits of a name or a fraction are no number of their own.
    bool Number =
        Other.empty() ||
        !(isAlnum(Other.back()) || Other.back() == '_' || Other.back() == '.');
    Out += Other;
    Out += Number ? inThrees(Digits) : Digits.str();
  }
  return Out;
}

unsigned perMille(WideCount Part, WideCount Whole) {
  if (!Part.valid() || !Whole.valid() || Whole == 0)
    return 0;
  UInt128 P = Part.value(), W = Whole.value();
  // 2000 * P must fit; thirteen low bits don't show in a thousandth.
  while (P >> 116U != 0) {
    P >>= 1U;
    W >>= 1U;
  }
  return W == 0 ? 1000 : static_cast<unsigned>((2000 * P + W) / (2 * W));
}

std::string percent(WideCount Part, WideCount Whole) {
  if (Whole == 0)
    return "-";
  unsigned M = perMille(Part, Whole);
  return std::to_string(M / 10) + "." + std::to_string(M % 10) + " %";
}

} // namespace toscount
