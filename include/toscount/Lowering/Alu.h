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
  /// A table read from JSON \p Text (docs/Formats.md); figures it does not give
  /// keep their default. \p Path is for messages.
  static llvm::Expected<AluTable> parse(llvm::StringRef Text,
                                        llvm::StringRef Path);

  [[nodiscard]] OpPrices prices(ElementType Type) const;
  [[nodiscard]] llvm::ArrayRef<AluFigure> figures() const { return Figures; }

private:
  std::vector<AluFigure> Figures;
};

/// Significand bits (hidden bit included) and exponent bits of \p Type.
/// Integers: their width and 0.
struct Significand {
  unsigned Bits, Exponent;
};
Significand significand(ElementType Type);

} // namespace toscount

#endif // TOSCOUNT_LOWERING_ALU_H
