//===- ElementwiseFold.h - elementwise operators on known contents --------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Shapes of real exports are computed by chains of small elementwise
/// operators. A row names the scalar functions of its operator and gets a Fold
/// function that broadcasts them: `.Fold = foldTwo<addInts, addFloats>`.
///
/// Unsigned arithmetic wraps at its width, as the hardware's does. A signed
/// result that its type does not hold is an error: shapes never wrap.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_ELEMENTWISEFOLD_H
#define TOSCOUNT_LIB_OPS_ELEMENTWISEFOLD_H

#include "toscount/Ops/OpInfo.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace toscount {

/// Holds every int64 and uint64, and their sums and differences.
__extension__ using Int128 = __int128;

/// The integers of one element type (bool is one unsigned bit).
struct IntType {
  unsigned Bits;
  bool Signed;

  explicit IntType(ElementType Type);
  /// The number that \p Stored (two's complement) stands for.
  [[nodiscard]] Int128 load(int64_t Stored) const;
  /// Stores \p Exact: wrapped when unsigned; false when it does not fit.
  [[nodiscard]] bool store(Int128 Exact, int64_t &Stored) const;
};

/// Null when \p R holds the result; otherwise what went wrong.
using IntFunction = const char *(*)(const OpInstance &Op, IntType T, Int128 A,
                                    Int128 B, Int128 &R);
using FloatFunction = double (*)(double A, double B);
using FloatMap = double (*)(double X);
using IntMap = Int128 (*)(IntType T, Int128 X);
using IntTest = bool (*)(Int128 A, Int128 B);
using FloatTest = bool (*)(double A, double B);

/// \p Value as an element of \p Type. Types narrower than fp32 are folded at
/// fp32: what is folded are sizes and scales, not results.
double rounded(ElementType Type, double Value);

/// Calls \p Body with the position in result 0 and in each operand.
void forEachBroadcast(
    const OpInstance &Op,
    llvm::function_ref<void(size_t, llvm::ArrayRef<size_t>)> Body);

/// All operands hold integers or bools / floats, and as many as their shapes
/// say.
bool allInts(const OpInstance &Op);
bool allFloats(const OpInstance &Op);

/// Any number of operands, combined from left to right. Null functions: the
/// operator isn't folded on that kind of element.
llvm::Error foldMany(ShapeContext &C, IntFunction Ints, FloatFunction Floats);
llvm::Error foldMap(ShapeContext &C, IntMap Ints, FloatMap Floats);
llvm::Error foldTest(ShapeContext &C, IntTest Ints, FloatTest Floats);

template <IntFunction Ints, FloatFunction Floats>
llvm::Error fold(ShapeContext &C) {
  return foldMany(C, Ints, Floats);
}
template <FloatMap Floats, IntMap Ints = nullptr>
llvm::Error foldEach(ShapeContext &C) {
  return foldMap(C, Ints, Floats);
}
/// \p Relation: std::less<> and the like.
template <typename Relation> llvm::Error foldCompare(ShapeContext &C) {
  return foldTest(
      C, [](Int128 A, Int128 B) { return Relation()(A, B); },
      [](double A, double B) { return Relation()(A, B); });
}
template <IntTest Ints> llvm::Error foldLogic(ShapeContext &C) {
  return foldTest(C, Ints, nullptr);
}

// -- Fold functions that are more than one scalar function.

llvm::Error foldPow(ShapeContext &C);
llvm::Error foldMean(ShapeContext &C);
llvm::Error foldClip(ShapeContext &C);
llvm::Error foldCumSum(ShapeContext &C);
llvm::Error foldWhere(ShapeContext &C);

// -- Integer functions of the arithmetic operators.

const char *addInts(const OpInstance &, IntType, Int128 A, Int128 B, Int128 &R);
const char *subInts(const OpInstance &, IntType, Int128 A, Int128 B, Int128 &R);
const char *mulInts(const OpInstance &, IntType T, Int128 A, Int128 B,
                    Int128 &R);
/// Truncates towards zero.
const char *divInts(const OpInstance &, IntType, Int128 A, Int128 B, Int128 &R);
const char *modInts(const OpInstance &, IntType, Int128 A, Int128 B, Int128 &R);
const char *maxInts(const OpInstance &, IntType, Int128 A, Int128 B, Int128 &R);
const char *minInts(const OpInstance &, IntType, Int128 A, Int128 B, Int128 &R);
const char *andInts(const OpInstance &, IntType, Int128 A, Int128 B, Int128 &R);
const char *orInts(const OpInstance &, IntType, Int128 A, Int128 B, Int128 &R);
const char *xorInts(const OpInstance &, IntType, Int128 A, Int128 B, Int128 &R);
const char *shiftInts(const OpInstance &, IntType T, Int128 A, Int128 B,
                      Int128 &R);

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_ELEMENTWISEFOLD_H
