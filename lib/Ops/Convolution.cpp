//===- Convolution.cpp - convolutions -------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Conv and ConvTranspose over any number of spatial axes. One is the other's
/// gradient, so both count the same (window, tap) pairs (Window.h) and differ
/// only in which tensor each sum belongs to.
///
//===----------------------------------------------------------------------===//

#include "Convolution.h"

#include "Families.h"
#include "Window.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {

Expected<int64_t> checkConvolution(const ShapeContext &C, bool Transposed,
                                   unsigned Bias) {
  if (Error E = C.expectRankAtLeast(0, 3))
    return E;
  ShapeRef X = C.inShape(0);
  ShapeRef W = C.inShape(1);
  if (Error E = C.expectRank(1, X.size()))
    return E;
  int64_t Group = C.attrInt("group", 1);
  if (Group < 1)
    return C.fail("its attribute 'group' is " + Twine(Group) +
                  ", but must be at least 1");
  // The weight's leading dimensions: [M, C/group] or, transposed, [C, M/group].
  if (W[0] < 1 || W[1] < 1 || W[0] % Group != 0)
    return C.fail("its weight of shape " + toString(W) +
                  " cannot be divided into " + Twine(Group) + " groups");
  int64_t Second = 0;
  if (__builtin_mul_overflow(W[1], Group, &Second))
    return C.fail("its weight of shape " + toString(W) + " in " + Twine(Group) +
                  " groups has more channels than any memory holds");
  int64_t Channels = Transposed ? W[0] : Second;
  int64_t Outputs = Transposed ? Second : W[0];
  if (X[1] != Channels)
    return C.fail("its operand has " + Twine(X[1]) +
                  " channels, but its weight of shape " + toString(W) +
                  " takes " + Twine(Channels) +
                  (Group == 1 ? Twine("") : " in " + Twine(Group) + " groups"));
  ArrayRef<int64_t> Kernel = C.attrInts("kernel_shape");
  if (!Kernel.empty() && Kernel != W.drop_front(2))
    return C.fail("its attribute 'kernel_shape' is " + toString(Kernel) +
                  ", but its weight has shape " + toString(W));
  if (C.hasInput(Bias)) {
    if (Error E = C.expectRank(Bias, 1))
      return E;
    if (C.inShape(Bias)[0] != Outputs)
      return C.fail("its bias has " + Twine(C.inShape(Bias)[0]) +
                    " elements for " + Twine(Outputs) + " output channels");
  }
  return Outputs;
}

namespace {

/// What both operators' rules need, from checked shapes.
struct ConvSizes {
  Count Batch;
  Count Narrow; ///< Channels of the window's sums: the convolved tensor's.
  Count Wide;   ///< Channels of the windows.
  Count Muls;   ///< Batch * Wide * Narrow / group * pairs.
  Count Weights;
  WindowCounts Each;
};

bool transposed(const OpInstance &Op) { return Op.op() == "ConvTranspose"; }

Expected<WindowAxes> axesOf(const OpInstance &Op) {
  ShapeRef In = Op.inShape(0).drop_front(2);
  ShapeRef Kernel = Op.inShape(1).drop_front(2);
  return transposed(Op) ? transposedWindows(Op, In, Kernel)
                        : slidingWindows(Op, In, Kernel);
}

ConvSizes sizesOf(const OpInstance &Op) {
  ConvSizes S;
  WindowAxes Axes = cantFail(axesOf(Op));
  S.Each = countWindows(Axes, Op.settings().SkipPaddingTaps);
  S.Batch = Op.inShape(0)[0];
  // Both operators' weights are [windows' channels, convolved / group, ...].
  int64_t Group = Op.attrInt("group", 1);
  S.Wide = Op.inShape(1)[0];
  Count PerGroup = Op.inShape(1)[1];
  S.Narrow = PerGroup * Group;
  S.Muls = S.Batch * S.Wide * PerGroup * S.Each.Pairs;
  S.Weights = S.Wide * PerGroup * S.Each.Taps;
  return S;
}

/// Products of the convolution, summed by window.
void byWindow(const OpInstance &Op, Work &W, const ConvSizes &S,
              ProductRole Role, StringRef Why) {
  W.as(Role, S.Wide / Op.attrInt("group", 1), S.Each.Taps);
  if (Op.settings().SkipPaddingTaps) {
    W.macs(S.Muls, S.Muls - S.Batch * S.Wide * S.Each.Windows, Why);
    return;
  }
  Count Outputs = W.let("windows", S.Batch * S.Wide * S.Each.Windows,
                        "batch * channels * positions");
  Count K = W.let("K", Count(Op.inShape(1)[1]) * S.Each.Taps,
                  "W.shape[1] * prod(kernel_shape)");
  W.dots(Outputs, K, Why);
}

/// The same products, each added to the position it reaches.
void byPosition(const OpInstance &Op, Work &W, const ConvSizes &S,
                ProductRole Role, StringRef Why) {
  W.as(Role, Op.inShape(1)[1], S.Each.Taps);
  Count Reached = W.let("reached", S.Batch * S.Narrow * S.Each.Reached,
                        "batch * channels * positions that a tap reaches");
  // An empty batch reaches nothing.
  W.macs(S.Muls, S.Muls == 0 ? Count(0) : S.Muls - Reached, Why);
}

void byWeight(const OpInstance &Op, Work &W, const ConvSizes &S,
              StringRef Why) {
  W.as(ProductRole::WeightGradient, S.Wide / Op.attrInt("group", 1),
       S.Each.Taps);
  W.macs(S.Muls, S.Muls == 0 ? Count(0) : S.Muls - S.Weights, Why);
}

Error shapeConv(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 3))
    return E;
  bool Transposed = transposed(C);
  Expected<int64_t> Outputs = checkConvolution(C, Transposed, 2);
  if (!Outputs)
    return Outputs.takeError();
  Expected<WindowAxes> Axes = axesOf(C);
  if (!Axes)
    return Axes.takeError();
  Shape Y = {C.inShape(0)[0], *Outputs};
  for (const WindowAxis &A : *Axes)
    Y.push_back(Transposed ? A.In : A.Out);
  return C.setOutput(0, C.inType(0), Y);
}

