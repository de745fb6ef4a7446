//===- MatMul.cpp - matrix products ---------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "ShapeHelpers.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

/// C[M,N] = A[M,K] B[K,N], Batch times.
struct Product {
  Count Batch = 1, M, K, N;
};

/// Operand \p I's gradient of \p From elements summed back to its own shape.
/// (Of nothing, zeros: no addition.)
void sumBack(const OpInstance &Op, GradWork &G, unsigned I, Count From) {
  if (From > Op.inSize(I))
    G.broadcastSum(I, From, Op.inSize(I));
}

//===----------------------------------------------------------------------===//
// Gemm
//===----------------------------------------------------------------------===//

bool transposes(const OpInstance &Op, unsigned I) {
  return Op.attrInt(I == 0 ? "transA" : "transB", 0) != 0;
}

Product gemmSizes(const OpInstance &Op) {
  ShapeRef A = Op.inShape(0);
  Product P;
  P.M = A[transposes(Op, 0) ? 1 : 0];
  P.K = A[transposes(Op, 0) ? 0 : 1];
  P.N = Op.inShape(1)[transposes(Op, 1) ? 0 : 1];
  return P;
}

Error shapeGemm(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 3))
    return E;
  for (unsigned I : {0U, 1U})
    if (Error E = C.expectRank(I, 2))
      return E;
  ShapeRef A = C.inShape(0);
  ShapeRef B = C.inShape(1);
  bool TA = transposes(C, 0);
  bool TB = transposes(C, 1);
  if (A[TA ? 0 : 1] != B[TB ? 1 : 0])
    return C.fail("matrices of shapes " + toString(A) +
                  (TA ? " (transposed)" : "") + " and " + toString(B) +
                  (TB ? " (transposed)" : "") + " cannot be multiplied");
  Shape Y = {A[TA ? 1 : 0], B[TB ? 0 : 1]};
  if (C.hasInput(2)) {
    Shape Both;
    if (!broadcast(C.inShape(2), Y, Both) || Both != Y)
      return C.fail("its operand C of shape " + toString(C.inShape(2)) +
                    " does not broadcast to the product's " + toString(Y));
  }
  return C.setOutput(0, C.inType(0), Y);
}

bool scalesProduct(const OpInstance &Op) {
  return Op.attrFloat("alpha", 1) != 1;
}
bool scalesC(const OpInstance &Op) { return Op.attrFloat("beta", 1) != 1; }

void forwardGemm(const OpInstance &Op, Work &W) {
  Product P = gemmSizes(Op);
  W.as(ProductRole::Forward, P.N);
  W.dots(P.M * P.N, P.K, "M * N dot products of length K");
  if (scalesProduct(Op))
    W.mul(P.M * P.N, "alpha, for each element of the product");
  if (!Op.hasInput(2))
    return;
  if (scalesC(Op))
    W.mul(Op.inSize(2), "beta, for each element of C");
  W.add(P.M * P.N, "C, for each element of the product");
}

void backwardGemm(const OpInstance &Op, GradWork &G) {
  Product P = gemmSizes(Op);
  if (scalesProduct(Op) && (G.needs(0) || G.needs(1)))
    G.mul(P.M * P.N, "alpha * dY, for both gradients");
  if (G.needs(0)) {
    G.savesInput(1);
    G.as(ProductRole::DataGradient, P.K);
    G.dots(P.M * P.K, P.N, "dA: M * K dot products of length N");
  }
  if (G.needs(1)) {
    G.savesInput(0);
    G.as(ProductRole::WeightGradient, P.N);
    G.dots(P.K * P.N, P.M, "dB: K * N dot products of length M");
  }
  if (!G.needs(2))
    return;
  sumBack(Op, G, 2, P.M * P.N);
  if (scalesC(Op))
    G.mul(Op.inSize(2), "beta, for each element of dC");
  else
    G.alias(2);
}

//===----------------------------------------------------------------------===//
// MatMul
//===----------------------------------------------------------------------===//

