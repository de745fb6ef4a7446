//===- CompareReport.cpp - views of a comparison --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Report/CompareReport.h"

#include "CandidateFigures.h"
#include "CandidateText.h"
#include "DisplayText.h"
#include "Page.h"
#include "RealText.h"

#include "toscount/Support/Csv.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace toscount {
namespace {

std::vector<const Candidate *> candidates(const Comparison &C) {
  std::vector<const Candidate *> All;
  for (const RankedCandidate &R : C.Rows)
    All.push_back(&R.Of);
  return All;
}

StringRef unitOf(const Comparison &C) { return C.Options.Candidates.Of->Unit; }

/// What the ranking figure of \p R is, in words.
std::string figureText(const RankedCandidate &R, const Comparison &C) {
  const Candidate &X = R.Of;
  switch (C.Options.By) {
  case RankBy::TOs:
    return "fewest transistor operations";
  case RankBy::Energy:
    return "least energy, " + quantity(X.Predicted->Energy, unitOf(C));
  case RankBy::Time:
    return "least time, " + duration(*X.Predicted->Seconds);
  case RankBy::Emissions:
    return "least emissions, " + quantity(*X.EmissionsGrams, "g") + " CO2e";
  case RankBy::Accuracy:
    return "highest accuracy, " + roundedText(*R.Accuracy, 4);
  case RankBy::Efficiency:
    return "highest efficiency, accuracy " + roundedText(*R.Efficiency, 3) +
           " per " + safeText(unitOf(C));
  case RankBy::Alpha:
    return "best score, " + roundedText(*R.Score, 3) + " at alpha " +
           roundedText(*C.Options.Alpha, 6);
  }
  return "";
}

std::string bestText(const Comparison &C) {
  size_t Counted = C.Rows.size() - C.Failed;
  std::string Of = " of " + std::to_string(Counted);
  if (C.noneFits())
    return "none" + Of + " fits the budgets";
  auto Best = find_if(C.Rows, [](const RankedCandidate &R) {
    return R.Rank && R.Over.empty();
  });
  if (Best == C.Rows.end())
    return "";
  std::string Fits = C.Options.Limits.any() ? " that fit the budgets" : "";
  size_t Fitting = count_if(C.Rows, [](const RankedCandidate &R) {
    return R.Of.Error.empty() && R.Over.empty();
  });
  return safeText(Best->Of.Spec.Model) + " (" + figureText(*Best, C) +
         (Fits.empty() ? Of : " of the " + std::to_string(Fitting) + Fits) +
         ")";
}

std::string budgetText(const Comparison &C) {
  const Budgets &B = C.Options.Limits;
  std::vector<std::string> Parts;
  if (B.Energy)
    Parts.push_back(quantity(*B.Energy, unitOf(C)));
  if (B.Seconds)
    Parts.push_back(duration(*B.Seconds));
  if (B.EmissionsGrams)
    Parts.push_back(quantity(*B.EmissionsGrams, "g") + " CO2e");
  return join(Parts, ", ");
}

using Facts = std::vector<std::pair<std::string, std::string>>;

Facts summary(const Comparison &C, const TrainingPlan &Plan, StringRef Grid) {
  Facts Lines = {{"run", planText(Plan)}};
  const CandidateOptions &O = C.Options.Candidates;
  if (O.Of) {
    Lines.emplace_back("hardware", safeText(O.Of->Hardware) + ", measured by " +
                                       safeText(O.Of->Meter));
    if (O.Of->Unit == "J")
      Lines.emplace_back(
          "grid", (Grid.empty() ? "" : safeText(Grid) + ": ") +
                      roundedText(O.GramsPerKwh, 6) + " g/kWh" +
                      (O.Pue == 1 ? "" : ", PUE " + roundedText(O.Pue, 6)));
  }
  if (C.Options.Limits.any())
    Lines.emplace_back("budget", budgetText(C));
  Lines.emplace_back("ranked by", C.Options.By == RankBy::TOs
                                      ? "transistor operations"
                                      : toscount::name(C.Options.By).str());
  if (std::string Best = bestText(C); !Best.empty())
    Lines.emplace_back("best", Best);
  return Lines;
}

std::vector<std::string> remarks(const Comparison &C) {
  std::vector<std::string> All;
  if (!C.Options.Candidates.Of)
    All.emplace_back("no profile was given: counts rank the work, which is no "
                     "energy");
  addLegend(candidates(C), All);
  if (any_of(C.Rows, [](const RankedCandidate &R) { return R.Pareto; }))
    All.emplace_back("front: no other model takes no more energy with no less "
                     "accuracy");
  if (any_of(C.Rows, [](const RankedCandidate &R) { return R.MayExceed; }))
    All.emplace_back("may exceed: the prediction fits the budget, but the end "
                     "of its interval does not");
  for (const std::string &N : C.Notes)
    All.push_back(safeText(N));
  return All;
}

Grid gridOf(const Comparison &C, const ReportOptions &Options) {
  Grid G;
  bool Accuracies =
      any_of(C.Rows, [](const RankedCandidate &R) { return !!R.Accuracy; });
  bool Efficient = C.Options.Candidates.Of && Accuracies;
  CandidateColumns Common(candidates(C), C.Options.Candidates.Of);
  G.Columns = {{.Title = "model",
                .Right = false,
                .Code = true,
                .Least = 20,
                .KeepEnd = true},
               {.Title = "rank"}};
  Common.addTo(G.Columns);
  G.Columns.push_back({.Title = "accuracy"});
  if (Efficient) {
    G.Columns.push_back({.Title = "per " + safeText(unitOf(C))});
    G.Columns.push_back({.Title = "front", .Right = false});
  }
  if (C.Options.Alpha)
    G.Columns.push_back({.Title = "score"});
  if (C.Options.Limits.any())
    G.Columns.push_back({.Title = "budget", .Right = false});
  auto shown = [&](double Value, int Digits) {
    return Options.Data ? numberText(Value) : roundedText(Value, Digits);
  };
  for (const RankedCandidate &R : C.Rows) {
    GridRow Row;
    Row.Mark = markOf(R.Of);
    Row.Cells = {safeText(R.Of.Spec.Model)};
    if (!R.Of.Error.empty()) {
      Row.Note = safeText(R.Of.Error);
      Row.Cells.resize(G.Columns.size());
      G.Rows.push_back(std::move(Row));
      continue;
    }
    Row.Cells.push_back(R.Rank ? std::to_string(*R.Rank) : "-");
    Common.addCells(R.Of, Options, Row.Cells);
    Row.Cells.push_back(R.Accuracy ? shown(*R.Accuracy, 4) : "not predicted");
    if (Efficient) {
      Row.Cells.push_back(R.Efficiency ? shown(*R.Efficiency, 3) : "-");
      Row.Cells.push_back(R.Pareto ? "front" : "");
    }
    if (C.Options.Alpha)
      Row.Cells.push_back(!R.Score       ? "-"
                          : Options.Data ? numberText(*R.Score)
                                         : fixedText(*R.Score, 3));
    if (C.Options.Limits.any())
      Row.Cells.push_back(!R.Over.empty() ? "over " + join(R.Over, ", ")
                          : R.MayExceed   ? "may exceed"
                                          : "fits");
    G.Rows.push_back(std::move(Row));
  }
  return G;
}

void writeCsv(raw_ostream &OS, const Comparison &C) {
  OS << "model,rank" << candidateCsvHeader()
     << ",accuracy,efficiency,score,pareto,over,may_exceed,error\n";
  auto Number = [&](std::optional<double> N) {
    OS << ',' << (N ? numberText(*N) : "");
  };
  bool Limits = C.Options.Limits.any();
  for (const RankedCandidate &R : C.Rows) {
    OS << csvField(R.Of.Spec.Model) << ','
       << (R.Rank ? std::to_string(*R.Rank) : "");
    writeCandidateCsv(OS, R.Of);
    Number(R.Accuracy);
    Number(R.Efficiency);
    Number(R.Score);
    bool Known = R.Of.Error.empty() && R.Of.Predicted && R.Accuracy;
    OS << ','
       << (!Known     ? ""
           : R.Pareto ? "yes"
                      : "no")
       << ',' << join(R.Over, " ") << ','
       << (!Limits || !R.Of.Error.empty() ? ""
           : R.MayExceed                  ? "yes"
                                          : "no")
       << ',' << csvField(R.Of.Error) << '\n';
  }
}

void writeJson(raw_ostream &OS, const Comparison &C, const TrainingPlan &Plan,
               StringRef Grid) {
  json::OStream J(OS, 2);
  J.object([&] {
    J.attribute("schema", "toscount.compare/1");
    writeJsonPlan(J, Plan, C.Options.Candidates);
    if (!Grid.empty() && C.Options.Candidates.Of && unitOf(C) == "J")
      J.attribute("location", jsonText(Grid));
    J.attribute("rank_by", toscount::name(C.Options.By));
    jsonField(J, "alpha", C.Options.Alpha);
    if (const Budgets &B = C.Options.Limits; B.any())
      J.attributeObject("budgets", [&] {
        jsonField(J, "energy", B.Energy);
        jsonField(J, "seconds", B.Seconds);
        jsonField(J, "emissions_g", B.EmissionsGrams);
        J.attribute("none_fits", C.noneFits());
      });
    J.attributeArray("models", [&] {
      for (const RankedCandidate &R : C.Rows)
        J.object([&] {
          J.attribute("model", jsonText(R.Of.Spec.Model));
          if (R.Rank)
            J.attribute("rank", static_cast<int64_t>(*R.Rank));
          writeJsonCandidate(J, R.Of);
          jsonField(J, "accuracy", R.Accuracy);
          jsonField(J, "efficiency", R.Efficiency);
          jsonField(J, "score", R.Score);
          if (R.Of.Error.empty() && R.Of.Predicted && R.Accuracy)
            J.attribute("pareto", R.Pareto);
          if (C.Options.Limits.any() && R.Of.Error.empty()) {
            J.attributeArray("over", [&] {
              for (StringRef O : R.Over)
                J.value(O);
            });
            J.attribute("may_exceed", R.MayExceed);
          }
        });
    });
    J.attributeArray("notes", [&] {
      for (const std::string &N : C.Notes)
        J.value(jsonText(N));
    });
  });
  OS << "\n";
}

Page pageOf(const Comparison &C, const TrainingPlan &Plan, StringRef Place,
            const ReportOptions &Options) {
  Page P;
  P.Command = "toscount compare";
  P.Title = "Which of " + std::to_string(C.Rows.size()) + " models to train";
  P.Facts = summary(C, Plan, Place);
  PageSection S;
  S.Figures = comparisonFigures(C);
  S.Tables.push_back(pageTable(
      "", Options, [&](const ReportOptions &O) { return gridOf(C, O); }));
  S.Remarks = remarks(C);
  P.add(std::move(S));
  return P;
}

} // namespace

