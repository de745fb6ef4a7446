//===- Decode.h - the bits of stored elements -----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// From the bits that a file stores to numbers, for every element type that has
/// numbers: IEEE and bfloat16, the four 8-bit floating types, the 4-bit types.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_IMPORT_DECODE_H
#define TOSCOUNT_LIB_IMPORT_DECODE_H

#include "toscount/IR/ElementType.h"

#include "llvm/ADT/SmallVector.h"

namespace toscount {

/// Splits little-endian \p Raw, whose size was checked, into \p Elements.
void splitRaw(ElementType Type, llvm::StringRef Raw, size_t Elements,
              llvm::SmallVectorImpl<uint64_t> &Bits);

/// Splits bytes of two 4-bit elements each, the lower first, in place.
void splitNibbles(llvm::SmallVectorImpl<uint64_t> &Bits, size_t Elements);

/// The number that the low bits of \p Bits spell in \p Type.
double decodeFloat(ElementType Type, uint64_t Bits);

/// Likewise; unsigned 64-bit numbers wrap to their two's complement.
int64_t decodeInteger(ElementType Type, uint64_t Bits);

} // namespace toscount

#endif // TOSCOUNT_LIB_IMPORT_DECODE_H
