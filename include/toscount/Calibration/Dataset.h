//===- Dataset.h - what a fit is given ------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A table of numbers with a response: one row a run. Where the features come
/// from (counted models, columns of a file) is not this room's business.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_CALIBRATION_DATASET_H
#define TOSCOUNT_CALIBRATION_DATASET_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace toscount {

/// A column's name and unit ("TOs", "B"); an empty unit is none.
struct ColumnInfo {
  std::string Name, Unit;
};

struct Dataset {
  std::vector<ColumnInfo> Columns;
  ColumnInfo Response;   ///< {"energy", "J"}
  std::vector<double> X; ///< rows() x Columns.size(), row by row.
  std::vector<double> Y; ///< One a row.
  /// The architecture a row belongs to; empty: each row is its own.
  std::vector<std::string> Group;
  std::vector<std::string> Session; ///< Or empty: one session.
  std::vector<double> Weight;       ///< Or empty: 1 each. 0 leaves a row out.
  std::vector<size_t> Id;           ///< Or empty: the row's number.

  [[nodiscard]] size_t rows() const { return Y.size(); }
  [[nodiscard]] llvm::ArrayRef<double> row(size_t Row) const {
    return llvm::ArrayRef<double>(X).slice(Row * Columns.size(),
                                           Columns.size());
  }
  [[nodiscard]] double weight(size_t Row) const {
    return Weight.empty() ? 1 : Weight[Row];
  }
  [[nodiscard]] size_t id(size_t Row) const {
    return Id.empty() ? Row : Id[Row];
  }
  [[nodiscard]] llvm::StringRef session(size_t Row) const {
    return Session.empty() ? llvm::StringRef() : llvm::StringRef(Session[Row]);
  }
  /// Each row's group as a number, and (by number) the groups' names, in the
  /// order of first appearance.
  [[nodiscard]] std::vector<size_t> groupNumbers() const;
  [[nodiscard]] std::vector<std::string> groupNames() const;
  /// The sessions, in the order of first appearance; one without a name when
  /// rows have none.
  [[nodiscard]] std::vector<std::string> sessionNames() const;

  /// The rows \p Rows, with the ids they have here.
  [[nodiscard]] Dataset select(llvm::ArrayRef<size_t> Rows) const;
};

/// Refuses what no fit can use: sizes that do not agree, no rows, no columns,
/// numbers that are not finite, negative weights.
llvm::Error checkDataset(const Dataset &Data);

/// And energies that are not above 0, which have no relative error.
llvm::Error checkEnergies(const Dataset &Data);

/// Refuses fewer rows, or fewer groups, than coefficients; those of sessions
/// (\p OfSessions more) are told apart by rows alone.
llvm::Error checkEnough(const Dataset &Data, size_t Coefficients,
                        size_t OfSessions = 0);

} // namespace toscount

#endif // TOSCOUNT_CALIBRATION_DATASET_H
