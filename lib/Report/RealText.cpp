//===- RealText.cpp - measured and predicted numbers as text --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "RealText.h"

#include "DisplayText.h"

#include "toscount/Support/Csv.h"

#include <array>
#include <charconv>
#include <cmath>

using namespace llvm;

namespace toscount {

std::string fixedText(double Value, int Digits) {
  // The largest number has 309 digits before the point.
  std::array<char, 400> Text{};
  auto [End, Failed] = std::to_chars(Text.begin(), Text.end(), Value,
                                     std::chars_format::fixed, Digits);
  return Failed == std::errc() ? std::string(Text.data(), End)
                               : numberText(Value);
}

std::string quantity(double Value, StringRef Unit) {
  static constexpr StringLiteral Prefixes[] = {"p", "n", "u", "m", "",  "k",
                                               "M", "G", "T", "P", "E", "Z"};
  constexpr int Plain = 4;
  std::string Safe = safeText(Unit);
  // Other units are their source's: a prefix would make another word of them.
  bool Prefixed = Unit == "J" || Unit == "g" || Unit == "s";
  int Power = 0;
  double Shown = Value;
  if (Prefixed && std::isfinite(Value) && Value != 0) {
    while (std::abs(Shown) >= 999.5 && Power + Plain + 1 < 12) {
      Shown /= 1000;
      ++Power;
    }
    while (std::abs(Shown) < 0.9995 && Power > -Plain) {
      Shown *= 1000;
      --Power;
    }
  }
  double Size = std::abs(Shown);
  std::string Text = Size != 0 && (Size < 0.01 || Size >= 1e15)
                         ? roundedText(Shown, 3)
                     : Size >= 100 ? fixedText(Shown, 0)
                     : Size >= 10  ? fixedText(Shown, 1)
                                   : fixedText(Shown, 2);
  return Text + " " + (Power == 0 ? "" : Prefixes[Power + Plain].str()) + Safe;
}

std::string duration(double Seconds) {
  if (Seconds < 120)
    return quantity(Seconds, "s");
  double Minutes = std::round(Seconds / 60);
  if (Minutes < 60)
    return fixedText(Minutes, 0) + " min";
  double Hours = std::floor(Minutes / 60);
  return fixedText(Hours, 0) + " h " + fixedText(Minutes - 60 * Hours, 0) +
         " min";
}

std::string quantity(double Value, StringRef Unit,
                     const ReportOptions &Options) {
  return Options.Data ? numberText(Value) : quantity(Value, Unit);
}

std::string duration(double Seconds, const ReportOptions &Options) {
  return Options.Data ? numberText(Seconds) : duration(Seconds);
}

std::string percentText(double Percent, int Digits,
                        const ReportOptions &Options) {
  return Options.Data ? numberText(Percent) : fixedText(Percent, Digits) + " %";
}

void jsonNumber(json::OStream &J, double Value) {
  if (std::isfinite(Value))
    J.rawValue(numberText(Value));
  else
    J.value(nullptr);
}

void jsonField(json::OStream &J, StringRef Name, std::optional<double> Value) {
  if (!Value)
    return;
  J.attributeBegin(Name);
  jsonNumber(J, *Value);
  J.attributeEnd();
}

void jsonWhole(json::OStream &J, StringRef Name, int64_t Value) {
  constexpr int64_t Exact = int64_t{1} << 53U;
  std::string Digits = std::to_string(Value);
  J.attributeBegin(Name);
  J.rawValue(Value <= Exact ? Digits : '"' + Digits + '"');
  J.attributeEnd();
}

} // namespace toscount
