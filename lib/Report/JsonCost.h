//===- JsonCost.h - costs in JSON -----------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_REPORT_JSONCOST_H
#define TOSCOUNT_LIB_REPORT_JSONCOST_H

#include "toscount/Lowering/CostTable.h"

#include "llvm/Support/JSON.h"

namespace toscount {

/// A number, or above 2^53 a string.
llvm::json::Value jsonNumber(WideCount N);

/// The attributes "model" and "settings" of a report.
void writeJsonModelAndSettings(llvm::json::OStream &J, const CostTable &Table);

/// The attributes of a phase's object: "macs", "flops"...
void writeJsonCost(llvm::json::OStream &J, const Cost &C);

void writeJsonShape(llvm::json::OStream &J, llvm::StringRef Key, ShapeRef Dims);

} // namespace toscount

#endif // TOSCOUNT_LIB_REPORT_JSONCOST_H
