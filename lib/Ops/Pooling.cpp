//===- Pooling.cpp - poolings ---------------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Maximum, average and Lp-norm over windows or over all positions of a
/// channel, and MaxUnpool. Windows are counted like a convolution's: taps on
/// padding included unless they are skipped.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "Window.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/bit.h"

using namespace llvm;

namespace toscount {
namespace {

bool global(const OpInstance &Op) { return Op.op().starts_with("Global"); }

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

Expected<WindowAxes> axesOf(const OpInstance &Op) {
  ShapeRef In = Op.inShape(0).drop_front(2);
  WindowRules Rules;
  Rules.CeilMode = Op.attrInt("ceil_mode", 0) != 0;
  Rules.DropLastInPadding = Op.opset() >= 22;
  ArrayRef<int64_t> Kernel = global(Op) ? In : Op.attrInts("kernel_shape");
  if (Kernel.size() != In.size())
    return makeError("its attribute 'kernel_shape' has " +
                     Twine(Kernel.size()) + " numbers, but its operand has " +
                     Twine(In.size()) + " spatial axes");
  if (!global(Op))
    return slidingWindows(Op, In, Kernel, Rules);
  // One window over everything.
  WindowAxes Axes;
  for (size_t I = 0; I < In.size(); ++I) {
    if (In[I] < 1)
      return makeError("its spatial axis " + Twine(I) +
                       " has no elements to compute on");
    WindowAxis A;
    A.In = A.Kernel = In[I];
    Axes.push_back(A);
  }
  return Axes;
}

/// Dilations came later to poolings than to convolutions.
Error checkDilations(const ShapeContext &C) {
  int Since = C.op() == "MaxPool" ? 10 : C.op() == "LpPool" ? 18 : 19;
  if (C.opset() >= Since)
    return Error::success();
  for (int64_t D : C.attrInts("dilations"))
    if (D != 1)
      return C.fail("its attribute 'dilations' is not known before opset " +
                    Twine(Since));
  return Error::success();
}

Error shapePool(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  if (Error E = C.expectRankAtLeast(0, global(C) ? 2 : 3))
    return E;
  if (!global(C))
    if (Error E = checkDilations(C))
      return E;
  Expected<WindowAxes> Axes = axesOf(C);
  if (!Axes)
    return Axes.takeError();
  Shape Y(C.inShape(0).take_front(2));
  for (const WindowAxis &A : *Axes)
    Y.push_back(A.Out);
  if (Error E = C.setOutput(0, C.inType(0), Y))
    return E;
  return C.op() == "MaxPool" ? C.setOutput(1, ElementType::Int64, Y)
                             : Error::success();
}

//===----------------------------------------------------------------------===//
// What all share
//===----------------------------------------------------------------------===//

struct PoolSizes {
  Count Planes; ///< batch * channels
  WindowCounts Each;
  /// Additions that gather gradients of overlapping windows by position.
  [[nodiscard]] Count overlaps() const {
    return Planes * (Each.Pairs - Each.Reached);
  }
};

PoolSizes sizesOf(const OpInstance &Op) {
  PoolSizes S;
  S.Planes = Count(Op.inShape(0)[0]) * Op.inShape(0)[1];
  WindowAxes Axes = cantFail(axesOf(Op));
  S.Each = countWindows(Axes, Op.settings().SkipPaddingTaps);
  return S;
}

/// Steps that reduce each window to one number.
Count steps(const PoolSizes &S) {
  return S.Planes * (S.Each.Pairs - S.Each.Windows);
}

constexpr StringLiteral OverlapWhy =
    "gradients of windows that share a position are added";

//===----------------------------------------------------------------------===//
// Maximum
//===----------------------------------------------------------------------===//

void forwardMax(const OpInstance &Op, Work &W) {
  W.cmp(steps(sizesOf(Op)), "the maximum of each window");
}

void backwardMax(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  if (Op.hasOutput(1))
    G.savesOutput(1);
  else
    G.savesHidden(ElementType::Int64, Op.outSize(0));
  G.add(Op.outSize(0), "each gradient is added where its maximum was");
}

//===----------------------------------------------------------------------===//
// Average
//===----------------------------------------------------------------------===//

void forwardAverage(const OpInstance &Op, Work &W) {
  W.add(steps(sizesOf(Op)), "the sum of each window");
  W.div(Op.outSize(0), "each sum is divided by its number of elements");
}

void backwardAverage(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  G.div(Op.outSize(0), "each gradient is divided by its number of elements");
  G.add(sizesOf(Op).overlaps(), OverlapWhy);
}

//===----------------------------------------------------------------------===//
// Lp norm
//===----------------------------------------------------------------------===//

/// The norm's p; 0 when it is not a positive integer. (A float in opset 1.)
uint64_t normP(const OpInstance &Op) {
  int64_t P = Op.attrInt("p", 2);
  double F = Op.attrFloat("p", 2);
  if (P < 1 || !(F >= 1 && F < 1e9) || F != static_cast<double>(int64_t(F)))
    return 0;
  return P != 2 ? P : static_cast<uint64_t>(F);
}

/// Multiplications of x to the N by repeated squaring.
unsigned powerMuls(uint64_t N) {
  return N == 0 ? 0 : Log2_64(N) + popcount(N) - 1;
}

Error shapeLpPool(ShapeContext &C) {
  if (normP(C) == 0)
    return C.fail("its attribute 'p' must be a positive integer");
  return shapePool(C);
}

void forwardLp(const OpInstance &Op, Work &W) {
  uint64_t P = normP(Op);
  if (P % 2 == 1)
    W.cmp(Op.inSize(0), "|x|, for each element");
  if (P > 1)
    W.mul(Op.inSize(0) * powerMuls(P), "the power p of each element");
  W.add(steps(sizesOf(Op)), "the sum of each window");
  if (P > 1)
    W.root(P == 2 ? Elementary::Sqrt : Elementary::Pow, Op.outSize(0),
           "the root 1/p of each sum");
}

void backwardLp(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  uint64_t P = normP(Op);
  G.savesInput(0);
  if (P > 1) {
    G.savesOutput(0);
    G.mul(Op.outSize(0) * powerMuls(P - 1), "y^(p-1), for each window");
    G.div(Op.outSize(0), "dy / y^(p-1), for each window");
  }
  G.add(sizesOf(Op).overlaps(), OverlapWhy);
  if (P > 1)
    G.mul(Op.inSize(0) * (powerMuls(P - 1) + 1),
          "times |x|^(p-1), for each element");
  if (P % 2 == 1) {
    G.cmp(Op.inSize(0), "the sign of each element");
    G.sub(Op.inSize(0), "the gradient negated where it is negative");
  }
}

//===----------------------------------------------------------------------===//
// MaxUnpool
//===----------------------------------------------------------------------===//

Error shapeMaxUnpool(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 3))
    return E;
  if (Error E = C.expectRankAtLeast(0, 3))
    return E;
  ShapeRef X = C.inShape(0);
  if (C.inShape(1) != X)
    return C.fail("its indices have shape " + toString(C.inShape(1)) +
                  ", but its operand has " + toString(X));
  ArrayRef<int64_t> Kernel = C.attrInts("kernel_shape");
  if (Kernel.size() != X.size() - 2)
    return C.fail("its attribute 'kernel_shape' has " + Twine(Kernel.size()) +
                  " numbers, but its operand has " + Twine(X.size() - 2) +
                  " spatial axes");
  // Without output_shape: what the windows of a transposed convolution cover.
  Expected<WindowAxes> Axes = transposedWindows(C, X.drop_front(2), Kernel);
  if (!Axes)
    return Axes.takeError();
  Shape Y(X.take_front(2));
  for (const WindowAxis &A : *Axes)
    Y.push_back(A.In);
  if (C.hasInput(2)) {
    Expected<ArrayRef<int64_t>> Wanted = C.integers(2, "output shape");
    if (!Wanted)
      return Wanted.takeError();
    if (Wanted->size() != X.size())
      return C.fail("its output shape has " + Twine(Wanted->size()) +
                    " dimensions, but its operand has " + Twine(X.size()));
    for (size_t I = 0; I < X.size(); ++I)
      if ((*Wanted)[I] < X[I])
        return C.fail("its output shape " + toString(*Wanted) +
                      " is smaller than its operand's " + toString(X));
    Y.assign(Wanted->begin(), Wanted->end());
  }
  return C.setOutput(0, C.inType(0), Y);
}

