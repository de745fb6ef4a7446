//===- SearchReport.cpp - views of a search -------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Report/SearchReport.h"

#include "DisplayText.h"
#include "RealText.h"
#include "Tables.h"

#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace toscount {
namespace {

std::string plural(size_t N, StringRef Word) {
  return std::to_string(N) + " " + Word.str() + (N == 1 ? "" : "s");
}

/// The objective's value in its own unit.
std::string shownText(const SearchReport &R, double Value) {
  switch (R.Options.Of) {
  case Objective::Energy:
    return quantity(Value, R.Unit);
  case Objective::Efficiency:
    return roundedText(Value, 4);
  case Objective::Accuracy:
  case Objective::Alpha:
    return fixedText(Value, 4);
  }
  return "";
}

template <typename F> std::string meanText(const SearchMean &M, F Text) {
  std::string All = Text(M.Mean);
  if (M.Low)
    All += " (" + Text(*M.Low) + " to " + Text(*M.High) + ")";
  return All;
}
std::string roundsText(double Rounds) { return fixedText(Rounds, 1); }

std::string objectiveText(const SearchReport &R) {
  switch (R.Options.Of) {
  case Objective::Accuracy:
    return "highest accuracy";
  case Objective::Energy:
    return "least energy";
  case Objective::Efficiency:
    return "highest accuracy per " + safeText(R.Unit);
  case Objective::Alpha: {
    std::string A = roundedText(R.Options.Alpha, 6);
    std::string Rest = roundedText(1 - R.Options.Alpha, 6);
    return "least " + A + " * energy + " + Rest +
           " * (1 - accuracy), both scaled to 0..1 over the candidates";
  }
  }
  return "";
}

/// What is a substantial increase.
std::string toleranceText(const SearchReport &R) {
  double T = R.Options.Tolerance;
  bool Relative = R.Options.Of == Objective::Energy ||
                  R.Options.Of == Objective::Efficiency;
  return Relative ? roundedText(100 * T, 4) + " %" : roundedText(T, 4);
}

std::string outcomeText(const SearchReport &R, const Outcome &O) {
  std::vector<std::string> Parts;
  if (O.Accuracy)
    Parts.push_back("accuracy " + roundedText(*O.Accuracy, 4));
  if (O.Energy)
    Parts.push_back(quantity(*O.Energy, R.Unit));
  return join(Parts, ", ");
}

using Facts = std::vector<std::pair<std::string, std::string>>;

Facts summary(const SearchReport &R, ArrayRef<std::string> Sources) {
  Facts Lines;
  Lines.emplace_back("space", safeText(R.Path) + ": " +
                                  plural(R.Candidates.size(), "candidate"));
  Lines.emplace_back("objective", objectiveText(R));
  Lines.emplace_back("tolerance",
                     toleranceText(R) +
                         ": a later round that improves by no more is no "
                         "substantial increase");
  for (const std::string &Source : Sources)
    Lines.emplace_back("known from", safeText(Source));
  size_t Searches = R.Strategies.front().Runs.size();
  std::string Budget = plural(R.Options.Rounds, "round");
  if (R.Trainings > 1)
    Budget += " of " + plural(R.Trainings, "training");
  if (R.Options.EnergyBudget)
    Budget += ", " + quantity(*R.Options.EnergyBudget, R.Unit);
  if (Searches > 1)
    Budget += "; " + std::to_string(Searches) +
              " searches by each strategy, seeds " +
              std::to_string(R.Strategies.front().Runs.front().Seed) + " to " +
              std::to_string(R.Strategies.front().Runs.back().Seed);
  Lines.emplace_back("budget", Budget);
  if (any_of(R.Strategies, [](const StrategySummary &S) {
        return S.Of == Strategy::Bayesian;
      }))
    Lines.emplace_back("seen as", safeText(join(R.Coordinates, ", ")));
  if (R.Best)
    Lines.emplace_back("best", safeText(R.Candidates[*R.Best].Name) + " (" +
                                   outcomeText(R, *R.BestOutcome) + "); " +
                                   plural(R.NearBest, "candidate") +
                                   (R.NearBest == 1 ? " comes" : " come") +
                                   " within the tolerance");
  return Lines;
}

TitledTable strategies(const SearchReport &R) {
  bool Several = R.Strategies.front().Runs.size() > 1;
  TableBuilder B("Strategies");
  B.text("strategy").number("best found").number("optimum round");
  if (R.Best) {
    B.number("reached").number("rounds to best");
    if (R.HasEnergy) {
      B.number("energy to best");
      B.T.Table.Columns.back().Drop = 1;
    }
  }
  bool Short = false;
  auto Energy = [&](double E) { return quantity(E, R.Unit); };
  for (const StrategySummary &S : R.Strategies) {
    std::vector<std::string> Cells = {
        name(S.Of).str(),
        meanText(S.Best, [&](double V) { return shownText(R, V); }),
        meanText(S.OptimumRound, roundsText)};
    if (R.Best) {
      std::string Least = S.Reached < S.Runs.size() ? ">= " : "";
      Short |= !Least.empty();
      Cells.push_back(std::to_string(S.Reached) + " of " +
                      std::to_string(S.Runs.size()));
      Cells.push_back(Least + meanText(*S.RoundsToBest, roundsText));
      if (R.HasEnergy)
        Cells.push_back(Least + meanText(*S.EnergyToBest, Energy));
    }
    B.row(std::move(Cells));
  }
  std::string Note = "optimum round: the first after which no round brings a "
                     "substantial increase";
  if (R.Best)
    Note += "; rounds to best: until the best candidate of all, or one within "
            "the tolerance of it, was tried";
  if (Short)
    Note += " (>=: a search that did not get there counts with all its rounds)";
  B.T.Notes.push_back(Note + ".");
  if (Several)
    B.T.Notes.push_back("Means over searches; in parentheses " +
                        roundedText(100 * R.Level, 4) +
                        " % bootstrap intervals of the means.");
  for (const StrategyDifference &D : R.Differences) {
    auto Saved = [&](const SearchMean &M, auto Text, StringRef What) {
      return meanText(M, Text) + What.str();
    };
    std::string Text =
        name(D.Of).str() + " less than " + name(D.Than).str() +
        ", pairs of one seed: " + Saved(D.Rounds, roundsText, " rounds");
    if (R.HasEnergy)
      Text += ", " + meanText(D.Energy, [&](double E) {
                return E < 0 ? "-" + quantity(-E, R.Unit) : quantity(E, R.Unit);
              });
    B.T.Notes.push_back(Text + ".");
  }
  return B.take();
}

/// The objective of \p Round; nothing when its training failed.
std::optional<double> valueOf(const SearchRound &Round,
                              const ObjectiveScale &Scale) {
  if (Round.Result.Failed)
    return std::nullopt;
  return Scale.shown(Round.Value);
}

/// The best so far; nothing while every training failed.
std::optional<double> bestOf(const SearchRound &Round,
                             const ObjectiveScale &Scale) {
  if (!Round.HasBest)
    return std::nullopt;
  return Scale.shown(Round.Best);
}

/// Every round of the only search.
TitledTable rounds(const SearchReport &R, const StrategySummary &S) {
  const SearchRun &Run = S.Runs.front();
  TableBuilder B("Rounds of the " + name(S.Of).str() + " search");
  bool Accuracy = any_of(Run.Rounds, [](const SearchRound &Round) {
    return Round.Result.Accuracy.has_value();
  });
  B.number("round").text("candidate");
  B.T.Table.Columns.back().Least = 24;
  B.T.Table.Columns.back().KeepEnd = true;
  if (Accuracy)
    B.number("accuracy");
  if (R.HasEnergy)
    B.number("energy");
  B.number("best so far");
  if (R.HasEnergy)
    B.number("spent");
  ObjectiveScale Scale(R.Options.Of, R.Options.Alpha, {});
  for (size_t I = 0; I < Run.Rounds.size(); ++I) {
    const SearchRound &Round = Run.Rounds[I];
    std::vector<std::string> Cells = {std::to_string(I + 1),
                                      R.Candidates[Round.Candidate].Name};
    if (Accuracy)
      Cells.push_back(
          Round.Result.Accuracy ? roundedText(*Round.Result.Accuracy, 4) : "-");
    if (R.HasEnergy)
      Cells.push_back(
          Round.Result.Energy ? quantity(*Round.Result.Energy, R.Unit) : "-");
    std::optional<double> Best = bestOf(Round, Scale);
    Cells.push_back(Best ? shownText(R, *Best) : "-");
    if (R.HasEnergy)
      Cells.push_back(quantity(Round.Spent, R.Unit));
    B.row(std::move(Cells));
  }
  return B.take();
}

/// A column a strategy, a row a point.
TitledTable convergence(const SearchReport &R, bool ByEnergy) {
  TableBuilder B(ByEnergy ? "Best so far by energy spent, mean of the searches"
                          : "Best so far by round, mean of the searches");
  auto Points = [&](const StrategySummary &S) -> ArrayRef<ConvergencePoint> {
    return ByEnergy ? S.ByEnergy : S.ByRound;
  };
  std::vector<double> At;
  B.number(ByEnergy ? "spent" : "round");
  for (const StrategySummary &S : R.Strategies) {
    B.number(name(S.Of));
    for (const ConvergencePoint &P : Points(S))
      if (!is_contained(At, P.At))
        At.push_back(P.At);
  }
  llvm::sort(At);
  for (double X : At) {
    std::vector<std::string> Cells = {ByEnergy ? quantity(X, R.Unit)
                                               : numberText(X)};
    for (const StrategySummary &S : R.Strategies) {
      const auto *P = find_if(
          Points(S), [&](const ConvergencePoint &C) { return C.At == X; });
      Cells.push_back(P == Points(S).end() ? "-" : shownText(R, P->Best));
    }
    B.row(std::move(Cells));
  }
  return B.take();
}

std::vector<TitledTable> tables(const SearchReport &R) {
  std::vector<TitledTable> All = {strategies(R)};
  if (R.Strategies.front().Runs.size() == 1) {
    for (const StrategySummary &S : R.Strategies)
      All.push_back(rounds(R, S));
    return All;
  }
  All.push_back(convergence(R, /*ByEnergy=*/false));
  if (R.HasEnergy)
    All.push_back(convergence(R, /*ByEnergy=*/true));
  return All;
}

void writeCsv(raw_ostream &OS, const SearchReport &R) {
  ObjectiveScale Scale(R.Options.Of, R.Options.Alpha, {});
  auto Number = [&](std::optional<double> N) {
    OS << ',' << (N ? numberText(*N) : "");
  };
  OS << "strategy,seed,round,candidate,accuracy,energy,unit,objective,best,"
        "spent\n";
  for (const StrategySummary &S : R.Strategies)
    for (const SearchRun &Run : S.Runs)
      for (size_t I = 0; I < Run.Rounds.size(); ++I) {
        const SearchRound &Round = Run.Rounds[I];
        OS << name(S.Of) << ',' << Run.Seed << ',' << I + 1 << ','
           << csvField(R.Candidates[Round.Candidate].Name);
        Number(Round.Result.Accuracy);
        Number(Round.Result.Energy);
        OS << ',' << csvField(R.Unit);
        Number(valueOf(Round, Scale));
        Number(bestOf(Round, Scale));
        Number(R.HasEnergy ? std::optional(Round.Spent) : std::nullopt);
        OS << '\n';
      }
}

void writeMean(json::OStream &J, StringRef Key, const SearchMean &M) {
  J.attributeObject(Key, [&] {
    jsonField(J, "mean", M.Mean);
    jsonField(J, "low", M.Low);
    jsonField(J, "high", M.High);
  });
}

void writeOutcome(json::OStream &J, const SearchReport &R, size_t Candidate,
                  const Outcome &O) {
  J.attribute("candidate", jsonText(R.Candidates[Candidate].Name));
  jsonField(J, "accuracy", O.Accuracy);
  jsonField(J, "energy", O.Energy);
}

void writeRun(json::OStream &J, const SearchReport &R, const SearchRun &Run) {
  ObjectiveScale Scale(R.Options.Of, R.Options.Alpha, {});
  J.object([&] {
    // Seeds are whole numbers of 64 bits.
    J.attribute("seed", std::to_string(Run.Seed));
    J.attribute("optimum_round", static_cast<int64_t>(Run.OptimumRound));
    if (Run.Reached)
      J.attribute("rounds_to_best", static_cast<int64_t>(*Run.Reached));
    J.attributeArray("rounds", [&] {
      for (const SearchRound &Round : Run.Rounds)
        J.object([&] {
          writeOutcome(J, R, Round.Candidate, Round.Result);
          jsonField(J, "objective", valueOf(Round, Scale));
          jsonField(J, "best", bestOf(Round, Scale));
          if (Round.Result.Failed)
            J.attribute("failed", true);
          if (R.HasEnergy)
            jsonField(J, "spent", Round.Spent);
        });
    });
  });
}

void writeStrategy(json::OStream &J, const SearchReport &R,
                   const StrategySummary &S) {
  J.object([&] {
    J.attribute("strategy", name(S.Of));
    writeMean(J, "best", S.Best);
    writeMean(J, "optimum_round", S.OptimumRound);
    if (S.RoundsToBest) {
      J.attribute("reached", static_cast<int64_t>(S.Reached));
      writeMean(J, "rounds_to_best", *S.RoundsToBest);
    }
    if (S.EnergyToBest)
      writeMean(J, "energy_to_best", *S.EnergyToBest);
    auto Points = [&](StringRef Key, ArrayRef<ConvergencePoint> Of,
                      StringRef At, StringRef Other) {
      J.attributeArray(Key, [&] {
        for (const ConvergencePoint &P : Of)
          J.object([&] {
            jsonField(J, At, P.At);
            jsonField(J, "best", P.Best);
            if (R.HasEnergy)
              jsonField(J, Other, P.Other);
          });
      });
    };
    Points("by_round", S.ByRound, "round", "spent");
    if (R.HasEnergy)
      Points("by_energy", S.ByEnergy, "spent", "rounds");
    J.attributeArray("searches", [&] {
      for (const SearchRun &Run : S.Runs)
        writeRun(J, R, Run);
    });
  });
}

void writeJson(raw_ostream &OS, const SearchReport &R,
               ArrayRef<std::string> Sources) {
  json::OStream J(OS, 2);
  J.object([&] {
    J.attribute("schema", "toscount.search/1");
    J.attribute("space", jsonText(R.Path));
    J.attribute("candidates", static_cast<int64_t>(R.Candidates.size()));
    J.attribute("objective", name(R.Options.Of));
    if (R.Options.Of == Objective::Alpha)
      jsonField(J, "alpha", R.Options.Alpha);
    jsonField(J, "tolerance", R.Options.Tolerance);
    if (R.HasEnergy)
      J.attribute("unit", jsonText(R.Unit));
    J.attributeArray("sources", [&] {
      for (const std::string &Source : Sources)
        J.value(jsonText(Source));
    });
    J.attributeObject("budget", [&] {
      J.attribute("rounds", static_cast<int64_t>(R.Options.Rounds));
      J.attribute("trainings", static_cast<int64_t>(R.Trainings));
      jsonField(J, "energy", R.Options.EnergyBudget);
    });
    J.attributeArray("coordinates", [&] {
      for (const std::string &Name : R.Coordinates)
        J.value(jsonText(Name));
    });
    if (R.Best)
      J.attributeObject("best", [&] {
        writeOutcome(J, R, *R.Best, *R.BestOutcome);
        jsonField(J, "objective", R.BestShown);
        J.attribute("within_tolerance", static_cast<int64_t>(R.NearBest));
      });
    jsonField(J, "level", R.Level);
    J.attributeArray("strategies", [&] {
      for (const StrategySummary &S : R.Strategies)
        writeStrategy(J, R, S);
    });
    J.attributeArray("differences", [&] {
      for (const StrategyDifference &D : R.Differences)
        J.object([&] {
          J.attribute("strategy", name(D.Of));
          J.attribute("than", name(D.Than));
          writeMean(J, "rounds", D.Rounds);
          if (R.HasEnergy)
            writeMean(J, "energy", D.Energy);
        });
    });
    J.attributeArray("notes", [&] {
      for (const std::string &N : R.Notes)
        J.value(jsonText(N));
    });
  });
  OS << "\n";
}

} // namespace

