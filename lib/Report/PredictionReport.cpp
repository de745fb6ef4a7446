//===- PredictionReport.cpp - views of a prediction -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Report/PredictionReport.h"

#include "DisplayText.h"
#include "Page.h"
#include "PredictionFigures.h"
#include "RealText.h"

#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

std::string percentOf(double Part, double Whole, const ReportOptions &Options) {
  return percentText(100 * Part / Whole, 1, Options);
}

/// "12.3 times the most", "twice below the least".
std::string describe(const Extrapolation &X) {
  std::string Text =
      info(X.Id).Name.str() + (X.PerStep ? " a step is " : " is ");
  if (X.Value > X.Most)
    Text += std::isfinite(X.Factor)
                ? roundedText(X.Factor, 3) + " times the most"
                : std::string("new: it was 0 in every run");
  else
    Text += std::isfinite(X.Factor)
                ? roundedText(X.Factor, 3) + " times below the least"
                : std::string("0, and never was");
  return Text + " that was calibrated";
}

std::string planText(const TrainingPlan &Plan) {
  std::string Text = std::to_string(Plan.Samples) + " samples, batch " +
                     std::to_string(Plan.Batch) + ", " +
                     std::to_string(Plan.Epochs) +
                     (Plan.Epochs == 1 ? " epoch" : " epochs");
  if (Plan.ValidationSamples > 0)
    Text +=
        ", " + std::to_string(Plan.ValidationSamples) + " validation samples";
  if (Plan.Part != RunPart::Whole)
    Text += ", " + name(Plan.Part).str() + " alone";
  return Text;
}

/// " (0.97 to 0.99 at 90 %)", or nothing.
template <typename F>
std::string intervalText(const PredictedFigure &Figure, F Text) {
  if (!Figure.Low)
    return "";
  return " (" + Text(*Figure.Low) + " to " + Text(*Figure.High) + " at " +
         roundedText(100 * Figure.Level, 4) + " %)";
}

/// Stopping epoch, accuracy and efficiency, where they are predicted.
void addReached(const PredictionReport &R,
                std::vector<std::pair<std::string, std::string>> &Lines) {
  if (R.Reached == nullptr)
    return;
  const Candidate &C = *R.Reached;
  if (C.Stop)
    Lines.emplace_back(
        "stops at",
        "epoch " + std::to_string(C.Spec.Plan.Epochs) +
            intervalText(*C.Stop, [](double N) { return fixedText(N, 0); }));
  if (!C.Accuracy)
    return;
  Lines.emplace_back(
      "accuracy",
      fixedText(C.Accuracy->Value, 3) +
          intervalText(*C.Accuracy, [](double N) { return fixedText(N, 3); }) +
          ", by learning curves '" + safeText(C.AccuracyFrom) + "'");
  PredictedFigure E = efficiencyOf(*C.Accuracy, *R.Result);
  Lines.emplace_back(
      "efficiency",
      roundedText(E.Value, 3) +
          intervalText(E, [](double N) { return roundedText(N, 3); }) +
          " per " + safeText(R.Result->Unit));
}

void writeFigure(json::OStream &J, StringRef Name, const PredictedFigure &F) {
  J.attributeObject(Name, [&] {
    jsonField(J, "value", F.Value);
    if (!F.Low)
      return;
    J.attributeArray("interval", [&] {
      jsonNumber(J, *F.Low);
      jsonNumber(J, *F.High);
    });
    jsonField(J, "level", F.Level);
  });
}

void writeReached(json::OStream &J, const PredictionReport &R) {
  const Candidate &C = *R.Reached;
  if (C.Stop)
    writeFigure(J, "stops_at_epoch", *C.Stop);
  if (!C.Accuracy)
    return;
  writeFigure(J, "accuracy", *C.Accuracy);
  writeFigure(J, "efficiency", efficiencyOf(*C.Accuracy, *R.Result));
  J.attribute("learning_curves", jsonText(C.AccuracyFrom));
}

