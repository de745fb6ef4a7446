//===- Determinant.cpp - determinants of square matrices ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Det, by Gaussian elimination: Leibniz's sum of n! products is what the
/// determinant means and what nobody computes. Exchanging rows for a better
/// pivot moves data and is not counted.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "ShapeHelpers.h"

using namespace llvm;

namespace toscount {
namespace {

Error shapeDet(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  if (Error E = C.expectRankAtLeast(0, 2))
    return E;
  ShapeRef Dims = C.inShape(0);
  if (Dims.back() != Dims[Dims.size() - 2])
    return C.fail("matrices of shape " + toString(Dims.take_back(2)) +
                  " are not square");
  if (Dims.back() == 0)
    return C.fail("matrices of shape [0, 0] have no elements");
  return C.setOutput(0, C.inType(0), Dims.drop_back(2));
}

/// Matrices, and sums over the rows below each pivot: of how many they are,
/// and of that squared.
struct Elimination {
  Count Matrices, N, Below, Squares;

  explicit Elimination(const OpInstance &Op)
      : Matrices(Op.outSize(0)), N(Op.inShape(0).back()),
        Below(N * (N - 1) / 2), Squares((N - 1) * N * (N * 2 - 1) / 6) {}
};

void forwardDet(const OpInstance &Op, Work &W) {
  Elimination E(Op);
  W.div(E.Matrices * E.Below, "f = a[i][k] / a[k][k] below each pivot");
  W.mul(E.Matrices * E.Squares, "f * a[k][j]");
  W.sub(E.Matrices * E.Squares, "a[i][j] - f * a[k][j]");
  W.mul(E.Matrices * (E.N - 1), "product of the pivots");
}

void backwardDet(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  Elimination E(Op);
  // The eliminated matrix, factors below its diagonal, and running products.
  G.savesHidden(Op.inType(0), E.Matrices * (E.N * E.N + E.N - 1));
  G.mul(E.Matrices * (E.N - 1) * 2, "through the product of the pivots");
  // With m rows below a pivot: m sums of m products for the factors, and m for
  // the pivot's row.
  G.mul(E.Matrices * E.Squares * 2, "da[i][j] * a[k][j], da[i][j] * f");
  G.add(E.Matrices * (E.Squares - E.Below) * 2, "their sums");
  G.sub(E.Matrices * E.Below * 2, "df and da[k][j] are their negatives");
  G.div(E.Matrices * E.Below, "da[i][k] = df / a[k][k]");
  G.mul(E.Matrices * E.Below, "da[i][k] * f");
  G.add(E.Matrices * (E.Below - (E.N - 1)), "their sum over the rows");
  G.sub(E.Matrices * (E.N - 1), "da[k][k] less that sum");
}

constexpr OpInfo Table[] = {
    {.Name = "Det",
     .Since = 11,
     .Types = "f",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeDet,
     .Forward = forwardDet,
     .Backward = backwardDet,
     .ForwardDoc =
         "Gaussian elimination of each n x n matrix: with m rows below a pivot "
         "div m, mul m^2, sub m^2, for m = 1 to n-1; the product of the pivots "
         "mul n-1. Row exchanges are not counted",
     .BackwardDoc =
         "reverse through the elimination: with m rows below a pivot "
         "mul 2m^2 + m, add 2m(m-1) + m-1, sub 2m + 1, div m, for m "
         "= 1 to n-1; through the product mul 2(n-1)"},
};

} // namespace

ArrayRef<OpInfo> determinantOps() { return Table; }

} // namespace toscount
