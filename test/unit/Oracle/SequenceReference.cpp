//===- SequenceReference.cpp - sequences compute nothing themselves -------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

namespace toscount::oracle {

/// Sequences are expanded into Split, Concat and views, which have references.
void addSequenceReferences(References &) {}

} // namespace toscount::oracle
