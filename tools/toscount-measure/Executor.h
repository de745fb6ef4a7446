//===- Executor.h - runs a layer graph ------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Runs the nodes of a layer graph in order, each by its operator's row, under
/// autograd. What depends on constants alone is computed once; an activation is
/// let go after its last use, as far as the backward pass does not need it.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_MEASURE_EXECUTOR_H
#define TOSCOUNT_MEASURE_EXECUTOR_H

#include "Operators.h"

#include <set>

namespace toscount::measure {

/// A weight drawn at every step: mean + deviation * noise.
struct Draw {
  size_t Mean = 0, Deviation = 0; ///< Values.
};

class Executor {
public:
  /// \p Kept are values that callers ask for. \p ForceFloat32 computes all
  /// floating tensors at fp32. Throws Failure, naming all operators that can't
  /// be run and constants whose contents are not known.
  Executor(const GraphInfo &G, const std::set<size_t> &Kept, at::Device Device,
           bool ForceFloat32);

  /// Gives parameters and buffers their first values, by \p Seed.
  void initialise(uint64_t Seed);

  /// One forward pass of operands in the order of the graph's inputs. Throws
  /// Failure with the node's name.
  void run(const std::vector<at::Tensor> &Inputs, Mode How);

  /// A kept value, or an output, of the last run.
  [[nodiscard]] const at::Tensor &value(size_t Id) const { return Values[Id]; }
  /// Lets go of what the last run has kept.
  void release();

  /// What is trained; leaves of the autograd graph.
  [[nodiscard]] const std::vector<at::Tensor> &parameters() const {
    return Trained;
  }
  /// Weights drawn at random that no input has touched.
  [[nodiscard]] const std::vector<Draw> &draws() const { return Draws; }
  [[nodiscard]] int64_t parameterElements() const;

private:
  void resolve();
  void placeConstants();
  void foldConstants();
  void findDraws();
  void planRelease();
  void runNode(size_t Index, Mode How);

  const GraphInfo &G;
  std::set<size_t> Kept;
  at::Device Device;
  bool ForceFloat32;
  std::vector<const OperatorRow *> Rows;
  std::vector<bool> Static;     ///< By node: computed once.
  std::vector<bool> IsConstant; ///< By value.
  std::vector<at::Tensor> Values;
  std::vector<std::vector<size_t>> ReleaseAfter; ///< By node.
  std::vector<at::Tensor> Trained;
  std::vector<Draw> Draws;
};

/// Draws first values for stored tensor \p S of \p G by the operator that uses
/// it (docs/Measuring.md, "Initialization").
at::Tensor initialValue(const GraphInfo &G, const StoredInfo &S);

} // namespace toscount::measure

#endif // TOSCOUNT_MEASURE_EXECUTOR_H
