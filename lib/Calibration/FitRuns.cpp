//===- FitRuns.cpp - from measured runs to a profile ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/FitRuns.h"

#include "RunCandidates.h"
#include "RunOuter.h"
#include "RunProfile.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>
#include <set>

using namespace llvm;

namespace toscount {
namespace {

class RunFitter {
public:
  RunFitter(ArrayRef<RunRecord> Records, const OpRegistry &Registry,
            const RunFitOptions &Options)
      : Records(Records), Registry(Registry), Options(Options) {}

  Expected<RunFit> run() {
    if (Records.empty())
      return makeError("there are no runs to fit");
    if (Error E = checkFittedTogether(Records))
      return E;
    if (Error E = count())
      return E;
    if (Error E = checkEnergies(Data))
      return E;
    FoldOf = groupFolds(Data, Options.Folds);
    Fit.Folds = 1 + *std::max_element(FoldOf.begin(), FoldOf.end());
    Fit.Groups = Data.groupNames().size();
    Tried = makeCandidates(Data, Runs, Options);
    Fit.Candidates = scoreCandidates(Tried, Data, FoldOf, Cross);
    std::optional<size_t> Chosen = chooseCandidate(Fit.Candidates);
    if (!Chosen)
      return makeError(Records.front().File + ": no family could be fitted; '" +
                       Fit.Candidates.front().Name +
                       "': " + Fit.Candidates.front().Failed);
    Fit.Chosen = *Chosen;
    describeRuns(Records, Data, Options, Fit.Found);
    Fit.Found.Operators.assign(Operators.begin(), Operators.end());
    if (Error E = fitChosen())
      return E;
    addBaselines(Data, FoldOf, Fit.Folds, Fit.Candidates, Fit.Found);
    if (Error E = judge())
      return E;
    if (Error E = checkProfile(Fit.Found))
      return E;
    return std::move(Fit);
  }

private:
  Error count() {
    std::vector<RunSpec> Specs;
    for (const RunRecord &R : Records) {
      Expected<RunSpec> Spec = specOf(R);
      if (!Spec)
        return Spec.takeError();
      Specs.push_back(std::move(*Spec));
    }
    FeatureCounter Counter(Registry);
    std::vector<CountedRun> Counted = countRuns(Specs, Counter);
    for (const FeatureInfo &I : FeatureTable)
      Data.Columns.push_back({I.Name.str(), I.Unit.str()});
    Data.Response = {"energy", Records.front().Energy.Unit};
    for (size_t I = 0; I < Records.size(); ++I) {
      if (!Counted[I].Error.empty())
        return makeError(Records[I].where() + ": " + Counted[I].Error);
      FeatureVector &All = Counted[I].Features.All;
      if (Options.Windows)
        All[Feature::Run] = 0; // A column of zeros has no price.
      const std::vector<std::string> &Ops = Counted[I].Features.Operators;
      Operators.insert(Ops.begin(), Ops.end());
      Data.X.insert(Data.X.end(), All.values().begin(), All.values().end());
      KernelSet &Kernels = Runs->Kernels.emplace_back();
      for (const KernelGroup &G : All.Kernels.groups())
        Kernels.add(G);
      Data.Y.push_back(Records[I].Energy.Value);
      Data.Group.push_back(Records[I].group().str());
      Data.Session.push_back(Records[I].Session);
    }
    if (all_of(Records,
               [](const RunRecord &R) { return R.Seconds && *R.Seconds > 0; }))
      for (const RunRecord &R : Records)
        Runs->Seconds.push_back(*R.Seconds);
    return Error::success();
  }

  const RunCandidate &chosen() const { return Tried[Fit.Chosen]; }
  const CrossPredictions &predictions() const { return Cross[Fit.Chosen]; }

  Error fitChosen() {
    const RunCandidate &C = chosen();
    Expected<std::unique_ptr<FittedModel>> Model = C.Form->fit(Data);
    if (!Model)
      return Model.takeError();
    if (Options.Replicates > 0) {
      BootstrapOptions B;
      B.Replicates = Options.Replicates;
      B.Seed = Options.Seed;
      Expected<Bootstrap> Spread = bootstrapGroups(**Model, Data, B);
      if (Spread)
        for (size_t I = 0; I < (*Model)->Coefficients.size(); ++I)
          (*Model)->Coefficients[I].StandardError = Spread->StandardError[I];
      else
        (*Model)->Notes.push_back("no standard errors: " +
                                  message(Spread.takeError()));
    }
    ProfileFamily F =
        profileFamily((*Model)->Coefficients, C.Set->Name, FamilyRole::Energy,
                      C.kind(), Data.Response.Unit);
    F.Notes = (*Model)->Notes;
    addScores(F);
    for (const auto &[Name, Factor] : (*Model)->SessionFactors)
      Fit.Found.Sessions.push_back({Name, Factor});
    if (C.Sessions)
      Fit.Found.UnknownSession = unknownFactor(**Model, Data);
    Fit.Found.Families.push_back(std::move(F));
    if (!Runs->Seconds.empty())
      fitTime(**Model);
    return Error::success();
  }

