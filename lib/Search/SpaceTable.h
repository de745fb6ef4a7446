//===- SpaceTable.h - a table as a search space ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_SEARCH_SPACETABLE_H
#define TOSCOUNT_LIB_SEARCH_SPACETABLE_H

#include "toscount/Search/SearchSpace.h"

namespace toscount {

/// The space whose candidates are the rows of \p Path; rows that describe the
/// same candidate are its repeats, and their means count.
llvm::Expected<SearchSpace> readSpaceTable(llvm::StringRef Path,
                                           const SpaceColumns &Columns);

} // namespace toscount

#endif // TOSCOUNT_LIB_SEARCH_SPACETABLE_H
