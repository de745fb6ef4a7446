//===- FitCommand.cpp - toscount fit --------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ReportFlags.h"

#include "toscount/Calibration/FitRuns.h"
#include "toscount/Calibration/Selection.h"
#include "toscount/Report/FitReport.h"
#include "toscount/Report/RunFitReport.h"
#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace toscount::tool {
namespace {

struct FitArguments {
  std::vector<std::string> Files;
  std::string Y, Protocol = "all-rows", Group;
  std::vector<std::string> X;
  // Of runs.
  std::vector<std::string> Families;
  std::string Sessions = "auto", Name, Source, License, Phase;
  unsigned Replicates = 100;
  unsigned Degree = 1, Folds = 10;
  uint64_t Seed = 1;
  bool NoIntercept = false, Exact = false;
  OutputFlags Output;
};

/// The columns that \p A names.
Expected<Dataset> readPoints(const FitArguments &A) {
  Expected<CsvTable> Table = readCsv(A.Files.front());
  if (!Table)
    return Table.takeError();
  Dataset D;
  std::vector<std::vector<double>> Columns;
  for (const std::string &Name : A.X) {
    Expected<size_t> Column = Table->column(Name);
    if (!Column)
      return Column.takeError();
    Expected<std::vector<double>> Numbers = Table->numbers(*Column);
    if (!Numbers)
      return Numbers.takeError();
    Columns.push_back(std::move(*Numbers));
    D.Columns.push_back({Name, ""});
  }
  Expected<size_t> Y = Table->column(A.Y);
  if (!Y)
    return Y.takeError();
  Expected<std::vector<double>> Response = Table->numbers(*Y);
  if (!Response)
    return Response.takeError();
  D.Response.Name = A.Y;
  D.Y = std::move(*Response);
  for (size_t Row = 0; Row < D.rows(); ++Row)
    for (const std::vector<double> &Column : Columns)
      D.X.push_back(Column[Row]);
  if (!A.Group.empty()) {
    Expected<size_t> Group = Table->column(A.Group);
    if (!Group)
      return Group.takeError();
    D.Group = Table->texts(*Group);
  }
  return D;
}

/// How the polynomial does on groups that it has not seen; absent where that
/// can't be asked.
std::optional<FitReport::CrossValidation>
crossValidated(const Dataset &Data, const PolynomialOptions &Options,
               unsigned Folds) {
  if (Folds < 2 || !all_of(Data.Y, [](double Energy) { return Energy > 0; }))
    return std::nullopt;
  FitReport::CrossValidation Cv;
  std::vector<unsigned> FoldOf = groupFolds(Data, Folds);
  Expected<std::vector<double>> Predicted =
      crossValidate(*polynomialFamily(Options), Data, FoldOf);
  if (!Predicted) {
    consumeError(Predicted.takeError());
    return std::nullopt;
  }
  for (unsigned Fold : FoldOf)
    Cv.Folds = std::max(Cv.Folds, Fold + 1);
  Cv.Groups = Data.groupNames().size();
  Cv.Errors = summarizeErrors(*Predicted, Data.Y);
  return Cv;
}

void checkUsage(const FitArguments &A) {
  if (A.Files.size() != 1)
    throw UsageError("--x fits the columns of one table");
  if (A.Y.empty())
    throw UsageError("--y COLUMN is missing: the column that is explained");
  checkChoice("--protocol", A.Protocol, {"all-rows", "to-paper"});
  if (A.Protocol == "to-paper" && A.Group.empty())
    throw UsageError("--protocol to-paper needs --group COLUMN: which rows are "
                     "repeats of one configuration");
  std::vector<std::string> Names = A.X;
  Names.push_back(A.Y);
  for (size_t I = 0; I < Names.size(); ++I)
    for (size_t J = 0; J < I; ++J)
      if (Names[I] == Names[J])
        throw UsageError("column '" + printable(Names[I]) + "' is given twice");
}

int fitRecords(const FitArguments &A, const ReportOptions &View) {
  if (!A.Y.empty() || A.Protocol != "all-rows" || !A.Group.empty())
    throw UsageError("--y, --protocol and --group are for tables, which need "
                     "--x too; without --x the files are records of runs");
  checkChoice("--sessions", A.Sessions, {"auto", "always", "never"});
  checkChoice("--part", A.Phase, {"", "forward", "backward"});
  RunFitOptions Options;
  Options.Sessions = A.Sessions == "always"  ? SessionUse::Always
                     : A.Sessions == "never" ? SessionUse::Never
                                             : SessionUse::Auto;
  Options.Source = A.Source;
  Options.License = A.License;
  Options.Folds = A.Folds;
  Options.Replicates = A.Replicates;
  Options.Seed = A.Seed;
  Options.Name = A.Name;
  if (A.Output.path() == "-")
    throw UsageError("-o names the profile's file; the report goes to standard "
                     "output");
  // That of its file; without one, that of the runs.
  if (Options.Name.empty()) {
    StringRef File = A.Output.path();
    if (File.empty())
      File = A.Files.front();
    Options.Name = File == "-" ? "profile" : sys::path::stem(File).str();
  }
  if (Options.Folds < 2)
    throw UsageError("--folds must be at least 2 for runs: families are chosen "
                     "by cross-validation");
  for (const std::string &Name : A.Families) {
    Expected<const FeatureSet *> Set = findFeatureSet(Name);
    if (!Set)
      throw UsageError("--family: " + message(Set.takeError()));
    Options.Sets.push_back(*Set);
  }
  Expected<std::vector<RunRecord>> Records = readRunRecords(A.Files);
  if (!Records)
    return report(Records.takeError());
  if (!A.Phase.empty())
    erase_if(*Records, [&](const RunRecord &R) { return R.Phase != A.Phase; });
  if (Records->empty())
    return report(makeError(printable(A.Files.front()) + ": no run of the " +
                            A.Phase + " phase"));
  if (Error E = checkSolver())
    return report(std::move(E), NotHere);
  OpRegistry Registry;
  Expected<RunFit> Fit = fitRuns(*Records, Registry, Options);
  if (!Fit)
    return report(Fit.takeError());
  if (!A.Output.path().empty())
    if (Error E = writeOutput(A.Output.path(), [&](raw_ostream &OS) {
          writeProfile(OS, Fit->Found);
          return Error::success();
        }))
      return report(std::move(E));
  Error Failed = writeOutput(
      "", [&](raw_ostream &OS) { return writeRunFit(OS, *Fit, View); });
  return Failed ? report(std::move(Failed)) : Done;
}

int runFit(const FitArguments &A) {
  ReportOptions View = A.Output.view();
  if (!A.X.empty() &&
      (View.Format == ReportFormat::Html || View.Format == ReportFormat::Svg))
    throw UsageError("pictures are of runs; a fit to columns (--x) has none");
  View.Exact = A.Exact;
  if (A.X.empty())
    return fitRecords(A, View);
  checkUsage(A);
  Expected<Dataset> Data = readPoints(A);
  if (!Data)
    return report(Data.takeError());
  if (Error E = checkSolver())
    return report(std::move(E), NotHere);

  FitReport Fit;
  Fit.Source = A.Files.front();
  Fit.Data = &*Data;
  Fit.GroupColumn = A.Group;
  PaperProtocolOptions Options;
  Options.Polynomial.Degree = A.Degree;
  Options.Polynomial.Intercept = !A.NoIntercept;
  Options.Seed = Fit.Seed = A.Seed;
  PaperProtocolResult Paper;
  std::unique_ptr<PolynomialModel> Model;
  if (A.Protocol == "to-paper") {
    Expected<PaperProtocolResult> Result = fitByPaper(*Data, Options);
    if (!Result)
      return report(
          withContext(Result.takeError(), printable(A.Files.front())));
    Paper = std::move(*Result);
    Fit.Paper = &Paper;
    Fit.Model = Paper.Model.get();
  } else {
    Expected<std::unique_ptr<PolynomialModel>> Result =
        fitPolynomial(*Data, Options.Polynomial);
    if (!Result)
      return report(
          withContext(Result.takeError(), printable(A.Files.front())));
    Model = std::move(*Result);
    Fit.Model = Model.get();
    Fit.Cv = crossValidated(*Data, Options.Polynomial, A.Folds);
  }
  Error Failed = writeOutput(A.Output.path(), [&](raw_ostream &OS) {
    return writeFit(OS, Fit, View);
  });
  return Failed ? report(std::move(Failed)) : Done;
}

} // namespace

