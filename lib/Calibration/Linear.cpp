//===- Linear.cpp - energy as a sum of non-negative parts -----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/Linear.h"

#include "LeastSquares.h"
#include "Residual.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Statistics.h"

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

constexpr double Infinite = std::numeric_limits<double>::infinity();

/// What a refit begins with.
struct LinearStart {
  ColumnPlan Plan;
  std::vector<double> Values;
  std::vector<std::pair<std::string, double>> SessionFactors;
  double LossScale = 0;
};

class LinearFit {
public:
  LinearFit(const Dataset &Data, const LinearOptions &Options,
            const LinearStart *Start)
      : Data(Data), Options(Options), Start(Start),
        Model(std::make_unique<LinearModel>()) {}

  Expected<std::unique_ptr<LinearModel>> run() {
    if (Error E = checkDataset(Data))
      return E;
    if (Options.Scale != ErrorScale::Absolute)
      if (Error E = checkEnergies(Data))
        return E;
    Model->Options = Options;
    Model->Plan = Start != nullptr ? Start->Plan : planColumns(Data, Options);
    if (Options.SessionFactors)
      Sessions = Data.sessionNames();
    size_t Factors = Sessions.empty() ? 0 : Sessions.size() - 1;
    Size = Model->Plan.Columns.size();
    if (Size == 0)
      return makeError("every column is 0 in every run; there is nothing to "
                       "fit");
    // A resample may repeat groups; what it came from had enough.
    if (Start == nullptr)
      if (Error E = checkEnough(Data, Model->Plan.Needed, Factors))
        return E;
    prepare();
    if (Error E = search(Size + Factors))
      return E;
    finish();
    return std::move(Model);
  }

private:
  /// Scales: a coefficient of 1 contributes as much as the response is.
  void prepare() {
    double Unit = 0;
    for (double Y : Data.Y)
      Unit = std::max(Unit, std::abs(Y));
    ResponseUnit = Options.Scale == ErrorScale::Absolute && Unit > 0 ? Unit : 1;
    for (const ColumnPlan::Kept &K : Model->Plan.Columns) {
      long double Squares = 0;
      size_t N = 0;
      for (size_t Row = 0; Row < Data.rows(); ++Row) {
        double X = Data.row(Row)[K.Column];
        if (X == 0)
          continue;
        double Share = Options.Scale == ErrorScale::Absolute ? X / ResponseUnit
                                                             : X / Data.Y[Row];
        Squares += static_cast<long double>(Share) * Share;
        ++N;
      }
      // A resample may hold only zeros of a column.
      double Typical = N == 0 ? 1 : static_cast<double>(std::sqrt(Squares / N));
      Units.push_back(1 / Typical);
    }
    for (size_t Row = 0; Row < Data.rows(); ++Row) {
      StringRef Name = Data.session(Row);
      auto It = std::find(Sessions.begin(), Sessions.end(), Name);
      SessionOf.push_back(static_cast<size_t>(It - Sessions.begin()));
    }
  }

  [[nodiscard]] bool hasFactor(size_t Row) const {
    return !Sessions.empty() && SessionOf[Row] > 0;
  }

  /// \p P: coefficients in their units, then logarithms of the factors of all
  /// sessions but the first.
  bool evaluate(size_t Row, ArrayRef<double> P, double &Residual,
                MutableArrayRef<double> Gradient) const {
    std::fill(Gradient.begin(), Gradient.end(), 0);
    if (Row >= Data.rows()) {
      size_t I = Row - Data.rows();
      double Root = std::sqrt(Options.Ridge * static_cast<double>(Data.rows()));
      Residual = Root * P[I];
      if (!Gradient.empty())
        Gradient[I] = Root;
      return true;
    }
    ArrayRef<double> X = Data.row(Row);
    double Sum = 0;
    for (size_t I = 0; I < Size; ++I)
      Sum += P[I] * Units[I] * X[Model->Plan.Columns[I].Column];
    size_t Extra = hasFactor(Row) ? Size + SessionOf[Row] - 1 : 0;
    double Factor = Extra != 0 ? std::exp(P[Extra]) : 1;
    double Slope = 0;
    if (!errorOf(Options.Scale, Factor * Sum, Data.Y[Row], Residual, Slope))
      return false;
    Residual /= ResponseUnit;
    Slope /= ResponseUnit;
    if (Gradient.empty())
      return true;
    for (size_t I = 0; I < Size; ++I)
      Gradient[I] =
          Slope * Factor * Units[I] * X[Model->Plan.Columns[I].Column];
    if (Extra != 0)
      Gradient[Extra] = Slope * Factor * Sum;
    return true;
  }

