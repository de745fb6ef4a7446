//===- DataDependent.h - results whose size depends on data ---------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_DATADEPENDENT_H
#define TOSCOUNT_LIB_OPS_DATADEPENDENT_H

#include "toscount/Ops/OpInfo.h"

namespace toscount {

/// \p Known, the shape of result \p O, with what ShapeContext::decided says in
/// the place of -1; \p What that size is.
llvm::Expected<Shape> decidedShape(ShapeContext &C, unsigned O, ShapeRef Known,
                                   std::optional<Count> Most,
                                   llvm::StringRef What);

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_DATADEPENDENT_H
