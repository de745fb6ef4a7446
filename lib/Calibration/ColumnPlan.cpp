//===- ColumnPlan.cpp - columns that the data can't tell apart ------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/Linear.h"

#include "toscount/Support/Diagnostics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace llvm;

namespace toscount {
namespace {

using Vector = std::vector<double>;

double dot(const Vector &A, const Vector &B) {
  long double Sum = 0;
  for (size_t I = 0; I < A.size(); ++I)
    Sum += static_cast<long double>(A[I]) * B[I];
  return static_cast<double>(Sum);
}

/// Takes from \p V its part along the unit vector \p U.
void removePart(Vector &V, const Vector &U) {
  double Part = dot(V, U);
  for (size_t I = 0; I < V.size(); ++I)
    V[I] -= Part * U[I];
}

/// The column as it weighs in the fit, of length 1; empty when it is 0.
Vector weighed(const Dataset &Data, size_t Column, ErrorScale Scale) {
  Vector V;
  double Largest = 0;
  for (size_t Row = 0; Row < Data.rows(); ++Row) {
    double X = Data.row(Row)[Column] * std::sqrt(Data.weight(Row));
    V.push_back(Scale == ErrorScale::Absolute ? X : X / Data.Y[Row]);
    Largest = std::max(Largest, std::abs(V.back()));
  }
  if (!(Largest > 0))
    return {};
  for (double &X : V)
    X /= Largest;
  double Length = std::sqrt(dot(V, V));
  for (double &X : V)
    X /= Length;
  return V;
}

} // namespace

ColumnPlan planColumns(const Dataset &Data, const LinearOptions &Options) {
  ColumnPlan Plan;
  size_t Combinations = 0;
  bool AnyTogether = false;
  std::vector<size_t> Columns = Options.Columns;
  if (Columns.empty()) {
    Columns.resize(Data.Columns.size());
    std::iota(Columns.begin(), Columns.end(), size_t{0});
  }
  std::vector<Vector> Units;      // The kept columns
  std::vector<Vector> Orthogonal; // and an orthonormal basis of them.
  for (size_t C : Columns) {
    std::string Name = "'" + printable(Data.Columns[C].Name) + "'";
    Vector V = weighed(Data, C, Options.Scale);
    if (V.empty()) {
      Plan.Notes.push_back(Name + " is 0 in every run; it has no coefficient");
      continue;
    }
    bool Merged = false;
    for (size_t K = 0; K < Units.size() && !Merged; ++K) {
      Vector Rest = V;
      removePart(Rest, Units[K]);
      Merged = std::sqrt(dot(Rest, Rest)) <= Options.Separation;
      if (Merged)
        Plan.Columns[K].Together.push_back(C);
    }
    if (Merged) {
      AnyTogether = true;
      continue;
    }
    Vector Rest = V;
    for (int Twice = 0; Twice < 2; ++Twice) // Once leaves rounding behind.
      for (const Vector &U : Orthogonal)
        removePart(Rest, U);
    double Length = std::sqrt(dot(Rest, Rest));
    if (Length <= Options.Separation) {
      ++Combinations;
      Plan.Notes.push_back(Name + " is a combination of the other columns in "
                                  "these runs; its energy is in theirs");
      continue;
    }
    for (double &X : Rest)
      X /= Length;
    Orthogonal.push_back(std::move(Rest));
    Units.push_back(std::move(V));
    Plan.Columns.push_back({C, {}});
  }
  // In few runs everything is a combination of a few columns, and in one of any
  // column: that is no finding.
  Plan.Needed =
      std::max<size_t>(Plan.Columns.size() + Combinations, AnyTogether ? 2 : 1);
  for (const ColumnPlan::Kept &K : Plan.Columns) {
    if (K.Together.empty())
      continue;
    std::string Names;
    for (size_t C : K.Together)
      Names +=
          (Names.empty() ? "'" : ", '") + printable(Data.Columns[C].Name) + "'";
    Plan.Notes.push_back("these runs can't tell " + Names + " from '" +
                         printable(Data.Columns[K.Column].Name) +
                         "'; one coefficient stands for all");
  }
  return Plan;
}

} // namespace toscount
