//===- Softmax.cpp - softmax and its relatives ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Softmax, LogSoftmax and Hardmax. Before opset 13 the tensor is flattened to
/// a matrix at `axis` and a row is everything after it; from 13 on a row lies
/// along `axis`. Counted by definition, without the subtraction of the maximum
/// that implementations add against overflow.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "Rows.h"

using namespace llvm;

namespace toscount {
namespace {

Error shapeSoftmax(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  size_t Rank = C.inShape(0).size();
  int64_t Axis = C.attrInt("axis", C.opset() < 13 ? 1 : -1);
  // Flattening at the end leaves rows of one element; only the first signature
  // allows it.
  bool AtEnd = C.opset() < 11 && Axis == static_cast<int64_t>(Rank);
  if (!AtEnd)
    if (Expected<size_t> Checked = C.checkedAxis(Axis, Rank); !Checked)
      return Checked.takeError();
  return C.setOutput(0, C.inType(0), C.inShape(0));
}

Rows rowsOf(const OpInstance &Op) {
  ShapeRef Dims = Op.inShape(0);
  bool Flattens = Op.opset() < 13;
  size_t Axis =
      OpInstance::axis(Op.attrInt("axis", Flattens ? 1 : -1), Dims.size());
  return Flattens ? Rows::from(Dims, Axis) : Rows::along(Dims, Axis);
}

void forwardSoftmax(const OpInstance &Op, Work &W) {
  Rows R = rowsOf(Op);
  W.root(Elementary::Exp, R.elements(), "exp(x) of each element");
  W.sums(R.Number, R.Length, "sum of each row's exponentials");
  W.div(R.elements(), "each exponential divided by its row's sum");
}

void backwardSoftmax(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  G.savesOutput(0);
  Rows R = rowsOf(Op);
  G.mul(R.elements(), "dy * y");
  G.sums(R.Number, R.Length, "s = sum of dy * y over each row");
  G.sub(R.elements(), "dy - s");
  G.mul(R.elements(), "y * (dy - s)");
}

void forwardLogSoftmax(const OpInstance &Op, Work &W) {
  Rows R = rowsOf(Op);
  W.root(Elementary::Exp, R.elements(), "exp(x) of each element");
  W.sums(R.Number, R.Length, "sum of each row's exponentials");
  W.root(Elementary::Log, R.Number, "logarithm of each row's sum");
  W.sub(R.elements(), "x minus the logarithm");
}

void backwardLogSoftmax(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  G.savesOutput(0);
  Rows R = rowsOf(Op);
  G.sums(R.Number, R.Length, "s = sum of dy over each row");
  G.root(Elementary::Exp, R.elements(), "the probabilities exp(y)");
  G.mul(R.elements(), "exp(y) * s");
  G.sub(R.elements(), "dy - exp(y) * s");
}

void forwardHardmax(const OpInstance &Op, Work &W) {
  Rows R = rowsOf(Op);
  W.maxima(R.Number, R.Length, "the first maximum of each row");
}

constexpr OpInfo Table[] = {
    {.Name = "Softmax",
     .Types = "f",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Probabilities = true,
     .Shape = shapeSoftmax,
     .Forward = forwardSoftmax,
     .Backward = backwardSoftmax,
     .ForwardDoc =
         "y = exp(x) / sum(exp(x)) over rows of n elements along axis (before "
         "opset 13: of the matrix flattened at axis): exp n, add n-1, div n a "
         "row; the maximum is not subtracted",
     .BackwardDoc =
         "dx = y * (dy - sum(dy * y)): mul 2n, add n-1, sub n a row; "
         "reads y"},
    {.Name = "LogSoftmax",
     .Types = "f",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeSoftmax,
     .Forward = forwardLogSoftmax,
     .Backward = backwardLogSoftmax,
     .ForwardDoc = "y = x - log(sum(exp(x))) over rows of n elements as in "
                   "Softmax: exp n, add n-1, log 1, sub n a row",
     .BackwardDoc =
         "dx = dy - exp(y) * sum(dy): exp n, mul n, add n-1, sub n a "
         "row; reads y"},
    {.Name = "Hardmax",
     .Types = "f",
     .Shape = shapeSoftmax,
     .Forward = forwardHardmax,
     .ForwardDoc = "1 at the first maximum of each row of n elements, 0 "
                   "elsewhere: cmp n-1 a row"},
};

} // namespace

ArrayRef<OpInfo> softmaxOps() { return Table; }

} // namespace toscount
