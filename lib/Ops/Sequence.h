//===- Sequence.h - sequences that pass through ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_SEQUENCE_H
#define TOSCOUNT_LIB_OPS_SEQUENCE_H

#include "toscount/Ops/Expander.h"
#include "toscount/Ops/OpInfo.h"

namespace toscount {

/// Identity of a sequence or an optional (opset 14 and 16).
llvm::Error expandIdentity(const OpInstance &Op, Expander &E);

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_SEQUENCE_H
