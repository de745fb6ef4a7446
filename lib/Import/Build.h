//===- Build.h - from names to wiring -------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Turns raw graphs into the layer graph: names resolved by scope, functions
/// inlined, nodes sorted.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_IMPORT_BUILD_H
#define TOSCOUNT_LIB_IMPORT_BUILD_H

#include "Raw.h"

#include "llvm/Support/Error.h"

namespace toscount {

/// Fills \p M from \p Raw, whose main graph exists.
llvm::Error buildModel(raw::Model &Raw, Model &M);

/// A value that the subgraphs of a node take from the node's own graph.
struct Capture {
  NodeId User = 0;
  ValueId Value = 0;
};

/// Sorts the nodes of \p G by their dependencies, keeping the order of those
/// that have none on each other, and updates Value::Producer. \p Captures is
/// ordered by user. \p Owner tells the graph of every value. Returns a node on
/// a cycle, or NoId when there is none.
NodeId sortNodes(Graph &G, Model &M, llvm::ArrayRef<Capture> Captures,
                 llvm::ArrayRef<const Graph *> Owner);

} // namespace toscount

#endif // TOSCOUNT_LIB_IMPORT_BUILD_H
