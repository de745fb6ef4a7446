//===- Candidate.cpp - a model that could be trained ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/Candidate.h"

#include "toscount/Prediction/Emissions.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Parallel.h"

#include "llvm/ADT/STLExtras.h"

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

static Error measure(Candidate &C, const CandidateOptions &Options,
                     FeatureCounter &Counter, const OpRegistry &Registry) {
  Expected<CandidateCounts> Counts = countCosts(C.Spec, Registry);
  if (!Counts)
    return Counts.takeError();
  C.Counts = std::move(*Counts);
  if (!Options.Of)
    return Error::success();
  PredictOptions Predict;
  Predict.Level = Options.Level;
  Predict.Session = Options.Session;
  Expected<Prediction> Predicted =
      predictSpec(*Options.Of, C.Spec, Counter, Predict);
  if (!Predicted)
    return Predicted.takeError();
  C.Predicted = std::move(*Predicted);
  if (C.Predicted->Unit == "J")
    C.EmissionsGrams =
        emissionsGrams(C.Predicted->Energy, Options.Pue, Options.GramsPerKwh);
  return Error::success();
}

std::vector<Candidate> measureCandidates(ArrayRef<RunSpec> Specs,
                                         const CandidateOptions &Options,
                                         const OpRegistry &Registry) {
  std::vector<Candidate> All(Specs.size());
  FeatureCounter Counter(Registry);
  parallelFor(Specs.size(), [&](size_t I) {
    All[I].Spec = Specs[I];
    if (Error E = measure(All[I], Options, Counter, Registry))
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
  for (const Candidate *C : All) {
    if (!C->Error.empty())
      continue;
    for (const std::string &N : Of(*C))
      if (!is_contained(Shared, N))
        Result.push_back(printable(C->Spec.Model) + ": " + N);
  }
  return Result;
}

} // namespace toscount
