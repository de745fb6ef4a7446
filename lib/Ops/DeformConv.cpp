//===- DeformConv.cpp - deformable convolution ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A convolution whose taps are moved by offsets and interpolated between the
/// 2^axes elements around them, optionally weighted by a mask (Dai et al.,
/// arXiv:1703.06211; Zhu et al., arXiv:1811.11168).
///
//===----------------------------------------------------------------------===//

#include "Convolution.h"
#include "Families.h"
#include "Window.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

constexpr unsigned X = 0, Weight = 1, Offset = 2, Bias = 3, Mask = 4;

Error shapeDeform(ShapeContext &C) {
  if (Error E = C.expectInputs(3, 5))
    return E;
  Expected<int64_t> Outputs = checkConvolution(C, false, Bias);
  if (!Outputs)
    return Outputs.takeError();
  ShapeRef In = C.inShape(X);
  ShapeRef Kernel = C.inShape(Weight).drop_front(2);
  size_t Axes = Kernel.size();
  if (Axes > 16)
    return C.fail(Twine(Axes) + " spatial axes are too many to interpolate");
  int64_t Groups = C.attrInt("offset_group", 1);
  if (Groups < 1 || In[1] % Groups != 0)
    return C.fail("its " + Twine(In[1]) + " channels cannot be divided into " +
                  Twine(Groups) + " offset groups");
  Expected<WindowAxes> Windows = slidingWindows(C, In.drop_front(2), Kernel);
  if (!Windows)
    return Windows.takeError();
  Shape Y = {In[0], *Outputs};
  for (const WindowAxis &A : *Windows)
    Y.push_back(A.Out);
  Count Taps = elements(Kernel) * Groups;
  auto Fits = [&](unsigned I, Count Channels) {
    ShapeRef Has = C.inShape(I);
    return Has.size() == Y.size() && Has[0] == Y[0] &&
           Count(Has[1]) == Channels &&
           Has.drop_front(2) == ShapeRef(Y).drop_front(2);
  };
  if (!Fits(Offset, Taps * Axes))
    return C.fail("its offset of shape " + toString(C.inShape(Offset)) +
                  " does not fit its result of shape " + toString(Y));
  if (C.hasInput(Mask) && !Fits(Mask, Taps))
    return C.fail("its mask of shape " + toString(C.inShape(Mask)) +
                  " does not fit its result of shape " + toString(Y));
  return C.setOutput(0, C.inType(X), Y);
}

struct DeformSizes {
  Count Axes, Corners;
  Count Points;    ///< Moved taps, shared by the channels of an offset group.
  Count Samples;   ///< The same for every channel.
  Count Sharing;   ///< Channels of an offset group.
  Count Length;    ///< Of an output element's dot product.
  Count PerGroup;  ///< Output channels of a group.
  Count Positions; ///< Batch and output positions.
  bool Masked;

  explicit DeformSizes(const OpInstance &Op) {
    ShapeRef W = Op.inShape(Weight);
    ShapeRef Y = Op.outShape(0);
    int64_t Channels = Op.inShape(X)[1];
    int64_t Groups = Op.attrInt("offset_group", 1);
    Axes = W.size() - 2;
    Corners = uint64_t(1) << (W.size() - 2);
    Count Taps = elements(W.drop_front(2));
    Positions = Count(Y[0]) * elements(Y.drop_front(2));
    Points = Positions * Taps * Groups;
    Samples = Positions * Taps * Channels;
    Sharing = Channels / Groups;
    Length = Taps * W[1];
    PerGroup = W[0] / Op.attrInt("group", 1);
    Masked = Op.hasInput(Mask);
  }
};

void forwardDeform(const OpInstance &Op, Work &W) {
  DeformSizes S(Op);
  Count Coordinates = W.let("coordinates", S.Points * S.Axes,
                            "batch * offset_group * taps * positions * axes");
  W.add(Coordinates, "each tap's coordinate is moved by its offset");
  W.sub(Coordinates * 2, "the fractions on both sides of it");
  W.cmp(Coordinates * 4, "whether both neighbours are in the operand");
  W.mul(S.Points * S.Corners * (S.Axes - 1), "the weights of all corners");
  W.mul(S.Samples * S.Corners, "each sample: its weighted corners");
  W.add(S.Samples * (S.Corners - 1), "each sample: their sum");
  if (S.Masked)
    W.mul(S.Samples, "each sample times its mask");
  W.dots(Op.outSize(0), S.Length,
         "each output element is a dot product of samples and weights");
  if (Op.hasInput(Bias))
    W.add(Op.outSize(0), "the bias, for each output element");
}

