//===- SearchCandidates.cpp - what is known of a search's candidates ------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "SearchCandidates.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Parallel.h"
#include "toscount/Zoo/Zoo.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace llvm;

namespace toscount::tool {

RunSpec specOf(const SearchCandidate &C, const RunSpec &Base) {
  RunSpec Spec = Base;
  Spec.Model = C.Model;
  if (Spec.Options.Loss.empty())
    Spec.Options.Loss = publishedLoss(C.Model);
  for (const auto &[Axis, Value] : C.Settings) {
    if (Axis == "batch") {
      int64_t Batch = 0;
      (void)StringRef(Value).getAsInteger(10, Batch);
      Spec.Options.Batch = Batch;
      Spec.Plan.Batch = Batch;
    } else if (Axis == "optimizer") {
      Spec.Options.Optimizer = Value;
    } else if (Axis == "dtype") {
      Spec.Options.Datatype = elementTypeFromName(Value);
    }
  }
  return Spec;
}

namespace {

class Gatherer {
public:
  Gatherer(const SearchSpace &Space, const RunSpec &Base,
           const CandidateOptions &Predict)
      : Space(Space), Base(Base), Predict(Predict) {}

  /// Without \p Of nothing is known, and nothing is asked of outcomes.
  Expected<SearchSurface> run(std::optional<Objective> Of, size_t Trainings) {
    Expected<std::vector<SearchCandidate>> All = gridOf(Space);
    if (!All)
      return All.takeError();
    Candidates = std::move(*All);
    Errors.resize(Candidates.size());
    Figures.resize(Candidates.size());
    Outcomes.resize(Candidates.size());
    if (Error E = check())
      return E;
    if (Space.hasModels())
      describeModels();
    if (Of)
      gatherOutcomes();
    keepGood();
    if (S.Candidates.empty())
      return makeError(printable(Space.Path) +
                       ": every candidate failed: " + FirstError);
    if (Of)
      if (Error E = checkObjective(*Of))
        return E;
    S.Points = describe(Space, S.Candidates, GoodFigures);
    if (!Of)
      S.Known.clear();
    for (Outcome &O : S.Known)
      O.Spent = O.Energy.value_or(0) * static_cast<double>(Trainings);
    return std::move(S);
  }

private:
  [[nodiscard]] Error check() const {
    if (Predict.Of && !Space.hasModels())
      return makeError(printable(Space.Path) +
                       ": --profile predicts models, and the table has no "
                       "column 'model'");
    if (!Predict.Of || Base.Plan.Samples > 0)
      return Error::success();
    return makeError("--profile needs --samples, the size of the data set");
  }

  void describeModels() {
    StringMap<size_t> First;
    std::vector<size_t> Unique, Own;
    for (size_t I = 0; I < Candidates.size(); ++I) {
      auto [It, New] = First.try_emplace(Candidates[I].Model, Unique.size());
      if (New)
        Unique.push_back(I);
      Own.push_back(It->second);
    }
    std::vector<ModelFigures> Of(Unique.size());
    std::vector<std::string> Problems(Unique.size());
    parallelFor(Unique.size(), [&](size_t I) {
      Expected<ModelFigures> F =
          describeModel(specOf(Candidates[Unique[I]], Base), Registry);
      if (F)
        Of[I] = std::move(*F);
      else
        Problems[I] = message(F.takeError());
    });
    for (size_t I = 0; I < Candidates.size(); ++I) {
      Figures[I] = Of[Own[I]];
      Errors[I] = Problems[Own[I]];
    }
  }

