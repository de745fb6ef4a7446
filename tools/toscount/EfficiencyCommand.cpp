//===- EfficiencyCommand.cpp - toscount efficiency ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ReportFlags.h"

#include "toscount/Calibration/Family.h"
#include "toscount/Report/EfficiencyReport.h"
#include "toscount/Report/SizePredictionReport.h"
#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace toscount::tool {
namespace {

struct EfficiencyArguments {
  std::vector<std::string> Files;
  EfficiencyColumns Columns;
  std::vector<std::string> Where, Set, Baselines, PrintedTo;
  std::string Means, Overtraining;
  OvertrainingRule Rule;
  bool Check = false, PerEpoch = false, PredictSizes = false;
  std::string Curves;
  EarlyStopping Stopping;
  OutputFlags Output;
};

/// "COLUMN=VALUE" of each of \p Given.
std::vector<std::pair<std::string, std::string>>
assignments(StringRef Flag, ArrayRef<std::string> Given) {
  std::vector<std::pair<std::string, std::string>> Pairs;
  for (StringRef Text : Given) {
    auto [Name, Value] = Text.split('=');
    if (Name.empty() || Name.size() == Text.size())
      throw UsageError(
          (Flag + " '" + printable(Text) + "' is not written COLUMN=VALUE")
              .str());
    Pairs.emplace_back(Name.str(), Value.str());
  }
  return Pairs;
}

PrintedPlaces places(ArrayRef<std::string> Given) {
  PrintedPlaces P;
  for (const auto &[Name, Value] : assignments("--printed-to", Given)) {
    checkChoice("--printed-to", Name, {"accuracy", "energy", "efficiency"});
    double Place = 0;
    if (!parseNumber(Value, Place) || !(Place > 0))
      throw UsageError("--printed-to " + Name + ": '" + printable(Value) +
                       "' is not a number above 0");
    (Name == "accuracy" ? P.Accuracy
     : Name == "energy" ? P.Energy
                        : P.Efficiency) = Place;
  }
  return P;
}

void setEpochs(StringRef Text, OvertrainingRule &Rule) {
  auto [Early, Late] = Text.split(',');
  if (Early.getAsInteger(10, Rule.Early) || Late.getAsInteger(10, Rule.Late) ||
      Rule.Early == 0 || Rule.Early >= Rule.Late)
    throw UsageError("--overtraining '" + printable(Text) +
                     "' is not two numbers of epochs, the smaller first: "
                     "50,100");
}

int print(const EfficiencyArguments &A,
          function_ref<void(raw_ostream &, const ReportOptions &)> Write) {
  ReportOptions View = A.Output.view();
  Error Failed = writeOutput(A.Output.path(), [&](raw_ostream &OS) {
    Write(OS, View);
    return Error::success();
  });
  return Failed ? report(std::move(Failed)) : Done;
}

int runOvertraining(const EfficiencyArguments &A) {
  Expected<std::vector<OvertrainingRow>> Rows =
      analyseOvertraining(A.Files, A.Columns, A.Rule);
  if (!Rows)
    return report(Rows.takeError());
  return print(A, [&](raw_ostream &OS, const ReportOptions &View) {
    writeOvertraining(OS, *Rows, A.Rule, View);
  });
}

int runCheck(const EfficiencyArguments &A) {
  PrintedPlaces Places = places(A.PrintedTo);
  Expected<EfficiencyData> Data = readEfficiency(A.Files, A.Columns);
  if (!Data)
    return report(Data.takeError());
  EfficiencyData Means;
  if (!A.Means.empty()) {
    EfficiencyColumns Columns;
    Columns.Efficiency = A.Columns.Printed;
    Columns.Set = A.Columns.Set;
    Expected<EfficiencyData> Read = readEfficiency({A.Means}, Columns);
    if (!Read)
      return report(Read.takeError());
    Means = std::move(*Read);
  }
  Expected<PrintedCheck> Check = checkPrinted(*Data, Means, Places);
  if (!Check)
    return report(Check.takeError());
  int Status = print(A, [&](raw_ostream &OS, const ReportOptions &View) {
    writePrintedCheck(OS, *Check, Data->Unit, View);
  });
  if (Status == Done && Check->count(CellVerdict::Unexplained) != 0)
    return GateFailed;
  return Status;
}

int runPredictSizes(const EfficiencyArguments &A) {
  Expected<EfficiencyData> Data = readEfficiency(A.Files, A.Columns);
  if (!Data)
    return report(Data.takeError());
  std::vector<KeyedAccuracy> Curves;
  if (!A.Curves.empty()) {
    EfficiencyColumns Columns;
    Columns.Set = A.Columns.Set;
    Expected<std::vector<KeyedAccuracy>> Read =
        readAccuracies(A.Curves, Columns);
    if (!Read)
      return report(Read.takeError());
    Curves = std::move(*Read);
  }
  // What a table prints beside its runs tells which of them not to trust.
  std::vector<std::string> LeftOut;
  if (!A.Columns.Printed.empty()) {
    Expected<PrintedCheck> Check =
        checkPrinted(*Data, EfficiencyData(), places(A.PrintedTo));
    if (!Check)
      return report(Check.takeError());
    for (const PrintedCell &C : Check->Cells)
      if (C.Kind == CellKind::Model && C.Verdict != CellVerdict::Agrees)
        LeftOut.push_back(C.Where);
    for (const PrintedOutlier &O : Check->Outliers)
      LeftOut.push_back(O.Where);
  }
  if (Error E = checkSolver())
    return report(std::move(E), NotHere);
  Expected<SizePredictionReport> Report =
      predictSizes(*Data, Curves, LeftOut, A.Stopping);
  if (!Report)
    return report(Report.takeError());
  return print(A, [&](raw_ostream &OS, const ReportOptions &View) {
    writeSizePredictions(OS, *Report, View);
  });
}

int runEfficiency(EfficiencyArguments &A) {
  A.Columns.Where = assignments("--where", A.Where);
  A.Columns.Set = assignments("--set", A.Set);
  for (const auto &[Name, Value] : A.Columns.Set)
    checkChoice("--set", Name,
                {"hardware", "dataset", "criterion", "architecture", "size"});
  if (A.Check + A.PredictSizes + !A.Overtraining.empty() > 1)
    throw UsageError("--check, --overtraining and --predict-sizes exclude each "
                     "other");
  ReportOptions View = A.Output.view();
  bool Pictures =
      View.Format == ReportFormat::Html || View.Format == ReportFormat::Svg;
  if (Pictures && (A.Check || A.PredictSizes || !A.Overtraining.empty()))
    throw UsageError(
        "pictures are of efficiencies; --check, --overtraining and "
        "--predict-sizes have none");
  if (!A.Curves.empty() && !A.PredictSizes)
    throw UsageError("--curves needs --predict-sizes");
  if (A.PredictSizes)
    return runPredictSizes(A);
  if (!A.Overtraining.empty()) {
    setEpochs(A.Overtraining, A.Rule);
    return runOvertraining(A);
  }
  if (!A.Check && (!A.Means.empty() || !A.PrintedTo.empty()))
    throw UsageError("--means and --printed-to need --check");
  if (A.Check) {
    if (A.Columns.Printed.empty())
      A.Columns.Printed = "efficiency_printed";
    return runCheck(A);
  }
  Expected<EfficiencyData> Data = readEfficiency(A.Files, A.Columns);
  if (!Data)
    return report(Data.takeError());
  Expected<EfficiencyReport> Report = summarizeEfficiency(*Data, A.Baselines);
  if (!Report)
    return report(Report.takeError());
  Error Failed = writeOutput(A.Output.path(), [&](raw_ostream &OS) {
    return writeEfficiency(OS, *Report, *Data, A.PerEpoch, View);
  });
  return Failed ? report(std::move(Failed)) : Done;
}

void addColumn(CLI::App &App, const char *Flag, std::string &Column,
               const char *What) {
  App.add_option(Flag, Column, What)->group("Tables")->type_name("COLUMN");
}

void addTableFlags(CLI::App &App, EfficiencyArguments &A) {
  EfficiencyColumns &C = A.Columns;
  addColumn(App, "--accuracy", C.Accuracy, "0 to 1 (default accuracy)");
  addColumn(App, "--energy", C.Energy,
            "of the run (default: the only column that begins with 'energy')");
  App.add_option("--unit", C.Unit,
                 "of the energy: J, 'W samples' (default: as the column's name "
                 "says, energy_j or energy_w_samples)")
      ->group("Tables")
      ->type_name("UNIT");
  addColumn(App, "--efficiency", C.Efficiency,
            "efficiencies instead of accuracy and energy");
  addColumn(App, "--architecture", C.Architecture, "(default architecture)");
  addColumn(App, "--size", C.Size, "of the model (default size)");
  addColumn(App, "--criterion", C.Criterion,
            "that ended training (default criterion)");
  addColumn(App, "--dataset", C.Dataset, "(default dataset)");
  addColumn(App, "--hardware", C.Hardware, "(default hardware)");
  addColumn(App, "--epochs", C.Epochs, "of the run (default epochs)");
  App.add_option("--where", A.Where,
                 "only rows with this; again for another value or column")
      ->group("Tables")
      ->allow_extra_args(false)
      ->type_name("COLUMN=VALUE");
  App.add_option("--set", A.Set,
                 "what a table has no column for: hardware='Tesla T4'")
      ->group("Tables")
      ->allow_extra_args(false)
      ->type_name("COLUMN=VALUE");
}

void addCheckFlags(CLI::App &App, EfficiencyArguments &A) {
  App.add_flag("--check", A.Check,
               "whether printed cells agree with each other; exit status 3 "
               "when one does not and no reason is found")
      ->group("Checking printed tables");
  auto Column = [&](const char *Flag, std::string &Name, const char *What) {
    App.add_option(Flag, Name, What)
        ->group("Checking printed tables")
        ->type_name("COLUMN");
  };
  Column("--printed", A.Columns.Printed,
         "efficiencies (default efficiency_printed)");
  Column("--printed-mean", A.Columns.PrintedMean,
         "their mean over sizes, in any row of a group");
  App.add_option("--means", A.Means,
                 "a table of means; criterion 'all' is over criteria")
      ->group("Checking printed tables")
      ->type_name("FILE");
  App.add_option("--printed-to", A.PrintedTo,
                 "the last place printed: energy=1000 (default: what nine in "
                 "ten cells are multiples of)")
      ->group("Checking printed tables")
      ->allow_extra_args(false)
      ->type_name("WHAT=PLACE");
}

} // namespace

