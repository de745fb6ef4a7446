//===- SolverModule.h - what the solver module exports --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Ceres brings a dozen libraries with it that take longer to load than most
/// commands run; so it is linked into a module that is opened only to fit. Two
/// C functions, no exceptions.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_CALIBRATION_SOLVERMODULE_H
#define TOSCOUNT_LIB_CALIBRATION_SOLVERMODULE_H

#include <cstddef>

extern "C" {

/// Losses of ToscountLeastSquares, by the square s of a residual, scale a:
/// 0 squares: s; 1 Huber: s up to a^2, then 2 a sqrt(s) - a^2; 2 Cauchy:
/// a^2 log(1 + s/a^2).
enum ToscountLoss {
  ToscountSquares = 0,
  ToscountHuber = 1,
  ToscountCauchy = 2
};

/// Minimize half the sum over rows of Weight * Loss(Residual^2).
struct ToscountLeastSquares {
  size_t Rows;
  size_t Parameters;
  /// The residual of \p Row at \p P; its derivatives by the parameters too when
  /// \p Gradient is not null. 0 where it has no value.
  int (*Evaluate)(const void *Context, size_t Row, const double *P,
                  double *Residual, double *Gradient);
  const void *Context;
  const double *Lower; ///< A bound a parameter, or null; may be infinite.
  const double *Upper; ///< The same.
  const double
      *Weight; ///< One a row, or null: 1. Rows of weight 0 are left out.
  /// Rows from here on (penalties) are squared, whatever the loss.
  size_t RobustRows;
  int Loss;
  double LossScale;
  unsigned MaxIterations;
  /// Steps relative to the parameters below which a solution is taken.
  double Tolerance;
  /// Of the first trust region. Very large: the first step is not damped, and
  /// solves a linear problem.
  double Radius;
};

struct ToscountSolution {
  int Usable;
  unsigned Iterations;
  double Cost;
  char Message[256];
};

/// Solves from \p Parameters, which become the solution (unchanged when it is
/// not usable).
using ToscountSolve = void (*)(const ToscountLeastSquares *Problem,
                               double *Parameters, ToscountSolution *Solution);

/// The inverse of J^T J at \p Parameters (weights included, losses not), row by
/// row; 0 when the columns of J are not independent.
using ToscountCovariance = int (*)(const ToscountLeastSquares *Problem,
                                   const double *Parameters,
                                   double *Covariance);

} // extern "C"

#define TOSCOUNT_SOLVER_MODULE "libToscountSolver.so"
#define TOSCOUNT_SOLVE "toscountSolve1"
#define TOSCOUNT_COVARIANCE "toscountCovariance1"

#endif // TOSCOUNT_LIB_CALIBRATION_SOLVERMODULE_H
