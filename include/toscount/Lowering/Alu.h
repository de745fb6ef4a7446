//===- Alu.h - transistors of a generic ALU -------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Prices one basic operation of a datatype in transistors (TO paper, section
/// II.B): adders linear in the significand, multiplier and divider quadratic,
/// root by Newton-Raphson. Every figure is a row of a table with its citation;
/// `--alu FILE` replaces the table.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LOWERING_ALU_H
#define TOSCOUNT_LOWERING_ALU_H

#include "toscount/IR/ElementType.h"
#include "toscount/Support/Count.h"

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace toscount {

/// Transistors switched by one basic operation of a datatype.
struct OpPrices {
  uint64_t Add = 0, Sub = 0, Mul = 0, Div = 0, Root = 0, Cmp = 0;
};

/// Cells that adders are built of.
enum class AdderKind : uint8_t { RippleCarry, CarryLookahead };
llvm::StringRef name(AdderKind Kind); ///< "ripple-carry", "carry-lookahead"

enum class MultiplierKind : uint8_t { BoothWallace, Array };
llvm::StringRef name(MultiplierKind Kind); ///< "booth-wallace", "array"

/// One figure of the table.
struct AluFigure {
  std::string Name;     ///< "full_adder", "multiplier"...
  uint64_t Transistors; ///< Of the unit at Width bits.
  unsigned Width;       ///< Bits; 1 for gates and adder cells.
  std::string Source;   ///< Citation.
};

class AluTable {
public:
  /// The cited default table.
  AluTable();
  /// A table read from JSON \p Text; what it does not give keeps its default:
  /// \code
  /// {"schema": "toscount.alu/1",
  ///  "adder": "ripple-carry",        (or "carry-lookahead")
  ///  "multiplier": "booth-wallace",  (or "array")
  ///  "root_seed_bits": 1,            (right bits that Newton-Raphson starts
  ///  of) "figures": {"full_adder": {"transistors": 28, "source": "..."},
  ///              "multiplier": {"transistors": 27000, "width": 32}}}
  /// \endcode
  /// A figure given without a source is cited as \p Path, which is also named
  /// in messages.
  static llvm::Expected<AluTable> parse(llvm::StringRef Text,
                                        llvm::StringRef Path);

  /// What each basic operation of \p Type switches. An operation on complex
  /// numbers is priced as one on their parts (rules count the parts'
  /// operations), one on strings as one on 64-bit integers.
  [[nodiscard]] OpPrices prices(ElementType Type) const;

  /// Iterations of Newton-Raphson for \p Bits significand bits: each doubles
  /// the bits that are right, beginning with the seed's; at least one.
  [[nodiscard]] unsigned rootIterations(unsigned Bits) const;

  [[nodiscard]] llvm::ArrayRef<AluFigure> figures() const { return Figures; }
  [[nodiscard]] AdderKind adder() const { return Adder; }
  [[nodiscard]] MultiplierKind multiplier() const { return Multiplier; }
  [[nodiscard]] unsigned rootSeedBits() const { return RootSeedBits; }

private:
  friend class AluReader;

  std::vector<AluFigure> Figures;
  AdderKind Adder = AdderKind::RippleCarry;
  MultiplierKind Multiplier = MultiplierKind::BoothWallace;
  unsigned RootSeedBits = 1;
};

/// Significand bits (hidden bit included) and exponent bits of \p Type.
/// Integers: their width and 0.
struct Significand {
  unsigned Bits, Exponent;
};
Significand significand(ElementType Type);

} // namespace toscount

#endif // TOSCOUNT_LOWERING_ALU_H
