//===- SizePrediction.h - a size that was never trained -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Leaves out each size of an architecture in turn and predicts, from the other
/// sizes, the epoch at which each criterion ends its training, its energy and
/// its efficiency; beside it what a straight line through the logarithms of
/// size and figure says.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_CALIBRATION_SIZEPREDICTION_H
#define TOSCOUNT_CALIBRATION_SIZEPREDICTION_H

#include "toscount/Calibration/LearningCurve.h"
#include "toscount/Records/Efficiency.h"

namespace toscount {

/// One figure of a model that was left out.
struct Predicted {
  double Measured = 0;
  double Model = 0;    ///< By learning curve and energy per epoch.
  double Baseline = 0; ///< Log-linear in the size.
};

struct SizePrediction {
  EfficiencyKey Key;
  Predicted Epochs, Energy, Efficiency;
  double MeasuredAccuracy = 0, Accuracy = 0;
  /// Of simulated stops, the 10th and 90th percentile; only early stopping.
  std::optional<double> EpochsLow, EpochsHigh;
  bool NeverReached = false; ///< The curve stays below the target.
};

/// Errors are |ln(predicted / measured)|: 0.1 is about 10 %.
struct PredictionScore {
  std::string Quantity;  ///< "epochs", "energy", "efficiency".
  std::string Criterion; ///< Empty: all.
  size_t N = 0;
  double ModelMean = 0, ModelMedian = 0;
  double BaselineMean = 0, BaselineMedian = 0;
  /// Spearman's correlation over the sizes of an architecture, averaged over
  /// data sets, architectures and criteria with at least 3 sizes.
  std::optional<double> ModelRank, BaselineRank;
  /// Pairs of architectures of one size in their measured order; of all pairs.
  size_t ModelOrder = 0, BaselineOrder = 0, Orders = 0;
};

struct SizePredictionReport {
  std::string Unit;
  std::vector<SizePrediction> Rows;
  std::vector<PredictionScore> Scores;
  double AccuracyError = 0;         ///< Mean absolute error, of the rows.
  std::vector<std::string> LeftOut; ///< Runs that neither fit nor score.
};

/// Criteria are known by name: "epochs..." (fixed), "accuracy-bound" and
/// "target-accuracy", "early-stopping" and "patience", "energy-bound" and
/// "energy-budget"; others are refused. The accuracy or energy at which a bound
/// criterion stops is the median of that of the other sizes. A point of
/// \p Extra replaces the accuracy of runs of the same model and epoch. Runs in
/// \p LeftOut (by Where) are neither fitted nor scored. Sizes must be numbers
/// ("2", "scale=2"), at least 4 of each architecture. Opens the solver module.
llvm::Expected<SizePredictionReport>
predictSizes(const EfficiencyData &Data, llvm::ArrayRef<KeyedAccuracy> Extra,
             llvm::ArrayRef<std::string> LeftOut,
             const EarlyStopping &Stopping);

} // namespace toscount

#endif // TOSCOUNT_CALIBRATION_SIZEPREDICTION_H
