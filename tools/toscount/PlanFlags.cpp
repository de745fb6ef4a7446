//===- PlanFlags.cpp - flags of a training run and its energy -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "PlanFlags.h"

#include "toscount/Prediction/Emissions.h"
#include "toscount/Prediction/ProfileLibrary.h"
#include "toscount/Support/Diagnostics.h"

#include <cmath>

using namespace llvm;

namespace toscount::tool {

void PlanFlags::add(CLI::App &App, bool WithAccuracy) {
  const char *Run = "The training run";
  App.add_option("--profile", ProfileNames,
                 "calibrated hardware: the name of a profile that ships, or a "
                 "file; without it there are counts alone; of several, a model "
                 "is predicted by the one whose range it leaves least")
      ->group(Run)
      ->type_name("PROFILE")
      ->allow_extra_args(false);
  SamplesGiven =
      App.add_option("--samples", Samples,
                     "training samples an epoch (without a profile default: "
                     "one step)")
          ->group(Run)
          ->check(wholeNumber(INT64_MIN))
          ->type_name("N");
  ValidationGiven = App.add_option("--validation-samples", ValidationSamples,
                                   "validation samples an epoch, forward only")
                        ->group(Run)
                        ->check(wholeNumber(INT64_MIN))
                        ->type_name("N");
  NeedProfile.push_back(ValidationGiven);
  EpochsGiven = App.add_option("--epochs", Epochs, "epochs (default 1)")
                    ->group(Run)
                    ->check(wholeNumber(INT64_MIN))
                    ->type_name("N");
  NeedProfile.push_back(
      App.add_option("--session", Session,
                     "one of the profile's measuring sessions")
          ->group(Run)
          ->type_name("NAME"));
  if (WithAccuracy)
    Accuracy.emplace().add(App);
  const char *What = "What is predicted";
  NeedProfile.push_back(
      App.add_option("--level", Level, "confidence of the intervals")
          ->group(What)
          ->type_name("P")
          ->capture_default_str());
  NeedProfile.push_back(App.add_option("--location", Location,
                                       "country or region whose electricity is "
                                       "used (default: World)")
                            ->group(What)
                            ->type_name("NAME"));
  IntensityGiven =
      App.add_option("--intensity", Intensity, "grams of CO2e a kWh, instead")
          ->group(What)
          ->type_name("G");
  NeedProfile.push_back(IntensityGiven);
  NeedProfile.push_back(
      App.add_option("--pue", Pue,
                     "power usage effectiveness of the data centre (default 1)")
          ->group(What)
          ->type_name("X"));
}

TrainingPlan PlanFlags::plan(bool Measured) const {
  if (!hasProfile())
    for (const CLI::Option *O : NeedProfile)
      if (O->count() != 0 && !(Measured && O == ValidationGiven))
        throw UsageError(O->get_name() + " needs --profile");
  bool Given = SamplesGiven->count() != 0;
  if (!Given && !Measured && EpochsGiven->count() != 0)
    throw UsageError("--epochs needs --samples, the size of the data set");
  for (auto [Flag, Value, Least] :
       {std::tuple<StringRef, int64_t, int64_t>{"--samples",
                                                Given ? Samples : 1, 1},
        {"--validation-samples", ValidationSamples, 0},
        {"--epochs", Epochs, 1}})
    if (Value < Least)
      throw UsageError((Flag + " must be " + (Least == 0 ? "0 or a" : "a") +
                        " positive number, not " + Twine(Value))
                           .str());
  if (!(Level > 0 && Level < 1))
    throw UsageError("--level must lie between 0 and 1, for example 0.9");
  if (!std::isfinite(Intensity) || Intensity < 0)
    throw UsageError("--intensity must be a finite number from 0 up");
  if (!std::isfinite(Pue) || Pue < 1)
    throw UsageError("--pue must be 1 or more: it is the energy of the whole "
                     "data centre over that of its computers");
  if (IntensityGiven->count() != 0 && !Location.empty())
    throw UsageError("--location and --intensity both say what a kWh emits; "
                     "give one");
  TrainingPlan Plan;
  Plan.Samples = Given ? Samples : 0;
  Plan.ValidationSamples = ValidationSamples;
  Plan.Epochs = Epochs;
  return Plan;
}

void PlanFlags::checkComplete(const TrainingPlan &Plan) const {
  if (!hasProfile())
    return;
  if (Plan.Samples == 0)
    throw UsageError("--samples is missing, the size of the data set");
  if (Plan.Batch == 0)
    throw UsageError("--batch is missing, the samples a step");
}

Error PlanFlags::load(std::optional<Profile> &Of, CandidateOptions &Options) {
  Options.Level = Level;
  if (Accuracy)
    if (Error E = Accuracy->load(Options))
      return E;
  if (!hasProfile()) {
    if (Accuracy && Accuracy->stops())
      throw UsageError("--stop needs --profile");
    return Error::success();
  }
  const std::string &ProfileName = ProfileNames.front();
  Expected<Profile> P = loadProfile(ProfileName);
  if (!P)
    return P.takeError();
  Options.Session = Session;
  Options.Pue = Pue;
  Options.GramsPerKwh = Intensity;
  if (P->Unit != "J" &&
      (IntensityGiven->count() != 0 || !Location.empty() || Pue != 1))
    return makeError(printable(ProfileName) + ": the profile predicts '" +
                     printable(P->Unit) +
                     "', not joules: it has no emissions; leave out "
                     "--location, --intensity and --pue");
  if (IntensityGiven->count() == 0) {
    Expected<GridIntensity> Found =
        findLocation(Location.empty() ? "World" : StringRef(Location));
    if (!Found)
      return Found.takeError();
    Options.GramsPerKwh = Found->GramsPerKwh;
    Grid = Found->Name.str() + ", " + std::to_string(Found->Year);
  }
  Of = std::move(*P);
  Options.Of = &*Of;
  More.reserve(ProfileNames.size());
  for (const std::string &Name : ArrayRef(ProfileNames).drop_front()) {
    Expected<Profile> Next = loadProfile(Name);
    if (!Next)
      return Next.takeError();
    if (Next->Hardware != Of->Hardware || Next->Meter != Of->Meter ||
        Next->Unit != Of->Unit || Next->Part != Of->Part)
      return makeError("profiles '" + printable(ProfileName) + "' and '" +
                       printable(Name) +
                       "' are of different hardware, meters, units or phases; "
                       "their energies can't be compared");
    More.push_back(std::move(*Next));
  }
  for (const Profile &Next : More)
    Options.More.push_back(&Next);
  return Accuracy ? Accuracy->loadStop(Of->Unit, Options) : Error::success();
}

} // namespace toscount::tool
