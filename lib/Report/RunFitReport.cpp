//===- RunFitReport.cpp - views of a fit to measured runs -----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Report/RunFitReport.h"

#include "DisplayText.h"
#include "Page.h"
#include "PredictionFigures.h"

#include "toscount/Support/Csv.h"

#include "llvm/Support/JSON.h"

#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

constexpr int ScoreDigits = 3;
constexpr int CoefficientDigits = 5;

class RunFitWriter {
public:
  RunFitWriter(const RunFit &Fit, const ReportOptions &Options)
      : Fit(Fit), P(Fit.Found), Options(Options) {}

  void text(raw_ostream &OS) const {
    printWrapped(OS, "", safeText(heading()), 2, Options);
    OS << "\n";
    printGrid(OS, candidates(), Options);
    OS << "\n";
    printGrid(OS, coefficients(), Options);
    if (!P.Intervals.empty()) {
      OS << "\n";
      printGrid(OS, intervals(), Options);
    }
    OS << "\n";
    for (const std::string &Line : lines())
      printWrapped(OS, "  - ", safeText(Line), 4, Options);
  }

  void markdown(raw_ostream &OS) const {
    OS << markdownText(heading()) << "\n\n";
    printMarkdownGrid(OS, candidates());
    OS << "\n";
    printMarkdownGrid(OS, coefficients());
    if (!P.Intervals.empty()) {
      OS << "\n";
      printMarkdownGrid(OS, intervals());
    }
    OS << "\n";
    for (const std::string &Line : lines())
      OS << "- " << markdownText(Line) << "\n";
  }

  void csv(raw_ostream &OS) const {
    OS << "family,sessions,baseline,chosen,coefficients,n,mape_percent,"
          "median_ape_percent,p95_ape_percent,bias_percent,spearman,failed\n";
    for (size_t I = 0; I < Fit.Candidates.size(); ++I) {
      const ScoredFamily &S = Fit.Candidates[I];
      const ErrorSummary &E = S.Errors;
      OS << csvField(S.Name) << "," << yes(S.Sessions) << "," << yes(S.Baseline)
         << "," << yes(I == Fit.Chosen) << "," << S.Coefficients << ",";
      if (S.Failed.empty())
        OS << E.N << "," << numberText(E.MapePercent) << ","
           << numberText(E.MedianApePercent) << ","
           << numberText(E.P95ApePercent) << "," << numberText(E.BiasPercent)
           << "," << (E.Spearman ? numberText(*E.Spearman) : "");
      else
        OS << ",,,,,";
      OS << "," << csvField(S.Failed) << "\n";
    }
  }

  void json(raw_ostream &OS) const {
    json::OStream J(OS, 2);
    J.object([&] {
      J.attribute("schema", "toscount.fit/1");
      J.attribute("profile", jsonText(P.Name));
      J.attribute("hardware", jsonText(P.Hardware));
      J.attribute("unit", jsonText(P.Unit));
      J.attribute("n", static_cast<int64_t>(Fit.Measured.size()));
      J.attribute("groups", static_cast<int64_t>(Fit.Groups));
      J.attribute("family", jsonText(chosen().Name));
      J.attributeArray("coefficients", [&] {
        for (const ProfileCoefficient &C : P.energy().Coefficients)
          J.object([&] {
            J.attribute("name", jsonText(C.Name));
            number(J, "value", C.Value);
            if (C.StandardError)
              number(J, "standard_error", *C.StandardError);
            J.attribute("unit", jsonText(C.Unit));
          });
      });
      J.attributeObject("cross_validation", [&] { score(J, chosen()); });
      if (Fit.Outer)
        J.attributeObject("outer_coverage", [&] {
          number(J, "level", Fit.Outer->Level);
          number(J, "percent", Fit.Outer->Percent);
        });
      J.attributeArray("candidates", [&] {
        for (const ScoredFamily &S : Fit.Candidates)
          J.object([&] {
            J.attribute("family", jsonText(S.Name));
            J.attribute("baseline", S.Baseline);
            score(J, S);
          });
      });
      J.attributeArray("notes", [&] {
        for (const std::string &Line : lines())
          J.value(jsonText(Line));
      });
    });
    OS << "\n";
  }

