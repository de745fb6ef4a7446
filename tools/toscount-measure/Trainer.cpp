//===- Trainer.cpp - one measured training run ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Trainer.h"

#include "Batches.h"
#include "Executor.h"
#include "Failure.h"
#include "Loss.h"
#include "MacCounter.h"
#include "Machine.h"

#include "toscount/Meters/Meter.h"

#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/GradMode.h>

#include <chrono>
#include <cmath>
#include <ctime>
#include <thread>

namespace toscount::measure {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point Start) {
  return std::chrono::duration<double>(Clock::now() - Start).count();
}

std::string utcNow() {
  std::time_t Now = std::time(nullptr);
  std::tm Parts{};
  gmtime_r(&Now, &Parts);
  char Text[32];
  std::strftime(Text, sizeof(Text), "%Y-%m-%dT%H:%M:%SZ", &Parts);
  return Text;
}

std::set<size_t> keptValues(const Job &J) {
  return {J.Plan.Loss.Input, J.Plan.Loss.Output};
}

/// Means over the batches of an epoch, summed on the device.
struct Tally {
  at::Tensor Loss, Correct;
  int64_t Rows = 0, Samples = 0;

  void add(const at::Tensor &BatchLoss, const at::Tensor &BatchCorrect,
           int64_t BatchRows, int64_t BatchSamples) {
    at::Tensor Weighted =
        BatchLoss.detach() * static_cast<double>(BatchSamples);
    Loss = Loss.defined() ? Loss + Weighted : Weighted;
    if (BatchCorrect.defined())
      Correct = Correct.defined() ? Correct + BatchCorrect : BatchCorrect;
    Rows += BatchRows;
    Samples += BatchSamples;
  }
  [[nodiscard]] double loss() const {
    return Loss.defined() ? Loss.item<double>() / static_cast<double>(Samples)
                          : 0;
  }
  [[nodiscard]] std::optional<double> accuracy() const {
    if (!Correct.defined() || Rows == 0)
      return std::nullopt;
    return Correct.item<double>() / static_cast<double>(Rows);
  }
};

class Run {
public:
  Run(const Job &J, const DataSet *Data, const Settings &S)
      : J(J), S(S), E(J.Graph, keptValues(J), S.Device, /*ForceFloat32=*/true),
        Feed(J, Data, S.Device) {
    Beta = J.Plan.Loss.Beta.value_or(
        1.0 / static_cast<double>(std::max<int64_t>(Feed.trainSize(), 1)));
    checkDatatype(J.Plan.Datatype, S.Device);
    if (J.Plan.Loss.Name == "elbo" && E.draws().empty())
      throw Failure(J.Model + ": loss elbo needs weights drawn as mean + "
                              "deviation * noise, and there are none");
  }

  void start() {
    E.initialise(static_cast<uint64_t>(J.Plan.Seed));
    if (E.parameters().empty())
      throw Failure(J.Model + ": has no trainable parameters");
    Update = std::make_unique<Optimizer>(J.Plan.Optimizer, E.parameters());
    Random = at::detail::createCPUGenerator(static_cast<uint64_t>(J.Plan.Seed));
    Scale = J.Plan.Datatype == "fp16" ? 65536 : 1;
  }

  /// Forward and loss of \p B.
  at::Tensor forward(const Batch &B, Mode How) {
    Autocast Cast(J.Plan.Datatype, S.Device);
    E.run(B.Inputs, How);
    return at::Tensor();
  }

  void step(const Batch &B, Tally &T) {
    forward(B, Mode::Train);
    at::Tensor Loss = lossOf(J.Plan.Loss, E, B.Target, Beta);
    backward(Loss);
    T.add(Loss, correctOf(J.Plan.Loss, E, B.Target), rowsOf(J.Plan.Loss, E),
          samplesOf(B));
    if (gradientsFinite())
      Update->step();
    E.release();
  }

  void backward(const at::Tensor &Loss) {
    if (!Loss.requires_grad())
      throw Failure(J.Model + ": no trainable parameter lies on a path to the "
                              "loss");
    (Scale == 1 ? Loss : Loss * Scale).backward();
  }

