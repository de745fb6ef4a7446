//===- Csv.h - tables as comma-separated values ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Reads tables of RFC 4180: a header line, fields separated by commas, fields
/// in quotes with doubled quotes, commas and line breaks inside them. Lines end
/// in LF or CR LF; a byte order mark is skipped. Nothing is guessed: a row of
/// another length, a stray quote or a column named twice is an error.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_SUPPORT_CSV_H
#define TOSCOUNT_SUPPORT_CSV_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace toscount {

struct CsvTable {
  std::string Path;
  std::vector<std::string> Header;
  std::vector<std::vector<std::string>> Rows;
  std::vector<unsigned> Lines; ///< Of each row, where it begins; from 1.

  /// The column called \p Name; otherwise an error with the nearest spelling.
  [[nodiscard]] llvm::Expected<size_t> column(llvm::StringRef Name) const;

  /// The finite number of one cell; otherwise an error with file, line and
  /// column. Spaces around it are allowed.
  [[nodiscard]] llvm::Expected<double> number(size_t Row, size_t Column) const;

  /// A column of numbers.
  [[nodiscard]] llvm::Expected<std::vector<double>>
  numbers(size_t Column) const;

  /// A column as text.
  [[nodiscard]] std::vector<std::string> texts(size_t Column) const;
};

/// The table in \p Text. Errors name \p Path and the line.
llvm::Expected<CsvTable> parseCsv(llvm::StringRef Text, llvm::StringRef Path);

/// The table in the file \p Path ("-": standard input), at most 1 GiB.
llvm::Expected<CsvTable> readCsv(llvm::StringRef Path);

/// A finite decimal number that is the whole of \p Text, whatever the locale.
bool parseNumber(llvm::StringRef Text, double &Number);

/// The shortest text that reads back as \p Number.
std::string numberText(double Number);

/// \p Number with at most \p Digits significant digits.
std::string roundedText(double Number, int Digits);

} // namespace toscount

#endif // TOSCOUNT_SUPPORT_CSV_H
