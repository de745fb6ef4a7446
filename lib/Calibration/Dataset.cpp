//===- Dataset.cpp - what a fit is given ----------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/Dataset.h"

#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringMap.h"

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace toscount {

static std::vector<std::string> distinct(ArrayRef<std::string> All) {
  std::vector<std::string> Names;
  StringMap<bool> Seen;
  for (const std::string &Name : All)
    if (Seen.try_emplace(Name, true).second)
      Names.push_back(Name);
  return Names;
}

std::vector<size_t> Dataset::groupNumbers() const {
  std::vector<size_t> Numbers(rows());
  StringMap<size_t> Known;
  for (size_t Row = 0; Row < rows(); ++Row)
    Numbers[Row] =
        Group.empty()
            ? Row
            : Known.try_emplace(Group[Row], Known.size()).first->second;
  return Numbers;
}

std::vector<std::string> Dataset::groupNames() const {
  if (!Group.empty())
    return distinct(Group);
  std::vector<std::string> Names;
  for (size_t Row = 0; Row < rows(); ++Row)
    Names.push_back("#" + std::to_string(id(Row)));
  return Names;
}

std::vector<std::string> Dataset::sessionNames() const {
  return Session.empty() ? std::vector<std::string>{""} : distinct(Session);
}

Dataset Dataset::select(ArrayRef<size_t> Rows) const {
  Dataset D;
  D.Columns = Columns;
  D.Response = Response;
  for (size_t Row : Rows) {
    ArrayRef<double> Features = row(Row);
    D.X.insert(D.X.end(), Features.begin(), Features.end());
    D.Y.push_back(Y[Row]);
    D.Id.push_back(id(Row));
    if (!Group.empty())
      D.Group.push_back(Group[Row]);
    if (!Session.empty())
      D.Session.push_back(Session[Row]);
    if (!Weight.empty())
      D.Weight.push_back(Weight[Row]);
  }
  return D;
}

Error checkDataset(const Dataset &Data) {
  size_t Rows = Data.rows();
  if (Rows == 0)
    return makeError("there are no rows to fit");
  if (Data.Columns.empty())
    return makeError("there are no columns to fit");
  auto Fits = [&](size_t Size) { return Size == 0 || Size == Rows; };
  if (Data.X.size() != Rows * Data.Columns.size() || !Fits(Data.Group.size()) ||
      !Fits(Data.Session.size()) || !Fits(Data.Weight.size()) ||
      !Fits(Data.Id.size()))
    return makeError("the columns have different lengths");
  for (size_t Row = 0; Row < Rows; ++Row) {
    for (size_t C = 0; C < Data.Columns.size(); ++C)
      if (!std::isfinite(Data.row(Row)[C]))
        return makeError("row " + Twine(Data.id(Row) + 1) + ": '" +
                         printable(Data.Columns[C].Name) +
                         "' is not a finite number");
    if (!std::isfinite(Data.Y[Row]))
      return makeError("row " + Twine(Data.id(Row) + 1) + ": '" +
                       printable(Data.Response.Name) +
                       "' is not a finite number");
    if (!std::isfinite(Data.weight(Row)) || Data.weight(Row) < 0)
      return makeError("row " + Twine(Data.id(Row) + 1) +
                       ": its weight is negative or not a finite number");
  }
  return Error::success();
}

Error checkEnergies(const Dataset &Data) {
  for (size_t Row = 0; Row < Data.rows(); ++Row)
    if (!(Data.Y[Row] > 0))
      return makeError("row " + Twine(Data.id(Row) + 1) + ": '" +
                       printable(Data.Response.Name) + "' is " +
                       numberText(Data.Y[Row]) +
                       ", but must be above 0: relative errors are fitted");
  return Error::success();
}

Error checkEnough(const Dataset &Data, size_t Coefficients, size_t OfSessions) {
  size_t Rows = 0;
  for (size_t Row = 0; Row < Data.rows(); ++Row)
    Rows += Data.weight(Row) > 0 ? 1 : 0;
  if (Rows < Coefficients + OfSessions)
    return makeError(Twine(Rows) + " runs can't determine " +
                     Twine(Coefficients + OfSessions) +
                     " coefficients; measure more, or fit fewer columns");
  size_t Groups = Data.groupNames().size();
  if (Groups < Coefficients)
    return makeError(Twine(Groups) +
                     " different architectures (groups) can't determine " +
                     Twine(Coefficients) +
                     " coefficients; repeats of one say nothing of another");
  return Error::success();
}

} // namespace toscount
