//===- TableSource.h - columns of tables of runs --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Finds what tells the runs of a table apart.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_RECORDS_TABLESOURCE_H
#define TOSCOUNT_LIB_RECORDS_TABLESOURCE_H

#include "toscount/Records/Efficiency.h"
#include "toscount/Support/Csv.h"

namespace toscount {

/// A column that was found, or what stands for it.
struct TableSource {
  std::optional<size_t> Column;
  std::string Constant;

  [[nodiscard]] std::string text(const CsvTable &T, size_t Row) const {
    return Column ? llvm::StringRef(T.Rows[Row][*Column]).trim().str()
                  : Constant;
  }
};

/// \p Given, which must exist, or \p Default, which may; then the constant that
/// \p Columns set for it.
llvm::Error findColumn(const CsvTable &T, const EfficiencyColumns &Columns,
                       llvm::StringRef Given, llvm::StringRef Default,
                       TableSource &S);

/// The columns of an EfficiencyKey.
struct TableSources {
  TableSource Hardware, Dataset, Criterion, Architecture, Size;

  llvm::Error find(const CsvTable &T, const EfficiencyColumns &Columns);
  [[nodiscard]] EfficiencyKey key(const CsvTable &T, size_t Row) const;
};

/// Whether the row passes EfficiencyColumns::Where.
llvm::Expected<bool> isWanted(const CsvTable &T, size_t Row,
                              const EfficiencyColumns &Columns);

/// By its name: .csv.
bool isTable(llvm::StringRef Path);

EfficiencyKey keyOfRun(const RunRecord &R);

} // namespace toscount

#endif // TOSCOUNT_LIB_RECORDS_TABLESOURCE_H
