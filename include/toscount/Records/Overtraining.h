//===- Overtraining.h - did longer training pay? --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Compares a model after two numbers of epochs (Cueto-Mendoza and
/// Kelleher, "A framework for measuring the training efficiency of a neural
/// architecture", section 5.4 and table 13). Column A is
/// what test accuracy gained, column B by how much the gap between training and
/// test accuracy grew. The paper calls a model overtrained without an
/// "appreciable increase" A, or when B is "of a comparable scale"; the rule
/// A < 0.005 or B >= A/2 makes that precise and gives its 20 verdicts.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_RECORDS_OVERTRAINING_H
#define TOSCOUNT_RECORDS_OVERTRAINING_H

#include "toscount/Records/Efficiency.h"

namespace toscount {

struct OvertrainingRule {
  unsigned Early = 50, Late = 100; ///< Epochs.
  double LeastGain = 0.005;        ///< A below it: no appreciable increase.
  double Divergence = 0.5; ///< B from this share of A on: of comparable scale.
};

struct OvertrainingRow {
  EfficiencyKey Key;
  double TrainEarly = 0, TestEarly = 0, TrainLate = 0, TestLate = 0;
  double A = 0; ///< TestLate - TestEarly.
  double B = 0; ///< (TrainLate - TestLate) - (TrainEarly - TestEarly).
  bool Overtrained = false;
  std::string Why;
  std::string Where;
};

/// From tables (files that end in .csv) with columns train_EARLY, test_EARLY,
/// train_LATE and test_LATE, and from records with both epochs.
llvm::Expected<std::vector<OvertrainingRow>>
analyseOvertraining(llvm::ArrayRef<std::string> Paths,
                    const EfficiencyColumns &Columns,
                    const OvertrainingRule &Rule);

} // namespace toscount

#endif // TOSCOUNT_RECORDS_OVERTRAINING_H
