//===- FigureParts.h - what figures of reports share ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_REPORT_FIGUREPARTS_H
#define TOSCOUNT_LIB_REPORT_FIGUREPARTS_H

#include "toscount/Plot/Figure.h"
#include "toscount/Support/Count.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace toscount {

/// Of "forward", "backward"...: the same in every picture.
Ink phaseInk(llvm::StringRef Phase);
/// Of the I-th of several things, in a circle.
Ink seriesInk(size_t I);

/// For axes, which need no digit beyond a double's.
double toDouble(WideCount N);

/// "3 runs", "1 run".
std::string plural(size_t N, llvm::StringRef Thing);

/// Adds \p Name to the rows of \p F; which one it is.
double addRow(Figure &F, std::string Name);

/// Bars that begin where the one before ends, a series a part.
class StackedBars {
public:
  explicit StackedBars(std::vector<std::pair<std::string, Ink>> Parts);
  struct Part {
    double Value = 0;
    std::string Tip;
  };
  /// Adds row \p Name to \p F. \p Values are one a part; the \p Label stands
  /// behind the last.
  void add(Figure &F, std::string Name, llvm::ArrayRef<Part> Values,
           std::string Label);
  /// Adds the series, those that have a value somewhere.
  void finish(Figure &F) &&;

private:
  std::vector<Series> Parts;
};

/// Adds a box plot of \p Values to row \p Row of \p F: quartiles and median,
/// whiskers to the farthest value within 1.5 times the box, the rest as points
/// (Tukey 1977). \p Name and \p Unit are for tips, where \p Text writes a
/// value.
class BoxPlots {
public:
  explicit BoxPlots(Ink Colour);
  void add(Figure &F, std::string Name, llvm::ArrayRef<double> Values,
           llvm::function_ref<std::string(double)> Text);
  void finish(Figure &F) &&;

private:
  Series Whiskers, Boxes, Medians, Outliers;
};

/// Leaves every k-th mark where there are more than can be told apart; says so
/// in the figure's note.
void thin(Figure &F);

} // namespace toscount

#endif // TOSCOUNT_LIB_REPORT_FIGUREPARTS_H
