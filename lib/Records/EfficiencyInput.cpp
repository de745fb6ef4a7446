//===- EfficiencyInput.cpp - runs from tables and records -----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "TableSource.h"

#include "toscount/Support/Diagnostics.h"

#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

class TableReader {
public:
  TableReader(const CsvTable &T, const EfficiencyColumns &C) : T(T), C(C) {}

  Error read(EfficiencyData &Data);

private:
  Error find(StringRef Given, StringRef Default, TableSource &S) {
    return findColumn(T, C, Given, Default, S);
  }

  Error findEnergy(TableSource &S) {
    if (!C.Energy.empty())
      return find(C.Energy, "", S);
    std::vector<StringRef> Found;
    for (size_t I = 0; I < T.Header.size(); ++I)
      if (StringRef(T.Header[I]).starts_with("energy")) {
        S.Column = I;
        Found.push_back(T.Header[I]);
      }
    if (Found.size() == 1)
      return Error::success();
    if (Found.empty())
      return makeError(printable(T.Path) +
                       ": no column begins with 'energy'; name it with "
                       "--energy");
    return makeError(printable(T.Path) + ": the columns '" +
                     printable(Found[0]) + "' and '" + printable(Found[1]) +
                     "' may both be the energy; choose one with --energy");
  }

  Error findUnit(const TableSource &Energy, std::string &Unit) {
    if (!C.Unit.empty()) {
      Unit = C.Unit;
      return Error::success();
    }
    StringRef Name = T.Header[*Energy.Column];
    if (Name == "energy_j" || Name == "energy_J")
      Unit = "J";
    else if (Name == "energy_w_samples")
      Unit = "W samples";
    else
      return makeError(printable(T.Path) + ": column '" + printable(Name) +
                       "' does not say its unit; give it with --unit (J, "
                       "'W samples')");
    return Error::success();
  }

  /// The number of a cell; absent for an empty one unless it is \p Required.
  Expected<std::optional<double>> number(size_t Row, const TableSource &S,
                                         bool Required) {
    std::optional<double> Number;
    if (!S.Column ||
        (!Required && StringRef(T.Rows[Row][*S.Column]).trim().empty()))
      return Number;
    Expected<double> N = T.number(Row, *S.Column);
    if (!N)
      return N.takeError();
    Number = *N;
    return Number;
  }

  Error wrong(size_t Row, const TableSource &S, double Value,
              const Twine &What) {
    return makeError(where(Row) + ": " + printable(T.Header[*S.Column]) +
                     " is " + numberText(Value) + ", but must be " + What);
  }

  std::string where(size_t Row) {
    return printable(T.Path) + ":" + std::to_string(T.Lines[Row]);
  }

  Error readRow(size_t Row, EfficiencyData &Data);

  const CsvTable &T;
  const EfficiencyColumns &C;
  TableSource Accuracy, Energy, Efficiency, Epochs, Printed, PrintedMean;
  TableSources Keys;
};

Error TableReader::readRow(size_t Row, EfficiencyData &Data) {
  EfficiencyRun R;
  R.Where = where(Row);
  R.Key = Keys.key(T, Row);
  struct Cell {
    const TableSource &S;
    std::optional<double> &Out;
    bool Required;
  };
  std::optional<double> Given;
  for (const Cell &Next :
       {Cell{Accuracy, R.Accuracy, true}, Cell{Energy, R.Energy, true},
        Cell{Efficiency, Given, true}, Cell{Epochs, R.Epochs, false},
        Cell{Printed, R.PrintedEfficiency, false},
        Cell{PrintedMean, R.PrintedMean, false}}) {
    Expected<std::optional<double>> Number = number(Row, Next.S, Next.Required);
    if (!Number)
      return Number.takeError();
    Next.Out = *Number;
  }
  if (R.Accuracy && (*R.Accuracy < 0 || *R.Accuracy > 1))
    return wrong(Row, Accuracy, *R.Accuracy,
                 "from 0 to 1 (a fraction, not a percentage)");
  if (R.Energy && *R.Energy <= 0)
    return wrong(Row, Energy, *R.Energy, "above 0");
  if (R.Epochs && *R.Epochs <= 0)
    return wrong(Row, Epochs, *R.Epochs, "above 0");
  if (Given && *Given < 0)
    return wrong(Row, Efficiency, *Given, "0 or above");
  R.Efficiency = Given ? *Given : *R.Accuracy / *R.Energy;
  if (!std::isfinite(R.Efficiency))
    return wrong(Row, Energy, *R.Energy,
                 "large enough for accuracy / energy to be a number");
  Data.Runs.push_back(std::move(R));
  return Error::success();
}

Error TableReader::read(EfficiencyData &Data) {
  std::string Unit = C.Unit;
  if (C.Efficiency.empty()) {
    if (Error E = findEnergy(Energy))
      return E;
    if (Error E = findUnit(Energy, Unit))
      return E;
    if (Error E = find(C.Accuracy, "accuracy", Accuracy))
      return E;
    if (!Accuracy.Column)
      return makeError(printable(T.Path) +
                       ": there is no column 'accuracy'; name it with "
                       "--accuracy");
  } else if (Error E = find(C.Efficiency, "", Efficiency)) {
    return E;
  }
  struct Wanted {
    StringRef Given, Default;
    TableSource &S;
  };
  for (const Wanted &W :
       {Wanted{C.Epochs, "epochs", Epochs}, Wanted{C.Printed, "", Printed},
        Wanted{C.PrintedMean, "", PrintedMean}})
    if (Error E = find(W.Given, W.Default, W.S))
      return E;
  if (Error E = Keys.find(T, C))
    return E;
  if (!Data.Runs.empty() && Data.Unit != Unit)
    return makeError(printable(T.Path) + ": energies in '" + printable(Unit) +
                     "' after energies in '" + printable(Data.Unit) +
                     "'; units are never mixed");
  Data.Unit = Unit;
  size_t Before = Data.Runs.size();
  for (size_t Row = 0; Row < T.Rows.size(); ++Row) {
    Expected<bool> Take = isWanted(T, Row, C);
    if (!Take)
      return Take.takeError();
    if (!*Take)
      continue;
    if (Error E = readRow(Row, Data))
      return E;
  }
  if (Data.Runs.size() == Before)
    return makeError(printable(T.Path) + ": no row" +
                     (C.Where.empty() ? "" : " is left by --where"));
  return Error::success();
}

