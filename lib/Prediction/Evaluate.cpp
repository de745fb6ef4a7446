//===- Evaluate.cpp - predictions held against measurements ---------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/Evaluate.h"

#include "toscount/Prediction/LayerProfiles.h"
#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Parallel.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <map>
#include <set>

using namespace llvm;

namespace toscount {

static Error checkPart(const Profile &P, const RunSpec &Spec) {
  if (Spec.Plan.Part == P.Part)
    return Error::success();
  auto Say = [](RunPart Part) {
    return Part == RunPart::Whole ? "whole runs"
                                  : "the " + name(Part).str() + " phase alone";
  };
  return makeError(printable(Spec.Model) + ": the profile is of " +
                   Say(P.Part) + ", not of " + Say(Spec.Plan.Part));
}

Expected<Prediction> predictSpec(const Profile &P, const RunSpec &Spec,
                                 FeatureCounter &Counter,
                                 PredictOptions Options, RunFeatures *Counted) {
  if (Error E = checkPart(P, Spec))
    return E;
  RunSpec AtProfile = Spec;
  AtProfile.Options.Datatype = P.Dtype;
  Expected<RunFeatures> Run = Counter.count(AtProfile);
  if (!Run)
    return Run.takeError();
  std::string Scaled;
  if (Spec.Options.Datatype != std::optional(P.Dtype)) {
    Expected<RunFeatures> Wanted = Counter.count(Spec);
    if (!Wanted)
      return Wanted.takeError();
    // A model's own types are the profile's, as often as not.
    double Ratio = Wanted->All[Feature::TOs] / Run->All[Feature::TOs];
    if (Ratio != 1) {
      Options.Scale *= Ratio;
      Scaled = "the profile is of " + name(P.Dtype).str() + ": energy of " +
               (Spec.Options.Datatype ? name(*Spec.Options.Datatype).str()
                                      : "the model's own datatypes") +
               " is estimated by its TOs, " + roundedText(Ratio, 3) +
               " times as many";
    }
  }
  Expected<Prediction> Result = predictRun(P, *Run, Options);
  if (!Result)
    return withContext(Result.takeError(), printable(Spec.Model));
  if (!Scaled.empty())
    Result->Notes.push_back(Scaled);
  std::vector<std::string> Unknown;
  for (const std::string &Op : Run->Operators)
    if (!P.Operators.empty() && !is_contained(P.Operators, Op))
      Unknown.push_back(printable(Op));
  if (!Unknown.empty())
    Result->Notes.push_back("no calibrating run had these operators: " +
                            llvm::join(Unknown, ", "));
  if (P.Estimated)
    Result->Notes.push_back("the profile is fitted to estimated energies, not "
                            "to measured ones");
  if (Counted != nullptr)
    *Counted = std::move(*Run);
  return Result;
}

bool EvaluationRow::covered() const {
  return Result.Low && *Result.Low <= measured() && measured() <= *Result.High;
}

double fitStartUp(ArrayRef<double> Energies, ArrayRef<double> Measured) {
  // sum |C - (m - e)| / m is least at the median of m - e, weighted by 1 / m.
  std::vector<std::pair<double, double>> Rest;
  double Half = 0;
  for (size_t I = 0; I < Measured.size(); ++I) {
    Rest.emplace_back(Measured[I] - Energies[I], 1 / Measured[I]);
    Half += Rest.back().second / 2;
  }
  llvm::sort(Rest);
  double Sum = 0;
  for (const auto &[Constant, Weight] : Rest)
    if ((Sum += Weight) >= Half)
      return std::max(Constant, 0.0);
  return 0;
}

namespace {

/// The rows that were predicted, as two columns.
struct Columns {
  std::vector<double> Predicted, Measured;
  void add(double P, double M) {
    Predicted.push_back(P);
    Measured.push_back(M);
  }
  [[nodiscard]] ErrorSummary sum() const {
    return summarizeErrors(Predicted, Measured);
  }
};

/// Of a sum of layers.
void predictRow(ArrayRef<Profile> Layers, const OpRegistry &Registry,
                EvaluationRow &Row) {
  Expected<RunSpec> Spec = specOf(*Row.Record);
  if (!Spec) {
    Row.Error = message(Spec.takeError());
    return;
  }
  Expected<Prediction> Result = predictLayers(Layers, *Spec, Registry);
  if (Result)
    Row.Result = std::move(*Result);
  else
    Row.Error = Row.Record->where() + ": " + message(Result.takeError());
}

void predictRow(const Profile &P, FeatureCounter &Counter, double Level,
                EvaluationRow &Row) {
  Expected<RunSpec> Spec = specOf(*Row.Record);
  if (!Spec) {
    Row.Error = message(Spec.takeError());
    return;
  }
  RunFeatures Counted;
  PredictOptions Options;
  Options.Level = Level;
  Options.Session = Row.Record->Session;
  Expected<Prediction> Result =
      predictSpec(P, *Spec, Counter, Options, &Counted);
  if (!Result) {
    Row.Error = Row.Record->where() + ": " + message(Result.takeError());
    return;
  }
  Row.Result = std::move(*Result);
  for (const ProfileFamily &F : P.Families)
    if (F.Role == FamilyRole::Baseline)
      Row.Baselines.push_back(F.predict(Counted.All));
}

void summarize(Evaluation &E) {
  Columns All;
  std::vector<Columns> Baselines(E.Baselines.size());
  MapVector<StringRef, Columns, std::map<StringRef, unsigned>> Groups;
  size_t Covered = 0, WithInterval = 0;
  for (const EvaluationRow &Row : E.Rows) {
    if (!Row.Error.empty()) {
      ++E.Failed;
      continue;
    }
    All.add(Row.Result.Energy, Row.measured());
    Groups[Row.Record->group()].add(Row.Result.Energy, Row.measured());
    for (size_t I = 0; I < Baselines.size(); ++I)
      Baselines[I].add(Row.Baselines[I], Row.measured());
    WithInterval += Row.Result.Low ? 1 : 0;
    Covered += Row.covered() ? 1 : 0;
    E.Beyond += Row.Result.isBeyond() ? 1 : 0;
    if (Row.Result.Low)
      E.Level = Row.Result.Level;
  }
  if (All.Measured.empty())
    return;
  E.Errors = All.sum();
  if (E.StartUp) {
    Columns Above;
    for (size_t I = 0; I < All.Measured.size(); ++I)
      if (All.Measured[I] > *E.StartUp)
        Above.add(All.Predicted[I] - *E.StartUp, All.Measured[I] - *E.StartUp);
    E.Above = Above.sum();
    E.NotAbove = All.Measured.size() - Above.Measured.size();
  }
  for (size_t I = 0; I < Baselines.size(); ++I)
    E.Baselines[I].Errors = Baselines[I].sum();
  for (const auto &[Name, Group] : Groups)
    E.Groups.push_back({Name.str(), Group.sum()});
  if (WithInterval > 0)
    E.CoveragePercent = 100.0 * static_cast<double>(Covered) /
                        static_cast<double>(WithInterval);
}

} // namespace

/// What there is before anything is predicted.
static Expected<Evaluation> begin(const Profile &P,
                                  ArrayRef<RunRecord> Records) {
  if (Records.empty())
    return makeError("there are no runs to predict");
  Evaluation E;
  E.Of = &P;
  for (const RunRecord &R : Records) {
    if (R.Energy.Unit != P.Unit)
      return makeError(R.where() + ": its energy is in '" +
                       printable(R.Energy.Unit) +
                       "', but the profile predicts '" + printable(P.Unit) +
                       "'; units are not converted");
    E.Rows.push_back({&R, {}, {}, {}});
  }
  for (const ProfileFamily &F : P.Families)
    if (F.Role == FamilyRole::Baseline)
      E.Baselines.push_back({F.Name, {}});
  auto Differs = [&](auto Get, StringRef Expected) {
    return any_of(Records,
                  [&](const RunRecord &R) { return Get(R) != Expected; });
  };
  if (Differs([](const RunRecord &R) -> StringRef { return R.Hardware; },
              P.Hardware))
    E.Notes.push_back("not all runs are of the profile's hardware, " +
                      printable(P.Hardware));
  if (Differs([](const RunRecord &R) -> StringRef { return R.Meter; }, P.Meter))
    E.Notes.push_back("not all runs are measured by the profile's meter, " +
                      printable(P.Meter));
  return E;
}

/// Settles the start-up of predictions that do (\p Add) or do not lack it, and
/// sums up.
static void finish(Evaluation &E, const EvaluationOptions &Options, bool Add) {
  E.StartUp = Options.StartUp;
  if (Options.FitStartUp) {
    std::vector<double> Energies, Measured;
    for (const EvaluationRow &Row : E.Rows)
      if (Row.Error.empty()) {
        Energies.push_back(Row.Result.Energy);
        Measured.push_back(Row.measured());
      }
    E.StartUp = fitStartUp(Energies, Measured);
    E.FittedStartUp = true;
  }
  if (Add)
    for (EvaluationRow &Row : E.Rows)
      Row.Result.Energy += E.StartUp.value_or(0);
  summarize(E);
}

Expected<Evaluation> evaluateRuns(const Profile &P, ArrayRef<RunRecord> Records,
                                  const OpRegistry &Registry,
                                  const EvaluationOptions &Options) {
  Expected<Evaluation> E = begin(P, Records);
  if (!E)
    return E;
  FeatureCounter Counter(Registry);
  parallelFor(E->Rows.size(), [&](size_t I) {
    predictRow(P, Counter, Options.Level, E->Rows[I]);
  });
  finish(*E, Options, /*Add=*/false);
  return E;
}

Expected<Evaluation> evaluateLayers(const Profile &Sum,
                                    ArrayRef<Profile> Layers,
                                    ArrayRef<RunRecord> Records,
                                    const OpRegistry &Registry,
                                    const EvaluationOptions &Options) {
  Expected<Evaluation> E = begin(Sum, Records);
  if (!E)
    return E;
  parallelFor(E->Rows.size(),
              [&](size_t I) { predictRow(Layers, Registry, E->Rows[I]); });
  std::set<std::string> Notes;
  for (const EvaluationRow &Row : E->Rows)
    Notes.insert(Row.Result.Notes.begin(), Row.Result.Notes.end());
  E->Notes.insert(E->Notes.end(), Notes.begin(), Notes.end());
  finish(*E, Options, /*Add=*/true);
  return E;
}

} // namespace toscount
