//===- SolverModule.cpp - least squares by Ceres --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// See ../SolverModule.h. Everything Ceres throws is caught here; it logs
/// nothing, and uses one thread, so that results repeat to the bit.
///
//===----------------------------------------------------------------------===//

#include "../SolverModule.h"

#include <Eigen/Dense>
#include <ceres/ceres.h>
#include <glog/logging.h>

#include <cmath>
#include <cstdio>
#include <exception>
#include <vector>

namespace {

/// One row of the problem.
class RowCost final : public ceres::CostFunction {
public:
  RowCost(const ToscountLeastSquares &Problem, size_t Row)
      : Problem(Problem), Row(Row) {
    set_num_residuals(1);
    mutable_parameter_block_sizes()->push_back(
        static_cast<int>(Problem.Parameters));
  }

  bool Evaluate(const double *const *Parameters, double *Residual,
                double **Jacobian) const override {
    double *Gradient = Jacobian != nullptr ? Jacobian[0] : nullptr;
    return Problem.Evaluate(Problem.Context, Row, Parameters[0], Residual,
                            Gradient) != 0;
  }

private:
  const ToscountLeastSquares &Problem;
  size_t Row;
};

double weightOf(const ToscountLeastSquares &Problem, size_t Row) {
  return Problem.Weight != nullptr ? Problem.Weight[Row] : 1;
}

/// A new loss, owned by the problem; null stands for squares.
ceres::LossFunction *lossOf(const ToscountLeastSquares &Problem, size_t Row) {
  ceres::LossFunction *Loss = nullptr;
  if (Row < Problem.RobustRows && Problem.Loss == ToscountHuber)
    Loss = new ceres::HuberLoss(Problem.LossScale);
  else if (Row < Problem.RobustRows && Problem.Loss == ToscountCauchy)
    Loss = new ceres::CauchyLoss(Problem.LossScale);
  double Weight = weightOf(Problem, Row);
  if (Weight == 1)
    return Loss;
  return new ceres::ScaledLoss(Loss, Weight, ceres::TAKE_OWNERSHIP);
}

void solve(const ToscountLeastSquares &Problem, double *Parameters,
           ToscountSolution &Solution) {
  FLAGS_minloglevel = google::GLOG_FATAL; // What it says is in the summary.
  ceres::Problem Ceres;
  std::vector<double> P(Parameters, Parameters + Problem.Parameters);
  auto Size = static_cast<int>(P.size());
  Ceres.AddParameterBlock(P.data(), Size);
  for (size_t Row = 0; Row < Problem.Rows; ++Row)
    if (weightOf(Problem, Row) != 0)
      Ceres.AddResidualBlock(new RowCost(Problem, Row), lossOf(Problem, Row),
                             P.data());
  std::vector<int> Fixed;
  for (int I = 0; I < Size; ++I) {
    if (Problem.Lower != nullptr && Problem.Upper != nullptr &&
        Problem.Lower[I] == Problem.Upper[I]) {
      Fixed.push_back(I);
      continue;
    }
    if (Problem.Lower != nullptr && std::isfinite(Problem.Lower[I]))
      Ceres.SetParameterLowerBound(P.data(), I, Problem.Lower[I]);
    if (Problem.Upper != nullptr && std::isfinite(Problem.Upper[I]))
      Ceres.SetParameterUpperBound(P.data(), I, Problem.Upper[I]);
  }

  if (Fixed.size() == P.size())
    Ceres.SetParameterBlockConstant(P.data());
  else if (!Fixed.empty())
    Ceres.SetManifold(P.data(), new ceres::SubsetManifold(Size, Fixed));

  ceres::Solver::Options Options;
  // QR of the Jacobian itself: normal equations would lose half the digits.
  Options.linear_solver_type = ceres::DENSE_QR;
  Options.logging_type = ceres::SILENT;
  Options.num_threads = 1;
  Options.max_num_iterations = static_cast<int>(Problem.MaxIterations);
  Options.initial_trust_region_radius = Problem.Radius;
  Options.max_trust_region_radius = 1e32;
  // At a solution that rounding does not let improve every step is invalid;
  // the search ends there by its trust region instead of failing.
  Options.max_num_consecutive_invalid_steps = 100;
  Options.parameter_tolerance = Problem.Tolerance;
  Options.function_tolerance = Problem.Tolerance * Problem.Tolerance;
  Options.gradient_tolerance = Problem.Tolerance * Problem.Tolerance;
  ceres::Solver::Summary Summary;
  ceres::Solve(Options, &Ceres, &Summary);

  Solution.Usable = Summary.IsSolutionUsable() ? 1 : 0;
  Solution.Iterations = static_cast<unsigned>(Summary.iterations.size());
  Solution.Cost = Summary.final_cost;
  std::snprintf(Solution.Message, sizeof(Solution.Message), "%s",
                Summary.message.c_str());
  for (double Value : P)
    if (!std::isfinite(Value))
      Solution.Usable = 0;
  if (Solution.Usable != 0)
    for (size_t I = 0; I < P.size(); ++I)
      Parameters[I] = P[I];
}

bool covariance(const ToscountLeastSquares &Problem, const double *Parameters,
                double *Covariance) {
  auto Rows = static_cast<Eigen::Index>(Problem.Rows);
  auto Columns = static_cast<Eigen::Index>(Problem.Parameters);
  Eigen::MatrixXd Jacobian(Rows, Columns);
  std::vector<double> Gradient(Problem.Parameters);
  for (Eigen::Index Row = 0; Row < Rows; ++Row) {
    double Residual = 0;
    auto R = static_cast<size_t>(Row);
    if (Problem.Evaluate(Problem.Context, R, Parameters, &Residual,
                         Gradient.data()) == 0)
      return false;
    double Root = std::sqrt(weightOf(Problem, R));
    for (Eigen::Index C = 0; C < Columns; ++C)
      Jacobian(Row, C) = Root * Gradient[static_cast<size_t>(C)];
  }
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> Qr(Jacobian);
  if (Qr.rank() < Columns)
    return false;
  // (J^T J)^-1 = P R^-1 R^-T P^T.
  Eigen::MatrixXd Inverse =
      Qr.matrixR()
          .topLeftCorner(Columns, Columns)
          .triangularView<Eigen::Upper>()
          .solve(Eigen::MatrixXd::Identity(Columns, Columns));
  Inverse = Qr.colsPermutation() * Inverse;
  Eigen::MatrixXd Product = Inverse * Inverse.transpose();
  for (Eigen::Index I = 0; I < Columns; ++I)
    for (Eigen::Index J = 0; J < Columns; ++J)
      Covariance[I * Columns + J] = Product(I, J);
  return Product.allFinite();
}

} // namespace

extern "C" __attribute__((visibility("default"))) void
toscountSolve1(const ToscountLeastSquares *Problem, double *Parameters,
               ToscountSolution *Solution) noexcept {
  *Solution = {};
  try {
    solve(*Problem, Parameters, *Solution);
  } catch (const std::exception &E) {
    Solution->Usable = 0;
    std::snprintf(Solution->Message, sizeof(Solution->Message), "%s", E.what());
  }
}

extern "C" __attribute__((visibility("default"))) int
toscountCovariance1(const ToscountLeastSquares *Problem,
                    const double *Parameters, double *Covariance) noexcept {
  try {
    return covariance(*Problem, Parameters, Covariance) ? 1 : 0;
  } catch (const std::exception &) {
    return 0;
  }
}
