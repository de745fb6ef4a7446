//===- EvaluationReport.cpp - views of an evaluation ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "DisplayText.h"
#include "Page.h"
#include "PredictionFigures.h"
#include "RealText.h"

#include "toscount/Report/PredictionReport.h"
#include "toscount/Support/Csv.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace toscount {
namespace {

/// 100 * (predicted / measured - 1)
double errorPercent(const EvaluationRow &Row) {
  return 100 * (Row.Result.Energy / Row.measured() - 1);
}

std::vector<std::string> errorCells(const std::string &Name,
                                    const ErrorSummary &E,
                                    const ReportOptions &Options) {
  auto Percent = [&](double Value) { return percentText(Value, 2, Options); };
  return {Name,
          std::to_string(E.N),
          Percent(E.MapePercent),
          Percent(E.MedianApePercent),
          Percent(E.P95ApePercent),
          Percent(E.BiasPercent),
          !E.Spearman    ? "-"
          : Options.Data ? numberText(*E.Spearman)
                         : fixedText(*E.Spearman, 4)};
}

Grid errorGrid(StringRef First) {
  Grid G;
  G.Columns = {
      {.Title = First.str(), .Right = false, .Least = 20, .KeepEnd = true},
      {.Title = "runs"},
      {.Title = "MAPE"},
      {.Title = "median"},
      {.Title = "95th"},
      {.Title = "bias"},
      {.Title = "Spearman"}};
  return G;
}

Grid familyGrid(const Evaluation &E, const ReportOptions &Options) {
  Grid G = errorGrid("family");
  G.Rows.push_back(
      {errorCells(safeText(E.Of->energy().Name), E.Errors, Options)});
  for (const NamedErrors &B : E.Baselines)
    G.Rows.push_back({errorCells(safeText(B.Name), B.Errors, Options)});
  return G;
}

/// The groups that are predicted worst.
Grid groupGrid(const Evaluation &E, size_t Top, const ReportOptions &Options) {
  Grid G = errorGrid("group");
  std::vector<const NamedErrors *> Worst;
  for (const NamedErrors &N : E.Groups)
    Worst.push_back(&N);
  llvm::stable_sort(Worst, [](const NamedErrors *A, const NamedErrors *B) {
    return A->Errors.MapePercent > B->Errors.MapePercent;
  });
  for (size_t I = 0; I < std::min(Top, Worst.size()); ++I)
    G.Rows.push_back(
        {errorCells(safeText(Worst[I]->Name), Worst[I]->Errors, Options)});
  if (Worst.size() > Top)
    G.Rows.push_back({.Cells = {std::to_string(Worst.size() - Top) +
                                    " others, better predicted",
                                "", "", "", "", "", ""},
                      .Plain = true});
  return G;
}

std::vector<std::string> remarks(const Evaluation &E) {
  std::vector<std::string> All;
  if (E.CoveragePercent)
    All.push_back("intervals at " + roundedText(100 * E.Level, 4) + " % hold " +
                  fixedText(*E.CoveragePercent, 1) +
                  " % of the measured energies");
  if (E.Beyond > 0)
    All.push_back(std::to_string(E.Beyond) + " of " +
                  std::to_string(E.Rows.size()) +
                  " runs lie outside the calibrated range");
  for (const std::string &N : E.Notes)
    All.push_back(safeText(N));
  if (E.Failed > 0)
    All.push_back(std::to_string(E.Failed) + " of " +
                  std::to_string(E.Rows.size()) +
                  " runs could not be predicted and are left out");
  constexpr size_t Most = 5;
  size_t Shown = 0;
  for (const EvaluationRow &Row : E.Rows)
    if (!Row.Error.empty() && Shown++ < Most)
      All.push_back(safeText(Row.Error));
  return All;
}

void writeText(raw_ostream &OS, const Evaluation &E,
               const ReportOptions &Options) {
  Style S(Options.Colour);
  OS << S.bold(safeText(E.Of->Name)) << ": " << safeText(E.Of->Hardware)
     << ", measured by " << safeText(E.Of->Meter) << "\n\n";
  printGrid(OS, familyGrid(E, Options), Options);
  std::vector<std::string> Remarks = remarks(E);
  OS << (Remarks.empty() ? "" : "\n");
  for (const std::string &Remark : Remarks)
    printWrapped(OS, "", Remark, 2, Options);
  if (size_t Top = Options.Top.value_or(10); Top > 0 && E.Groups.size() > 1) {
    OS << "\n";
    printGrid(OS, groupGrid(E, Top, Options), Options);
  }
}

void writeMarkdown(raw_ostream &OS, const Evaluation &E,
                   const ReportOptions &Options) {
  printMarkdownGrid(OS, familyGrid(E, Options));
  OS << "\n";
  for (const std::string &Remark : remarks(E))
    OS << "- " << markdownText(Remark) << "\n";
  if (size_t Top = Options.Top.value_or(10); Top > 0 && E.Groups.size() > 1) {
    OS << "\n";
    printMarkdownGrid(OS, groupGrid(E, Top, Options));
  }
}

void writeCsv(raw_ostream &OS, const Evaluation &E) {
  OS << "file,line,model,group,session,measured,predicted,unit,error_percent,"
        "low,high,level,covered,beyond_range,seconds,error";
  for (const NamedErrors &B : E.Baselines)
    OS << ',' << csvField("baseline_" + B.Name);
  OS << '\n';
  auto Real = [&](std::optional<double> Value) {
    OS << ',' << (Value ? numberText(*Value) : "");
  };
  for (const EvaluationRow &Row : E.Rows) {
    const RunRecord &R = *Row.Record;
    bool Good = Row.Error.empty();
    const Prediction &P = Row.Result;
    OS << csvField(R.File) << ',' << R.Line << ',' << csvField(R.Model) << ','
       << csvField(R.group()) << ',' << csvField(R.Session);
    Real(Row.measured());
    Real(Good ? std::optional(P.Energy) : std::nullopt);
    OS << ',' << csvField(R.Energy.Unit);
    Real(Good ? std::optional(errorPercent(Row)) : std::nullopt);
    Real(P.Low);
    Real(P.High);
    Real(P.Low ? std::optional(P.Level) : std::nullopt);
    OS << ',' << (P.Low ? (Row.covered() ? "true" : "false") : "");
    OS << ',' << (Good ? (Row.Result.isBeyond() ? "true" : "false") : "");
    Real(P.Seconds);
    OS << ',' << csvField(Row.Error);
    for (size_t I = 0; I < E.Baselines.size(); ++I)
      Real(Good ? std::optional(Row.Baselines[I]) : std::nullopt);
    OS << '\n';
  }
}

class JsonWriter {
public:
  JsonWriter(raw_ostream &OS, const Evaluation &E) : J(OS, 2), E(E) {}

