//===- MovementCast.cpp - Cast and CastLike -------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Movement.h"
#include "MovementFold.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringSwitch.h"

#include <cmath>

using namespace llvm;

namespace toscount {

/// Opset 1 names the type, as TensorProto.DataType spells it.
static std::optional<ElementType> typeFromSpelling(StringRef Name) {
  auto Type = StringSwitch<ElementType>(Name)
                  .Case("FLOAT", ElementType::Float32)
                  .Case("UINT8", ElementType::UInt8)
                  .Case("INT8", ElementType::Int8)
                  .Case("UINT16", ElementType::UInt16)
                  .Case("INT16", ElementType::Int16)
                  .Case("INT32", ElementType::Int32)
                  .Case("INT64", ElementType::Int64)
                  .Case("STRING", ElementType::String)
                  .Case("BOOL", ElementType::Bool)
                  .Case("FLOAT16", ElementType::Float16)
                  .Case("DOUBLE", ElementType::Float64)
                  .Case("UINT32", ElementType::UInt32)
                  .Case("UINT64", ElementType::UInt64)
                  .Default(ElementType::Undefined);
  if (Type == ElementType::Undefined)
    return std::nullopt;
  return Type;
}

Error shapeCast(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  const Attribute *To = C.node().attribute("to");
  if (To == nullptr)
    return C.fail("attribute 'to' is missing");
  std::optional<ElementType> Type;
  if (To->Kind == AttributeKind::String)
    Type = typeFromSpelling(To->String);
  else if (To->Kind == AttributeKind::Int)
    Type = elementTypeFromOnnx(To->Int);
  if (!Type || *Type == ElementType::Undefined)
    return C.fail("attribute 'to' names no element type");
  return C.setOutput(0, *Type, C.inShape(0));
}

Error shapeCastLike(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 2))
    return E;
  return C.setOutput(0, C.inType(1), C.inShape(0));
}

static const fltSemantics *semantics(ElementType Type) {
  switch (Type) {
  case ElementType::Float32:
    return &APFloat::IEEEsingle();
  case ElementType::Float16:
    return &APFloat::IEEEhalf();
  case ElementType::BFloat16:
    return &APFloat::BFloat();
  case ElementType::Float8E4M3FN:
    return &APFloat::Float8E4M3FN();
  case ElementType::Float8E4M3FNUZ:
    return &APFloat::Float8E4M3FNUZ();
  case ElementType::Float8E5M2:
    return &APFloat::Float8E5M2();
  case ElementType::Float8E5M2FNUZ:
    return &APFloat::Float8E5M2FNUZ();
  case ElementType::Float4E2M1:
    return &APFloat::Float4E2M1FN();
  default:
    return nullptr; // Kept as a double.
  }
}

/// True for the formats that saturate instead of overflowing to infinity.
static bool saturates(ElementType Type) {
  switch (Type) {
  case ElementType::Float8E4M3FN:
  case ElementType::Float8E4M3FNUZ:
  case ElementType::Float8E5M2:
  case ElementType::Float8E5M2FNUZ:
  case ElementType::Float4E2M1:
    return true;
  default:
    return false;
  }
}

/// \p V as the nearest number that \p Type holds.
static double rounded(double V, ElementType Type, bool Saturate) {
  const fltSemantics *S = semantics(Type);
  if (S == nullptr || std::isnan(V))
    return V;
  if (saturates(Type) && Saturate) {
    double Largest = APFloat::getLargest(*S).convertToDouble();
    V = std::min(std::max(V, -Largest), Largest);
  }
  if (std::isinf(V))
    return V;
  APFloat F(V);
  bool Loses = false;
  F.convert(*S, APFloat::rmNearestTiesToEven, &Loses);
  return F.convertToDouble();
}

static bool isSigned(ElementType Type) {
  return Type == ElementType::Int64 || Type == ElementType::Int32 ||
         Type == ElementType::Int16 || Type == ElementType::Int8 ||
         Type == ElementType::Int4;
}

/// \p V in the low bits of \p Type, as integers of that type wrap.
static int64_t wrapped(int64_t V, ElementType Type) {
  if (Type == ElementType::Bool)
    return V != 0 ? 1 : 0;
  unsigned Bits = bitWidth(Type);
  if (Bits >= 64)
    return V;
  uint64_t Low = static_cast<uint64_t>(V) & ((uint64_t(1) << Bits) - 1);
  if (isSigned(Type) && ((Low >> (Bits - 1)) & 1U) != 0)
    Low |= ~uint64_t(0) << Bits;
  return static_cast<int64_t>(Low);
}

/// \p V truncated to \p Type; nothing when that does not hold it.
static std::optional<int64_t> truncated(double V, ElementType Type) {
  if (Type == ElementType::Bool)
    return V != 0 ? 1 : 0; // NaN is true.
  unsigned Bits = bitWidth(Type);
  double T = std::trunc(V);
  double High =
      std::ldexp(1.0, static_cast<int>(isSigned(Type) ? Bits - 1 : Bits));
  double Low = isSigned(Type) ? -High : 0;
  if (!(T >= Low && T < High))
    return std::nullopt;
  if (Type == ElementType::UInt64)
    return static_cast<int64_t>(static_cast<uint64_t>(T));
  return static_cast<int64_t>(T);
}

static double asDouble(int64_t V, ElementType From) {
  return From == ElementType::UInt64
             ? static_cast<double>(static_cast<uint64_t>(V))
             : static_cast<double>(V);
}

Error foldCast(ShapeContext &C) {
  if (!C.hasOutput(0))
    return Error::success();
  const Constant &From = *C.contents(0);
  ElementType Type = C.outType(0);
  bool ToInt = isInteger(Type) || Type == ElementType::Bool;
  if (Type == From.Type) {
    setSame(C, 0, From);
    return Error::success();
  }
  // Text has no use in shapes; complex contents are never kept.
  if (!ToInt && !isFloating(Type))
    return Error::success();
  bool Saturate = C.attrInt("saturate", 1) != 0;

  SmallVector<int64_t> Ints;
  SmallVector<double> Floats;
  for (size_t I = 0; I < From.size(); ++I) {
    if (I < From.Ints.size() && ToInt) {
      Ints.push_back(wrapped(From.Ints[I], Type));
      continue;
    }
    double V = I < From.Ints.size() ? asDouble(From.Ints[I], From.Type)
                                    : From.number(I);
    if (I < From.Strings.size() &&
        From.Strings[I].getAsDouble(V, /*AllowInexact=*/true))
      return C.fail("'" + printable(From.Strings[I]) + "' is no number");
    if (!ToInt) {
      Floats.push_back(rounded(V, Type, Saturate));
      continue;
    }
    std::optional<int64_t> T = truncated(V, Type);
    if (!T)
      return C.fail("element " + Twine(I) + " of its operand (" +
                    Twine(std::to_string(V)) + ") does not fit " + name(Type));
    Ints.push_back(*T);
  }
  if (ToInt)
    C.setContents(0, ArrayRef<int64_t>(Ints));
  else
    C.setContents(0, ArrayRef<double>(Floats));
  return Error::success();
}

} // namespace toscount