Command addFitCommand(CLI::App &Root) {
  CLI::App *App = Root.add_subcommand(
      "fit", "measured runs to a profile, or columns to a column");
  auto A = std::make_shared<FitArguments>();
  App->add_option("FILE", A->Files,
                  "records of runs (toscount.run/1), or with --x a table as "
                  "CSV with a header; - for standard input")
      ->type_name("")
      ->required();
  App->add_option("--x", A->X, "a column that explains; repeatable")
      ->type_name("COLUMN")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
  App->add_option("--y", A->Y, "the column that is explained")
      ->type_name("COLUMN");
  App->add_option("--degree", A->Degree,
                  "the highest power of each x, 1 to " +
                      std::to_string(PolynomialOptions::MaxDegree))
      ->check(wholeNumber(1, PolynomialOptions::MaxDegree))
      ->type_name("N")
      ->capture_default_str();
  App->add_flag("--no-intercept", A->NoIntercept,
                "the sum has no constant term");
  App->add_option("--protocol", A->Protocol,
                  "all-rows, or to-paper: drop a tenth of each "
                  "configuration's repeats at each end, split 60/40, fit, "
                  "validate")
      ->type_name("NAME")
      ->capture_default_str();
  App->add_option("--group", A->Group,
                  "the column that names a row's configuration; "
                  "cross-validation leaves whole groups out")
      ->type_name("COLUMN");
  App->add_option("--folds", A->Folds, "folds of the cross-validation; 0: none")
      ->check(wholeNumber(0, 1'000'000))
      ->type_name("N")
      ->capture_default_str();
  App->add_option("--seed", A->Seed, "of the split of --protocol to-paper")
      ->check(wholeNumber(0))
      ->type_name("N")
      ->capture_default_str();
  const char *Runs = "Runs";
  App->add_option("--family", A->Families,
                  "fit only this family; repeatable (default: all, the best by "
                  "cross-validation)")
      ->type_name("NAME")
      ->group(Runs)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
  App->add_option("--sessions", A->Sessions,
                  "a factor for each session that records name: auto, always, "
                  "never")
      ->type_name("WHEN")
      ->group(Runs)
      ->capture_default_str();
  App->add_option("--part", A->Phase,
                  "only records of this phase: forward, backward")
      ->type_name("PHASE")
      ->group(Runs);
  App->add_option("--name", A->Name,
                  "of the profile (default: that of its file)")
      ->type_name("NAME")
      ->group(Runs);
  App->add_option("--source", A->Source, "where the runs are from")
      ->type_name("TEXT")
      ->group(Runs);
  App->add_option("--license", A->License, "of the runs")
      ->type_name("TEXT")
      ->group(Runs);
  App->add_option("--replicates", A->Replicates,
                  "of the bootstrap that standard errors are from; 0: none")
      ->check(wholeNumber(0, 100'000))
      ->type_name("N")
      ->group(Runs)
      ->capture_default_str();
  A->Output.addWithPictures(*App, {"predicted", "residuals", "families"});
  App->add_flag("--exact", A->Exact, "numbers in full")->group("Output");
  return {App, [A] { return runFit(*A); }};
}

} // namespace toscount::tool
