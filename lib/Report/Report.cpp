//===- Report.cpp - choosing a view of a cost table -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Report/Report.h"

#include "Columns.h"
#include "Formats.h"
#include "Page.h"

using namespace llvm;

namespace toscount {
namespace {

// In the order of the enumerations.
constexpr StringRef FormatNames[] = {"text", "json", "csv",
                                     "md",   "html", "svg"};
constexpr StringRef GroupNames[] = {"layer", "op", "scope", "block"};

template <typename Enum>
std::optional<Enum> fromName(ArrayRef<StringRef> Names, StringRef Name) {
  for (size_t I = 0; I < Names.size(); ++I)
    if (Names[I] == Name)
      return static_cast<Enum>(I);
  return std::nullopt;
}

} // namespace

ArrayRef<StringRef> reportFormatNames() {
  return ArrayRef<StringRef>(FormatNames).drop_back(2);
}
ArrayRef<StringRef> pictureFormatNames() { return FormatNames; }
std::optional<ReportFormat> reportFormatFromName(StringRef Name) {
  return fromName<ReportFormat>(FormatNames, Name);
}

ArrayRef<StringRef> groupByNames() { return GroupNames; }
std::optional<GroupBy> groupByFromName(StringRef Name) {
  return fromName<GroupBy>(GroupNames, Name);
}

Error checkReportOptions(const ReportOptions &Options) {
  if (Expected<std::vector<Column>> C = findColumns(Options.Columns); !C)
    return C.takeError();
  if (Options.Sort.empty() || Options.Sort == "order")
    return Error::success();
  return findColumn(Options.Sort).takeError();
}

Error writeReport(raw_ostream &OS, const CostTable &Table,
                  const ReportOptions &Options) {
  if (Error E = checkReportOptions(Options))
    return E;
  Expected<ReportRows> Rows = makeRows(Table, Options);
  if (!Rows)
    return Rows.takeError();
  switch (Options.Format) {
  case ReportFormat::Text:
    writeText(OS, Table, *Rows, Options);
    break;
  case ReportFormat::Json:
    writeJson(OS, Table, *Rows, /*Pretty=*/true);
    OS << "\n";
    break;
  case ReportFormat::Csv:
    writeCsv(OS, Table, *Rows, Options);
    break;
  case ReportFormat::Markdown:
    writeMarkdown(OS, Table, *Rows, Options);
    break;
  case ReportFormat::Html:
  case ReportFormat::Svg: {
    ReportRows Operators = rowsByOperator(Table);
    return writePage(OS, countPage(Table, *Rows, Operators, Options), Options);
  }
  }
  return Error::success();
}

} // namespace toscount
