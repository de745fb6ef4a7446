//===- Trainer.cpp - one measured training run ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Trainer.h"

#include "Gauge.h"
#include "TrainingRun.h"

#include <cmath>
#include <ctime>
#include <set>

namespace toscount::measure {
namespace {

std::string utcNow() {
  std::time_t Now = std::time(nullptr);
  std::tm Parts{};
  gmtime_r(&Now, &Parts);
  char Text[32];
  std::strftime(Text, sizeof(Text), "%Y-%m-%dT%H:%M:%SZ", &Parts);
  return Text;
}

/// The four criteria, checked at the end of an epoch.
class Stopping {
public:
  explicit Stopping(const PlanInfo &P) : P(P) {}

  /// Why to stop, or an empty string.
  std::string check(int64_t Epoch, std::optional<double> Accuracy, double Loss,
                    double EnergyJ) {
    if (P.TargetAccuracy && Accuracy && *Accuracy >= *P.TargetAccuracy)
      return "target-accuracy";
    if (P.EnergyBudgetJ && EnergyJ >= *P.EnergyBudgetJ)
      return "energy-budget";
    if (Loss < Best) {
      Best = Loss;
      Since = 0;
    } else {
      ++Since;
    }
    if (P.Patience && Since >= *P.Patience)
      return "patience";
    return Epoch + 1 == P.Epochs ? "epochs" : "";
  }

private:
  const PlanInfo &P;
  double Best = INFINITY;
  int64_t Since = 0;
};

void setOptional(Json &O, const char *Name, std::optional<double> Value) {
  if (Value)
    O[Name] = *Value;
}

Json criterion(const PlanInfo &P) {
  Json O = {{"epochs", P.Epochs}};
  setOptional(O, "target_accuracy", P.TargetAccuracy);
  setOptional(O, "energy_budget_j", P.EnergyBudgetJ);
  if (P.Patience)
    O["patience"] = *P.Patience;
  return O;
}

/// The criterion that a plan is about: the first one besides epochs.
const char *criterionName(const PlanInfo &P) {
  return P.TargetAccuracy  ? "target-accuracy"
         : P.Patience      ? "patience"
         : P.EnergyBudgetJ ? "energy-budget"
                           : "epochs";
}

} // namespace

Json recordHead(const Job &J, const Settings &S) {
  const PlanInfo &P = J.Plan;
  Json Record = {{"schema", "toscount.run/1"},
                 {"job", J.Id},
                 {"model", J.Model},
                 {"graph_hash", J.Group},
                 {"started", utcNow()},
                 {"data", P.Data},
                 {"batch", P.Batch},
                 {"optimizer", P.Optimizer.Name},
                 {"learning_rate", P.Optimizer.LearningRate},
                 {"loss", P.Loss.Name},
                 {"dtype", P.Datatype},
                 {"seed", P.Seed},
                 {"repeat", P.Repeat},
                 {"threads", S.Threads},
                 {"criterion", criterionName(P)},
                 {"stopping", criterion(P)}};
  if (P.Folds > 1) {
    Record["folds"] = P.Folds;
    Record["fold"] = P.Fold;
  }
  if (!P.Trainable.empty())
    Record["trainable"] = P.Trainable;
  if (!P.Dims.is_null())
    Record["dims"] = P.Dims;
  if (!P.Session.empty())
    Record["session"] = P.Session;
  Record.update(machineFacts(S.Device));
  return Record;
}

void preflight(const Job &J, const DataSet *Data, const Settings &S) {
  Job One = J;
  if (Data == nullptr) // Shapes are enough, and one sample is small.
    One.Plan.Samples = 1;
  Run R(One, Data, S);
  Optimizer Known(J.Plan.Optimizer, {});
  static const std::set<std::string> Losses = {
      "cross-entropy", "nll",        "mse",  "l1",   "huber",
      "bce",           "bce-logits", "elbo", "graph"};
  if (Losses.count(J.Plan.Loss.Name) == 0)
    throw Failure("loss '" + J.Plan.Loss.Name + "' is not known");
}

StepMacs countStep(const Job &J, const DataSet *Data, const Settings &S) {
  return Run(J, Data, S).countMacs();
}

namespace {

/// An epoch as it was trained; its readings may still have to be settled.
struct Epoch {
  MeterReading Trained, End; ///< After training; after validation.
  double Loss = 0;
  std::optional<double> TrainAccuracy, ValidationAccuracy, ValidationLoss;
};

Json epochRow(Gauge &G, int64_t Number, const MeterReading &Begin,
              const Epoch &E) {
  Json Row = {{"epoch", Number}, {"loss", E.Loss}};
  setOptional(Row, "train_accuracy", E.TrainAccuracy);
  if (E.ValidationLoss) {
    MeterWindow Part = G.record(E.Trained, E.End);
    Row["validation_loss"] = *E.ValidationLoss;
    Row["validation_seconds"] = Part.Seconds;
    Row["validation_energy"] = G.byDomain(Part);
    setOptional(Row, "validation_accuracy", E.ValidationAccuracy);
    // Its training is a window of its own.
    G.record(Begin, E.Trained);
  }
  MeterWindow Window = G.record(Begin, E.End);
  Row["seconds"] = Window.Seconds;
  Row["energy"] = G.byDomain(Window);
  return Row;
}

} // namespace

Json trainJob(const Job &J, const DataSet *Data, const Settings &S,
              Progress &Shown) {
  Json Record = recordHead(J, S);
  Gauge G(S);
  G.describe(Record);
  Run R(J, Data, S);
  if (S.CountMacs) {
    StepMacs Macs = R.countMacs();
    Record["step_macs"] = {{"forward", Macs.Forward},
                           {"backward", Macs.Backward}};
  }
  std::optional<double> IdleW = G.measureIdle(Shown);
  if (S.WarmUpSeconds > 0)
    Shown.note("warming up");
  R.warmUp(S.WarmUpSeconds);
  R.start();
  Stopping Stop(J.Plan);
  std::vector<Epoch> Epochs;
  std::string Why;
  const bool Synthetic = R.feed().synthetic();
  std::optional<double> Accuracy;
  double Loss = 0;
  MeterReading First = G.read();
  while (Why.empty()) {
    Epoch E;
    const auto Number = static_cast<int64_t>(Epochs.size());
    Tally Train = R.trainEpoch(Number, Shown);
    E.Loss = Loss = Train.loss();
    E.Trained = E.End = G.read();
    if (!Synthetic)
      Accuracy = E.TrainAccuracy = Train.accuracy();
    if (R.feed().validationSize() > 0) {
      Tally Valid = R.validate();
      E.ValidationLoss = Valid.loss();
      E.End = G.read();
      if (!Synthetic)
        Accuracy = E.ValidationAccuracy = Valid.accuracy();
      if (std::isfinite(Loss))
        Loss = *E.ValidationLoss;
    }
    if (!std::isfinite(Loss))
      throw Failure("the loss is no finite number after epoch " +
                        std::to_string(Number + 1) +
                        "; a smaller --learning-rate may help",
                    "nan-loss");
    if (J.Plan.EnergyBudgetJ) {
      G.settle(First);
      G.settle(E.End);
    }
    MeterWindow SoFar = G.between(First, E.End);
    Shown.epoch(Accuracy, SoFar.TotalJ,
                SoFar.Seconds > 0 ? SoFar.TotalJ / SoFar.Seconds : 0);
    Why = Stop.check(Number, Accuracy, Loss, SoFar.TotalJ);
    Epochs.push_back(std::move(E));
  }
  G.settle(First);
  for (Epoch &E : Epochs) {
    G.settle(E.Trained);
    G.settle(E.End);
  }
  Json Rows = Json::array();
  for (size_t I = 0; I < Epochs.size(); ++I)
    Rows.push_back(epochRow(G, static_cast<int64_t>(I) + 1,
                            I == 0 ? First : Epochs[I - 1].End, Epochs[I]));
  const MeterReading &Last = Epochs.back().End;
  MeterWindow Whole = G.between(First, Last);
  auto Count = static_cast<int64_t>(Epochs.size());
  Record["status"] = "done";
  Record["samples"] = R.feed().trainSize();
  Record["validation_samples"] = R.feed().validationSize();
  Record["parameters"] = R.parameterElements();
  Record["epochs"] = Count;
  Record["steps"] = Count * R.feed().trainBatches();
  Record["stopped"] = Why;
  Record["seconds"] = Whole.Seconds;
  if (First.UnixSeconds > 0)
    Record["window_unix"] = {First.UnixSeconds, Last.UnixSeconds};
  setOptional(Record, "accuracy", Accuracy);
  Record["final_loss"] = Loss;
  if (G.measures()) {
    Record["energy"] = {{"value", Whole.TotalJ}, {"unit", "J"}};
    Record["energy_by_domain"] = G.byDomain(Whole);
  }
  if (IdleW) {
    Record["idle_power_w"] = *IdleW;
    Record["idle_seconds"] = S.IdleSeconds;
    Record["energy_net"] = {{"value", Whole.TotalJ - *IdleW * Whole.Seconds},
                            {"unit", "J"}};
  }
  Record["per_epoch"] = std::move(Rows);
  G.conclude(Record);
  return Record;
}

} // namespace toscount::measure