/// The gradient is gathered from where forward put the elements.
void backwardMaxUnpool(const OpInstance &Op, GradWork &G) {
  if (G.needs(0))
    G.savesInput(1);
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

constexpr StringLiteral MaxDoc =
    "K = prod(kernel_shape); K-1 cmp for each output element; taps on padding "
    "are counted unless --skip-padding-taps";
constexpr StringLiteral MaxGradDoc =
    "one add for each output element, at the position of its maximum";
constexpr StringLiteral AverageDoc =
    "K = prod(kernel_shape); K-1 add and one div for each output element; taps "
    "on padding are counted unless --skip-padding-taps";
constexpr StringLiteral AverageGradDoc =
    "one div for each output element; add = output elements * K - batch * "
    "channels * prod(positions of the padded operand that a window reaches)";
constexpr StringLiteral LpDoc =
    "(sum |x|^p)^(1/p), K = prod(kernel_shape): x^p by repeated squaring for "
    "each input element (odd p: and one cmp for |x|); K-1 add for each output "
    "element; p > 1: one root each (sqrt for p = 2)";
constexpr StringLiteral LpGradDoc =
    "dy / y^(p-1) for each output element, added over shared positions, times "
    "|x|^(p-1) for each input element; odd p: cmp 1 and sub 1 for the sign";

constexpr OpInfo pool(StringLiteral Name, Error (*Shape)(ShapeContext &),
                      void (*Forward)(const OpInstance &, Work &),
                      void (*Backward)(const OpInstance &, GradWork &),
                      StringLiteral Doc, StringLiteral GradDoc) {
  return {.Name = Name,
          .Types = "fi",
          .Differentiable = operands(0),
          .Grad = Gradient::Rule,
          .Shape = Shape,
          .Forward = Forward,
          .Backward = Backward,
          .ForwardDoc = Doc,
          .BackwardDoc = GradDoc};
}

constexpr OpInfo Rows[] = {
    pool("MaxPool", shapePool, forwardMax, backwardMax, MaxDoc, MaxGradDoc),
    pool("GlobalMaxPool", shapePool, forwardMax, backwardMax, MaxDoc,
         MaxGradDoc),
    pool("AveragePool", shapePool, forwardAverage, backwardAverage, AverageDoc,
         AverageGradDoc),
    pool("GlobalAveragePool", shapePool, forwardAverage, backwardAverage,
         AverageDoc, AverageGradDoc),
    pool("LpPool", shapeLpPool, forwardLp, backwardLp, LpDoc, LpGradDoc),
    pool("GlobalLpPool", shapeLpPool, forwardLp, backwardLp, LpDoc, LpGradDoc),
    {.Name = "MaxUnpool",
     .Kind = OpKind::Move,
     .Types = "f i i",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeMaxUnpool,
     .Backward = backwardMaxUnpool,
     .ForwardDoc = "0 basic operations: elements are moved to their indices",
     .BackwardDoc = "0 basic operations: gradients are moved back"},
};

} // namespace

ArrayRef<OpInfo> poolingOps() { return Rows; }

} // namespace toscount
