//===- Report.h - views of a cost table -----------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A cost table is one value with many views: text, JSON, CSV and Markdown say
/// the same, so that they can't disagree. No view knows any operator.
///
/// Conventions of all views:
///  - Text and Markdown write SI units with three digits (`1.82 G`, bytes as
///    `3.40 MB`); `Exact` writes plain digits, without separators, so that they
///    can be pasted. JSON and CSV are always exact.
///  - `~` before a name marks an estimate (a trip count or branch was
///    assumed), `>=` a lower bound (unknown operators counted as zero); a
///    legend says so when either occurs.
///  - Names come from untrusted files: control, bidirectional and malformed
///    characters are escaped everywhere but in JSON, whose strings are escaped
///    by JSON's own rules. Text cells of CSV that a spreadsheet would read as
///    a formula begin with an apostrophe.
///
/// Text is fitted to the width. A table that does not fit first loses the
/// columns that are shown only where there is room (operations by phase,
/// kernels), then shortens names from the left to 20 columns (ends of names say
/// more than beginnings), then drops, in this order: bar, output, params,
/// bytes, FLOPs, share, MACs, operator. Columns chosen by name are never
/// dropped.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_REPORT_REPORT_H
#define TOSCOUNT_REPORT_REPORT_H

#include "toscount/Lowering/CostTable.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>
#include <string>
#include <vector>

namespace toscount {

enum class ReportFormat : uint8_t { Text, Json, Csv, Markdown, Html, Svg };

/// "text", "json", "csv", "md": what every report has.
llvm::ArrayRef<llvm::StringRef> reportFormatNames();
/// Those and "html", "svg", which are drawn (toscount/Plot/Draw.h).
llvm::ArrayRef<llvm::StringRef> pictureFormatNames();
/// Of pictureFormatNames().
std::optional<ReportFormat> reportFormatFromName(llvm::StringRef Name);

/// What is one row: a layer, or all layers that share something.
enum class GroupBy : uint8_t {
  Layer,
  Op,
  Scope, ///< Module, by metadata or name (see IR/Scope.h).
  /// Kind of the outermost recognised block; needs CountOptions::FindBlocks.
  Block,
};

/// "layer", "op", "scope", "block".
llvm::ArrayRef<llvm::StringRef> groupByNames();
std::optional<GroupBy> groupByFromName(llvm::StringRef Name);

struct ReportOptions {
  ReportFormat Format = ReportFormat::Text;
  GroupBy Group = GroupBy::Layer;
  /// Scopes are at most so many modules deep; 0: as deep as they are.
  unsigned Depth = 0;
  /// Only the N largest rows by Sort, the rest in a row "M others".
  std::optional<size_t> Top;
  /// A column's name (numbers largest first, text ascending), or "order": as
  /// executed. Empty: "order", but by "tos" with Top. With "order" Top keeps
  /// the largest by "tos".
  std::string Sort;
  /// Columns by name; empty: the format's own choice. See reportColumnNames.
  std::vector<std::string> Columns;
  /// Numbers in full, as plain digits.
  bool Exact = false;
  /// Measured and predicted numbers as JSON has them, without units: what a
  /// page holds beside each number that it shows.
  bool Data = false;
  /// SVG: which of the report's pictures; empty: the first.
  std::string Picture;
  /// Columns of the terminal; 0 fits nothing.
  unsigned Width = 100;
  /// Colours by ANSI escape sequences.
  bool Colour = false;
  /// Bars and ellipses by characters outside ASCII.
  bool Unicode = true;
};

/// The columns that Sort and Columns may name, without their phases. All but
/// the first eight (name, op, output, blocks, layers, params, trainable,
/// estimate) may be had by phase: `forward.tos`.
std::vector<llvm::StringRef> reportColumnNames();

/// An error when \p Options name a column that does not exist; with the
/// nearest spelling. Writers check this too; a tool checks before counting.
llvm::Error checkReportOptions(const ReportOptions &Options);

/// Writes \p Table, the counts of one model.
llvm::Error writeReport(llvm::raw_ostream &OS, const CostTable &Table,
                        const ReportOptions &Options);

/// The row of one of several models, as one format shows it; what it was made
/// from can go.
struct ModelSummary {
  std::string Line;               ///< CSV and JSON: the whole row.
  std::vector<std::string> Cells; ///< Text, Markdown, HTML.
  /// HTML: the same with numbers in full; and what is drawn.
  std::vector<std::string> ExactCells;
  std::string Path;
  WideCount TOs;
  std::string Mark; ///< Before the first cell.
  std::string Note; ///< Instead of further cells: an error.
  std::vector<std::string> Legend;
};

/// The row of a counted model.
ModelSummary summarize(llvm::StringRef Path, const CostTable &Table,
                       const ReportOptions &Options);
/// The row of a model that failed.
ModelSummary summarizeFailure(llvm::StringRef Path, llvm::StringRef Why,
                              const ReportOptions &Options);

/// Writes one row a model, in the order added; in JSON the whole report of each
/// model, one object a line. CSV and JSON are written as rows are added.
class SummaryWriter {
public:
  /// \p Options have passed checkReportOptions.
  SummaryWriter(llvm::raw_ostream &OS, const ReportOptions &Options);
  void add(ModelSummary Row);
  /// An error when drawing fails.
  llvm::Error finish();

private:
  llvm::raw_ostream &OS;
  const ReportOptions &Options;
  std::vector<ModelSummary> Rows;
};

} // namespace toscount

#endif // TOSCOUNT_REPORT_REPORT_H