/// Name and value of each line of the summary, in order.
std::vector<std::pair<std::string, std::string>>
summary(const PredictionReport &R) {
  const Prediction &P = *R.Result;
  std::vector<std::pair<std::string, std::string>> Lines;
  Lines.emplace_back("model", safeText(R.Spec->Model));
  Lines.emplace_back("run", planText(R.Spec->Plan));
  Lines.emplace_back("hardware", safeText(R.Of->Hardware) + ", measured by " +
                                     safeText(R.Of->Meter));
  Lines.emplace_back("energy", quantity(P.Energy, P.Unit));
  if (P.Low)
    Lines.emplace_back("interval", quantity(*P.Low, P.Unit) + " to " +
                                       quantity(*P.High, P.Unit) + " at " +
                                       roundedText(100 * P.Level, 4) + " %");
  if (P.Seconds)
    Lines.emplace_back("time", duration(*P.Seconds));
  addReached(R, Lines);
  std::string Pue = R.Pue == 1 ? "" : ", PUE " + roundedText(R.Pue, 6);
  if (R.EmissionsGrams)
    Lines.emplace_back(
        "emissions", quantity(*R.EmissionsGrams, "g") + " CO2e (" +
                         (R.Grid.empty() ? "" : safeText(R.Grid) + ": ") +
                         roundedText(R.GramsPerKwh, 6) + " g/kWh" + Pue + ")");
  if (R.Cost)
    Lines.emplace_back("cost", roundedText(*R.Cost, 4) + " (at " +
                                   roundedText(*R.PricePerKwh, 6) + " a kWh" +
                                   Pue + ")");
  return Lines;
}

std::vector<std::string> remarks(const PredictionReport &R) {
  std::vector<std::string> All;
  const Prediction &P = *R.Result;
  if (P.isBeyond())
    All.emplace_back("outside the calibrated range: the prediction may be off "
                     "by more than the interval says");
  // What the energy does not depend on is left to JSON.
  std::vector<const Extrapolation *> Telling;
  for (const Extrapolation &X : P.Beyond)
    if (X.Used || !std::isfinite(X.Factor))
      Telling.push_back(&X);
  constexpr size_t Most = 5;
  for (size_t I = 0; I < std::min(Most, Telling.size()); ++I)
    All.push_back(describe(*Telling[I]));
  if (Telling.size() > Most)
    All.push_back(std::to_string(Telling.size() - Most) +
                  " more features lie outside their calibrated range");
  for (const std::string &N : P.Notes)
    All.push_back(safeText(N));
  if (R.Reached != nullptr)
    for (const std::string &N : R.Reached->Notes)
      All.push_back(safeText(N));
  for (const std::string &W : R.Warnings)
    All.push_back(safeText(W));
  return All;
}

Grid phaseGrid(const Prediction &P, const ReportOptions &Options) {
  Grid G;
  G.Columns = {{.Title = "phase", .Right = false},
               {.Title = "energy"},
               {.Title = "share"}};
  for (const EnergyShare &S : P.Phases)
    G.Rows.push_back({{S.Name, quantity(S.Energy, P.Unit, Options),
                       percentOf(S.Energy, P.Energy, Options)}});
  return G;
}

Grid layerGrid(const Prediction &P, size_t Top, const ReportOptions &Options) {
  Grid G;
  G.Columns = {{.Title = "layer",
                .Right = false,
                .Code = true,
                .Least = 20,
                .KeepEnd = true},
               {.Title = "operator", .Right = false},
               {.Title = "energy"},
               {.Title = "share"}};
  std::vector<const EnergyShare *> Layers = P.largestLayers();
  for (size_t I = 0; I < std::min(Top, Layers.size()); ++I) {
    const EnergyShare &L = *Layers[I];
    G.Rows.push_back({.Cells = {safeText(L.Name), safeText(L.Op),
                                quantity(L.Energy, P.Unit, Options),
                                percentOf(L.Energy, P.Energy, Options)},
                      .Mark = L.Estimate ? "~ " : ""});
  }
  if (Layers.size() <= Top)
    return G;
  double Rest = 0;
  for (size_t I = Top; I < Layers.size(); ++I)
    Rest += Layers[I]->Energy;
  G.Rows.push_back({.Cells = {std::to_string(Layers.size() - Top) + " others",
                              "", quantity(Rest, P.Unit, Options),
                              percentOf(Rest, P.Energy, Options)},
                    .Plain = true});
  return G;
}

