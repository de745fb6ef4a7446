//===- SweepReport.cpp - views of a sweep ---------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "CandidateFigures.h"
#include "CandidateText.h"
#include "DisplayText.h"
#include "Page.h"
#include "RealText.h"

#include "toscount/Report/CompareReport.h"
#include "toscount/Support/Csv.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

std::vector<const Candidate *> candidates(const Sweep &S) {
  std::vector<const Candidate *> All;
  for (const Candidate &C : S.Rows)
    All.push_back(&C);
  return All;
}

std::vector<std::pair<std::string, std::string>> summary(const Sweep &S,
                                                         StringRef Grid) {
  std::vector<std::pair<std::string, std::string>> Lines;
  Lines.emplace_back("network", safeText(S.Model));
  Lines.emplace_back("run", planText(S.Plan));
  const CandidateOptions &O = S.Options;
  if (O.Of) {
    Lines.emplace_back("hardware", safeText(O.Of->Hardware) + ", measured by " +
                                       safeText(O.Of->Meter));
    if (O.Of->Unit == "J")
      Lines.emplace_back(
          "grid", (Grid.empty() ? "" : safeText(Grid) + ": ") +
                      roundedText(O.GramsPerKwh, 6) + " g/kWh" +
                      (O.Pue == 1 ? "" : ", PUE " + roundedText(O.Pue, 6)));
  }
  return Lines;
}

std::vector<std::string> remarks(const Sweep &S) {
  std::vector<std::string> All;
  addLegend(candidates(S), All);
  for (const std::string &N : S.Notes)
    All.push_back(safeText(N));
  return All;
}

Grid rowGrid(const Sweep &S, const ReportOptions &Options) {
  Grid G;
  CandidateColumns Common(candidates(S), S.Options.Of);
  for (const SweepAxis &A : S.Axes)
    G.Columns.push_back({.Title = safeText(A.Key), .Right = A.isNumber()});
  Common.addTo(G.Columns);
  for (size_t I = 0; I < S.Rows.size(); ++I) {
    const Candidate &C = S.Rows[I];
    GridRow Row;
    Row.Mark = markOf(C);
    for (size_t A = 0; A < S.Axes.size(); ++A)
      Row.Cells.push_back(safeText(S.value(I, A)));
    if (C.Error.empty()) {
      Common.addCells(C, Options, Row.Cells);
    } else {
      // A note stands behind the first cell: it says the others too.
      for (size_t A = 1; A < S.Axes.size(); ++A)
        Row.Note += safeText(S.Axes[A].Key + "=" + S.value(I, A)) + ": ";
      Row.Note += safeText(C.Error);
      Row.Cells.resize(G.Columns.size());
    }
    G.Rows.push_back(std::move(Row));
  }
  return G;
}

std::string exponentText(const std::optional<GrowthExponent> &G,
                         const ReportOptions &Options) {
  if (!G)
    return "-";
  if (Options.Data)
    return numberText(G->Value);
  // Rounding of logarithms is no sign.
  double Shown = std::abs(G->Value) < 5e-4 ? 0 : G->Value;
  return fixedText(Shown, 3) +
         (G->ResidualPercent ? " (" + fixedText(*G->ResidualPercent, 1) + " %)"
                             : "");
}

/// "act=gelu, batch=32"
std::string fixedValues(const Sweep &S, const Growth &G) {
  std::string Text;
  for (size_t A = 0; A < S.Axes.size(); ++A)
    if (A != G.Axis)
      Text += (Text.empty() ? "" : ", ") +
              safeText(S.Axes[A].Key + "=" + G.Fixed[A]);
  return Text;
}

Grid growthGrid(const Sweep &S, const ReportOptions &Options) {
  Grid G;
  bool Many = S.Axes.size() > 1;
  G.Columns = {{.Title = "exponent of", .Right = false}};
  if (Many)
    G.Columns.push_back({.Title = "at", .Right = false});
  G.Columns.push_back({.Title = "points", .Drop = 1});
  for (StringRef Title : {"params", "MACs", "TOs"})
    G.Columns.push_back({.Title = Title.str()});
  if (S.Options.Of)
    G.Columns.push_back({.Title = "energy"});
  for (const Growth &One : S.Growths) {
    GridRow Row;
    Row.Cells = {safeText(S.Axes[One.Axis].Key)};
    if (Many)
      Row.Cells.push_back(fixedValues(S, One));
    size_t N = 0;
    for (const auto *E : {&One.Params, &One.Macs, &One.TOs, &One.Energy})
      N = *E ? (*E)->N : N;
    Row.Cells.push_back(std::to_string(N));
    for (const auto *E : {&One.Params, &One.Macs, &One.TOs})
      Row.Cells.push_back(exponentText(*E, Options));
    if (S.Options.Of)
      Row.Cells.push_back(exponentText(One.Energy, Options));
    G.Rows.push_back(std::move(Row));
  }
  return G;
}

constexpr StringLiteral GrowthLegend =
    "exponent b of y = c * x^b, least squares of the logarithms; in "
    "parentheses the root mean square deviation from it";

void writeCsv(raw_ostream &OS, const Sweep &S) {
  OS << "model";
  for (const SweepAxis &A : S.Axes)
    OS << ',' << csvField(A.Key);
  OS << candidateCsvHeader() << ",error\n";
  for (size_t I = 0; I < S.Rows.size(); ++I) {
    OS << csvField(S.Rows[I].Spec.Model);
    for (size_t A = 0; A < S.Axes.size(); ++A)
      OS << ',' << csvField(S.value(I, A));
    writeCandidateCsv(OS, S.Rows[I]);
    OS << ',' << csvField(S.Rows[I].Error) << '\n';
  }
}

