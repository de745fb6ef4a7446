//===- Nonlinear.cpp - models given as functions --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/Nonlinear.h"

#include "LeastSquares.h"
#include "Residual.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Random.h"

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

constexpr double Infinite = std::numeric_limits<double>::infinity();

class NonlinearFit {
public:
  NonlinearFit(const Dataset &Data, const NonlinearOptions &Options,
               bool Repeats)
      : Data(Data), Options(Options), Repeats(Repeats),
        Model(std::make_unique<NonlinearModel>()) {}

  Expected<std::unique_ptr<NonlinearModel>> run() {
    if (Error E = check())
      return E;
    Model->Options = Options;
    double ResponseUnit = 1;
    if (Options.Scale == ErrorScale::Absolute)
      for (double Y : Data.Y)
        ResponseUnit = std::max(ResponseUnit, std::abs(Y));

    LeastSquares Problem;
    Problem.Rows = Data.rows();
    Problem.Weight = Data.Weight;
    Problem.Loss = Options.Loss;
    for (const Parameter &P : Options.Parameters) {
      Problem.Lower.push_back(inside(P, P.Lower));
      Problem.Upper.push_back(inside(P, P.Upper));
    }
    std::vector<double> Outer(Options.Parameters.size());
    auto Evaluate = [&](size_t Row, ArrayRef<double> U, double &Residual,
                        MutableArrayRef<double> Gradient) {
      for (size_t I = 0; I < U.size(); ++I)
        Outer[I] = outside(I, U[I]);
      double Predicted = Options.Function(
          {Data.row(Row), Data.id(Row), Data.session(Row)}, Outer, Gradient);
      double Slope = 0;
      if (!std::isfinite(Predicted) ||
          !errorOf(Options.Scale, Predicted, Data.Y[Row], Residual, Slope))
        return false;
      Residual /= ResponseUnit;
      for (size_t I = 0; I < Gradient.size(); ++I)
        Gradient[I] *= Slope / ResponseUnit * stretch(I, Outer[I]);
      return true;
    };
    Problem.Evaluate = Evaluate;
    if (Error E = search(Problem))
      return E;
    finish();
    return std::move(Model);
  }

private:
  Error check() const {
    if (Error E = checkDataset(Data))
      return E;
    if (Options.Scale != ErrorScale::Absolute)
      if (Error E = checkEnergies(Data))
        return E;
    if (!Repeats)
      if (Error E = checkEnough(Data, Options.Parameters.size()))
        return E;
    for (const Parameter &P : Options.Parameters)
      if (!(P.Lower <= P.Start && P.Start <= P.Upper) ||
          !std::isfinite(P.Start) ||
          (P.Logarithmic && !(P.Start > 0 && P.Lower >= 0)))
        return makeError("parameter '" + printable(P.Name) +
                         "' does not start within its bounds");
    return Error::success();
  }

  // The solver's variable: a logarithm, or a multiple of the start's size.
  [[nodiscard]] static double unit(const Parameter &P) {
    return P.Start != 0 ? std::abs(P.Start) : 1;
  }
  [[nodiscard]] static double inside(const Parameter &P, double Value) {
    if (P.Logarithmic)
      return Value > 0 ? std::log(Value) : -Infinite;
    return Value / unit(P);
  }
  [[nodiscard]] double outside(size_t I, double U) const {
    const Parameter &P = Options.Parameters[I];
    double Value = P.Logarithmic ? std::exp(U) : U * unit(P);
    return std::clamp(Value, P.Lower, P.Upper);
  }
  [[nodiscard]] double stretch(size_t I, double Value) const {
    const Parameter &P = Options.Parameters[I];
    return P.Logarithmic ? Value : unit(P);
  }

  /// A starting point: between finite bounds (by the logarithm where they are
  /// above 0), otherwise within a factor of 30 of the start.
  [[nodiscard]] static double draw(const Parameter &P, Random &R) {
    double U = R.uniform();
    if (std::isfinite(P.Upper) && std::isfinite(P.Lower)) {
      if (P.Lower > 0)
        return std::exp(std::log(P.Lower) +
                        U * (std::log(P.Upper) - std::log(P.Lower)));
      return P.Lower + U * (P.Upper - P.Lower);
    }
    double Value = (P.Start != 0 ? P.Start : 1) * std::exp((2 * U - 1) * 3.4);
    return std::clamp(Value, P.Lower, P.Upper);
  }

