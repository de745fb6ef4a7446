//===- EfficiencyReport.cpp - the views of toscount efficiency ------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Report/EfficiencyReport.h"

#include "DisplayText.h"
#include "KeyColumns.h"
#include "RecordFigures.h"

#include "toscount/Support/Csv.h"

using namespace llvm;

namespace toscount {
namespace {

StringRef ratioName(RatioOf Of) {
  switch (Of) {
  case RatioOf::Architecture:
    return "architecture";
  case RatioOf::Dataset:
    return "dataset";
  case RatioOf::Hardware:
    return "hardware";
  }
  llvm_unreachable("no such ratio");
}

std::string unitText(const EfficiencyReport &R) {
  return R.Unit.empty() ? "" : " (1 / " + R.Unit + ")";
}

TitledTable models(const EfficiencyReport &R, const ReportOptions &Options) {
  TableBuilder B("Models: equation 2, accuracy / energy" + unitText(R));
  KeyColumns Keys;
  bool Repeats = false, Accuracy = false, Epochs = false;
  for (const EfficiencyMean &M : R.Models) {
    Keys.see(M.Key);
    Repeats |= M.N > 1;
    Accuracy |= M.Accuracy.has_value();
    Epochs |= M.Epochs.has_value();
  }
  Keys.add(B);
  if (Repeats)
    B.number("runs");
  if (Epochs)
    B.number("epochs");
  if (Accuracy)
    B.number("accuracy")
        .number(R.Unit.empty() ? "energy" : "energy, " + R.Unit);
  B.number("efficiency");
  for (const EfficiencyMean &M : R.Models) {
    std::vector<std::string> Rest;
    if (Repeats)
      Rest.push_back(std::to_string(M.N));
    if (Epochs)
      Rest.push_back(cellText(M.Epochs, Options));
    if (Accuracy) {
      Rest.push_back(cellText(M.Accuracy, Options));
      Rest.push_back(cellText(M.Energy, Options));
    }
    Rest.push_back(cellText(M.Mean, Options));
    B.row(Keys.cells(M.Key, std::move(Rest)));
  }
  return B.take();
}

TitledTable means(std::string Title, StringRef Of,
                  ArrayRef<EfficiencyMean> Means,
                  const ReportOptions &Options) {
  TableBuilder B(std::move(Title));
  KeyColumns Keys;
  for (const EfficiencyMean &M : Means)
    Keys.see(M.Key);
  Keys.add(B);
  B.number(Of).number("efficiency").number("least").number("most");
  for (const EfficiencyMean &M : Means)
    B.row(Keys.cells(M.Key,
                     {std::to_string(M.N), cellText(M.Mean, Options),
                      cellText(M.Least, Options), cellText(M.Most, Options)}));
  return B.take();
}

TitledTable ratios(const EfficiencyReport &R, const ReportOptions &Options) {
  TableBuilder B("Ratios of equation 4");
  B.text("ratio").text("of").number("ratio");
  for (const EfficiencyRatio &Ratio : R.Ratios)
    B.row({Ratio.Numerator + " / " + Ratio.Denominator, keyText(Ratio.Key),
           cellText(Ratio.Ratio, Options)});
  return B.take();
}

TitledTable hardware(const EfficiencyReport &R, const ReportOptions &Options) {
  TableBuilder B("The same models on two devices");
  B.text("ratio").number("models").number("efficiency").number("least");
  B.number("most").number("energy").number("rank correlation");
  B.number("data sets that order architectures alike");
  for (const HardwareComparison &C : R.Hardware)
    B.row({C.Numerator + " / " + C.Denominator, std::to_string(C.Models),
           cellText(C.Efficiency, Options),
           cellText(C.LeastEfficiency, Options),
           cellText(C.MostEfficiency, Options), cellText(C.Energy, Options),
           cellText(C.Spearman, Options, 3),
           std::to_string(C.SameOrder) + " of " + std::to_string(C.Orders)});
  B.T.Notes.push_back("Geometric means over the models that both trained.");
  return B.take();
}

void writeMeans(json::OStream &J, StringRef Name,
                ArrayRef<EfficiencyMean> Means) {
  J.attributeArray(Name, [&] {
    for (const EfficiencyMean &M : Means)
      J.object([&] {
        writeKey(J, M.Key);
        J.attribute("n", static_cast<int64_t>(M.N));
        J.attribute("efficiency", M.Mean);
        J.attribute("min", M.Least);
        J.attribute("max", M.Most);
        optionalAttribute(J, "accuracy", M.Accuracy);
        optionalAttribute(J, "energy", M.Energy);
        optionalAttribute(J, "epochs", M.Epochs);
      });
  });
}

void writeRuns(json::OStream &J, const EfficiencyData &Data) {
  J.attributeArray("runs", [&] {
    for (const EfficiencyRun &Run : Data.Runs)
      J.object([&] {
        writeKey(J, Run.Key);
        J.attribute("efficiency", Run.Efficiency);
        J.attributeArray("per_epoch", [&] {
          for (const EpochEfficiency &E : Run.PerEpoch)
            J.object([&] {
              J.attribute("epoch", E.Epoch);
              J.attribute("accuracy", E.Accuracy);
              J.attribute("energy", E.Energy);
              J.attribute("efficiency", E.Efficiency);
            });
        });
      });
  });
}

void writeJson(raw_ostream &OS, const EfficiencyReport &R,
               const EfficiencyData &Data, bool PerEpoch) {
  json::OStream J(OS, 2);
  J.object([&] {
    J.attribute("schema", "toscount.efficiency/1");
    if (!R.Unit.empty())
      J.attribute("unit", jsonText(R.Unit));
    writeMeans(J, "models", R.Models);
    writeMeans(J, "by_criterion", R.ByCriterion);
    writeMeans(J, "by_size", R.BySize);
    writeMeans(J, "overall", R.Overall);
    J.attributeArray("ratios", [&] {
      for (const EfficiencyRatio &Ratio : R.Ratios)
        J.object([&] {
          J.attribute("of", ratioName(Ratio.Of));
          J.attribute("numerator", jsonText(Ratio.Numerator));
          J.attribute("denominator", jsonText(Ratio.Denominator));
          writeKey(J, Ratio.Key);
          J.attribute("ratio", Ratio.Ratio);
        });
    });
    J.attributeArray("hardware", [&] {
      for (const HardwareComparison &C : R.Hardware)
        J.object([&] {
          J.attribute("numerator", jsonText(C.Numerator));
          J.attribute("denominator", jsonText(C.Denominator));
          J.attribute("models", static_cast<int64_t>(C.Models));
          J.attribute("efficiency", C.Efficiency);
          J.attribute("min", C.LeastEfficiency);
          J.attribute("max", C.MostEfficiency);
          optionalAttribute(J, "energy", C.Energy);
          optionalAttribute(J, "spearman", C.Spearman);
          J.attribute("same_order", static_cast<int64_t>(C.SameOrder));
          J.attribute("orders", static_cast<int64_t>(C.Orders));
        });
    });
    if (PerEpoch)
      writeRuns(J, Data);
    J.attributeArray("notes", [&] {
      for (const std::string &Note : R.Notes)
        J.value(jsonText(Note));
    });
  });
  OS << "\n";
}

std::string full(std::optional<double> Number) {
  return Number ? numberText(*Number) : "";
}

void writeCsv(raw_ostream &OS, const EfficiencyReport &R,
              const EfficiencyData &Data, bool PerEpoch) {
  if (PerEpoch) {
    OS << keyCsvHeader() << ",epoch,accuracy,energy,unit,efficiency\n";
    for (const EfficiencyRun &Run : Data.Runs)
      for (const EpochEfficiency &E : Run.PerEpoch)
        OS << keyCsv(Run.Key) << ',' << E.Epoch << ',' << numberText(E.Accuracy)
           << ',' << numberText(E.Energy) << ',' << csvField(R.Unit) << ','
           << numberText(E.Efficiency) << '\n';
    return;
  }
  OS << keyCsvHeader() << ",runs,epochs,accuracy,energy,unit,efficiency\n";
  for (const EfficiencyMean &M : R.Models)
    OS << keyCsv(M.Key) << ',' << M.N << ',' << full(M.Epochs) << ','
       << full(M.Accuracy) << ',' << full(M.Energy) << ',' << csvField(R.Unit)
       << ',' << numberText(M.Mean) << '\n';
}

/// Curves are printed at these parts of training.
TitledTable curves(const EfficiencyData &Data, StringRef Unit,
                   const ReportOptions &Options) {
  TableBuilder B("Efficiency as training goes on: equation 2 after an epoch");
  KeyColumns Keys;
  for (const EfficiencyRun &Run : Data.Runs)
    Keys.see(Run.Key);
  Keys.add(B);
  B.number("epoch").number("accuracy").number(("energy, " + Unit).str());
  B.number("efficiency");
  for (const EfficiencyRun &Run : Data.Runs)
    for (const EpochEfficiency &E : Run.PerEpoch)
      B.row(Keys.cells(Run.Key,
                       {std::to_string(E.Epoch), cellText(E.Accuracy, Options),
                        cellText(E.Energy, Options),
                        cellText(E.Efficiency, Options)}));
  return B.take();
}

std::vector<TitledTable> tablesOf(const EfficiencyReport &R,
                                  const EfficiencyData &Data, bool PerEpoch,
                                  const ReportOptions &Options) {
  std::vector<TitledTable> Tables = {models(R, Options)};
  if (PerEpoch)
    Tables.push_back(curves(Data, R.Unit, Options));
  bool Sizes = R.ByCriterion.size() < R.Models.size();
  bool Criteria = R.Overall.size() < R.ByCriterion.size();
  if (Sizes)
    Tables.push_back(means("By criterion: equation 3, mean over sizes", "sizes",
                           R.ByCriterion, Options));
  if (Sizes && Criteria)
    Tables.push_back(
        means("By size: mean over criteria", "criteria", R.BySize, Options));
  if (Criteria)
    Tables.push_back(means("Architectures: equation 4, mean over criteria",
                           "criteria", R.Overall, Options));
  if (!R.Ratios.empty())
    Tables.push_back(ratios(R, Options));
  if (!R.Hardware.empty())
    Tables.push_back(hardware(R, Options));
  if (!R.Notes.empty()) {
    TableBuilder Notes("Notes");
    Notes.T.Notes = R.Notes;
    Tables.push_back(Notes.take());
  }
  return Tables;
}

} // namespace

Error writeEfficiency(raw_ostream &OS, const EfficiencyReport &R,
                      const EfficiencyData &Data, bool PerEpoch,
                      const ReportOptions &Options) {
  auto Tables = [&](const ReportOptions &O) {
    return tablesOf(R, Data, PerEpoch, O);
  };
  switch (Options.Format) {
  case ReportFormat::Json:
    writeJson(OS, R, Data, PerEpoch);
    return Error::success();
  case ReportFormat::Csv:
    writeCsv(OS, R, Data, PerEpoch);
    return Error::success();
  case ReportFormat::Text:
  case ReportFormat::Markdown:
    writeTables(OS, Tables(Options), Options);
    return Error::success();
  case ReportFormat::Html:
  case ReportFormat::Svg:
    break;
  }
  Page P;
  P.Command = "toscount efficiency";
  P.Title = "Training efficiency: accuracy / energy" + unitText(R);
  PageSection S;
  S.Figures = efficiencyFigures(R, Data);
  addTables(S, Options, Tables);
  P.add(std::move(S));
  return writePage(OS, P, Options);
}

} // namespace toscount
