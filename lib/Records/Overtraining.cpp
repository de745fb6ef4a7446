//===- Overtraining.cpp - did longer training pay? ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Records/Overtraining.h"

#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"

#include "TableSource.h"

using namespace llvm;

namespace toscount {
namespace {

void judge(OvertrainingRow &R, const OvertrainingRule &Rule) {
  R.A = R.TestLate - R.TestEarly;
  R.B = (R.TrainLate - R.TestLate) - (R.TrainEarly - R.TestEarly);
  if (R.A < Rule.LeastGain)
    R.Why = "test accuracy gained less than " + numberText(Rule.LeastGain);
  else if (R.B >= Rule.Divergence * R.A)
    R.Why = "the gap to training accuracy grew by at least " +
            numberText(Rule.Divergence) + " of the gain";
  R.Overtrained = !R.Why.empty();
}

Error readTable(StringRef Path, const EfficiencyColumns &Columns,
                const OvertrainingRule &Rule,
                std::vector<OvertrainingRow> &Rows) {
  Expected<CsvTable> Table = readCsv(Path);
  if (!Table)
    return Table.takeError();
  TableSources Sources;
  if (Error E = Sources.find(*Table, Columns))
    return E;
  struct Part {
    std::string Name;
    double OvertrainingRow::*Field;
    size_t Column = 0;
  };
  std::string Early = std::to_string(Rule.Early);
  std::string Late = std::to_string(Rule.Late);
  Part Parts[] = {{"train_" + Early, &OvertrainingRow::TrainEarly},
                  {"test_" + Early, &OvertrainingRow::TestEarly},
                  {"train_" + Late, &OvertrainingRow::TrainLate},
                  {"test_" + Late, &OvertrainingRow::TestLate}};
  for (Part &P : Parts) {
    Expected<size_t> Column = Table->column(P.Name);
    if (!Column)
      return Column.takeError();
    P.Column = *Column;
  }
  size_t Before = Rows.size();
  for (size_t Row = 0; Row < Table->Rows.size(); ++Row) {
    Expected<bool> Wanted = isWanted(*Table, Row, Columns);
    if (!Wanted)
      return Wanted.takeError();
    if (!*Wanted)
      continue;
    OvertrainingRow R;
    R.Key = Sources.key(*Table, Row);
    R.Where = printable(Path) + ":" + std::to_string(Table->Lines[Row]);
    for (const Part &P : Parts) {
      Expected<double> Value = Table->number(Row, P.Column);
      if (!Value)
        return Value.takeError();
      if (*Value < 0 || *Value > 1)
        return makeError(R.Where + ": " + P.Name + " is " + numberText(*Value) +
                         ", but must be from 0 to 1");
      R.*P.Field = *Value;
    }
    judge(R, Rule);
    Rows.push_back(std::move(R));
  }
  if (Rows.size() == Before)
    return makeError(printable(Path) + ": no row" +
                     (Columns.Where.empty() ? "" : " is left by --where"));
  return Error::success();
}

Error readRecords(const std::string &Path, const OvertrainingRule &Rule,
                  std::vector<OvertrainingRow> &Rows) {
  Expected<std::vector<RunRecord>> Records = readRunRecords(Path);
  if (!Records)
    return Records.takeError();
  for (const RunRecord &Record : *Records) {
    auto At = [&](unsigned Epoch) -> const EpochRecord * {
      if (Epoch == 0 || Epoch > Record.PerEpoch.size())
        return nullptr;
      const EpochRecord &E = Record.PerEpoch[Epoch - 1];
      return E.TrainAccuracy && E.ValidationAccuracy ? &E : nullptr;
    };
    for (unsigned Epoch : {Rule.Early, Rule.Late})
      if (At(Epoch) == nullptr)
        return makeError(Record.where() +
                         ": no training and validation accuracy of epoch " +
                         Twine(Epoch) + "; choose others with --overtraining");
    OvertrainingRow R;
    R.Key = keyOfRun(Record);
    R.Where = Record.where();
    R.TrainEarly = *At(Rule.Early)->TrainAccuracy;
    R.TestEarly = *At(Rule.Early)->ValidationAccuracy;
    R.TrainLate = *At(Rule.Late)->TrainAccuracy;
    R.TestLate = *At(Rule.Late)->ValidationAccuracy;
    judge(R, Rule);
    Rows.push_back(std::move(R));
  }
  return Error::success();
}

} // namespace

Expected<std::vector<OvertrainingRow>>
analyseOvertraining(ArrayRef<std::string> Paths,
                    const EfficiencyColumns &Columns,
                    const OvertrainingRule &Rule) {
  std::vector<OvertrainingRow> Rows;
  for (const std::string &Path : Paths)
    if (Error E = isTable(Path) ? readTable(Path, Columns, Rule, Rows)
                                : readRecords(Path, Rule, Rows))
      return E;
  return Rows;
}

} // namespace toscount
