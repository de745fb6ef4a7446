//===- Decode.cpp - the bits of stored elements ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Decode.h"

#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>
#include <limits>

using namespace llvm;

namespace toscount {
namespace {

/// How a floating type narrower than 32 bits spells its special values.
enum class Specials : uint8_t {
  Ieee,    ///< Highest exponent: infinities and NaNs.
  OneNan,  ///< Only all ones (below the sign) is a NaN; no infinities.
  ZeroNan, ///< Only negative zero is a NaN; no infinities.
  None,    ///< Every pattern is a number.
};

struct NarrowFormat {
  unsigned Exponent; ///< Bits of the exponent.
  unsigned Fraction; ///< Bits of the fraction.
  int Bias;
  Specials Special;
};

double decodeNarrow(NarrowFormat Format, uint64_t Bits) {
  auto [Exponent, Fraction, Bias, Special] = Format;
  uint64_t E = (Bits >> Fraction) & maskTrailingOnes<uint64_t>(Exponent);
  uint64_t F = Bits & maskTrailingOnes<uint64_t>(Fraction);
  bool Negative = ((Bits >> (Exponent + Fraction)) & 1U) != 0;
  bool Highest = E == maskTrailingOnes<uint64_t>(Exponent);
  bool AllOnes = Highest && F == maskTrailingOnes<uint64_t>(Fraction);
  double Sign = Negative ? -1.0 : 1.0;
  if (Special == Specials::Ieee && Highest)
    return F == 0 ? Sign * std::numeric_limits<double>::infinity()
                  : std::numeric_limits<double>::quiet_NaN();
  if ((Special == Specials::OneNan && AllOnes) ||
      (Special == Specials::ZeroNan && Negative && E == 0 && F == 0))
    return std::numeric_limits<double>::quiet_NaN();
  int Scale = (E == 0 ? 1 : static_cast<int>(E)) - Bias;
  uint64_t Significand = E == 0 ? F : F | (uint64_t{1} << Fraction);
  return Sign * std::ldexp(static_cast<double>(Significand),
                           Scale - static_cast<int>(Fraction));
}

} // namespace

void splitRaw(ElementType Type, StringRef Raw, size_t Elements,
              SmallVectorImpl<uint64_t> &Bits) {
  unsigned Width = bitWidth(Type);
  if (Width == 4) {
    for (char Byte : Raw)
      Bits.push_back(static_cast<uint8_t>(Byte));
    splitNibbles(Bits, Elements);
    return;
  }
  unsigned Bytes = Width / 8;
  for (size_t I = 0; I < Elements; ++I) {
    uint64_t Value = 0;
    for (unsigned B = 0; B < Bytes; ++B)
      Value |= static_cast<uint64_t>(static_cast<uint8_t>(Raw[I * Bytes + B]))
               << (8 * B);
    Bits.push_back(Value);
  }
}

void splitNibbles(SmallVectorImpl<uint64_t> &Bits, size_t Elements) {
  Bits.resize(Elements);
  // From the back, because every byte becomes two elements.
  for (size_t I = Elements; I-- != 0;)
    Bits[I] = (Bits[I / 2] >> (I % 2 == 0 ? 0U : 4U)) & 15U;
}

double decodeFloat(ElementType Type, uint64_t Bits) {
  switch (Type) {
  case ElementType::Float64:
    return bit_cast<double>(Bits);
  case ElementType::Float16:
    return decodeNarrow({5, 10, 15, Specials::Ieee}, Bits);
  case ElementType::BFloat16:
    return bit_cast<float>(static_cast<uint32_t>(Bits << 16U));
  case ElementType::Float8E4M3FN:
    return decodeNarrow({4, 3, 7, Specials::OneNan}, Bits);
  case ElementType::Float8E4M3FNUZ:
    return decodeNarrow({4, 3, 8, Specials::ZeroNan}, Bits);
  case ElementType::Float8E5M2:
    return decodeNarrow({5, 2, 15, Specials::Ieee}, Bits);
  case ElementType::Float8E5M2FNUZ:
    return decodeNarrow({5, 2, 16, Specials::ZeroNan}, Bits);
  case ElementType::Float4E2M1:
    return decodeNarrow({2, 1, 1, Specials::None}, Bits);
  default:
    return bit_cast<float>(static_cast<uint32_t>(Bits));
  }
}

int64_t decodeInteger(ElementType Type, uint64_t Bits) {
  switch (Type) {
  case ElementType::Bool:
    return static_cast<int64_t>(Bits != 0);
  case ElementType::Int4:
    return SignExtend64<4>(Bits);
  case ElementType::UInt4:
    return static_cast<int64_t>(Bits & 15U);
  case ElementType::Int8:
    return static_cast<int8_t>(Bits);
  case ElementType::UInt8:
    return static_cast<uint8_t>(Bits);
  case ElementType::Int16:
    return static_cast<int16_t>(Bits);
  case ElementType::UInt16:
    return static_cast<uint16_t>(Bits);
  case ElementType::Int32:
    return static_cast<int32_t>(Bits);
  case ElementType::UInt32:
    return static_cast<uint32_t>(Bits);
  default:
    return static_cast<int64_t>(Bits);
  }
}

} // namespace toscount