void writeText(raw_ostream &OS, const PredictionReport &R,
               const ReportOptions &Options) {
  Style S(Options.Colour);
  for (const auto &[Name, Value] : summary(R))
    OS << S.dim(Name) << std::string(11 - Name.size(), ' ')
       << (Name == "energy" ? S.bold(Value) : Value) << "\n";
  for (const std::string &Remark : remarks(R))
    printWrapped(OS, S.mark("note") + "       ", Remark, 11, Options);
  if (!R.Result->Phases.empty()) {
    OS << "\n";
    printGrid(OS, phaseGrid(*R.Result, Options), Options);
  }
  if (size_t Top = Options.Top.value_or(10);
      Top > 0 && !R.Result->largestLayers().empty()) {
    OS << "\n";
    printGrid(OS, layerGrid(*R.Result, Top, Options), Options);
  }
}

void writeMarkdown(raw_ostream &OS, const PredictionReport &R,
                   const ReportOptions &Options) {
  Grid G;
  G.Columns = {{.Title = "prediction", .Right = false},
               {.Title = "value", .Right = false}};
  for (const auto &[Name, Value] : summary(R))
    G.Rows.push_back({{Name, Value}});
  printMarkdownGrid(OS, G);
  if (!R.Result->Phases.empty()) {
    OS << "\n";
    printMarkdownGrid(OS, phaseGrid(*R.Result, Options));
  }
  if (size_t Top = Options.Top.value_or(10);
      Top > 0 && !R.Result->largestLayers().empty()) {
    OS << "\n";
    printMarkdownGrid(OS, layerGrid(*R.Result, Top, Options));
  }
  std::vector<std::string> Remarks = remarks(R);
  if (!Remarks.empty())
    OS << "\n";
  for (const std::string &Remark : Remarks)
    OS << "- " << markdownText(Remark) << "\n";
}

/// A row a phase, then a row a layer and phase.
void writeCsv(raw_ostream &OS, const PredictionReport &R) {
  OS << "layer,operator,phase,energy,unit,share\n";
  const Prediction &P = *R.Result;
  auto Row = [&](StringRef Layer, StringRef Op, StringRef Phase, double E) {
    OS << csvField(Layer) << ',' << csvField(Op) << ',' << Phase << ','
       << numberText(E) << ',' << csvField(P.Unit) << ','
       << numberText(E / P.Energy) << '\n';
  };
  Row("", "", "", P.Energy);
  for (const EnergyShare &S : P.Phases)
    Row("", "", S.Name, S.Energy);
  for (const EnergyShare &L : P.Layers)
    for (unsigned I = 0; I < NumPhases; ++I)
      if (L.Phases[I] > 0)
        Row(L.Name, L.Op, name(static_cast<Phase>(I)), L.Phases[I]);
}

class JsonWriter {
public:
  JsonWriter(raw_ostream &OS, const PredictionReport &R)
      : J(OS, 2), R(R), P(*R.Result) {}

