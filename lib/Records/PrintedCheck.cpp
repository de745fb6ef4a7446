//===- PrintedCheck.cpp - do printed tables agree with themselves? --------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Records/PrintedCheck.h"

#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Statistics.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

constexpr double OutlierFactor = 2;
constexpr double OutlierScore = 3.5;
constexpr size_t MostRows = 2000; // Of which every pair is looked at.

/// What a printed number may stand for; High is excluded.
struct Interval {
  double Low = 0, High = 0;

  [[nodiscard]] bool meets(const Interval &Other) const {
    return Low < Other.High && Other.Low < High;
  }
};

Interval printed(double Value, double Place) {
  // A hair more: decimal numbers are not binary ones.
  double Hair = 1e-9 * Place;
  return {std::max(0.0, Value - Place / 2 - Hair), Value + Place + Hair};
}

bool isMultiple(double Value, double Place) {
  double Times = Value / Place;
  return std::abs(Times) > 0.5 &&
         std::abs(Times - std::round(Times)) <= 1e-9 * std::abs(Times);
}

/// See PrintedPlaces. Zeros are multiples of everything and say nothing.
double inferPlace(ArrayRef<double> Values) {
  std::vector<double> Told;
  for (double V : Values)
    if (V != 0)
      Told.push_back(V);
  if (Told.empty())
    return 0;
  for (int Exponent = 15; Exponent >= -15; --Exponent) {
    double Place = std::pow(10.0, Exponent);
    auto Hits = static_cast<size_t>(
        count_if(Told, [&](double V) { return isMultiple(V, Place); }));
    if (10 * Hits >= 9 * Told.size())
      return Place;
  }
  return 1e-15;
}

/// A row of the runs, with what its digits allow.
struct Row {
  const EfficiencyRun *Run = nullptr;
  Interval Efficiency;
  bool Misprint = false;
  bool Outlier = false;
};

using Group = std::vector<Row *>;

EfficiencyKey without(EfficiencyKey Key, std::string EfficiencyKey::*Part) {
  (Key.*Part).clear();
  return Key;
}

class Checker {
public:
  Checker(const EfficiencyData &Data, const EfficiencyData &Means,
          PrintedPlaces Places)
      : Data(Data), Means(Means) {
    Check.Places = Places;
  }

  Expected<PrintedCheck> run() {
    if (Error E = inferPlaces())
      return E;
    Rows.resize(Data.Runs.size());
    for (size_t I = 0; I < Rows.size(); ++I)
      Rows[I].Run = &Data.Runs[I];
    for (Row &R : Rows)
      addToGroup(R);
    for (auto &[Key, Members] : Groups) {
      findOutliers(Members, "accuracy",
                   [](const EfficiencyRun &R) { return R.Accuracy; });
      findOutliers(Members, "energy per epoch", perEpoch);
    }
    for (Row &R : Rows)
      checkRow(R);
    for (auto &[Key, Members] : Groups)
      checkMean(CellKind::MeanOverSizes, Key, groupsOf(Key, false),
                printedMean(Members), whereOfMean(Members));
    checkMeans();
    for (PrintedOutlier &O : Check.Outliers)
      for (const Row &R : Rows)
        if (R.Run->Where == O.Where && R.Misprint)
          O.Misprint = true;
    return std::move(Check);
  }

private:
  static std::optional<double> perEpoch(const EfficiencyRun &R) {
    if (!R.Energy)
      return std::nullopt;
    return R.Epochs ? *R.Energy / *R.Epochs : *R.Energy;
  }

