//===- Page.h - a report as a web page ------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What the HTML of a report is made of: the grids that its text is made of,
/// figures, remarks. The page is one file: it loads nothing, and scripts only
/// add to it (sorting, searching, exact digits, tips).
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_REPORT_PAGE_H
#define TOSCOUNT_LIB_REPORT_PAGE_H

#include "Grid.h"

#include "toscount/Plot/Figure.h"

#include <memory>

namespace toscount {

/// A table twice: as text shows it, and with every number as JSON has it.
struct PageTable {
  std::string Title; ///< Empty: that of its section says it.
  Grid Shown, Exact;
  /// Of Exact, whose rows may be made when they are looked at.
  std::shared_ptr<const ReportOptions> ExactOptions;
  std::vector<std::string> Notes;
};

/// Calls \p Make with options for both grids of a table; \p Options outlive it.
PageTable pageTable(std::string Title, const ReportOptions &Options,
                    llvm::function_ref<Grid(const ReportOptions &)> Make);

/// Folded lines in each other.
struct PageTree {
  struct Node {
    std::string Name;
    /// As shown, and exact where that differs.
    std::vector<std::pair<std::string, std::string>> Cells;
    std::vector<Node> Children;
  };
  std::vector<std::string> Titles; ///< Of the name and of each cell.
  std::vector<Node> Roots;
};

struct PageSection {
  std::string Title;
  std::vector<Figure> Figures;
  std::vector<PageTable> Tables;
  PageTree Tree;
  std::vector<std::string> Remarks; ///< A list.
};

struct Page {
  std::string Command; ///< "toscount count"
  std::string Title;
  std::vector<std::pair<std::string, std::string>> Facts;
  std::vector<PageSection> Sections;

  /// Adds a section, unless it would be empty.
  void add(PageSection S);
};

/// Writes \p P as HTML, or as SVG the figure that \p Options name (without a
/// name its first). An error when it does not have it, or a PlotterError.
llvm::Error writePage(llvm::raw_ostream &OS, const Page &P,
                      const ReportOptions &Options);

/// True for the formats that writePage writes.
bool isPicture(ReportFormat Format);

} // namespace toscount

#endif // TOSCOUNT_LIB_REPORT_PAGE_H
