//===- Summary.cpp - several models, a row each ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Columns.h"
#include "DisplayText.h"
#include "FigureParts.h"
#include "Formats.h"
#include "JsonCost.h"
#include "Page.h"
#include "Sections.h"

#include "toscount/Report/Numbers.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace toscount {
namespace {

/// Figures beside those of a row.
struct SummaryFigure {
  StringLiteral Name;  ///< In CSV.
  StringLiteral Title; ///< In text and Markdown; empty: only in CSV.
  /// Nothing when it was not computed.
  std::optional<WideCount> (*Figure)(const CostTable &);
  bool IsBytes;
};

template <WideCount (*Figure)(const Cost &)>
std::optional<WideCount> ofRun(const CostTable &Table) {
  if (!Table.Run)
    return std::nullopt;
  return Figure(Table.Run->All);
}

constexpr SummaryFigure Further[] = {
    {"activation_bytes", "activations",
     [](const CostTable &Table) -> std::optional<WideCount> {
       if (!Table.Counts->has(Phase::Backward))
         return std::nullopt;
       return Table.Counts->ActivationBytes;
     },
     true},
    {"run.macs", "", ofRun<[](const Cost &C) { return C.Macs; }>, false},
    {"run.flops", "run FLOPs", ofRun<[](const Cost &C) { return C.Flops; }>,
     false},
    {"run.tos", "run TOs", ofRun<[](const Cost &C) { return C.TOs; }>, false},
    {"run.bytes", "", ofRun<[](const Cost &C) { return C.bytes(); }>, true},
};

std::vector<Column> summaryColumns(const ReportOptions &Options) {
  if (!Options.Columns.empty())
    return cantFail(findColumns(Options.Columns));
  constexpr StringLiteral Csv[] = {
      "name",          "layers",  "params", "trainable", "estimate",
      "macs",          "flops",   "tos",    "bytes",     "bytes_read",
      "bytes_written", "kernels", "random", "add",       "sub",
      "mul",           "div",     "root",   "cmp"};
  constexpr StringLiteral Shown[] = {"name",  "layers", "params", "macs",
                                     "flops", "tos",    "bytes"};
  std::vector<Column> Columns;
  for (StringRef Name : Options.Format == ReportFormat::Csv
                            ? ArrayRef<StringLiteral>(Csv)
                            : ArrayRef<StringLiteral>(Shown))
    Columns.push_back(column(Name));
  return Columns;
}

/// The further figures that text and Markdown may show.
std::vector<const SummaryFigure *> shownFigures(const ReportOptions &Options) {
  std::vector<const SummaryFigure *> Figures;
  if (Options.Columns.empty())
    for (const SummaryFigure &F : Further)
      if (!F.Title.empty())
        Figures.push_back(&F);
  return Figures;
}

constexpr StringLiteral NoFigure = "-";

std::vector<GridColumn> summaryGridColumns(const ReportOptions &Options) {
  std::vector<GridColumn> Grid;
  unsigned Drop = 0;
  for (const Column &C : summaryColumns(Options)) {
    StringRef Name = C.Kind->Name;
    GridColumn Column = {.Title = Name == "name" ? "model" : C.title(),
                         .Right = !C.isText(),
                         .Code = C.isText()};
    if (Name == "name") {
      Column.Least = 20;
      Column.KeepEnd = true;
    } else if (Options.Columns.empty() && Name != "tos") {
      // Layers go first, MACs last.
      Column.Drop = Name == "layers" ? 20 : ++Drop;
    }
    Grid.push_back(std::move(Column));
  }
  for (const SummaryFigure *F : shownFigures(Options))
    Grid.push_back({.Title = F->Title.str(), .Drop = F->IsBytes ? 10U : 0U});
  return Grid;
}

/// `name`, then totals as in a single report, activation memory and the run
/// (empty when not computed), last `error`.
std::string csvHeader(const ReportOptions &Options) {
  std::string Line;
  for (const Column &C : summaryColumns(Options))
    Line += C.name() + ",";
  for (const SummaryFigure &F : Further)
    Line += F.Name.str() + ",";
  return Line + "error";
}

std::string csvRow(StringRef Path, const CostTable &Table, const ReportRow &Row,
                   const ReportOptions &Options) {
  std::string Line;
  for (const Column &C : summaryColumns(Options))
    Line += (C.Kind->Name == "name"                ? csvField(Path.str())
             : C.isText()                          ? csvField(text(C, Row))
             : C.Kind->Class == ColumnClass::Share ? "100.0"
                                                   : toString(number(C, Row))) +
            ",";
  for (const SummaryFigure &F : Further) {
    if (std::optional<WideCount> N = F.Figure(Table))
      Line += toString(*N);
    Line += ",";
  }
  return Line;
}

std::string csvFailure(StringRef Path, StringRef Why,
                       const ReportOptions &Options) {
  std::string Line;
  for (const Column &C : summaryColumns(Options))
    Line += (C.Kind->Name == "name" ? csvField(Path.str()) : "") + ",";
  Line.append(std::size(Further), ',');
  return Line + csvField(Why.str());
}

std::vector<std::string> summaryCells(const CostTable &Table,
                                      const ReportRow &Row,
                                      const ReportOptions &Options) {
  std::vector<std::string> Cells;
  for (const Column &C : summaryColumns(Options))
    Cells.push_back(
        C.isText()                            ? safeText(text(C, Row))
        : C.Kind->Class == ColumnClass::Bytes ? bytes(number(C, Row), Options)
        : C.Kind->Class == ColumnClass::Share ? "100.0 %"
                                              : count(number(C, Row), Options));
  for (const SummaryFigure *F : shownFigures(Options)) {
    std::optional<WideCount> N = F->Figure(Table);
    Cells.push_back(!N           ? NoFigure.str()
                    : F->IsBytes ? bytes(*N, Options)
                                 : count(*N, Options));
  }
  return Cells;
}

/// The models that were counted, in their order.
Figure modelsFigure(ArrayRef<ModelSummary> Rows) {
  constexpr size_t Most = 40;
  Figure F;
  F.Name = "models";
  F.Title = "Transistor operations of a step";
  F.X = {"transistor operations", "", /*Prefixed=*/true};
  Series Bars;
  Bars.Style = SeriesStyle::Bars;
  size_t Counted = 0;
  for (const ModelSummary &M : Rows) {
    if (M.Path.empty() || ++Counted > Most)
      continue;
    Mark Bar;
    Bar.X = toDouble(M.TOs);
    Bar.Y = addRow(F, M.Path);
    Bar.Label = M.Mark + si(M.TOs);
    Bar.Tip = M.Path + ": " + M.Mark + si(M.TOs) + " TOs";
    Bars.Marks.push_back(std::move(Bar));
  }
  if (Counted > Most)
    F.Note =
        "the first " + std::to_string(Most) + " of " + std::to_string(Counted);
  F.All.push_back(std::move(Bars));
  return F;
}

template <typename F> std::string jsonLine(F Write) {
  std::string Line;
  raw_string_ostream OS(Line);
  Write(OS);
  return Line;
}

} // namespace