  Page page() const {
    Page Result;
    Result.Command = "toscount fit";
    Result.Title = P.Name + ": " + P.Hardware;
    Result.Facts = {{"fit", heading()}};
    PageSection S;
    S.Figures = runFitFigures(Fit);
    auto Add = [&](StringRef Title, Grid (RunFitWriter::*Make)() const) {
      S.Tables.push_back(
          pageTable(Title.str(), Options, [&](const ReportOptions &O) {
            return (RunFitWriter(Fit, O).*Make)();
          }));
    };
    Add("Candidates", &RunFitWriter::candidates);
    Add("Coefficients", &RunFitWriter::coefficients);
    if (!P.Intervals.empty())
      Add("Intervals", &RunFitWriter::intervals);
    S.Remarks = lines();
    Result.add(std::move(S));
    return Result;
  }

private:
  static StringRef yes(bool B) { return B ? "yes" : "no"; }
  static void number(json::OStream &J, StringRef Key, double Value) {
    if (!std::isfinite(Value))
      return;
    J.attributeBegin(Key);
    J.rawValue(numberText(Value));
    J.attributeEnd();
  }

  void score(json::OStream &J, const ScoredFamily &S) const {
    J.attribute("folds", Fit.Folds);
    J.attribute("sessions", S.Sessions);
    J.attribute("coefficients", static_cast<int64_t>(S.Coefficients));
    if (!S.Failed.empty()) {
      J.attribute("failed", jsonText(S.Failed));
      return;
    }
    number(J, "mape_percent", S.Errors.MapePercent);
    number(J, "median_ape_percent", S.Errors.MedianApePercent);
    number(J, "p95_ape_percent", S.Errors.P95ApePercent);
    number(J, "bias_percent", S.Errors.BiasPercent);
    if (S.Errors.Spearman)
      number(J, "spearman", *S.Errors.Spearman);
  }

  const ScoredFamily &chosen() const { return Fit.Candidates[Fit.Chosen]; }

  std::string heading() const {
    std::string Part = name(P.Part).str();
    return (P.Name.empty() ? "" : P.Name + ": ") + P.Hardware + ", " +
           std::to_string(Fit.Measured.size()) + " runs of " +
           std::to_string(Fit.Groups) + " architectures" +
           (Part.empty() ? "" : ", " + Part + " phase") + ", energy in " +
           P.Unit + (P.Estimated ? " (estimates, not measurements)" : "") +
           "; errors of networks that the fit has not seen (" +
           std::to_string(Fit.Folds) + "-fold by architecture)";
  }

  std::string shown(double Value, int Digits) const {
    return Options.Exact ? numberText(Value) : roundedText(Value, Digits);
  }
  std::string percent(double Value) const {
    return shown(Value, ScoreDigits) + (Options.Data ? "" : " %");
  }

  Grid candidates() const {
    Grid G;
    G.Columns = {{.Title = "family", .Right = false},
                 {.Title = "coefficients"},
                 {.Title = "MAPE"},
                 {.Title = "median"},
                 {.Title = "95 %", .Drop = 1},
                 {.Title = "bias", .Drop = 2},
                 {.Title = "Spearman"}};
    for (size_t I = 0; I < Fit.Candidates.size(); ++I) {
      const ScoredFamily &S = Fit.Candidates[I];
      GridRow Row;
      Row.Mark = I == Fit.Chosen ? "* " : "";
      Row.Plain = true;
      Row.Cells = {(S.Baseline ? "baseline: " : "") + S.Name +
                   (S.Sessions ? ", sessions" : "")};
      if (S.Failed.empty()) {
        Row.Cells.insert(
            Row.Cells.end(),
            {std::to_string(S.Coefficients), percent(S.Errors.MapePercent),
             percent(S.Errors.MedianApePercent),
             percent(S.Errors.P95ApePercent), percent(S.Errors.BiasPercent),
             S.Errors.Spearman ? shown(*S.Errors.Spearman, 4) : "-"});
      } else {
        Row.Note = safeText(S.Failed);
      }
      G.Rows.push_back(std::move(Row));
    }
    return G;
  }

