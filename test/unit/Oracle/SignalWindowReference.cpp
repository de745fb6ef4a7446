//===- SignalWindowReference.cpp - windows and mel weights ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
// They execute nothing; their contents are held to recorded test data.
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

namespace toscount::oracle {

void addSignalWindowReferences(References & /*All*/) {}

} // namespace toscount::oracle