  Error inferPlaces() {
    if (Data.Runs.size() > MostRows)
      return makeError("a check is for printed tables, of at most " +
                       Twine(MostRows) + " rows; there are " +
                       Twine(Data.Runs.size()));
    std::vector<double> Accuracy, Energy, Efficiency;
    for (const EfficiencyRun &R : Data.Runs) {
      if (!R.Accuracy || !R.Energy)
        return makeError(R.Where + ": a check needs accuracy and energy");
      Accuracy.push_back(*R.Accuracy);
      Energy.push_back(*R.Energy);
      if (R.PrintedEfficiency)
        Efficiency.push_back(*R.PrintedEfficiency);
    }
    if (Efficiency.empty())
      return makeError("no row has a printed efficiency to check");
    PrintedPlaces &P = Check.Places;
    if (P.Accuracy == 0)
      P.Accuracy = inferPlace(Accuracy);
    if (P.Energy == 0)
      P.Energy = inferPlace(Energy);
    if (P.Efficiency == 0)
      P.Efficiency = inferPlace(Efficiency);
    return Error::success();
  }

  void addToGroup(Row &R) {
    EfficiencyKey Key = without(R.Run->Key, &EfficiencyKey::Size);
    auto At = find_if(Groups, [&](auto &G) { return G.first == Key; });
    if (At == Groups.end()) {
      Groups.emplace_back(Key, Group());
      At = Groups.end() - 1;
    }
    At->second.push_back(&R);
  }

  template <typename F>
  void findOutliers(Group &Members, StringRef Quantity, F Of) {
    std::vector<double> Logs;
    for (Row *R : Members) {
      std::optional<double> Value = Of(*R->Run);
      if (!Value || !(*Value > 0))
        return;
      Logs.push_back(std::log(*Value));
    }
    if (Logs.size() < 4) // Too few to tell which one stands out.
      return;
    double Middle = median(Logs);
    std::vector<double> Distances;
    for (double L : Logs)
      Distances.push_back(std::abs(L - Middle));
    double Mad = 1.4826 * median(Distances);
    for (size_t I = 0; I < Logs.size(); ++I) {
      std::vector<double> Others = Logs;
      Others.erase(Others.begin() + static_cast<ptrdiff_t>(I));
      double OthersMiddle = median(Others);
      double Score = Mad > 0 ? Distances[I] / Mad : 1e9;
      if (std::abs(Logs[I] - OthersMiddle) <= std::log(OutlierFactor) ||
          Score <= OutlierScore)
        continue;
      Row &R = *Members[I];
      R.Outlier = true;
      PrintedOutlier O;
      O.Key = R.Run->Key;
      O.Quantity =
          !R.Run->Epochs && Quantity != "accuracy" ? "energy" : Quantity.str();
      O.Value = *Of(*R.Run);
      O.MedianOfOthers = std::exp(OthersMiddle);
      O.Score = std::min(Score, 1e9);
      O.Where = R.Run->Where;
      Check.Outliers.push_back(O);
    }
  }

  /// How far \p Value lies from the median of \p Of over the other members of
  /// its group, in decades; 0 when there are none.
  template <typename F> double strangeness(const Row &R, double Value, F Of) {
    std::vector<double> Others;
    for (const auto &[Key, Members] : Groups)
      if (is_contained(Members, &R))
        for (const Row *Other : Members)
          if (std::optional<double> V = Of(*Other->Run);
              Other != &R && V && *V > 0)
            Others.push_back(std::log10(*V));
    if (Others.empty() || !(Value > 0))
      return 0;
    return std::abs(std::log10(Value) - median(Others));
  }

  [[nodiscard]] Interval allowed(double Accuracy, double AccuracyPlace,
                                 double Energy, double EnergyPlace) const {
    Interval A = printed(Accuracy, AccuracyPlace);
    Interval E = printed(Energy, EnergyPlace);
    return {A.Low / E.High, E.Low > 0
                                ? A.High / E.Low
                                : std::numeric_limits<double>::infinity()};
  }

