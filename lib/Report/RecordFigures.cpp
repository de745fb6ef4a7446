//===- RecordFigures.cpp - pictures of measured runs ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "RecordFigures.h"

#include "FigureParts.h"
#include "Tables.h"

#include "toscount/Support/Csv.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>

using namespace llvm;

namespace toscount {
namespace {

Axis efficiencyAxis(const EfficiencyReport &R, bool Log) {
  return {"efficiency", R.Unit.empty() ? "" : "1 / " + R.Unit, false, Log};
}

/// The number that a size ends with: "3", "scale=3".
std::optional<double> sizeNumber(StringRef Size) {
  size_t At = Size.find_last_not_of("0123456789.");
  double Value = 0;
  if (!parseNumber(Size.drop_front(At == StringRef::npos ? 0 : At + 1), Value))
    return std::nullopt;
  return Value;
}

/// Series by their key without \p Part, in order of first use.
class KeyedSeries {
public:
  explicit KeyedSeries(std::string EfficiencyKey::*Part) : Part(Part) {}

  std::vector<Mark> &of(EfficiencyKey Key) {
    (Key.*Part).clear();
    std::string Name = keyText(Key);
    for (Series &S : All)
      if (S.Name == Name)
        return S.Marks;
    All.push_back(
        {Name, SeriesStyle::Points, seriesInk(All.size()), false, {}});
    return All.back().Marks;
  }

