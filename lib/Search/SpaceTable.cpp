//===- SpaceTable.cpp - a table as a search space -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "SpaceTable.h"

#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Statistics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace llvm;

namespace toscount {
namespace {

/// Where the columns are.
struct Places {
  std::optional<size_t> Model, Accuracy, Energy;
  std::vector<size_t> Features;
};

std::optional<size_t> placeOf(const CsvTable &T, StringRef Name) {
  auto It = find(T.Header, Name);
  if (It == T.Header.end())
    return std::nullopt;
  return static_cast<size_t>(It - T.Header.begin());
}

Error findEnergy(const CsvTable &T, const SpaceColumns &Columns, Places &P,
                 SearchSpace &Space) {
  if (!Columns.Energy.empty()) {
    Expected<size_t> Place = T.column(Columns.Energy);
    if (!Place)
      return Place.takeError();
    P.Energy = *Place;
  } else {
    for (size_t I = 0; I < T.Header.size(); ++I) {
      if (!StringRef(T.Header[I]).starts_with("energy"))
        continue;
      if (P.Energy)
        return makeError(printable(T.Path) +
                         ": several columns begin with 'energy'; choose with "
                         "--energy COLUMN");
      P.Energy = I;
    }
  }
  if (!P.Energy) {
    if (!Columns.Unit.empty())
      return makeError(printable(T.Path) +
                       ": --unit needs a column of energies");
    return Error::success();
  }
  StringRef Name = T.Header[*P.Energy];
  Space.Unit = !Columns.Unit.empty()        ? Columns.Unit
               : Name == "energy_j"         ? "J"
               : Name == "energy_w_samples" ? "W samples"
                                            : "";
  if (Space.Unit.empty())
    return makeError(printable(T.Path) + ": column '" + printable(Name) +
                     "' does not say its unit; give --unit J");
  return Error::success();
}

bool isNumeric(const CsvTable &T, size_t Column) {
  double Number = 0;
  return all_of(T.Rows, [&](const auto &Row) {
    return parseNumber(Row[Column], Number);
  });
}

Error findFeatures(const CsvTable &T, const SpaceColumns &Columns, Places &P) {
  for (const std::string &Name : Columns.Features) {
    Expected<size_t> Place = T.column(Name);
    if (!Place)
      return Place.takeError();
    if (is_contained(P.Features, *Place))
      return makeError(printable(T.Path) + ": feature '" + printable(Name) +
                       "' is given twice");
    P.Features.push_back(*Place);
  }
  if (P.Model || !P.Features.empty())
    return Error::success();
  for (size_t I = 0; I < T.Header.size(); ++I)
    if (I != P.Accuracy && I != P.Energy && isNumeric(T, I))
      P.Features.push_back(I);
  if (P.Features.empty())
    return makeError(printable(T.Path) +
                     ": nothing describes the candidates: there is no column "
                     "'model', and no other column of numbers");
  return Error::success();
}

Expected<Places> findColumns(const CsvTable &T, const SpaceColumns &Columns,
                             SearchSpace &Space) {
  Places P;
  P.Model = placeOf(T, "model");
  P.Accuracy = placeOf(T, "accuracy");
  if (!Columns.Accuracy.empty()) {
    Expected<size_t> Place = T.column(Columns.Accuracy);
    if (!Place)
      return Place.takeError();
    P.Accuracy = *Place;
  }
  if (Error E = findEnergy(T, Columns, P, Space))
    return E;
  if (Error E = findFeatures(T, Columns, P))
    return E;
  for (size_t I : P.Features)
    Space.Features.push_back(T.Header[I]);
  return P;
}

/// A candidate with the figures of all of its rows.
struct Gathered {
  SearchCandidate Of;
  std::vector<double> Accuracies, Energies;
};

Error addRow(const CsvTable &T, size_t Row, const Places &P,
             StringMap<size_t> &Seen, std::vector<Gathered> &All) {
  auto Wrong = [&](const Twine &What) {
    return makeError(printable(T.Path) + ":" + Twine(T.Lines[Row]) + ": " +
                     What);
  };
  SearchCandidate C;
  std::vector<std::string> Parts;
  if (P.Model) {
    C.Model = StringRef(T.Rows[Row][*P.Model]).trim().str();
    if (C.Model.empty() || C.Model == "-")
      return Wrong("'" + printable(C.Model) + "' is no model");
    Parts.push_back(C.Model);
  }
  for (size_t I : P.Features) {
    Expected<double> Number = T.number(Row, I);
    if (!Number)
      return Number.takeError();
    C.Features.push_back(*Number);
    Parts.push_back(T.Header[I] + " " + StringRef(T.Rows[Row][I]).trim().str());
  }
  C.Name = join(Parts, ", ");
  auto [It, New] = Seen.try_emplace(C.Name, All.size());
  if (New)
    All.push_back({std::move(C), {}, {}});
  Gathered &Own = All[It->second];
  if (P.Accuracy) {
    Expected<double> Accuracy = T.number(Row, *P.Accuracy);
    if (!Accuracy)
      return Accuracy.takeError();
    if (!(*Accuracy >= 0 && *Accuracy <= 1))
      return Wrong("an accuracy lies from 0 to 1 (97 % is 0.97)");
    Own.Accuracies.push_back(*Accuracy);
  }
  if (P.Energy) {
    Expected<double> Energy = T.number(Row, *P.Energy);
    if (!Energy)
      return Energy.takeError();
    if (!(*Energy > 0))
      return Wrong("an energy must be above 0");
    Own.Energies.push_back(*Energy);
  }
  return Error::success();
}

} // namespace

Expected<SearchSpace> readSpaceTable(StringRef Path,
                                     const SpaceColumns &Columns) {
  Expected<CsvTable> T = readCsv(Path);
  if (!T)
    return T.takeError();
  SearchSpace Space;
  Space.Path = Path.str();
  Space.IsTable = true;
  if (T->Rows.empty())
    return makeError(printable(Path) + ": has no rows");
  Expected<Places> P = findColumns(*T, Columns, Space);
  if (!P)
    return P.takeError();
  std::vector<Gathered> All;
  StringMap<size_t> Seen;
  for (size_t Row = 0; Row < T->Rows.size(); ++Row) {
    if (Error E = addRow(*T, Row, *P, Seen, All))
      return E;
    if (All.size() > MostCandidates)
      return makeError(printable(Path) + ": has more than " +
                       Twine(MostCandidates) + " candidates");
  }
  for (Gathered &G : All) {
    if (!G.Accuracies.empty())
      G.Of.Accuracy = mean(G.Accuracies);
    if (!G.Energies.empty())
      G.Of.Energy = mean(G.Energies);
    Space.Rows.push_back(std::move(G.Of));
  }
  return Space;
}

} // namespace toscount
