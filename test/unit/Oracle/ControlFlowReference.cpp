//===- ControlFlowReference.cpp - control flow computes nothing itself ----===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

namespace toscount::oracle {

/// If, Loop and Scan are expanded into plain nodes, which have references.
void addControlFlowReferences(References &) {}

} // namespace toscount::oracle
