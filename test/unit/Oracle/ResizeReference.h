//===- ResizeReference.h - executed interpolation -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TEST_ORACLE_RESIZEREFERENCE_H
#define TOSCOUNT_TEST_ORACLE_RESIZEREFERENCE_H

#include "MovementReference.h"

namespace toscount::oracle {

/// GridSample and Col2Im (ResizeSampleReference.cpp).
void addSampleReferences(References &All);

} // namespace toscount::oracle

#endif // TOSCOUNT_TEST_ORACLE_RESIZEREFERENCE_H