  void write() {
    J.object([&] {
      J.attribute("schema", std::string("toscount.evaluation/1"));
      J.attribute("profile", jsonText(E.Of->Name));
      J.attribute("unit", jsonText(E.Of->Unit));
      errors(E.Errors);
      jsonField(J, "coverage_percent", E.CoveragePercent);
      if (E.CoveragePercent)
        jsonField(J, "level", E.Level);
      jsonWhole(J, "failed", static_cast<int64_t>(E.Failed));
      jsonWhole(J, "beyond_range", static_cast<int64_t>(E.Beyond));
      J.attributeObject("baselines", [&] {
        for (const NamedErrors &B : E.Baselines)
          J.attributeObject(jsonText(B.Name), [&] { errors(B.Errors); });
      });
      J.attributeArray("groups", [&] {
        for (const NamedErrors &G : E.Groups)
          J.object([&] {
            J.attribute("group", jsonText(G.Name));
            errors(G.Errors);
          });
      });
      J.attributeArray("rows", [&] {
        for (const EvaluationRow &Row : E.Rows)
          J.object([&] { row(Row); });
      });
      J.attributeArray("notes", [&] {
        for (const std::string &N : E.Notes)
          J.value(jsonText(N));
      });
    });
  }

private:
  void errors(const ErrorSummary &S) {
    jsonWhole(J, "n", static_cast<int64_t>(S.N));
    if (S.N == 0)
      return;
    jsonField(J, "mape_percent", S.MapePercent);
    jsonField(J, "median_ape_percent", S.MedianApePercent);
    jsonField(J, "p95_ape_percent", S.P95ApePercent);
    jsonField(J, "bias_percent", S.BiasPercent);
    jsonField(J, "spearman", S.Spearman);
  }
  void row(const EvaluationRow &Row) {
    const RunRecord &R = *Row.Record;
    J.attribute("file", jsonText(R.File));
    jsonWhole(J, "line", R.Line);
    J.attribute("model", jsonText(R.Model));
    J.attribute("group", jsonText(R.group()));
    if (!R.Session.empty())
      J.attribute("session", jsonText(R.Session));
    jsonField(J, "measured", Row.measured());
    if (!Row.Error.empty()) {
      J.attribute("error", jsonText(Row.Error));
      return;
    }
    const Prediction &P = Row.Result;
    jsonField(J, "predicted", P.Energy);
    if (P.Low) {
      J.attributeArray("interval", [&] {
        jsonNumber(J, *P.Low);
        jsonNumber(J, *P.High);
      });
      jsonField(J, "level", P.Level);
    }
    jsonField(J, "seconds", P.Seconds);
    J.attribute("beyond_range", Row.Result.isBeyond());
    J.attributeObject("baselines", [&] {
      for (size_t I = 0; I < E.Baselines.size(); ++I)
        jsonField(J, jsonText(E.Baselines[I].Name), Row.Baselines[I]);
    });
  }

