//===- Conformal.cpp - intervals from unseen groups -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/Selection.h"
#include "toscount/Calibration/Uncertainty.h"

#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Statistics.h"

#include <algorithm>
#include <cmath>
#include <set>

using namespace llvm;

namespace toscount {

double ConformalInterval::low(double Predicted) const {
  return Predicted * std::exp(-LogWidth);
}

double ConformalInterval::high(double Predicted) const {
  return Predicted * std::exp(LogWidth);
}

double highestLevel(size_t Groups) {
  return static_cast<double>(Groups) / static_cast<double>(Groups + 1);
}

Expected<ConformalInterval> conformalInterval(ArrayRef<double> Predicted,
                                              ArrayRef<double> Measured,
                                              ArrayRef<size_t> GroupOf,
                                              double Level) {
  if (!(Level > 0 && Level < 1))
    return makeError("a level of " + numberText(Level) +
                     " is not between 0 and 1");
  if (Measured.empty())
    return makeError("no run was left out, so that there are no errors to "
                     "make an interval of");
  size_t Groups = 1 + *std::max_element(GroupOf.begin(), GroupOf.end());
  std::vector<double> Rows(Groups);
  for (size_t Group : GroupOf)
    Rows[Group] += 1;
  // Numbers may have gaps, where rows were selected.
  auto Count = static_cast<size_t>(
      std::count_if(Rows.begin(), Rows.end(), [](double N) { return N > 0; }));

  std::vector<std::pair<double, double>> Scores; // And weights.
  for (size_t I = 0; I < Measured.size(); ++I) {
    if (!(Predicted[I] > 0) || !(Measured[I] > 0))
      return makeError("a prediction of " + numberText(Predicted[I]) +
                       " for a run of " + numberText(Measured[I]) +
                       " has no relative interval");
    Scores.emplace_back(std::abs(std::log(Measured[I] / Predicted[I])),
                        1 / Rows[GroupOf[I]]);
  }
  std::sort(Scores.begin(), Scores.end());

  ConformalInterval Interval;
  Interval.Asked = Level;
  Interval.Groups = Count;
  Interval.Level = std::min(Level, highestLevel(Count));
  // In units of 1 / (G + 1); a hair less, for sums of fractions that round.
  double Wanted = Interval.Level * static_cast<double>(Count + 1) * (1 - 1e-12);
  double Sum = 0;
  for (const auto &[Score, Weight] : Scores) {
    Sum += Weight;
    Interval.LogWidth = Score;
    if (Sum >= Wanted)
      break;
  }
  return Interval;
}

std::vector<double> sizeBorders(ArrayRef<double> Predicted,
                                ArrayRef<size_t> GroupOf) {
  constexpr size_t LeastGroups = 40, MostClasses = 5;
  std::set<size_t> All(GroupOf.begin(), GroupOf.end());
  size_t Classes = std::min(MostClasses, All.size() / LeastGroups);
  std::vector<double> Borders;
  for (size_t I = 1; I < Classes; ++I) {
    double Border = quantile(Predicted, static_cast<double>(I) /
                                            static_cast<double>(Classes));
    if (Borders.empty() || Border > Borders.back())
      Borders.push_back(Border);
  }
  // Classes of few groups join the next, the last one that before it.
  auto GroupsIn = [&](double Above, double UpTo) {
    std::set<size_t> Groups;
    for (size_t I = 0; I < Predicted.size(); ++I)
      if (Predicted[I] > Above && Predicted[I] <= UpTo)
        Groups.insert(GroupOf[I]);
    return Groups.size();
  };
  std::vector<double> Kept;
  for (double Border : Borders)
    if (GroupsIn(Kept.empty() ? 0 : Kept.back(), Border) >= LeastGroups)
      Kept.push_back(Border);
  while (!Kept.empty() && GroupsIn(Kept.back(), INFINITY) < LeastGroups)
    Kept.pop_back();
  return Kept;
}

size_t sizeClass(ArrayRef<double> Borders, double Predicted) {
  return static_cast<size_t>(
      std::lower_bound(Borders.begin(), Borders.end(), Predicted) -
      Borders.begin());
}

Expected<std::vector<ConformalInterval>>
conformalBySize(ArrayRef<double> Predicted, ArrayRef<double> Measured,
                ArrayRef<size_t> GroupOf, double Level,
                ArrayRef<double> Borders) {
  std::vector<ConformalInterval> Intervals;
  for (size_t Class = 0; Class <= Borders.size(); ++Class) {
    std::vector<double> P, M;
    std::vector<size_t> G;
    for (size_t I = 0; I < Predicted.size(); ++I)
      if (sizeClass(Borders, Predicted[I]) == Class) {
        P.push_back(Predicted[I]);
        M.push_back(Measured[I]);
        G.push_back(GroupOf[I]);
      }
    Expected<ConformalInterval> Interval = conformalInterval(P, M, G, Level);
    if (!Interval)
      return Interval.takeError();
    Intervals.push_back(*Interval);
  }
  return Intervals;
}

Error CoverageTally::add(const Dataset &Known, ArrayRef<double> Inner,
                         const Dataset &Out, ArrayRef<double> Predicted) {
  std::vector<size_t> GroupOf = Known.groupNumbers();
  std::vector<double> Borders = sizeBorders(Inner, GroupOf);
  Expected<std::vector<ConformalInterval>> Intervals =
      conformalBySize(Inner, Known.Y, GroupOf, Sum.Level, Borders);
  if (!Intervals)
    return Intervals.takeError();
  double Least = Sum.Level;
  for (const ConformalInterval &I : *Intervals)
    Least = std::min(Least, I.Level);
  Sum.Level = Least;
  std::vector<size_t> OutGroups = Out.groupNumbers();
  std::vector<double> In(Out.groupNames().size()), Rows(In.size());
  for (size_t Row = 0; Row < Out.rows(); ++Row) {
    const ConformalInterval &I =
        (*Intervals)[sizeClass(Borders, Predicted[Row])];
    bool Holds = I.low(Predicted[Row]) <= Out.Y[Row] &&
                 Out.Y[Row] <= I.high(Predicted[Row]);
    Inside += Holds ? 1 : 0;
    In[OutGroups[Row]] += Holds ? 1 : 0;
    Rows[OutGroups[Row]] += 1;
  }
  for (size_t G = 0; G < In.size(); ++G)
    GroupsInside += In[G] / Rows[G];
  Sum.Rows += Out.rows();
  Sum.Groups += In.size();
  return Error::success();
}

Coverage CoverageTally::result() const {
  Coverage C = Sum;
  C.Percent = 100 * static_cast<double>(Inside) / static_cast<double>(C.Rows);
  C.GroupPercent = 100 * GroupsInside / static_cast<double>(C.Groups);
  return C;
}

Expected<Coverage> outerCoverage(const Family &F, const Dataset &Data,
                                 double Level, unsigned Folds) {
  std::vector<unsigned> FoldOf = groupFolds(Data, Folds);
  unsigned Count =
      FoldOf.empty() ? 0 : 1 + *std::max_element(FoldOf.begin(), FoldOf.end());
  if (Count < 3)
    return makeError("coverage needs at least three groups");
  CoverageTally Tally(Level);
  for (unsigned Fold = 0; Fold < Count; ++Fold) {
    std::vector<size_t> Rest, Out;
    for (size_t Row = 0; Row < Data.rows(); ++Row)
      (FoldOf[Row] == Fold ? Out : Rest).push_back(Row);
    Dataset Known = Data.select(Rest);
    Expected<std::vector<double>> Inner =
        crossValidate(F, Known, groupFolds(Known, Folds));
    if (!Inner)
      return Inner.takeError();
    Expected<std::unique_ptr<FittedModel>> Model = F.fit(Known);
    if (!Model)
      return Model.takeError();
    Dataset Left = Data.select(Out);
    if (Error E = Tally.add(Known, *Inner, Left, predictAll(**Model, Left)))
      return E;
  }
  return Tally.result();
}

/// LogWidth at which fits to the rest miss the rows \p Out.
static std::optional<double> missed(const Family &F, const Dataset &Data,
                                    ArrayRef<bool> IsOut, double Level) {
  std::vector<size_t> Rest, Out;
  for (size_t Row = 0; Row < Data.rows(); ++Row)
    (IsOut[Row] ? Out : Rest).push_back(Row);
  if (Rest.empty() || Out.empty())
    return std::nullopt;
  Expected<std::unique_ptr<FittedModel>> Model = F.fit(Data.select(Rest));
  if (!Model) {
    consumeError(Model.takeError());
    return std::nullopt;
  }
  Dataset Left = Data.select(Out);
  Expected<ConformalInterval> Interval = conformalInterval(
      predictAll(**Model, Left), Left.Y, Left.groupNumbers(), Level);
  if (!Interval) {
    consumeError(Interval.takeError());
    return std::nullopt;
  }
  return Interval->LogWidth;
}

Expected<ColumnExtrapolation> extrapolate(const Family &F, const Dataset &Data,
                                          size_t Column, double Level,
                                          std::optional<size_t> Per,
                                          double Fraction) {
  if (Column >= Data.Columns.size())
    return makeError("there is no column " + Twine(Column));
  if (Error E = checkDataset(Data))
    return E;
  std::vector<size_t> GroupOf = Data.groupNumbers();
  size_t Groups = Data.groupNames().size();
  ColumnExtrapolation X;
  X.Column = Column;
  auto ValueOf = [&](size_t Row) {
    double Value = Data.row(Row)[Column];
    return Per ? Value / Data.row(Row)[*Per] : Value;
  };
  X.Lowest = X.Highest = ValueOf(0);
  std::vector<double> Sum(Groups);
  std::vector<double> N(Groups);
  for (size_t Row = 0; Row < Data.rows(); ++Row) {
    double Value = ValueOf(Row);
    X.Lowest = std::min(X.Lowest, Value);
    X.Highest = std::max(X.Highest, Value);
    Sum[GroupOf[Row]] += Value;
    N[GroupOf[Row]] += 1;
  }
  if (X.Lowest == X.Highest)
    return X;
  for (size_t G = 0; G < Groups; ++G)
    Sum[G] /= N[G];
  auto Below = [&](bool High) {
    double Border = quantile(Sum, High ? 1 - Fraction : Fraction);
    SmallVector<bool> IsOut(Data.rows());
    for (size_t Row = 0; Row < Data.rows(); ++Row) {
      double Value = Sum[GroupOf[Row]];
      IsOut[Row] = High ? Value >= Border : Value <= Border;
    }
    return missed(F, Data, IsOut, Level);
  };
  X.LogWidthBelow = Below(false);
  X.LogWidthAbove = Below(true);
  return X;
}

} // namespace toscount
