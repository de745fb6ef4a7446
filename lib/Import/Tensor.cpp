//===- Tensor.cpp - stored tensors ----------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Tensor.h"

#include "Decode.h"
#include "Wire.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

/// Field numbers of TensorProto.
enum TensorField : uint32_t {
  Dims = 1,
  DataType = 2,
  FloatData = 4,
  Int32Data = 5,
  StringData = 6,
  Int64Data = 7,
  TensorName = 8,
  RawData = 9,
  DoubleData = 10,
  UInt64Data = 11,
  ExternalData = 13,
  DataLocation = 14,
};

/// A tensor of higher rank is a corrupted file.
constexpr size_t MaxRank = 64;

/// The parts of a TensorProto that precede its payload.
struct Header {
  StringRef Name;
  int32_t Type = 0;
  SmallVector<int64_t, 8> Dims;
  StringRef Raw;
  bool HasPayload = false;
  bool External = false;
};

void appendDims(const wire::Field &F, SmallVectorImpl<int64_t> &Dims,
                const char *&Malformed) {
  wire::forEachNumber(F, wire::Type::Varint, Malformed, [&](uint64_t Bits) {
    Dims.push_back(static_cast<int64_t>(Bits));
    return Dims.size() <= MaxRank;
  });
}

Header readHeader(StringRef Message, const char *&Malformed) {
  Header H;
  wire::Field F;
  for (wire::Cursor C(Message, Malformed); C.next(F);) {
    switch (F.Number) {
    case Dims:
      if (H.Dims.size() <= MaxRank)
        appendDims(F, H.Dims, Malformed);
      break;
    case DataType:
      if (F.isVarint())
        H.Type = F.integer32();
      break;
    case TensorName:
      if (F.isBytes())
        H.Name = F.Bytes;
      break;
    case RawData:
      if (F.isBytes()) {
        H.Raw = F.Bytes;
        H.HasPayload |= !F.Bytes.empty();
      }
      break;
    case FloatData:
    case Int32Data:
    case StringData:
    case Int64Data:
    case DoubleData:
    case UInt64Data:
      // An empty packed field says nothing; an empty string is an element.
      H.HasPayload |=
          F.Number == StringData || !F.isBytes() || !F.Bytes.empty();
      break;
    case ExternalData:
      H.External = true;
      break;
    case DataLocation:
      H.External |= F.isVarint() && F.Scalar == 1;
      break;
    default:
      break;
    }
  }
  return H;
}

Error inTensor(const Header &H, const Twine &What) {
  if (H.Name.empty())
    return makeError("tensor: " + What);
  return makeError("tensor '" + printable(H.Name) + "': " + What);
}

/// Number of elements, or why the type and the dimensions make no sense.
Expected<uint64_t> checkHeader(const Header &H) {
  std::optional<ElementType> Type = elementTypeFromOnnx(H.Type);
  if (!Type)
    return inTensor(H, "its element type " + Twine(H.Type) +
                           " is unknown; a newer toscount may know it");
  if (*Type == ElementType::Undefined)
    return inTensor(H, "it has no element type; export the model again");
  if (H.Dims.size() > MaxRank)
    return inTensor(H, "it has more than " + Twine(MaxRank) +
                           " dimensions; the file is corrupt");
  for (int64_t D : H.Dims)
    if (D < 0)
      return inTensor(H, "it has the negative dimension " + Twine(D) +
                             "; export the model again");
  Count Elements = elements(H.Dims);
  if (!Elements.valid() || !byteSize(*Type, Elements).valid())
    return inTensor(H, "its dimensions " + toString(H.Dims) +
                           " overflow; export the model again");
  return Elements.value();
}

/// Which repeated field holds elements of \p Type when raw_data does not.
uint32_t typedField(ElementType Type) {
  switch (Type) {
  case ElementType::Float32:
    return FloatData;
  case ElementType::Float64:
    return DoubleData;
  case ElementType::Int64:
    return Int64Data;
  case ElementType::UInt32:
  case ElementType::UInt64:
    return UInt64Data;
  case ElementType::String:
    return StringData;
  default:
    return Int32Data;
  }
}

/// What the small payload of a tensor holds, one entry an element.
struct Payload {
  SmallVector<uint64_t, MaxKeptElements> Bits;
  SmallVector<StringRef, 8> Strings;
};

