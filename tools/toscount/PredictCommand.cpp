//===- PredictCommand.cpp - toscount predict MODEL ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "AccuracyFlags.h"
#include "CountFlags.h"
#include "ReportFlags.h"

#include "toscount/Prediction/Emissions.h"
#include "toscount/Prediction/Evaluate.h"
#include "toscount/Prediction/ProfileLibrary.h"
#include "toscount/Report/PredictionReport.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Zoo/Zoo.h"

#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace llvm;

namespace toscount::tool {
namespace {

struct PredictArguments {
  std::string Model, Profile, Session, Location;
  CountFlags Count;
  int64_t Samples = 0, ValidationSamples = 0, Epochs = 1;
  double Level = 0.9, Pue = 1, Intensity = 0, Price = 0;
  std::optional<size_t> Top;
  AccuracyFlags Accuracy;
  OutputFlags Output;
  CLI::Option *SamplesGiven = nullptr, *IntensityGiven = nullptr,
              *PriceGiven = nullptr;
};

void checkPositive(StringRef Flag, double Value, bool Zero = false) {
  if (!std::isfinite(Value) || Value < 0 || (Value == 0 && !Zero))
    throw UsageError(
        (Flag + " must be a finite number " + (Zero ? "from 0 up" : "above 0"))
            .str());
}

RunSpec specOf(const PredictArguments &A) {
  RunSpec Spec;
  Spec.Model = A.Model;
  Spec.Options = A.Count.counting();
  if (A.SamplesGiven->count() == 0)
    throw UsageError("--samples is missing, the size of the data set");
  if (!Spec.Options.Batch)
    throw UsageError("--batch is missing, the samples a step");
  for (auto [Flag, Value, Least] :
       {std::tuple<StringRef, int64_t, int64_t>{"--samples", A.Samples, 1},
        {"--validation-samples", A.ValidationSamples, 0},
        {"--epochs", A.Epochs, 1}})
    if (Value < Least)
      throw UsageError((Flag + " must be " + (Least == 0 ? "0 or a" : "a") +
                        " positive number, not " + Twine(Value))
                           .str());
  Spec.Plan.Samples = A.Samples;
  Spec.Plan.ValidationSamples = A.ValidationSamples;
  Spec.Plan.Batch = *Spec.Options.Batch;
  Spec.Plan.Epochs = A.Epochs;
  return Spec;
}

void checkFlags(const PredictArguments &A) {
  if (!(A.Level > 0 && A.Level < 1))
    throw UsageError("--level must lie between 0 and 1, for example 0.9");
  checkPositive("--price", A.Price, /*Zero=*/true);
  checkPositive("--intensity", A.Intensity, /*Zero=*/true);
  if (!std::isfinite(A.Pue) || A.Pue < 1)
    throw UsageError("--pue must be 1 or more: it is the energy of the whole "
                     "data centre over that of its computers");
  if (A.IntensityGiven->count() != 0 && !A.Location.empty())
    throw UsageError("--location and --intensity both say what a kWh emits; "
                     "give one");
}

/// Emissions and cost, of joules alone.
Error addConsequences(const PredictArguments &A, PredictionReport &R) {
  bool Asked = A.IntensityGiven->count() != 0 || !A.Location.empty() ||
               A.PriceGiven->count() != 0 || A.Pue != 1;
  double Energy = R.Result->Energy;
  if (R.Result->Unit != "J") {
    if (!Asked)
      return Error::success();
    return makeError(printable(A.Profile) + ": the profile predicts '" +
                     printable(R.Result->Unit) +
                     "', not joules: it has no emissions and no cost; leave "
                     "out --location, --intensity, --pue and --price");
  }
  R.Pue = A.Pue;
  R.GramsPerKwh = A.Intensity;
  if (A.IntensityGiven->count() == 0) {
    Expected<GridIntensity> Grid =
        findLocation(A.Location.empty() ? "World" : StringRef(A.Location));
    if (!Grid)
      return Grid.takeError();
    R.GramsPerKwh = Grid->GramsPerKwh;
    R.Grid = Grid->Name.str() + ", " + std::to_string(Grid->Year);
  }
  R.EmissionsGrams = emissionsGrams(Energy, A.Pue, R.GramsPerKwh);
  if (A.PriceGiven->count() != 0) {
    R.PricePerKwh = A.Price;
    R.Cost = energyCost(Energy, A.Pue, A.Price);
  }
  return Error::success();
}

int listProfiles() {
  std::string Text;
  for (const ShippedProfile &P : shippedProfiles()) {
    Expected<Profile> Loaded = readProfile(P.Path);
    if (!Loaded)
      return report(Loaded.takeError());
    Text += P.Name + ": " + printable(Loaded->Hardware) + ", " +
            printable(Loaded->Source) + "\n";
  }
  if (Text.empty())
    return report(makeError("no profiles are installed; give the path of one"),
                  NotHere);
  Error Failed = writeOutput("", [&](raw_ostream &OS) {
    OS << Text;
    return Error::success();
  });
  return Failed ? report(std::move(Failed)) : Done;
}

int runPredict(PredictArguments &A) {
  if (A.Profile == "help")
    return listProfiles();
  if (A.Profile.empty())
    throw UsageError("--profile is missing: the name of one that ships, or a "
                     "file ('--profile help' lists them)");
  if (A.Model.empty())
    throw UsageError("no model given; 'toscount predict --help' says what one "
                     "can be");
  ReportOptions View = A.Output.view();
  View.Top = A.Top;
  checkFlags(A);
  RunSpec Spec = specOf(A);
  Expected<LoweringOptions> Lowering = A.Count.lowering(Spec.Options);
  if (!Lowering)
    return report(Lowering.takeError());
  Spec.Lowering = *Lowering;
  if (Spec.Options.Loss.empty())
    Spec.Options.Loss = publishedLoss(Spec.Model);
  Expected<Profile> P = loadProfile(A.Profile);
  if (!P)
    return report(P.takeError());
  // Emissions are looked up before what takes long.
  if (!A.Location.empty())
    if (auto Grid = findLocation(A.Location); !Grid)
      return report(Grid.takeError());
  Spec.Plan.Part = P->Part;

  OpRegistry Registry;
  CandidateOptions Weighing;
  Weighing.Of = &*P;
  Weighing.Level = A.Level;
  Weighing.Session = A.Session;
  if (Error E = A.Accuracy.load(Weighing))
    return report(std::move(E));
  if (Error E = A.Accuracy.loadStop(P->Unit, Weighing))
    return report(std::move(E));
  // What the model reaches, and when its training stops.
  Candidate Reached;
  if (A.Model != "-") {
    Reached = std::move(measureCandidates(Spec, Weighing, Registry).front());
    if (!Reached.Error.empty())
      return report(makeError(Reached.Error));
    Spec.Plan.Epochs = Reached.Spec.Plan.Epochs;
  } else if (A.Accuracy.stops()) {
    throw UsageError("--stop reads the model more than once, which standard "
                     "input can't be; name a file");
  }
  FeatureCounter Counter(Registry, /*WithLayers=*/true);
  PredictOptions Options;
  Options.Level = A.Level;
  Options.Session = A.Session;
  RunFeatures Counted;
  Expected<Prediction> Result =
      predictSpec(*P, Spec, Counter, Options, &Counted);
  if (!Result)
    return report(Result.takeError());
  if (Reached.Stop && Reached.Predicted) {
    Result->Low = Reached.Predicted->Low;
    Result->High = Reached.Predicted->High;
    Result->Level = Reached.Predicted->Level;
  }
  PredictionReport R;
  R.Reached = &Reached;
  R.Spec = &Spec;
  R.Of = &*P;
  R.Result = &*Result;
  R.Assumptions = Counted.Assumptions;
  R.Warnings = Counted.Warnings;
  if (Error E = addConsequences(A, R))
    return report(std::move(E));
  Error Failed = writeOutput(A.Output.path(), [&](raw_ostream &OS) {
    return writePrediction(OS, R, View);
  });
  return Failed ? report(std::move(Failed)) : Done;
}

} // namespace

Command addPredictCommand(CLI::App &Root) {
  CLI::App *App = Root.add_subcommand(
      "predict", "energy, time and emissions of a training run");
  auto A = std::make_shared<PredictArguments>();
  App->add_option("MODEL", A->Model,
                  "an .onnx or .onnxtxt file, zoo:NETWORK, or - for standard "
                  "input")
      ->type_name("");
  const char *Run = "The training run";
  App->add_option("--profile", A->Profile,
                  "calibrated hardware: the name of a profile that ships, or a "
                  "file; help lists them")
      ->group(Run)
      ->type_name("PROFILE");
  A->SamplesGiven =
      App->add_option("--samples", A->Samples, "training samples an epoch")
          ->group(Run)
          ->check(wholeNumber(INT64_MIN))
          ->type_name("N");
  App->add_option("--validation-samples", A->ValidationSamples,
                  "validation samples an epoch, forward only")
      ->group(Run)
      ->check(wholeNumber(INT64_MIN))
      ->type_name("N");
  App->add_option("--epochs", A->Epochs, "epochs (default 1)")
      ->group(Run)
      ->check(wholeNumber(INT64_MIN))
      ->type_name("N");
  App->add_option("--session", A->Session,
                  "one of the profile's measuring sessions, to predict what "
                  "would have been measured in it")
      ->group(Run)
      ->type_name("NAME");
  A->Accuracy.add(*App);
  A->Count.add(*App, /*ForPrediction=*/true);
  const char *What = "What is predicted";
  App->add_option("--level", A->Level, "confidence of the interval")
      ->group(What)
      ->type_name("P")
      ->capture_default_str();
  App->add_option("--location", A->Location,
                  "country or region whose electricity is used (default: "
                  "World)")
      ->group(What)
      ->type_name("NAME");
  A->IntensityGiven = App->add_option("--intensity", A->Intensity,
                                      "grams of CO2e a kWh, instead")
                          ->group(What)
                          ->type_name("G");
  App->add_option("--pue", A->Pue,
                  "power usage effectiveness of the data centre (default 1)")
      ->group(What)
      ->type_name("X");
  A->PriceGiven = App->add_option("--price", A->Price, "price of a kWh")
                      ->group(What)
                      ->type_name("X");
  A->Output.addWithPictures(*App, {"phases", "layers"});
  App->add_option("--top", A->Top,
                  "only the N layers of most energy in text and Markdown "
                  "(default 10)")
      ->group("Output")
      ->check(wholeNumber(0))
      ->type_name("N");
  return {App, [A] { return runPredict(*A); }};
}

} // namespace toscount::tool
