//===- RunOuter.cpp - fits judged from outside ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "RunOuter.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Parallel.h"
#include "toscount/Support/Random.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <map>
#include <set>

using namespace llvm;

namespace toscount {

static unsigned countFolds(ArrayRef<unsigned> FoldOf) {
  return FoldOf.empty() ? 0
                        : 1 + *std::max_element(FoldOf.begin(), FoldOf.end());
}

static std::pair<std::vector<size_t>, std::vector<size_t>>
splitRows(ArrayRef<unsigned> FoldOf, unsigned Fold) {
  std::pair<std::vector<size_t>, std::vector<size_t>> RestAndOut;
  for (size_t Row = 0; Row < FoldOf.size(); ++Row)
    (FoldOf[Row] == Fold ? RestAndOut.second : RestAndOut.first).push_back(Row);
  return RestAndOut;
}

Error judgeNested(ArrayRef<RunCandidate> Candidates, const Dataset &Data,
                  unsigned Folds, RunFit &Fit) {
  std::vector<unsigned> FoldOf = groupFolds(Data, Folds);
  unsigned Count = countFolds(FoldOf);
  if (Count < 3)
    return makeError("an outer cross-validation needs at least three groups");
  constexpr double Level = 0.9;
  CoverageTally Tally(Level);
  std::vector<double> Predicted(Data.rows());
  std::map<std::string, unsigned> Chosen;
  for (unsigned Fold = 0; Fold < Count; ++Fold) {
    auto [Rest, Out] = splitRows(FoldOf, Fold);
    Dataset Known = Data.select(Rest), Left = Data.select(Out);
    std::vector<CrossPredictions> Inner;
    std::vector<ScoredFamily> Scores =
        scoreCandidates(Candidates, Known, groupFolds(Known, Folds), Inner);
    std::optional<size_t> I = chooseCandidate(Scores);
    if (!I)
      return makeError("no family could be fitted without fold " +
                       Twine(Fold + 1));
    Expected<CrossPredictions> Outer =
        predictOthers(Candidates[*I], Known, Left);
    if (!Outer)
      return Outer.takeError();
    if (Error E = Tally.add(Known, Inner[*I].Known, Left, Outer->Known))
      return E;
    for (size_t K = 0; K < Out.size(); ++K)
      Predicted[Out[K]] = Outer->Known[K];
    ++Chosen[Scores[*I].Name + (Scores[*I].Sessions ? ", sessions" : "")];
  }
  ScoredFamily S;
  scorePredictions(S, Data, Predicted);
  if (!S.Failed.empty())
    return makeError(S.Failed);
  Fit.Outer = Tally.result();
  Fit.Nested = NestedScore{S.Errors,
                           S.ScorePercent,
                           S.StandardErrorPercent,
                           {Chosen.begin(), Chosen.end()}};
  return Error::success();
}

std::vector<LearningPoint> learn(const RunCandidate &C, const Dataset &Data,
                                 ArrayRef<unsigned> FoldOf, uint64_t Seed) {
  unsigned Folds = countFolds(FoldOf);
  std::vector<size_t> GroupOf = Data.groupNumbers();
  std::vector<LearningPoint> Points;
  std::set<size_t> Sizes;
  for (unsigned Part : {16U, 8U, 4U, 2U, 1U}) {
    // The folds' rests differ by one group; the least is had by all.
    size_t Groups = Data.groupNames().size();
    size_t Size = (Groups - (Groups + Folds - 1) / Folds) / Part;
    if (Size >= 2)
      Sizes.insert(Size);
  }
  for (size_t Size : Sizes) {
    std::vector<std::optional<LearningPoint>> Found(Folds);
    parallelFor(Folds, [&](size_t Fold) {
      auto [Rest, Out] = splitRows(FoldOf, static_cast<unsigned>(Fold));
      // A fold's order is the same for all sizes: smaller draws are in larger.
      std::vector<size_t> Groups;
      for (size_t Row : Rest)
        if (!is_contained(Groups, GroupOf[Row]))
          Groups.push_back(GroupOf[Row]);
      Random R(Seed + Fold);
      R.shuffle(Groups);
      std::set<size_t> Drawn(Groups.begin(), Groups.begin() + Size);
      erase_if(Rest,
               [&](size_t Row) { return Drawn.count(GroupOf[Row]) == 0; });
      Dataset Left = Data.select(Out);
      Expected<CrossPredictions> Outer =
          predictOthers(C, Data.select(Rest), Left);
      if (!Outer) {
        consumeError(Outer.takeError());
        return;
      }
      ErrorSummary E = summarizeErrors(Outer->Known, Left.Y);
      Found[Fold] = LearningPoint{Size, Rest.size(), E.MapePercent,
                                  E.MedianApePercent, 1};
    });
    LearningPoint Mean;
    Mean.Groups = Size;
    for (const std::optional<LearningPoint> &P : Found) {
      if (!P)
        continue;
      Mean.Runs += P->Runs;
      Mean.MapePercent += P->MapePercent;
      Mean.MedianApePercent += P->MedianApePercent;
      ++Mean.Fits;
    }
    // Where a form can't be fitted to so few, there is no point.
    if (Mean.Fits < Folds)
      continue;
    Mean.Runs /= Mean.Fits;
    Mean.MapePercent /= static_cast<double>(Mean.Fits);
    Mean.MedianApePercent /= static_cast<double>(Mean.Fits);
    Points.push_back(Mean);
  }
  return Points;
}

} // namespace toscount
