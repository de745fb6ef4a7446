//===- FigureParts.cpp - what figures of reports share --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "FigureParts.h"

#include "toscount/Support/Statistics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace toscount {

Ink phaseInk(StringRef Phase) {
  return StringSwitch<Ink>(Phase)
      .Case("forward", Ink::Blue)
      .Case("loss", Ink::Purple)
      .Case("backward", Ink::Orange)
      .Case("update", Ink::Green)
      .Case("validation", Ink::Sky)
      .Default(Ink::Grey);
}

Ink seriesInk(size_t I) {
  constexpr Ink Circle[] = {Ink::Blue,   Ink::Vermilion, Ink::Green,
                            Ink::Orange, Ink::Purple,    Ink::Sky};
  return Circle[I % std::size(Circle)];
}

double toDouble(WideCount N) {
  if (!N.valid())
    return 0;
  constexpr double Two64 = 18446744073709551616.0;
  UInt128 V = N.value();
  return static_cast<double>(static_cast<uint64_t>(V >> 64U)) * Two64 +
         static_cast<double>(static_cast<uint64_t>(V));
}

std::string plural(size_t N, StringRef Thing) {
  return std::to_string(N) + " " + Thing.str() + (N == 1 ? "" : "s");
}

double addRow(Figure &F, std::string Name) {
  F.Rows.push_back(std::move(Name));
  return static_cast<double>(F.Rows.size() - 1);
}

StackedBars::StackedBars(std::vector<std::pair<std::string, Ink>> Names) {
  for (auto &[Name, Colour] : Names)
    Parts.push_back({Name, SeriesStyle::Bars, Colour, false, {}});
}

void StackedBars::add(Figure &F, std::string Name, ArrayRef<Part> Values,
                      std::string Label) {
  double Row = addRow(F, std::move(Name));
  double End = 0;
  Mark *Last = nullptr;
  for (size_t I = 0; I < Values.size(); ++I) {
    if (!(Values[I].Value > 0))
      continue;
    Mark M;
    M.Low = End;
    M.X = End += Values[I].Value;
    M.Y = Row;
    M.Tip = Values[I].Tip;
    Parts[I].Marks.push_back(std::move(M));
    Last = &Parts[I].Marks.back();
  }
  if (Last != nullptr)
    Last->Label = std::move(Label);
}

void StackedBars::finish(Figure &F) && {
  for (Series &S : Parts)
    if (!S.Marks.empty())
      F.All.push_back(std::move(S));
  if (F.All.size() == 1) // No other to tell it from.
    F.All.front().Name.clear();
}

BoxPlots::BoxPlots(Ink Colour) {
  Whiskers.Style = SeriesStyle::Intervals;
  Boxes.Style = SeriesStyle::Boxes;
  Medians.Style = SeriesStyle::Ticks;
  Whiskers.Colour = Outliers.Colour = Colour;
  Boxes.Colour = Ink::Sky;
  Medians.Colour = Ink::Dark;
}

void BoxPlots::add(Figure &F, std::string Name, ArrayRef<double> Values,
                   function_ref<std::string(double)> Text) {
  double Row = addRow(F, Name);
  if (Values.empty())
    return;
  double Lower = quantile(Values, 0.25), Upper = quantile(Values, 0.75);
  double Middle = median(Values);
  double Reach = 1.5 * (Upper - Lower);
  double Least = Lower, Most = Upper;
  for (double V : Values)
    if (V >= Lower - Reach && V <= Upper + Reach) {
      Least = std::min(Least, V);
      Most = std::max(Most, V);
    } else {
      Mark M;
      M.X = V;
      M.Y = Row;
      M.Tip = Name + ": " + Text(V);
      Outliers.Marks.push_back(std::move(M));
    }
  auto Span = [&](double Low, double High) {
    Mark M;
    M.X = Middle;
    M.Y = Row;
    M.Low = Low;
    M.High = High;
    return M;
  };
  Whiskers.Marks.push_back(Span(Least, Most));
  Mark Box = Span(Lower, Upper);
  Box.Tip = Name + ": median " + Text(Middle) + ", half of " +
            std::to_string(Values.size()) + " between " + Text(Lower) +
            " and " + Text(Upper);
  Boxes.Marks.push_back(Box);
  Mark Stroke;
  Stroke.X = Middle;
  Stroke.Y = Row;
  Stroke.Tip = Box.Tip;
  Medians.Marks.push_back(std::move(Stroke));
}

void BoxPlots::finish(Figure &F) && {
  for (Series *S : {&Whiskers, &Boxes, &Medians, &Outliers})
    if (!S->Marks.empty())
      F.All.push_back(std::move(*S));
}

void thin(Figure &F) {
  constexpr size_t Most = 4000;
  size_t Step = 1;
  for (const Series &S : F.All)
    Step = std::max(Step, (S.Marks.size() + Most - 1) / Most);
  if (Step == 1)
    return;
  for (Series &S : F.All) {
    if (S.Marks.size() <= Most)
      continue;
    std::vector<Mark> Kept;
    for (size_t I = 0; I < S.Marks.size(); I += Step)
      Kept.push_back(std::move(S.Marks[I]));
    S.Marks = std::move(Kept);
  }
  F.Note += (F.Note.empty() ? "" : "; ") + std::string("one mark in ") +
            std::to_string(Step) + " is drawn";
}

} // namespace toscount
