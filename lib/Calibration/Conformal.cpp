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

Expected<Coverage> outerCoverage(const Family &F, const Dataset &Data,
                                 double Level, unsigned Folds) {
  std::vector<unsigned> FoldOf = groupFolds(Data, Folds);
  unsigned Count =
      FoldOf.empty() ? 0 : 1 + *std::max_element(FoldOf.begin(), FoldOf.end());
  if (Count < 3)
    return makeError("coverage needs at least three groups");
  Coverage C;
  C.Level = Level;
  C.Groups = Data.groupNames().size();
  size_t Inside = 0;
  for (unsigned Fold = 0; Fold < Count; ++Fold) {
    std::vector<size_t> Rest, Out;
    for (size_t Row = 0; Row < Data.rows(); ++Row)
      (FoldOf[Row] == Fold ? Out : Rest).push_back(Row);
    Dataset Known = Data.select(Rest);
    Expected<std::vector<double>> Inner =
        crossValidate(F, Known, groupFolds(Known, Folds));
    if (!Inner)
      return Inner.takeError();
    Expected<ConformalInterval> Interval =
        conformalInterval(*Inner, Known.Y, Known.groupNumbers(), Level);
    if (!Interval)
      return Interval.takeError();
    C.Level = std::min(C.Level, Interval->Level);
    Expected<std::unique_ptr<FittedModel>> Model = F.fit(Known);
    if (!Model)
      return Model.takeError();
    for (size_t Row : Out) {
      double Predicted =
          (*Model)->predict({Data.row(Row), Data.id(Row), Data.session(Row)});
      Inside += Interval->low(Predicted) <= Data.Y[Row] &&
                        Data.Y[Row] <= Interval->high(Predicted)
                    ? 1
                    : 0;
      ++C.Rows;
    }
  }
  C.Percent = 100 * static_cast<double>(Inside) / static_cast<double>(C.Rows);
  return C;
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
                                          double Fraction) {
  if (Column >= Data.Columns.size())
    return makeError("there is no column " + Twine(Column));
  if (Error E = checkDataset(Data))
    return E;
  std::vector<size_t> GroupOf = Data.groupNumbers();
  size_t Groups = Data.groupNames().size();
  ColumnExtrapolation X;
  X.Column = Column;
  X.Lowest = X.Highest = Data.row(0)[Column];
  std::vector<double> Sum(Groups);
  std::vector<double> N(Groups);
  for (size_t Row = 0; Row < Data.rows(); ++Row) {
    double Value = Data.row(Row)[Column];
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
