//===- Emissions.cpp - what energy emits and costs ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/Emissions.h"

#include "toscount/Support/Diagnostics.h"

#include <vector>

using namespace llvm;

namespace toscount {

static constexpr GridIntensity Table[] = {
#define TOSCOUNT_GRID(NAME, CODE, YEAR, INTENSITY)                             \
  {NAME, CODE, YEAR, INTENSITY},
#include "GridIntensity.def"
};

StringRef gridIntensitySource() {
  return "Ember, Yearly Electricity Data, CC BY 4.0, as compiled in CO2.js "
         "b459b5e";
}

ArrayRef<GridIntensity> gridIntensities() { return Table; }

Expected<GridIntensity> findLocation(StringRef Location) {
  std::vector<StringRef> Names;
  for (const GridIntensity &G : Table) {
    if (Location.equals_insensitive(G.Name) ||
        (!G.Code.empty() && Location.equals_insensitive(G.Code)))
      return G;
    Names.push_back(G.Name);
    if (!G.Code.empty())
      Names.push_back(G.Code);
  }
  return makeError("location '" + printable(Location) + "' is not known" +
                   didYouMean(Location, Names));
}

} // namespace toscount
