//===- SearchSpace.h - what a search chooses from -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The candidates of a search: models, each with every combination of a few
/// training settings (JSON, schema `toscount.space/1`), or the rows of a table
/// that says what each of them reached (CSV).
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_SEARCH_SEARCHSPACE_H
#define TOSCOUNT_SEARCH_SEARCHSPACE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace toscount {

/// The most candidates of a space.
inline constexpr size_t MostCandidates = 20000;

/// A training setting and its values.
struct SearchAxis {
  std::string Name; ///< "batch", "optimizer", "learning_rate", "dtype".
  std::vector<std::string> Values;
};

struct SearchCandidate {
  std::string Model; ///< A path or a spec; empty in tables without models.
  std::vector<std::pair<std::string, std::string>> Settings; ///< By axis.
  std::string Name; ///< "zoo:lenet:scale=2, batch 32"; unique in the space.
  // Of tables: means over the rows of this candidate.
  std::optional<double> Accuracy, Energy;
  std::vector<double> Features; ///< In the order of SearchSpace::Features.
};

struct SearchSpace {
  std::string Path;
  std::vector<std::string> Models;
  std::vector<SearchAxis> Axes;
  bool IsTable = false;
  std::vector<SearchCandidate> Rows; ///< Of a table, each candidate once.
  std::vector<std::string> Features; ///< Columns that describe candidates.
  std::string Unit;                  ///< Of Energy; empty without energies.

  /// Candidates differ in their models.
  [[nodiscard]] bool hasModels() const;
};

/// Columns of a table, by name.
struct SpaceColumns {
  std::string Accuracy; ///< Empty: "accuracy", if there is one.
  std::string Energy;   ///< Empty: the only one that begins with "energy".
  std::string Unit;     ///< Empty: what the energy column's name says.
  /// Numbers that describe candidates. Empty: what counting says of column
  /// "model", or without one every other column that holds only numbers.
  std::vector<std::string> Features;
};

/// The space in \p Path: a table when it ends in .csv, otherwise JSON. Errors
/// name the file and the field, or the line.
llvm::Expected<SearchSpace> readSearchSpace(llvm::StringRef Path,
                                            const SpaceColumns &Columns);

/// Every combination, the last axis varying fastest. Errors: more than
/// MostCandidates.
llvm::Expected<std::vector<SearchCandidate>> gridOf(const SearchSpace &Space);

} // namespace toscount

#endif // TOSCOUNT_SEARCH_SEARCHSPACE_H
