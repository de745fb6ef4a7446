//===- Layers.cpp - the layers that networks share ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Layers.h"

using namespace llvm;

namespace toscount {

Image imageInput(GraphBuilder &B, StringLiteral Name, int64_t Channels,
                 int64_t Height, int64_t Width) {
  ValueId Id = B.input(Name, ElementType::Float32, {Channels, Height, Width});
  return {Id, Channels, Height, Width};
}

Image slide(const Image &X, const Window &W, int64_t Channels) {
  auto Positions = [&](int64_t Size) {
    return (Size + 2 * W.Pad - W.Kernel) / W.Stride + 1;
  };
  return {NoId, Channels, Positions(X.Height), Positions(X.Width)};
}

static SmallVector<Attribute, 8> windowAttributes(GraphBuilder &B,
                                                  const Window &W) {
  SmallVector<Attribute, 8> List = {
      B.integers("kernel_shape", {W.Kernel, W.Kernel})};
  if (W.Stride != 1)
    List.push_back(B.integers("strides", {W.Stride, W.Stride}));
  if (W.Pad != 0)
    List.push_back(B.integers("pads", {W.Pad, W.Pad, W.Pad, W.Pad}));
  if (W.Groups != 1)
    List.push_back(GraphBuilder::integer("group", W.Groups));
  return List;
}

Image conv(GraphBuilder &B, const Twine &Name, const Image &X, int64_t Channels,
           const Window &W) {
  GraphBuilder::Scope S(B, Name);
  Image Y = slide(X, W, Channels);
  SmallVector<ValueId, 3> In = {
      X.Id, B.weight("weight",
                     {Channels, X.Channels / W.Groups, W.Kernel, W.Kernel})};
  if (W.Bias)
    In.push_back(B.weight("bias", {Channels}));
  Y.Id = B.node("Conv", In, windowAttributes(B, W));
  return Y;
}

Image batchNorm(GraphBuilder &B, const Twine &Name, const Image &X) {
  GraphBuilder::Scope S(B, Name);
  Image Y = X;
  Y.Id = B.node("BatchNormalization", {X.Id, B.weight("weight", {X.Channels}),
                                       B.weight("bias", {X.Channels}),
                                       B.weight("running_mean", {X.Channels}),
                                       B.weight("running_var", {X.Channels})});
  return Y;
}

Image maxPool(GraphBuilder &B, const Twine &Name, const Image &X,
              const Window &W) {
  GraphBuilder::Scope S(B, Name);
  Image Y = slide(X, W, X.Channels);
  Y.Id = B.node("MaxPool", {X.Id}, windowAttributes(B, W));
  return Y;
}

Image slideSame(GraphBuilder &B, StringLiteral Op, const Image &X,
                int64_t Channels, int64_t Kernel, int64_t Stride,
                ArrayRef<ValueId> Operands, int64_t Groups) {
  SmallVector<Attribute, 4> List = {
      GraphBuilder::text("auto_pad", "SAME_UPPER"),
      B.integers("kernel_shape", {Kernel, Kernel}),
      B.integers("strides", {Stride, Stride})};
  if (Groups != 1)
    List.push_back(GraphBuilder::integer("group", Groups));
  return {B.node(Op, Operands, List), Channels,
          (X.Height + Stride - 1) / Stride, (X.Width + Stride - 1) / Stride};
}

Image separableConv(GraphBuilder &B, StringLiteral Name, const Image &X,
                    int64_t Channels, int64_t Kernel, int64_t Stride) {
  GraphBuilder::Scope S(B, Name);
  Image Y = slideSame(
      B, "Conv", X, X.Channels, Kernel, Stride,
      {X.Id, B.weight("depthwise.weight", {X.Channels, 1, Kernel, Kernel})},
      X.Channels);
  Y.Id =
      B.node("Conv",
             {Y.Id, B.weight("pointwise.weight", {Channels, X.Channels, 1, 1})},
             {B.integers("kernel_shape", {1, 1})});
  Y.Channels = Channels;
  return Y;
}

ValueId globalAverage(GraphBuilder &B, const Image &X) {
  ValueId Mean = B.node("GlobalAveragePool", {X.Id});
  return B.node("Flatten", {Mean});
}

ValueId flatten(GraphBuilder &B, const Image &X) {
  return B.node("Flatten", {X.Id});
}

ValueId linear(GraphBuilder &B, const Twine &Name, ValueId X, int64_t In,
               int64_t Out, bool Bias) {
  GraphBuilder::Scope S(B, Name);
  SmallVector<ValueId, 3> Operands = {X, B.weight("weight", {Out, In})};
  if (Bias)
    Operands.push_back(B.weight("bias", {Out}));
  return B.node("Gemm", Operands, {GraphBuilder::integer("transB", 1)});
}

ValueId activate(GraphBuilder &B, StringRef Name, ValueId X) {
  if (Name == "none")
    return X;
  if (Name == "gelu") {
    B.needsOpset(20);
    return B.node("Gelu", {X});
  }
  if (Name == "sigmoid")
    return B.node("Sigmoid", {X});
  if (Name == "tanh")
    return B.node("Tanh", {X});
  if (Name == "softplus")
    return B.node("Softplus", {X});
  return B.node("Relu", {X});
}

Image activate(GraphBuilder &B, StringRef Name, Image X) {
  X.Id = activate(B, Name, X.Id);
  return X;
}

} // namespace toscount
