//===- AccuracyProfile.cpp - accuracy before training ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/AccuracyProfile.h"

#include "toscount/Support/Csv.h"
#include "toscount/Support/Statistics.h"
#include "toscount/Zoo/Zoo.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Error.h"

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace toscount {

StringRef name(StopRule::What W) {
  static constexpr StringRef Names[] = {"epochs", "accuracy", "patience",
                                        "energy"};
  return Names[static_cast<unsigned>(W)];
}

namespace {

/// Data sets whose number of samples differs by more are others.
constexpr double SampleShare = 0.2;

/// The values of a spec of the zoo; those not given at their default. Empty for
/// what is no network of the zoo.
std::map<std::string, std::string> valuesOf(StringRef Spec,
                                            std::string &Network) {
  std::map<std::string, std::string> Values;
  if (!isZooSpec(Spec))
    return Values;
  auto [Name, Given] = Spec.split(':').second.split(':');
  Expected<const ZooNetwork *> Found = findZooNetwork(Name);
  if (!Found) {
    consumeError(Found.takeError());
    return Values;
  }
  Network = Name.str();
  for (const ZooParameter &P : (*Found)->Parameters)
    Values[P.Name.str()] = P.Default.str();
  SmallVector<StringRef, 8> Parts;
  Given.split(Parts, ',', -1, /*KeepEmpty=*/false);
  for (StringRef Part : Parts) {
    auto [Key, Value] = Part.split('=');
    Values[Key.str()] = Value.str();
  }
  return Values;
}

/// Everything but the size is as the family has it.
bool belongs(const AccuracyFamily &F,
             const std::map<std::string, std::string> &Values,
             const std::map<std::string, std::string> &Defaults) {
  for (const auto &[Key, Value] : Values) {
    if (Key == F.Size)
      continue;
    auto Own = F.Parameters.find(Key);
    auto Default = Defaults.find(Key);
    StringRef Wanted = Own != F.Parameters.end()   ? StringRef(Own->second)
                       : Default != Defaults.end() ? StringRef(Default->second)
                                                   : StringRef();
    if (Value != Wanted)
      return false;
  }
  return true;
}

const AccuracyInterval *intervalAt(ArrayRef<AccuracyInterval> All,
                                   double Level) {
  const AccuracyInterval *Best = nullptr;
  for (const AccuracyInterval &I : All)
    if (I.Level <= Level + 1e-9)
      Best = &I;
  return Best;
}

} // namespace

std::optional<FamilyMember> findFamily(ArrayRef<AccuracyProfile> Profiles,
                                       const RunSpec &Spec, std::string &Why) {
  std::string Network;
  std::map<std::string, std::string> Values = valuesOf(Spec.Model, Network);
  if (Values.empty())
    return std::nullopt;
  std::string Ignored;
  std::map<std::string, std::string> Defaults =
      valuesOf("zoo:" + Network, Ignored);
  for (const AccuracyProfile &P : Profiles)
    for (const AccuracyFamily &F : P.Families) {
      if (F.Network != Network || Values.count(F.Size) == 0 ||
          !belongs(F, Values, Defaults))
        continue;
      double Size = 0;
      if (!parseNumber(Values[F.Size], Size) || !(Size > 0) ||
          std::log(Size) < F.Curve.LeastLogSize - 1e-9 ||
          std::log(Size) > F.Curve.MostLogSize + 1e-9) {
        Why = "learning curves '" + P.Name + "' have no " + F.Size +
              " of this size";
        continue;
      }
      auto Samples = static_cast<double>(Spec.Plan.Samples);
      auto Own = static_cast<double>(F.Samples);
      if (std::abs(Samples - Own) > SampleShare * Own) {
        Why = "learning curves '" + P.Name + "' are of " +
              std::to_string(F.Samples) + " training samples, not of " +
              std::to_string(Spec.Plan.Samples);
        continue;
      }
      return FamilyMember{&P, &F, Size};
    }
  return std::nullopt;
}

PredictedFigure predictAccuracy(const FamilyMember &M, double Epochs,
                                double Level) {
  PredictedFigure A;
  A.Value = M.Family->Curve.accuracy(M.Size, Epochs);
  if (const AccuracyInterval *I = intervalAt(M.Of->Accuracy, Level)) {
    A.Low = std::max(0.0, A.Value - I->Width);
    A.High = std::min(1.0, A.Value + I->Width);
    A.Level = I->Level;
  }
  return A;
}

std::optional<PredictedFigure> predictStop(const FamilyMember &M,
                                           const StopRule &Rule,
                                           double MostEpochs, double Level) {
  PredictedFigure Stop;
  if (Rule.Of == StopRule::What::Accuracy) {
    std::optional<double> Epochs = M.Family->Curve.epochsTo(M.Size, Rule.Value);
    if (!Epochs || *Epochs > MostEpochs)
      return std::nullopt;
    Stop.Value = *Epochs;
  } else {
    if (!M.Family->StoppingNoise)
      return std::nullopt;
    // No training is that long, and a curve is flat long before.
    constexpr double MostSimulated = 1e5;
    double Most = std::min(MostEpochs, MostSimulated);
    EarlyStopping Options;
    Options.Patience = static_cast<unsigned>(Rule.Value);
    Options.MostEpochs = static_cast<unsigned>(Most);
    Stop.Value = median(simulateEarlyStops(M.Family->Curve, M.Size,
                                           *M.Family->StoppingNoise, Options));
    if (Stop.Value >= Most)
      return std::nullopt;
  }
  auto Widths = M.Of->Stops.find(name(Rule.Of).str());
  if (Widths == M.Of->Stops.end())
    return Stop;
  if (const AccuracyInterval *I = intervalAt(Widths->second, Level)) {
    Stop.Low = std::max(1.0, Stop.Value * std::exp(-I->Width));
    Stop.High = std::min(MostEpochs, Stop.Value * std::exp(I->Width));
    Stop.Level = I->Level;
  }
  return Stop;
}

} // namespace toscount