  /// Lines and the points on them. More series than there are colours are told
  /// apart by labels at their ends.
  void finish(Figure &F) && {
    constexpr size_t Colours = 6;
    bool Named = All.size() > 1 && All.size() <= Colours;
    for (Series &S : All) {
      llvm::stable_sort(S.Marks,
                        [](const Mark &A, const Mark &B) { return A.X < B.X; });
      if (!Named && All.size() > 1)
        S.Marks.back().Label = S.Name;
      Series Line = S;
      Line.Style = SeriesStyle::Line;
      Line.Name.clear();
      for (Mark &M : Line.Marks)
        M.Label.clear();
      if (!Named)
        S.Name.clear();
      F.All.push_back(std::move(Line));
      F.All.push_back(std::move(S));
    }
  }

private:
  std::string EfficiencyKey::*Part;
  std::vector<Series> All;
};

Figure sizesFigure(const EfficiencyReport &R) {
  Figure F;
  F.Name = "sizes";
  F.Title = "Training efficiency by size of the model";
  F.Note = "mean over the criteria that ended training";
  F.X = {"size"};
  F.X.Whole = true;
  F.Y = efficiencyAxis(R, /*Log=*/true);
  KeyedSeries Lines(&EfficiencyKey::Size);
  for (const EfficiencyMean &M : R.BySize)
    if (std::optional<double> Size = sizeNumber(M.Key.Size)) {
      Mark Point;
      Point.X = *Size;
      Point.Y = M.Mean;
      Point.Tip = keyText(M.Key) + ": efficiency " + cellText(M.Mean) +
                  (M.N > 1 ? ", mean of " + std::to_string(M.N) : "");
      Lines.of(M.Key).push_back(std::move(Point));
    }
  std::move(Lines).finish(F);
  return F;
}

/// Every model's efficiency; a box a criterion of an architecture.
Figure criteriaFigure(const EfficiencyReport &R) {
  Figure F;
  F.Name = "criteria";
  F.Title = "Training efficiency by what ended training";
  F.Note = "box: the middle half of the sizes; stroke: median";
  F.X = efficiencyAxis(R, /*Log=*/true);
  std::vector<std::pair<std::string, std::vector<double>>> Groups;
  for (const EfficiencyMean &M : R.Models) {
    EfficiencyKey Key = M.Key;
    Key.Size.clear();
    std::string Name = keyText(Key);
    auto Known =
        find_if(Groups, [&](const auto &G) { return G.first == Name; });
    if (Known == Groups.end())
      Known = Groups.insert(Groups.end(), {Name, {}});
    Known->second.push_back(M.Mean);
  }
  // What is compared stands beside each other.
  llvm::stable_sort(
      Groups, [](const auto &A, const auto &B) { return A.first < B.first; });
  BoxPlots Boxes(Ink::Blue);
  constexpr size_t Most = 40;
  for (size_t I = 0; I < std::min(Most, Groups.size()); ++I)
    Boxes.add(F, Groups[I].first, Groups[I].second,
              [](double V) { return cellText(V); });
  if (Groups.size() > Most)
    F.Note += "; the first " + std::to_string(Most) + " of " +
              std::to_string(Groups.size());
  std::move(Boxes).finish(F);
  return F;
}

Figure epochsFigure(const EfficiencyReport &R, const EfficiencyData &Data) {
  Figure F;
  F.Name = "epochs";
  F.Title = "Efficiency as training goes on";
  F.Note = "accuracy after an epoch over the energy of all epochs up to it";
  F.X = {"epoch"};
  F.X.Whole = true;
  F.Y = efficiencyAxis(R, /*Log=*/false);
  size_t Drawn = 0;
  constexpr size_t Most = 12;
  for (const EfficiencyRun &Run : Data.Runs) {
    if (Run.PerEpoch.empty() || ++Drawn > Most)
      continue;
    Series Points{"", SeriesStyle::Points, seriesInk(Drawn - 1)};
    for (const EpochEfficiency &E : Run.PerEpoch) {
      Mark M;
      M.X = E.Epoch;
      M.Y = E.Efficiency;
      M.Tip = keyText(Run.Key) + ", epoch " + std::to_string(E.Epoch) +
              ": accuracy " + cellText(E.Accuracy) + ", energy " +
              cellText(E.Energy) + " " + R.Unit + ", efficiency " +
              cellText(E.Efficiency);
      Points.Marks.push_back(std::move(M));
    }
    Series Line = Points;
    Line.Style = SeriesStyle::Line;
    Points.Marks.back().Label = keyText(Run.Key);
    F.All.push_back(std::move(Line));
    F.All.push_back(std::move(Points));
  }
  if (Drawn > Most)
    F.Note +=
        "; the first " + std::to_string(Most) + " of " + plural(Drawn, "run");
  return F;
}

Figure effectsFigure(const FactorsReport &R) {
  Figure F;
  F.Name = "effects";
  F.Title = "How much of " + R.Response + " each factor explains";
  F.Note = "eta squared of the ranks (Kruskal-Wallis); grey: no difference at "
           "level " +
           roundedText(R.Alpha, 4);
  F.X = {"eta squared"};
  F.X.Most = 1;
  Series Bars{"", SeriesStyle::Bars, Ink::Blue};
  Series Unclear{"", SeriesStyle::Bars, Ink::Grey};
  for (const FactorResult &One : R.Factors) {
    if (!One.Test.EtaSquared)
      continue;
    Mark M;
    // It is below 0 when ranks differ less than chance would have them.
    M.X = std::max(0.0, *One.Test.EtaSquared);
    M.Y = addRow(F, One.Factor);
    M.Label = cellText(One.Test.EtaSquared, 3) +
              (One.Magnitude.empty() ? "" : ", " + One.Magnitude) +
              (One.MeanChangePercent
                   ? ", mean " + signedPercent(One.MeanChangePercent)
                   : "");
    M.Tip = One.Factor + ": eta squared " + cellText(One.Test.EtaSquared, 3) +
            ", p " + probabilityText(One.Test.P);
    (One.Test.P < R.Alpha ? Bars : Unclear).Marks.push_back(std::move(M));
  }
  F.All = {std::move(Bars), std::move(Unclear)};
  return F;
}

Figure levelsFigure(const FactorsReport &R) {
  Figure F;
  F.Name = "levels";
  F.Title = R.Response + " by the levels of each factor";
  F.Note = "box: the middle half of the rows; stroke: median; points: farther "
           "than 1.5 boxes";
  F.X = {R.Response};
  BoxPlots Boxes(Ink::Blue);
  for (const FactorResult &One : R.Factors)
    for (const FactorLevel &L : One.Levels)
      Boxes.add(F, One.Factor + " = " + L.Name, L.Values,
                [](double V) { return cellText(V); });
  std::move(Boxes).finish(F);
  thin(F);
  return F;
}

} // namespace

std::vector<Figure> efficiencyFigures(const EfficiencyReport &R,
                                      const EfficiencyData &Data) {
  std::vector<Figure> All;
  if (Figure Sizes = sizesFigure(R); !Sizes.All.empty())
    All.push_back(std::move(Sizes));
  if (Figure Criteria = criteriaFigure(R); Criteria.Rows.size() > 1)
    All.push_back(std::move(Criteria));
  if (Figure Epochs = epochsFigure(R, Data); !Epochs.All.empty())
    All.push_back(std::move(Epochs));
  return All;
}

std::vector<Figure> factorsFigures(const FactorsReport &R) {
  std::vector<Figure> All;
  if (Figure Effects = effectsFigure(R); !Effects.Rows.empty())
    All.push_back(std::move(Effects));
  All.push_back(levelsFigure(R));
  return All;
}

} // namespace toscount