  Error search(const LeastSquares &Problem) {
    Random R(Options.Seed);
    double Best = Infinite;
    double Scale = Options.LossScale;
    std::vector<double> Costs;
    std::vector<double> Solution;
    std::string Why;
    unsigned Starts = Repeats ? 1 : std::max(1U, Options.Starts);
    for (unsigned S = 0; S < Starts; ++S) {
      std::vector<double> U;
      for (const Parameter &P : Options.Parameters)
        U.push_back(inside(P, S == 0 || !P.Drawn ? P.Start : draw(P, R)));
      double Used = 0;
      // Costs compare only under one scale: the first search's.
      Expected<double> Cost = solveRobustly(Problem, Scale, U, Used);
      if (!Cost) {
        Why = toString(Cost.takeError());
        continue;
      }
      if (Scale <= 0)
        Scale = Used;
      Costs.push_back(*Cost);
      if (*Cost < Best) {
        Best = *Cost;
        Solution = U;
        Model->LossScale = Used;
      }
    }
    if (Solution.empty())
      return makeError(Why);
    // The first scale may be that of a poor solution.
    if (!Repeats && Options.LossScale <= 0 &&
        Options.Loss != RobustLoss::Squares) {
      std::vector<double> U = Solution;
      double Used = 0;
      Expected<double> Cost = solveRobustly(Problem, 0, U, Used);
      if (Cost) {
        Solution = U;
        Model->LossScale = Used;
      } else {
        consumeError(Cost.takeError());
      }
    }
    Model->Cost = Best;
    for (double Cost : Costs)
      Model->StartsThatAgree += Cost <= Best * (1 + 1e-6) + 1e-15 ? 1 : 0;
    for (size_t I = 0; I < Solution.size(); ++I)
      Model->Values.push_back(outside(I, Solution[I]));
    return Error::success();
  }

  void finish() {
    for (size_t I = 0; I < Options.Parameters.size(); ++I) {
      const Parameter &P = Options.Parameters[I];
      double Value = Model->Values[I];
      Model->Coefficients.push_back({P.Name, Value, std::nullopt, P.Unit});
      if (Value <= P.Lower || Value >= P.Upper)
        Model->Notes.push_back("'" + printable(P.Name) + "' is at its bound");
    }
  }

  const Dataset &Data;
  const NonlinearOptions &Options;
  bool Repeats;
  std::unique_ptr<NonlinearModel> Model;
};

class NonlinearFamily final : public Family {
public:
  NonlinearFamily(NonlinearOptions Options, bool Repeats)
      : Options(std::move(Options)), Repeats(Repeats) {}

  [[nodiscard]] std::string name() const override { return Options.Name; }
  [[nodiscard]] size_t coefficients(const Dataset & /*Data*/) const override {
    return Options.Parameters.size();
  }
  [[nodiscard]] Expected<std::unique_ptr<FittedModel>>
  fit(const Dataset &Data) const override {
    Expected<std::unique_ptr<NonlinearModel>> Model =
        NonlinearFit(Data, Options, Repeats).run();
    if (!Model)
      return Model.takeError();
    return std::unique_ptr<FittedModel>(std::move(*Model));
  }

private:
  NonlinearOptions Options;
  bool Repeats; ///< From the start alone, which is a solution of like data.
};

} // namespace

double NonlinearModel::usual(const Point &P) const {
  return Options.Function(P, Values, {});
}

std::unique_ptr<Family> NonlinearModel::refitter() const {
  NonlinearOptions Again = Options;
  for (size_t I = 0; I < Values.size(); ++I) {
    Parameter &P = Again.Parameters[I];
    P.Start = Values[I];
    if (P.Logarithmic && !(P.Start > 0))
      P.Start = std::max(P.Lower, Options.Parameters[I].Start);
  }
  Again.LossScale = LossScale;
  return std::make_unique<NonlinearFamily>(std::move(Again), true);
}

Expected<std::unique_ptr<NonlinearModel>>
fitNonlinear(const Dataset &Data, const NonlinearOptions &Options) {
  return NonlinearFit(Data, Options, false).run();
}

std::unique_ptr<Family> nonlinearFamily(NonlinearOptions Options) {
  return std::make_unique<NonlinearFamily>(std::move(Options), false);
}

} // namespace toscount
