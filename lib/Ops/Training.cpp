//===- Training.cpp - operators that train --------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// ai.onnx.preview.training: optimizers as operators of the graph, counted by
/// the formulas in their definitions. Coefficients that are attributes are
/// constants; a regularisation of 0 is none.
///
//===----------------------------------------------------------------------===//

#include "Families.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

constexpr StringLiteral Domain = "ai.onnx.preview.training";

/// Operands are R, T, then for n tensors n values, n gradients and \p States
/// times n states; results are n values and States times n states.
Error shapeOptimizer(ShapeContext &C, unsigned States) {
  unsigned Each = 2 + States;
  unsigned N = C.numInputs() < 2 ? 0 : (C.numInputs() - 2) / Each;
  if (N == 0 || C.numInputs() != 2 + N * Each)
    return C.fail(Twine(C.numInputs()) +
                  " operands, but the learning rate, the step and " +
                  Twine(Each) + " for each tensor are needed");
  if (Error E = C.expectInputs(2 + N * Each, 2 + N * Each))
    return E;
  for (unsigned I : {0U, 1U})
    if (elements(C.inShape(I)) != 1)
      return C.fail("operand " + Twine(I) + " of shape " +
                    toString(C.inShape(I)) + " must be one number");
  for (unsigned Tensor = 0; Tensor < N; ++Tensor)
    for (unsigned Part = 0; Part < Each; ++Part) {
      unsigned First = 2 + Tensor;
      unsigned I = First + Part * N;
      if (C.inShape(I) != C.inShape(First))
        return C.fail("operand " + Twine(I) + " has shape " +
                      toString(C.inShape(I)) + ", but its tensor " +
                      toString(C.inShape(First)));
      // Gradients have no result.
      unsigned O = Tensor + (Part == 0 ? 0 : (Part - 1) * N);
      if (Part == 1)
        continue;
      if (Error E = C.setOutput(O, C.inType(I), C.inShape(First)))
        return E;
    }
  return Error::success();
}

Error shapeOneState(ShapeContext &C) { return shapeOptimizer(C, 1); }
Error shapeTwoStates(ShapeContext &C) { return shapeOptimizer(C, 2); }

/// Elements of all tensors that are optimized.
Count optimized(const OpInstance &Op, unsigned States) {
  unsigned N = (Op.numInputs() - 2) / (2 + States);
  Count Elements = 0;
  for (unsigned I = 0; I < N; ++I)
    Elements += Op.inSize(2 + I);
  return Elements;
}

void regularise(const OpInstance &Op, Work &W, Count N) {
  if (Op.attrFloat("norm_coefficient", 0) == 0)
    return;
  W.mul(N, "norm_coefficient * X");
  W.add(N, "added to the gradient");
}

void forwardAdagrad(const OpInstance &Op, Work &W) {
  if (Op.attrFloat("decay_factor", 0) != 0) {
    W.mul(1, "T * decay_factor");
    W.add(1, "1 + T * decay_factor");
    W.div(1, "r = R / (1 + T * decay_factor)");
  }
  Count N = optimized(Op, 1);
  regularise(Op, W, N);
  W.mul(N, "G * G");
  W.add(N, "H_new = H + G * G");
  W.root(Elementary::Sqrt, N, "sqrt(H_new)");
  W.add(N, "sqrt(H_new) + epsilon");
  W.mul(N, "r * G");
  W.div(N, "r * G / (sqrt(H_new) + epsilon)");
  W.sub(N, "X_new = X - r * G / (sqrt(H_new) + epsilon)");
}

