//===- PredictionFigures.h - pictures of predictions ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_REPORT_PREDICTIONFIGURES_H
#define TOSCOUNT_LIB_REPORT_PREDICTIONFIGURES_H

#include "toscount/Calibration/FitRuns.h"
#include "toscount/Plot/Figure.h"
#include "toscount/Report/PredictionReport.h"

namespace toscount {

/// "phases" (the energy, its interval, and its parts), "layers".
std::vector<Figure> predictionFigures(const PredictionReport &R);

/// "predicted" and "residuals" of every run, "families" (the profile's beside
/// its baselines), "groups" (those predicted worst).
std::vector<Figure> evaluationFigures(const Evaluation &E);

/// "predicted" and "residuals" of every run, by fits that had not seen it;
/// "families" (candidates and baselines).
std::vector<Figure> runFitFigures(const RunFit &Fit);

} // namespace toscount

#endif // TOSCOUNT_LIB_REPORT_PREDICTIONFIGURES_H
