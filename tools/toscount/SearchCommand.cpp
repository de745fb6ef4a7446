//===- SearchCommand.cpp - toscount search --space FILE -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "CandidateTrainer.h"
#include "SearchCandidates.h"

#include "CountFlags.h"
#include "PlanFlags.h"
#include "Quantities.h"
#include "ReportFlags.h"

#include "toscount/Report/SearchReport.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Parallel.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace toscount::tool {
namespace {

struct SearchArguments {
  std::string Space, Objective = "accuracy", BudgetEnergy;
  std::vector<std::string> Strategies = {"bayesian"};
  SpaceColumns Columns;
  SearchOptions Options;
  int64_t Rounds = 64, Initial = 5, Repeats = 1, Trainings = 1, Seed = 1;
  CountFlags Count;
  PlanFlags Plan;
  CandidateTrainer Trainer;
  OutputFlags Output;
  CLI::Option *AlphaGiven = nullptr;
};

template <typename E> E numberOf(ArrayRef<StringRef> Names, StringRef Name) {
  return static_cast<E>(find(Names, Name) - Names.begin());
}

/// Throws UsageError for what makes no sense.
SearchOptions optionsOf(const SearchArguments &A) {
  SearchOptions O = A.Options;
  checkChoice("--objective", A.Objective, objectiveNames());
  O.Of = numberOf<toscount::Objective>(objectiveNames(), A.Objective);
  if (A.AlphaGiven->count() != 0 && O.Of != Objective::Alpha)
    throw UsageError("--alpha is of --objective alpha");
  if (!(O.Alpha >= 0 && O.Alpha <= 1))
    throw UsageError("--alpha is the weight of energy, from 0 to 1");
  if (!(O.Tolerance >= 0 && O.Tolerance < 1))
    throw UsageError("--tolerance must lie from 0 to below 1");
  O.Rounds = static_cast<size_t>(A.Rounds);
  O.Initial = static_cast<size_t>(A.Initial);
  return O;
}

std::vector<Strategy> strategiesOf(const SearchArguments &A) {
  std::vector<Strategy> All;
  for (const std::string &Name : A.Strategies) {
    checkChoice("--strategy", Name, strategyNames());
    All.push_back(numberOf<Strategy>(strategyNames(), Name));
    if (count(All, All.back()) > 1)
      throw UsageError("--strategy: '" + Name + "' is given twice");
  }
  return All;
}

/// The budget in joules, or in the energies' own \p Unit.
Expected<double> budgetIn(StringRef Unit, const std::string &Text) {
  GivenQuantity Q = parseQuantity("--budget-energy", Text);
  if (Unit == "J")
    return joules("--budget-energy", Q);
  if (Q.Unit == Unit)
    return Q.Value;
  return makeError("--budget-energy is in '" + printable(Q.Unit) +
                   "', but energies are in '" + printable(Unit) +
                   "'; units are not converted");
}

/// All searches by all strategies; where candidates are trained, one after the
/// other.
Error searchAll(ArrayRef<Strategy> Strategies, const SearchArguments &A,
                const SearchSurface &Surface, Evaluate Learn, SearchReport &R) {
  for (Strategy S : Strategies) {
    StrategySummary Summary;
    Summary.Of = S;
    Summary.Runs.resize(static_cast<size_t>(A.Repeats));
    std::vector<std::string> Problems(Summary.Runs.size());
    auto Search = [&](size_t I) {
      Expected<SearchRun> Run = runSearch(
          S, Surface.Candidates.size(), Surface.Points.Points, Surface.Known,
          R.Options, static_cast<uint64_t>(A.Seed) + I, Learn);
      if (Run)
        Summary.Runs[I] = std::move(*Run);
      else
        Problems[I] = message(Run.takeError());
      return Problems[I].empty();
    };
    if (A.Trainer.given())
      for (size_t I = 0; I < Problems.size() && Search(I); ++I) {
      }
    else
      parallelFor(Problems.size(), [&](size_t I) { Search(I); });
    for (const std::string &P : Problems)
      if (!P.empty())
        return makeError(P);
    R.Strategies.push_back(std::move(Summary));
  }
  return Error::success();
}

int runSearchCommand(SearchArguments &A) {
  ReportOptions View;
  View.Format = A.Output.format(reportFormatNames());
  View.Width = A.Output.width();
  View.Colour = A.Output.colour();
  SearchReport R;
  R.Options = optionsOf(A);
  R.Trainings = static_cast<size_t>(A.Trainings);
  std::vector<Strategy> Strategies = strategiesOf(A);
  if (!A.BudgetEnergy.empty())
    (void)parseQuantity("--budget-energy", A.BudgetEnergy);
  RunSpec Base;
  Base.Options = A.Count.counting();
  Base.Options.PassOverForeignDims = true;
  Base.Plan = A.Plan.plan(A.Trainer.given());
  Base.Plan.Batch = Base.Options.Batch.value_or(0);
  Expected<LoweringOptions> Lowering = A.Count.lowering(Base.Options);
  if (!Lowering)
    return report(Lowering.takeError());
  Base.Lowering = *Lowering;
  Expected<SearchSpace> Space = readSearchSpace(A.Space, A.Columns);
  if (!Space)
    return report(Space.takeError());
  A.Trainer.check(*Space, Base, A.Plan);
  CandidateOptions Predict;
  std::optional<Profile> Of;
  if (Error E = A.Plan.load(Of, Predict))
    return report(std::move(E));
  if (Of)
    Base.Plan.Part = Of->Part;

  Expected<SearchSurface> Surface =
      A.Trainer.given()
          ? surfaceToMeasure(*Space, Base)
          : surfaceOf(*Space, Base, Predict, R.Options.Of, R.Trainings);
  if (!Surface)
    return report(Surface.takeError());
  if (A.Trainer.given()) {
    Surface->Unit = "J"; // All that meters of the runner have.
    if (Error E = A.Trainer.start()) {
      report(std::move(E));
      return A.Trainer.status();
    }
  }
  R.Path = Space->Path;
  R.Unit = Surface->Unit;
  R.HasEnergy = !R.Unit.empty();
  R.Coordinates = Surface->Points.Names;
  R.Failed = Surface->Failed;
  R.Notes = Surface->Notes;
  R.Candidates = Surface->Candidates;
  if (!A.BudgetEnergy.empty()) {
    if (!R.HasEnergy)
      throw UsageError("--budget-energy needs energies: give --profile, or a "
                       "table with a column of them");
    Expected<double> Budget = budgetIn(R.Unit, A.BudgetEnergy);
    if (!Budget)
      return report(Budget.takeError());
    R.Options.EnergyBudget = *Budget;
  }
  if (is_contained(Strategies, Strategy::Bayesian) && R.Coordinates.empty() &&
      R.Candidates.size() > 1)
    return report(makeError(printable(R.Path) +
                            ": nothing tells the candidates apart that a "
                            "Bayesian search could learn from; name columns "
                            "with --feature, or use --strategy random"));
  auto Learn = [&](size_t I) -> Expected<Outcome> {
    if (!A.Trainer.given())
      return Surface->Known[I];
    return A.Trainer.train(Surface->Candidates[I], Base, R.Trainings,
                           R.Options.Of);
  };
  if (Error E = searchAll(Strategies, A, *Surface, Learn, R)) {
    report(std::move(E));
    return A.Trainer.status();
  }
  if (A.Trainer.given())
    A.Trainer.describe(Surface->Sources, R.Unit, R.Notes);
  sumUp(R, Surface->Known);
  if (Error E = writeOutput(A.Output.path(), [&](raw_ostream &OS) {
        return writeSearch(OS, R, Surface->Sources, View);
      }))
    return report(std::move(E));
  return R.Failed > 0 ? BadInput : Done;
}

void addColumns(CLI::App &App, SpaceColumns &Columns) {
  const char *Group = "Tables";
  App.add_option("--accuracy", Columns.Accuracy,
                 "the column of accuracies, 0 to 1 (default: accuracy)")
      ->group(Group)
      ->type_name("COLUMN");
  App.add_option("--energy", Columns.Energy,
                 "the column of energies of one training (default: the only "
                 "one whose name begins with energy)")
      ->group(Group)
      ->type_name("COLUMN");
  App.add_option("--unit", Columns.Unit,
                 "the unit of the energies (default: what the column's name "
                 "says)")
      ->group(Group)
      ->type_name("UNIT");
  App.add_option("--feature", Columns.Features,
                 "a column of numbers that describes candidates; repeatable "
                 "(default: what counting says of the column model, otherwise "
                 "all other columns of numbers)")
      ->group(Group)
      ->type_name("COLUMN")
      ->allow_extra_args(false);
}

} // namespace