  Tally trainEpoch(int64_t Epoch, Progress &Shown) {
    Tally T;
    Feed.shuffle(Random);
    for (int64_t I = 0; I < Feed.trainBatches(); ++I) {
      stopIfInterrupted();
      step(Feed.train(I), T);
      Shown.step(Epoch, static_cast<double>(I + 1) /
                            static_cast<double>(Feed.trainBatches()));
    }
    return T;
  }

  Tally validate() {
    Tally T;
    c10::AutoGradMode NoGrad(false);
    for (int64_t I = 0; I < Feed.validationBatches(); ++I) {
      stopIfInterrupted();
      Batch B = Feed.validation(I);
      forward(B, Mode::Evaluate);
      T.add(lossOf(J.Plan.Loss, E, B.Target, Beta),
            correctOf(J.Plan.Loss, E, B.Target), rowsOf(J.Plan.Loss, E),
            samplesOf(B));
      E.release();
    }
    return T;
  }

  void warmUp(double Seconds) {
    if (Seconds <= 0)
      return;
    start();
    Clock::time_point Begin = Clock::now();
    Tally Ignored;
    while (secondsSince(Begin) < Seconds) {
      stopIfInterrupted();
      step(Feed.train(0), Ignored);
      synchronize(S.Device);
    }
  }

  StepMacs countMacs() {
    start();
    Batch B = Feed.train(0);
    MacCounter Counter;
    forward(B, Mode::Train);
    at::Tensor Loss = lossOf(J.Plan.Loss, E, B.Target, Beta);
    synchronize(S.Device);
    StepMacs Macs;
    Macs.Forward = Counter.take();
    backward(Loss);
    synchronize(S.Device);
    Macs.Backward = Counter.take();
    E.release();
    return Macs;
  }

  [[nodiscard]] const Batches &feed() const { return Feed; }
  [[nodiscard]] int64_t parameterElements() const {
    return E.parameterElements();
  }

private:
  static int64_t samplesOf(const Batch &B) {
    const at::Tensor &X = B.Inputs.front();
    return X.dim() == 0 ? 1 : X.size(0);
  }

  /// fp16 gradients are computed of a scaled loss; a step that overflows is
  /// left out and the scale halved.
  bool gradientsFinite() {
    if (Scale == 1)
      return true;
    c10::AutoGradMode NoGrad(false);
    at::Tensor Bad = at::zeros({}, at::TensorOptions().device(S.Device));
    for (const at::Tensor &P : E.parameters())
      if (P.grad().defined()) {
        P.mutable_grad() = P.grad() * (1 / Scale);
        Bad += at::isfinite(P.grad()).logical_not().sum();
      }
    if (Bad.item<double>() == 0)
      return true;
    for (const at::Tensor &P : E.parameters())
      P.mutable_grad() = at::Tensor();
    Scale = std::max(Scale / 2, 1.0);
    return false;
  }

  void stopIfInterrupted() const {
    if (S.Interrupted != nullptr && S.Interrupted->load())
      throw Interruption();
  }

  const Job &J;
  const Settings &S;
  Executor E;
  Batches Feed;
  std::unique_ptr<Optimizer> Update;
  at::Generator Random;
  double Beta = 0, Scale = 1;
};

/// Readings at the edges of windows; the device is idle at each.
class Gauge {
public:
  Gauge(const Settings &S) : S(S) {
    std::string Note;
    M = openMeter(S.Meter, S.Threads, Note);
    if (!M)
      throw Failure(Note, "lost-sensor", NotHere);
  }
  MeterReading read() {
    synchronize(S.Device);
    MeterReading R;
    std::string Problem;
    if (!M->read(R, Problem))
      throw Failure("meter " + M->name() + ": " + Problem, "lost-sensor");
    return R;
  }
  [[nodiscard]] bool measures() const { return !M->domains().empty(); }
  [[nodiscard]] const Meter &meter() const { return *M; }
  [[nodiscard]] MeterWindow between(const MeterReading &From,
                                    const MeterReading &To) const {
    return window(*M, From, To);
  }
  [[nodiscard]] Json byDomain(const MeterWindow &W) const {
    Json O = Json::object();
    for (size_t I = 0; I < W.EnergyJ.size(); ++I)
      O[M->domains()[I].Name] = W.EnergyJ[I];
    return O;
  }

private:
  const Settings &S;
  std::unique_ptr<Meter> M;
};

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

