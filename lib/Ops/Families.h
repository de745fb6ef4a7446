//===- Families.h - the operator families ---------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Declares each family's function of Families.def.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_FAMILIES_H
#define TOSCOUNT_LIB_OPS_FAMILIES_H

#include "toscount/Ops/OpInfo.h"

namespace toscount {

#define TOSCOUNT_FAMILY(NAME, FUNCTION, CLASS) llvm::ArrayRef<OpInfo> FUNCTION();
#include "Families.def"

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_FAMILIES_H
