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

#include <memory>

namespace toscount {

/// One row. Names are as in the file: views escape them.
struct ReportRow {
  std::string Name;
  std::string Op;
  const LayerCost *Cost = nullptr;
  /// Of the first result; null for groups and rows without an operator.
  const Shape *Output = nullptr;
  WideCount Parameters, Trainable;
  bool Estimate = false;
  size_t Layers = 1;
  size_t Blocks = 0; ///< Recognised blocks that the row sums.
  /// The layer that the row is; null for anything gathered.
  const LayerCounts *Source = nullptr;
  /// The row that gathers what Top left out.
  bool Others = false;
};

struct ReportRows {
  std::vector<ReportRow> List;
  bool Grouped = false;
  bool OfBlocks = false; ///< Grouped by kind of block.
  /// Costs of rows that are sums.
  std::vector<std::unique_ptr<LayerCost>> Owned;
};

/// The rows of \p Table that \p Options ask for.
llvm::Expected<ReportRows> makeRows(const CostTable &Table,
                                    const ReportOptions &Options);

/// The layers of \p Table gathered by operator, most TOs first.
ReportRows rowsByOperator(const CostTable &Table);

/// Everything: the row below a table.
ReportRow totalRow(const CostTable &Table, const LayerCost &Sum);
LayerCost totalCost(const CostTable &Table);

/// True when some layer is an estimate.
bool hasEstimates(const ModelCounts &Counts);

} // namespace toscount

#endif // TOSCOUNT_LIB_REPORT_ROWS_H
