//===- MeterComparisonReport.cpp - views of two meters --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Report/MeterComparisonReport.h"

#include "DisplayText.h"
#include "RealText.h"
#include "Tables.h"

#include "toscount/Support/Csv.h"

using namespace llvm;

namespace toscount {
namespace {

TitledTable metersTable(const MeterComparison &C) {
  TableBuilder B("Meters");
  B.text("").text("runs of").text("meter").text("samples").number("resolves");
  auto Add = [&](const char *Name, const MeterSide &S) {
    bool Counter = !S.SamplingS && S.ResolutionS;
    B.row({Name, S.Source, S.Meter + (S.Estimated ? " (estimate)" : ""),
           S.SamplingS && *S.SamplingS > 0
               ? cellText(1 / *S.SamplingS, 3) + " a second"
           : Counter ? "counts"
                     : "-",
           S.ResolutionS ? cellText(S.ResolutionS, 3) + " s" : "-"});
  };
  Add("A", C.A);
  Add("B", C.B);
  return B.take();
}

TitledTable agreementTable(const MeterComparison &C) {
  const Agreement &R = C.Result;
  const std::string Unit = " " + C.A.Unit;
  auto Number = [&](double Value) { return cellText(Value, 5) + Unit; };
  TableBuilder B("A - B over " + std::to_string(R.N) + " runs");
  B.text("").number("value").number("95 % interval").number("of B");
  auto Add = [&](const char *Name, double Value, double Reach,
                 std::optional<double> Percent) {
    B.row({Name, Number(Value),
           cellText(Value - Reach) + " to " + cellText(Value + Reach),
           Percent ? signedPercent(Percent) : "-"});
  };
  std::optional<double> Bias, Lower, Upper;
  if (R.Relative) {
    Bias = R.Relative->BiasPercent;
    Lower = R.Relative->LowerLimitPercent;
    Upper = R.Relative->UpperLimitPercent;
  }
  Add("bias", R.Bias, R.BiasReach, Bias);
  Add("lower limit of agreement", R.LowerLimit, R.LimitReach, Lower);
  Add("upper limit of agreement", R.UpperLimit, R.LimitReach, Upper);
  B.row({"spread (standard deviation)", Number(R.Spread), "", ""});
  B.row({"correlation (Pearson)", cellText(R.Correlation), "", ""});
  B.row({"rank correlation (Spearman)", cellText(R.Spearman), "", ""});
  B.T.Notes.push_back(
      "The limits hold 95 % of differences if these are normal (Bland and "
      "Altman 1986): bias -/+ 1.96 spread. Percentages are those of ln(A / "
      "B), for what grows with the run. A high correlation is no agreement.");
  for (const std::string &Note : C.Notes)
    B.T.Notes.push_back(Note + ".");
  return B.take();
}

void writeSide(json::OStream &J, StringRef Key, const MeterSide &S) {
  J.attributeObject(Key, [&] {
    J.attribute("source", jsonText(S.Source));
    J.attribute("meter", jsonText(S.Meter));
    J.attribute("estimated", S.Estimated);
    jsonField(J, "resolution_s", S.ResolutionS);
    jsonField(J, "sampling_s", S.SamplingS);
  });
}

void writeJson(raw_ostream &OS, const MeterComparison &C) {
  const Agreement &R = C.Result;
  json::OStream J(OS, 2);
  J.object([&] {
    J.attribute("schema", "toscount.meter-comparison/1");
    writeSide(J, "a", C.A);
    writeSide(J, "b", C.B);
    J.attribute("unit", jsonText(C.A.Unit));
    J.attribute("n", static_cast<int64_t>(R.N));
    J.attribute("only_a", static_cast<int64_t>(C.OnlyA));
    J.attribute("only_b", static_cast<int64_t>(C.OnlyB));
    jsonField(J, "bias", R.Bias);
    jsonField(J, "bias_reach", R.BiasReach);
    jsonField(J, "spread", R.Spread);
    jsonField(J, "lower_limit", R.LowerLimit);
    jsonField(J, "upper_limit", R.UpperLimit);
    jsonField(J, "limit_reach", R.LimitReach);
    if (R.Relative) {
      jsonField(J, "bias_percent", R.Relative->BiasPercent);
      jsonField(J, "lower_limit_percent", R.Relative->LowerLimitPercent);
      jsonField(J, "upper_limit_percent", R.Relative->UpperLimitPercent);
    }
    jsonField(J, "correlation", R.Correlation);
    jsonField(J, "spearman", R.Spearman);
    J.attributeArray("pairs", [&] {
      for (const MeterPair &P : C.Pairs)
        J.object([&] {
          J.attribute("model", jsonText(P.Model));
          J.attribute("where", jsonText(P.Where));
          jsonField(J, "a", P.A);
          jsonField(J, "b", P.B);
          jsonField(J, "seconds", P.Seconds);
        });
    });
    J.attributeArray("notes", [&] {
      for (const std::string &Note : C.Notes)
        J.value(jsonText(Note));
    });
  });
  OS << "\n";
}

void writeCsv(raw_ostream &OS, const MeterComparison &C) {
  OS << "model,where,a,b,difference,mean,seconds\n";
  for (const MeterPair &P : C.Pairs)
    OS << csvField(P.Model) << ',' << csvField(P.Where) << ','
       << numberText(P.A) << ',' << numberText(P.B) << ','
       << numberText(P.A - P.B) << ',' << numberText((P.A + P.B) / 2) << ','
       << (P.Seconds ? numberText(*P.Seconds) : "") << '\n';
}

} // namespace

void writeMeterComparison(raw_ostream &OS, const MeterComparison &C,
                          const ReportOptions &Options) {
  if (Options.Format == ReportFormat::Json)
    return writeJson(OS, C);
  if (Options.Format == ReportFormat::Csv)
    return writeCsv(OS, C);
  TitledTable Tables[] = {metersTable(C), agreementTable(C)};
  writeTables(OS, Tables, Options);
}

} // namespace toscount
