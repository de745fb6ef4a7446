//===- Wire.h - protobuf's wire format ------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A cursor over the fields of one serialized message. Payloads are views into
/// the file; skipping one touches no byte of it. A malformed byte is noted once
/// in a place that all cursors of a file share, and ends every one of them, so
/// loops over fields need no error handling of their own.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_IMPORT_WIRE_H
#define TOSCOUNT_LIB_IMPORT_WIRE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/Endian.h"

#include <cstdint>

namespace toscount::wire {

enum class Type : uint8_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

/// One field: its number, and the member that its type names.
struct Field {
  uint32_t Number = 0;
  Type Kind = Type::Varint;
  uint64_t Scalar = 0;   ///< Varint, Fixed32, Fixed64: the bits.
  llvm::StringRef Bytes; ///< Bytes: the payload.

  [[nodiscard]] bool isBytes() const { return Kind == Type::Bytes; }
  [[nodiscard]] bool isVarint() const { return Kind == Type::Varint; }
  [[nodiscard]] int64_t integer() const { return static_cast<int64_t>(Scalar); }
  /// The number as protobuf's int32 and enum types truncate it.
  [[nodiscard]] int32_t integer32() const {
    return static_cast<int32_t>(Scalar);
  }
  [[nodiscard]] float asFloat() const {
    return llvm::bit_cast<float>(static_cast<uint32_t>(Scalar));
  }
  [[nodiscard]] double asDouble() const {
    return llvm::bit_cast<double>(Scalar);
  }
};

/// See the file comment. \p Malformed is null until a byte is.
class Cursor {
public:
  Cursor(llvm::StringRef Message, const char *&Malformed)
      : Next(Message.begin()), End(Message.end()), Malformed(Malformed) {}

  [[nodiscard]] bool done() const { return Next == End || Malformed; }

  /// Reads the next field into \p F; false at the end.
  bool next(Field &F) {
    if (done())
      return false;
    const char *Start = Next;
    uint64_t Tag = 0;
    if (!varint(Tag))
      return false;
    F.Number = static_cast<uint32_t>(Tag >> 3U);
    F.Kind = static_cast<Type>(Tag & 7U);
    if (F.Number == 0 || Tag > UINT32_MAX)
      return malformed(Start);
    switch (F.Kind) {
    case Type::Varint:
      return varint(F.Scalar);
    case Type::Fixed64:
      return fixed64(F.Scalar);
    case Type::Fixed32:
      return fixed32(F.Scalar);
    case Type::Bytes: {
      uint64_t Length = 0;
      if (!varint(Length))
        return false;
      if (Length > static_cast<uint64_t>(End - Next))
        return malformed(Start);
      F.Bytes = {Next, static_cast<size_t>(Length)};
      Next += Length;
      return true;
    }
    }
    // Groups (types 3 and 4) were never part of ONNX; 6 and 7 do not exist.
    return malformed(Start);
  }

  bool varint(uint64_t &Value) {
    const char *Start = Next;
    Value = 0;
    for (unsigned Shift = 0; Shift < 64 && Next != End; Shift += 7) {
      auto Byte = static_cast<uint8_t>(*Next++);
      Value |= static_cast<uint64_t>(Byte & 127U) << Shift;
      if (Byte < 128)
        return true;
    }
    return malformed(Start);
  }
  bool fixed32(uint64_t &Value) {
    if (End - Next < 4)
      return malformed(Next);
    Value = llvm::support::endian::read32le(Next);
    Next += 4;
    return true;
  }
  bool fixed64(uint64_t &Value) {
    if (End - Next < 8)
      return malformed(Next);
    Value = llvm::support::endian::read64le(Next);
    Next += 8;
    return true;
  }

private:
  bool malformed(const char *Where) {
    if (!Malformed)
      Malformed = Where;
    return false;
  }

  const char *Next;
  const char *End;
  const char *&Malformed;
};

/// Calls \p Visit with the bits of each element that \p F holds of a repeated
/// number of type \p Kind: the one of an unpacked field, all of a packed one.
/// Stops when \p Visit returns false.
template <typename Visitor>
void forEachNumber(const Field &F, Type Kind, const char *&Malformed,
                   Visitor Visit) {
  if (F.Kind == Kind) {
    Visit(F.Scalar);
    return;
  }
  if (!F.isBytes())
    return;
  Cursor Packed(F.Bytes, Malformed);
  uint64_t Bits = 0;
  while (!Packed.done()) {
    bool Read = Kind == Type::Varint    ? Packed.varint(Bits)
                : Kind == Type::Fixed32 ? Packed.fixed32(Bits)
                                        : Packed.fixed64(Bits);
    if (!Read || !Visit(Bits))
      return;
  }
}

} // namespace toscount::wire

#endif // TOSCOUNT_LIB_IMPORT_WIRE_H
