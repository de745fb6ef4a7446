//===- Loss.h - losses and optimizers -------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_MEASURE_LOSS_H
#define TOSCOUNT_MEASURE_LOSS_H

#include "Executor.h"

namespace toscount::measure {

/// The loss of the network's last run against \p Target: class indices, one a
/// row, or numbers, one an element (whole numbers become one-hot rows where the
/// output has several classes). A mean over the batch, at fp32. \p Beta weighs
/// elbo's divergence.
at::Tensor lossOf(const LossInfo &L, const Executor &E,
                  const at::Tensor &Target, double Beta);

/// How many rows are classified right, as a tensor on the device; undefined
/// when the loss says nothing of classes.
at::Tensor correctOf(const LossInfo &L, const Executor &E,
                     const at::Tensor &Target);

/// Rows that correctOf counts over.
int64_t rowsOf(const LossInfo &L, const Executor &E);

/// The optimizers of `toscount ops`, by the same formulas.
class Optimizer {
public:
  Optimizer(const OptimizerInfo &Info, std::vector<at::Tensor> Parameters);
  /// Updates every parameter that has a gradient, and drops the gradients.
  void step();

private:
  void update(size_t Index, at::Tensor &W, const at::Tensor &G);

  OptimizerInfo Info;
  std::vector<at::Tensor> Parameters, First, Second;
  int64_t Steps = 0;
};

} // namespace toscount::measure

#endif // TOSCOUNT_MEASURE_LOSS_H