  /// The power of ten in one cell that reconciles a row, where it makes that
  /// cell more like those of the other sizes than it would another one.
  std::string explain(const Row &R) {
    const EfficiencyRun &Run = *R.Run;
    const PrintedPlaces &P = Check.Places;
    double Shown = *Run.PrintedEfficiency;
    std::string Best;
    double BestGain = 0;
    for (int Power : {-3, -2, -1, 1, 2, 3}) {
      double Ten = std::pow(10.0, Power);
      std::string Times =
          Power > 0 ? " times " + roundedText(Ten, 4)
                    : " divided by " + roundedText(std::pow(10.0, -Power), 4);
      auto Try = [&](StringRef What, double Accuracy, double AccuracyPlace,
                     double Energy, double EnergyPlace, double Efficiency,
                     double EfficiencyPlace, double Gain) {
        if (Accuracy > 1 ||
            !allowed(Accuracy, AccuracyPlace, Energy, EnergyPlace)
                 .meets(printed(Efficiency, EfficiencyPlace)) ||
            Gain <= BestGain)
          return;
        BestGain = Gain;
        Best = (What + Times).str();
      };
      auto Accuracy = [](const EfficiencyRun &Of) { return Of.Accuracy; };
      auto Printed = [](const EfficiencyRun &Of) {
        return Of.PrintedEfficiency;
      };
      double Epoch = *perEpoch(Run);
      Try("accuracy " + numberText(*Run.Accuracy), *Run.Accuracy * Ten,
          P.Accuracy * std::max(1.0, Ten), *Run.Energy, P.Energy, Shown,
          P.Efficiency,
          strangeness(R, *Run.Accuracy, Accuracy) -
              strangeness(R, *Run.Accuracy * Ten, Accuracy));
      Try("energy " + numberText(*Run.Energy), *Run.Accuracy, P.Accuracy,
          *Run.Energy * Ten, P.Energy * std::max(1.0, Ten), Shown, P.Efficiency,
          strangeness(R, Epoch, perEpoch) -
              strangeness(R, Epoch * Ten, perEpoch));
      Try("efficiency " + numberText(Shown), *Run.Accuracy, P.Accuracy,
          *Run.Energy, P.Energy, Shown * Ten, P.Efficiency * std::max(1.0, Ten),
          strangeness(R, Shown, Printed) -
              strangeness(R, Shown * Ten, Printed));
    }
    return Best;
  }

  void checkRow(Row &R) {
    const EfficiencyRun &Run = *R.Run;
    const PrintedPlaces &P = Check.Places;
    R.Efficiency = allowed(*Run.Accuracy, P.Accuracy, *Run.Energy, P.Energy);
    if (!Run.PrintedEfficiency)
      return;
    PrintedCell C;
    C.Key = Run.Key;
    C.Computed = Run.Efficiency;
    C.Low = R.Efficiency.Low;
    C.High = R.Efficiency.High;
    C.Printed = *Run.PrintedEfficiency;
    C.Where = Run.Where;
    if (!R.Efficiency.meets(printed(C.Printed, P.Efficiency))) {
      std::string Why = explain(R);
      C.Verdict =
          Why.empty() ? CellVerdict::Unexplained : CellVerdict::Misprint;
      C.Reason = Why.empty() ? "no power of ten in one cell reconciles the row"
                             : "agrees with " + Why;
      R.Misprint = !Why.empty();
    } else if (R.Outlier) {
      C.Reason = "its row agrees with itself, but is an outlier";
    }
    Check.Cells.push_back(C);
  }

  static std::optional<double> printedMean(const Group &Members) {
    for (const Row *R : Members)
      if (R->Run->PrintedMean)
        return R->Run->PrintedMean;
    return std::nullopt;
  }

  static std::string whereOfMean(const Group &Members) {
    for (const Row *R : Members)
      if (R->Run->PrintedMean)
        return R->Run->Where;
    return "";
  }

  /// The groups that a mean is over: the one of \p Key, or those of all
  /// criteria. What \p Key does not give may be anything.
  std::vector<const Group *> groupsOf(const EfficiencyKey &Key,
                                      bool AllCriteria) const {
    std::vector<const Group *> Found;
    for (const auto &[Other, Members] : Groups)
      if (Other.Architecture == Key.Architecture &&
          Other.Dataset == Key.Dataset && Other.Hardware == Key.Hardware &&
          (AllCriteria || Other.Criterion == Key.Criterion))
        Found.push_back(&Members);
    return Found;
  }

