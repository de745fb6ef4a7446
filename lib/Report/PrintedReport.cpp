//===- PrintedReport.cpp - the views of checks of tables ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Report/EfficiencyReport.h"

#include "DisplayText.h"
#include "KeyColumns.h"

#include "toscount/Support/Csv.h"

using namespace llvm;

namespace toscount {
namespace {

constexpr CellVerdict Verdicts[] = {CellVerdict::Agrees, CellVerdict::Misprint,
                                    CellVerdict::Carried,
                                    CellVerdict::Unexplained};

std::string range(const PrintedCell &C) {
  return cellText(C.Low) + " to " + cellText(C.High);
}

std::string summary(const PrintedCheck &Check) {
  std::string Text = std::to_string(Check.Cells.size()) + " cells:";
  StringRef Comma;
  for (CellVerdict V : Verdicts)
    if (size_t N = Check.count(V)) {
      Text += (Comma + " " + Twine(N) + " " + verdictName(V)).str();
      Comma = ",";
    }
  return Text;
}

void writeText(raw_ostream &OS, const PrintedCheck &Check, StringRef Unit,
               const ReportOptions &Options) {
  TableBuilder Head(summary(Check));
  Head.T.Notes.push_back(
      "A cell agrees when the digits printed for its inputs allow it, rounded "
      "or cut off: accuracy to " +
      cellText(Check.Places.Accuracy) + ", energy to " +
      cellText(Check.Places.Energy) + " " + Unit.str() + ", efficiency to " +
      cellText(Check.Places.Efficiency) + ". Nothing is mended.");
  std::vector<TitledTable> Tables = {Head.take()};
  KeyColumns Keys;
  for (const PrintedCell &C : Check.Cells)
    Keys.see(C.Key);
  for (bool Agreeing : {false, true}) {
    TableBuilder B(Agreeing ? "Cells that agree" : "Cells that do not agree");
    Keys.add(B);
    B.text("cell").number("computed").number("allowed").number("printed");
    B.text(Agreeing ? "note" : "verdict");
    for (const PrintedCell &C : Check.Cells) {
      if ((C.Verdict == CellVerdict::Agrees) != Agreeing)
        continue;
      std::string Verdict = C.Reason;
      if (!Agreeing)
        Verdict = (verdictName(C.Verdict) + ": " + C.Reason).str();
      B.row(Keys.cells(C.Key, {cellName(C.Kind).str(), cellText(C.Computed),
                               range(C), cellText(C.Printed), Verdict}));
    }
    if (!B.T.Table.Rows.empty())
      Tables.push_back(B.take());
  }
  if (!Check.Outliers.empty()) {
    TableBuilder B("Values unlike those of the other sizes");
    KeyColumns Of;
    for (const PrintedOutlier &O : Check.Outliers)
      Of.see(O.Key);
    Of.add(B);
    B.text("quantity").number("value").number("median of others");
    B.number("score").text("");
    for (const PrintedOutlier &O : Check.Outliers)
      B.row(Of.cells(O.Key, {O.Quantity, cellText(O.Value),
                             cellText(O.MedianOfOthers), cellText(O.Score, 3),
                             O.Misprint ? "a misprint, see above" : ""}));
    B.T.Notes.push_back("More than a factor of 2 away, with a modified z-score "
                        "of logarithms above 3.5.");
    Tables.push_back(B.take());
  }
  if (!Check.NotCovered.empty()) {
    TableBuilder B("Printed means without runs, not checked");
    for (const EfficiencyKey &Key : Check.NotCovered)
      B.T.Notes.push_back(keyText(Key));
    Tables.push_back(B.take());
  }
  writeTables(OS, Tables, Options);
}

void writeJson(raw_ostream &OS, const PrintedCheck &Check, StringRef Unit) {
  json::OStream J(OS, 2);
  J.object([&] {
    J.attribute("schema", "toscount.efficiency-check/1");
    J.attribute("unit", jsonText(Unit));
    J.attributeObject("printed_to", [&] {
      J.attribute("accuracy", Check.Places.Accuracy);
      J.attribute("energy", Check.Places.Energy);
      J.attribute("efficiency", Check.Places.Efficiency);
    });
    J.attributeObject("counts", [&] {
      for (CellVerdict V : Verdicts)
        J.attribute(verdictName(V), static_cast<int64_t>(Check.count(V)));
    });
    J.attributeArray("cells", [&] {
      for (const PrintedCell &C : Check.Cells)
        J.object([&] {
          J.attribute("cell", cellName(C.Kind));
          writeKey(J, C.Key);
          J.attribute("computed", C.Computed);
          J.attributeArray("allowed", [&] {
            J.value(C.Low);
            J.value(C.High);
          });
          J.attribute("printed", C.Printed);
          J.attribute("verdict", verdictName(C.Verdict));
          if (!C.Reason.empty())
            J.attribute("reason", jsonText(C.Reason));
          J.attribute("where", jsonText(C.Where));
        });
    });
    J.attributeArray("outliers", [&] {
      for (const PrintedOutlier &O : Check.Outliers)
        J.object([&] {
          writeKey(J, O.Key);
          J.attribute("quantity", O.Quantity);
          J.attribute("value", O.Value);
          J.attribute("median_of_others", O.MedianOfOthers);
          J.attribute("score", O.Score);
          J.attribute("misprint", O.Misprint);
          J.attribute("where", jsonText(O.Where));
        });
    });
    J.attributeArray("not_covered", [&] {
      for (const EfficiencyKey &Key : Check.NotCovered)
        J.object([&] { writeKey(J, Key); });
    });
  });
  OS << "\n";
}

void writeCsv(raw_ostream &OS, const PrintedCheck &Check) {
  OS << "cell," << keyCsvHeader()
     << ",computed,low,high,printed,verdict,reason\n";
  for (const PrintedCell &C : Check.Cells)
    OS << cellName(C.Kind) << ',' << keyCsv(C.Key) << ','
       << numberText(C.Computed) << ',' << numberText(C.Low) << ','
       << numberText(C.High) << ',' << numberText(C.Printed) << ','
       << verdictName(C.Verdict) << ',' << csvField(C.Reason) << '\n';
}

} // namespace

void writePrintedCheck(raw_ostream &OS, const PrintedCheck &Check,
                       StringRef Unit, const ReportOptions &Options) {
  if (Options.Format == ReportFormat::Json)
    return writeJson(OS, Check, Unit);
  if (Options.Format == ReportFormat::Csv)
    return writeCsv(OS, Check);
  writeText(OS, Check, Unit, Options);
}

void writeOvertraining(raw_ostream &OS, ArrayRef<OvertrainingRow> Rows,
                       const OvertrainingRule &Rule,
                       const ReportOptions &Options) {
  if (Options.Format == ReportFormat::Json) {
    json::OStream J(OS, 2);
    J.object([&] {
      J.attribute("schema", "toscount.overtraining/1");
      J.attributeArray("epochs", [&] {
        J.value(Rule.Early);
        J.value(Rule.Late);
      });
      J.attribute("least_gain", Rule.LeastGain);
      J.attribute("divergence", Rule.Divergence);
      J.attributeArray("models", [&] {
        for (const OvertrainingRow &R : Rows)
          J.object([&] {
            writeKey(J, R.Key);
            J.attribute("a", R.A);
            J.attribute("b", R.B);
            J.attribute("overtrained", R.Overtrained);
            if (!R.Why.empty())
              J.attribute("reason", R.Why);
          });
      });
    });
    OS << "\n";
    return;
  }
  if (Options.Format == ReportFormat::Csv) {
    OS << keyCsvHeader() << ",a,b,overtrained,reason\n";
    for (const OvertrainingRow &R : Rows)
      OS << keyCsv(R.Key) << ',' << numberText(R.A) << ',' << numberText(R.B)
         << ',' << (R.Overtrained ? "yes" : "no") << ',' << csvField(R.Why)
         << '\n';
    return;
  }
  size_t Overtrained = 0;
  KeyColumns Keys;
  for (const OvertrainingRow &R : Rows) {
    Keys.see(R.Key);
    Overtrained += R.Overtrained;
  }
  std::string Early = std::to_string(Rule.Early);
  std::string Late = std::to_string(Rule.Late);
  TableBuilder B(std::to_string(Overtrained) + " of " +
                 std::to_string(Rows.size()) + " models overtrained after " +
                 Late + " epochs, compared with " + Early);
  Keys.add(B);
  B.number("A").number("B").text("overtrained").text("why");
  for (const OvertrainingRow &R : Rows)
    B.row(Keys.cells(R.Key, {cellText(R.A), cellText(R.B),
                             R.Overtrained ? "yes" : "no", R.Why}));
  B.T.Notes.push_back(
      "A: test accuracy after " + Late + " epochs less that after " + Early +
      ". B: by how much training accuracy drew ahead of it. Overtrained: A < " +
      numberText(Rule.LeastGain) + " or B >= " + numberText(Rule.Divergence) +
      " A.");
  writeTables(OS, B.take(), Options);
}

} // namespace toscount
