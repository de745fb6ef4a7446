//===- Compare.cpp - choosing between models before training --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/Compare.h"

#include "toscount/Prediction/Emissions.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace toscount {

static constexpr StringRef Names[] = {
    "tos", "energy", "time", "emissions", "accuracy", "efficiency", "alpha"};

StringRef name(RankBy By) { return Names[static_cast<unsigned>(By)]; }
ArrayRef<StringRef> rankByNames() { return Names; }
std::optional<RankBy> rankByFromName(StringRef Name) {
  const StringRef *It = llvm::find(Names, Name);
  if (It == std::end(Names))
    return std::nullopt;
  return static_cast<RankBy>(It - Names);
}

namespace {

/// What candidates are ordered by, the smallest first.
std::optional<long double> keyOf(const RankedCandidate &R, RankBy By) {
  const Candidate &C = R.Of;
  if (!C.Error.empty())
    return std::nullopt;
  switch (By) {
  case RankBy::TOs:
    return static_cast<long double>(C.Counts.Total.TOs.value());
  case RankBy::Energy:
    if (C.Predicted)
      return C.Predicted->Energy;
    return std::nullopt;
  case RankBy::Time:
    if (C.Predicted && C.Predicted->Seconds)
      return *C.Predicted->Seconds;
    return std::nullopt;
  case RankBy::Emissions:
    if (C.EmissionsGrams)
      return *C.EmissionsGrams;
    return std::nullopt;
  case RankBy::Accuracy:
    if (R.Accuracy)
      return -*R.Accuracy;
    return std::nullopt;
  case RankBy::Efficiency:
    if (R.Efficiency)
      return -*R.Efficiency;
    return std::nullopt;
  case RankBy::Alpha:
    if (R.Score)
      return *R.Score;
    return std::nullopt;
  }
  return std::nullopt;
}

void rank(Comparison &C) {
  RankBy By = C.Options.By;
  // Failed ones last, before them those that can't be ranked.
  llvm::stable_sort(
      C.Rows, [&](const RankedCandidate &A, const RankedCandidate &B) {
        std::optional<long double> X = keyOf(A, By), Y = keyOf(B, By);
        if (X && Y)
          return *X < *Y;
        if (X || Y)
          return X.has_value();
        return A.Of.Error.empty() && !B.Of.Error.empty();
      });
  for (size_t I = 0; I < C.Rows.size(); ++I) {
    std::optional<long double> Key = keyOf(C.Rows[I], By);
    if (!Key)
      break;
    bool Equal = I > 0 && keyOf(C.Rows[I - 1], By) == Key;
    C.Rows[I].Rank = Equal ? *C.Rows[I - 1].Rank : I + 1;
  }
}

void checkBudgets(const CompareOptions &Options, RankedCandidate &R) {
  const Budgets &B = Options.Limits;
  if (!R.Of.Predicted)
    return;
  const Prediction &P = *R.Of.Predicted;
  if (B.Energy && P.Energy > *B.Energy)
    R.Over.push_back("energy");
  if (B.Seconds && P.Seconds && *P.Seconds > *B.Seconds)
    R.Over.push_back("time");
  if (B.EmissionsGrams && R.Of.EmissionsGrams &&
      *R.Of.EmissionsGrams > *B.EmissionsGrams)
    R.Over.push_back("emissions");
  if (!R.Over.empty() || !P.High)
    return;
  double Most = emissionsGrams(*P.High, Options.Candidates.Pue,
                               Options.Candidates.GramsPerKwh);
  R.MayExceed = (B.Energy && *P.High > *B.Energy) ||
                (B.EmissionsGrams && Most > *B.EmissionsGrams);
}

/// What \p Options ask of a profile that it can't say.
Error checkProfileFor(const CompareOptions &Options) {
  const Profile *P = Options.Candidates.Of;
  const Budgets &B = Options.Limits;
  if (!P)
    return Options.By == RankBy::TOs || Options.By == RankBy::Accuracy
               ? Error::success()
               : makeError("ranking by " + name(Options.By) +
                           " needs a profile");
  if ((Options.By == RankBy::Time || B.Seconds) && P->time() == nullptr)
    return makeError("profile '" + printable(P->Name) +
                     "' predicts no time; leave out --rank-by time and "
                     "--budget-time");
  if ((Options.By == RankBy::Emissions || B.EmissionsGrams) && P->Unit != "J")
    return makeError("profile '" + printable(P->Name) + "' predicts '" +
                     printable(P->Unit) +
                     "', not joules: it has no emissions; leave out --rank-by "
                     "emissions and --budget-emissions");
  return Error::success();
}

} // namespace