/// The gradient of the offsets: how the interpolation changes along each axis.
void offsetGradient(GradWork &G, const DeformSizes &S) {
  Count Pairs = S.Corners / 2;
  Count Each = S.Samples * S.Axes;
  if (S.Axes > 2)
    G.mul(S.Points * S.Axes * Pairs * (S.Axes - 2),
          "dOffset: the weights along the other axes");
  G.sub(Each * Pairs, "dOffset: differences of corners along the axis");
  if (S.Axes > 1)
    G.mul(Each * Pairs, "dOffset: weighted");
  G.add(Each * (Pairs - 1), "dOffset: and summed");
  G.mul(Each, "dOffset: times the sample's gradient");
  G.sums(S.Points * S.Axes, S.Sharing,
         "dOffset: summed over the channels of an offset group");
}

void backwardDeform(const OpInstance &Op, GradWork &G) {
  DeformSizes S(Op);
  if (G.needs(Weight)) {
    G.savesHidden(G.type(), S.Samples);
    G.dots(Op.inSize(Weight), S.Positions,
           "dW: a dot product over batch and positions for each weight");
  }
  if (G.needs(Bias))
    G.sums(Op.outShape(0)[1], S.Positions,
           "db: the gradient summed over batch and positions");
  bool Moves = G.needs(X) || G.needs(Offset);
  if (!Moves && !G.needs(Mask))
    return;
  G.savesInput(Weight);
  G.dots(S.Samples, S.PerGroup,
         "each sample's gradient: a dot product over output channels");
  if (G.needs(Mask)) {
    // With dW the masked samples are kept; these are those before the mask.
    G.savesHidden(G.type(), S.Samples);
    G.mul(S.Samples, "dMask: times the sample");
    G.sums(S.Points, S.Sharing,
           "dMask: summed over the channels of an offset group");
  }
  if (!Moves)
    return;
  // Fractions on both sides, and where the lower neighbour is.
  G.savesHidden(G.type(), S.Points * S.Axes * 2);
  G.savesHidden(ElementType::Int64, S.Points * S.Axes);
  if (S.Masked) {
    G.savesInput(Mask);
    G.mul(S.Samples, "each sample's gradient times its mask");
  }
  if (G.needs(X)) {
    G.savesHidden(G.type(), S.Points * S.Corners);
    G.mul(S.Samples * S.Corners, "dX: times the weights of its corners");
    G.add(S.Samples * S.Corners, "dX: added to its corners");
  }
  if (G.needs(Offset)) {
    G.savesInput(X);
    offsetGradient(G, S);
  }
}

constexpr OpInfo Rows[] = {
    {.Name = "DeformConv",
     .Since = 19,
     .Types = "Tf Tf Tf Tf Tf",
     .Trainable = operands(Weight, Bias),
     .Differentiable = operands(X, Weight, Offset, Bias, Mask),
     .Grad = Gradient::Rule,
     .Shape = shapeDeform,
     .Forward = forwardDeform,
     .Backward = backwardDeform,
     .ForwardDoc =
         "P = batch * offset_group * taps * positions points, each an add, 2 "
         "sub and 4 cmp an axis and (axes-1)*2^axes mul; each of its samples "
         "(one a channel) 2^axes mul and 2^axes-1 add, one more mul with a "
         "mask; then as Conv",
     .BackwardDoc =
         "dW, db as Conv; samples: a dot product of length c_out/group each; "
         "dMask: one mul a sample, summed over channels; dX: 2^axes mul and "
         "add "
         "a sample; dOffset: for each sample and axis 2^axes/2 sub and mul, "
         "2^axes/2-1 add, one mul, summed over channels"},
};

} // namespace

ArrayRef<OpInfo> deformConvOps() { return Rows; }

} // namespace toscount