  Error search(size_t Parameters) {
    LeastSquares Problem;
    Problem.Rows = Data.rows() + (Options.Ridge > 0 ? Size : 0);
    Problem.RobustRows = Data.rows();
    auto Evaluate = [this](size_t Row, ArrayRef<double> P, double &Residual,
                           MutableArrayRef<double> Gradient) {
      return evaluate(Row, P, Residual, Gradient);
    };
    Problem.Evaluate = Evaluate;
    Problem.Weight = Data.Weight;
    if (!Problem.Weight.empty())
      Problem.Weight.resize(Problem.Rows, 1);
    Problem.Loss = Options.Loss;
    // Resamples need no more digits than their spread shows.
    Problem.Tolerance = Start != nullptr ? 1e-6 : 1e-9;
    P.assign(Parameters, 0);
    std::fill_n(P.begin(), Size, 1.0 / static_cast<double>(Size));
    if (Start != nullptr)
      begin();
    if (Options.NonNegative) {
      Expected<bool> Done = searchFaces(Problem);
      if (!Done)
        return Done.takeError();
      if (*Done)
        return Error::success();
    }
    if (Options.NonNegative) {
      Problem.Lower.assign(Parameters, -Infinite);
      std::fill_n(Problem.Lower.begin(), Size, 0.0);
      Problem.Upper.clear();
      for (size_t I = 0; I < Size; ++I)
        P[I] = std::max(P[I], 1e-3);
    }
    return solveOnce(Problem);
  }

  Error solveOnce(const LeastSquares &Problem) {
    double Given = Start != nullptr ? Start->LossScale : Options.LossScale;
    Expected<double> Cost = solveRobustly(Problem, Given, P, Model->LossScale);
    return Cost ? Error::success() : Cost.takeError();
  }

  /// Tries which coefficients are 0 and solves for the others without bounds: a
  /// few steps, where a search along an active bound takes many. False when
  /// that leads nowhere; the solution is one where no coefficient is negative
  /// and none that is 0 would lower the cost by growing.
  Expected<bool> searchFaces(LeastSquares Problem) {
    std::vector<char> IsZero(Size, 0);
    if (Start != nullptr)
      for (size_t I = 0; I < Size; ++I)
        IsZero[I] = Start->Values[Model->Plan.Columns[I].Column] == 0 ? 1 : 0;
    for (size_t Round = 0; Round < 2 * Size + 2; ++Round) {
      Problem.Lower.assign(P.size(), -Infinite);
      Problem.Upper.assign(P.size(), Infinite);
      for (size_t I = 0; I < Size; ++I) {
        if (IsZero[I] != 0)
          P[I] = Problem.Lower[I] = Problem.Upper[I] = 0;
        else if (!(P[I] > 0))
          P[I] = 1e-3;
      }
      if (Error E = solveOnce(Problem)) {
        // With bounds it may come to an end.
        consumeError(std::move(E));
        return false;
      }
      bool Changed = false;
      for (size_t I = 0; I < Size; ++I)
        if (P[I] < 0) {
          IsZero[I] = 1;
          Changed = true;
        }
      if (Changed)
        continue;
      std::optional<size_t> Grows = growing(Problem, IsZero);
      if (!Grows)
        return true;
      IsZero[*Grows] = 0;
    }
    return false;
  }

  /// Of the coefficients that are 0 the one whose growth lowers the cost most.
  std::optional<size_t> growing(const LeastSquares &Problem,
                                ArrayRef<char> IsZero) const {
    std::vector<double> Slope(P.size());
    std::vector<double> Terms(P.size());
    std::vector<double> Gradient(P.size());
    for (size_t Row = 0; Row < Problem.Rows; ++Row) {
      double Residual = 0;
      if (!Problem.Evaluate(Row, P, Residual, Gradient))
        return std::nullopt;
      double Weight = Problem.Weight.empty() ? 1 : Problem.Weight[Row];
      if (Row < Problem.RobustRows)
        Weight *= influence(Residual);
      for (size_t I = 0; I < Size; ++I) {
        Slope[I] += Weight * Residual * Gradient[I];
        Terms[I] += std::abs(Weight * Residual * Gradient[I]);
      }
    }
    std::optional<size_t> Best;
    for (size_t I = 0; I < Size; ++I)
      if (IsZero[I] != 0 && Slope[I] < -1e-7 * Terms[I] &&
          (!Best || Slope[I] < Slope[*Best]))
        Best = I;
    return Best;
  }