ModelSummary summarize(StringRef Path, const CostTable &Table,
                       const ReportOptions &Options) {
  ModelSummary M;
  if (Options.Format == ReportFormat::Json) {
    ReportRows Rows = cantFail(makeRows(Table, Options));
    M.Line = jsonLine(
        [&](raw_ostream &OS) { writeJson(OS, Table, Rows, /*Pretty=*/false); });
    return M;
  }
  ReportRow Row = totalRow(Table);
  Row.Name = Path.str();
  if (Options.Format == ReportFormat::Csv) {
    M.Line = csvRow(Path, Table, Row, Options);
    return M;
  }
  M.Mark = totalMark(Table);
  M.Legend = legend(Table);
  M.Cells = summaryCells(Table, Row, Options);
  if (isPicture(Options.Format)) {
    ReportOptions Exact = Options;
    Exact.Exact = true;
    M.ExactCells = summaryCells(Table, Row, Exact);
    M.Path = Path.str();
    M.TOs = Table.All.TOs;
  }
  return M;
}

ModelSummary summarizeFailure(StringRef Path, StringRef Why,
                              const ReportOptions &Options) {
  ModelSummary M;
  switch (Options.Format) {
  case ReportFormat::Json:
    M.Line = jsonLine([&](raw_ostream &OS) {
      json::OStream J(OS);
      J.object([&] {
        J.attribute("schema", "toscount.count/1");
        J.attributeObject("model",
                          [&] { J.attribute("path", jsonText(Path)); });
        J.attribute("error", jsonText(Why));
      });
    });
    break;
  case ReportFormat::Csv:
    M.Line = csvFailure(Path, Why, Options);
    break;
  case ReportFormat::Text:
  case ReportFormat::Markdown:
  case ReportFormat::Html:
  case ReportFormat::Svg:
    M.Cells.push_back(safeText(Path));
    M.Note = "error: " + safeText(Why);
    break;
  }
  return M;
}

