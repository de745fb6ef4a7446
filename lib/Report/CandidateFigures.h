//===- CandidateFigures.h - pictures of candidates ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_REPORT_CANDIDATEFIGURES_H
#define TOSCOUNT_LIB_REPORT_CANDIDATEFIGURES_H

#include "toscount/Plot/Figure.h"
#include "toscount/Prediction/Compare.h"
#include "toscount/Prediction/Sweep.h"

namespace toscount {

/// "ranking" (what ranks the models, with intervals), "front" (energy against
/// accuracy) where there are accuracies, otherwise "work" (energy against TOs).
std::vector<Figure> comparisonFigures(const Comparison &C);

/// "scaling" (energy, without a profile TOs, by the first factor that is a
/// number, or of every model) and "growth" (everything, as multiples of the
/// smallest).
std::vector<Figure> sweepFigures(const Sweep &S);

} // namespace toscount

#endif // TOSCOUNT_LIB_REPORT_CANDIDATEFIGURES_H