void forwardAdam(const OpInstance &Op, Work &W) {
  W.cmp(1, "whether T > 0");
  W.root(Elementary::Pow, 2, "alpha ^ T, beta ^ T");
  W.sub(2, "1 - alpha ^ T, 1 - beta ^ T");
  W.root(Elementary::Sqrt, 1, "sqrt(1 - beta ^ T)");
  W.mul(1, "R * sqrt(1 - beta ^ T)");
  W.div(1, "r = R * sqrt(1 - beta ^ T) / (1 - alpha ^ T)");
  Count N = optimized(Op, 2);
  regularise(Op, W, N);
  W.mul(N * 2, "alpha * V, (1 - alpha) * G");
  W.add(N, "V_new = alpha * V + (1 - alpha) * G");
  W.mul(N * 3, "beta * H, (1 - beta) * G * G");
  W.add(N, "H_new = beta * H + (1 - beta) * G * G");
  W.root(Elementary::Sqrt, N, "sqrt(H_new)");
  W.add(N, "sqrt(H_new) + epsilon");
  W.mul(N, "r * V_new");
  W.div(N, "r * V_new / (sqrt(H_new) + epsilon)");
  W.sub(N, "X_new = X - r * V_new / (sqrt(H_new) + epsilon)");
  if (Op.attrFloat("norm_coefficient_post", 0) != 0)
    W.mul(N, "(1 - norm_coefficient_post) * X_new");
}

Error shapeMomentum(ShapeContext &C) {
  StringRef Mode = C.attrString("mode", "");
  if (Mode != "standard" && Mode != "nesterov")
    return C.fail("its attribute 'mode' is '" + printable(Mode) +
                  "', but must be standard or nesterov");
  return shapeOptimizer(C, 1);
}

void forwardMomentum(const OpInstance &Op, Work &W) {
  W.cmp(1, "whether T > 0: beta or 1");
  Count N = optimized(Op, 1);
  regularise(Op, W, N);
  W.mul(N * 2, "alpha * V, beta * G");
  W.add(N, "V_new = alpha * V + beta * G");
  if (Op.attrString("mode", "") == "nesterov") {
    W.mul(N, "alpha * V_new");
    W.add(N, "G + alpha * V_new");
  }
  W.mul(N, "by the learning rate R");
  W.sub(N, "X_new = X - R * (the direction)");
}

Error shapeGradient(ShapeContext &C) {
  return C.fail("it asks for a gradient inside the graph, which has no "
                "counting rule; count the network without it with --phase "
                "train");
}

constexpr OpInfo Rows[] = {
    {.Name = "Adagrad",
     .Domain = Domain,
     .Shape = shapeOneState,
     .Forward = forwardAdagrad,
     .ForwardDoc =
         "for each element: mul 2, add 2, sqrt 1, div 1, sub 1; with "
         "norm_coefficient mul 1, add 1 more; with decay_factor mul, add, div "
         "1 a step",
     .BackwardDoc = "an update of parameters: no gradient goes through it"},
    {.Name = "Adam",
     .Domain = Domain,
     .Shape = shapeTwoStates,
     .Forward = forwardAdam,
     .ForwardDoc =
         "for each element: mul 6, add 3, sqrt 1, div 1, sub 1; with "
         "norm_coefficient mul 1, add 1 more, with norm_coefficient_post mul 1 "
         "more; a step: pow 2, sub 2, sqrt 1, mul 1, div 1, cmp 1",
     .BackwardDoc = "an update of parameters: no gradient goes through it"},
    {.Name = "Momentum",
     .Domain = Domain,
     .Shape = shapeMomentum,
     .Forward = forwardMomentum,
     .ForwardDoc =
         "for each element: mul 3, add 1, sub 1 (nesterov: mul 1, add 1 more); "
         "with norm_coefficient mul 1, add 1 more; a step: cmp 1",
     .BackwardDoc = "an update of parameters: no gradient goes through it"},
    {.Name = "Gradient",
     .Domain = Domain,
     .Shape = shapeGradient,
     .ForwardDoc = "rejected: a network's gradient is counted by --phase "
                   "train"},
};

} // namespace

ArrayRef<OpInfo> trainingOps() { return Rows; }

} // namespace toscount
