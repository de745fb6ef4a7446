//===- ModelList.h - the models that a command names ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TOOLS_MODELLIST_H
#define TOSCOUNT_TOOLS_MODELLIST_H

#include "Command.h"

namespace toscount::tool {

/// Adds to \p Models those of \p Given, of each folder in it those in the order
/// of their paths, and those that the file \p List names, unless it is empty.
/// True when that may be several: more than one name, a list or a folder.
/// Throws UsageError for an empty name.
llvm::Expected<bool> listModels(llvm::ArrayRef<std::string> Given,
                                const std::string &List,
                                std::vector<std::string> &Models);

} // namespace toscount::tool

#endif // TOSCOUNT_TOOLS_MODELLIST_H
