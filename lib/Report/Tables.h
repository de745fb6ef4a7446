//===- Tables.h - a report of several small tables ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Reports of statistics are a few titled tables and notes; text and Markdown
/// print them alike.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_REPORT_TABLES_H
#define TOSCOUNT_LIB_REPORT_TABLES_H

#include "Page.h"

#include "llvm/Support/JSON.h"

namespace toscount {

struct TitledTable {
  std::string Title;
  Grid Table;
  std::vector<std::string> Notes; ///< Below it, from our own words and names.
};

class TableBuilder {
public:
  explicit TableBuilder(std::string Title) { T.Title = std::move(Title); }
  TableBuilder &text(llvm::StringRef Title) { return column(Title, false); }
  TableBuilder &number(llvm::StringRef Title) { return column(Title, true); }
  /// Cells from files are made safe here.
  void row(std::vector<std::string> Cells);
  TitledTable take() { return std::move(T); }
  TitledTable T;

private:
  TableBuilder &column(llvm::StringRef Title, bool Right);
};

/// Writes \p Tables with their titles and notes, as text or Markdown.
void writeTables(llvm::raw_ostream &OS, llvm::ArrayRef<TitledTable> Tables,
                 const ReportOptions &Options);

/// As tables of a page: \p Make is asked for them as shown, and for their data.
void addTables(
    PageSection &S, const ReportOptions &Options,
    llvm::function_ref<std::vector<TitledTable>(const ReportOptions &)> Make);

/// Four significant digits, or "-" for none.
std::string cellText(std::optional<double> Number, int Digits = 4);
/// The same; all digits for Options.Data.
std::string cellText(std::optional<double> Number, const ReportOptions &Options,
                     int Digits = 4);

/// "+3.4 %"
std::string signedPercent(std::optional<double> Percent);
std::string signedPercent(std::optional<double> Percent,
                          const ReportOptions &Options);

/// A p value: "0.0123", "< 1e-300" for what is too small to be a number.
std::string probabilityText(double P);
std::string probabilityText(double P, const ReportOptions &Options);

/// Writes attribute \p Key unless \p Value is absent.
void optionalAttribute(llvm::json::OStream &J, llvm::StringRef Key,
                       std::optional<double> Value);

} // namespace toscount

#endif // TOSCOUNT_LIB_REPORT_TABLES_H
