//===- Figure.h - a picture as a value ------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What a picture shows, before anything is drawn: axes with units, and series
/// of marks. Reports make figures of the same values that their text and JSON
/// are made of, so that they can't disagree.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_PLOT_FIGURE_H
#define TOSCOUNT_PLOT_FIGURE_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace toscount {

/// An axis of numbers. Its range holds every mark; Least and Most widen it.
struct Axis {
  std::string Title;
  std::string Unit;      ///< "J", "W samples", "%"; empty: a count or a ratio.
  bool Prefixed = false; ///< Ticks take SI prefixes: "10 kJ", "1 G".
  /// Logarithmic, where every mark is above 0; otherwise linear.
  bool Log = false;
  bool Whole = false; ///< Ticks of a linear axis are whole numbers.
  std::optional<double> Least, Most;
};

/// Colours that people with any common colour blindness tell apart (Okabe and
/// Ito 2008), and greys for what only helps to read.
enum class Ink : uint8_t {
  Blue,
  Orange,
  Green,
  Vermilion,
  Sky,
  Purple,
  Grey,
  Dark,
};

enum class SeriesStyle : uint8_t {
  Points, ///< At X, Y.
  Line,   ///< Through X, Y in order; no marks.
  Bars,   ///< In rows: from Low (absent: 0) to X.
  Boxes,  ///< In rows: from Low to High, narrower than a bar.
  /// A thin line from Low to High: along X in rows, otherwise along Y.
  Intervals,
  Ticks, ///< In rows: a short stroke across the row at X.
};

struct Mark {
  double X = 0;
  double Y = 0; ///< With rows: which, from 0 at the top.
  std::optional<double> Low, High;
  std::string Label; ///< Drawn beside the mark where there is room.
  std::string Tip;   ///< Shown when the mark is pointed at.
};

struct Series {
  std::string Name; ///< In the legend; empty: not there.
  SeriesStyle Style = SeriesStyle::Points;
  Ink Colour = Ink::Blue;
  bool Dashed = false; ///< Of lines.
  std::vector<Mark> Marks;
};

/// Texts may hold anything: they are made safe when they are drawn.
struct Figure {
  std::string Name;  ///< One word; what `--picture` calls it.
  std::string Title; ///< What is seen.
  std::string Note;  ///< Below the title, smaller.
  Axis X, Y;         ///< With rows there is no Y.
  /// Names of rows, the first on top; empty: both axes are numbers.
  std::vector<std::string> Rows;
  std::vector<Series> All; ///< The first is drawn first.
};

} // namespace toscount

#endif // TOSCOUNT_PLOT_FIGURE_H
