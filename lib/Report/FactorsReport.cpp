//===- FactorsReport.cpp - the views of toscount factors ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Report/FactorsReport.h"

#include "DisplayText.h"
#include "RecordFigures.h"
#include "Tables.h"

using namespace llvm;

namespace toscount {
namespace {

std::optional<double> w(const SampleSummary &S) {
  return S.Normality ? std::optional<double>(S.Normality->W) : std::nullopt;
}

std::string pOfNormality(const SampleSummary &S, const ReportOptions &Options) {
  return S.Normality ? probabilityText(S.Normality->P, Options) : "-";
}

/// A percentage of the mean.
std::string variation(const SampleSummary &S, const ReportOptions &Options) {
  return S.Variation ? cellText(100 * *S.Variation, Options, 3) +
                           (Options.Data ? "" : " %")
                     : "-";
}

TitledTable overview(const FactorsReport &R, const ReportOptions &Options) {
  TableBuilder B(R.Response + " in " + R.Path);
  B.number("n").number("mean").number("median").number("variation");
  B.number("Shapiro-Wilk W").number("p");
  const SampleSummary &S = R.Sample;
  B.row({std::to_string(S.N), cellText(S.Mean, Options),
         cellText(S.Median, Options), variation(S, Options),
         cellText(w(S), Options), pOfNormality(S, Options)});
  if (!S.Normality)
    B.T.Notes.push_back("Shapiro-Wilk takes 3 to 5000 values.");
  else
    B.T.Notes.push_back(
        S.Normality->P < R.Alpha
            ? "Not normally distributed at level " + cellText(R.Alpha) +
                  ": the tests below use ranks."
            : "A normal distribution is not excluded at level " +
                  cellText(R.Alpha) + "; the tests below use ranks anyway.");
  return B.take();
}

TitledTable tests(const FactorsReport &R, const ReportOptions &Options) {
  TableBuilder B("Kruskal-Wallis");
  B.text("factor").number("levels").number("H").number("p");
  B.number("eta squared").text("magnitude").number("mean change");
  for (const FactorResult &F : R.Factors)
    B.row({F.Factor, std::to_string(F.Levels.size()),
           cellText(F.Test.H, Options, 6), probabilityText(F.Test.P, Options),
           cellText(F.Test.EtaSquared, Options, 3),
           F.Magnitude.empty() ? "-" : F.Magnitude,
           signedPercent(F.MeanChangePercent, Options)});
  B.T.Notes.push_back("H is corrected for ties; eta squared is (H - k + 1) / "
                      "(n - k) with the k levels of the factor itself; mean "
                      "change is from the first level to the last.");
  return B.take();
}

TitledTable levels(const FactorResult &F, const ReportOptions &Options) {
  TableBuilder B("Levels of " + F.Factor);
  B.text("level").number("n").number("mean").number("change");
  B.number("median").number("variation").number("W").number("p");
  for (const FactorLevel &L : F.Levels)
    B.row({L.Name, std::to_string(L.Sample.N), cellText(L.Sample.Mean, Options),
           signedPercent(L.ChangePercent, Options),
           cellText(L.Sample.Median, Options), variation(L.Sample, Options),
           cellText(w(L.Sample), Options), pOfNormality(L.Sample, Options)});
  return B.take();
}

TitledTable comparisons(const FactorsReport &R, const FactorResult &F,
                        const ReportOptions &Options) {
  TableBuilder B("Dunn's comparisons of " + F.Factor);
  B.text("level").text("with").number("z").number("p").number("p (Holm)");
  B.text("");
  for (const DunnComparison &C : F.Comparisons)
    B.row({F.Levels[C.A].Name, F.Levels[C.B].Name, cellText(C.Z, Options),
           probabilityText(C.P, Options), probabilityText(C.PHolm, Options),
           C.PHolm < R.Alpha ? "differ" : ""});
  return B.take();
}

void writeSample(json::OStream &J, const SampleSummary &S) {
  J.attribute("n", static_cast<int64_t>(S.N));
  J.attribute("mean", S.Mean);
  J.attribute("median", S.Median);
  J.attribute("standard_deviation", S.Deviation);
  J.attribute("min", S.Least);
  J.attribute("max", S.Most);
  optionalAttribute(J, "coefficient_of_variation", S.Variation);
  if (S.Normality)
    J.attributeObject("shapiro_wilk", [&] {
      J.attribute("w", S.Normality->W);
      J.attribute("p", S.Normality->P);
    });
}

void writeFactor(json::OStream &J, const FactorResult &F) {
  J.object([&] {
    J.attribute("factor", jsonText(F.Factor));
    J.attribute("groups", static_cast<int64_t>(F.Test.Groups));
    J.attribute("h", F.Test.H);
    J.attribute("tie_correction", F.Test.TieCorrection);
    J.attribute("p", F.Test.P);
    optionalAttribute(J, "eta_squared", F.Test.EtaSquared);
    if (!F.Magnitude.empty())
      J.attribute("magnitude", F.Magnitude);
    optionalAttribute(J, "mean_change_percent", F.MeanChangePercent);
    J.attributeArray("levels", [&] {
      for (const FactorLevel &L : F.Levels)
        J.object([&] {
          J.attribute("level", jsonText(L.Name));
          writeSample(J, L.Sample);
          J.attribute("mean_rank", L.MeanRank);
          optionalAttribute(J, "change_percent", L.ChangePercent);
        });
    });
    J.attributeArray("comparisons", [&] {
      for (const DunnComparison &C : F.Comparisons)
        J.object([&] {
          J.attribute("a", jsonText(F.Levels[C.A].Name));
          J.attribute("b", jsonText(F.Levels[C.B].Name));
          J.attribute("z", C.Z);
          J.attribute("p", C.P);
          J.attribute("p_holm", C.PHolm);
        });
    });
  });
}

void writeJson(raw_ostream &OS, const FactorsReport &R) {
  json::OStream J(OS, 2);
  J.object([&] {
    J.attribute("schema", "toscount.factors/1");
    J.attribute("table", jsonText(R.Path));
    J.attribute("response", jsonText(R.Response));
    J.attribute("alpha", R.Alpha);
    J.attributeObject("sample", [&] { writeSample(J, R.Sample); });
    J.attributeArray("factors", [&] {
      for (const FactorResult &F : R.Factors)
        writeFactor(J, F);
    });
  });
  OS << "\n";
}

void writeCsv(raw_ostream &OS, const FactorsReport &R) {
  auto Full = [](std::optional<double> V) {
    return V ? numberText(*V) : std::string();
  };
  OS << "factor,level,n,mean,change_percent,median,coefficient_of_variation,"
        "shapiro_wilk_w,shapiro_wilk_p,h,p,eta_squared,magnitude\n";
  for (const FactorResult &F : R.Factors)
    for (const FactorLevel &L : F.Levels) {
      const SampleSummary &S = L.Sample;
      OS << csvField(F.Factor) << ',' << csvField(L.Name) << ',' << S.N << ','
         << Full(S.Mean) << ',' << Full(L.ChangePercent) << ','
         << Full(S.Median) << ',' << Full(S.Variation) << ',' << Full(w(S))
         << ',' << (S.Normality ? numberText(S.Normality->P) : std::string())
         << ',' << Full(F.Test.H) << ',' << Full(F.Test.P) << ','
         << Full(F.Test.EtaSquared) << ',' << F.Magnitude << '\n';
    }
}

std::vector<TitledTable> tablesOf(const FactorsReport &R,
                                  const ReportOptions &Options) {
  std::vector<TitledTable> Tables = {overview(R, Options), tests(R, Options)};
  for (const FactorResult &F : R.Factors) {
    Tables.push_back(levels(F, Options));
    if (F.Comparisons.size() > 1) // Two levels: the test above says it all.
      Tables.push_back(comparisons(R, F, Options));
  }
  return Tables;
}

} // namespace

Error writeFactors(raw_ostream &OS, const FactorsReport &R,
                   const ReportOptions &Options) {
  switch (Options.Format) {
  case ReportFormat::Json:
    writeJson(OS, R);
    return Error::success();
  case ReportFormat::Csv:
    writeCsv(OS, R);
    return Error::success();
  case ReportFormat::Text:
  case ReportFormat::Markdown:
    writeTables(OS, tablesOf(R, Options), Options);
    return Error::success();
  case ReportFormat::Html:
  case ReportFormat::Svg:
    break;
  }
  Page P;
  P.Command = "toscount factors";
  P.Title = "What " + R.Response + " depends on";
  P.Facts = {{"table", R.Path}};
  PageSection S;
  S.Figures = factorsFigures(R);
  addTables(S, Options, [&](const ReportOptions &O) { return tablesOf(R, O); });
  P.add(std::move(S));
  return writePage(OS, P, Options);
}

} // namespace toscount
