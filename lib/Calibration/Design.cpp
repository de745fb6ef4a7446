//===- Design.cpp - which runs tell coefficients apart --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/Design.h"

#include "llvm/ADT/STLExtras.h"

#include <cassert>
#include <cmath>
#include <map>
#include <optional>

using namespace llvm;

namespace toscount {
namespace {

/// Rows with columns scaled to a largest absolute value of 1. Rows that are not
/// finite count as absent.
class ScaledRows {
public:
  explicit ScaledRows(const DesignSpace &Space)
      : Columns(Space.Columns), Values(Space.Rows), Finite(Space.rows(), true) {
    assert(Values.size() == Columns * Space.rows());
    std::vector<double> Most(Columns);
    for (size_t R = 0; R < Space.rows(); ++R) {
      Finite[R] = all_of(row(R), [](double V) { return std::isfinite(V); });
      if (Finite[R])
        for (size_t C = 0; C < Columns; ++C)
          Most[C] = std::max(Most[C], std::abs(row(R)[C]));
    }
    for (size_t R = 0; R < Space.rows(); ++R)
      for (size_t C = 0; C < Columns; ++C)
        if (Most[C] > 0)
          Values[R * Columns + C] /= Most[C];
  }
  [[nodiscard]] ArrayRef<double> row(size_t R) const {
    return ArrayRef<double>(Values).slice(R * Columns, Columns);
  }
  [[nodiscard]] bool finite(size_t R) const { return Finite[R]; }

private:
  size_t Columns;
  std::vector<double> Values;
  std::vector<bool> Finite;
};

/// The inverse of M, kept up to date by the formula of Sherman and Morrison.
class Covariance {
public:
  Covariance(size_t Columns, double Prior)
      : Columns(Columns), V(Columns * Columns) {
    assert(Prior > 0);
    for (size_t C = 0; C < Columns; ++C)
      V[C * Columns + C] = 1 / Prior;
  }

  /// log(1 + z' M^-1 z)
  [[nodiscard]] double gain(ArrayRef<double> Z) const {
    std::vector<double> VZ = times(Z);
    double Sum = 0;
    for (size_t C = 0; C < Columns; ++C)
      Sum += Z[C] * VZ[C];
    return std::log1p(std::max(Sum, 0.0));
  }

  void add(ArrayRef<double> Z) {
    std::vector<double> VZ = times(Z);
    double Scale = 1;
    for (size_t C = 0; C < Columns; ++C)
      Scale += Z[C] * VZ[C];
    for (size_t A = 0; A < Columns; ++A)
      for (size_t B = 0; B < Columns; ++B)
        V[A * Columns + B] -= VZ[A] * VZ[B] / Scale;
  }

private:
  [[nodiscard]] std::vector<double> times(ArrayRef<double> Z) const {
    std::vector<double> Product(Columns);
    for (size_t A = 0; A < Columns; ++A)
      for (size_t B = 0; B < Columns; ++B)
        Product[A] += V[A * Columns + B] * Z[B];
    return Product;
  }

  size_t Columns;
  std::vector<double> V;
};

} // namespace

std::vector<size_t> chooseDesign(const DesignSpace &Space,
                                 ArrayRef<size_t> Measured,
                                 const DesignLimits &Limits) {
  ScaledRows Rows(Space);
  Covariance Known(Space.Columns, Limits.Prior);
  std::vector<bool> Open(Space.rows());
  for (size_t R = 0; R < Space.rows(); ++R)
    Open[R] = (Space.Open.empty() || Space.Open[R]) && Rows.finite(R) &&
              std::isfinite(Space.Costs[R]) && Space.Costs[R] > 0;
  for (size_t R : Measured) {
    Open[R] = false;
    if (Rows.finite(R))
      Known.add(Rows.row(R));
  }
  std::vector<size_t> Chosen;
  std::map<size_t, size_t> OfGroup;
  double Left = Limits.Cost;
  while (Chosen.size() < Limits.Rows) {
    std::optional<size_t> Best;
    double Most = 0;
    for (size_t R = 0; R < Space.rows(); ++R) {
      size_t Group = Space.Groups.empty() ? R : Space.Groups[R];
      if (!Open[R] || Space.Costs[R] > Left ||
          OfGroup[Group] >= Limits.PerGroup)
        continue;
      double Gain = Known.gain(Rows.row(R)) / Space.Costs[R];
      if (!Best || Gain > Most) {
        Best = R;
        Most = Gain;
      }
    }
    if (!Best)
      break;
    Open[*Best] = false;
    Known.add(Rows.row(*Best));
    Left -= Space.Costs[*Best];
    ++OfGroup[Space.Groups.empty() ? *Best : Space.Groups[*Best]];
    Chosen.push_back(*Best);
  }
  return Chosen;
}

double designInformation(const DesignSpace &Space, ArrayRef<size_t> Measured,
                         double Prior) {
  ScaledRows Rows(Space);
  Covariance Known(Space.Columns, Prior);
  double Sum = 0;
  for (size_t R : Measured) {
    if (!Rows.finite(R))
      continue;
    Sum += Known.gain(Rows.row(R));
    Known.add(Rows.row(R));
  }
  return Sum;
}

} // namespace toscount
