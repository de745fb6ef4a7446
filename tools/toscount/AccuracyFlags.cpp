//===- AccuracyFlags.cpp - flags of accuracy before training --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "AccuracyFlags.h"

#include "Quantities.h"

#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"

#include <cmath>

using namespace llvm;

namespace toscount::tool {

void AccuracyFlags::add(CLI::App &App) {
  App.add_option("--stop", Stop,
                 "what ends training before --epochs: accuracy=X, patience=N "
                 "or energy=E")
      ->group("The training run")
      ->type_name("RULE");
  App.add_option("--learning-curves", CurvesName,
                 "learning curves that predict accuracy: a name, a file, or "
                 "none (default: all that ship)")
      ->group("What is predicted")
      ->type_name("NAME");
}

Expected<StopRule> AccuracyFlags::stopRule(StringRef Unit) const {
  StopRule Rule;
  if (Stop.empty())
    return Rule;
  auto [Name, Text] = StringRef(Stop).split('=');
  checkChoice("--stop", Name, {"accuracy", "patience", "energy"});
  double Number = 0;
  bool Good = parseNumber(Text, Number);
  if (Name == "energy") {
    GivenQuantity Q = parseQuantity("--stop energy", Text);
    Rule.Of = StopRule::What::Energy;
    if (Unit != "J" && Q.Unit != Unit)
      return makeError("--stop energy is in '" + printable(Q.Unit) +
                       "', but the profile predicts '" + printable(Unit) +
                       "'; units are not converted");
    Rule.Value = Unit == "J" ? joules("--stop energy", Q) : Q.Value;
  } else if (Name == "accuracy") {
    if (!Good || !(Number > 0 && Number < 1))
      throw UsageError("--stop accuracy must be a number between 0 and 1, for "
                       "example accuracy=0.97");
    Rule = {StopRule::What::Accuracy, Number};
  } else {
    if (!Good || !(Number >= 1 && Number <= 1000) ||
        Number != std::floor(Number))
      throw UsageError("--stop patience must be a whole number of epochs from "
                       "1 to 1000, for example patience=3");
    Rule = {StopRule::What::Patience, Number};
  }
  return Rule;
}

Error AccuracyFlags::load(CandidateOptions &Options) {
  if (CurvesName == "none")
    return Error::success();
  if (CurvesName.empty()) {
    Expected<std::vector<AccuracyProfile>> All = shippedAccuracyProfiles();
    if (!All)
      return All.takeError();
    Curves = std::move(*All);
  } else {
    Expected<AccuracyProfile> One = loadAccuracyProfile(CurvesName);
    if (!One)
      return One.takeError();
    Curves.push_back(std::move(*One));
  }
  Options.Curves = Curves;
  return Error::success();
}

Error AccuracyFlags::loadStop(StringRef Unit, CandidateOptions &Options) const {
  Expected<StopRule> Rule = stopRule(Unit);
  if (!Rule)
    return Rule.takeError();
  Options.Stop = *Rule;
  return Error::success();
}

} // namespace toscount::tool
