//===- Grid.h - a table of cells, and its layout in text ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Text and Markdown print the same grids. In text a grid is fitted to the
/// width of the terminal.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_REPORT_GRID_H
#define TOSCOUNT_LIB_REPORT_GRID_H

#include "toscount/Report/Report.h"

#include <functional>

namespace toscount {

struct GridColumn {
  std::string Title;
  bool Right = true; ///< Numbers.
  /// Names: comes from the file (code spans in Markdown).
  bool Code = false;
  /// The column may be shortened to this many columns; 0: never.
  unsigned Least = 0;
  /// Shortened from the left rather than from the right.
  bool KeepEnd = false;
  /// Dropped when there is no room, highest first; 0: never.
  unsigned Drop = 0;
  /// Only where there is room without shortening anything, all of one Drop or
  /// none. Not in Markdown.
  bool Extra = false;
  /// Cells are thousandths, drawn as a bar. Not in Markdown.
  bool Bar = false;
};

struct GridRow {
  std::vector<std::string> Cells; ///< Safe text, one a column.
  std::string Mark;               ///< Before the first cell: "~ ", ">= ".
  /// Instead of the cells after the first: why there are none.
  std::string Note;
  bool Plain = false;  ///< Its name is ours, not from the file.
  bool Footer = false; ///< Set off by a rule above the first one.
};

struct Grid {
  std::vector<GridColumn> Columns;
  std::vector<GridRow> Rows;
  /// Rows before those, made when they are looked at: the layers of a large
  /// network would take more memory as text than everything else.
  size_t Made = 0;
  std::function<GridRow(size_t)> Make;

  /// Calls \p Visit with every row, in order.
  void forEachRow(llvm::function_ref<void(const GridRow &)> Visit) const {
    for (size_t I = 0; I < Made; ++I)
      Visit(Make(I));
    for (const GridRow &R : Rows)
      Visit(R);
  }
};

/// ANSI escape sequences, or nothing.
class Style {
public:
  explicit Style(bool On) : On(On) {}
  [[nodiscard]] std::string bold(llvm::StringRef Text) const {
    return wrap("1", Text);
  }
  [[nodiscard]] std::string dim(llvm::StringRef Text) const {
    return wrap("2", Text);
  }
  [[nodiscard]] std::string bar(llvm::StringRef Text) const {
    return wrap("36", Text);
  }
  [[nodiscard]] std::string mark(llvm::StringRef Text) const {
    return wrap("33", Text);
  }
  [[nodiscard]] std::string error(llvm::StringRef Text) const {
    return wrap("31", Text);
  }

private:
  [[nodiscard]] std::string wrap(llvm::StringRef Code,
                                 llvm::StringRef Text) const {
    if (!On || Text.empty())
      return Text.str();
    return ("\x1b[" + Code + "m" + Text + "\x1b[0m").str();
  }
  bool On;
};

/// Prints \p G as aligned text under the width, colours and characters of
/// \p Options.
void printGrid(llvm::raw_ostream &OS, const Grid &G,
               const ReportOptions &Options);

/// Prints \p G as a GitHub table.
void printMarkdownGrid(llvm::raw_ostream &OS, const Grid &G);

/// Prints \p Text wrapped to the width, later lines indented by \p Indent.
void printWrapped(llvm::raw_ostream &OS, llvm::StringRef First,
                  llvm::StringRef Text, unsigned Indent,
                  const ReportOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_LIB_REPORT_GRID_H