  json::OStream J;
  const Evaluation &E;
};

/// Every run that was predicted.
Grid runGrid(const Evaluation &E, const ReportOptions &Options) {
  Grid G;
  G.Columns = {{.Title = "model",
                .Right = false,
                .Code = true,
                .Least = 20,
                .KeepEnd = true},
               {.Title = "group", .Right = false},
               {.Title = "measured"},
               {.Title = "predicted"},
               {.Title = "error"},
               {.Title = "low"},
               {.Title = "high"}};
  StringRef Unit = E.Of->Unit;
  for (const EvaluationRow &Row : E.Rows) {
    GridRow Cells;
    Cells.Cells = {safeText(Row.Record->Model)};
    if (!Row.Error.empty()) {
      Cells.Note = safeText(Row.Error);
    } else {
      const Prediction &P = Row.Result;
      auto End = [&](std::optional<double> Value) {
        return Value ? quantity(*Value, Unit, Options) : "-";
      };
      Cells.Mark = P.isBeyond() ? "! " : "";
      Cells.Cells.insert(Cells.Cells.end(),
                         {safeText(Row.Record->group()),
                          quantity(Row.measured(), Unit, Options),
                          quantity(P.Energy, Unit, Options),
                          percentText(errorPercent(Row), 2, Options),
                          End(P.Low), End(P.High)});
    }
    G.Rows.push_back(std::move(Cells));
  }
  return G;
}

Page pageOf(const Evaluation &E, const ReportOptions &Options) {
  Page P;
  P.Command = "toscount evaluate";
  P.Title = E.Of->Name + ": predicted against measured";
  P.Facts = {{"hardware", E.Of->Hardware + ", measured by " + E.Of->Meter}};
  PageSection Summary;
  Summary.Figures = evaluationFigures(E);
  Summary.Tables.push_back(pageTable(
      "", Options, [&](const ReportOptions &O) { return familyGrid(E, O); }));
  Summary.Remarks = remarks(E);
  P.add(std::move(Summary));
  auto Add = [&](StringRef Title,
                 function_ref<Grid(const ReportOptions &)> Make) {
    PageSection S;
    S.Title = Title.str();
    S.Tables.push_back(pageTable("", Options, Make));
    P.add(std::move(S));
  };
  if (E.Groups.size() > 1)
    Add("Groups", [&](const ReportOptions &O) {
      return groupGrid(E, O.Top.value_or(E.Groups.size()), O);
    });
  Add("Runs", [&](const ReportOptions &O) { return runGrid(E, O); });
  return P;
}

} // namespace

Error writeEvaluation(raw_ostream &OS, const Evaluation &E,
                      const ReportOptions &Options) {
  switch (Options.Format) {
  case ReportFormat::Text:
    writeText(OS, E, Options);
    break;
  case ReportFormat::Json:
    JsonWriter(OS, E).write();
    OS << "\n";
    break;
  case ReportFormat::Csv:
    writeCsv(OS, E);
    break;
  case ReportFormat::Markdown:
    writeMarkdown(OS, E, Options);
    break;
  case ReportFormat::Html:
  case ReportFormat::Svg:
    return writePage(OS, pageOf(E, Options), Options);
  }
  return Error::success();
}

} // namespace toscount