Error writeComparison(raw_ostream &OS, const Comparison &C,
                      const TrainingPlan &Plan, StringRef Grid,
                      const ReportOptions &Options) {
  Style S(Options.Colour);
  switch (Options.Format) {
  case ReportFormat::Text:
    for (const auto &[Name, Value] : summary(C, Plan, Grid))
      printWrapped(OS, S.dim(Name) + std::string(11 - Name.size(), ' '),
                   Name == "best" ? S.bold(Value) : Value, 11, Options);
    for (const std::string &Remark : remarks(C))
      printWrapped(OS, S.mark("note") + "       ", Remark, 11, Options);
    OS << "\n";
    printGrid(OS, gridOf(C, Options), Options);
    break;
  case ReportFormat::Json:
    writeJson(OS, C, Plan, Grid);
    break;
  case ReportFormat::Csv:
    writeCsv(OS, C);
    break;
  case ReportFormat::Markdown:
    for (const auto &[Name, Value] : summary(C, Plan, Grid))
      OS << "- " << Name << ": " << markdownText(Value) << "\n";
    OS << "\n";
    printMarkdownGrid(OS, gridOf(C, Options));
    if (!remarks(C).empty())
      OS << "\n";
    for (const std::string &Remark : remarks(C))
      OS << "- " << markdownText(Remark) << "\n";
    break;
  case ReportFormat::Html:
  case ReportFormat::Svg:
    return writePage(OS, pageOf(C, Plan, Grid, Options), Options);
  }
  return Error::success();
}

} // namespace toscount
