//===- Scale.cpp - ranges and ticks of an axis ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Scale.h"

#include "toscount/Support/Csv.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

constexpr StringLiteral Prefixes[] = {"f", "p", "n", "\u00b5", "m", "",
                                      "k", "M", "G", "T",      "P", "E",
                                      "Z", "Y", "R", "Q"};
constexpr int NoPrefix = 5;

/// Of numbers that are drawn; its inverse is the smallest on a logarithmic
/// axis.
constexpr double Largest = 1e300;

/// The power of a thousand whose prefix suits \p Value.
int thousands(double Value) {
  if (Value == 0 || !std::isfinite(Value))
    return 0;
  // Just below a power is on it: ticks are sums.
  auto Power =
      static_cast<int>(std::floor(std::log10(std::abs(Value)) / 3 + 1e-9));
  return std::clamp(Power, -NoPrefix,
                    static_cast<int>(std::size(Prefixes)) - NoPrefix - 1);
}

std::string superscript(int Power) {
  static constexpr StringLiteral Digits[] = {
      "\u2070", "\u00b9", "\u00b2", "\u00b3", "\u2074",
      "\u2075", "\u2076", "\u2077", "\u2078", "\u2079"};
  std::string Text = Power < 0 ? "\u207b" : "";
  for (char C : std::to_string(std::abs(Power)))
    Text += Digits[C - '0'];
  return Text;
}

/// A minus sign as long as a plus.
std::string tickNumber(double Value, int Digits = 6) {
  std::string Text = roundedText(Value, Digits);
  return Text[0] == '-' ? "\u2212" + Text.substr(1) : Text;
}

/// 1, 2 or 5 times a power of ten, so that about \p Count of it make \p Span.
double niceStep(double Span, int Count) {
  double Rough = Span / Count;
  double Power = std::pow(10, std::floor(std::log10(Rough)));
  for (double Factor : {1.0, 2.0, 5.0})
    if (Factor * Power >= Rough * 0.999)
      return Factor * Power;
  return 10 * Power;
}

std::vector<double> linearTicks(double Least, double Most, int Count,
                                bool Whole) {
  double Step = niceStep(Most - Least, Count);
  if (Whole)
    Step = std::max(Step, 1.0);
  // Counted: where a step is too small to be added, the sum never ends.
  const double First = std::ceil(Least / Step - 1e-9);
  constexpr int MostTicks = 100;
  std::vector<double> At;
  for (int I = 0; I < MostTicks; ++I) {
    double Tick = (First + I) * Step + 0.0; // Not -0.
    if (Tick > Most + Step * 1e-9)
      break;
    At.push_back(Tick);
  }
  return At;
}

std::vector<double> logTicks(double Least, double Most) {
  const double Decades = std::log10(Most) - std::log10(Least);
  constexpr int MostTicks = 8;
  const int Every =
      std::max(1, static_cast<int>(std::ceil(Decades / MostTicks)));
  const bool Between = Decades < 3;
  std::vector<double> At;
  for (auto Power = static_cast<int>(std::floor(std::log10(Least)));
       Power <= std::log10(Most) + 1; ++Power)
    for (double Factor : {1.0, 2.0, 5.0}) {
      double Tick = Factor * std::pow(10, Power);
      if ((Factor == 1.0 ? Power % Every == 0 : Between) &&
          Tick >= Least * (1 - 1e-9) && Tick <= Most * (1 + 1e-9))
        At.push_back(Tick);
    }
  return At.size() >= 3 ? At : linearTicks(Least, Most, 5, /*Whole=*/false);
}

/// A tick of a logarithmic axis carries its own prefix.
std::string logText(double Value, const Axis &A) {
  std::string Unit = A.Unit.empty() ? "" : " " + A.Unit;
  if (A.Prefixed) {
    int Power = thousands(Value);
    std::string Prefix = Prefixes[Power + NoPrefix].str();
    std::string After = Prefix + A.Unit;
    return tickNumber(Value / std::pow(1000, Power), 4) +
           (After.empty() ? "" : " " + After);
  }
  double Exponent = std::floor(std::log10(Value) + 1e-9);
  if (std::abs(Exponent) <= 3)
    return tickNumber(Value);
  std::string Factor = tickNumber(Value / std::pow(10, Exponent), 3);
  return (Factor == "1" ? "" : Factor + "\u00d7") + "10" +
         superscript(static_cast<int>(Exponent));
}

void widen(Scale &S, bool FromZero) {
  if (S.Log) {
    double Pad = std::exp(0.05 * (std::log(S.Most) - std::log(S.Least)));
    Pad = std::clamp(Pad, 1.15, 1e6);
    S.Least /= Pad;
    S.Most *= Pad;
    return;
  }
  double Span = S.Most - S.Least;
  // Numbers that differ in their last digits alone are one.
  if (!(Span > 1e-9 * std::max(std::abs(S.Most), std::abs(S.Least))))
    Span = S.Most == 0 ? 1 : std::abs(S.Most) / 2;
  // What begins at 0 needs no room on that side.
  if (!FromZero || S.Least < 0)
    S.Least -= 0.05 * Span;
  if (!FromZero || S.Most > 0 || S.Least == 0)
    S.Most += 0.05 * Span;
}

} // namespace

bool isDrawable(double Value) { return std::abs(Value) <= Largest; }

double Scale::place(double Value) const {
  // Logarithms are subtracted: a quotient may be no number.
  if (Log)
    return (std::log(Value) - std::log(Least)) /
           (std::log(Most) - std::log(Least));
  return (Value - Least) / (Most - Least);
}

Scale makeScale(const Axis &A, std::vector<double> Values, bool FromZero) {
  erase_if(Values, [](double V) { return !isDrawable(V); });
  Scale S;
  S.Title = A.Title;
  if (FromZero)
    Values.push_back(0);
  S.Log = A.Log && !Values.empty() &&
          all_of(Values, [](double V) { return V >= 1 / Largest; });
  if (!Values.empty()) {
    S.Least = *std::min_element(Values.begin(), Values.end());
    S.Most = *std::max_element(Values.begin(), Values.end());
  }
  widen(S, FromZero);
  if (A.Least && (!S.Log || *A.Least > 0))
    S.Least = std::min(S.Least, *A.Least);
  if (A.Most)
    S.Most = std::max(S.Most, *A.Most);
  if (S.Log) {
    for (double At : logTicks(S.Least, S.Most))
      S.Ticks.push_back({At, logText(At, A)});
    if (!A.Prefixed && !A.Unit.empty())
      S.Title += " (" + A.Unit + ")";
    return S;
  }
  std::vector<double> At = linearTicks(S.Least, S.Most, 6, A.Whole);
  double Size = std::max(std::abs(S.Least), std::abs(S.Most));
  // One prefix for all ticks, in the title; other units keep their name.
  int Power = A.Prefixed || Size >= 1e5 || Size < 1e-3 ? thousands(Size) : 0;
  for (double Value : At)
    S.Ticks.push_back({Value, tickNumber(Value / std::pow(1000, Power))});
  std::string Unit = A.Unit;
  if (Power != 0)
    Unit = A.Prefixed ? Prefixes[Power + NoPrefix].str() + A.Unit
                      : "10" + superscript(3 * Power) +
                            (A.Unit.empty() ? "" : " " + A.Unit);
  if (!Unit.empty())
    S.Title += " (" + Unit + ")";
  return S;
}

} // namespace toscount