  Grid coefficients() const {
    Grid G;
    G.Columns = {{.Title = "coefficient", .Right = false, .Code = true},
                 {.Title = "value"},
                 {.Title = "standard error"},
                 {.Title = "unit", .Right = false}};
    for (const ProfileCoefficient &C : P.energy().Coefficients) {
      GridRow Row;
      Row.Cells = {safeText(C.Name), shown(C.Value, CoefficientDigits),
                   C.StandardError ? shown(*C.StandardError, 2) : "-",
                   safeText(C.Unit)};
      G.Rows.push_back(std::move(Row));
    }
    return G;
  }

  /// What a measurement is times and divided by at most.
  Grid intervals() const {
    Grid G;
    G.Columns = {{.Title = "interval", .Right = false},
                 {.Title = "in range"},
                 {.Title = "beyond it"}};
    bool Sessions = P.Intervals.front().KnownSession.has_value();
    if (Sessions)
      G.Columns.push_back({.Title = "in range, session known"});
    auto Times = [&](double LogWidth) {
      return (Options.Data ? "" : "x/ ") + shown(std::exp(LogWidth), 4);
    };
    for (const IntervalWidth &W : P.Intervals) {
      GridRow Row;
      Row.Plain = true;
      Row.Cells = {shown(100 * W.Level, 3) + " %", Times(W.Inside),
                   Times(W.Beyond)};
      if (Sessions)
        Row.Cells.push_back(W.KnownSession ? Times(*W.KnownSession) : "-");
      G.Rows.push_back(std::move(Row));
    }
    return G;
  }

  std::vector<std::string> lines() const {
    std::vector<std::string> Lines;
    Lines.push_back("* the simplest family within one standard error of the "
                    "best (" +
                    shown(chosen().StandardErrorPercent, 2) + " %)");
    if (Fit.Outer)
      Lines.push_back(shown(100 * Fit.Outer->Level, 3) + " % intervals hold " +
                      shown(Fit.Outer->Percent, 3) +
                      " % of the runs of architectures that neither fit nor "
                      "interval have seen");
    if (const ProfileFamily *Time = P.time(); Time != nullptr &&
                                              !Time->Scores.empty() &&
                                              Time->Scores.front().MapePercent)
      Lines.push_back("the same columns predict the time with a MAPE of " +
                      shown(*Time->Scores.front().MapePercent, ScoreDigits) +
                      " %");
    for (const ProfileScores &S : P.energy().Scores)
      if (StringRef(S.Method).ends_with("sessions unknown") && S.MapePercent)
        Lines.push_back("in a session that is not known the MAPE is " +
                        shown(*S.MapePercent, ScoreDigits) + " %");
    for (const std::string &Note : P.energy().Notes)
      Lines.push_back(Note);
    for (const std::string &Note : P.Notes)
      Lines.push_back(Note);
    return Lines;
  }

  const RunFit &Fit;
  const Profile &P;
  const ReportOptions &Options;
};

} // namespace

Error writeRunFit(raw_ostream &OS, const RunFit &Fit,
                  const ReportOptions &Options) {
  RunFitWriter Writer(Fit, Options);
  switch (Options.Format) {
  case ReportFormat::Text:
    Writer.text(OS);
    break;
  case ReportFormat::Json:
    Writer.json(OS);
    break;
  case ReportFormat::Csv:
    Writer.csv(OS);
    break;
  case ReportFormat::Markdown:
    Writer.markdown(OS);
    break;
  case ReportFormat::Html:
  case ReportFormat::Svg:
    return writePage(OS, Writer.page(), Options);
  }
  return Error::success();
}

} // namespace toscount
