//===- ElementType.h - what a tensor's elements are -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The element types of ONNX tensors (TensorProto.DataType, onnx.proto up to
/// IR version 11), and TF32, which no file stores but `--dtype` accepts.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_IR_ELEMENTTYPE_H
#define TOSCOUNT_IR_ELEMENTTYPE_H

#include "toscount/Support/Count.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace toscount {

/// Values 0 to 23 are those of ONNX's TensorProto.DataType.
enum class ElementType : uint8_t {
  Undefined = 0,
  Float32 = 1,
  UInt8 = 2,
  Int8 = 3,
  UInt16 = 4,
  Int16 = 5,
  Int32 = 6,
  Int64 = 7,
  String = 8,
  Bool = 9,
  Float16 = 10,
  Float64 = 11,
  UInt32 = 12,
  UInt64 = 13,
  Complex64 = 14,
  Complex128 = 15,
  BFloat16 = 16,
  Float8E4M3FN = 17,
  Float8E4M3FNUZ = 18,
  Float8E5M2 = 19,
  Float8E5M2FNUZ = 20,
  UInt4 = 21,
  Int4 = 22,
  Float4E2M1 = 23,
  TF32 = 64,
};

/// The type that a TensorProto.DataType number stands for; nothing when it is
/// none that this version knows.
std::optional<ElementType> elementTypeFromOnnx(int64_t DataType);

/// The name used in output and on the command line: "fp32", "int8", "bool"...
llvm::StringRef name(ElementType Type);

/// The type called \p Name ("fp32", "bf16", "fp8e4m3", "int4"...).
std::optional<ElementType> elementTypeFromName(llvm::StringRef Name);

/// Every name elementTypeFromName accepts for `--dtype`, widest first.
llvm::ArrayRef<llvm::StringRef> datatypeNames();

/// True for the types that carry gradients: all floating widths.
bool isFloating(ElementType Type);

/// True for signed and unsigned integers; not for bool.
bool isInteger(ElementType Type);

/// Stored width of one element. Strings count their 8-byte handle, complex
/// numbers both parts, bool one byte, TF32 its 32-bit container.
unsigned bitWidth(ElementType Type);

/// Bytes of \p Elements packed elements, the last byte rounded up.
Count byteSize(ElementType Type, Count Elements);

} // namespace toscount

#endif // TOSCOUNT_IR_ELEMENTTYPE_H