  /// Its own first, as of sessions that are known and then unknown.
  void addScores(ProfileFamily &F) const {
    for (const ScoredFamily &S : Fit.Candidates) {
      if (!S.Failed.empty())
        continue;
      bool Own = &S == &Fit.Candidates[Fit.Chosen];
      ProfileScores P = profileScores(S, Fit.Folds);
      if (!Own)
        P.Method += ", candidate '" + S.Name + "'";
      if (S.Sessions)
        P.Method += ", sessions known";
      F.Scores.insert(Own ? F.Scores.begin() : F.Scores.end(), std::move(P));
    }
    if (!chosen().Sessions)
      return;
    ScoredFamily Unknown;
    scorePredictions(Unknown, Data, predictions().Unknown);
    ProfileScores P = profileScores(Unknown, Fit.Folds);
    P.Method += ", sessions unknown";
    F.Scores.insert(F.Scores.begin() + 1, std::move(P));
  }

  /// A roofline's own times, or the chosen columns fitted to seconds.
  void fitTime(const FittedModel &Energy) {
    const RunCandidate &C = chosen();
    ProfileFamily F;
    std::vector<double> Seconds = predictions().Seconds;
    if (C.kind() == FamilyKind::Roofline) {
      F = profileFamily(static_cast<const RooflineModel &>(Energy).Time, "time",
                        FamilyRole::Time, C.kind(), "s");
    } else {
      Dataset Times = Data;
      Times.Response = {"time", "s"};
      Times.Y = Runs->Seconds;
      LinearOptions Linear = linearOptions(Times, *C.Set, false);
      Expected<std::unique_ptr<LinearModel>> Model = fitLinear(Times, Linear);
      Expected<std::vector<double>> Found =
          crossValidate(*linearFamily(Linear), Times, FoldOf);
      if (!Model || !Found) {
        consumeError(Model ? Error::success() : Model.takeError());
        consumeError(Found ? Error::success() : Found.takeError());
        return;
      }
      F = profileFamily((*Model)->Coefficients, "time", FamilyRole::Time,
                        C.kind(), "s");
      F.Notes = (*Model)->Notes;
      Seconds = std::move(*Found);
    }
    ScoredFamily S;
    S.Errors = summarizeErrors(Seconds, Runs->Seconds);
    F.Scores = {profileScores(S, Fit.Folds)};
    Fit.Found.Families.push_back(std::move(F));
  }

  /// Intervals, and everything that is judged from outside.
  Error judge() {
    if (Error E = addIntervals(chosen(), predictions(), Data, Fit.Found))
      return E;
    ArrayRef<RunCandidate> All = Tried;
    if (!Fit.Found.Intervals.empty())
      // Too few groups have no outer folds.
      consumeError(judgeNested(Options.Nested ? All : All.slice(Fit.Chosen, 1),
                               Data, Options.Folds, Fit));
    if (!Options.Nested)
      Fit.Nested.reset();
    if (Options.Learning)
      Fit.Learning = learn(chosen(), Data, FoldOf, Options.Seed);
    listRows();
    return Error::success();
  }

  void listRows() {
    // The level that is asked for most; the highest there is below it.
    const IntervalWidth *W = nullptr;
    for (const IntervalWidth &I : Fit.Found.Intervals)
      if (I.Level <= 0.9)
        W = &I;
    for (size_t I = 0; I < Records.size(); ++I) {
      const RunRecord &R = Records[I];
      PredictedRun P{R.File,
                     static_cast<int64_t>(R.Line),
                     R.Model,
                     Data.Group[I],
                     R.Session,
                     Data.Y[I],
                     predictions().Known[I],
                     {},
                     {},
                     0};
      if (W != nullptr) {
        double Width = W->width(P.Predicted, false, chosen().Sessions);
        P.Low = P.Predicted * std::exp(-Width);
        P.High = P.Predicted * std::exp(Width);
        P.Level = W->Level;
      }
      Fit.Rows.push_back(std::move(P));
    }
  }

  ArrayRef<RunRecord> Records;
  const OpRegistry &Registry;
  const RunFitOptions &Options;
  Dataset Data;
  std::set<std::string> Operators; ///< Of all runs.
  std::shared_ptr<RooflineRuns> Runs = std::make_shared<RooflineRuns>();
  std::vector<unsigned> FoldOf;
  std::vector<RunCandidate> Tried;
  std::vector<CrossPredictions> Cross; ///< Of each that was tried.
  RunFit Fit;
};

} // namespace

Expected<RunFit> fitRuns(ArrayRef<RunRecord> Records,
                         const OpRegistry &Registry,
                         const RunFitOptions &Options) {
  return RunFitter(Records, Registry, Options).run();
}

} // namespace toscount
