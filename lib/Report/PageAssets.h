//===- PageAssets.h - style and script of a page --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_REPORT_PAGEASSETS_H
#define TOSCOUNT_LIB_REPORT_PAGEASSETS_H

#include "llvm/ADT/StringRef.h"

namespace toscount {

llvm::StringRef pageStyle();
llvm::StringRef pageScript();

} // namespace toscount

#endif // TOSCOUNT_LIB_REPORT_PAGEASSETS_H
