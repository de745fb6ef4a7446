//===- DataCsv.cpp - samples from a table ---------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Data.h"
#include "Failure.h"

#include "toscount/Meters/Meter.h"

#include <fstream>
#include <map>
#include <sstream>

namespace toscount::measure {
namespace {

std::string trimmed(const std::string &Text) {
  size_t First = Text.find_first_not_of(" \t\r\"");
  size_t Last = Text.find_last_not_of(" \t\r\"");
  return First == std::string::npos ? "" : Text.substr(First, Last - First + 1);
}

std::vector<std::string> cells(const std::string &Line) {
  std::vector<std::string> Cells;
  std::istringstream In(Line);
  for (std::string Cell; std::getline(In, Cell, ',');)
    Cells.push_back(trimmed(Cell));
  if (!Line.empty() && Line.back() == ',')
    Cells.emplace_back();
  return Cells;
}

bool isHeader(const std::vector<std::string> &Cells) {
  double Number = 0;
  for (const std::string &Cell : Cells)
    if (!parseNumber(Cell, Number))
      return true;
  return false;
}

/// Labels that are all whole numbers from 0 are classes as they are; other
/// numbers are targets; words are classes in alphabetical order.
at::Tensor labels(const std::vector<std::string> &Words) {
  bool Numbers = true, Classes = true;
  std::vector<double> Values;
  std::map<std::string, int64_t> Names;
  for (const std::string &Word : Words) {
    double Number = 0;
    Numbers &= parseNumber(Word, Number);
    Classes &= Number >= 0 && Number < 1e6 &&
               Number == static_cast<double>(static_cast<int64_t>(Number));
    Values.push_back(Number);
    Names[Word] = 0;
  }
  if (Numbers)
    return at::tensor(Values, at::kDouble).to(Classes ? at::kLong : at::kFloat);
  int64_t Next = 0;
  for (auto &[Name, Class] : Names)
    Class = Next++;
  std::vector<int64_t> Numbered;
  for (const std::string &Word : Words)
    Numbered.push_back(Names[Word]);
  return at::tensor(Numbered, at::kLong);
}

} // namespace

DataSet loadCsv(const std::string &Path, const std::string &Label) {
  std::ifstream In(Path);
  std::string Line;
  if (!In || !std::getline(In, Line))
    throw Failure(Path + ": can't be read; expected is a CSV file, a sample a "
                         "line, one column of which is the label",
                  "error", In ? BadInput : NotHere);
  std::vector<std::string> Names = cells(Line);
  bool Header = isHeader(Names);
  size_t Columns = Names.size(), LabelAt = Columns - 1;
  if (Columns < 2)
    throw Failure(Path + ": should have at least two columns, separated by "
                         "commas");
  if (!Label.empty()) {
    auto At = std::find(Names.begin(), Names.end(), Label);
    if (!Header || At == Names.end())
      throw Failure(Path + ": has no column called '" + Label + "'");
    LabelAt = static_cast<size_t>(At - Names.begin());
  }
  std::vector<float> X;
  std::vector<std::string> Y;
  size_t Row = 1;
  auto add = [&](const std::vector<std::string> &Cells) {
    if (Cells.size() != Columns)
      throw Failure(Path + ":" + std::to_string(Row) + ": has " +
                    std::to_string(Cells.size()) + " columns, not " +
                    std::to_string(Columns));
    for (size_t I = 0; I < Columns; ++I) {
      double Number = 0;
      if (I == LabelAt) {
        Y.push_back(Cells[I]);
      } else if (parseNumber(Cells[I], Number)) {
        X.push_back(static_cast<float>(Number));
      } else {
        throw Failure(Path + ":" + std::to_string(Row) + ": '" +
                      Cells[I].substr(0, 40) + "' is no number");
      }
    }
  };
  if (!Header)
    add(Names);
  while (std::getline(In, Line)) {
    ++Row;
    if (!trimmed(Line).empty())
      add(cells(Line));
  }
  if (Y.empty())
    throw Failure(Path + ": has no samples");
  DataSet D;
  D.Train.X = at::tensor(X).reshape(
      {static_cast<int64_t>(Y.size()), static_cast<int64_t>(Columns) - 1});
  D.Train.Y = labels(Y);
  return D;
}

} // namespace toscount::measure