/// Dimensions of operand \p I that number its matrices.
ShapeRef batchOf(ShapeRef Dims) {
  return Dims.size() < 2 ? ShapeRef() : Dims.drop_back(2);
}
/// Rows and columns; a vector on the left is a row, on the right a column.
int64_t rows(ShapeRef Dims, bool Left) {
  return Dims.size() > 1 ? Dims[Dims.size() - 2] : Left ? 1 : Dims[0];
}
int64_t columns(ShapeRef Dims, bool Left) {
  return Dims.size() > 1 || Left ? Dims.back() : 1;
}

Product matMulSizes(const OpInstance &Op) {
  ShapeRef A = Op.inShape(0);
  ShapeRef B = Op.inShape(1);
  Shape Batch;
  broadcast(batchOf(A), batchOf(B), Batch);
  Product P;
  P.Batch = elements(Batch);
  P.M = rows(A, true);
  P.K = columns(A, true);
  P.N = columns(B, false);
  return P;
}

Error shapeMatMul(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 2))
    return E;
  for (unsigned I : {0U, 1U})
    if (Error E = C.expectRankAtLeast(I, 1))
      return E;
  ShapeRef A = C.inShape(0);
  ShapeRef B = C.inShape(1);
  Shape Y;
  if (columns(A, true) != rows(B, false) ||
      !broadcast(batchOf(A), batchOf(B), Y))
    return C.fail("matrices of shapes " + toString(A) + " and " + toString(B) +
                  " cannot be multiplied");
  if (A.size() > 1)
    Y.push_back(rows(A, true));
  if (B.size() > 1)
    Y.push_back(columns(B, false));
  return C.setOutput(0, C.inType(0), Y);
}

void forwardMatMul(const OpInstance &Op, Work &W) {
  Product P = matMulSizes(Op);
  W.as(ProductRole::Forward, P.N);
  W.dots(P.Batch * P.M * P.N, P.K, "batch * M * N dot products of length K");
}

void backwardMatMul(const OpInstance &Op, GradWork &G) {
  Product P = matMulSizes(Op);
  if (G.needs(0)) {
    G.savesInput(1);
    // A matrix that serves several batch elements gets one dot product over all
    // of them.
    G.as(ProductRole::DataGradient, P.K);
    G.dots(Op.inSize(0), P.N * (P.Batch / elements(batchOf(Op.inShape(0)))),
           "dA: a dot product over N (and broadcast batches) for each element");
  }
  if (G.needs(1)) {
    G.savesInput(0);
    G.as(ProductRole::WeightGradient, P.N);
    G.dots(Op.inSize(1), P.M * (P.Batch / elements(batchOf(Op.inShape(1)))),
           "dB: a dot product over M (and broadcast batches) for each element");
  }
}

constexpr OpInfo Rows[] = {
    {.Name = "Gemm",
     .Types = "Tfi Tfi Tfi",
     .Trainable = operands(0, 1, 2),
     .Differentiable = operands(0, 1, 2),
     .Grad = Gradient::Rule,
     .Shape = shapeGemm,
     .Forward = forwardGemm,
     .Backward = backwardGemm,
     .ForwardDoc =
         "M*N dot products of length K (K mul, K-1 add); alpha other than 1: "
         "M*N mul; beta other than 1: one mul for each element of C; with C: "
         "M*N add",
     .BackwardDoc =
         "alpha other than 1: M*N mul once; dA: M*K dot products of length N; "
         "dB: K*N of length M; dC: dY summed back to C's shape, one mul for "
         "each of its elements when beta is not 1"},
    {.Name = "MatMul",
     .Types = "Tfi Tfi",
     .Trainable = operands(0, 1),
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeMatMul,
     .Forward = forwardMatMul,
     .Backward = backwardMatMul,
     .ForwardDoc = "batch*M*N dot products of length K (K mul, K-1 add)",
     .BackwardDoc =
         "dA: a dot product of length N for each element of A; dB: one of "
         "length M for each of B; over the batch dimensions that an operand "
         "was "
         "broadcast along, too"},
};

} // namespace

ArrayRef<OpInfo> matMulOps() { return Rows; }

} // namespace toscount
