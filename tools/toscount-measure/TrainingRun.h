//===- TrainingRun.h - steps, epochs and validation -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Trains one network on one data set, without a meter: what happens inside
/// the windows that the trainer measures.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_MEASURE_TRAININGRUN_H
#define TOSCOUNT_MEASURE_TRAININGRUN_H

#include "Batches.h"
#include "Executor.h"
#include "Failure.h"
#include "Loss.h"
#include "MacCounter.h"
#include "Machine.h"
#include "Trainer.h"

#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/GradMode.h>

#include <chrono>
#include <set>

namespace toscount::measure {

inline std::set<size_t> keptValues(const Job &J) {
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
    using Clock = std::chrono::steady_clock;
    const Clock::time_point End =
        Clock::now() + std::chrono::duration_cast<Clock::duration>(
                           std::chrono::duration<double>(Seconds));
    Tally Ignored;
    while (Clock::now() < End) {
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

} // namespace toscount::measure

#endif // TOSCOUNT_MEASURE_TRAININGRUN_H
