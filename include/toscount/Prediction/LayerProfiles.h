//===- LayerProfiles.h - runs predicted from profiles of layers -----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Profiles of single layers, forward or backward (with loss and update), add
/// up to the energy of a run: each layer, each step, is a run of the profile
/// whose phase it is and whose operators its operator is among. What no profile
/// has (an activation, where only convolutions were measured) is not in the
/// sum, and neither is what a process takes before its first step: the
/// prediction is of the energy above start-up.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_PREDICTION_LAYERPROFILES_H
#define TOSCOUNT_PREDICTION_LAYERPROFILES_H

#include "toscount/Prediction/Predict.h"

namespace toscount {

/// What the sum of \p Parts is of: their common hardware, meter and unit, and
/// a family without coefficients. Errors: one is of whole runs, or does not
/// say its operators; two price the same layers, or differ in hardware, meter,
/// unit or datatype.
llvm::Expected<Profile> sumOfLayers(llvm::ArrayRef<Profile> Parts);

/// The energy of the run of \p Spec by \p Parts, which sumOfLayers has
/// accepted. No interval: the errors of layers say nothing of their sum's. A
/// note names the operators that no profile has. An error when there is none
/// that one has.
llvm::Expected<Prediction> predictLayers(llvm::ArrayRef<Profile> Parts,
                                         const RunSpec &Spec,
                                         const OpRegistry &Registry);

} // namespace toscount

#endif // TOSCOUNT_PREDICTION_LAYERPROFILES_H
