//===- Tables.cpp - a report of several small tables ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Tables.h"

#include "DisplayText.h"

#include "toscount/Support/Csv.h"

#include <cmath>

using namespace llvm;

namespace toscount {

TableBuilder &TableBuilder::column(StringRef Title, bool Right) {
  T.Table.Columns.push_back({.Title = Title.str(), .Right = Right});
  return *this;
}

void TableBuilder::row(std::vector<std::string> Cells) {
  for (std::string &Cell : Cells)
    Cell = safeText(Cell);
  T.Table.Rows.push_back({.Cells = std::move(Cells), .Plain = true});
}

void writeTables(raw_ostream &OS, ArrayRef<TitledTable> Tables,
                 const ReportOptions &Options) {
  Style S(Options.Colour);
  bool First = true;
  for (const TitledTable &T : Tables) {
    if (!First)
      OS << "\n";
    First = false;
    if (Options.Format == ReportFormat::Markdown) {
      OS << "### " << markdownText(T.Title) << "\n";
      if (!T.Table.Columns.empty()) {
        OS << "\n";
        printMarkdownGrid(OS, T.Table);
      }
      for (const std::string &Note : T.Notes)
        OS << "\n" << markdownText(Note) << "\n";
      continue;
    }
    OS << S.bold(safeText(T.Title)) << "\n";
    if (!T.Table.Columns.empty())
      printGrid(OS, T.Table, Options);
    for (const std::string &Note : T.Notes)
      printWrapped(OS, "", safeText(Note), 2, Options);
  }
}

void addTables(
    PageSection &S, const ReportOptions &Options,
    function_ref<std::vector<TitledTable>(const ReportOptions &)> Make) {
  ReportOptions Data = Options;
  Data.Data = true;
  std::vector<TitledTable> Shown = Make(Options), Exact = Make(Data);
  for (size_t I = 0; I < Shown.size(); ++I)
    S.Tables.push_back({std::move(Shown[I].Title), std::move(Shown[I].Table),
                        std::move(Exact[I].Table), nullptr,
                        std::move(Shown[I].Notes)});
}

std::string cellText(std::optional<double> Number, int Digits) {
  return Number ? roundedText(*Number, Digits) : "-";
}

std::string cellText(std::optional<double> Number, const ReportOptions &Options,
                     int Digits) {
  return Number && Options.Data ? numberText(*Number)
                                : cellText(Number, Digits);
}

std::string signedPercent(std::optional<double> Percent,
                          const ReportOptions &Options) {
  return Percent && Options.Data ? numberText(*Percent)
                                 : signedPercent(Percent);
}

std::string signedPercent(std::optional<double> Percent) {
  if (!Percent)
    return "-";
  double Rounded = std::round(*Percent * 10) / 10;
  return (Rounded < 0 ? "" : "+") +
         roundedText(Rounded == 0 ? 0.0 : Rounded, 6) + " %";
}

std::string probabilityText(double P, const ReportOptions &Options) {
  return Options.Data ? numberText(P) : probabilityText(P);
}

std::string probabilityText(double P) {
  return P < 1e-300 ? "< 1e-300" : roundedText(P, 3);
}

void optionalAttribute(json::OStream &J, StringRef Key,
                       std::optional<double> Value) {
  if (Value && std::isfinite(*Value))
    J.attribute(Key, *Value);
}

} // namespace toscount
