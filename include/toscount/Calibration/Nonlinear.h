//===- Nonlinear.h - models given as functions ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Least squares for any function of a row and parameters, within bounds, from
/// several starting points (the best solution counts; they are drawn by a
/// seed). The roofline family is one.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_CALIBRATION_NONLINEAR_H
#define TOSCOUNT_CALIBRATION_NONLINEAR_H

#include "toscount/Calibration/Dual.h"
#include "toscount/Calibration/Family.h"

#include <functional>
#include <limits>

namespace toscount {

struct Parameter {
  std::string Name, Unit;
  double Start = 1; ///< Of the first search; between the bounds.
  double Lower = 0;
  double Upper = std::numeric_limits<double>::infinity();
  /// Searched by its logarithm: rates, prices. Start, and Lower if it is not 0,
  /// must be above 0.
  bool Logarithmic = false;
  /// Other starts than the given one draw it.
  bool Drawn = true;
};

/// The prediction for \p P with \p Parameters and, unless \p Gradient is empty,
/// its derivatives by them. NaN where there is none.
using ModelFunction =
    std::function<double(const Point &P, llvm::ArrayRef<double> Parameters,
                         llvm::MutableArrayRef<double> Gradient)>;

/// A ModelFunction of a generic \p Function(Point, const T *Parameters) -> T,
/// called with T = double and T = Dual<N>; N parameters.
template <unsigned N, typename F> ModelFunction differentiate(F Function) {
  return [Function](const Point &P, llvm::ArrayRef<double> Parameters,
                    llvm::MutableArrayRef<double> Gradient) -> double {
    if (Gradient.empty())
      return Function(P, Parameters.data());
    std::array<Dual<N>, N> Duals;
    for (unsigned I = 0; I < N; ++I)
      Duals[I] = Dual<N>::parameter(Parameters[I], I);
    Dual<N> Result = Function(P, Duals.data());
    std::copy(Result.D.begin(), Result.D.end(), Gradient.begin());
    return Result.Value;
  };
}

struct NonlinearOptions {
  std::string Name = "nonlinear";
  std::vector<Parameter> Parameters;
  ModelFunction Function;
  ErrorScale Scale = ErrorScale::Relative;
  RobustLoss Loss = RobustLoss::Huber;
  double LossScale = 0; ///< As LinearOptions::LossScale.
  unsigned Starts = 8;  ///< The given one, and drawn ones.
  uint64_t Seed = 1;
};

class NonlinearModel final : public FittedModel {
public:
  [[nodiscard]] double usual(const Point &P) const override;
  [[nodiscard]] std::unique_ptr<Family> refitter() const override;

  NonlinearOptions Options;
  std::vector<double> Values; ///< Of the parameters.
  double LossScale = 0;
  double Cost = 0;              ///< Half the sum of losses, of the best search.
  unsigned StartsThatAgree = 0; ///< That ended within 1e-6 of that cost.
};

/// Fits. Refuses what fitLinear refuses, and parameters out of their bounds.
llvm::Expected<std::unique_ptr<NonlinearModel>>
fitNonlinear(const Dataset &Data, const NonlinearOptions &Options);

std::unique_ptr<Family> nonlinearFamily(NonlinearOptions Options);

} // namespace toscount

#endif // TOSCOUNT_CALIBRATION_NONLINEAR_H
