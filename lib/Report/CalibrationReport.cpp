//===- CalibrationReport.cpp - views of a calibration ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Report/CalibrationReport.h"

#include "DisplayText.h"
#include "Grid.h"
#include "RealText.h"

#include "toscount/Report/PredictionReport.h"
#include "toscount/Report/RunFitReport.h"
#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/Support/JSON.h"

using namespace llvm;

namespace toscount {
namespace {

std::string counted(size_t N, StringRef What) {
  return (Twine(N) + " " + What + (N == 1 ? "" : "s")).str();
}

class CalibrationWriter {
public:
  CalibrationWriter(const Calibration &C, const ReportOptions &Options)
      : C(C), Options(Options) {}

  Error text(raw_ostream &OS) const {
    for (const auto &[Name, Value] : facts()) {
      std::string First = Name;
      First.resize(12, ' ');
      printWrapped(OS, First, safeText(Value), 12, Options);
    }
    OS << "\n";
    printGrid(OS, rounds(), Options);
    OS << "\n";
    if (Error E = writeRunFit(OS, C.Fit, Options))
      return E;
    OS << "\n";
    printWrapped(OS, "", validationHeading(), 2, Options);
    if (!C.Validation)
      return Error::success();
    OS << "\n";
    return writeEvaluation(OS, *C.Validation, Options);
  }

  Error markdown(raw_ostream &OS) const {
    for (const auto &[Name, Value] : facts())
      OS << "- " << Name << ": " << markdownText(Value) << "\n";
    OS << "\n";
    printMarkdownGrid(OS, rounds());
    OS << "\n";
    if (Error E = writeRunFit(OS, C.Fit, Options))
      return E;
    OS << "\n" << markdownText(validationHeading()) << "\n";
    if (!C.Validation)
      return Error::success();
    OS << "\n";
    return writeEvaluation(OS, *C.Validation, Options);
  }

  Error csv(raw_ostream &OS) const {
    OS << "round,runs,architectures,family,score_percent,"
          "standard_error_percent,seconds,no_fit\n";
    for (size_t I = 0; I < C.Rounds.size(); ++I) {
      const CalibrationRound &R = C.Rounds[I];
      OS << I + 1 << "," << R.Score.Runs << "," << R.Score.Groups << ","
         << csvField(R.Family) << ",";
      if (R.NoFit.empty())
        OS << numberText(R.Score.ScorePercent) << ","
           << numberText(R.Score.StandardErrorPercent);
      else
        OS << ",";
      OS << "," << numberText(R.Seconds) << "," << csvField(R.NoFit) << "\n";
    }
    return Error::success();
  }

  Error json(raw_ostream &OS) const {
    ReportOptions Inner = Options;
    Inner.Format = ReportFormat::Json;
    std::string Fit, Validation;
    raw_string_ostream FitOS(Fit), ValidationOS(Validation);
    if (Error E = writeRunFit(FitOS, C.Fit, Inner))
      return E;
    if (C.Validation)
      if (Error E = writeEvaluation(ValidationOS, *C.Validation, Inner))
        return E;
    json::OStream J(OS, 2);
    J.object([&] {
      J.attribute("schema", "toscount.calibration/1");
      J.attribute("profile", jsonText(C.ProfileFile));
      J.attribute("runs", jsonText(C.RunsFile));
      J.attribute("device", jsonText(C.Device));
      J.attribute("hardware", jsonText(C.Fit.Found.Hardware));
      J.attribute("meter", jsonText(C.Fit.Found.Meter));
      J.attribute("estimated", C.Fit.Found.Estimated);
      J.attribute("stopped", jsonText(C.Stopped));
      jsonField(J, "seconds", C.Seconds);
      jsonField(J, "budget_seconds", C.BudgetSeconds);
      J.attribute("runs_before", static_cast<int64_t>(C.RunsBefore));
      J.attribute("too_short", static_cast<int64_t>(C.TooShort));
      J.attributeObject("failed", [&] {
        for (const auto &[Kind, N] : C.Failed)
          J.attribute(jsonText(Kind), static_cast<int64_t>(N));
      });
      J.attributeArray("rounds", [&] {
        for (const CalibrationRound &R : C.Rounds)
          J.object([&] { round(J, R); });
      });
      raw(J, "fit", Fit);
      if (C.Validation)
        raw(J, "validation", Validation);
      J.attributeArray("notes", [&] {
        for (const std::string &Note : C.Notes)
          J.value(jsonText(Note));
      });
    });
    OS << "\n";
    return Error::success();
  }

private:
  static void raw(json::OStream &J, StringRef Name, StringRef Text) {
    J.attributeBegin(Name);
    J.rawValue(Text.trim());
    J.attributeEnd();
  }

