//===- Batches.h - what a network is fed ----------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Brings a data set, or synthetic samples, and a network together: which
/// samples train and which validate, and batches of both on the device.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_MEASURE_BATCHES_H
#define TOSCOUNT_MEASURE_BATCHES_H

#include "Data.h"
#include "Job.h"

namespace toscount::measure {

struct Batch {
  std::vector<at::Tensor> Inputs; ///< In the order of the graph's inputs.
  at::Tensor Target;              ///< Labels or targets; see Loss.h.
};

class Batches {
public:
  /// \p Data is null for synthetic samples. Throws Failure when the network and
  /// the data don't match.
  Batches(const Job &J, const DataSet *Data, at::Device Device);

  [[nodiscard]] int64_t trainSize() const { return TrainCount; }
  [[nodiscard]] int64_t validationSize() const { return ValidationCount; }
  [[nodiscard]] bool synthetic() const { return Data == nullptr; }

  /// Draws the order of an epoch.
  void shuffle(at::Generator &Random);
  /// Batch \p Index of the epoch; the last may be smaller.
  [[nodiscard]] Batch train(int64_t Index) const;
  [[nodiscard]] Batch validation(int64_t Index) const;
  [[nodiscard]] int64_t trainBatches() const { return batches(TrainCount); }
  [[nodiscard]] int64_t validationBatches() const {
    return batches(ValidationCount);
  }

private:
  [[nodiscard]] int64_t batches(int64_t Count) const {
    return (Count + Size - 1) / Size;
  }
  void checkShapes();
  void checkLabels();
  void choose();
  void makeSynthetic();
  [[nodiscard]] Batch make(const Samples &From, const at::Tensor &Chosen) const;
  [[nodiscard]] Batch makeSynthetic(int64_t Count) const;

  const Job &J;
  const DataSet *Data;
  at::Device Device;
  int64_t Size;
  int64_t TrainCount = 0, ValidationCount = 0;
  bool ValidateOnTest = false;
  Samples Train, Test; ///< On the device.
  at::Tensor Mean, Deviation;
  at::Tensor TrainRows, ValidationRows, Order;
  std::vector<int64_t> SampleShape; ///< As the network takes it.
  size_t MainInput = 0;             ///< Position among the graph's inputs.
  std::vector<at::Tensor> Pool;     ///< Synthetic: one batch.
  at::Tensor PoolTarget;
};

/// True for losses that take one class a row; false for a target an element.
bool takesClasses(const std::string &Loss);

} // namespace toscount::measure

#endif // TOSCOUNT_MEASURE_BATCHES_H
