//===- Candidate.cpp - a model that could be trained ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/Candidate.h"

#include "toscount/Prediction/Emissions.h"
#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Parallel.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace llvm;

namespace toscount {

Expected<CandidateCounts> countCosts(const RunSpec &Spec,
                                     const OpRegistry &Registry) {
  Expected<CountedModel> Step = countPath(Spec.Model, Registry, Spec.Options);
  if (!Step)
    return Step.takeError();
  const ModelCounts &Counts = Step->Counts;
  auto Named = [&](Error E) {
    return withContext(std::move(E), printable(Spec.Model));
  };
  Expected<CostTable> Table = lower(Counts, Spec.Lowering);
  if (!Table)
    return Named(Table.takeError());
  CandidateCounts Result;
  Result.Parameters = Counts.Parameters;
  Result.LowerBound = Counts.LowerBound;
  Result.Warnings = Counts.Warnings;
  Result.Estimate =
      any_of(Counts.Layers, [](const LayerCounts &L) { return L.Estimate; });
  Result.Total = Table->All;
  if (Spec.Plan.Samples == 0)
    return Result;
  if (!Counts.Batch)
    return Named(makeError("--samples needs the batch size, and the inputs do "
                           "not agree on their first dimension; bind it with "
                           "--batch"));
  RunPlan Plan{Spec.Plan.Samples, *Counts.Batch, Spec.Plan.Epochs};
  int64_t Rest = Plan.Samples % Plan.Batch;
  CountedModel Last;
  std::optional<CostTable> LastTable;
  if (Rest != 0) {
    Expected<CountedModel> Counted = countLastBatch(Counts, Rest, Registry);
    if (!Counted)
      return Counted.takeError();
    Last = std::move(*Counted);
    Expected<CostTable> Lowered = lower(Last.Counts, Spec.Lowering);
    if (!Lowered)
      return Named(Lowered.takeError());
    LastTable = std::move(*Lowered);
  }
  Expected<RunCost> Run =
      lowerRun(Plan, *Table, LastTable ? &*LastTable : nullptr);
  if (!Run)
    return Named(Run.takeError());
  Result.Total = Run->All;
  return Result;
}

namespace {

class Measurer {
public:
  Measurer(Candidate &C, const CandidateOptions &Options,
           FeatureCounter &Counter, const OpRegistry &Registry)
      : C(C), Options(Options), Counter(Counter), Registry(Registry) {
    Predict.Level = Options.Level;
    Predict.Session = Options.Session;
  }

  Error run() {
    if (Options.Of)
      if (Error E = chooseProfile())
        return E;
    if (C.Spec.Plan.Samples > 0)
      if (Error E = predictTraining())
        return E;
    Expected<CandidateCounts> Counts = countCosts(C.Spec, Registry);
    if (!Counts)
      return Counts.takeError();
    C.Counts = std::move(*Counts);
    if (!Options.Of)
      return Error::success();
    Expected<Prediction> Predicted =
        predictSpec(*C.By, C.Spec, Counter, Predict);
    if (!Predicted)
      return Predicted.takeError();
    C.Predicted = std::move(*Predicted);
    widenByStop();
    if (C.Predicted->Unit == "J")
      C.EmissionsGrams =
          emissionsGrams(C.Predicted->Energy, Options.Pue, Options.GramsPerKwh);
    return Error::success();
  }

private:
  /// The profile outside of whose range the fewest features lie; the first of
  /// equals.
  Error chooseProfile() {
    C.By = Options.Of;
    if (Options.More.empty())
      return Error::success();
    std::optional<size_t> Fewest;
    std::vector<const Profile *> All = {Options.Of};
    All.insert(All.end(), Options.More.begin(), Options.More.end());
    for (const Profile *P : All) {
      Expected<Prediction> Try = predictSpec(*P, C.Spec, Counter, Predict);
      if (!Try)
        return Try.takeError();
      if (Fewest && Try->Beyond.size() >= *Fewest)
        continue;
      Fewest = Try->Beyond.size();
      C.By = P;
    }
    return Error::success();
  }

