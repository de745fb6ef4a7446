//===- Rows.h - the rows of a report --------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What every view lists: layers, or groups of them, sorted, the smallest
/// gathered into one.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_REPORT_ROWS_H
#define TOSCOUNT_LIB_REPORT_ROWS_H

#include "toscount/Report/Report.h"

namespace toscount {

struct Column;

/// One row. Names are as in the file: views escape them.
struct ReportRow {
  std::string Name;
  std::string Op;
  LayerCost Cost;
  /// Of the first result; absent for groups and rows without an operator.
  std::optional<ShapeRef> Output;
  WideCount Parameters, Trainable;
  bool Estimate = false;
  size_t Layers = 1;
  size_t Blocks = 0; ///< Recognised blocks that the row sums.
  /// The layer that the row is; null for anything gathered.
  const LayerCounts *Source = nullptr;
  /// The row that gathers what Top left out.
  bool Others = false;
};

/// The rows of a table in their order. A row that is a layer is made when it is
/// asked for: there may be a million, and views look at one at a time.
class ReportRows {
public:
  explicit ReportRows(const CostTable &Table);

  bool Grouped = false;
  bool OfBlocks = false; ///< Grouped by kind of block.

  [[nodiscard]] size_t size() const { return Order.size(); }
  [[nodiscard]] ReportRow operator[](size_t I) const;

  /// Gathers layers whose \p Key is equal, in order of first use.
  void group(llvm::function_ref<std::string(const LayerCounts &)> Key,
             bool ByOperator);
  /// Notes how many outermost blocks each group, a kind of block, has.
  void countBlocks();
  void sortBy(const Column &Key);
  /// Gathers all but the \p Top first by \p Key into one last row.
  void keepTop(const Column &Key, size_t Top);

private:
  [[nodiscard]] std::vector<size_t> ranked(const Column &Key) const;

  const CostTable &Table;
  std::vector<ReportRow> Sums;
  /// A layer's index; after those, indices into Sums.
  std::vector<size_t> Order;
};

/// The rows of \p Table that \p Options ask for.
llvm::Expected<ReportRows> makeRows(const CostTable &Table,
                                    const ReportOptions &Options);

/// The layers of \p Table gathered by operator, most TOs first.
ReportRows rowsByOperator(const CostTable &Table);

/// Everything: the row below a table.
ReportRow totalRow(const CostTable &Table);

/// True when some layer is an estimate.
bool hasEstimates(const ModelCounts &Counts);

} // namespace toscount

#endif // TOSCOUNT_LIB_REPORT_ROWS_H
