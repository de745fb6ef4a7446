//===- DataDependent.h - results whose size depends on data ---------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_DATADEPENDENT_H
#define TOSCOUNT_LIB_OPS_DATADEPENDENT_H

#include "toscount/Ops/OpInfo.h"

namespace toscount {

/// The shape that the file declares for result \p O, of \p Rank dimensions; an
/// error when it declares none, for only the running network knows \p What.
llvm::Expected<Shape> declaredShape(const ShapeContext &C, unsigned O,
                                    size_t Rank, llvm::StringRef What);

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_DATADEPENDENT_H
