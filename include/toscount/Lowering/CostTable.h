//===- CostTable.h - counts lowered to transistor operations --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The cost table: each layer and phase with its TOs, FLOPs, linear FLOPs
/// (MACs), bytes and kernels; totals by phase; and the same scaled to a whole
/// training run. Reports are views of it.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LOWERING_COSTTABLE_H
#define TOSCOUNT_LOWERING_COSTTABLE_H

#include "toscount/Analysis/ModelCounts.h"
#include "toscount/Lowering/Alu.h"

namespace toscount {

/// What a layer in a phase, a phase, or everything costs.
struct Cost {
  WideCount Macs, Flops, TOs;
  WideCount BytesRead, BytesWritten;
  WideCount Kernels, Random;
  WideCount Add, Sub, Mul, Div, Root, Cmp;
  std::array<WideCount, NumElementary> ByFunction{};

  [[nodiscard]] WideCount bytes() const { return BytesRead + BytesWritten; }
  Cost &operator+=(const Cost &B);
  /// Every figure times \p Factor.
  [[nodiscard]] Cost scaled(WideCount Factor) const;
  [[nodiscard]] bool valid() const;
  /// True when every figure is 0.
  [[nodiscard]] bool empty() const;
};

struct LoweringOptions {
  AluTable Alu;
  /// Type of the additions inside dot products; absent: the products' type.
  std::optional<ElementType> Accumulate;
  bool FlopsIncludeCmp = false;
};

/// A training run: `--samples`, `--batch`, `--epochs`.
struct RunPlan {
  int64_t Samples = 0, Batch = 0, Epochs = 1;
  [[nodiscard]] int64_t stepsPerEpoch() const {
    return Samples / Batch + (Samples % Batch != 0 ? 1 : 0);
  }
};

/// What a layer, or several, cost.
struct LayerCost {
  std::array<Cost, NumPhases> Phases;
  Cost All;

  [[nodiscard]] const Cost &in(Phase P) const {
    return Phases[static_cast<unsigned>(P)];
  }
  LayerCost &operator+=(const LayerCost &B);
};

struct RunCost {
  RunPlan Plan;
  std::array<Cost, NumPhases> Phases;
  Cost All;
};

struct CostTable {
  const ModelCounts *Counts = nullptr;
  LoweringOptions Options;
  std::array<Cost, NumPhases> Phases;
  Cost All;
  std::optional<RunCost> Run;

  /// What layer \p I of Counts costs: lowered again at each call, so that a
  /// million layers take no memory here.
  [[nodiscard]] LayerCost layer(size_t I) const;
};

/// Cost of \p W under \p Options.
Cost lower(const Work &W, const LoweringOptions &Options);
/// Cost of each phase of \p Layer, and of all.
LayerCost lower(const LayerCounts &Layer, const LoweringOptions &Options);

/// Lowers all of \p Counts; an error when a total does not fit 128 bits. The
/// table refers to \p Counts.
llvm::Expected<CostTable> lower(const ModelCounts &Counts,
                                const LoweringOptions &Options);

/// What a run costs: \p Step for every full batch of \p Plan, \p Last (the
/// same model at the remaining batch size; null when samples divide evenly) for
/// the last batch of each epoch.
llvm::Expected<RunCost> lowerRun(const RunPlan &Plan, const CostTable &Step,
                                 const CostTable *Last);

} // namespace toscount

#endif // TOSCOUNT_LOWERING_COSTTABLE_H
