//===- ContribNormalization.cpp - fused normalizations --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// ONNX Runtime's normalizations: with the residual addition before them, with
/// the embeddings before them, with an activation after them.
/// SimplifiedLayerNormalization is RMSNormalization; exports have it in the
/// standard domain too.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "Fusion.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

/// Dimensions of operand 0, those from \p Axis on made 1.
Shape statistics(const Fusion &F, size_t Axis) {
  Shape Dims(F.op().inShape(0));
  std::fill(Dims.begin() + static_cast<ptrdiff_t>(Axis), Dims.end(), 1);
  return Dims;
}

/// Where a row begins; an error for an axis that operand 0 does not have.
Expected<size_t> checkedAxis(const Fusion &F, int64_t Axis) {
  auto Rank = static_cast<int64_t>(F.op().inShape(0).size());
  if (Axis < -Rank || Axis >= Rank)
    return F.fail("its attribute 'axis' is " + Twine(Axis) +
                  ", outside its operand of shape " +
                  toString(F.op().inShape(0)));
  return OpInstance::axis(Axis, static_cast<size_t>(Rank));
}

// -- LayerNormalization and RMSNormalization.

/// RMSNormalization of \p X by operand \p Scale is result 0; one over the root
/// mean square is result \p Inverse.
Error simplified(Fusion &F, ValueId X, unsigned Scale, unsigned Inverse) {
  int64_t Axis = F.op().attrInt("axis", -1);
  Expected<size_t> First = checkedAxis(F, Axis);
  if (!First)
    return First.takeError();
  F.result(
      0, F.apply("RMSNormalization", {X, F.in(Scale)}, {F.attr("axis", Axis)}));
  if (F.op().hasOutput(Inverse)) {
    ValueId Rms = F.constant(ElementType::Float32, statistics(F, *First));
    F.result(Inverse, F.apply("Reciprocal", {Rms}));
  }
  return Error::success();
}

Error defineSimplified(Fusion &F) {
  if (Error E = F.expectOperands(2, 2, 1))
    return E;
  return simplified(F, F.in(0), 1, 1);
}

/// Operand 0, operand 1 and, if there is one, the bias.
Expected<ValueId> skipSum(Fusion &F, unsigned Bias) {
  ValueId Sum = F.apply("Add", {F.in(0), F.in(1)});
  if (F.op().hasInput(Bias)) {
    if (Error E = F.expectShape(Bias, {F.op().inShape(0).back()}))
      return E;
    Sum = F.apply("Add", {Sum, F.in(Bias)});
  }
  if (Error E = F.expectLikeInput(Sum))
    return E;
  return Sum;
}

Error defineSkipLayer(Fusion &F) {
  if (Error E = F.expectOperands(3, 5, 2))
    return E;
  Expected<ValueId> Sum = skipSum(F, 4);
  if (!Sum)
    return Sum.takeError();
  SmallVector<ValueId, 4> Y =
      F.applyAll("LayerNormalization", {*Sum, F.in(2), F.in(3)}, 3, {});
  for (unsigned O = 0; O < 3; ++O)
    F.result(O, Y[O]);
  F.result(3, *Sum);
  return Error::success();
}

Error defineSkipSimplified(Fusion &F) {
  if (Error E = F.expectOperands(3, 4, 2))
    return E;
  Expected<ValueId> Sum = skipSum(F, 3);
  if (!Sum)
    return Sum.takeError();
  // Its mean exists for symmetry only: nothing computes it.
  if (F.op().hasOutput(1))
    return F.fail("it has a result 1, a mean, which it does not compute");
  if (Error E = simplified(F, *Sum, 2, 2))
    return E;
  F.result(3, *Sum);
  return Error::success();
}

// -- EmbedLayerNormalization.

