//===- Rounds.cpp - what to measure next, and when to stop ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/Rounds.h"

#include "toscount/Calibration/Design.h"
#include "toscount/Calibration/Linear.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <set>

using namespace llvm;

namespace toscount {
namespace {

/// What time is a sum of, and what a unit costs on a machine that nothing is
/// known of: 20 us a kernel, 10 GMAC/s, 5 GB/s.
struct TimePrice {
  StringLiteral Name;
  double (*Of)(const FeatureVector &);
  double Seconds;
};
constexpr TimePrice TimePrices[] = {
    {"steps",
     [](const FeatureVector &V) {
       return V[Feature::Step] + V[Feature::ValidationStep];
     },
     1e-4},
    {"kernels", [](const FeatureVector &V) { return V[Feature::Kernel]; },
     2e-5},
    {"macs", [](const FeatureVector &V) { return V[Feature::Macs]; }, 1e-10},
    {"bytes",
     [](const FeatureVector &V) {
       return V[Feature::BytesRead] + V[Feature::BytesWritten];
     },
     2e-10},
};
/// What is thought beforehand weighs as much as this part of a measured run.
constexpr double PriorWeight = 0.03;

/// A run has at least so many steps, so that the first one is not all of it,
constexpr int64_t LeastSteps = 3;
/// and at most so many.
constexpr double MostSteps = 1e6;
/// Steps so long that a run takes this many times what it should are left out.
constexpr double LongestRun = 4;
/// Of the usual run, while it is not known how long that is.
constexpr double ProbeLength = 0.5;

/// \p Run with as many steps as make it long enough.
PlannedRun planned(const PoolRun &Run, size_t Index, const RunTimes &Times,
                   double TargetSeconds) {
  PlannedRun P;
  P.Index = Index;
  double Once = Times.seconds(Run.Spec.Model, Run.features(1));
  double Steps = std::round(TargetSeconds / Once);
  double Most = std::floor(MostSteps / static_cast<double>(Run.Epochs));
  auto N = static_cast<int64_t>(std::clamp(
      Steps, std::ceil(LeastSteps / static_cast<double>(Run.Epochs)), Most));
  P.Plan = Run.plan(N);
  P.Seconds = Once * static_cast<double>(N);
  return P;
}

/// The columns of all families, but no price a run (RunFitOptions::Windows).
std::vector<Feature> designColumns() {
  std::set<Feature> All;
  for (const FeatureSet &S : featureSets())
    All.insert(S.Columns.begin(), S.Columns.end());
  All.erase(Feature::Run);
  return {All.begin(), All.end()};
}

class RoundPlanner {
public:
  RoundPlanner(ArrayRef<PoolRun> Pool, ArrayRef<RunState> States,
               const RunTimes &Times, const RoundLimits &Limits)
      : Pool(Pool), States(States), Limits(Limits) {
    for (size_t I = 0; I < Pool.size(); ++I) {
      double Length = Limits.Probe ? ProbeLength : Pool[I].Length;
      double Target = Limits.RunSeconds * Length;
      Plans.push_back(planned(Pool[I], I, Times, Target));
      double Most = Limits.Probe ? Limits.RunSeconds : LongestRun * Target;
      Fits.push_back(Plans[I].Seconds <= Most &&
                     Pool[I].memoryBytes() <= Limits.MemoryBytes);
    }
  }

  std::vector<PlannedRun> round() {
    size_t Others = 0;
    if (!Limits.Probe && Limits.HoldBack > 0)
      Others = static_cast<size_t>(
          std::ceil(static_cast<double>(Limits.Runs) * Limits.HoldBack /
                    (1 - Limits.HoldBack)));
    double Left = Limits.BudgetSeconds;
    std::vector<size_t> Validation = validating(Others, Left * Limits.HoldBack);
    for (size_t I : Validation)
      Left -= cost(I);
    return merged(fitted(Left), Validation);
  }

private:
  [[nodiscard]] double cost(size_t I) const {
    return Plans[I].Seconds + Limits.OverheadSeconds;
  }
  [[nodiscard]] bool open(size_t I) const {
    return States[I] == RunState::Open && Fits[I];
  }

  [[nodiscard]] std::vector<size_t> fitted(double Seconds) const {
    std::vector<Feature> Columns = designColumns();
    DesignSpace Space;
    Space.Columns = Columns.size();
    std::vector<size_t> Measured;
    for (size_t I = 0; I < Pool.size(); ++I) {
      int64_t Steps = Plans[I].Plan.Samples / Plans[I].Plan.Batch;
      FeatureVector V = Pool[I].features(Steps);
      // Errors are relative, and energy is nearly proportional to time.
      for (Feature F : Columns)
        Space.Rows.push_back(V[F] / Plans[I].Seconds);
      Space.Costs.push_back(cost(I));
      Space.Groups.push_back(Pool[I].Network);
      Space.Open.push_back(open(I) && !Pool[I].HeldBack);
      if (States[I] == RunState::Measured && !Pool[I].HeldBack)
        Measured.push_back(I);
    }
    DesignLimits Of;
    Of.Rows = Limits.Runs;
    Of.Cost = Seconds;
    return chooseDesign(Space, Measured, Of);
  }

