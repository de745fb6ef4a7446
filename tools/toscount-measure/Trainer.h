//===- Trainer.h - one measured training run ------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_MEASURE_TRAINER_H
#define TOSCOUNT_MEASURE_TRAINER_H

#include "Data.h"
#include "Job.h"
#include "Progress.h"

#include <atomic>
#include <functional>

namespace toscount::measure {

struct Settings {
  at::Device Device = at::kCPU;
  unsigned Threads = 1;
  std::string Meter = "auto";
  double IdleSeconds = 0, WarmUpSeconds = 0;
  bool CountMacs = false;
  /// Prints a warning, each only once; null for none.
  std::function<void(const std::string &)> Say;
  /// Set by Ctrl-C: the run ends without a record.
  const std::atomic<bool> *Interrupted = nullptr;
};

/// The run was interrupted.
struct Interruption {};

/// Multiply-accumulates of one step.
struct StepMacs {
  uint64_t Forward = 0, Backward = 0;
};

/// What every record of \p J says, whether the run went well or not.
Json recordHead(const Job &J, const Settings &S);

/// Throws Failure when \p J can't be run: before anything is trained.
void preflight(const Job &J, const DataSet *Data, const Settings &S);

/// Trains and measures; the whole record. \p Data is null for synthetic
/// samples. Throws Failure, whose Kind goes into a record of the failure.
Json trainJob(const Job &J, const DataSet *Data, const Settings &S,
              Progress &Shown);

/// One forward and backward pass of the first batch, counted.
StepMacs countStep(const Job &J, const DataSet *Data, const Settings &S);

} // namespace toscount::measure

#endif // TOSCOUNT_MEASURE_TRAINER_H
