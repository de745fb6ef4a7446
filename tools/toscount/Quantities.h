//===- Quantities.h - numbers with units on the command line --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TOOLS_QUANTITIES_H
#define TOSCOUNT_TOOLS_QUANTITIES_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace toscount::tool {

/// "50kJ", "2.5 h", "300 W samples" as given.
struct GivenQuantity {
  double Value = 0;
  std::string Unit;
};

/// Throws UsageError unless \p Text is a finite number above 0 and a unit.
GivenQuantity parseQuantity(llvm::StringRef Flag, llvm::StringRef Text);

/// What energy, time and mass are given in; throws UsageError for another unit.
/// Joules: J, kJ, MJ, GJ, Wh, kWh, MWh.
double joules(llvm::StringRef Flag, const GivenQuantity &Q);
/// Seconds: ms, s, min, h, d.
double seconds(llvm::StringRef Flag, const GivenQuantity &Q);
/// Grams: mg, g, kg, t.
double grams(llvm::StringRef Flag, const GivenQuantity &Q);

} // namespace toscount::tool

#endif // TOSCOUNT_TOOLS_QUANTITIES_H