void meterFacts(Json &Record, const Gauge &G) {
  const Meter &M = G.meter();
  Record["meter"] = M.name();
  Record["meter_resolution_s"] = M.resolutionS();
  if (M.estimated())
    Record["estimated"] = true;
  Json Boundary = Json::array();
  for (const MeterDomain &D : M.domains())
    if (D.InTotal)
      Boundary.push_back(D.Name);
  Record["boundary"] = Boundary;
  for (const auto &[Name, Text] : M.facts())
    Record["meter_facts"][Name] = Text;
}

std::optional<double> measureIdle(Gauge &G, const Settings &S,
                                  Progress &Shown) {
  if (S.IdleSeconds <= 0 || !G.measures() || !G.meter().measuresIdle())
    return std::nullopt;
  Shown.note("idle");
  MeterReading From = G.read();
  Clock::time_point Begin = Clock::now();
  while (secondsSince(Begin) < S.IdleSeconds) {
    if (S.Interrupted != nullptr && S.Interrupted->load())
      throw Interruption();
    std::this_thread::sleep_for(std::chrono::duration<double>(
        std::min(0.05, S.IdleSeconds - secondsSince(Begin))));
  }
  MeterWindow W = G.between(From, G.read());
  return W.Seconds > 0 ? std::optional<double>(W.TotalJ / W.Seconds)
                       : std::nullopt;
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

Json trainJob(const Job &J, const DataSet *Data, const Settings &S,
              Progress &Shown) {
  Json Record = recordHead(J, S);
  Gauge G(S);
  meterFacts(Record, G);
  Run R(J, Data, S);
  if (S.CountMacs) {
    StepMacs Macs = R.countMacs();
    Record["step_macs"] = {{"forward", Macs.Forward},
                           {"backward", Macs.Backward}};
  }
  std::optional<double> IdleW = measureIdle(G, S, Shown);
  if (S.WarmUpSeconds > 0)
    Shown.note("warming up");
  R.warmUp(S.WarmUpSeconds);
  R.start();
  Stopping Stop(J.Plan);
  Json Epochs = Json::array();
  std::string Why;
  std::optional<double> Accuracy;
  double Loss = 0;
  const MeterReading First = G.read();
  MeterReading Last = First;
  for (int64_t Epoch = 0; Why.empty(); ++Epoch) {
    Tally Train = R.trainEpoch(Epoch, Shown);
    Loss = Train.loss();
    MeterReading Trained = G.read();
    Json Row = {{"epoch", Epoch + 1}, {"loss", Loss}};
    Accuracy = R.feed().synthetic() ? std::nullopt : Train.accuracy();
    setOptional(Row, "train_accuracy", Accuracy);
    MeterReading End = Trained;
    if (R.feed().validationSize() > 0) {
      Tally Valid = R.validate();
      double ValidLoss = Valid.loss();
      End = G.read();
      MeterWindow Part = G.between(Trained, End);
      Row["validation_loss"] = ValidLoss;
      Row["validation_seconds"] = Part.Seconds;
      Row["validation_energy"] = G.byDomain(Part);
      Accuracy = R.feed().synthetic() ? std::nullopt : Valid.accuracy();
      setOptional(Row, "validation_accuracy", Accuracy);
      if (std::isfinite(Loss))
        Loss = ValidLoss;
    }
    MeterWindow Window = G.between(Last, End);
    Row["seconds"] = Window.Seconds;
    Row["energy"] = G.byDomain(Window);
    Last = End;
    if (!std::isfinite(Loss))
      throw Failure("the loss is no finite number after epoch " +
                        std::to_string(Epoch + 1) +
                        "; a smaller --learning-rate may help",
                    "nan-loss");
    Epochs.push_back(std::move(Row));
    MeterWindow SoFar = G.between(First, Last);
    Shown.epoch(Accuracy, SoFar.TotalJ,
                SoFar.Seconds > 0 ? SoFar.TotalJ / SoFar.Seconds : 0);
    Why = Stop.check(Epoch, Accuracy, Loss, SoFar.TotalJ);
  }
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
  Record["per_epoch"] = std::move(Epochs);
  return Record;
}

} // namespace toscount::measure
