//===- Summary.cpp - several models, a row each ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Columns.h"
#include "DisplayText.h"
#include "Formats.h"
#include "JsonCost.h"
#include "Sections.h"

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

/// The totals of a model as a row called by its path.
ReportRow modelRow(const ModelSummary &Model) {
  ReportRow Row = totalRow(*Model.Table);
  Row.Name = Model.Path;
  return Row;
}

std::vector<Column> summaryColumns(const ReportOptions &Options,
                                   ArrayRef<StringRef> Default) {
  if (!Options.Columns.empty())
    return cantFail(findColumns(Options.Columns));
  std::vector<Column> Columns;
  for (StringRef Name : Default)
    Columns.push_back(column(Name));
  return Columns;
}

Grid summaryGrid(ArrayRef<ModelSummary> Models, const ReportOptions &Options) {
  Grid G;
  std::vector<Column> Columns = summaryColumns(
      Options, {"name", "layers", "params", "macs", "flops", "tos", "bytes"});
  unsigned Drop = 0;
  for (const Column &C : Columns) {
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
    G.Columns.push_back(std::move(Column));
  }
  std::vector<const SummaryFigure *> Figures;
  for (const SummaryFigure &F : Further)
    if (Options.Columns.empty() && !F.Title.empty() &&
        any_of(Models, [&](const ModelSummary &M) {
          return M.Table != nullptr && F.Figure(*M.Table);
        })) {
      Figures.push_back(&F);
      G.Columns.push_back(
          {.Title = F.Title.str(), .Drop = F.IsBytes ? 10U : 0U});
    }

  for (const ModelSummary &M : Models) {
    GridRow Row;
    if (M.Table == nullptr) {
      Row.Cells.push_back(safeText(M.Path));
      Row.Note = "error: " + safeText(M.Error);
      G.Rows.push_back(std::move(Row));
      continue;
    }
    ReportRow R = modelRow(M);
    Row.Mark = totalMark(*M.Table);
    for (const Column &C : Columns)
      Row.Cells.push_back(
          C.isText()                            ? safeText(text(C, R))
          : C.Kind->Class == ColumnClass::Bytes ? bytes(number(C, R), Options)
          : C.Kind->Class == ColumnClass::Share ? "100.0 %"
                                                : count(number(C, R), Options));
    for (const SummaryFigure *F : Figures) {
      std::optional<WideCount> N = F->Figure(*M.Table);
      Row.Cells.push_back(!N           ? "-"
                          : F->IsBytes ? bytes(*N, Options)
                                       : count(*N, Options));
    }
    G.Rows.push_back(std::move(Row));
  }
  return G;
}

/// The legends of all models, each once.
std::vector<std::string> legends(ArrayRef<ModelSummary> Models) {
  std::vector<std::string> Lines;
  for (const ModelSummary &M : Models)
    if (M.Table != nullptr)
      for (std::string &Line : legend(*M.Table))
        if (!is_contained(Lines, Line))
          Lines.push_back(std::move(Line));
  return Lines;
}

/// A row a model: `name`, then totals as in a single report, activation memory
/// and the run (empty when not computed), last `error`.
void writeSummaryCsv(raw_ostream &OS, ArrayRef<ModelSummary> Models,
                     const ReportOptions &Options) {
  std::vector<Column> Columns = summaryColumns(
      Options,
      {"name", "layers", "params", "trainable", "estimate", "macs", "flops",
       "tos", "bytes", "bytes_read", "bytes_written", "kernels", "random",
       "add", "sub", "mul", "div", "root", "cmp"});
  for (const Column &C : Columns)
    OS << C.name() << ",";
  for (const SummaryFigure &F : Further)
    OS << F.Name << ",";
  OS << "error\n";
  for (const ModelSummary &M : Models) {
    ReportRow Row;
    if (M.Table != nullptr)
      Row = modelRow(M);
    for (const Column &C : Columns) {
      if (C.Kind->Name == "name")
        OS << csvField(M.Path);
      else if (M.Table != nullptr)
        OS << (C.isText() ? csvField(text(C, Row))
               : C.Kind->Class == ColumnClass::Share
                   ? "100.0"
                   : toString(number(C, Row)));
      OS << ",";
    }
    for (const SummaryFigure &F : Further) {
      if (M.Table != nullptr)
        if (std::optional<WideCount> N = F.Figure(*M.Table))
          OS << toString(*N);
      OS << ",";
    }
    OS << csvField(M.Error) << "\n";
  }
}

Error writeSummaryJson(raw_ostream &OS, ArrayRef<ModelSummary> Models,
                       const ReportOptions &Options) {
  for (const ModelSummary &M : Models) {
    if (M.Table != nullptr) {
      Expected<ReportRows> Rows = makeRows(*M.Table, Options);
      if (!Rows)
        return Rows.takeError();
      writeJson(OS, *M.Table, *Rows, /*Pretty=*/false);
    } else {
      json::OStream J(OS);
      J.object([&] {
        J.attribute("schema", "toscount.count/1");
        J.attributeObject("model",
                          [&] { J.attribute("path", jsonText(M.Path)); });
        J.attribute("error", jsonText(M.Error));
      });
    }
    OS << "\n";
  }
  return Error::success();
}

} // namespace

Error writeSummary(raw_ostream &OS, ArrayRef<ModelSummary> Models,
                   const ReportOptions &Options) {
  if (Error E = checkReportOptions(Options))
    return E;
  switch (Options.Format) {
  case ReportFormat::Json:
    return writeSummaryJson(OS, Models, Options);
  case ReportFormat::Csv:
    writeSummaryCsv(OS, Models, Options);
    break;
  case ReportFormat::Text:
    printGrid(OS, summaryGrid(Models, Options), Options);
    for (const std::string &Line : legends(Models))
      OS << "  " << Line << "\n";
    break;
  case ReportFormat::Markdown:
    printMarkdownGrid(OS, summaryGrid(Models, Options));
    for (const std::string &Line : legends(Models))
      OS << "\n" << markdownText(Line) << "\n";
    break;
  }
  return Error::success();
}

} // namespace toscount
