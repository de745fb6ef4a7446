//===- Factors.cpp - which design choice costs energy? --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Records/Factors.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Statistics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

/// Levels are compared in pairs.
constexpr size_t MostLevels = 100;

struct Levels {
  std::vector<std::string> Names;
  std::vector<std::vector<double>> Values;
};

/// By number when all names are numbers; otherwise as found.
void order(Levels &L) {
  std::vector<std::pair<double, size_t>> Numbers;
  for (size_t I = 0; I < L.Names.size(); ++I) {
    double Number = 0;
    if (!parseNumber(L.Names[I], Number))
      return;
    Numbers.emplace_back(Number, I);
  }
  llvm::sort(Numbers);
  Levels Sorted;
  for (auto [Number, I] : Numbers) {
    Sorted.Names.push_back(std::move(L.Names[I]));
    Sorted.Values.push_back(std::move(L.Values[I]));
  }
  L = std::move(Sorted);
}

Expected<Levels> levelsOf(const CsvTable &T, StringRef Factor,
                          ArrayRef<double> Response) {
  Expected<size_t> Column = T.column(Factor);
  if (!Column)
    return Column.takeError();
  Levels L;
  StringMap<size_t> Places;
  for (size_t Row = 0; Row < T.Rows.size(); ++Row) {
    StringRef Name = StringRef(T.Rows[Row][*Column]).trim();
    if (Name.empty())
      return makeError(printable(T.Path) + ":" + Twine(T.Lines[Row]) +
                       ": column '" + printable(Factor) + "' is empty");
    auto [At, New] = Places.try_emplace(Name, L.Names.size());
    if (New) {
      if (L.Names.size() == MostLevels)
        return makeError(printable(T.Path) + ": column '" + printable(Factor) +
                         "' has more than " + Twine(MostLevels) +
                         " different values; a factor has few levels");
      L.Names.push_back(Name.str());
      L.Values.emplace_back();
    }
    L.Values[At->second].push_back(Response[Row]);
  }
  if (L.Names.size() < 2)
    return makeError(printable(T.Path) + ": column '" + printable(Factor) +
                     "' has one value only ('" + printable(L.Names[0]) +
                     "'); a factor needs two levels");
  order(L);
  return L;
}

FactorResult analyse(StringRef Factor, const Levels &L) {
  FactorResult Result;
  Result.Factor = Factor.str();
  // Never absent: there are two levels, none empty, and values that differ.
  Result.Test = kruskalWallis(L.Values).value();
  for (size_t I = 0; I < L.Names.size(); ++I) {
    FactorLevel Level;
    Level.Name = L.Names[I];
    Level.Values = L.Values[I];
    Level.Sample = summarizeSample(L.Values[I]);
    Level.MeanRank = Result.Test.MeanRanks[I];
    double First =
        I == 0 ? Level.Sample.Mean : Result.Levels.front().Sample.Mean;
    if (First != 0)
      Level.ChangePercent = 100 * (Level.Sample.Mean / First - 1);
    Result.Levels.push_back(std::move(Level));
  }
  if (Result.Test.EtaSquared)
    Result.Magnitude = effectMagnitude(*Result.Test.EtaSquared).str();
  Result.Comparisons = dunnTest(L.Values);
  Result.MeanChangePercent = Result.Levels.back().ChangePercent;
  return Result;
}

} // namespace

SampleSummary summarizeSample(ArrayRef<double> Values) {
  SampleSummary S;
  S.N = Values.size();
  if (Values.empty())
    return S;
  S.Mean = mean(Values);
  S.Median = median(Values);
  S.Deviation = standardDeviation(Values);
  S.Least = *std::min_element(Values.begin(), Values.end());
  S.Most = *std::max_element(Values.begin(), Values.end());
  S.Variation = coefficientOfVariation(Values);
  S.Normality = shapiroWilk(Values);
  return S;
}

Expected<FactorsReport> analyseFactors(const CsvTable &Table,
                                       const FactorsRequest &Request) {
  FactorsReport Report;
  Report.Path = Table.Path;
  Report.Response = Request.Response;
  Report.Alpha = Request.Alpha;
  Expected<size_t> Column = Table.column(Request.Response);
  if (!Column)
    return Column.takeError();
  Expected<std::vector<double>> Response = Table.numbers(*Column);
  if (!Response)
    return Response.takeError();
  if (Response->empty())
    return makeError(printable(Table.Path) + ": has no rows");
  for (double Value : *Response)
    if (std::abs(Value) > 1e150) // Squares of it are no numbers any more.
      return makeError(printable(Table.Path) + ": column '" +
                       printable(Request.Response) + "' holds " +
                       numberText(Value) + "; values are at most 1e150");
  Report.Sample = summarizeSample(*Response);
  if (Report.Sample.Least == Report.Sample.Most)
    return makeError(printable(Table.Path) + ": column '" +
                     printable(Request.Response) + "' is " +
                     numberText(Report.Sample.Least) +
                     " in every row; nothing can be told from it");
  for (const std::string &Factor : Request.Factors) {
    if (Factor == Request.Response)
      return makeError("'" + printable(Factor) +
                       "' is the response, and can't be a factor too");
    Expected<Levels> L = levelsOf(Table, Factor, *Response);
    if (!L)
      return L.takeError();
    Report.Factors.push_back(analyse(Factor, *L));
  }
  return Report;
}

} // namespace toscount
