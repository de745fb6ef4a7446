//===- AluUnits.h - the units that have a figure --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The rows of AluTable, in their order.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_LOWERING_ALUUNITS_H
#define TOSCOUNT_LIB_LOWERING_ALUUNITS_H

#include <cstdint>

namespace toscount {

enum class AluUnit : uint8_t {
  FullAdder,
  HalfAdder,
  Xor,
  CarryLookaheadAdder,
  Multiplier,
  ArrayMultiplier,
  Divider,
};
inline constexpr unsigned NumAluUnits = 7;

/// Units that are one bit wide by definition.
constexpr bool isCell(AluUnit Unit) {
  return Unit <= AluUnit::CarryLookaheadAdder;
}

} // namespace toscount

#endif // TOSCOUNT_LIB_LOWERING_ALUUNITS_H
