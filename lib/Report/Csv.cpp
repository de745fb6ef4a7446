//===- Csv.cpp - a report for spreadsheets --------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// RFC 4180, with line feeds. A header, a row a layer (or group), and a last
/// row called `total` whose operator is empty. Without `Columns`: name, op,
/// output (when grouped: blocks, layers), params, trainable, estimate, then
/// every figure over all phases, then (with more than one phase) every figure
/// as `PHASE.FIGURE`.
///
//===----------------------------------------------------------------------===//

#include "Columns.h"
#include "DisplayText.h"
#include "Formats.h"

#include "toscount/Report/Numbers.h"

using namespace llvm;

namespace toscount {
namespace {

/// The figures in every phase; elementary functions are left to Columns.
constexpr StringLiteral Figures[] = {
    "macs",   "flops", "tos", "bytes", "bytes_read", "bytes_written", "kernels",
    "random", "add",   "sub", "mul",   "div",        "root",          "cmp"};

std::vector<Column> defaultColumns(const CostTable &Table,
                                   const ReportRows &Rows) {
  std::vector<Column> Columns = {column("name"), column("op")};
  if (Rows.OfBlocks)
    Columns.push_back(column("blocks"));
  Columns.push_back(column(Rows.Grouped ? "layers" : "output"));
  for (StringRef Name : {"params", "trainable", "estimate"})
    Columns.push_back(column(Name));
  for (StringRef Name : Figures)
    Columns.push_back(column(Name));
  if (!Table.Counts->has(Phase::Loss))
    return Columns;
  for (unsigned P = 0; P < NumPhases; ++P)
    if (Table.Counts->has(static_cast<Phase>(P)))
      for (StringRef Name : Figures) {
        Columns.push_back(column(Name));
        Columns.back().In = static_cast<Phase>(P);
      }
  return Columns;
}

std::string field(const Column &C, const ReportRow &Row, const Cost &Whole) {
  switch (C.Kind->Class) {
  case ColumnClass::Text:
    return csvField(text(C, Row));
  case ColumnClass::Number:
  case ColumnClass::Bytes:
    return toString(number(C, Row));
  case ColumnClass::Share: {
    // Percent as a plain number; empty when there is no whole.
    std::string Text = percent(number(C, Row), C.Kind->Figure(Whole));
    return Text == "-" ? "" : StringRef(Text).split(' ').first.str();
  }
  }
  llvm_unreachable("no such class of columns");
}

} // namespace

void writeCsv(raw_ostream &OS, const CostTable &Table, const ReportRows &Rows,
              const ReportOptions &Options) {
  std::vector<Column> Columns = Options.Columns.empty()
                                    ? defaultColumns(Table, Rows)
                                    : cantFail(findColumns(Options.Columns));
  ReportRow Total = totalRow(Table);
  auto PutLine = [&](auto Field) {
    StringRef Comma;
    for (const Column &C : Columns) {
      OS << Comma << Field(C);
      Comma = ",";
    }
    OS << "\n";
  };
  auto PutRow = [&](const ReportRow &Row) {
    PutLine([&](const Column &C) {
      return field(C, Row, costIn(Total.Cost, C.In));
    });
  };
  PutLine([](const Column &C) { return C.name(); });
  for (size_t I = 0; I < Rows.size(); ++I)
    PutRow(Rows[I]);
  PutRow(Total);
}

} // namespace toscount
