//===- CostDiff.h - what differs between two cost tables ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Matches the layers of two models, and holds growth of their totals against
/// limits.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LOWERING_COSTDIFF_H
#define TOSCOUNT_LOWERING_COSTDIFF_H

#include "toscount/Lowering/CostTable.h"

namespace toscount {

enum class LayerChange : uint8_t {
  Same,
  Renamed, ///< Only its name differs.
  Changed,
  Added,
  Removed,
};
llvm::StringRef name(LayerChange C); ///< "same", "renamed", "changed"...

/// A layer of the old model, of the new one, or one of each.
struct LayerPair {
  static constexpr size_t None = SIZE_MAX;
  size_t Old = None, New = None;
  LayerChange Change = LayerChange::Same;
};

struct CostDiff {
  const CostTable *Old = nullptr, *New = nullptr;
  /// In the new model's order; removed layers stand behind the old layer that
  /// was before them.
  std::vector<LayerPair> Layers;
  std::array<size_t, 5> ByChange{}; ///< How many of each LayerChange.

  [[nodiscard]] size_t count(LayerChange C) const {
    return ByChange[static_cast<unsigned>(C)];
  }
  /// No layer, parameter or total differs, names included.
  [[nodiscard]] bool same() const;
};

/// Layers are matched by name (equal names in order of execution), then those
/// that are left by operator and output shape in order, then, between two
/// neighbours that are matched, by operator in order. The result refers to both
/// tables.
CostDiff diffTables(const CostTable &Old, const CostTable &New);

/// A total of a model.
struct TotalFigure {
  llvm::StringLiteral Name;  ///< "flops"
  llvm::StringLiteral Title; ///< "FLOPs"
  bool IsBytes;
  /// Of a phase, or of all; null for figures that have no phase.
  WideCount (*OfCost)(const Cost &);
  /// Nothing when it was not counted.
  std::optional<WideCount> (*OfModel)(const ModelCounts &);
};

/// macs, flops, tos, bytes, kernels; params, trainable, activation_bytes.
llvm::ArrayRef<TotalFigure> totalFigures();

/// A figure, of one phase or of all.
struct PhasedFigure {
  const TotalFigure *Figure = nullptr;
  std::optional<Phase> In;

  [[nodiscard]] std::string name() const; ///< "forward.macs"
  /// Nothing when it was not counted.
  [[nodiscard]] std::optional<WideCount> of(const CostTable &Table) const;
};

/// A percentage as it was written, exactly: Digits / 10^Decimals.
struct ExactPercent {
  uint64_t Digits = 0;
  unsigned Decimals = 0;
  [[nodiscard]] double value() const;
};

/// `METRIC=PERCENT`: fails when the metric grew by more.
struct GrowthGate {
  PhasedFigure Of;
  ExactPercent Limit;
  std::string Text; ///< As given.
};

/// The gate in \p Text: "flops=5%", "forward.macs=0.5". Errors say what is
/// wrong with it, with the nearest spelling of the metric.
llvm::Expected<GrowthGate> parseGate(llvm::StringRef Text);

struct GateResult {
  WideCount Old, New;
  bool Failed = false;
  /// 100 * (new / old - 1); absent when old is 0.
  std::optional<double> GrowthPercent;
};

/// Compares exactly. Errors: the metric was not counted.
llvm::Expected<GateResult>
checkGate(const GrowthGate &Gate, const CostTable &Old, const CostTable &New);

/// 100 * (new / old - 1); nothing when \p Old is 0 or either is invalid.
std::optional<double> growthPercent(WideCount Old, WideCount New);

} // namespace toscount

#endif // TOSCOUNT_LOWERING_COSTDIFF_H
