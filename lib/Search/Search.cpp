//===- Search.cpp - looking for the best candidate ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Search/Search.h"

#include "toscount/Search/GaussianProcess.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Random.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

using namespace llvm;

namespace toscount {

static constexpr StringRef StrategyNames[] = {"grid", "random", "bayesian"};
StringRef name(Strategy S) { return StrategyNames[static_cast<unsigned>(S)]; }
ArrayRef<StringRef> strategyNames() { return StrategyNames; }

namespace {

/// Fitting the kernel takes the cube of the rounds; after this many, every
/// eighth round does.
constexpr size_t FitAlways = 24;

class Searcher {
public:
  Searcher(Strategy S, size_t Count, ArrayRef<std::vector<double>> Points,
           ArrayRef<Outcome> Known, const SearchOptions &Options, uint64_t Seed)
      : Points(Points), Known(Known), Options(Options),
        Bayesian(S == Strategy::Bayesian), Order(Count), Left(Count, true) {
    std::iota(Order.begin(), Order.end(), size_t{0});
    Random R(Seed);
    if (S != Strategy::Grid || Count > Options.Rounds)
      R.shuffle(Order);
    Run.Seed = Seed;
  }

  Expected<SearchRun> run(Evaluate Learn) {
    double Spent = 0;
    size_t Rounds = std::min(Options.Rounds, Order.size());
    while (Run.Rounds.size() < Rounds &&
           !(Options.EnergyBudget && Spent >= *Options.EnergyBudget)) {
      size_t Chosen = choose();
      Left[Chosen] = false;
      Expected<Outcome> Result = Learn(Chosen);
      if (!Result)
        return Result.takeError();
      Spent += Result->Spent;
      SearchRound Round;
      Round.Candidate = Chosen;
      Round.Result = *Result;
      Round.Spent = Spent;
      Run.Rounds.push_back(Round);
      weigh();
    }
    if (!Run.Rounds.empty() && all_of(Run.Rounds, [](const SearchRound &R) {
          return R.Result.Failed;
        }))
      return makeError("every training failed");
    sumUp();
    return std::move(Run);
  }

private:
  /// Values every round, since what equation 7 scales over may have grown.
  void weigh() {
    std::vector<Outcome> Seen;
    if (Known.empty())
      for (const SearchRound &R : Run.Rounds)
        Seen.push_back(R.Result);
    ObjectiveScale Scale(Options.Of, Options.Alpha,
                         Known.empty() ? ArrayRef<Outcome>(Seen) : Known);
    double Worst = std::numeric_limits<double>::infinity();
    for (SearchRound &R : Run.Rounds)
      if (!R.Result.Failed)
        Worst = std::min(Worst, R.Value = Scale.value(R.Result));
    if (!std::isfinite(Worst))
      Worst = 0; // Only as long as every round failed.
    double Best = -std::numeric_limits<double>::infinity();
    bool Any = false;
    for (SearchRound &R : Run.Rounds) {
      if (R.Result.Failed)
        R.Value = Worst;
      R.Best = Best = std::max(Best, R.Value);
      Any |= !R.Result.Failed;
      R.HasBest = Any;
    }
  }

  size_t choose() {
    if (Bayesian && Run.Rounds.size() >= std::max<size_t>(1, Options.Initial))
      return mostProbable();
    while (!Left[Order[Next]])
      ++Next;
    return Order[Next];
  }

  /// Phi((mean - best) / deviation) grows with its argument.
  size_t mostProbable() {
    std::vector<std::vector<double>> At;
    std::vector<double> Values;
    for (const SearchRound &R : Run.Rounds) {
      At.push_back(Points[R.Candidate]);
      Values.push_back(R.Value);
    }
    if (Values.size() > FitAlways && Values.size() % 8 != 0 && Kernel) {
      GaussianProcess Process(At, Values, Kernel);
      return best(Process);
    }
    GaussianProcess Process(At, Values);
    Kernel = Process.parameters();
    return best(Process);
  }

  size_t best(const GaussianProcess &Process) const {
    constexpr double Epsilon = 1e-9;
    double Best = Run.Rounds.back().Best;
    double Highest = -std::numeric_limits<double>::infinity();
    // Equals, such as all of a flat function, in random order.
    size_t Chosen = Order.size();
    for (size_t I : Order) {
      if (!Left[I])
        continue;
      GaussianProcess::Guess G = Process.at(Points[I]);
      double Argument = (G.Mean - Best) / (G.Deviation + Epsilon);
      if (Chosen == Order.size() || Argument > Highest) {
        Highest = Argument;
        Chosen = I;
      }
    }
    return Chosen;
  }

  void sumUp() {
    if (Run.Rounds.empty())
      return;
    double Enough = Run.Rounds.back().Best - Options.Tolerance;
    auto First = [&](double Value) -> std::optional<size_t> {
      for (size_t I = 0; I < Run.Rounds.size(); ++I)
        if (Run.Rounds[I].HasBest && Run.Rounds[I].Best >= Value)
          return I + 1;
      return std::nullopt;
    };
    Run.OptimumRound = First(Enough).value_or(Run.Rounds.size());
    if (Known.empty())
      return;
    ObjectiveScale Scale(Options.Of, Options.Alpha, Known);
    double Best = -std::numeric_limits<double>::infinity();
    for (const Outcome &O : Known)
      Best = std::max(Best, Scale.value(O));
    Run.Reached = First(Best - Options.Tolerance);
  }

  ArrayRef<std::vector<double>> Points;
  ArrayRef<Outcome> Known;
  const SearchOptions &Options;
  bool Bayesian;
  std::vector<size_t> Order;
  std::vector<bool> Left;
  size_t Next = 0;
  std::optional<KernelParameters> Kernel;
  SearchRun Run;
};

} // namespace

Expected<SearchRun> runSearch(Strategy S, size_t Count,
                              ArrayRef<std::vector<double>> Points,
                              ArrayRef<Outcome> Known,
                              const SearchOptions &Options, uint64_t Seed,
                              Evaluate Learn) {
  return Searcher(S, Count, Points, Known, Options, Seed).run(Learn);
}

} // namespace toscount
