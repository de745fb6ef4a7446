//===- Proto.h - ModelProto, walked ---------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The one walk over a serialized ModelProto: fields in any order, unknown ones
/// skipped, stored weights stepped over.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_IMPORT_PROTO_H
#define TOSCOUNT_LIB_IMPORT_PROTO_H

#include "Raw.h"

#include "llvm/Support/Error.h"

namespace toscount {

/// Reads \p File into \p Raw, and what needs no names resolved (producer,
/// versions, operator sets) into \p M, whose arena holds attributes and
/// tensors. Nothing copies names: they point into \p File.
llvm::Error readModel(llvm::StringRef File, raw::Model &Raw, Model &M);

} // namespace toscount

#endif // TOSCOUNT_LIB_IMPORT_PROTO_H