Command addEfficiencyCommand(CLI::App &Root) {
  CLI::App *App = Root.add_subcommand(
      "efficiency", "accuracy over energy, by model, size and criterion");
  auto A = std::make_shared<EfficiencyArguments>();
  App->add_option("FILE", A->Files,
                  "tables (.csv) or records of runs ('-': records from stdin)")
      ->required()
      ->type_name("");
  App->add_option("--baseline", A->Baselines,
                  "what ratios divide by: an architecture, data set or "
                  "hardware; again for more")
      ->allow_extra_args(false)
      ->type_name("NAME");
  App->add_flag("--per-epoch", A->PerEpoch,
                "after each epoch too, where records have them");
  App->add_option("--overtraining", A->Overtraining,
                  "did epochs after EARLY pay until LATE? From columns "
                  "train_EARLY, test_EARLY, train_LATE, test_LATE, or records")
      ->type_name("EARLY,LATE");
  App->add_option("--least-gain", A->Rule.LeastGain,
                  "gains of test accuracy below it are none")
      ->check(CLI::Range(0.0, 1.0))
      ->type_name("A")
      ->capture_default_str();
  App->add_option("--divergence", A->Rule.Divergence,
                  "share of the gain from which a growing gap to training "
                  "accuracy is overtraining")
      ->check(CLI::Range(0.0, 1e6))
      ->type_name("SHARE")
      ->capture_default_str();
  App->add_flag("--predict-sizes", A->PredictSizes,
                "each size from the others: when training stops, its energy "
                "and efficiency, beside a line through log(size); rows that "
                "contradict --printed, and outliers, are left out");
  App->add_option("--curves", A->Curves,
                  "a table with accuracies after N epochs (test_N) for "
                  "--predict-sizes")
      ->type_name("FILE");
  App->add_option("--patience", A->Stopping.Patience,
                  "epochs without a better accuracy that end early stopping")
      ->check(wholeNumber(1, 1000))
      ->type_name("N")
      ->capture_default_str();
  addTableFlags(*App, *A);
  addCheckFlags(*App, *A);
  A->Output.addWithPictures(*App, {"sizes", "criteria", "epochs"});
  return {App, [A] { return runEfficiency(*A); }};
}

} // namespace toscount::tool