Error defineEmbed(Fusion &F) {
  enum {
    Ids,
    Segments,
    Words,
    Positions,
    SegmentTable,
    Gamma,
    Beta,
    Mask,
    PositionIds
  };
  if (Error E = F.expectOperands(1, 9, 2))
    return E;
  for (unsigned I : {Words, Positions, Gamma, Beta})
    if (!F.op().hasInput(I))
      return F.fail("operand " + Twine(I) + " is missing");
  if (F.op().hasInput(Segments) != F.op().hasInput(SegmentTable))
    return F.fail("it has only one of segment_ids and segment_embedding");
  Shape Dims(F.op().inShape(Ids));
  if (Dims.size() != 2)
    return F.fail("operand 0 has shape " + toString(Dims) +
                  ", but must be [batch, sequence]");
  for (unsigned I : {Words, Positions, SegmentTable})
    if (F.op().hasInput(I) && F.op().inShape(I).size() != 2)
      return F.fail("operand " + Twine(I) + " has shape " +
                    toString(F.op().inShape(I)) +
                    ", but must be a table of embeddings");
  for (unsigned I : {Segments, Mask})
    if (Error E = F.expectShape(I, Dims))
      return E;
  ValueId Sum = F.apply("Gather", {F.in(Words), F.in(Ids)});
  ValueId Position = NoId;
  if (F.op().hasInput(PositionIds)) {
    Position = F.apply("Gather", {F.in(Positions), F.in(PositionIds)});
  } else {
    // The first rows of the table.
    ShapeRef Table = F.op().inShape(Positions);
    if (Table[0] < Dims[1])
      return F.fail("a sequence of " + Twine(Dims[1]) +
                    " has more positions than its table of shape " +
                    toString(Table));
    ValueId Rows = F.constant(ElementType::Int64, {1, Dims[1]});
    Position = F.apply("Gather", {F.in(Positions), Rows});
  }
  Sum = F.apply("Add", {Sum, Position});
  if (F.op().hasInput(Segments))
    Sum = F.apply(
        "Add", {Sum, F.apply("Gather", {F.in(SegmentTable), F.in(Segments)})});
  F.result(0, F.apply("LayerNormalization", {Sum, F.in(Gamma), F.in(Beta)}));
  if (F.op().hasOutput(1)) {
    // The tokens of each sentence that are not padding, counted.
    ValueId Lengths = F.constant(ElementType::Int32, {Dims[0]});
    if (F.op().hasInput(Mask))
      Lengths = F.apply("ReduceSum", {F.in(Mask), F.integers({1})},
                        {F.attr("keepdims", 0)});
    F.result(1, Lengths);
  }
  F.result(2, Sum);
  return Error::success();
}

// -- GroupNorm.

/// GroupNormalization of \p X, and SiLU after it when asked for.
Error groupNorm(Fusion &F, ValueId X) {
  ShapeRef Dims = F.op().inShape(0);
  bool Last = F.op().attrInt("channels_last", 1) != 0;
  Shape First(Dims);
  if (Last)
    std::rotate(First.begin() + 1, First.end() - 1, First.end());
  ValueId Y =
      F.apply("GroupNormalization", {F.arrange({X}, First), F.in(1), F.in(2)},
              {F.attr("num_groups", F.op().attrInt("groups", 0))});
  int64_t Activation = F.op().attrInt("activation", 0);
  if (Activation != 0 && Activation != 1)
    return F.fail("its attribute 'activation' is " + Twine(Activation) +
                  ", but must be 0 or 1");
  if (Activation == 1)
    Y = F.apply("Swish", {Y});
  F.result(0, F.arrange({Y}, Dims));
  return Error::success();
}

Error defineGroupNorm(Fusion &F) {
  if (Error E = F.expectOperands(3, 3, 3))
    return E;
  return groupNorm(F, F.in(0));
}

Error defineSkipGroupNorm(Fusion &F) {
  if (Error E = F.expectOperands(4, 5, 3))
    return E;
  ShapeRef Dims = F.op().inShape(0);
  bool Last = F.op().attrInt("channels_last", 1) != 0;
  size_t Axis = Last ? Dims.size() - 1 : 1;
  ValueId Skip = F.in(3);
  // One number for each channel of each image.
  auto PerChannel = [&](ValueId Id, int64_t Batch) {
    Shape To(Dims.size(), 1);
    To[0] = Batch;
    To[Axis] = Dims[Axis];
    return F.arrange({Id}, To);
  };
  if (F.op().inShape(3).size() == 2) {
    if (Error E = F.expectShape(3, {Dims[0], Dims[Axis]}))
      return E;
    Skip = PerChannel(Skip, Dims[0]);
  }
  ValueId Sum = F.apply("Add", {F.in(0), Skip});
  if (F.op().hasInput(4)) {
    if (Error E = F.expectShape(4, {Dims[Axis]}))
      return E;
    Sum = F.apply("Add", {Sum, PerChannel(F.in(4), 1)});
  }
  if (Error E = F.expectLikeInput(Sum))
    return E;
  if (Error E = groupNorm(F, Sum))
    return E;
  F.result(1, Sum);
  return Error::success();
}

