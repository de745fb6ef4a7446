//===- SizePredictionReport.cpp - the views of sizes never trained --------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Report/SizePredictionReport.h"

#include "DisplayText.h"
#include "KeyColumns.h"

#include "toscount/Support/Csv.h"

using namespace llvm;

namespace toscount {
namespace {

std::string shareText(size_t Part, size_t Whole) {
  return std::to_string(Part) + " of " + std::to_string(Whole);
}

TitledTable rows(const SizePredictionReport &R) {
  TableBuilder B("Each size predicted from the other sizes (energy in " +
                 R.Unit + ")");
  KeyColumns Keys;
  for (const SizePrediction &P : R.Rows)
    Keys.see(P.Key);
  Keys.add(B);
  B.number("epochs").number("predicted").number("line");
  B.number("energy").number("predicted").number("line");
  B.number("efficiency").number("predicted").number("line");
  for (const SizePrediction &P : R.Rows) {
    std::vector<std::string> Cells;
    for (const Predicted *V : {&P.Epochs, &P.Energy, &P.Efficiency})
      for (double Value : {V->Measured, V->Model, V->Baseline})
        Cells.push_back(cellText(Value, 3));
    if (P.NeverReached)
      Cells[1] = ">" + Cells[1];
    B.row(Keys.cells(P.Key, std::move(Cells)));
  }
  return B.take();
}

TitledTable scores(const SizePredictionReport &R) {
  TableBuilder B("Errors: |ln(predicted / measured)|");
  B.text("criterion").text("figure").number("n");
  B.number("mean").number("line").number("median").number("line");
  B.number("rank").number("line").number("order").number("line");
  for (const PredictionScore &S : R.Scores)
    B.row({S.Criterion.empty() ? "all" : S.Criterion, S.Quantity,
           std::to_string(S.N), cellText(S.ModelMean, 3),
           cellText(S.BaselineMean, 3), cellText(S.ModelMedian, 3),
           cellText(S.BaselineMedian, 3), cellText(S.ModelRank, 2),
           cellText(S.BaselineRank, 2), shareText(S.ModelOrder, S.Orders),
           shareText(S.BaselineOrder, S.Orders)});
  B.T.Notes.push_back(
      "line: log-linear in the size. rank: Spearman's correlation over the "
      "sizes of an architecture, averaged. order: pairs of architectures of "
      "one size in their measured order.");
  // Who wins, in words, whoever it is.
  for (const PredictionScore &S : R.Scores)
    if (S.Criterion.empty())
      B.T.Notes.push_back(
          S.Quantity + ": curve and line together " +
          (S.ModelMean < S.BaselineMean ? "beat" : "do not beat") +
          " the line on the mean error, and " +
          (S.ModelMedian < S.BaselineMedian ? "beat" : "do not beat") +
          " it on the median.");
  B.T.Notes.push_back("Accuracy is off by " + cellText(R.AccuracyError, 2) +
                      " on average.");
  for (const std::string &Name : R.LeftOut)
    B.T.Notes.push_back(
        "Neither fitted nor scored, as a misprint or outlier: " + Name);
  return B.take();
}

void writeFigure(json::OStream &J, StringRef Name, const Predicted &V) {
  J.attributeObject(Name, [&] {
    J.attribute("measured", V.Measured);
    J.attribute("predicted", V.Model);
    J.attribute("baseline", V.Baseline);
  });
}

void writeScore(json::OStream &J, const PredictionScore &S) {
  J.object([&] {
    J.attribute("quantity", S.Quantity);
    if (!S.Criterion.empty())
      J.attribute("criterion", jsonText(S.Criterion));
    J.attribute("n", static_cast<int64_t>(S.N));
    auto Side = [&](StringRef Name, double Mean, double Median,
                    std::optional<double> Rank, size_t Order) {
      J.attributeObject(Name, [&] {
        J.attribute("mean_abs_log", Mean);
        J.attribute("median_abs_log", Median);
        optionalAttribute(J, "spearman", Rank);
        J.attribute("in_order", static_cast<int64_t>(Order));
      });
    };
    Side("model", S.ModelMean, S.ModelMedian, S.ModelRank, S.ModelOrder);
    Side("baseline", S.BaselineMean, S.BaselineMedian, S.BaselineRank,
         S.BaselineOrder);
    J.attribute("orders", static_cast<int64_t>(S.Orders));
  });
}

void writeJson(raw_ostream &OS, const SizePredictionReport &R) {
  json::OStream J(OS, 2);
  J.object([&] {
    J.attribute("schema", "toscount.size-prediction/1");
    J.attribute("unit", jsonText(R.Unit));
    J.attribute("accuracy_error", R.AccuracyError);
    J.attributeArray("scores", [&] {
      for (const PredictionScore &S : R.Scores)
        writeScore(J, S);
    });
    J.attributeArray("models", [&] {
      for (const SizePrediction &P : R.Rows)
        J.object([&] {
          writeKey(J, P.Key);
          writeFigure(J, "epochs", P.Epochs);
          if (P.EpochsLow && P.EpochsHigh)
            J.attributeArray("epochs_80_percent", [&] {
              J.value(*P.EpochsLow);
              J.value(*P.EpochsHigh);
            });
          if (P.NeverReached)
            J.attribute("target_reached", false);
          writeFigure(J, "energy", P.Energy);
          writeFigure(J, "efficiency", P.Efficiency);
          J.attributeObject("accuracy", [&] {
            J.attribute("measured", P.MeasuredAccuracy);
            J.attribute("predicted", P.Accuracy);
          });
        });
    });
    J.attributeArray("left_out", [&] {
      for (const std::string &Name : R.LeftOut)
        J.value(jsonText(Name));
    });
  });
  OS << "\n";
}

void writeCsv(raw_ostream &OS, const SizePredictionReport &R) {
  OS << keyCsvHeader();
  for (StringRef Name : {"epochs", "energy", "efficiency"})
    OS << ',' << Name << ',' << Name << "_predicted," << Name << "_baseline";
  OS << ",accuracy,accuracy_predicted\n";
  for (const SizePrediction &P : R.Rows) {
    OS << keyCsv(P.Key);
    for (const Predicted *V : {&P.Epochs, &P.Energy, &P.Efficiency})
      for (double Value : {V->Measured, V->Model, V->Baseline})
        OS << ',' << numberText(Value);
    OS << ',' << numberText(P.MeasuredAccuracy) << ',' << numberText(P.Accuracy)
       << '\n';
  }
}

} // namespace

void writeSizePredictions(raw_ostream &OS, const SizePredictionReport &R,
                          const ReportOptions &Options) {
  if (Options.Format == ReportFormat::Json)
    return writeJson(OS, R);
  if (Options.Format == ReportFormat::Csv)
    return writeCsv(OS, R);
  writeTables(OS, {rows(R), scores(R)}, Options);
}

} // namespace toscount
