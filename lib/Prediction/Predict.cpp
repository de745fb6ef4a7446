//===- Predict.cpp - energy of a run before it is run ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/Predict.h"

#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

constexpr double Infinite = std::numeric_limits<double>::infinity();

/// Sums are the same only up to rounding, in whatever order they were made.
constexpr double Rounding = 1e-9;

std::optional<Extrapolation> compare(const FeatureRange &R, double Value) {
  Extrapolation X{R.Id, Value, R.Least, R.Most, 1, false, false};
  if (Value > R.Most * (1 + Rounding))
    X.Factor = R.Most > 0 ? Value / R.Most : Infinite;
  else if (Value < R.Least * (1 - Rounding))
    X.Factor = Value > 0 ? R.Least / Value : Infinite;
  else
    return std::nullopt;
  return X;
}

void addShares(const ProfileFamily &F, const RunFeatures &Run, double Scale,
               Prediction &P) {
  auto Energy = [&](const FeatureVector &V) { return F.predict(V) * Scale; };
  auto Add = [&](StringRef Name, const FeatureVector &V) {
    if (double E = Energy(V); E > 0)
      P.Phases.push_back({Name.str(), "", false, E, {}});
  };
  for (Phase Ph : {Phase::Forward, Phase::Loss, Phase::Backward, Phase::Update})
    Add(name(Ph), Run.Phases[static_cast<unsigned>(Ph)]);
  Add("validation", Run.Validation);
  Add("overhead", Run.Overhead);
  for (const LayerFeatures &L : Run.Layers) {
    EnergyShare Share{L.Name, L.Op, L.Estimate, 0, {}};
    for (unsigned I = 0; I < NumPhases; ++I) {
      Share.Phases[I] = Energy(L.Phases[I]);
      Share.Energy += Share.Phases[I];
    }
    P.Layers.push_back(std::move(Share));
  }
}

void addInterval(const Profile &Of, const PredictOptions &Options,
                 Prediction &P) {
  if (Of.Intervals.empty()) {
    P.Notes.push_back("the profile has no intervals");
    return;
  }
  // The narrowest that is wide enough; otherwise the widest there is.
  const IntervalWidth *W = &Of.Intervals.back();
  for (const IntervalWidth &I : reverse(Of.Intervals))
    if (I.Level >= Options.Level - Rounding)
      W = &I;
  if (W->Level < Options.Level - Rounding)
    P.Notes.push_back("the data support intervals up to level " +
                      numberText(W->Level) + ", not " +
                      numberText(Options.Level));
  double Width =
      W->width(P.Energy, P.isBeyond(), P.KnownSessionFactor.has_value());
  P.Level = W->Level;
  P.Low = P.Energy * std::exp(-Width);
  P.High = P.Energy * std::exp(Width);
}

/// A range ends where a run happened to end: three steps more are no other
/// kind of run.
constexpr double LeastFactor = 1.02;

} // namespace

bool Prediction::isBeyond() const {
  return any_of(Beyond, [](const Extrapolation &X) {
    return X.Used || !std::isfinite(X.Factor);
  });
}

std::vector<const EnergyShare *> Prediction::largestLayers() const {
  std::vector<const EnergyShare *> Found;
  for (const EnergyShare &L : Layers)
    if (L.Energy > 0)
      Found.push_back(&L);
  llvm::stable_sort(Found, [](const EnergyShare *A, const EnergyShare *B) {
    return A->Energy > B->Energy;
  });
  return Found;
}

std::vector<Extrapolation> extrapolations(const Profile &P,
                                          const FeatureVector &Features) {
  std::vector<Extrapolation> Beyond;
  for (const FeatureRange &R : P.Ranges)
    if (std::optional<Extrapolation> X =
            compare(R, rangedValue(Features.values(), R.Id, P.RangesPerStep))) {
      if (X->Factor < LeastFactor)
        continue;
      X->PerStep = P.RangesPerStep;
      X->Used = P.energy().uses(R.Id);
      // A kind of work that is absent here, and not priced, changes nothing.
      if (X->Used || Features[R.Id] > 0)
        Beyond.push_back(*X);
    }
  llvm::stable_sort(Beyond, [](const Extrapolation &A, const Extrapolation &B) {
    if (A.Used != B.Used)
      return A.Used;
    return A.Factor > B.Factor;
  });
  return Beyond;
}

Expected<Prediction> predictRun(const Profile &Of, const RunFeatures &Run,
                                const PredictOptions &Options) {
  Prediction P;
  P.Unit = Of.Unit;
  const ProfileFamily &F = Of.energy();
  P.KnownSessionFactor = Of.sessionFactor(Options.Session);
  double Session = P.KnownSessionFactor.value_or(Of.UnknownSession);
  double Scale = Session * Options.Scale;
  P.Energy = F.predict(Run.All) * Scale;
  if (!std::isfinite(P.Energy) || P.Energy <= 0)
    return makeError("the profile predicts " + numberText(P.Energy) + " " +
                     printable(P.Unit) +
                     ", which no run takes; it does not hold this far from "
                     "what was calibrated");
  P.Beyond = extrapolations(Of, Run.All);
  if (F.addsUp())
    addShares(F, Run, Scale, P);
  if (const ProfileFamily *Time = Of.time()) {
    double Seconds = Time->predict(Run.All) * Options.Scale;
    if (std::isfinite(Seconds) && Seconds > 0)
      P.Seconds = Seconds;
  }
  if (!Options.Session.empty() && !P.KnownSessionFactor)
    P.Notes.push_back("session '" + printable(Options.Session) +
                      "' is not in the profile: the usual factor is taken");
  addInterval(Of, Options, P);
  return P;
}

} // namespace toscount
