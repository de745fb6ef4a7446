//===- Check.h - operators against recorded results -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_MEASURE_CHECK_H
#define TOSCOUNT_MEASURE_CHECK_H

#include <string>

namespace toscount::measure {

/// Runs every line of the file \p Path,
/// `{"name", "graph", "inputs": {NAME: tensor}, "outputs": {NAME: tensor}}`,
/// and prints `passed NAME` or `failed NAME: why`, then the totals. Outputs are
/// compared within 1e-3 of their size, or 1e-5. True when all passed.
bool checkGraphs(const std::string &Path);

} // namespace toscount::measure

#endif // TOSCOUNT_MEASURE_CHECK_H
