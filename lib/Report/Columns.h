//===- Columns.h - what a row can be asked for ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_REPORT_COLUMNS_H
#define TOSCOUNT_LIB_REPORT_COLUMNS_H

#include "Rows.h"

namespace toscount {

enum class ColumnClass : uint8_t { Text, Number, Bytes, Share };

/// A column without its phase.
struct ColumnKind {
  llvm::StringLiteral Name;  ///< As options and CSV call it.
  llvm::StringLiteral Title; ///< As text and Markdown head it.
  ColumnClass Class;
  /// The figure of a Cost it shows; null for figures of the row itself.
  WideCount (*Figure)(const Cost &);
};
llvm::ArrayRef<ColumnKind> columnKinds();

struct Column {
  const ColumnKind *Kind = nullptr;
  std::optional<Phase> In; ///< Absent: all phases.

  [[nodiscard]] bool isText() const { return Kind->Class == ColumnClass::Text; }
  [[nodiscard]] std::string name() const;  ///< "forward.tos"
  [[nodiscard]] std::string title() const; ///< "forward TOs"
};

/// The column called \p Name ("tos", "forward.tos"), or an error with the
/// nearest spelling.
llvm::Expected<Column> findColumn(llvm::StringRef Name);
llvm::Expected<std::vector<Column>>
findColumns(llvm::ArrayRef<std::string> Names);
/// For names that are part of this program.
Column column(llvm::StringRef Name);

const Cost &costIn(const LayerCost &L, std::optional<Phase> In);

/// The number of \p C in \p Row; of a share, its TOs.
WideCount number(const Column &C, const ReportRow &Row);
/// The text of \p C in \p Row, not yet escaped.
std::string text(const Column &C, const ReportRow &Row);

/// "2x64x112x112"; "scalar".
std::string shapeText(ShapeRef Dims);

} // namespace toscount

#endif // TOSCOUNT_LIB_REPORT_COLUMNS_H
