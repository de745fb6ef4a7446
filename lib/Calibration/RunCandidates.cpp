//===- RunCandidates.cpp - families tried on measured runs ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "RunCandidates.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Parallel.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <set>

using namespace llvm;

namespace toscount {
namespace {

/// Prices are held together by this much.
constexpr double Ridge = 1e-6;
/// A column that is not 0 in fewer groups than this says nothing of others.
constexpr size_t LeastGroups = 3;

} // namespace

double unknownFactor(const FittedModel &Model, const Dataset &Data) {
  if (Model.SessionFactors.empty())
    return 1;
  std::vector<size_t> GroupOf = Data.groupNumbers();
  std::vector<double> Rows(Data.groupNames().size());
  for (size_t G : GroupOf)
    Rows[G] += 1;
  double Sum = 0;
  for (size_t Row = 0; Row < Data.rows(); ++Row)
    Sum +=
        std::log(Model.sessionFactor(Data.session(Row))) / Rows[GroupOf[Row]];
  return std::exp(Sum / static_cast<double>(Rows.size()));
}

LinearOptions linearOptions(const Dataset &Data, const FeatureSet &Set,
                            bool Sessions) {
  LinearOptions Options;
  Options.Name = Set.Name.str();
  Options.Scale = ErrorScale::Log;
  Options.Loss = RobustLoss::Huber;
  Options.Ridge = Ridge;
  Options.SessionFactors = Sessions;
  std::vector<size_t> GroupOf = Data.groupNumbers();
  for (Feature F : Set.Columns) {
    auto Column = static_cast<size_t>(F);
    std::set<size_t> Groups;
    for (size_t Row = 0; Row < Data.rows(); ++Row)
      if (Data.row(Row)[Column] != 0)
        Groups.insert(GroupOf[Row]);
    if (Groups.size() >= LeastGroups)
      Options.Columns.push_back(Column);
  }
  return Options;
}

std::vector<RunCandidate>
makeCandidates(const Dataset &Data, std::shared_ptr<const RooflineRuns> Runs,
               const RunFitOptions &Options) {
  std::vector<const FeatureSet *> Sets = Options.Sets;
  if (Sets.empty())
    for (const FeatureSet &S : featureSets())
      Sets.push_back(&S);
  size_t Sessions = Data.sessionNames().size();
  std::vector<RunCandidate> All;
  for (bool With : {false, true}) {
    if (With ? Sessions < 2 || Options.Sessions == SessionUse::Never
             : Sessions >= 2 && Options.Sessions == SessionUse::Always)
      continue;
    for (const FeatureSet *S : Sets) {
      LinearOptions Linear = linearOptions(Data, *S, With);
      RunCandidate C;
      C.Set = S;
      C.Columns = Linear.Columns;
      C.Sessions = With;
      if (S->Roofline) {
        RooflineOptions Roofline;
        Roofline.SessionFactors = With;
        Roofline.Seed = Options.Seed;
        // Prices alone say less of which limit holds than times do.
        Roofline.Starts = Runs->Seconds.empty() ? 16 : 2;
        C.Form = rooflineFamily(Runs, std::move(Roofline));
      } else {
        C.Form = linearFamily(std::move(Linear));
      }
      All.push_back(std::move(C));
    }
  }
  return All;
}

Expected<CrossPredictions>
predictOthers(const RunCandidate &C, const Dataset &Known, const Dataset &Out) {
  Expected<std::unique_ptr<FittedModel>> Model = C.Form->fit(Known);
  if (!Model)
    return Model.takeError();
  CrossPredictions Cross;
  double Usual = unknownFactor(**Model, Known);
  for (size_t Row = 0; Row < Out.rows(); ++Row) {
    Point At{Out.row(Row), Out.id(Row), Out.session(Row)};
    double Energy = (*Model)->usual(At);
    bool Seen = any_of((*Model)->SessionFactors, [&](const auto &Factor) {
      return Factor.first == At.Session;
    });
    Cross.Unknown.push_back(Energy * Usual);
    Cross.Known.push_back(Energy *
                          (Seen ? (*Model)->sessionFactor(At.Session) : Usual));
    if (C.kind() == FamilyKind::Roofline)
      if (std::optional<double> Seconds =
              static_cast<const RooflineModel &>(**Model).seconds(At))
        Cross.Seconds.push_back(*Seconds);
  }
  return Cross;
}

Expected<CrossPredictions> crossPredict(const RunCandidate &C,
                                        const Dataset &Data,
                                        ArrayRef<unsigned> FoldOf) {
  unsigned Folds = 0;
  for (unsigned Fold : FoldOf)
    Folds = std::max(Folds, Fold + 1);
  CrossPredictions Cross;
  Cross.Known.resize(Data.rows());
  Cross.Unknown.resize(Data.rows());
  for (unsigned Fold = 0; Fold < Folds; ++Fold) {
    std::vector<size_t> Rest, Out;
    for (size_t Row = 0; Row < Data.rows(); ++Row)
      (FoldOf[Row] == Fold ? Out : Rest).push_back(Row);
    Expected<CrossPredictions> Part =
        predictOthers(C, Data.select(Rest), Data.select(Out));
    if (!Part)
      return Part.takeError();
    if (!Part->Seconds.empty())
      Cross.Seconds.resize(Data.rows());
    for (size_t I = 0; I < Out.size(); ++I) {
      Cross.Known[Out[I]] = Part->Known[I];
      Cross.Unknown[Out[I]] = Part->Unknown[I];
      if (!Part->Seconds.empty())
        Cross.Seconds[Out[I]] = Part->Seconds[I];
    }
  }
  return Cross;
}

void scorePredictions(ScoredFamily &S, const Dataset &Data,
                      ArrayRef<double> Predicted) {
  if (!all_of(Predicted, [](double E) { return std::isfinite(E) && E > 0; })) {
    S.Failed = "it predicts no energy above 0 for some runs";
    return;
  }
  S.Errors = summarizeErrors(Predicted, Data.Y);
  std::vector<size_t> GroupOf = Data.groupNumbers();
  std::vector<double> Sum(Data.groupNames().size());
  std::vector<double> N(Sum.size());
  for (size_t Row = 0; Row < Data.rows(); ++Row) {
    Sum[GroupOf[Row]] += 100 * std::abs(Predicted[Row] / Data.Y[Row] - 1);
    N[GroupOf[Row]] += 1;
  }
  for (size_t G = 0; G < Sum.size(); ++G)
    Sum[G] /= N[G];
  S.ScorePercent = mean(Sum);
  S.StandardErrorPercent =
      standardDeviation(Sum) / std::sqrt(static_cast<double>(Sum.size()));
}

std::vector<ScoredFamily>
scoreCandidates(ArrayRef<RunCandidate> Candidates, const Dataset &Data,
                ArrayRef<unsigned> FoldOf,
                std::vector<CrossPredictions> &Cross) {
  std::vector<ScoredFamily> Scores(Candidates.size());
  Cross.assign(Candidates.size(), {});
  parallelFor(Candidates.size(), [&](size_t I) {
    const RunCandidate &C = Candidates[I];
    ScoredFamily &S = Scores[I];
    S.Name = C.Set->Name.str();
    S.Sessions = C.Sessions;
    if (C.Columns.empty()) {
      S.Failed = "all its columns are 0 in nearly every run";
      return;
    }
    S.Coefficients = C.Form->coefficients(Data);
    Expected<CrossPredictions> Found = crossPredict(C, Data, FoldOf);
    if (!Found) {
      S.Failed = message(Found.takeError());
      return;
    }
    Cross[I] = std::move(*Found);
    scorePredictions(S, Data, Cross[I].Known);
  });
  return Scores;
}

std::optional<size_t> chooseCandidate(ArrayRef<ScoredFamily> Scores) {
  std::optional<size_t> Best;
  for (size_t I = 0; I < Scores.size(); ++I)
    if (Scores[I].Failed.empty() &&
        (!Best || Scores[I].ScorePercent < Scores[*Best].ScorePercent))
      Best = I;
  if (!Best)
    return std::nullopt;
  double Within =
      Scores[*Best].ScorePercent + Scores[*Best].StandardErrorPercent;
  size_t Chosen = *Best;
  for (size_t I = 0; I < Scores.size(); ++I)
    if (Scores[I].Failed.empty() && Scores[I].ScorePercent <= Within &&
        (Scores[I].Coefficients < Scores[Chosen].Coefficients ||
         (Scores[I].Coefficients == Scores[Chosen].Coefficients &&
          Scores[I].ScorePercent < Scores[Chosen].ScorePercent)))
      Chosen = I;
  return Chosen;
}

} // namespace toscount