  /// Networks that were measured least come first.
  [[nodiscard]] std::vector<size_t> validating(size_t Runs,
                                               double Seconds) const {
    std::map<size_t, size_t> Times;
    for (size_t I = 0; I < Pool.size(); ++I)
      if (Pool[I].HeldBack && States[I] == RunState::Measured)
        ++Times[Pool[I].Network];
    std::vector<size_t> Chosen;
    while (Chosen.size() < Runs) {
      std::optional<size_t> Next;
      for (size_t I = 0; I < Pool.size(); ++I)
        if (Pool[I].HeldBack && open(I) && cost(I) <= Seconds &&
            !is_contained(Chosen, I) &&
            (!Next || Times[Pool[I].Network] < Times[Pool[*Next].Network]))
          Next = I;
      if (!Next)
        break;
      ++Times[Pool[*Next].Network];
      Seconds -= cost(*Next);
      Chosen.push_back(*Next);
    }
    return Chosen;
  }

  [[nodiscard]] std::vector<PlannedRun>
  merged(ArrayRef<size_t> Fitted, ArrayRef<size_t> Validation) const {
    std::vector<PlannedRun> Runs;
    size_t V = 0;
    for (size_t F = 0; F < Fitted.size(); ++F) {
      Runs.push_back(Plans[Fitted[F]]);
      for (; V * Fitted.size() < (F + 1) * Validation.size() &&
             V < Validation.size();
           ++V)
        Runs.push_back(Plans[Validation[V]]);
    }
    for (; V < Validation.size(); ++V)
      Runs.push_back(Plans[Validation[V]]);
    return Runs;
  }

  ArrayRef<PoolRun> Pool;
  ArrayRef<RunState> States;
  const RoundLimits &Limits;
  std::vector<PlannedRun> Plans; ///< One a run of the pool.
  std::vector<bool> Fits;
};

} // namespace

RunTimes::RunTimes() {
  for (const TimePrice &P : TimePrices)
    Prices.push_back(P.Seconds);
}

double RunTimes::seconds(StringRef Model, const FeatureVector &V) const {
  double Sum = 0;
  for (size_t I = 0; I < Prices.size(); ++I)
    Sum += Prices[I] * TimePrices[I].Of(V);
  auto Known = LogRatios.find(Model);
  return Known == LogRatios.end() ? Sum : Sum * std::exp(Known->second);
}

Error RunTimes::learn(ArrayRef<Sample> Samples) {
  *this = RunTimes();
  if (Samples.empty())
    return Error::success();
  Dataset Data;
  Data.Response = {"time", "s"};
  for (const TimePrice &P : TimePrices)
    Data.Columns.push_back({P.Name.str(), ""});
  auto add = [&](ArrayRef<double> X, double Seconds, double Weight) {
    Data.X.insert(Data.X.end(), X.begin(), X.end());
    Data.Y.push_back(Seconds);
    Data.Weight.push_back(Weight);
  };
  for (size_t I = 0; I < Prices.size(); ++I) {
    std::vector<double> X(Prices.size());
    X[I] = 1 / TimePrices[I].Seconds;
    add(X, 1, PriorWeight);
  }
  for (const Sample &S : Samples) {
    std::vector<double> X;
    for (const TimePrice &P : TimePrices)
      X.push_back(P.Of(S.Features));
    add(X, S.Seconds, 1);
  }
  LinearOptions Options;
  Options.Scale = ErrorScale::Log;
  Expected<std::unique_ptr<LinearModel>> Model = fitLinear(Data, Options);
  if (!Model)
    return Model.takeError();
  Prices = (*Model)->Values;
  std::map<std::string, std::pair<double, double>> Sums;
  for (const Sample &S : Samples) {
    auto &[Sum, N] = Sums[S.Model];
    Sum += std::log(S.Seconds / seconds("", S.Features));
    N += 1;
  }
  // One run says half of what there is to say of its network.
  for (const auto &[Name, Of] : Sums)
    LogRatios[Name] = Of.first / (Of.second + 1);
  return Error::success();
}

std::vector<PlannedRun> planRound(ArrayRef<PoolRun> Pool,
                                  ArrayRef<RunState> States,
                                  const RunTimes &Times,
                                  const RoundLimits &Limits) {
  return RoundPlanner(Pool, States, Times, Limits).round();
}

bool hasSettled(ArrayRef<RoundScore> Rounds) {
  std::vector<RoundScore> Of;
  for (const RoundScore &R : Rounds)
    if (R.Groups >= LeastGroups)
      Of.push_back(R);
  if (Of.size() <= PatientRounds)
    return false;
  ArrayRef<RoundScore> Before = ArrayRef(Of).drop_back(PatientRounds);
  const RoundScore &Best =
      *std::min_element(Before.begin(), Before.end(),
                        [](const RoundScore &A, const RoundScore &B) {
                          return A.ScorePercent < B.ScorePercent;
                        });
  return all_of(
      ArrayRef(Of).take_back(PatientRounds), [&](const RoundScore &R) {
        return R.ScorePercent >= Best.ScorePercent - Best.StandardErrorPercent;
      });
}

} // namespace toscount