SummaryWriter::SummaryWriter(raw_ostream &OS, const ReportOptions &Options)
    : OS(OS), Options(Options) {
  if (Options.Format == ReportFormat::Csv)
    OS << csvHeader(Options) << "\n";
}

void SummaryWriter::add(ModelSummary Row) {
  if (Options.Format == ReportFormat::Csv ||
      Options.Format == ReportFormat::Json)
    OS << Row.Line << "\n";
  else
    Rows.push_back(std::move(Row));
}

Error SummaryWriter::finish() {
  if (Options.Format == ReportFormat::Csv ||
      Options.Format == ReportFormat::Json)
    return Error::success();
  Grid G;
  G.Columns = summaryGridColumns(Options);
  // Figures that no model has take no column.
  size_t Always = G.Columns.size() - shownFigures(Options).size();
  for (size_t I = G.Columns.size(); I-- > Always;) {
    if (any_of(Rows, [&](const ModelSummary &M) {
          return I < M.Cells.size() && M.Cells[I] != NoFigure;
        }))
      continue;
    G.Columns.erase(G.Columns.begin() + I);
    for (ModelSummary &M : Rows)
      for (std::vector<std::string> *Cells : {&M.Cells, &M.ExactCells})
        if (I < Cells->size())
          Cells->erase(Cells->begin() + I);
  }
  std::vector<std::string> Legends;
  Figure Models;
  if (isPicture(Options.Format))
    Models = modelsFigure(Rows);
  Grid Exact = G;
  for (ModelSummary &M : Rows) {
    for (std::string &Line : M.Legend)
      if (!is_contained(Legends, Line))
        Legends.push_back(std::move(Line));
    GridRow Row;
    Row.Cells = std::move(M.Cells);
    Row.Mark = std::move(M.Mark);
    Row.Note = std::move(M.Note);
    G.Rows.push_back(Row);
    Row.Cells = std::move(M.ExactCells);
    Exact.Rows.push_back(std::move(Row));
  }
  if (isPicture(Options.Format)) {
    Page P;
    P.Command = "toscount count";
    P.Title = plural(Rows.size(), "model");
    PageSection All;
    if (!Models.Rows.empty())
      All.Figures.push_back(std::move(Models));
    All.Tables.push_back(
        {"", std::move(G), std::move(Exact), nullptr, Legends});
    P.add(std::move(All));
    return writePage(OS, P, Options);
  }
  if (Options.Format == ReportFormat::Text) {
    printGrid(OS, G, Options);
    for (const std::string &Line : Legends)
      OS << "  " << Line << "\n";
    return Error::success();
  }
  printMarkdownGrid(OS, G);
  for (const std::string &Line : Legends)
    OS << "\n" << markdownText(Line) << "\n";
  return Error::success();
}

} // namespace toscount
