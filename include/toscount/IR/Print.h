//===- Print.h - the layer graph as text ----------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What `toscount dump` prints: operator sets, stored tensors, inputs, and a
/// line a node,
/// \code
///   %y = Conv(%x, %w) {group = 1} : fp32[2, 64, 112, 112] @"conv1"
/// \endcode
/// with subgraphs indented below their node. Shapes that are not known yet are
/// those that the file declares, with '?' for what it leaves open; a node's own
/// name is shown where it is not its first result's. Meant for reading and for
/// tests; nothing parses it.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_IR_PRINT_H
#define TOSCOUNT_IR_PRINT_H

#include "toscount/IR/Graph.h"

#include "llvm/Support/raw_ostream.h"

namespace toscount {

/// Prints \p M to \p Out.
void print(llvm::raw_ostream &Out, const Model &M);

} // namespace toscount

#endif // TOSCOUNT_IR_PRINT_H