  /// The derivative of the loss by the square of a residual.
  [[nodiscard]] double influence(double Residual) const {
    double Scaled = std::abs(Residual) / Model->LossScale;
    if (Options.Loss == RobustLoss::Squares || !(Model->LossScale > 0))
      return 1;
    if (Options.Loss == RobustLoss::Huber)
      return Scaled <= 1 ? 1 : 1 / Scaled;
    return 1 / (1 + Scaled * Scaled);
  }

  /// At the solution of the fit that this one repeats.
  void begin() {
    for (size_t I = 0; I < Size; ++I) {
      double Value = Start->Values[Model->Plan.Columns[I].Column] / Units[I];
      P[I] = Value;
    }
  }

  void finish() {
    Model->Values.assign(Data.Columns.size(), 0);
    double Common = 1;
    if (Sessions.size() > 1) {
      double Sum = 0;
      for (size_t I = Size; I < P.size(); ++I)
        Sum += P[I];
      double Mean = Sum / static_cast<double>(Sessions.size());
      Common = std::exp(Mean);
      for (size_t S = 0; S < Sessions.size(); ++S)
        Model->SessionFactors.emplace_back(
            Sessions[S], std::exp((S == 0 ? 0 : P[Size + S - 1]) - Mean));
    }
    Model->Notes = Model->Plan.Notes;
    for (size_t I = 0; I < Size; ++I) {
      const ColumnPlan::Kept &K = Model->Plan.Columns[I];
      const ColumnInfo &Column = Data.Columns[K.Column];
      Coefficient C;
      C.Name = Column.Name;
      for (size_t Other : K.Together)
        C.Name += "+" + Data.Columns[Other].Name;
      // Below what a double resolves of the response, 0 is meant.
      bool AtBound = Options.NonNegative && P[I] < 1e-9;
      C.Value = AtBound ? 0 : P[I] * Units[I] * Common;
      C.Unit = Data.Response.Unit;
      if (!Column.Unit.empty())
        C.Unit += "/" + Column.Unit;
      if (AtBound)
        Model->Notes.push_back(
            "'" + printable(C.Name) +
            "' is at its bound, 0: these runs show no energy "
            "of its own");
      Model->Values[K.Column] = C.Value;
      Model->Coefficients.push_back(std::move(C));
    }
  }

  const Dataset &Data;
  const LinearOptions &Options;
  const LinearStart *Start;
  std::unique_ptr<LinearModel> Model;
  size_t Size = 0; ///< Coefficients of columns.
  double ResponseUnit = 1;
  std::vector<double> Units; ///< Of the coefficients while fitting.
  std::vector<std::string> Sessions;
  std::vector<size_t> SessionOf;
  std::vector<double> P;
};

class LinearFamily final : public Family {
public:
  LinearFamily(LinearOptions Options, std::optional<LinearStart> Start)
      : Options(std::move(Options)), Start(std::move(Start)) {}

  [[nodiscard]] std::string name() const override { return Options.Name; }
  [[nodiscard]] size_t coefficients(const Dataset &Data) const override {
    size_t Factors =
        Options.SessionFactors ? Data.sessionNames().size() - 1 : 0;
    return Factors +
           (Start ? Start->Plan : planColumns(Data, Options)).Columns.size();
  }
  [[nodiscard]] Expected<std::unique_ptr<FittedModel>>
  fit(const Dataset &Data) const override {
    Expected<std::unique_ptr<LinearModel>> Model =
        LinearFit(Data, Options, Start ? &*Start : nullptr).run();
    if (!Model)
      return Model.takeError();
    return std::unique_ptr<FittedModel>(std::move(*Model));
  }

private:
  LinearOptions Options;
  std::optional<LinearStart> Start;
};

} // namespace

double LinearModel::usual(const Point &P) const {
  double Sum = 0;
  for (size_t C = 0; C < Values.size(); ++C)
    Sum += Values[C] * P.Features[C];
  return Sum;
}

std::unique_ptr<Family> LinearModel::refitter() const {
  return std::make_unique<LinearFamily>(
      Options, LinearStart{Plan, Values, SessionFactors, LossScale});
}

Expected<std::unique_ptr<LinearModel>> fitLinear(const Dataset &Data,
                                                 const LinearOptions &Options) {
  return LinearFit(Data, Options, nullptr).run();
}

std::unique_ptr<Family> linearFamily(LinearOptions Options) {
  return std::make_unique<LinearFamily>(std::move(Options), std::nullopt);
}

} // namespace toscount
