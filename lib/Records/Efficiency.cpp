//===- Efficiency.cpp - equations 2 to 4, and ratios ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Records/Efficiency.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Statistics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <algorithm>
#include <cmath>
#include <map>

using namespace llvm;

namespace toscount {
namespace {

using Member = std::string EfficiencyKey::*;

/// More values than this are compared with baselines only: their ratios would
/// be a table nobody reads.
constexpr size_t MostCompared = 8;

/// All of \p Key as one text.
std::string joined(const EfficiencyKey &Key) {
  std::string Text;
  for (const std::string &Part :
       {Key.Hardware, Key.Dataset, Key.Criterion, Key.Architecture, Key.Size})
    (Text += std::to_string(Part.size()) + ":") += Part;
  return Text;
}

/// The values of \p Part in the order in which they first appear.
std::vector<std::string> values(ArrayRef<EfficiencyMean> Means, Member Part) {
  std::vector<std::string> Found;
  StringSet<> Seen;
  for (const EfficiencyMean &M : Means)
    if (Seen.insert(M.Key.*Part).second)
      Found.push_back(M.Key.*Part);
  return Found;
}

std::optional<double> meanOf(ArrayRef<const EfficiencyMean *> Group,
                             std::optional<double> EfficiencyMean::*Field) {
  std::vector<double> Values;
  for (const EfficiencyMean *M : Group)
    if (M->*Field)
      Values.push_back(*(M->*Field));
  if (Values.empty() || Values.size() != Group.size())
    return std::nullopt;
  return mean(Values);
}

/// Means over what \p Over names, groups in the order in which they appear.
std::vector<EfficiencyMean> average(ArrayRef<EfficiencyMean> Values,
                                    std::optional<Member> Over) {
  std::vector<EfficiencyMean> Result;
  std::vector<std::vector<const EfficiencyMean *>> Groups;
  StringMap<size_t> Places;
  for (const EfficiencyMean &V : Values) {
    EfficiencyKey Key = V.Key;
    if (Over)
      (Key.**Over).clear();
    auto [At, New] = Places.try_emplace(joined(Key), Result.size());
    if (New) {
      Result.emplace_back().Key = Key;
      Groups.emplace_back();
    }
    Groups[At->second].push_back(&V);
  }
  for (size_t I = 0; I < Result.size(); ++I) {
    EfficiencyMean &M = Result[I];
    std::vector<double> Numbers;
    for (const EfficiencyMean *V : Groups[I])
      Numbers.push_back(V->Mean);
    M.N = Numbers.size();
    M.Mean = mean(Numbers);
    M.Least = *std::min_element(Numbers.begin(), Numbers.end());
    M.Most = *std::max_element(Numbers.begin(), Numbers.end());
    if (!Over) { // Repeats of a model.
      M.Accuracy = meanOf(Groups[I], &EfficiencyMean::Accuracy);
      M.Energy = meanOf(Groups[I], &EfficiencyMean::Energy);
      M.Epochs = meanOf(Groups[I], &EfficiencyMean::Epochs);
    }
  }
  return Result;
}

/// Pairs of \p Means that differ in \p Part alone, where it is \p A and \p B.
std::vector<std::pair<const EfficiencyMean *, const EfficiencyMean *>>
pairs(ArrayRef<EfficiencyMean> Means, Member Part, StringRef A, StringRef B) {
  std::vector<std::pair<const EfficiencyMean *, const EfficiencyMean *>> Found;
  StringMap<const EfficiencyMean *> Others;
  for (const EfficiencyMean &Y : Means)
    if (Y.Key.*Part == B)
      Others.try_emplace(joined(Y.Key), &Y);
  for (const EfficiencyMean &X : Means) {
    if (X.Key.*Part != A)
      continue;
    EfficiencyKey Other = X.Key;
    Other.*Part = B.str();
    if (auto At = Others.find(joined(Other)); At != Others.end())
      Found.emplace_back(&X, At->second);
  }
  return Found;
}

/// Pairs of \p Values to compare: all, or of many those with a baseline.
std::vector<std::pair<std::string, std::string>>
compared(ArrayRef<std::string> Values, ArrayRef<std::string> Baselines) {
  std::vector<std::pair<std::string, std::string>> Found;
  bool All = Values.size() <= MostCompared;
  for (size_t I = 0; I < Values.size(); ++I) {
    bool Base = All || is_contained(Baselines, Values[I]);
    for (size_t J = I + 1; J < Values.size(); ++J)
      if (Base || is_contained(Baselines, Values[J]))
        Found.emplace_back(Values[I], Values[J]);
  }
  return Found;
}

/// Whether \p B belongs above the line: a baseline is below it; otherwise the
/// better one is above.
bool swapped(ArrayRef<EfficiencyMean> Means, Member Part, StringRef A,
             StringRef B, ArrayRef<std::string> Baselines) {
  bool BaseA = is_contained(Baselines, A);
  bool BaseB = is_contained(Baselines, B);
  if (BaseA != BaseB)
    return BaseA;
  double Sum = 0;
  for (auto [X, Y] : pairs(Means, Part, A, B))
    if (X->Mean > 0 && Y->Mean > 0)
      Sum += std::log(X->Mean) - std::log(Y->Mean);
  return Sum < 0;
}

constexpr std::pair<RatioOf, Member> RatioParts[] = {
    {RatioOf::Architecture, &EfficiencyKey::Architecture},
    {RatioOf::Dataset, &EfficiencyKey::Dataset},
    {RatioOf::Hardware, &EfficiencyKey::Hardware}};

void addRatios(EfficiencyReport &R, ArrayRef<std::string> Baselines) {
  for (auto [Of, Part] : RatioParts) {
    for (auto [A, B] : compared(values(R.Overall, Part), Baselines)) {
      if (swapped(R.Overall, Part, A, B, Baselines))
        std::swap(A, B);
      for (auto [X, Y] : pairs(R.Overall, Part, A, B)) {
        if (!(Y->Mean > 0))
          continue;
        EfficiencyRatio Ratio{Of, A, B, X->Key, X->Mean / Y->Mean};
        (Ratio.Key.*Part).clear();
        if (std::isfinite(Ratio.Ratio))
          R.Ratios.push_back(Ratio);
      }
    }
  }
}

/// Whether \p A and \p B order the architectures of \p Dataset alike; absent
/// when fewer than two are on both.
std::optional<bool> sameOrder(ArrayRef<EfficiencyMean> Overall, StringRef A,
                              StringRef B, StringRef Dataset) {
  std::vector<double> OnA, OnB;
  for (auto [X, Y] : pairs(Overall, &EfficiencyKey::Hardware, A, B))
    if (X->Key.Dataset == Dataset) {
      OnA.push_back(X->Mean);
      OnB.push_back(Y->Mean);
    }
  if (OnA.size() < 2)
    return std::nullopt;
  return ranks(OnA) == ranks(OnB);
}

void compareHardware(EfficiencyReport &R, ArrayRef<std::string> Baselines) {
  Member Part = &EfficiencyKey::Hardware;
  for (auto [First, Second] : compared(values(R.Models, Part), Baselines)) {
    HardwareComparison C;
    C.Numerator = First;
    C.Denominator = Second;
    if (swapped(R.Overall, Part, C.Numerator, C.Denominator, Baselines))
      std::swap(C.Numerator, C.Denominator);
    std::vector<double> A, B, Logs, EnergyLogs;
    for (auto [X, Y] : pairs(R.Models, Part, C.Numerator, C.Denominator)) {
      if (!(X->Mean > 0) || !(Y->Mean > 0))
        continue;
      A.push_back(X->Mean);
      B.push_back(Y->Mean);
      Logs.push_back(std::log(X->Mean) - std::log(Y->Mean));
      if (X->Energy && Y->Energy)
        EnergyLogs.push_back(std::log(*X->Energy) - std::log(*Y->Energy));
    }
    C.Models = A.size();
    if (A.empty())
      continue;
    C.Efficiency = std::exp(mean(Logs));
    C.LeastEfficiency = std::exp(*std::min_element(Logs.begin(), Logs.end()));
    C.MostEfficiency = std::exp(*std::max_element(Logs.begin(), Logs.end()));
    if (EnergyLogs.size() == A.size())
      C.Energy = std::exp(mean(EnergyLogs));
    if (A.size() > 2)
      C.Spearman = spearman(A, B);
    for (const std::string &Dataset :
         values(R.Overall, &EfficiencyKey::Dataset))
      if (std::optional<bool> Same =
              sameOrder(R.Overall, C.Numerator, C.Denominator, Dataset)) {
        ++C.Orders;
        C.SameOrder += *Same;
      }
    R.Hardware.push_back(C);
  }
}

/// Means over different sets of sizes or criteria are hard to compare.
void noteGaps(EfficiencyReport &R, ArrayRef<EfficiencyMean> Parts, Member Over,
              StringRef Plural) {
  // Sizes are named alike within an architecture, criteria everywhere.
  struct Means {
    std::vector<EfficiencyKey> Keys;
    StringMap<StringSet<>> Values;
    std::vector<std::string> All;
    StringSet<> Seen;
  };
  std::map<std::string, Means> Contexts;
  for (const EfficiencyMean &P : Parts) {
    bool OfSizes = Over == &EfficiencyKey::Size;
    Means &M = Contexts[OfSizes ? P.Key.Architecture : ""];
    EfficiencyKey Key = P.Key;
    (Key.*Over).clear();
    auto [At, New] = M.Values.try_emplace(joined(Key));
    if (New)
      M.Keys.push_back(Key);
    At->second.insert(P.Key.*Over);
    if (M.Seen.insert(P.Key.*Over).second)
      M.All.push_back(P.Key.*Over);
  }
  for (const auto &[Context, M] : Contexts)
    for (const EfficiencyKey &Key : M.Keys) {
      const StringSet<> &Has = M.Values.find(joined(Key))->second;
      std::vector<std::string> Lacks;
      for (const std::string &Value : M.All)
        if (!Has.contains(Value) && Lacks.size() < 3)
          Lacks.push_back(Value.empty() ? "(none)" : Value);
      if (!Lacks.empty())
        R.Notes.push_back(
            keyText(Key) + ": mean over " + std::to_string(Has.size()) +
            " of " + std::to_string(M.All.size()) + " " + Plural.str() +
            " (missing: " + join(Lacks, ", ") +
            (Lacks.size() + Has.size() < M.All.size() ? ", ...)" : ")"));
    }
}

} // namespace

std::string keyText(const EfficiencyKey &Key) {
  std::string Text = Key.Architecture;
  if (!Key.Size.empty())
    Text += (Text.empty() ? "size " : " ") + Key.Size;
  for (const std::string &Part : {Key.Dataset, Key.Criterion, Key.Hardware})
    if (!Part.empty())
      Text += (Text.empty() ? "" : ", ") + Part;
  return Text.empty() ? "all runs" : Text;
}

Expected<EfficiencyReport>
summarizeEfficiency(const EfficiencyData &Data,
                    ArrayRef<std::string> Baselines) {
  EfficiencyReport R;
  R.Unit = Data.Unit;
  std::vector<EfficiencyMean> Runs;
  size_t Estimates = 0;
  for (const EfficiencyRun &Run : Data.Runs) {
    EfficiencyMean M;
    M.Key = Run.Key;
    M.Mean = Run.Efficiency;
    M.Accuracy = Run.Accuracy;
    M.Energy = Run.Energy;
    M.Epochs = Run.Epochs;
    Runs.push_back(M);
    Estimates += Run.Estimated;
  }
  R.Models = average(Runs, std::nullopt);
  R.ByCriterion = average(R.Models, &EfficiencyKey::Size);
  R.BySize = average(R.Models, &EfficiencyKey::Criterion);
  R.Overall = average(R.ByCriterion, &EfficiencyKey::Criterion);
  std::vector<std::string> Known;
  for (auto [Of, Part] : RatioParts)
    append_range(Known, values(R.Overall, Part));
  for (const std::string &Baseline : Baselines)
    if (!is_contained(Known, Baseline)) {
      std::vector<StringRef> Names(Known.begin(), Known.end());
      return makeError("no architecture, data set or hardware is called '" +
                       printable(Baseline) + "'" + didYouMean(Baseline, Names));
    }
  addRatios(R, Baselines);
  compareHardware(R, Baselines);
  if (Estimates != 0)
    R.Notes.push_back(std::to_string(Estimates) + " of " +
                      std::to_string(Data.Runs.size()) +
                      " runs have an estimated energy, not a measured one");
  noteGaps(R, R.Models, &EfficiencyKey::Size, "sizes");
  noteGaps(R, R.ByCriterion, &EfficiencyKey::Criterion, "criteria");
  return R;
}

} // namespace toscount
