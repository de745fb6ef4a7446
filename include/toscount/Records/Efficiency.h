//===- Efficiency.h - accuracy bought for energy --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The training efficiency of a neural architecture (Cueto-Mendoza and
/// Kelleher, "A framework for measuring the training efficiency of a neural
/// architecture", equations 2 to 4): accuracy
/// over the energy that reaching it took, its mean over the sizes of an
/// architecture, and the mean of those over the criteria that ended training.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_RECORDS_EFFICIENCY_H
#define TOSCOUNT_RECORDS_EFFICIENCY_H

#include "toscount/Records/RunRecord.h"

namespace toscount {

/// What tells runs apart. Empty: not given.
struct EfficiencyKey {
  std::string Hardware, Dataset, Criterion, Architecture, Size;

  bool operator==(const EfficiencyKey &Other) const {
    return Hardware == Other.Hardware && Dataset == Other.Dataset &&
           Criterion == Other.Criterion && Architecture == Other.Architecture &&
           Size == Other.Size;
  }
};

/// The part of a run up to the end of one epoch.
struct EpochEfficiency {
  unsigned Epoch = 0; ///< From 1.
  double Accuracy = 0;
  double Energy = 0; ///< Of all epochs up to this one.
  double Efficiency = 0;
};

struct EfficiencyRun {
  EfficiencyKey Key;
  /// Absent in tables that give efficiencies only.
  std::optional<double> Accuracy, Energy;
  std::optional<double> Epochs;
  double Efficiency = 0; ///< Equation 2, 1 / unit.
  bool Estimated = false;
  std::vector<EpochEfficiency> PerEpoch;
  /// What a table printed, to be checked.
  std::optional<double> PrintedEfficiency, PrintedMean;
  std::string Where; ///< "FILE:LINE".
};

struct EfficiencyData {
  std::string Unit; ///< Of the energies: "J", "W samples".
  std::vector<EfficiencyRun> Runs;
};

/// Columns of a table, by name. Only those that were asked for must exist;
/// empty: the defaults in efficiencyColumn.
struct EfficiencyColumns {
  std::string Accuracy, Energy, Efficiency, Epochs;
  std::string Hardware, Dataset, Criterion, Architecture, Size;
  std::string Printed, PrintedMean;
  /// Empty: what the energy column's name says (energy_j: J; energy_w_samples:
  /// W samples).
  std::string Unit;
  /// Rows whose column has one of the values; several columns: all of them.
  std::vector<std::pair<std::string, std::string>> Where;
  /// Values of columns that a table does not have.
  std::vector<std::pair<std::string, std::string>> Set;
};

/// Runs of tables (files that end in .csv) and of records (all others), in
/// their order. Refuses mixed units, accuracies outside 0 to 1, energies that
/// are not above 0, and files without a run.
llvm::Expected<EfficiencyData> readEfficiency(llvm::ArrayRef<std::string> Paths,
                                              const EfficiencyColumns &Columns);

/// An accuracy on the way, of a run or of a longer one.
struct KeyedAccuracy {
  EfficiencyKey Key; ///< The criterion does not matter.
  double Epoch = 0, Accuracy = 0;
};

/// Accuracies after some epochs: the columns test_1, test_50 of a table, a row
/// a model. Empty cells are skipped.
llvm::Expected<std::vector<KeyedAccuracy>>
readAccuracies(llvm::StringRef Path, const EfficiencyColumns &Columns);

/// The runs of \p Records. "zoo:lenet:scale=2" is architecture lenet, size
/// scale=2; other models have their group and their path. Those without
/// accuracy are refused.
llvm::Expected<EfficiencyData>
efficiencyOfRuns(llvm::ArrayRef<RunRecord> Records);

/// A mean over runs, sizes or criteria.
struct EfficiencyMean {
  EfficiencyKey Key; ///< What was averaged over is empty.
  size_t N = 0;      ///< Values averaged.
  double Mean = 0, Least = 0, Most = 0;
  std::optional<double> Accuracy, Energy, Epochs; ///< Means; of models only.
};

enum class RatioOf { Architecture, Dataset, Hardware };

/// Efficiency of one architecture, data set or device over another's, all else
/// equal.
struct EfficiencyRatio {
  RatioOf Of = RatioOf::Architecture;
  std::string Numerator, Denominator;
  EfficiencyKey Key; ///< What both share.
  double Ratio = 0;
};

/// The same models trained on two devices.
struct HardwareComparison {
  std::string Numerator, Denominator;
  size_t Models = 0; ///< That both trained, by data set, criterion and size.
  /// Geometric means of numerator / denominator over those, and extremes.
  double Efficiency = 0, LeastEfficiency = 0, MostEfficiency = 0;
  std::optional<double> Energy;
  /// Of efficiencies: do both order the models alike?
  std::optional<double> Spearman;
  /// Data sets on which both order the architectures alike, and all that can
  /// be told.
  size_t SameOrder = 0, Orders = 0;
};

struct EfficiencyReport {
  std::string Unit;
  std::vector<EfficiencyMean> Models;      ///< Equation 2, mean of repeats.
  std::vector<EfficiencyMean> ByCriterion; ///< Equation 3: mean over sizes.
  std::vector<EfficiencyMean> BySize;      ///< Mean over criteria, a size.
  std::vector<EfficiencyMean> Overall;     ///< Equation 4.
  std::vector<EfficiencyRatio> Ratios;     ///< Of Overall.
  std::vector<HardwareComparison> Hardware;
  std::vector<std::string> Notes; ///< What makes means hard to compare.
};

/// \p Baselines: architectures, data sets and devices to divide by; without
/// one the better of two, on geometric average, is above the line. An error
/// for a baseline that no run has.
llvm::Expected<EfficiencyReport>
summarizeEfficiency(const EfficiencyData &Data,
                    llvm::ArrayRef<std::string> Baselines = {});

/// "LeNet 3, MNIST, early-stopping": the parts of \p Key that are given.
std::string keyText(const EfficiencyKey &Key);

} // namespace toscount

#endif // TOSCOUNT_RECORDS_EFFICIENCY_H
