//===- Objective.cpp - what is best ---------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Search/Search.h"

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace toscount {

static constexpr StringRef ObjectiveNames[] = {"accuracy", "energy",
                                               "efficiency", "alpha"};
StringRef name(Objective O) { return ObjectiveNames[static_cast<unsigned>(O)]; }
ArrayRef<StringRef> objectiveNames() { return ObjectiveNames; }
bool needsAccuracy(Objective O) { return O != Objective::Energy; }
bool needsEnergy(Objective O) { return O != Objective::Accuracy; }

/// The logarithm of an accuracy of 0 would drown all others.
static constexpr double LeastAccuracy = 1e-3;

ObjectiveScale::ObjectiveScale(Objective Of, double Alpha,
                               ArrayRef<Outcome> Known)
    : Of(Of), Alpha(Alpha) {
  if (Of != Objective::Alpha || Known.empty())
    return;
  auto Range = [&](auto Value, double &Least, double &Width) {
    double Most = -HUGE_VAL;
    Least = HUGE_VAL;
    for (const Outcome &O : Known) {
      if (O.Failed)
        continue;
      Least = std::min(Least, Value(O));
      Most = std::max(Most, Value(O));
    }
    Width = Most > Least ? Most - Least : 0;
  };
  Range([](const Outcome &O) { return *O.Energy; }, LeastEnergy, EnergyRange);
  Range([](const Outcome &O) { return 1 - *O.Accuracy; }, LeastLoss, LossRange);
}

double ObjectiveScale::value(const Outcome &O) const {
  switch (Of) {
  case Objective::Accuracy:
    return *O.Accuracy;
  case Objective::Energy:
    return -std::log(*O.Energy);
  case Objective::Efficiency:
    return std::log(std::max(*O.Accuracy, LeastAccuracy) / *O.Energy);
  case Objective::Alpha: {
    double E = EnergyRange > 0 ? (*O.Energy - LeastEnergy) / EnergyRange : 0;
    double L = LossRange > 0 ? (1 - *O.Accuracy - LeastLoss) / LossRange : 0;
    return -(Alpha * E + (1 - Alpha) * L);
  }
  }
  return 0;
}

double ObjectiveScale::shown(double Value) const {
  switch (Of) {
  case Objective::Accuracy:
    return Value;
  case Objective::Energy:
    return std::exp(-Value);
  case Objective::Efficiency:
    return std::exp(Value);
  case Objective::Alpha:
    return -Value;
  }
  return Value;
}

} // namespace toscount