  void write() {
    J.object([&] {
      J.attribute("schema", std::string("toscount.prediction/1"));
      J.attribute("model", jsonText(R.Spec->Model));
      plan(R.Spec->Plan);
      J.attributeObject("energy", [&] {
        jsonField(J, "value", P.Energy);
        J.attribute("unit", jsonText(P.Unit));
      });
      if (P.Low) {
        J.attributeArray("interval", [&] {
          jsonNumber(J, *P.Low);
          jsonNumber(J, *P.High);
        });
        jsonField(J, "level", P.Level);
      }
      jsonField(J, "seconds", P.Seconds);
      if (R.Reached != nullptr)
        writeReached(J, R);
      jsonField(J, "emissions_g", R.EmissionsGrams);
      if (R.EmissionsGrams)
        J.attributeObject("grid", [&] {
          if (!R.Grid.empty())
            J.attribute("location", jsonText(R.Grid));
          jsonField(J, "g_per_kwh", R.GramsPerKwh);
        });
      jsonField(J, "cost", R.Cost);
      if (R.EmissionsGrams || R.Cost)
        jsonField(J, "pue", R.Pue);
      shares();
      extrapolation();
      profile();
      texts("notes", P.Notes);
      texts("assumptions", R.Assumptions);
      texts("warnings", R.Warnings);
    });
  }

private:
  void plan(const TrainingPlan &Plan) {
    J.attributeObject("run", [&] {
      jsonWhole(J, "samples", Plan.Samples);
      if (Plan.ValidationSamples > 0)
        jsonWhole(J, "validation_samples", Plan.ValidationSamples);
      jsonWhole(J, "batch", Plan.Batch);
      jsonWhole(J, "epochs", Plan.Epochs);
      if (Plan.Part != RunPart::Whole)
        J.attribute("phase", name(Plan.Part).str());
    });
  }
  void shares() {
    if (P.Phases.empty())
      return;
    J.attributeObject("phases", [&] {
      for (const EnergyShare &S : P.Phases)
        jsonField(J, S.Name, S.Energy);
    });
    J.attributeArray("layers", [&] {
      for (const EnergyShare &L : P.Layers)
        J.object([&] {
          J.attribute("name", jsonText(L.Name));
          J.attribute("op", jsonText(L.Op));
          J.attribute("estimate", L.Estimate);
          jsonField(J, "energy", L.Energy);
          for (unsigned I = 0; I < NumPhases; ++I)
            if (L.Phases[I] > 0)
              jsonField(J, name(static_cast<Phase>(I)), L.Phases[I]);
        });
    });
  }
  void extrapolation() {
    J.attributeArray("extrapolation", [&] {
      for (const Extrapolation &X : P.Beyond)
        J.object([&] {
          J.attribute("feature", info(X.Id).Name.str());
          jsonField(J, "value", X.Value);
          J.attributeArray("range", [&] {
            jsonNumber(J, X.Least);
            jsonNumber(J, X.Most);
          });
          // Absent where the range ends at 0.
          if (std::isfinite(X.Factor))
            jsonField(J, "factor", X.Factor);
          J.attribute("used", X.Used);
          if (X.PerStep)
            J.attribute("per", "step");
        });
    });
  }
  void profile() {
    J.attributeObject("profile", [&] {
      J.attribute("name", jsonText(R.Of->Name));
      J.attribute("hardware", jsonText(R.Of->Hardware));
      J.attribute("meter", jsonText(R.Of->Meter));
      J.attribute("family", jsonText(R.Of->energy().Name));
      J.attribute("estimated", R.Of->Estimated);
    });
  }
  void texts(StringRef Name, ArrayRef<std::string> Texts) {
    J.attributeArray(Name, [&] {
      for (const std::string &T : Texts)
        J.value(jsonText(T));
    });
  }

  json::OStream J;
  const PredictionReport &R;
  const Prediction &P;
};

Page pageOf(const PredictionReport &R, const ReportOptions &Options) {
  const Prediction &P = *R.Result;
  Page Result;
  Result.Command = "toscount predict";
  Result.Title = R.Spec->Model + ": " + quantity(P.Energy, P.Unit);
  Result.Facts = summary(R);
  std::vector<Figure> Figures = predictionFigures(R);
  PageSection Phases;
  Phases.Figures.push_back(std::move(Figures.front()));
  // With every digit: the facts above round.
  Phases.Tables.push_back(pageTable("", Options, [&](const ReportOptions &O) {
    Grid G = phaseGrid(P, O);
    G.Rows.push_back({.Cells = {"all", quantity(P.Energy, P.Unit, O),
                                percentOf(P.Energy, P.Energy, O)},
                      .Footer = true});
    return G;
  }));
  Phases.Remarks = remarks(R);
  Result.add(std::move(Phases));
  if (Figures.size() > 1) {
    PageSection Layers;
    Layers.Title = "Layers";
    Layers.Figures.push_back(std::move(Figures.back()));
    Layers.Tables.push_back(pageTable("", Options, [&](const ReportOptions &O) {
      return layerGrid(P, O.Top.value_or(P.Layers.size()), O);
    }));
    Result.add(std::move(Layers));
  }
  PageSection Assumptions;
  Assumptions.Title = "Assumptions";
  Assumptions.Remarks = R.Assumptions;
  Result.add(std::move(Assumptions));
  return Result;
}

} // namespace

Error writePrediction(raw_ostream &OS, const PredictionReport &P,
                      const ReportOptions &Options) {
  switch (Options.Format) {
  case ReportFormat::Text:
    writeText(OS, P, Options);
    break;
  case ReportFormat::Json:
    JsonWriter(OS, P).write();
    OS << "\n";
    break;
  case ReportFormat::Csv:
    writeCsv(OS, P);
    break;
  case ReportFormat::Markdown:
    writeMarkdown(OS, P, Options);
    break;
  case ReportFormat::Html:
  case ReportFormat::Svg:
    return writePage(OS, pageOf(P, Options), Options);
  }
  return Error::success();
}

} // namespace toscount
