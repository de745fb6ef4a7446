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

/// The same, and calls \p Finish with each number in order, one call at a time,
/// once \p Do is through with it. \p Do begins with no number that is \p Ahead
/// or more beyond the first that is not finished: a ring of so many slots holds
/// all there is between the two.
void parallelInOrder(size_t N, size_t Ahead,
                     llvm::function_ref<void(size_t)> Do,
                     llvm::function_ref<void(size_t)> Finish);

/// How many calls parallelFor has going at once, at most.
unsigned parallelThreads();

} // namespace toscount

#endif // TOSCOUNT_SUPPORT_PARALLEL_H
