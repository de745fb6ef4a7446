//===- Selection.cpp - which family, by leaving architectures out ---------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/Selection.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/Support/xxhash.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace llvm;

namespace toscount {

std::vector<unsigned> groupFolds(const Dataset &Data, unsigned Folds) {
  std::vector<std::string> Names = Data.groupNames();
  std::vector<std::pair<uint64_t, size_t>> Order;
  for (size_t G = 0; G < Names.size(); ++G)
    Order.emplace_back(xxh3_64bits(StringRef(Names[G])), G);
  std::sort(Order.begin(), Order.end(), [&](const auto &A, const auto &B) {
    return A.first != B.first ? A.first < B.first
                              : Names[A.second] < Names[B.second];
  });
  size_t Most = std::max<size_t>(1, std::min<size_t>(Folds, Names.size()));
  std::vector<unsigned> FoldOfGroup(Names.size());
  for (size_t I = 0; I < Order.size(); ++I)
    FoldOfGroup[Order[I].second] = static_cast<unsigned>(I % Most);
  std::vector<unsigned> FoldOf;
  for (size_t Group : Data.groupNumbers())
    FoldOf.push_back(FoldOfGroup[Group]);
  return FoldOf;
}

Expected<std::vector<double>>
crossValidate(const Family &F, const Dataset &Data, ArrayRef<unsigned> FoldOf) {
  unsigned Folds = 0;
  for (unsigned Fold : FoldOf)
    Folds = std::max(Folds, Fold + 1);
  if (Folds < 2)
    return makeError("cross-validation needs at least two groups");
  std::vector<double> Predicted(Data.rows());
  for (unsigned Fold = 0; Fold < Folds; ++Fold) {
    std::vector<size_t> Others;
    for (size_t Row = 0; Row < Data.rows(); ++Row)
      if (FoldOf[Row] != Fold)
        Others.push_back(Row);
    Expected<std::unique_ptr<FittedModel>> Model = F.fit(Data.select(Others));
    if (!Model)
      return withContext(Model.takeError(), "without fold " + Twine(Fold + 1) +
                                                " of " + Twine(Folds));
    for (size_t Row = 0; Row < Data.rows(); ++Row)
      if (FoldOf[Row] == Fold)
        Predicted[Row] =
            (*Model)->predict({Data.row(Row), Data.id(Row), Data.session(Row)});
  }
  return Predicted;
}

/// Fills what \p Score says of its predictions.
static void scoreGroups(CandidateScore &Score, const Dataset &Data) {
  Score.Errors = summarizeErrors(Score.Predicted, Data.Y);
  std::vector<size_t> GroupOf = Data.groupNumbers();
  size_t Groups = Data.groupNames().size();
  std::vector<double> Sum(Groups);
  std::vector<double> N(Groups);
  for (size_t Row = 0; Row < Data.rows(); ++Row) {
    Sum[GroupOf[Row]] +=
        100 * std::abs((Score.Predicted[Row] - Data.Y[Row]) / Data.Y[Row]);
    N[GroupOf[Row]] += 1;
  }
  for (size_t G = 0; G < Groups; ++G)
    Sum[G] /= N[G];
  Score.ScorePercent = mean(Sum);
  Score.StandardErrorPercent =
      standardDeviation(Sum) / std::sqrt(static_cast<double>(Groups));
}

Expected<Selection> selectFamily(ArrayRef<const Family *> Families,
                                 const Dataset &Data, unsigned Folds) {
  if (Error E = checkDataset(Data))
    return E;
  if (Error E = checkEnergies(Data))
    return E;
  Selection S;
  S.FoldOf = groupFolds(Data, Folds);
  S.Folds = 1 + *std::max_element(S.FoldOf.begin(), S.FoldOf.end());
  S.Groups = Data.groupNames().size();
  bool Any = false;
  for (const Family *F : Families) {
    CandidateScore Score;
    Score.Name = F->name();
    Score.Coefficients = F->coefficients(Data);
    Expected<std::vector<double>> Predicted = crossValidate(*F, Data, S.FoldOf);
    if (Predicted) {
      Score.Predicted = std::move(*Predicted);
      scoreGroups(Score, Data);
    } else {
      Score.Failed = toString(Predicted.takeError());
    }
    if (Score.Failed.empty() && !std::isfinite(Score.ScorePercent))
      Score.Failed = "it predicts no finite energy for some runs";
    if (Score.Failed.empty()) {
      if (!Any || Score.ScorePercent < S.Candidates[S.Best].ScorePercent)
        S.Best = S.Candidates.size();
      Any = true;
    }
    S.Candidates.push_back(std::move(Score));
  }
  if (!Any)
    return makeError(S.Candidates.empty() ? "there is no family to select"
                                          : S.Candidates.front().Failed);
  const CandidateScore &Best = S.Candidates[S.Best];
  double Within = Best.ScorePercent + Best.StandardErrorPercent;
  S.Chosen = S.Best;
  for (size_t I = 0; I < S.Candidates.size(); ++I) {
    const CandidateScore &C = S.Candidates[I];
    const CandidateScore &Chosen = S.Candidates[S.Chosen];
    if (!C.Failed.empty() || !(C.ScorePercent <= Within))
      continue;
    if (C.Coefficients < Chosen.Coefficients ||
        (C.Coefficients == Chosen.Coefficients &&
         C.ScorePercent < Chosen.ScorePercent))
      S.Chosen = I;
  }
  return S;
}

} // namespace toscount