Expected<EfficiencyRun> efficiencyOfRun(const RunRecord &R) {
  EfficiencyRun Run;
  Run.Where = R.where();
  Run.Key = keyOfRun(R);
  Run.Accuracy = R.Accuracy;
  if (!Run.Accuracy && !R.PerEpoch.empty())
    Run.Accuracy = R.PerEpoch.back().ValidationAccuracy;
  if (!Run.Accuracy)
    return makeError(R.where() + ": the run has no accuracy (field 'accuracy')"
                                 ", so it has no efficiency");
  Run.Energy = R.Energy.Value;
  Run.Epochs = static_cast<double>(R.Epochs);
  Run.Efficiency = *Run.Accuracy / R.Energy.Value;
  Run.Estimated = R.Estimated;
  if (!std::isfinite(Run.Efficiency))
    return makeError(R.where() + ": its energy is too small to divide by");
  double Sum = 0;
  for (size_t I = 0; I < R.PerEpoch.size(); ++I) {
    const EpochRecord &Epoch = R.PerEpoch[I];
    if (!Epoch.Energy) // The sum is not known from here on.
      break;
    Sum += *Epoch.Energy;
    if (Epoch.ValidationAccuracy && Sum > 0 && std::isfinite(Sum))
      Run.PerEpoch.push_back({static_cast<unsigned>(I + 1),
                              *Epoch.ValidationAccuracy, Sum,
                              *Epoch.ValidationAccuracy / Sum});
  }
  return Run;
}

} // namespace

Expected<std::vector<KeyedAccuracy>>
readAccuracies(StringRef Path, const EfficiencyColumns &Columns) {
  Expected<CsvTable> Table = readCsv(Path);
  if (!Table)
    return Table.takeError();
  TableSources Sources;
  if (Error E = Sources.find(*Table, Columns))
    return E;
  std::vector<std::pair<size_t, unsigned>> Epochs; // Column, number.
  for (size_t I = 0; I < Table->Header.size(); ++I) {
    StringRef Name = Table->Header[I];
    unsigned Epoch = 0;
    if (Name.consume_front("test_") && !Name.getAsInteger(10, Epoch) &&
        Epoch > 0)
      Epochs.emplace_back(I, Epoch);
  }
  if (Epochs.empty())
    return makeError(printable(Path) +
                     ": no column is called test_N, the accuracy after N "
                     "epochs");
  std::vector<KeyedAccuracy> All;
  for (size_t Row = 0; Row < Table->Rows.size(); ++Row)
    for (auto [Column, Epoch] : Epochs) {
      if (StringRef(Table->Rows[Row][Column]).trim().empty())
        continue;
      Expected<double> Value = Table->number(Row, Column);
      if (!Value)
        return Value.takeError();
      if (*Value < 0 || *Value > 1)
        return makeError(printable(Path) + ":" + Twine(Table->Lines[Row]) +
                         ": test_" + Twine(Epoch) + " is " +
                         numberText(*Value) + ", but must be from 0 to 1");
      All.push_back(
          {Sources.key(*Table, Row), static_cast<double>(Epoch), *Value});
    }
  return All;
}

Expected<EfficiencyData> efficiencyOfRuns(ArrayRef<RunRecord> Records) {
  EfficiencyData Data;
  for (const RunRecord &R : Records) {
    if (!Data.Runs.empty() && R.Energy.Unit != Data.Unit)
      return makeError(R.where() + ": energies in '" +
                       printable(R.Energy.Unit) + "' after energies in '" +
                       printable(Data.Unit) + "'; units are never mixed");
    Data.Unit = R.Energy.Unit;
    Expected<EfficiencyRun> Run = efficiencyOfRun(R);
    if (!Run)
      return Run.takeError();
    Data.Runs.push_back(std::move(*Run));
  }
  return Data;
}

Expected<EfficiencyData> readEfficiency(ArrayRef<std::string> Paths,
                                        const EfficiencyColumns &Columns) {
  EfficiencyData All;
  for (const std::string &Path : Paths) {
    if (isTable(Path)) {
      Expected<CsvTable> Table = readCsv(Path);
      if (!Table)
        return Table.takeError();
      if (Error E = TableReader(*Table, Columns).read(All))
        return E;
      continue;
    }
    Expected<std::vector<RunRecord>> Records = readRunRecords(Path);
    if (!Records)
      return Records.takeError();
    Expected<EfficiencyData> Data = efficiencyOfRuns(*Records);
    if (!Data)
      return Data.takeError();
    if (!All.Runs.empty() && All.Unit != Data->Unit)
      return makeError(printable(Path) + ": energies in '" +
                       printable(Data->Unit) + "' after energies in '" +
                       printable(All.Unit) + "'; units are never mixed");
    All.Unit = Data->Unit;
    for (EfficiencyRun &Run : Data->Runs)
      All.Runs.push_back(std::move(Run));
  }
  return All;
}

} // namespace toscount
