//===- Emissions.h - what energy emits and costs --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Greenhouse gases emitted per kWh of electricity, by country, and what joules
/// become with them. Only joules are converted: energy in any other unit has no
/// emissions and no cost.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_PREDICTION_EMISSIONS_H
#define TOSCOUNT_PREDICTION_EMISSIONS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace toscount {

struct GridIntensity {
  llvm::StringLiteral Name; ///< "France", "World"
  llvm::StringLiteral Code; ///< ISO 3166-1 alpha-3; empty for regions.
  int Year;
  double GramsPerKwh; ///< CO2 equivalents over the life cycle.
};

/// Where the table is from, in one line.
llvm::StringRef gridIntensitySource();

/// Every country and region, by name.
llvm::ArrayRef<GridIntensity> gridIntensities();

/// The country or region whose name or code \p Location is, whatever its case.
/// Errors: unknown, with the nearest spelling.
llvm::Expected<GridIntensity> findLocation(llvm::StringRef Location);

inline constexpr double JoulesPerKwh = 3.6e6;

/// Grams emitted by a computer that takes \p EnergyJ, where a data centre takes
/// \p Pue times as much.
constexpr double emissionsGrams(double EnergyJ, double Pue,
                                double GramsPerKwh) {
  return EnergyJ / JoulesPerKwh * Pue * GramsPerKwh;
}

/// What that energy costs.
constexpr double energyCost(double EnergyJ, double Pue, double PricePerKwh) {
  return EnergyJ / JoulesPerKwh * Pue * PricePerKwh;
}

} // namespace toscount

#endif // TOSCOUNT_PREDICTION_EMISSIONS_H
