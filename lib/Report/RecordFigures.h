//===- RecordFigures.h - pictures of measured runs ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_REPORT_RECORDFIGURES_H
#define TOSCOUNT_LIB_REPORT_RECORDFIGURES_H

#include "toscount/Plot/Figure.h"
#include "toscount/Records/Efficiency.h"
#include "toscount/Records/Factors.h"

namespace toscount {

/// "sizes" (by size, a line an architecture), "criteria" (box plots over the
/// sizes), "epochs" (after each epoch, where records have them).
std::vector<Figure> efficiencyFigures(const EfficiencyReport &R,
                                      const EfficiencyData &Data);

/// "effects" (the effect size of each factor) and "levels" (box plots of the
/// response).
std::vector<Figure> factorsFigures(const FactorsReport &R);

} // namespace toscount

#endif // TOSCOUNT_LIB_REPORT_RECORDFIGURES_H
