//===- LeastSquares.cpp - the solver, as the room uses it -----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "LeastSquares.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Module.h"
#include "toscount/Support/Statistics.h"

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

struct Solver {
  ToscountSolve Solve = nullptr;
  ToscountCovariance Covariance = nullptr;
};

Expected<Solver> openSolver() {
  Expected<SmallVector<void *, 4>> Symbols =
      openModule(TOSCOUNT_SOLVER_MODULE, {TOSCOUNT_SOLVE, TOSCOUNT_COVARIANCE});
  if (!Symbols)
    return makeError("fitting needs the module " TOSCOUNT_SOLVER_MODULE ": " +
                     toString(Symbols.takeError()) +
                     "; install libceres-dev and build toscount again, or set "
                     "TOSCOUNT_MODULE_PATH to its folder");
  return Solver{reinterpret_cast<ToscountSolve>((*Symbols)[0]),
                reinterpret_cast<ToscountCovariance>((*Symbols)[1])};
}

int evaluate(const void *Context, size_t Row, const double *P, double *Residual,
             double *Gradient) {
  const auto &[Problem, Parameters] =
      *static_cast<const std::pair<const LeastSquares *, size_t> *>(Context);
  MutableArrayRef<double> Out;
  if (Gradient != nullptr)
    Out = {Gradient, Parameters};
  if (!Problem->Evaluate(Row, {P, Parameters}, *Residual, Out))
    return 0;
  return std::isfinite(*Residual) &&
                 all_of(Out, [](double V) { return std::isfinite(V); })
             ? 1
             : 0;
}

ToscountLeastSquares
describe(const LeastSquares &Problem,
         const std::pair<const LeastSquares *, size_t> &Context) {
  ToscountLeastSquares C{};
  C.Rows = Problem.Rows;
  C.Parameters = Context.second;
  C.Evaluate = &evaluate;
  C.Context = &Context;
  C.Lower = Problem.Lower.empty() ? nullptr : Problem.Lower.data();
  C.Upper = Problem.Upper.empty() ? nullptr : Problem.Upper.data();
  C.Weight = Problem.Weight.empty() ? nullptr : Problem.Weight.data();
  C.RobustRows = Problem.RobustRows;
  switch (Problem.Loss) {
  case RobustLoss::Squares:
    C.Loss = ToscountSquares;
    break;
  case RobustLoss::Huber:
    C.Loss = ToscountHuber;
    break;
  case RobustLoss::Cauchy:
    C.Loss = ToscountCauchy;
    break;
  }
  C.LossScale = Problem.LossScale;
  C.MaxIterations = Problem.MaxIterations;
  C.Tolerance = Problem.Tolerance;
  C.Radius = Problem.Radius;
  return C;
}

} // namespace

Error checkSolver() {
  Expected<Solver> S = openSolver();
  return S ? Error::success() : S.takeError();
}

Expected<double> solve(const LeastSquares &Problem, std::vector<double> &P) {
  Expected<Solver> S = openSolver();
  if (!S)
    return S.takeError();
  std::pair<const LeastSquares *, size_t> Context(&Problem, P.size());
  ToscountLeastSquares C = describe(Problem, Context);
  ToscountSolution Solution{};
  S->Solve(&C, P.data(), &Solution);
  if (Solution.Usable == 0)
    return makeError("the fit did not come to an end (" +
                     printable(Solution.Message) + ")");
  return Solution.Cost;
}

Expected<std::vector<double>> inverseNormal(const LeastSquares &Problem,
                                            ArrayRef<double> P) {
  Expected<Solver> S = openSolver();
  if (!S)
    return S.takeError();
  std::pair<const LeastSquares *, size_t> Context(&Problem, P.size());
  ToscountLeastSquares C = describe(Problem, Context);
  std::vector<double> Covariance(P.size() * P.size());
  if (S->Covariance(&C, P.data(), Covariance.data()) == 0)
    return makeError("the columns can't be told apart by these rows");
  return Covariance;
}

Expected<double> solveRobustly(LeastSquares Problem, double GivenScale,
                               std::vector<double> &P, double &Scale) {
  RobustLoss Wanted = Problem.Loss;
  Scale = 0;
  if (Wanted == RobustLoss::Squares)
    return solve(Problem, P);
  if (GivenScale > 0) {
    Scale = Problem.LossScale = GivenScale;
    return solve(Problem, P);
  }
  Problem.Loss = RobustLoss::Squares;
  Expected<double> Cost = solve(Problem, P);
  size_t Measured = std::min(Problem.Rows, Problem.RobustRows);
  for (int Round = 0; Cost && Round < 3; ++Round) {
    std::vector<double> Sizes;
    Sizes.reserve(Measured);
    for (size_t Row = 0; Row < Measured; ++Row) {
      double Residual = 0;
      bool Counts = Problem.Weight.empty() || Problem.Weight[Row] != 0;
      if (Counts && Problem.Evaluate(Row, P, Residual, {}))
        Sizes.push_back(std::abs(Residual));
    }
    double Spread = 1.4826 * median(Sizes);
    // Nothing is an outlier among residuals at the level of rounding.
    if (!(Spread > 1e-12))
      return Cost;
    // The first robust solution is Huber's, whose cost has one minimum.
    bool Cauchy = Wanted == RobustLoss::Cauchy && Round > 0;
    Problem.Loss = Cauchy ? RobustLoss::Cauchy : RobustLoss::Huber;
    Scale = Problem.LossScale = (Cauchy ? 2.385 : 1.345) * Spread;
    Cost = solve(Problem, P);
  }
  return Cost;
}

} // namespace toscount
