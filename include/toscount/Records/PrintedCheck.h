//===- PrintedCheck.h - do printed tables agree with themselves? ----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Regenerates the cells of printed tables of efficiencies from the other cells
/// and says which the printed digits allow. A number printed as v with last
/// place u stands for anything from v - u/2 (rounded) up to, but not including,
/// v + u (cut off); a cell agrees when the interval that its inputs allow meets
/// its own. Nothing is mended: cells that contradict are listed with the reason
/// that was found, values that stand out are listed as outliers.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_RECORDS_PRINTEDCHECK_H
#define TOSCOUNT_RECORDS_PRINTEDCHECK_H

#include "toscount/Records/Efficiency.h"

namespace toscount {

/// The last place that a column was printed to: 0.001. 0: to be inferred as the
/// largest power of ten of which nine in ten of its cells are multiples.
struct PrintedPlaces {
  double Accuracy = 0, Energy = 0, Efficiency = 0;
};

enum class CellVerdict {
  Agrees,
  /// Contradicts its own row; one power of ten in one cell reconciles them.
  Misprint,
  /// Agrees once the misprinted rows below it are taken as they print their
  /// efficiency.
  Carried,
  /// Contradicts, and no reason was found.
  Unexplained,
};

llvm::StringRef verdictName(CellVerdict V);

enum class CellKind { Model, MeanOverSizes, MeanOverCriteria };

/// "efficiency", "mean over sizes", "mean over criteria".
llvm::StringRef cellName(CellKind K);

struct PrintedCell {
  CellKind Kind = CellKind::Model;
  EfficiencyKey Key;
  double Computed = 0;      ///< From the inputs as printed.
  double Low = 0, High = 0; ///< What they allow.
  double Printed = 0;
  CellVerdict Verdict = CellVerdict::Agrees;
  std::string Reason; ///< Of what does not agree; outliers below what does.
  std::string Where;
};

struct PrintedOutlier {
  EfficiencyKey Key;
  std::string Quantity; ///< "accuracy", "energy per epoch", "energy".
  double Value = 0;
  double MedianOfOthers = 0; ///< Of the other sizes.
  double Score = 0;          ///< |ln value - median| / (1.4826 MAD).
  bool Misprint = false;     ///< Already listed as one.
  std::string Where;
};

struct PrintedCheck {
  PrintedPlaces Places;
  std::vector<PrintedCell> Cells;
  std::vector<PrintedOutlier> Outliers;
  /// Rows of the table of means for which there are no runs.
  std::vector<EfficiencyKey> NotCovered;

  [[nodiscard]] size_t count(CellVerdict V) const;
};

/// Checks the runs of \p Data that have printed values and, in \p Means (a
/// table of efficiencies only), the means: rows without a criterion, or with
/// criterion "all", are means over criteria. Outliers are values further than a
/// factor of 2 from the median of the other sizes with a modified z-score
/// (Iglewicz and Hoaglin 1993) above 3.5, of logarithms. Refuses data without a
/// printed value.
llvm::Expected<PrintedCheck> checkPrinted(const EfficiencyData &Data,
                                          const EfficiencyData &Means,
                                          PrintedPlaces Places);

} // namespace toscount

#endif // TOSCOUNT_RECORDS_PRINTEDCHECK_H
