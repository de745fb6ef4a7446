//===- Alu.cpp - transistors of a generic ALU -----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Lowering/Alu.h"

#include "AluUnits.h"

#include "llvm/Support/ErrorHandling.h"

#include <algorithm>

using namespace llvm;

namespace toscount {
namespace {

struct DefaultFigure {
  StringLiteral Name;
  uint64_t Transistors;
  unsigned Width;
  StringLiteral Source;
};

/// The table, in the order of AluUnit.
constexpr DefaultFigure Defaults[] = {
    {"full_adder", 10, 1,
     "H. T. Bui, Y. Wang, Y. Jiang, 'Design and analysis of low-power "
     "10-transistor full adders using novel XOR-XNOR gates', IEEE TCAS-II "
     "49(1), 2002"},
    {"half_adder", 10, 1,
     "XOR of 4 transistors (Wang, Fang, Feng, JSSC 1994) and static CMOS "
     "AND of 6: NAND 4, inverter 2 (N. H. E. Weste, D. M. Harris, 'CMOS VLSI "
     "Design', 4th ed., 2011, section 1.4)"},
    {"xor", 4, 1,
     "J.-M. Wang, S.-C. Fang, W.-S. Feng, 'New efficient designs for XOR and "
     "XNOR functions on the transistor level', IEEE Journal of Solid-State "
     "Circuits 29(7), 1994: four-transistor gate, as in the full adder above"},
    {"carry_lookahead_adder", 43, 1,
     "a quarter of a 4-bit carry-lookahead group, 172 transistors: generate, "
     "propagate, sum and two-level carries (N. H. E. Weste, D. M. Harris, "
     "'CMOS VLSI Design', 4th ed., 2011, section 11.2), XOR 4, static CMOS AND "
     "and OR of k inputs 2k+2"},
    {"multiplier", 90000, 64,
     "Booth-Wallace; S. Kuninobu, T. Nishiyama, H. Edamatsu, T. Taniguchi, N. "
     "Takagi, 'Design of high speed MOS multiplier and divider using redundant "
     "binary representation', Proc. 8th Symposium on Computer Arithmetic "
     "(ARITH), 1987, as cited by Li, Tsourdos, Guo, section II.B.1"},
    {"array_multiplier", 64896, 64,
     "n^2 AND of 6 transistors, n(n-2) full adders of 10, n half adders of 10 "
     "at n = 64 (N. H. E. Weste, D. M. Harris, 'CMOS VLSI Design', 4th ed., "
     "2011, section 11.9)"},
    {"divider", 110000, 64,
     "SRT; Kuninobu et al., ARITH 1987, as cited by Li, Tsourdos, Guo, section "
     "II.B.1"},
};
static_assert(std::size(Defaults) == NumAluUnits);

/// Transistors of \p Unit at \p Bits when its size grows with the square of
/// the width, rounded half up. Figures are limited when they are read (10^9
/// transistors, 1024 bits), so that nothing here overflows.
uint64_t squared(const AluFigure &Unit, unsigned Bits) {
  uint64_t Twice = uint64_t(2) * Unit.Transistors * Bits * Bits;
  uint64_t Reference = uint64_t(Unit.Width) * Unit.Width;
  return (Twice + Reference) / (2 * Reference);
}

} // namespace

StringRef name(AdderKind Kind) {
  return Kind == AdderKind::RippleCarry ? "ripple-carry" : "carry-lookahead";
}

StringRef name(MultiplierKind Kind) {
  return Kind == MultiplierKind::BoothWallace ? "booth-wallace" : "array";
}

Significand significand(ElementType Type) {
  using ET = ElementType;
  switch (Type) {
  case ET::Undefined:
    return {0, 0};
  case ET::Float64:
  case ET::Complex128:
    return {53, 11};
  case ET::Float32:
  case ET::Complex64:
    return {24, 8};
  case ET::TF32:
    return {11, 8};
  case ET::Float16:
    return {11, 5};
  case ET::BFloat16:
    return {8, 8};
  case ET::Float8E4M3FN:
  case ET::Float8E4M3FNUZ:
    return {4, 4};
  case ET::Float8E5M2:
  case ET::Float8E5M2FNUZ:
    return {3, 5};
  case ET::Float4E2M1:
    return {2, 2};
  case ET::Bool:
    return {1, 0};
  case ET::String:
  case ET::Int64:
  case ET::UInt64:
  case ET::Int32:
  case ET::UInt32:
  case ET::Int16:
  case ET::UInt16:
  case ET::Int8:
  case ET::UInt8:
  case ET::Int4:
  case ET::UInt4:
    return {bitWidth(Type), 0};
  }
  llvm_unreachable("no such type");
}

AluTable::AluTable() {
  for (const DefaultFigure &D : Defaults)
    Figures.push_back({D.Name.str(), D.Transistors, D.Width, D.Source.str()});
}

unsigned AluTable::rootIterations(unsigned Bits) const {
  unsigned N = 0;
  for (unsigned Right = RootSeedBits; Right < Bits; Right *= 2)
    ++N;
  return std::max(N, 1U);
}

OpPrices AluTable::prices(ElementType Type) const {
  Significand S = significand(Type);
  if (S.Bits == 0)
    return {};
  auto Figure = [&](AluUnit Unit) -> const AluFigure & {
    return Figures[static_cast<size_t>(Unit)];
  };
  bool Ripple = Adder == AdderKind::RippleCarry;
  uint64_t Cell =
      Figure(Ripple ? AluUnit::FullAdder : AluUnit::CarryLookaheadAdder)
          .Transistors;
  // Only floating numbers have an exponent to add and a sign to join.
  uint64_t Exponent =
      S.Exponent == 0 ? 0
                      : S.Exponent * Cell + Figure(AluUnit::Xor).Transistors;
  bool Wallace = Multiplier == MultiplierKind::BoothWallace;

  OpPrices P;
  P.Add = (S.Bits - 1) * Cell + Figure(AluUnit::HalfAdder).Transistors;
  P.Sub = P.Cmp = P.Add;
  P.Mul =
      squared(Figure(Wallace ? AluUnit::Multiplier : AluUnit::ArrayMultiplier),
              S.Bits) +
      Exponent;
  P.Div = squared(Figure(AluUnit::Divider), S.Bits) + Exponent;
  P.Root = rootIterations(S.Bits) * (P.Div + P.Add + P.Mul);
  return P;
}

} // namespace toscount
