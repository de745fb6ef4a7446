//===- Reduction.cpp - reductions and running sums ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// ReduceSum and its relatives, each result made from a row of n elements, and
/// CumSum.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "ReductionShape.h"

using namespace llvm;

namespace toscount {
namespace {

void forwardRow(Reduction Kind, Rows R, Work &W) {
  switch (Kind) {
  case Reduction::Max:
  case Reduction::Min:
    return W.maxima(R.Number, R.Length, "comparisons along each row");
  case Reduction::Prod:
    if (!(R.Length == 0))
      W.mul(R.Number * (R.Length - 1), "product of each row");
    return;
  case Reduction::L1:
    W.cmp(R.elements(), "|x|");
    break;
  case Reduction::L2:
  case Reduction::SumSquare:
    W.mul(R.elements(), "x^2");
    break;
  case Reduction::LogSumExp:
    W.root(Elementary::Exp, R.elements(), "exp(x)");
    break;
  case Reduction::Sum:
  case Reduction::Mean:
  case Reduction::LogSum:
    break;
  }
  W.sums(R.Number, R.Length, "sum of each row");
  switch (Kind) {
  case Reduction::Mean:
    return W.div(R.Number, "by the length of the row");
  case Reduction::L2:
    return W.root(Elementary::Sqrt, R.Number, "root of each sum");
  case Reduction::LogSum:
  case Reduction::LogSumExp:
    return W.root(Elementary::Log, R.Number, "logarithm of each sum");
  default:
    return;
  }
}

void backwardRow(Reduction Kind, const OpInstance &Op, Rows R, GradWork &G) {
  switch (Kind) {
  case Reduction::Sum:
    return; // dy is copied along the row.
  case Reduction::Mean:
    return G.div(R.Number, "dy / n, then copied along the row");
  case Reduction::Max:
  case Reduction::Min:
    G.savesInput(0);
    G.savesOutput(0);
    return G.cmp(R.elements(), "dy where x equals the result, else 0");
  case Reduction::Prod:
    // Reverse mode through the running product; right at zeros too, which
    // dy * y / x is not. The first and last running products are x and y.
    G.savesInput(0);
    if (R.Length > 2)
      G.savesHidden(Op.inType(0), R.Number * (R.Length - 2));
    if (!(R.Length == 0))
      G.mul(R.Number * (R.Length - 1) * 2,
            "gradients of each running product and of each element");
    return;
  case Reduction::L1:
    G.savesInput(0);
    G.cmp(R.elements(), "sign(x)");
    return G.mul(R.elements(), "dy * sign(x)");
  case Reduction::L2:
    G.savesInput(0);
    G.savesOutput(0);
    G.div(R.Number, "dy / y");
    return G.mul(R.elements(), "times x");
  case Reduction::LogSum:
    G.savesHidden(Op.inType(0), R.Number);
    return G.div(R.Number, "dy / sum, then copied along the row");
  case Reduction::LogSumExp:
    G.savesInput(0);
    G.savesOutput(0);
    G.sub(R.elements(), "x - y");
    G.root(Elementary::Exp, R.elements(), "the probabilities exp(x - y)");
    return G.mul(R.elements(), "times dy");
  case Reduction::SumSquare:
    G.savesInput(0);
    G.mul(R.Number, "2 * dy");
    return G.mul(R.elements(), "times x");
  }
}

template <Reduction Kind> Error shape(ShapeContext &C) {
  return shapeReduction(C, axesOperandSince(Kind));
}
template <Reduction Kind> Error fold(ShapeContext &C) {
  return foldReduction(C, Kind);
}
template <Reduction Kind> void forward(const OpInstance &Op, Work &W) {
  if (reducesNothing(Op, axesOperandSince(Kind)))
    return W.view();
  forwardRow(Kind, reducedRows(Op), W);
}
template <Reduction Kind> void backward(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  if (reducesNothing(Op, axesOperandSince(Kind)))
    return G.alias(0);
  backwardRow(Kind, Op, reducedRows(Op), G);
}

template <Reduction Kind>
constexpr OpInfo row(StringLiteral Name, StringLiteral ForwardDoc,
                     StringLiteral BackwardDoc) {
  return {.Name = Name,
          .Types = "fib i",
          .Differentiable = operands(0),
          .Grad = Gradient::Rule,
          .Shape = shape<Kind>,
          .Fold = fold<Kind>,
          .Forward = forward<Kind>,
          .Backward = backward<Kind>,
          .ForwardDoc = ForwardDoc,
          .BackwardDoc = BackwardDoc};
}

// -- CumSum.

Error shapeCumSum(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 2))
    return E;
  Expected<ArrayRef<int64_t>> Axis = C.integers(1, "axis");
  if (!Axis)
    return Axis.takeError();
  if (Axis->size() != 1)
    return C.fail("its axis has " + Twine(Axis->size()) +
                  " elements, but must be one number");
  if (Expected<size_t> Checked =
          C.checkedAxis(Axis->front(), C.inShape(0).size());
      !Checked)
    return Checked.takeError();
  return C.setOutput(0, C.inType(0), C.inShape(0));
}

