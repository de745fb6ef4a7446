//===- TableSource.cpp - columns of tables of runs ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "TableSource.h"

#include "llvm/ADT/StringSet.h"

using namespace llvm;

namespace toscount {

Error findColumn(const CsvTable &T, const EfficiencyColumns &Columns,
                 StringRef Given, StringRef Default, TableSource &S) {
  if (!Given.empty()) {
    Expected<size_t> Column = T.column(Given);
    if (!Column)
      return Column.takeError();
    S.Column = *Column;
    return Error::success();
  }
  if (Default.empty())
    return Error::success();
  for (size_t I = 0; I < T.Header.size(); ++I)
    if (T.Header[I] == Default)
      S.Column = I;
  for (const auto &[Name, Value] : Columns.Set)
    if (!S.Column && Name == Default)
      S.Constant = Value;
  return Error::success();
}

Error TableSources::find(const CsvTable &T, const EfficiencyColumns &Columns) {
  struct Wanted {
    StringRef Given, Default;
    TableSource &S;
  };
  for (const Wanted &W :
       {Wanted{Columns.Hardware, "hardware", Hardware},
        Wanted{Columns.Dataset, "dataset", Dataset},
        Wanted{Columns.Criterion, "criterion", Criterion},
        Wanted{Columns.Architecture, "architecture", Architecture},
        Wanted{Columns.Size, "size", Size}})
    if (Error E = findColumn(T, Columns, W.Given, W.Default, W.S))
      return E;
  return Error::success();
}

EfficiencyKey TableSources::key(const CsvTable &T, size_t Row) const {
  return {Hardware.text(T, Row), Dataset.text(T, Row), Criterion.text(T, Row),
          Architecture.text(T, Row), Size.text(T, Row)};
}

Expected<bool> isWanted(const CsvTable &T, size_t Row,
                        const EfficiencyColumns &Columns) {
  StringSet<> Named, Met;
  for (const auto &[Name, Value] : Columns.Where) {
    Expected<size_t> Column = T.column(Name);
    if (!Column)
      return Column.takeError();
    Named.insert(Name);
    if (StringRef(T.Rows[Row][*Column]).trim() == Value)
      Met.insert(Name);
  }
  return Named.size() == Met.size();
}

bool isTable(StringRef Path) { return Path.ends_with_insensitive(".csv"); }

EfficiencyKey keyOfRun(const RunRecord &R) {
  EfficiencyKey Key;
  Key.Hardware = R.Hardware;
  Key.Dataset = R.Data;
  Key.Criterion = R.Criterion;
  if (StringRef Model = R.Model; Model.consume_front("zoo:")) {
    auto [Name, Parameters] = Model.split(':');
    Key.Architecture = Name.str();
    Key.Size = Parameters.str();
  } else {
    Key.Architecture = R.group().str();
    Key.Size = R.group() == R.Model ? "" : R.Model;
  }
  return Key;
}

} // namespace toscount
