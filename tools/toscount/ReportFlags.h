//===- ReportFlags.h - flags that say how to print ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TOOLS_REPORTFLAGS_H
#define TOSCOUNT_TOOLS_REPORTFLAGS_H

#include "Command.h"

#include "toscount/Report/Report.h"

namespace toscount::tool {

/// `--format`, `-o`, and what fits output to a terminal.
class OutputFlags {
public:
  /// \p Formats says in `--help` which there are. With \p Models the file may
  /// have the name of a model, too.
  void add(CLI::App &App, const std::string &Formats, bool Models = false);
  /// The same for a report with pictures, of which \p Names can be chosen;
  /// the first is drawn without a choice.
  void addWithPictures(CLI::App &App, llvm::ArrayRef<llvm::StringRef> Names);

  /// Throws UsageError for a format that is not one of \p Formats.
  [[nodiscard]] ReportFormat
  format(llvm::ArrayRef<llvm::StringRef> Formats) const;
  /// How a report with pictures is to be written: format, picture, width and
  /// colour. Throws UsageError, and MissingError for pictures without what
  /// draws them.
  [[nodiscard]] ReportOptions view() const;
  /// Empty for standard output.
  [[nodiscard]] const std::string &path() const { return Output; }
  [[nodiscard]] unsigned width() const;
  [[nodiscard]] bool colour() const;

private:
  std::string Format = "text", Output, Colour = "auto", Picture;
  std::vector<std::string> Pictures;
  unsigned Width = 0;
};

/// The above, and what chooses and orders rows of a table of layers.
class ReportFlags {
public:
  void add(CLI::App &App);

  /// As OutputFlags::view, and for choices that do not exist.
  [[nodiscard]] ReportOptions options() const;
  [[nodiscard]] const std::string &path() const { return Output.path(); }

private:
  OutputFlags Output;
  std::string GroupBy = "layer", Sort;
  std::vector<std::string> Columns;
  std::optional<size_t> Top;
  unsigned Depth = 0;
  bool Exact = false;
};

} // namespace toscount::tool

#endif // TOSCOUNT_TOOLS_REPORTFLAGS_H