Rows cumSumRows(const OpInstance &Op) {
  ShapeRef Dims = Op.inShape(0);
  return Rows::along(Dims,
                     OpInstance::axis(Op.contents(1)->Ints[0], Dims.size()));
}

/// One addition for each running sum of two terms and more.
Count runningSums(const OpInstance &Op) {
  Rows R = cumSumRows(Op);
  Count Free = Op.attrInt("exclusive", 0) != 0 ? 2 : 1;
  return R.Length > Free ? R.Number * (R.Length - Free) : Count(0);
}

Error foldCumSum(ShapeContext &C) {
  const Constant *Data = C.contents(0);
  if (Data == nullptr || Data->Ints.empty() || C.contents(1) == nullptr ||
      !(C.inSize(0) == Data->Ints.size()))
    return Error::success();
  bool Exclusive = C.attrInt("exclusive", 0) != 0;
  bool Reverse = C.attrInt("reverse", 0) != 0;
  ShapeRef Dims = C.inShape(0);
  size_t Axis = OpInstance::axis(C.contents(1)->Ints[0], Dims.size());
  auto Length = static_cast<size_t>(Dims[Axis]);
  size_t Stride = elements(Dims.drop_front(Axis + 1)).value();
  std::vector<int64_t> Out(Data->Ints.size());
  for (size_t Start = 0; Start < Out.size(); ++Start) {
    if (Start / Stride % Length != 0)
      continue;
    int64_t Total = 0;
    for (size_t K = 0; K < Length; ++K) {
      size_t I = Start + (Reverse ? Length - 1 - K : K) * Stride;
      int64_t Before = Total;
      // What would wrap is left for the network to compute.
      if (__builtin_add_overflow(Total, Data->Ints[I], &Total))
        return Error::success();
      Out[I] = Exclusive ? Before : Total;
    }
  }
  C.setContents(0, ArrayRef<int64_t>(Out));
  return Error::success();
}

void forwardCumSum(const OpInstance &Op, Work &W) {
  W.add(runningSums(Op), "running sums along the axis");
}

void backwardCumSum(const OpInstance &Op, GradWork &G) {
  if (G.needs(0))
    G.add(runningSums(Op), "running sums of dy, in the other direction");
}

constexpr OpInfo Table[] = {
    row<Reduction::Sum>("ReduceSum", "y = sum(x) over n elements: add n-1",
                        "dx = dy, copied along the row: no operation"),
    row<Reduction::Mean>("ReduceMean",
                         "y = sum(x) / n over n elements: add n-1, div 1",
                         "dx = dy / n, copied along the row: div 1"),
    row<Reduction::Max>("ReduceMax", "y = max(x) over n elements: cmp n-1",
                        "dx = dy where x equals y (each, when several do), "
                        "else 0: cmp n; reads x and y"),
    row<Reduction::Min>("ReduceMin", "y = min(x) over n elements: cmp n-1",
                        "dx = dy where x equals y (each, when several do), "
                        "else 0: cmp n; reads x and y"),
    row<Reduction::Prod>(
        "ReduceProd", "y = product of n elements: mul n-1",
        "reverse through the running products p[k] = p[k-1] * x[k]: dx[k] = "
        "dp[k] * p[k-1], dp[k-1] = dp[k] * x[k]: mul 2(n-1); reads x and the "
        "running products"),
    row<Reduction::L1>("ReduceL1",
                       "y = sum(|x|) over n elements: cmp n, add n-1",
                       "dx = dy * sign(x): cmp n, mul n; reads x"),
    row<Reduction::L2>("ReduceL2",
                       "y = sqrt(sum(x^2)) over n elements: mul n, add n-1, "
                       "sqrt 1",
                       "dx = (dy / y) * x: div 1, mul n; reads x and y"),
    row<Reduction::LogSum>("ReduceLogSum",
                           "y = log(sum(x)) over n elements: add n-1, log 1",
                           "dx = dy / sum(x), copied along the row: div 1; "
                           "reads the sum"),
    row<Reduction::LogSumExp>(
        "ReduceLogSumExp",
        "y = log(sum(exp(x))) over n elements: exp n, add n-1, log 1; the "
        "maximum is not subtracted",
        "dx = dy * exp(x - y): sub n, exp n, mul n; reads x and y"),
    row<Reduction::SumSquare>("ReduceSumSquare",
                              "y = sum(x^2) over n elements: mul n, add n-1",
                              "dx = (2 * dy) * x: mul n+1; reads x"),
    {.Name = "CumSum",
     .Types = "fi i",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeCumSum,
     .Fold = foldCumSum,
     .Forward = forwardCumSum,
     .Backward = backwardCumSum,
     .ForwardDoc = "running sums along axis, n elements a row: add n-1; with "
                   "exclusive, whose first result is 0, add n-2",
     .BackwardDoc = "dx = the running sums of dy in the other direction: as "
                    "many additions"},
};

} // namespace

ArrayRef<OpInfo> reductionOps() { return Table; }

} // namespace toscount