  void checkMean(CellKind Kind, const EfficiencyKey &Key,
                 ArrayRef<const Group *> Over, std::optional<double> Shown,
                 const std::string &Where) {
    if (!Shown)
      return;
    const double Place = Check.Places.Efficiency;
    PrintedCell C;
    C.Kind = Kind;
    C.Key = Key;
    C.Printed = *Shown;
    C.Where = Where;
    // The mean of the rows as printed; of efficiencies as printed where the row
    // is a misprint; and as printed throughout.
    Interval Carried, AsPrinted;
    std::vector<std::string> Misprints, Outliers;
    auto Share = static_cast<double>(Over.size());
    for (const Group *Members : Over) {
      double Part = Share * static_cast<double>(Members->size());
      for (const Row *R : *Members) {
        C.Computed += R->Run->Efficiency / Part;
        C.Low += R->Efficiency.Low / Part;
        C.High += R->Efficiency.High / Part;
        Interval Print = R->Run->PrintedEfficiency
                             ? printed(*R->Run->PrintedEfficiency, Place)
                             : R->Efficiency;
        const Interval &Taken = R->Misprint ? Print : R->Efficiency;
        Carried.Low += Taken.Low / Part;
        Carried.High += Taken.High / Part;
        AsPrinted.Low += Print.Low / Part;
        AsPrinted.High += Print.High / Part;
        if (R->Misprint)
          Misprints.push_back(keyText(R->Run->Key));
        else if (R->Outlier)
          Outliers.push_back(keyText(R->Run->Key));
      }
    }
    Interval Wanted = printed(*Shown, Place);
    auto List = [](ArrayRef<std::string> Names) {
      std::string Text;
      for (const std::string &Name : Names)
        Text += (Text.empty() ? "" : "; ") + Name;
      return Text;
    };
    if (!Wanted.meets({C.Low, C.High})) {
      bool Explained = !Misprints.empty() &&
                       (Wanted.meets(Carried) || Wanted.meets(AsPrinted));
      C.Verdict = Explained ? CellVerdict::Carried : CellVerdict::Unexplained;
      C.Reason = Explained
                     ? "agrees with the efficiency printed for the misprint " +
                           List(Misprints)
                     : "no misprint below it explains this";
    } else if (!Outliers.empty()) {
      C.Reason = "carries the outlier " + List(Outliers);
    }
    Check.Cells.push_back(C);
  }

  void checkMeans() {
    for (const EfficiencyRun &R : Means.Runs) {
      bool All = R.Key.Criterion.empty() || R.Key.Criterion == "all";
      std::vector<const Group *> Over = groupsOf(R.Key, All);
      if (Over.empty()) {
        Check.NotCovered.push_back(R.Key);
        continue;
      }
      checkMean(All ? CellKind::MeanOverCriteria : CellKind::MeanOverSizes,
                R.Key, Over, R.Efficiency, R.Where);
    }
  }

  const EfficiencyData &Data, &Means;
  PrintedCheck Check;
  std::vector<Row> Rows;
  std::vector<std::pair<EfficiencyKey, Group>> Groups;
};

} // namespace

StringRef verdictName(CellVerdict V) {
  switch (V) {
  case CellVerdict::Agrees:
    return "agrees";
  case CellVerdict::Misprint:
    return "misprint";
  case CellVerdict::Carried:
    return "carried";
  case CellVerdict::Unexplained:
    return "unexplained";
  }
  llvm_unreachable("no such verdict");
}

StringRef cellName(CellKind K) {
  switch (K) {
  case CellKind::Model:
    return "efficiency";
  case CellKind::MeanOverSizes:
    return "mean over sizes";
  case CellKind::MeanOverCriteria:
    return "mean over criteria";
  }
  llvm_unreachable("no such kind of cell");
}

size_t PrintedCheck::count(CellVerdict V) const {
  return static_cast<size_t>(
      count_if(Cells, [&](const PrintedCell &C) { return C.Verdict == V; }));
}

Expected<PrintedCheck> checkPrinted(const EfficiencyData &Data,
                                    const EfficiencyData &Means,
                                    PrintedPlaces Places) {
  return Checker(Data, Means, Places).run();
}

} // namespace toscount