void scoreByAlpha(double Alpha, MutableArrayRef<RankedCandidate> Rows) {
  std::vector<RankedCandidate *> Known;
  for (RankedCandidate &R : Rows)
    if (R.Of.Error.empty() && R.Of.Predicted && R.Accuracy)
      Known.push_back(&R);
  if (Known.empty())
    return;
  auto Scale = [&](auto Value) {
    double Least = Value(*Known.front()), Most = Least;
    for (const RankedCandidate *R : Known) {
      Least = std::min(Least, Value(*R));
      Most = std::max(Most, Value(*R));
    }
    return [=](const RankedCandidate &R) {
      return Most > Least ? (Value(R) - Least) / (Most - Least) : 0.0;
    };
  };
  auto Energy =
      Scale([](const RankedCandidate &R) { return R.Of.Predicted->Energy; });
  auto Loss = Scale([](const RankedCandidate &R) { return 1 - *R.Accuracy; });
  for (RankedCandidate *R : Known)
    R->Score = Alpha * Energy(*R) + (1 - Alpha) * Loss(*R);
}

void markPareto(MutableArrayRef<RankedCandidate> Rows) {
  std::vector<RankedCandidate *> Known;
  for (RankedCandidate &R : Rows)
    if (R.Of.Error.empty() && R.Of.Predicted && R.Accuracy)
      Known.push_back(&R);
  auto Energy = [](const RankedCandidate *R) {
    return R->Of.Predicted->Energy;
  };
  llvm::stable_sort(Known, [&](const auto *A, const auto *B) {
    if (Energy(A) != Energy(B))
      return Energy(A) < Energy(B);
    return *A->Accuracy > *B->Accuracy;
  });
  // Of those that take less: the best. An equal of the best is on the front.
  double Best = -1, BestEnergy = 0;
  for (RankedCandidate *R : Known) {
    R->Pareto = *R->Accuracy > Best ||
                (*R->Accuracy == Best && Energy(R) == BestEnergy);
    if (*R->Accuracy > Best) {
      Best = *R->Accuracy;
      BestEnergy = Energy(R);
    }
  }
}

bool Comparison::noneFits() const {
  return Options.Limits.any() && none_of(Rows, [](const RankedCandidate &R) {
           return R.Of.Error.empty() && R.Over.empty();
         });
}

Expected<Comparison> compareModels(ArrayRef<RunSpec> Specs,
                                   ArrayRef<std::optional<double>> Accuracies,
                                   const CompareOptions &Options,
                                   const OpRegistry &Registry) {
  if (Error E = checkProfileFor(Options))
    return E;
  Comparison C;
  C.Options = Options;
  std::vector<Candidate> All =
      measureCandidates(Specs, Options.Candidates, Registry);
  std::vector<const Candidate *> Pointers;
  for (const Candidate &One : All)
    Pointers.push_back(&One);
  C.Notes = sharedNotes(Pointers);
  for (size_t I = 0; I < All.size(); ++I) {
    RankedCandidate R;
    R.Of = std::move(All[I]);
    R.Accuracy = Accuracies[I];
    R.AccuracyGiven = R.Accuracy.has_value();
    C.Failed += R.Of.Error.empty() ? 0 : 1;
    if (!R.Accuracy && R.Of.Accuracy)
      R.Accuracy = R.Of.Accuracy->Value;
    if (R.Accuracy && R.Of.Predicted) {
      PredictedFigure A = R.AccuracyGiven
                              ? PredictedFigure{*R.Accuracy, {}, {}, 0}
                              : *R.Of.Accuracy;
      PredictedFigure E = efficiencyOf(A, *R.Of.Predicted);
      R.Efficiency = E.Value;
      R.EfficiencyLow = E.Low;
      R.EfficiencyHigh = E.High;
    }
    checkBudgets(Options, R);
    C.Rows.push_back(std::move(R));
  }
  bool NeedsAccuracy = Options.By == RankBy::Accuracy ||
                       Options.By == RankBy::Efficiency ||
                       Options.By == RankBy::Alpha;
  if (NeedsAccuracy && C.Failed < C.Rows.size() &&
      none_of(C.Rows, [](const RankedCandidate &R) { return !!R.Accuracy; }))
    return makeError("ranking by " + name(Options.By) +
                     " needs accuracies, and no learning curve predicts these "
                     "models'; give --accuracy MODEL=X");
  if (Options.Alpha)
    scoreByAlpha(*Options.Alpha, C.Rows);
  markPareto(C.Rows);
  rank(C);
  return C;
}

} // namespace toscount
