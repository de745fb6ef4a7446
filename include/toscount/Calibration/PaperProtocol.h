//===- PaperProtocol.h - fitting as the TO paper does ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The protocol of the transistor-operations paper: of each configuration's
/// repeats a tenth is dropped at each end (5 of 50), what is left is split
/// 60/40, a polynomial is fitted to the larger part and judged on the smaller.
/// The precision of table III is read as 100 * (1 - |E' - E| / E); the paper
/// prints no formula.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_CALIBRATION_PAPERPROTOCOL_H
#define TOSCOUNT_CALIBRATION_PAPERPROTOCOL_H

#include "toscount/Calibration/Polynomial.h"

namespace toscount {

struct PaperProtocolOptions {
  PolynomialOptions Polynomial;
  uint64_t Seed = 1; ///< Of the split.

  static constexpr size_t LeastRepeats = 10;
};

/// The columns of table III, and figure 11's, of rows that were held back.
struct PaperJudgement {
  double PrecisionMinPercent = 0, PrecisionMaxPercent = 0,
         PrecisionMeanPercent = 0;
  double ErrorMean = 0, ErrorMax = 0; ///< Absolute, in the response's unit.
  double Rmse = 0, RSquared = 0;
};

/// Sizes must agree and not be 0; measured values must be above 0.
PaperJudgement judgeByPaper(llvm::ArrayRef<double> Predicted,
                            llvm::ArrayRef<double> Measured,
                            bool Intercept = true);

struct PaperProtocolResult {
  std::unique_ptr<PolynomialModel> Model; ///< Of the training rows.
  size_t Configurations = 0;
  size_t Dropped = 0;
  std::vector<size_t> Training, Validation; ///< Rows of the data, ascending.
  PaperJudgement Judgement;                 ///< Of the validation rows.
};

/// A configuration is a group of \p Data. Refuses one of fewer than ten
/// repeats.
llvm::Expected<PaperProtocolResult>
fitByPaper(const Dataset &Data, const PaperProtocolOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_CALIBRATION_PAPERPROTOCOL_H
