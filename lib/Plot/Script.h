//===- Script.h - a figure as a gnuplot script ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A script holds numbers and stand-ins alone. No text of a figure is in
/// it, so none can be read as a command.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_PLOT_SCRIPT_H
#define TOSCOUNT_LIB_PLOT_SCRIPT_H

#include "toscount/Plot/Figure.h"

namespace toscount {

struct Script {
  std::string Commands;
  /// `TXT0` in the drawing stands for the first of these.
  std::vector<std::string> Texts;
  /// What is plotted, in order: the tips of its marks. None: no marks.
  std::vector<std::vector<std::string>> Tips;
  bool Dense = false; ///< So many points that they cover each other.
};

/// Each figure is an SVG document of its own on standard output.
Script gnuplotScript(const Figure &F);

} // namespace toscount

#endif // TOSCOUNT_LIB_PLOT_SCRIPT_H
