//===- RunIntervals.cpp - a profile's intervals ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "RunProfile.h"

#include "toscount/Support/Parallel.h"

#include <algorithm>

using namespace llvm;

namespace toscount {
namespace {

/// Confidence levels that a profile has intervals for.
constexpr double Levels[] = {0.5, 0.8, 0.9, 0.95};

/// How far fits miss what lies beyond their range, by leaving out the runs
/// with the least and the most of each column; \p PerStep: of it a step.
void widenBeyond(const RunCandidate &C, const Dataset &Data, bool PerStep,
                 std::vector<IntervalWidth> &Widths) {
  constexpr auto StepColumn = static_cast<size_t>(Feature::Step);
  std::vector<std::vector<double>> Found(C.Columns.size());
  parallelFor(C.Columns.size(), [&](size_t I) {
    for (const IntervalWidth &W : Widths) {
      Expected<ColumnExtrapolation> E =
          extrapolate(*C.Form, Data, C.Columns[I], W.Level,
                      PerStep ? std::optional(StepColumn) : std::nullopt);
      if (!E) {
        consumeError(E.takeError());
        Found[I].push_back(0);
        continue;
      }
      Found[I].push_back(
          std::max(E->LogWidthBelow.value_or(0), E->LogWidthAbove.value_or(0)));
    }
  });
  for (size_t L = 0; L < Widths.size(); ++L) {
    for (const std::vector<double> &Of : Found)
      Widths[L].Beyond = std::max(Widths[L].Beyond, Of[L]);
    // A higher level is never narrower.
    if (L > 0)
      Widths[L].Beyond = std::max(Widths[L].Beyond, Widths[L - 1].Beyond);
  }
}

/// The widths of one level; BySize only where sizes are told apart.
Expected<IntervalWidth> widthsAt(double Level, const CrossPredictions &Cross,
                                 bool Sessions, const Dataset &Data,
                                 ArrayRef<double> Borders) {
  std::vector<size_t> GroupOf = Data.groupNumbers();
  IntervalWidth W;
  W.Level = Level;
  Expected<ConformalInterval> All =
      conformalInterval(Cross.Unknown, Data.Y, GroupOf, Level);
  if (!All)
    return All.takeError();
  W.Inside = W.Beyond = All->LogWidth;
  Expected<std::vector<ConformalInterval>> Sized =
      conformalBySize(Cross.Unknown, Data.Y, GroupOf, Level, Borders);
  if (!Sized)
    return Sized.takeError();
  for (size_t I = 0; I < Sized->size(); ++I) {
    IntervalWidth::Sized S;
    if (I < Borders.size())
      S.UpTo = Borders[I];
    S.Inside = (*Sized)[I].LogWidth;
    W.Beyond = std::max(W.Beyond, S.Inside);
    W.BySize.push_back(S);
  }
  if (Sessions) {
    Expected<ConformalInterval> Known =
        conformalInterval(Cross.Known, Data.Y, GroupOf, Level);
    if (!Known)
      return Known.takeError();
    W.KnownSession = Known->LogWidth;
    Expected<std::vector<ConformalInterval>> KnownSized =
        conformalBySize(Cross.Known, Data.Y, GroupOf, Level, Borders);
    if (!KnownSized)
      return KnownSized.takeError();
    for (size_t I = 0; I < KnownSized->size(); ++I)
      W.BySize[I].KnownSession = (*KnownSized)[I].LogWidth;
  }
  if (Borders.empty())
    W.BySize.clear();
  return W;
}

} // namespace

Error addIntervals(const RunCandidate &C, const CrossPredictions &Cross,
                   const Dataset &Data, Profile &P) {
  size_t Groups = Data.groupNames().size();
  std::vector<double> Borders = sizeBorders(Cross.Known, Data.groupNumbers());
  for (double Level : Levels) {
    if (Level > highestLevel(Groups))
      break;
    Expected<IntervalWidth> W =
        widthsAt(Level, Cross, C.Sessions, Data, Borders);
    if (!W)
      return W.takeError();
    P.Intervals.push_back(std::move(*W));
  }
  if (P.Intervals.empty()) {
    P.Notes.push_back(
        "no intervals: " + std::to_string(Groups) +
        " architectures promise no more than " +
        std::to_string(static_cast<int>(100 * highestLevel(Groups))) + " %");
    return Error::success();
  }
  widenBeyond(C, Data, P.RangesPerStep, P.Intervals);
  return Error::success();
}

} // namespace toscount
