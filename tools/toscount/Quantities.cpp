//===- Quantities.cpp - numbers with units on the command line ------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Quantities.h"

#include "Command.h"

#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"

#include <cmath>

using namespace llvm;

namespace toscount::tool {
namespace {

struct Unit {
  StringLiteral Name;
  double Factor;
};

constexpr Unit EnergyUnits[] = {{"J", 1},      {"kJ", 1e3},  {"MJ", 1e6},
                                {"GJ", 1e9},   {"Wh", 3600}, {"kWh", 3.6e6},
                                {"MWh", 3.6e9}};
constexpr Unit TimeUnits[] = {
    {"ms", 1e-3}, {"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}};
constexpr Unit MassUnits[] = {{"mg", 1e-3}, {"g", 1}, {"kg", 1e3}, {"t", 1e6}};

double convert(StringRef Flag, const GivenQuantity &Q, ArrayRef<Unit> Units) {
  std::string Names;
  for (const Unit &U : Units) {
    if (U.Name == Q.Unit && std::isfinite(Q.Value * U.Factor))
      return Q.Value * U.Factor;
    Names += " " + U.Name.str();
  }
  throw UsageError((Flag + ": '" + printable(Q.Unit) +
                    "' is not one of its units (" + StringRef(Names).ltrim() +
                    ")")
                       .str());
}

} // namespace

GivenQuantity parseQuantity(StringRef Flag, StringRef Text) {
  StringRef Number = Text.trim().take_while([](char C) {
    return (C >= '0' && C <= '9') || C == '.' || C == '-' || C == '+';
  });
  // An exponent, unless what follows is a unit that begins with e.
  StringRef Rest = Text.trim().drop_front(Number.size());
  if (Rest.size() > 1 && (Rest[0] == 'e' || Rest[0] == 'E')) {
    StringRef Exponent = Rest.drop_front().take_while(
        [](char C) { return (C >= '0' && C <= '9') || C == '-' || C == '+'; });
    if (!Exponent.empty()) {
      Number = Text.trim().take_front(Number.size() + 1 + Exponent.size());
      Rest = Text.trim().drop_front(Number.size());
    }
  }
  GivenQuantity Q;
  if (!parseNumber(Number, Q.Value) || !std::isfinite(Q.Value) || Q.Value <= 0)
    throw UsageError((Flag + " '" + printable(Text) +
                      "' should be a number above 0 and its unit")
                         .str());
  Q.Unit = Rest.trim().str();
  if (Q.Unit.empty())
    throw UsageError((Flag + " '" + printable(Text) + "' has no unit").str());
  return Q;
}

double joules(StringRef Flag, const GivenQuantity &Q) {
  return convert(Flag, Q, EnergyUnits);
}
double seconds(StringRef Flag, const GivenQuantity &Q) {
  return convert(Flag, Q, TimeUnits);
}
double grams(StringRef Flag, const GivenQuantity &Q) {
  return convert(Flag, Q, MassUnits);
}

} // namespace toscount::tool
