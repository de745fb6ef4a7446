//===- AccuracyFit.h - learning curves of families of networks ------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Fits a learning curve to every family of a table of trainings, and learns
/// from sizes that are left out how far accuracies and stopping epochs lie from
/// such curves.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_CALIBRATION_ACCURACYFIT_H
#define TOSCOUNT_CALIBRATION_ACCURACYFIT_H

#include "toscount/Prediction/AccuracyProfile.h"

namespace toscount {

struct AccuracyFitOptions {
  std::string Name, Source;
  std::string Size = "scale"; ///< The parameter of the specs that is the size.
  unsigned Patience = 3;      ///< Of the trainings that stopped early.
};

/// The profile of the table \p Path: columns `model` (specs of the zoo),
/// `samples`, `batch`, `optimizer`, `epochs`, `accuracy` and `stop` (what ended
/// the training: "accuracy", "patience", or anything else). Specs that differ in
/// their size alone are a family; of each at least four sizes are needed.
/// Intervals are conformal, from the errors of every size when it is left out.
/// Errors name the line. Opens the solver module.
llvm::Expected<AccuracyProfile>
fitAccuracyProfile(llvm::StringRef Path, const AccuracyFitOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_CALIBRATION_ACCURACYFIT_H