  /// Epochs until the stop, and accuracy by then.
  Error predictTraining() {
    std::string Why;
    std::optional<FamilyMember> M = findFamily(Options.Curves, C.Spec, Why);
    if (!Why.empty())
      C.Notes.push_back("accuracy is not predicted: " + Why);
    if (Error E = predictStopOf(M))
      return E;
    if (!M)
      return Error::success();
    auto Epochs = static_cast<double>(C.Spec.Plan.Epochs);
    C.Accuracy = predictAccuracy(*M, Epochs, Options.Level);
    C.AccuracyFrom = M->Of->Name;
    const AccuracyFamily &F = *M->Family;
    std::string Optimizer = C.Spec.Options.Optimizer;
    if (C.Spec.Plan.Batch != F.Batch || Optimizer != F.Optimizer)
      C.Notes.push_back("accuracy: the learning curves '" + M->Of->Name +
                        "' are of batch " + std::to_string(F.Batch) +
                        " and optimizer " + F.Optimizer +
                        "; for another it is a guess");
    if (Epochs > F.MostEpochs)
      C.Notes.push_back("accuracy: the learning curves '" + M->Of->Name +
                        "' end at epoch " + numberText(F.MostEpochs));
    return Error::success();
  }

  Error predictStopOf(const std::optional<FamilyMember> &M) {
    using What = StopRule::What;
    if (Options.Stop.Of == What::Epochs)
      return Error::success();
    auto Most = static_cast<double>(C.Spec.Plan.Epochs);
    if (Options.Stop.Of == What::Energy) {
      if (!C.By)
        return Error::success();
      Expected<double> One = energyAt(1), Two = energyAt(2);
      if (!One || !Two)
        return joinErrors(One.takeError(), Two.takeError());
      double Epoch = *Two - *One;
      double Epochs =
          Epoch > 0 ? std::ceil((Options.Stop.Value - *One) / Epoch - 1e-9) + 1
                    : Most;
      if (Epochs < Most)
        C.Stop = PredictedFigure{std::max(1.0, Epochs), {}, {}, 0};
    } else if (!M) {
      return makeError(printable(C.Spec.Model) +
                       ": no learning curve says when training ends by " +
                       name(Options.Stop.Of) +
                       "; leave out --stop, and give --epochs");
    } else {
      C.Stop = predictStop(*M, Options.Stop, Most, Options.Level);
    }
    if (!C.Stop) {
      C.Notes.push_back("training does not stop by " +
                        name(Options.Stop.Of).str() + " within " +
                        std::to_string(C.Spec.Plan.Epochs) + " epochs");
      return Error::success();
    }
    C.Spec.Plan.Epochs = std::max<int64_t>(1, std::llround(C.Stop->Value));
    return Error::success();
  }

  Expected<double> energyAt(int64_t Epochs) {
    RunSpec Spec = C.Spec;
    Spec.Plan.Epochs = Epochs;
    Expected<Prediction> P = predictSpec(*C.By, Spec, Counter, Predict);
    if (!P)
      return P.takeError();
    return P->Energy;
  }

  /// Energy is uncertain by the stop, too: nearly proportional to the epochs.
  void widenByStop() {
    Prediction &P = *C.Predicted;
    if (!C.Stop || !C.Stop->Low || !P.Low)
      return;
    auto Widen = [](double Value, double End, double StopEnd, double Stop) {
      return Value * std::exp((End < Value ? -1 : 1) *
                              std::hypot(std::log(End / Value),
                                         std::log(StopEnd / Stop)));
    };
    P.Low = Widen(P.Energy, *P.Low, *C.Stop->Low, C.Stop->Value);
    P.High = Widen(P.Energy, *P.High, *C.Stop->High, C.Stop->Value);
    P.Level = std::min(P.Level, C.Stop->Level);
  }