class JsonWriter {
public:
  JsonWriter(raw_ostream &OS, const Sweep &S) : J(OS, 2), S(S) {}

  void write(StringRef Grid) {
    J.object([&] {
      J.attribute("schema", "toscount.sweep/1");
      J.attribute("model", jsonText(S.Model));
      writeJsonPlan(J, S.Plan, S.Options);
      if (!Grid.empty() && S.Options.Of && S.Options.Of->Unit == "J")
        J.attribute("location", jsonText(Grid));
      J.attributeArray("varied", [&] {
        for (const SweepAxis &A : S.Axes)
          J.object([&] {
            J.attribute("key", jsonText(A.Key));
            J.attributeArray("values", [&] {
              for (const std::string &V : A.Values)
                J.value(jsonText(V));
            });
          });
      });
      J.attributeArray("models", [&] {
        for (size_t I = 0; I < S.Rows.size(); ++I)
          row(I);
      });
      J.attributeArray("growth", [&] {
        for (const Growth &G : S.Growths)
          growth(G);
      });
      J.attributeArray("notes", [&] {
        for (const std::string &N : S.Notes)
          J.value(jsonText(N));
      });
    });
  }

private:
  void row(size_t I) {
    J.object([&] {
      J.attribute("model", jsonText(S.Rows[I].Spec.Model));
      J.attributeObject("values", [&] {
        for (size_t A = 0; A < S.Axes.size(); ++A)
          J.attribute(jsonText(S.Axes[A].Key), jsonText(S.value(I, A)));
      });
      writeJsonCandidate(J, S.Rows[I]);
    });
  }
  void growth(const Growth &G) {
    J.object([&] {
      J.attribute("key", jsonText(S.Axes[G.Axis].Key));
      J.attributeObject("at", [&] {
        for (size_t A = 0; A < S.Axes.size(); ++A)
          if (A != G.Axis)
            J.attribute(jsonText(S.Axes[A].Key), jsonText(G.Fixed[A]));
      });
      exponent("params", G.Params);
      exponent("macs", G.Macs);
      exponent("tos", G.TOs);
      exponent("energy", G.Energy);
    });
  }
  void exponent(StringRef Name, const std::optional<GrowthExponent> &G) {
    if (!G)
      return;
    J.attributeObject(Name, [&] {
      jsonField(J, "exponent", G->Value);
      jsonField(J, "residual_percent", G->ResidualPercent);
      J.attribute("n", static_cast<int64_t>(G->N));
    });
  }

  json::OStream J;
  const Sweep &S;
};

void writeMarkdown(raw_ostream &OS, const Sweep &S, StringRef Grid,
                   const ReportOptions &Options) {
  for (const auto &[Name, Value] : summary(S, Grid))
    OS << "- " << Name << ": " << markdownText(Value) << "\n";
  OS << "\n";
  printMarkdownGrid(OS, rowGrid(S, Options));
  std::vector<std::string> Remarks = remarks(S);
  if (!S.Growths.empty()) {
    OS << "\n";
    printMarkdownGrid(OS, growthGrid(S, Options));
    Remarks.insert(Remarks.begin(), GrowthLegend.str());
  }
  if (!Remarks.empty())
    OS << "\n";
  for (const std::string &R : Remarks)
    OS << "- " << markdownText(R) << "\n";
}

void writeText(raw_ostream &OS, const Sweep &S, StringRef Grid,
               const ReportOptions &Options) {
  Style St(Options.Colour);
  for (const auto &[Name, Value] : summary(S, Grid))
    printWrapped(OS, St.dim(Name) + std::string(11 - Name.size(), ' '), Value,
                 11, Options);
  for (const std::string &Remark : remarks(S))
    printWrapped(OS, St.mark("note") + "       ", Remark, 11, Options);
  OS << "\n";
  printGrid(OS, rowGrid(S, Options), Options);
  if (S.Growths.empty())
    return;
  OS << "\n";
  printGrid(OS, growthGrid(S, Options), Options);
  OS << "\n";
  printWrapped(OS, "", GrowthLegend, 0, Options);
}

Page pageOf(const Sweep &S, StringRef Place, const ReportOptions &Options) {
  Page P;
  P.Command = "toscount sweep";
  P.Title = "How the cost of " + S.Model + " grows";
  P.Facts = summary(S, Place);
  PageSection Section;
  Section.Figures = sweepFigures(S);
  Section.Tables.push_back(pageTable(
      "", Options, [&](const ReportOptions &O) { return rowGrid(S, O); }));
  if (!S.Growths.empty()) {
    Section.Tables.push_back(
        pageTable("Growth", Options,
                  [&](const ReportOptions &O) { return growthGrid(S, O); }));
    Section.Tables.back().Notes = {GrowthLegend.str()};
  }
  Section.Remarks = remarks(S);
  P.add(std::move(Section));
  return P;
}

} // namespace

Error writeSweep(raw_ostream &OS, const Sweep &S, StringRef Grid,
                 const ReportOptions &Options) {
  switch (Options.Format) {
  case ReportFormat::Text:
    writeText(OS, S, Grid, Options);
    break;
  case ReportFormat::Json:
    JsonWriter(OS, S).write(Grid);
    OS << "\n";
    break;
  case ReportFormat::Csv:
    writeCsv(OS, S);
    break;
  case ReportFormat::Markdown:
    writeMarkdown(OS, S, Grid, Options);
    break;
  case ReportFormat::Html:
  case ReportFormat::Svg:
    return writePage(OS, pageOf(S, Grid, Options), Options);
  }
  return Error::success();
}

} // namespace toscount
