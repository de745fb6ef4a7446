//===- SearchSummary.cpp - strategies side by side ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Search/SearchSummary.h"

#include "toscount/Support/Random.h"
#include "toscount/Support/Statistics.h"

#include <algorithm>

using namespace llvm;

namespace toscount {

SearchMean bootstrapMean(ArrayRef<double> Values, double Level) {
  SearchMean M;
  M.Mean = mean(Values);
  if (Values.size() < 2)
    return M;
  constexpr size_t Resamples = 2000;
  Random R(1);
  std::vector<double> Means, Drawn(Values.size());
  for (size_t I = 0; I < Resamples; ++I) {
    for (double &D : Drawn)
      D = Values[R.index(Values.size())];
    Means.push_back(mean(Drawn));
  }
  M.Low = quantile(Means, (1 - Level) / 2);
  M.High = quantile(Means, (1 + Level) / 2);
  return M;
}

namespace {

/// Rounds and energy until the best was reached, or of the whole search.
size_t roundsToBest(const SearchRun &Run) {
  return Run.Reached.value_or(Run.Rounds.size());
}
double energyToBest(const SearchRun &Run) {
  return Run.Rounds[roundsToBest(Run) - 1].Spent;
}

template <typename F>
SearchMean meanOf(ArrayRef<SearchRun> Runs, double Level, F Of) {
  std::vector<double> Values;
  for (const SearchRun &Run : Runs)
    Values.push_back(static_cast<double>(Of(Run)));
  return bootstrapMean(Values, Level);
}

class Summarizer {
public:
  Summarizer(SearchReport &R, ArrayRef<Outcome> Known)
      : R(R), Known(Known), Scale(R.Options.Of, R.Options.Alpha, Known) {}

  void run() {
    if (!Known.empty())
      findBest();
    double MostEnergy = 0;
    for (const StrategySummary &S : R.Strategies)
      for (const SearchRun &Run : S.Runs)
        MostEnergy = std::max(MostEnergy, Run.Rounds.back().Spent);
    for (StrategySummary &S : R.Strategies)
      sumUp(S, MostEnergy);
    for (size_t I = 0; I < R.Strategies.size() && !Known.empty(); ++I)
      for (size_t J = 0; J < I; ++J)
        compare(R.Strategies[I], R.Strategies[J]);
  }

private:
  void findBest() {
    std::vector<double> Values;
    for (const Outcome &O : Known)
      Values.push_back(Scale.value(O));
    auto Best = std::max_element(Values.begin(), Values.end());
    R.Best = static_cast<size_t>(Best - Values.begin());
    R.BestOutcome = Known[*R.Best];
    R.BestShown = Scale.shown(*Best);
    for (double Value : Values)
      R.NearBest += Value >= *Best - R.Options.Tolerance ? 1 : 0;
  }

  void sumUp(StrategySummary &S, double MostEnergy) const {
    S.Best = meanOf(S.Runs, R.Level, [&](const SearchRun &Run) {
      return Scale.shown(Run.Rounds.back().Best);
    });
    S.OptimumRound = meanOf(
        S.Runs, R.Level, [](const SearchRun &Run) { return Run.OptimumRound; });
    for (const SearchRun &Run : S.Runs)
      S.Reached += Run.Reached ? 1 : 0;
    if (!Known.empty()) {
      S.RoundsToBest = meanOf(S.Runs, R.Level, roundsToBest);
      if (R.HasEnergy)
        S.EnergyToBest = meanOf(S.Runs, R.Level, energyToBest);
    }
    converge(S, MostEnergy);
  }

  void converge(StrategySummary &S, double MostEnergy) const {
    size_t Rounds = 0;
    for (const SearchRun &Run : S.Runs)
      Rounds = std::max(Rounds, Run.Rounds.size());
    std::vector<size_t> At;
    for (size_t N = 1; N < Rounds; N *= 2)
      At.push_back(N);
    At.push_back(Rounds);
    for (size_t N : At) {
      ConvergencePoint P;
      P.At = static_cast<double>(N);
      size_t Begun = 0;
      for (const SearchRun &Run : S.Runs) {
        const SearchRound &Round =
            Run.Rounds[std::min(N, Run.Rounds.size()) - 1];
        if (!Round.HasBest)
          continue;
        ++Begun;
        P.Best += Scale.shown(Round.Best);
        P.Other += Round.Spent;
      }
      // Before every search has had a round there is no mean of all.
      if (Begun == S.Runs.size())
        add(P, Begun, S.ByRound);
    }
    if (!R.HasEnergy)
      return;
    constexpr int Steps = 8;
    for (int I = 1; I <= Steps; ++I) {
      ConvergencePoint P;
      P.At = MostEnergy * I / Steps;
      size_t Begun = 0;
      for (const SearchRun &Run : S.Runs) {
        size_t N = 0;
        while (N < Run.Rounds.size() && Run.Rounds[N].Spent <= P.At)
          ++N;
        if (N == 0 || !Run.Rounds[N - 1].HasBest)
          continue;
        ++Begun;
        P.Best += Scale.shown(Run.Rounds[N - 1].Best);
        P.Other += static_cast<double>(N);
      }
      if (Begun == S.Runs.size())
        add(P, Begun, S.ByEnergy);
    }
  }

  static void add(ConvergencePoint P, size_t N,
                  std::vector<ConvergencePoint> &To) {
    P.Best /= static_cast<double>(N);
    P.Other /= static_cast<double>(N);
    To.push_back(P);
  }

  void compare(const StrategySummary &Of, const StrategySummary &Than) {
    StrategyDifference D;
    D.Of = Of.Of;
    D.Than = Than.Of;
    std::vector<double> Rounds, Energy;
    for (size_t I = 0; I < Of.Runs.size(); ++I) {
      Rounds.push_back(static_cast<double>(roundsToBest(Than.Runs[I])) -
                       static_cast<double>(roundsToBest(Of.Runs[I])));
      Energy.push_back(energyToBest(Than.Runs[I]) - energyToBest(Of.Runs[I]));
    }
    D.Rounds = bootstrapMean(Rounds, R.Level);
    D.Energy = bootstrapMean(Energy, R.Level);
    R.Differences.push_back(D);
  }

  SearchReport &R;
  ArrayRef<Outcome> Known;
  ObjectiveScale Scale;
};

} // namespace

void sumUp(SearchReport &R, ArrayRef<Outcome> Known) {
  Summarizer(R, Known).run();
}

} // namespace toscount
