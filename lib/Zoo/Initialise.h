//===- Initialise.h - contents for parameters -----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_ZOO_INITIALISE_H
#define TOSCOUNT_LIB_ZOO_INITIALISE_H

#include "toscount/IR/Graph.h"

#include "llvm/Support/raw_ostream.h"

namespace toscount {

/// Writes the elements of the fp32 parameter \p V, little-endian: biases and
/// means 0, scales and variances 1, the Bayesian networks' mu ~ N(0, 0.1) and
/// rho ~ N(-5, 0.1), the rest ~ N(0, 1/fan-in). The same seed, name and shape
/// give the same contents on every machine.
void writeInitialContents(llvm::raw_ostream &OS, const Value &V, uint64_t Seed);

} // namespace toscount

#endif // TOSCOUNT_LIB_ZOO_INITIALISE_H
