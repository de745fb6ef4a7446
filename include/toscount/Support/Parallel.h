//===- Parallel.h - independent pieces of work on all cores ---------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Independent pieces of work on all cores.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_SUPPORT_PARALLEL_H
#define TOSCOUNT_SUPPORT_PARALLEL_H

#include "llvm/ADT/STLFunctionalExtras.h"

#include <cstddef>

namespace toscount {

/// Calls \p Do with 0 to \p N - 1, each once, on as many threads as there are
/// cores this process may use; returns when all are done. Calls for different
/// numbers happen at the same time and in any order: what they make belongs
/// into slots of its own. An exception ends the work and is thrown again here.
void parallelFor(size_t N, llvm::function_ref<void(size_t)> Do);

/// How many calls parallelFor has going at once, at most.
unsigned parallelThreads();

} // namespace toscount

#endif // TOSCOUNT_SUPPORT_PARALLEL_H