constexpr OpInfo Rows[] = {
    {.Name = "SimplifiedLayerNormalization",
     .Trainable = operands(1),
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineSimplified>,
     .Forward = forwardFused<defineSimplified>,
     .Backward = backwardFused<defineSimplified>,
     .ForwardDoc = "as RMSNormalization; its second result is one div a row",
     .BackwardDoc = "as RMSNormalization"},
    {.Name = "SimplifiedLayerNormalization",
     .Domain = "com.microsoft",
     .Trainable = operands(1),
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineSimplified>,
     .Forward = forwardFused<defineSimplified>,
     .Backward = backwardFused<defineSimplified>,
     .ForwardDoc = "as RMSNormalization; its second result is one div a row",
     .BackwardDoc = "as RMSNormalization"},
    {.Name = "SkipLayerNormalization",
     .Domain = "com.microsoft",
     .Trainable = operands(2, 3, 4),
     .Differentiable = operands(0, 1, 2, 3, 4),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineSkipLayer>,
     .Forward = forwardFused<defineSkipLayer>,
     .Backward = backwardFused<defineSkipLayer>,
     .ForwardDoc = "layernorm(input + skip + bias): Add (two with bias), "
                   "LayerNormalization over the last dimension",
     .BackwardDoc = "as LayerNormalization; both sums' gradients are one "
                    "tensor, and dbias is summed"},
    {.Name = "SkipSimplifiedLayerNormalization",
     .Domain = "com.microsoft",
     .Trainable = operands(2, 3),
     .Differentiable = operands(0, 1, 2, 3),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineSkipSimplified>,
     .Forward = forwardFused<defineSkipSimplified>,
     .Backward = backwardFused<defineSkipSimplified>,
     .ForwardDoc = "rmsnorm(input + skip + bias): Add (two with bias), "
                   "RMSNormalization over the last dimension",
     .BackwardDoc = "as RMSNormalization; both sums' gradients are one "
                    "tensor, and dbias is summed"},
    {.Name = "EmbedLayerNormalization",
     .Domain = "com.microsoft",
     .Trainable = operands(2, 3, 4, 5, 6),
     .Differentiable = operands(2, 3, 4, 5, 6),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineEmbed>,
     .Forward = forwardFused<defineEmbed>,
     .Backward = backwardFused<defineEmbed>,
     .ForwardDoc =
         "layernorm(word + position + segment embedding): three Gather, two "
         "Add, LayerNormalization; positions without position_ids are read and "
         "added once a sequence position; mask_index: the mask's rows summed",
     .BackwardDoc = "as LayerNormalization; each table's gradient is "
                    "scatter-added"},
    {.Name = "GroupNorm",
     .Domain = "com.microsoft",
     .Trainable = operands(1, 2),
     .Differentiable = operands(0, 1, 2),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineGroupNorm>,
     .Forward = forwardFused<defineGroupNorm>,
     .Backward = backwardFused<defineGroupNorm>,
     .ForwardDoc = "GroupNormalization in groups; activation=1: Swish after it",
     .BackwardDoc = "as Swish and GroupNormalization"},
    {.Name = "SkipGroupNorm",
     .Domain = "com.microsoft",
     .Trainable = operands(1, 2, 4),
     .Differentiable = operands(0, 1, 2, 3, 4),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineSkipGroupNorm>,
     .Forward = forwardFused<defineSkipGroupNorm>,
     .Backward = backwardFused<defineSkipGroupNorm>,
     .ForwardDoc = "groupnorm(X + skip + bias): Add (two with bias), "
                   "GroupNormalization; activation=1: Swish after it",
     .BackwardDoc = "as Swish, GroupNormalization and Add"},
};

} // namespace

ArrayRef<OpInfo> contribNormalizationOps() { return Rows; }

} // namespace toscount