  Candidate &C;
  const CandidateOptions &Options;
  FeatureCounter &Counter;
  const OpRegistry &Registry;
  PredictOptions Predict;
};

} // namespace

PredictedFigure efficiencyOf(const PredictedFigure &Accuracy,
                             const Prediction &Energy) {
  PredictedFigure E;
  E.Value = Accuracy.Value / Energy.Energy;
  if (!Accuracy.Low || !Energy.Low || !(Accuracy.Value > 0))
    return E;
  auto Width = [](double A, double B) { return std::hypot(A, B); };
  double Down = *Accuracy.Low > 0
                    ? Width(std::log(Accuracy.Value / *Accuracy.Low),
                            std::log(*Energy.High / Energy.Energy))
                    : INFINITY;
  E.Low = E.Value * std::exp(-Down);
  E.High = E.Value * std::exp(Width(std::log(*Accuracy.High / Accuracy.Value),
                                    std::log(Energy.Energy / *Energy.Low)));
  E.Level = std::min(Accuracy.Level, Energy.Level);
  return E;
}

std::vector<Candidate> measureCandidates(ArrayRef<RunSpec> Specs,
                                         const CandidateOptions &Options,
                                         const OpRegistry &Registry) {
  std::vector<Candidate> All(Specs.size());
  FeatureCounter Counter(Registry);
  parallelFor(Specs.size(), [&](size_t I) {
    All[I].Spec = Specs[I];
    if (Error E = Measurer(All[I], Options, Counter, Registry).run())
      All[I].Error = message(std::move(E));
  });
  return All;
}

std::string sharedFailure(ArrayRef<Candidate> All) {
  auto Reason = [](const Candidate &C) {
    StringRef Why = C.Error;
    (void)(Why.consume_front(printable(C.Spec.Model)) &&
           Why.consume_front(": "));
    return Why;
  };
  if (All.empty() || All.front().Error.empty() ||
      !all_of(All, [&](const Candidate &C) {
        return Reason(C) == Reason(All.front());
      }))
    return {};
  return Reason(All.front()).str();
}

std::vector<std::string> sharedNotes(ArrayRef<const Candidate *> All) {
  auto Of = [](const Candidate &C) {
    std::vector<std::string> Notes = C.Counts.Warnings;
    Notes.insert(Notes.end(), C.Notes.begin(), C.Notes.end());
    if (C.Predicted)
      Notes.insert(Notes.end(), C.Predicted->Notes.begin(),
                   C.Predicted->Notes.end());
    return Notes;
  };
  std::vector<std::vector<std::string>> Notes;
  for (const Candidate *C : All)
    if (C->Error.empty())
      Notes.push_back(Of(*C));
  std::vector<std::string> Shared, Result;
  if (!Notes.empty())
    for (const std::string &N : Notes.front())
      if (!is_contained(Shared, N) &&
          all_of(Notes, [&](const auto &Own) { return is_contained(Own, N); }))
        Shared.push_back(N);
  Result = Shared;
  // Note to the models that have it, in the order in which they come up.
  std::vector<std::pair<std::string, std::vector<std::string>>> Own;
  for (const Candidate *C : All) {
    if (!C->Error.empty())
      continue;
    for (const std::string &N : Of(*C)) {
      if (is_contained(Shared, N))
        continue;
      auto At = find_if(Own, [&](const auto &O) { return O.first == N; });
      if (At == Own.end())
        At = Own.insert(Own.end(), {N, {}});
      At->second.push_back(printable(C->Spec.Model));
    }
  }
  for (const auto &[Note, Models] : Own) {
    size_t More = Models.size() - 1;
    Result.push_back(Models.front() +
                     (More == 0 ? ""
                                : " and " + std::to_string(More) +
                                      (More == 1 ? " other" : " others")) +
                     ": " + Note);
  }
  return Result;
}

} // namespace toscount