/// Collects the elements of field \p Wanted, at most \p Limit and one more.
void readTyped(StringRef Message, uint32_t Wanted, size_t Limit, Payload &Out,
               const char *&Malformed) {
  wire::Type Kind = Wanted == FloatData    ? wire::Type::Fixed32
                    : Wanted == DoubleData ? wire::Type::Fixed64
                                           : wire::Type::Varint;
  wire::Field F;
  for (wire::Cursor C(Message, Malformed); C.next(F);) {
    if (F.Number != Wanted)
      continue;
    if (Wanted == StringData) {
      if (F.isBytes() && Out.Strings.size() <= Limit)
        Out.Strings.push_back(F.Bytes);
      continue;
    }
    if (Out.Bits.size() <= Limit)
      wire::forEachNumber(F, Kind, Malformed, [&](uint64_t Bits) {
        Out.Bits.push_back(Bits);
        return Out.Bits.size() <= Limit;
      });
  }
}

/// The contents of a tensor of at most MaxKeptElements elements.
Error readContents(const Header &H, StringRef Message, Constant &C,
                   SmallVectorImpl<int64_t> &Ints,
                   SmallVectorImpl<double> &Floats, Payload &P, size_t Elements,
                   const char *&Malformed) {
  bool Nibbles = bitWidth(C.Type) == 4;
  if (!H.Raw.empty()) {
    uint64_t Bytes = byteSize(C.Type, Elements).value();
    if (C.Type == ElementType::String || H.Raw.size() != Bytes)
      return inTensor(H, "its data has " + Twine(H.Raw.size()) +
                             " bytes, but its type and dimensions " +
                             toString(H.Dims) + " need " + Twine(Bytes) +
                             "; export the model again");
    splitRaw(C.Type, H.Raw, Elements, P.Bits);
  } else {
    size_t Stored = Nibbles ? (Elements + 1) / 2 : Elements;
    readTyped(Message, typedField(C.Type), Stored, P, Malformed);
    size_t Found =
        C.Type == ElementType::String ? P.Strings.size() : P.Bits.size();
    if (Found != Stored && !Malformed)
      return inTensor(
          H, "its data has " + Twine(Found > Stored ? "more than " : "") +
                 Twine(std::min(Found, Stored)) +
                 " elements, but its dimensions " + toString(H.Dims) +
                 " need " + Twine(Stored) + "; export the model again");
    if (Nibbles)
      splitNibbles(P.Bits, Elements);
  }
  if (Malformed)
    return Error::success();
  C.Strings = P.Strings;
  if (isFloating(C.Type))
    for (uint64_t Bits : P.Bits)
      Floats.push_back(decodeFloat(C.Type, Bits));
  else
    for (uint64_t Bits : P.Bits)
      Ints.push_back(decodeInteger(C.Type, Bits));
  C.Ints = Ints;
  C.Floats = Floats;
  return Error::success();
}

} // namespace

Expected<StoredTensor> readTensor(StringRef Message, Model &M,
                                  const char *&Malformed) {
  Header H = readHeader(Message, Malformed);
  StoredTensor Result;
  if (Malformed)
    return Result;
  Expected<uint64_t> Elements = checkHeader(H);
  if (!Elements)
    return Elements.takeError();
  Constant C;
  C.Type = static_cast<ElementType>(H.Type);
  C.Dims = H.Dims;
  Payload P;
  SmallVector<int64_t, MaxKeptElements> Ints;
  SmallVector<double, MaxKeptElements> Floats;
  // Complex numbers have no place in a Constant; nothing folds them.
  bool Keepable =
      C.Type != ElementType::Complex64 && C.Type != ElementType::Complex128;
  if (Keepable && !H.External && *Elements <= MaxKeptElements &&
      (H.HasPayload || *Elements == 0)) {
    if (Error E =
            readContents(H, Message, C, Ints, Floats, P, *Elements, Malformed))
      return E;
    Result.Known = true;
  }
  Result.Name = H.Name;
  Result.Tensor = M.createConstant(C);
  return Result;
}

Expected<StoredTensor> readSparseTensor(StringRef Message, Model &M,
                                        const char *&Malformed) {
  Header H;
  wire::Field F;
  for (wire::Cursor C(Message, Malformed); C.next(F);) {
    if (F.Number == 1 && F.isBytes()) {
      Header Values = readHeader(F.Bytes, Malformed);
      H.Name = Values.Name;
      H.Type = Values.Type;
    } else if (F.Number == 3 && H.Dims.size() <= MaxRank) {
      appendDims(F, H.Dims, Malformed);
    }
  }
  StoredTensor Result;
  if (Malformed)
    return Result;
  Expected<uint64_t> Elements = checkHeader(H);
  if (!Elements)
    return Elements.takeError();
  Constant C;
  C.Type = static_cast<ElementType>(H.Type);
  C.Dims = H.Dims;
  Result.Name = H.Name;
  Result.Tensor = M.createConstant(C);
  return Result;
}

} // namespace toscount