  void gatherOutcomes() {
    bool Measured = false;
    for (size_t I = 0; I < Candidates.size(); ++I) {
      Outcomes[I].Accuracy = Candidates[I].Accuracy;
      Outcomes[I].Energy = Candidates[I].Energy;
      Measured |= Candidates[I].Accuracy.has_value();
    }
    if (Measured)
      S.Sources.push_back("accuracy: the table");
    if (!Predict.Of) {
      S.Unit = Space.Unit;
      if (!S.Unit.empty())
        S.Sources.push_back("energy: the table");
      return;
    }
    S.Unit = Predict.Of->Unit;
    S.Sources.push_back("energy: predicted by profile '" + Predict.Of->Name +
                        "' (" + Predict.Of->Hardware + ")");
    std::vector<RunSpec> Specs;
    for (const SearchCandidate &C : Candidates)
      Specs.push_back(specOf(C, Base));
    std::vector<Candidate> Predicted =
        measureCandidates(Specs, Predict, Registry);
    std::vector<const Candidate *> Pointers;
    size_t Beyond = 0, Accuracies = 0;
    for (size_t I = 0; I < Predicted.size(); ++I) {
      Pointers.push_back(&Predicted[I]);
      if (!Predicted[I].Error.empty()) {
        Errors[I] = Predicted[I].Error;
        continue;
      }
      Outcomes[I].Energy = Predicted[I].Predicted->Energy;
      if (!Outcomes[I].Accuracy && Predicted[I].Accuracy) {
        Outcomes[I].Accuracy = Predicted[I].Accuracy->Value;
        ++Accuracies;
      }
      Beyond += Predicted[I].Predicted->isBeyond() ? 1 : 0;
    }
    if (Accuracies > 0)
      S.Sources.push_back("accuracy: predicted by learning curves");
    if (Beyond > 0)
      S.Notes.push_back(std::to_string(Beyond) + " of " +
                        std::to_string(Predicted.size()) +
                        " candidates lie outside the calibrated range: their "
                        "energies may be off by more than the profile says");
  }

  /// Leaves out what failed, the first few by name.
  void keepGood() {
    constexpr size_t Named = 5;
    for (size_t I = 0; I < Candidates.size(); ++I) {
      if (Errors[I].empty()) {
        S.Candidates.push_back(std::move(Candidates[I]));
        GoodFigures.push_back(std::move(Figures[I]));
        S.Known.push_back(Outcomes[I]);
        continue;
      }
      if (FirstError.empty())
        FirstError = Errors[I];
      if (++S.Failed <= Named)
        S.Notes.push_back("left out: " + Errors[I]);
    }
    if (S.Failed > Named)
      S.Notes.push_back("left out: " + std::to_string(S.Failed - Named) +
                        " more");
  }

  [[nodiscard]] Error checkObjective(Objective Of) const {
    auto Missing = [&](auto Has) {
      return any_of(S.Known, [&](const Outcome &O) { return !Has(O); });
    };
    if (needsAccuracy(Of) &&
        Missing([](const Outcome &O) { return O.Accuracy.has_value(); }))
      return makeError(printable(Space.Path) + ": objective '" + name(Of) +
                       "' needs accuracies, and nothing tells them; a table "
                       "has a column of them (--accuracy COLUMN), --objective "
                       "energy needs none");
    if (needsEnergy(Of) && S.Unit.empty())
      return makeError(printable(Space.Path) + ": objective '" + name(Of) +
                       "' needs energies: give --profile, or a table with a "
                       "column of them");
    return Error::success();
  }

  const SearchSpace &Space;
  const RunSpec &Base;
  const CandidateOptions &Predict;
  OpRegistry Registry;
  std::vector<SearchCandidate> Candidates;
  std::vector<std::string> Errors;
  std::vector<ModelFigures> Figures, GoodFigures;
  std::vector<Outcome> Outcomes;
  std::string FirstError;
  SearchSurface S;
};

} // namespace

Expected<SearchSurface> surfaceOf(const SearchSpace &Space, const RunSpec &Base,
                                  const CandidateOptions &Predict, Objective Of,
                                  size_t Trainings) {
  return Gatherer(Space, Base, Predict).run(Of, Trainings);
}

Expected<SearchSurface> surfaceToMeasure(const SearchSpace &Space,
                                         const RunSpec &Base) {
  CandidateOptions Nothing;
  return Gatherer(Space, Base, Nothing).run(std::nullopt, 1);
}

} // namespace toscount::tool