Command addSearchCommand(CLI::App &Root) {
  CLI::App *App = Root.add_subcommand(
      "search", "grid, random or Bayesian search with energy as budget");
  auto A = std::make_shared<SearchArguments>();
  App->add_option("--space", A->Space,
                  "what is chosen from: a JSON file of models and settings, or "
                  "a table (.csv)")
      ->required()
      ->type_name("FILE");
  const char *Group = "How it is searched";
  App->add_option("--strategy", A->Strategies,
                  join(strategyNames(), ", ") + "; several stand side by side")
      ->group(Group)
      ->delimiter(',')
      ->type_name("NAME")
      ->default_str("bayesian");
  App->add_option("--objective", A->Objective,
                  "what is best: " + join(objectiveNames(), ", "))
      ->group(Group)
      ->type_name("WHAT")
      ->capture_default_str();
  A->AlphaGiven = App->add_option("--alpha", A->Options.Alpha,
                                  "the weight of energy in objective alpha")
                      ->group(Group)
                      ->type_name("A")
                      ->capture_default_str();
  App->add_option("--tolerance", A->Options.Tolerance,
                  "an increase is substantial above this: of accuracy and "
                  "alpha a difference, of energy and efficiency a share")
      ->group(Group)
      ->type_name("X")
      ->capture_default_str();
  App->add_option("--rounds", A->Rounds, "at most this many rounds")
      ->group(Group)
      ->check(wholeNumber(1, 1000000))
      ->type_name("N")
      ->capture_default_str();
  App->add_option("--budget-energy", A->BudgetEnergy,
                  "no round begins once this is spent: 50kJ, 2kWh")
      ->group(Group)
      ->type_name("E");
  App->add_option("--trainings", A->Trainings,
                  "trainings a round; each takes its energy")
      ->group(Group)
      ->check(wholeNumber(1, 1000))
      ->type_name("N")
      ->capture_default_str();
  App->add_option("--initial", A->Initial,
                  "the first rounds of a Bayesian search, chosen at random")
      ->group(Group)
      ->check(wholeNumber(1, 1000))
      ->type_name("N")
      ->capture_default_str();
  App->add_option("--repeats", A->Repeats,
                  "searches by each strategy, each with another seed")
      ->group(Group)
      ->check(wholeNumber(1, 10000))
      ->type_name("N")
      ->capture_default_str();
  App->add_option("--seed", A->Seed, "of the first search")
      ->group(Group)
      ->check(wholeNumber(0))
      ->type_name("N")
      ->capture_default_str();
  addColumns(*App, A->Columns);
  A->Trainer.add(*App);
  A->Plan.add(*App, /*Accuracy=*/true);
  A->Count.add(*App, /*ForPrediction=*/true);
  A->Output.add(*App, join(reportFormatNames(), ", "));
  return {App, [A] { return runSearchCommand(*A); }};
}

} // namespace toscount::tool
