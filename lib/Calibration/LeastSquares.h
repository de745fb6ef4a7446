//===- LeastSquares.h - the solver, as the room uses it -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Least squares over rows, with the solver module behind it.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_CALIBRATION_LEASTSQUARES_H
#define TOSCOUNT_LIB_CALIBRATION_LEASTSQUARES_H

#include "SolverModule.h"

#include "toscount/Calibration/Family.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <vector>

namespace toscount {

/// See ToscountLeastSquares. Empty vectors stand for none.
struct LeastSquares {
  size_t Rows = 0;
  /// The residual of a row at P and, unless \p Gradient is empty, its
  /// derivatives. False where it has no value.
  llvm::function_ref<bool(size_t Row, llvm::ArrayRef<double> P,
                          double &Residual,
                          llvm::MutableArrayRef<double> Gradient)>
      Evaluate;
  std::vector<double> Lower, Upper, Weight;
  size_t RobustRows = SIZE_MAX;
  RobustLoss Loss = RobustLoss::Squares;
  double LossScale = 1;
  unsigned MaxIterations = 200;
  double Tolerance = 1e-9;
  double Radius = 1e4;
};

/// Moves \p P to the solution; returns the cost.
llvm::Expected<double> solve(const LeastSquares &Problem,
                             std::vector<double> &P);

/// (J^T J)^-1 at \p P, row by row; an error when columns are not independent.
llvm::Expected<std::vector<double>> inverseNormal(const LeastSquares &Problem,
                                                  llvm::ArrayRef<double> P);

/// Solves with the loss's scale taken from the residuals, unless it is given
/// (above 0): 1.4826 times their median absolute value, times 1.345 for Huber
/// and 2.385 for Cauchy (95 % efficient for normal errors), from squares on in
/// three rounds. \p Scale is what was used; 0 for squares or residuals that
/// are mostly 0.
llvm::Expected<double> solveRobustly(LeastSquares Problem, double GivenScale,
                                     std::vector<double> &P, double &Scale);

} // namespace toscount

#endif // TOSCOUNT_LIB_CALIBRATION_LEASTSQUARES_H