Error writeSearch(raw_ostream &OS, const SearchReport &R,
                  ArrayRef<std::string> Sources, const ReportOptions &Options) {
  Style S(Options.Colour);
  switch (Options.Format) {
  case ReportFormat::Json:
    writeJson(OS, R, Sources);
    return Error::success();
  case ReportFormat::Csv:
    writeCsv(OS, R);
    return Error::success();
  case ReportFormat::Html:
  case ReportFormat::Svg:
    return makeError("this report has no pictures");
  case ReportFormat::Text:
    for (const auto &[Name, Value] : summary(R, Sources))
      printWrapped(OS, S.dim(Name) + std::string(11 - Name.size(), ' '),
                   Name == "best" ? S.bold(Value) : Value, 11, Options);
    for (const std::string &Note : R.Notes)
      printWrapped(OS, S.mark("note") + "       ", safeText(Note), 11, Options);
    break;
  case ReportFormat::Markdown:
    for (const auto &[Name, Value] : summary(R, Sources))
      OS << "- " << Name << ": " << markdownText(Value) << "\n";
    for (const std::string &Note : R.Notes)
      OS << "- note: " << markdownText(safeText(Note)) << "\n";
    break;
  }
  OS << "\n";
  writeTables(OS, tables(R), Options);
  return Error::success();
}

} // namespace toscount
