//===- CampaignFlags.cpp - what is to be trained, and how -----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "CampaignFlags.h"

#include "CountFlags.h"

#include "toscount/Ops/LossFunction.h"
#include "toscount/Ops/Optimizer.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

#include <cmath>

using namespace llvm;

namespace toscount::tool {
namespace {

template <typename Row> std::vector<StringRef> namesOf(ArrayRef<Row> Rows) {
  std::vector<StringRef> Names;
  for (const Row &R : Rows)
    Names.push_back(R.Name);
  return Names;
}

void checkNumber(const char *Flag, std::optional<double> Value, double Least,
                 double Most, bool LeastToo) {
  if (!Value)
    return;
  if (std::isfinite(*Value) && *Value <= Most &&
      (LeastToo ? *Value >= Least : *Value > Least))
    return;
  std::string Text;
  raw_string_ostream OS(Text);
  OS << Flag << " must be a number " << (LeastToo ? "from " : "above ")
     << json::Value(Least);
  if (std::isfinite(Most))
    OS << " to " << json::Value(Most);
  throw UsageError(Text);
}

} // namespace

void CampaignFlags::add(CLI::App &App) {
  App.add_option("MODEL", Models,
                 "what is trained: .onnx or .onnxtxt files, or zoo:NAME:...")
      ->type_name("")
      ->required();
  const char *Which = "What it is trained on";
  App.add_option("--data", Data,
                 "fashion-mnist, mnist, cifar10, csv or synthetic, each with "
                 ":PATH behind it where it does not lie in the usual place")
      ->group(Which)
      ->type_name("DATA")
      ->capture_default_str();
  App.add_option("--label", Label,
                 "CSV: the column of the labels (default: the last)")
      ->group(Which)
      ->type_name("COLUMN");
  App.add_option("--samples", Samples,
                 "train on this many samples (default: all; synthetic needs "
                 "it)")
      ->group(Which)
      ->check(wholeNumber(1))
      ->type_name("N");
  App.add_option("--validation", Validation,
                 "validate on this many samples after each epoch (default: all "
                 "that the data set keeps for it)")
      ->group(Which)
      ->check(wholeNumber(0))
      ->type_name("N");
  App.add_option("--folds", Folds,
                 "k-fold cross-validation of the training samples: a run a "
                 "fold")
      ->group(Which)
      ->check(wholeNumber(1, 1000))
      ->type_name("K")
      ->capture_default_str();

  const char *How = "How it is trained";
  App.add_option("--batch", Batches, "batch size; several make several runs")
      ->group(How)
      ->delimiter(',')
      ->check(wholeNumber(1, INT32_MAX))
      ->type_name("N")
      ->default_str("32");
  App.add_option("--epochs", Epochs, "at most this many epochs")
      ->group(How)
      ->check(wholeNumber(1, INT32_MAX))
      ->type_name("N")
      ->capture_default_str();
  App.add_option("--optimizer", Optimizers,
                 join(namesOf(optimizers()), ", ") + "; several make several "
                                                     "runs")
      ->group(How)
      ->delimiter(',')
      ->type_name("NAME")
      ->default_str("adam");
  App.add_option("--learning-rate", LearningRate,
                 "step size (default: sgd, sgd-momentum 0.01; adam, adamw, "
                 "rmsprop 0.001; adadelta 1)")
      ->group(How)
      ->type_name("X");
  App.add_option("--momentum", Momentum, "of sgd-momentum (default 0.9)")
      ->group(How)
      ->type_name("X");
  App.add_option("--weight-decay", WeightDecay, "of adamw (default 0.01)")
      ->group(How)
      ->type_name("X");
  App.add_option(
         "--loss", Loss,
         join(namesOf(lossFunctions()), ", ") +
             ", graph (default: that of the zoo's network; graph if the "
             "output is one number; otherwise cross-entropy)")
      ->group(How)
      ->type_name("LOSS");
  App.add_option("--loss-output", LossOutput,
                 "the output the loss is taken of (default: the only floating "
                 "one)")
      ->group(How)
      ->type_name("NAME");
  App.add_option("--class-axis", ClassAxis,
                 "axis of the classes (default: the last; 1 from rank 4 on)")
      ->group(How)
      ->check(wholeNumber(INT64_MIN))
      ->type_name("AXIS");
  App.add_option("--beta", Beta,
                 "elbo: weight of the divergence (default: one over the "
                 "training samples)")
      ->group(How)
      ->type_name("X");
  App.add_option("--dtype", Datatypes,
                 "fp32, or bf16 or fp16 by autocast where the device has it; "
                 "several make several runs")
      ->group(How)
      ->delimiter(',')
      ->type_name("TYPE")
      ->default_str("fp32");
  App.add_option("--dim", DimTexts,
                 "bind a dimension: NAME=N, or INPUT:AXIS=N, which also "
                 "changes a fixed one; once for each")
      ->group(How)
      ->type_name("NAME=N")
      ->allow_extra_args(false);
  App.add_option("--trainable", Trainable, "only these parameters are trained")
      ->group(How)
      ->type_name("REGEX");
  App.add_option("--repeats", Repeats, "train each this often")
      ->group(How)
      ->check(wholeNumber(1, 1000000))
      ->type_name("N")
      ->capture_default_str();
  App.add_option("--seed", Seed, "of the first repeat; the next has one more")
      ->group(How)
      ->check(wholeNumber(0, INT32_MAX))
      ->type_name("N")
      ->capture_default_str();
  App.add_option("--session", Session,
                 "what sets these runs apart from those of another day; kept "
                 "in their records")
      ->group(How)
      ->type_name("TEXT");

  const char *Until = "When it stops before the last epoch";
  App.add_option("--target-accuracy", TargetAccuracy,
                 "once validation accuracy reaches this, 0 to 1")
      ->group(Until)
      ->type_name("X");
  App.add_option("--patience", Patience,
                 "once validation loss has not fallen for N epochs")
      ->group(Until)
      ->check(wholeNumber(1, INT32_MAX))
      ->type_name("N");
  App.add_option("--energy-budget", EnergyBudgetJ,
                 "once a run has taken this many joules, at the end of an "
                 "epoch")
      ->group(Until)
      ->type_name("JOULES");
}

void CampaignFlags::check() {
  Dims.clear();
  for (const std::string &Text : DimTexts)
    Dims.push_back(parseDim(Text));
  for (const std::string &Name : Optimizers)
    checkChoice("--optimizer", Name, namesOf(optimizers()));
  for (const std::string &Name : Datatypes)
    checkChoice("--dtype", Name, {"fp32", "bf16", "fp16"});
  if (!Loss.empty()) {
    std::vector<StringRef> Names = namesOf(lossFunctions());
    Names.push_back("graph");
    checkChoice("--loss", Loss, Names);
  }
  StringRef Kind = StringRef(Data).split(':').first;
  checkChoice("--data", Kind,
              {"fashion-mnist", "mnist", "cifar10", "csv", "synthetic"});
  if (Kind == "csv" && Kind.size() == Data.size())
    throw UsageError("--data csv needs the file: csv:FILE");
  if (Kind == "synthetic" && !Samples)
    throw UsageError("--data synthetic needs --samples");
  if (!Label.empty() && Kind != "csv")
    throw UsageError("--label is for --data csv");
  const double Infinity = HUGE_VAL;
  checkNumber("--learning-rate", LearningRate, 0, Infinity, false);
  checkNumber("--momentum", Momentum, 0, 1, true);
  checkNumber("--weight-decay", WeightDecay, 0, Infinity, true);
  checkNumber("--beta", Beta, 0, Infinity, true);
  checkNumber("--target-accuracy", TargetAccuracy, 0, 1, false);
  checkNumber("--energy-budget", EnergyBudgetJ, 0, Infinity, false);
}

} // namespace toscount::tool