  static void round(json::OStream &J, const CalibrationRound &R) {
    J.attribute("runs", static_cast<int64_t>(R.Score.Runs));
    J.attribute("groups", static_cast<int64_t>(R.Score.Groups));
    jsonField(J, "seconds", R.Seconds);
    if (!R.NoFit.empty()) {
      J.attribute("no_fit", jsonText(R.NoFit));
      return;
    }
    J.attribute("family", jsonText(R.Family));
    jsonField(J, "score_percent", R.Score.ScorePercent);
    jsonField(J, "standard_error_percent", R.Score.StandardErrorPercent);
  }

  std::vector<std::pair<std::string, std::string>> facts() const {
    const Profile &P = C.Fit.Found;
    std::string Runs = counted(C.Fit.Rows.size(), "run") + " of " +
                       counted(C.Fit.Groups, "architecture") + " fitted";
    if (C.Validation)
      Runs += ", " + counted(C.Validation->Rows.size(), "run") + " of " +
              std::to_string(C.Validation->Groups.size()) + " held back";
    if (C.RunsBefore > 0)
      Runs += "; " + std::to_string(C.RunsBefore) + " from before";
    if (C.TooShort > 0)
      Runs += "; " + std::to_string(C.TooShort) + " too short for the meter";
    for (const auto &[Kind, N] : C.Failed)
      Runs += "; " + std::to_string(N) + " failed (" + Kind + ")";
    std::vector<std::pair<std::string, std::string>> Facts = {
        {"hardware", P.Hardware + " (" + C.Device + ")"},
        {"meter",
         P.Meter +
             (P.Estimated ? ": energies are estimates, not measurements" : "")},
        {"runs", Runs},
        {"time", duration(C.Seconds) + " of " + duration(C.BudgetSeconds)},
        {"stopped", C.Stopped},
        {"records", C.RunsFile},
        {"profile", C.ProfileFile}};
    for (const std::string &Note : C.Notes)
      Facts.emplace_back("note", Note);
    return Facts;
  }

  Grid rounds() const {
    Grid G;
    G.Columns = {{.Title = "round", .Right = false},
                 {.Title = "runs"},
                 {.Title = "architectures"},
                 {.Title = "error"},
                 {.Title = "standard error", .Drop = 1},
                 {.Title = "time"},
                 {.Title = "family", .Right = false, .Least = 20}};
    for (size_t I = 0; I < C.Rounds.size(); ++I) {
      const CalibrationRound &R = C.Rounds[I];
      GridRow Row;
      Row.Plain = true;
      bool Fitted = R.NoFit.empty();
      auto Percent = [&](double Value) {
        return Fitted ? fixedText(Value, 1) + " %" : "-";
      };
      Row.Cells = {std::to_string(I + 1),
                   std::to_string(R.Score.Runs),
                   std::to_string(R.Score.Groups),
                   Percent(R.Score.ScorePercent),
                   Percent(R.Score.StandardErrorPercent),
                   duration(R.Seconds),
                   safeText(Fitted ? R.Family : "no fit: " + R.NoFit)};
      G.Rows.push_back(std::move(Row));
    }
    return G;
  }

  std::string validationHeading() const {
    if (!C.Validation)
      return "No run of an architecture that was held back was measured: "
             "nothing but cross-validation says how good the profile is.";
    return "Validation, on architectures that no fit has seen:";
  }

  const Calibration &C;
  const ReportOptions &Options;
};

} // namespace

Error writeCalibration(raw_ostream &OS, const Calibration &C,
                       const ReportOptions &Options) {
  CalibrationWriter Writer(C, Options);
  switch (Options.Format) {
  case ReportFormat::Text:
    return Writer.text(OS);
  case ReportFormat::Json:
    return Writer.json(OS);
  case ReportFormat::Csv:
    return Writer.csv(OS);
  case ReportFormat::Markdown:
    return Writer.markdown(OS);
  case ReportFormat::Html:
  case ReportFormat::Svg:
    return makeError("this report has no pictures");
  }
  return Error::success();
}

} // namespace toscount