void forwardConv(const OpInstance &Op, Work &W) {
  ConvSizes S = sizesOf(Op);
  byWindow(Op, W, S, ProductRole::Forward,
           "each output element is a dot product of length K");
  if (Op.hasInput(2))
    W.add(Op.outSize(0), "the bias, for each output element");
}

void forwardConvTranspose(const OpInstance &Op, Work &W) {
  ConvSizes S = sizesOf(Op);
  byPosition(Op, W, S, ProductRole::Forward,
             "every input element meets every tap; the products that "
             "reach one position are added");
  if (Op.hasInput(2))
    W.add(Op.outSize(0), "the bias, for each output element");
}

/// The bias's gradient.
void biasGradient(const OpInstance &Op, GradWork &G) {
  ShapeRef Y = Op.outShape(0);
  G.sums(Y[1], Count(Y[0]) * elements(Y.drop_front(2)),
         "db: the gradient summed over batch and positions");
}

void backwardConv(const OpInstance &Op, GradWork &G) {
  ConvSizes S = sizesOf(Op);
  if (G.needs(0)) {
    G.savesInput(1);
    byPosition(Op, G, S, ProductRole::DataGradient,
               "dX: the transposed convolution of dY with W");
  }
  if (G.needs(1)) {
    G.savesInput(0);
    byWeight(Op, G, S,
             "dW: a dot product over batch and positions for each weight");
  }
  if (G.needs(2))
    biasGradient(Op, G);
}

void backwardConvTranspose(const OpInstance &Op, GradWork &G) {
  ConvSizes S = sizesOf(Op);
  if (G.needs(0)) {
    G.savesInput(1);
    byWindow(Op, G, S, ProductRole::DataGradient,
             "dX: the convolution of dY with W");
  }
  if (G.needs(1)) {
    G.savesInput(0);
    byWeight(Op, G, S,
             "dW: a dot product over batch and positions for each weight");
  }
  if (G.needs(2))
    biasGradient(Op, G);
}

constexpr OpInfo Rows[] = {
    {.Name = "Conv",
     .Types = "Tf Tf Tf",
     .Trainable = operands(1, 2),
     .Differentiable = operands(0, 1, 2),
     .Grad = Gradient::Rule,
     .Shape = shapeConv,
     .Forward = forwardConv,
     .Backward = backwardConv,
     .ForwardDoc =
         "K = c_in/group * prod(kernel_shape); each output element is a dot "
         "product of length K (K mul, K-1 add), one more add with a bias; taps "
         "on padding are counted unless --skip-padding-taps",
     .BackwardDoc =
         "dX: as many mul as forward, add = mul - batch * c_in * "
         "prod(positions "
         "of the padded operand that at least one tap reaches); dW: one dot "
         "product of length batch * prod(output positions) for each weight "
         "element; db: batch * prod(output positions) - 1 add for each "
         "channel"},
    {.Name = "ConvTranspose",
     .Types = "Tf Tf Tf",
     .Trainable = operands(1, 2),
     .Differentiable = operands(0, 1, 2),
     .Grad = Gradient::Rule,
     .Shape = shapeConv,
     .Forward = forwardConvTranspose,
     .Backward = backwardConvTranspose,
     .ForwardDoc =
         "mul = input elements * c_out/group * prod(kernel_shape); add = mul - "
         "batch * c_out * prod(positions of the uncropped output that at least "
         "one tap reaches), and one for each output element with a bias",
     .BackwardDoc =
         "dX: one dot product of length c_out/group * prod(kernel_shape) for "
         "each input element; dW: one of length batch * prod(input positions) "
         "for each weight element; db: batch * prod(output positions) - 1 add "
         "for each channel"},
};

} // namespace

ArrayRef<OpInfo> convolutionOps() { return Rows; }

} // namespace toscount
