//===- Vision.cpp - convolutional networks of ImageNet --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// ResNet, VGG and MobileNetV2 as torchvision defines them, and features that other networks build on.
///
//===----------------------------------------------------------------------===//

#include "Features.h"
#include "Layers.h"
#include "Networks.h"

#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace toscount {
namespace {

Image colourInput(GraphBuilder &B, const ZooValues &V) {
  return imageInput(B, "image", 3, V["size"], V["size"]);
}

// -- ResNet.

/// Blocks in each of the four stages.
struct ResNetShape {
  int64_t Depth;
  int64_t Blocks[4];
  bool Bottleneck;
};

constexpr ResNetShape ResNets[] = {
    {18, {2, 2, 2, 2}, false},  {34, {3, 4, 6, 3}, false},
    {50, {3, 4, 6, 3}, true},   {101, {3, 4, 23, 3}, true},
    {152, {3, 8, 36, 3}, true},
};

/// A convolution without bias and its BatchNormalization, numbered.
Image convBn(GraphBuilder &B, int64_t Number, const Image &X, int64_t Channels,
             Window W) {
  W.Bias = false;
  Image Y = conv(B, "conv" + Twine(Number), X, Channels, W);
  return batchNorm(B, "bn" + Twine(Number), Y);
}

/// The stride lies in the 3x3 convolution ("version 1.5").
Image residualBlock(GraphBuilder &B, const Image &X, int64_t Width,
                    int64_t Stride, bool Bottleneck) {
  int64_t Channels = Bottleneck ? 4 * Width : Width;
  Image Y;
  if (Bottleneck) {
    Y = activate(B, "relu", convBn(B, 1, X, Width, {1}));
    Y = activate(B, "relu", convBn(B, 2, Y, Width, {3, Stride, 1}));
    Y = convBn(B, 3, Y, Channels, {1});
  } else {
    Y = activate(B, "relu", convBn(B, 1, X, Width, {3, Stride, 1}));
    Y = convBn(B, 2, Y, Channels, {3, 1, 1});
  }
  ValueId Short = X.Id;
  if (Stride != 1 || X.Channels != Channels) {
    GraphBuilder::Scope S(B, "downsample");
    Image Z = conv(B, "0", X, Channels, {1, Stride, 0, 1, false});
    Short = batchNorm(B, "1", Z).Id;
  }
  Y.Id = B.node("Add", {Y.Id, Short});
  return activate(B, "relu", Y);
}

// -- MobileNetV2.

/// The multiple of 8 nearest to \p Channels times \p Percent, but at least 8
/// and not less than nine tenths of it.
int64_t scaled(int64_t Channels, int64_t Percent) {
  int64_t Exact = Channels * Percent; // In hundredths.
  int64_t Rounded = std::max<int64_t>(8, (Exact + 400) / 800 * 8);
  return Rounded * 1000 < 9 * Exact ? Rounded + 8 : Rounded;
}

Image relu6(GraphBuilder &B, Image X) {
  X.Id = B.node("Clip", {X.Id, B.scalar("min", 0.0), B.scalar("max", 6.0)});
  return X;
}

Image convBnRelu6(GraphBuilder &B, const Twine &Name, const Image &X,
                  int64_t Channels, Window W) {
  GraphBuilder::Scope S(B, Name);
  W.Bias = false;
  return relu6(B, batchNorm(B, "1", conv(B, "0", X, Channels, W)));
}

Image invertedResidual(GraphBuilder &B, const Image &X, int64_t Expansion,
                       int64_t Channels, int64_t Stride) {
  GraphBuilder::Scope S(B, "conv");
  int64_t Hidden = X.Channels * Expansion, At = 0;
  Image Y = X;
  if (Expansion != 1)
    Y = convBnRelu6(B, Twine(At++), Y, Hidden, {1});
  Y = convBnRelu6(B, Twine(At++), Y, Hidden, {3, Stride, 1, Hidden});
  Y = conv(B, Twine(At++), Y, Channels, {1, 1, 0, 1, false});
  Y = batchNorm(B, Twine(At), Y);
  if (Stride == 1 && X.Channels == Channels)
    Y.Id = B.node("Add", {X.Id, Y.Id});
  return Y;
}

} // namespace

Error buildResNet(GraphBuilder &B, const ZooValues &V) {
  const ResNetShape *Shape = ResNets;
  while (std::to_string(Shape->Depth) != V.text("depth"))
    ++Shape;
  Image X = colourInput(B, V);
  X = activate(B, "relu", convBn(B, 1, X, 64, {7, 2, 3}));
  X = maxPool(B, "maxpool", X, {3, 2, 1});
  for (int64_t Stage = 0; Stage < 4; ++Stage) {
    GraphBuilder::Scope S(B, "layer" + Twine(Stage + 1));
    for (int64_t I = 0; I < Shape->Blocks[Stage]; ++I) {
      GraphBuilder::Scope Block(B, Twine(I));
      X = residualBlock(B, X, int64_t{64} << Stage, Stage > 0 && I == 0 ? 2 : 1,
                        Shape->Bottleneck);
    }
  }
  B.output("logits",
           linear(B, "fc", globalAverage(B, X), X.Channels, V["classes"]),
           {V["classes"]});
  return Error::success();
}

Image vggFeatures(GraphBuilder &B, Image X, StringRef Depth, bool Normalize) {
  // Convolutions before each of the five poolings.
  StringRef Plan = StringSwitch<StringRef>(Depth)
                       .Case("11", "11222")
                       .Case("13", "22222")
                       .Case("16", "22333")
                       .Default("22444");
  GraphBuilder::Scope S(B, "features");
  int64_t At = 0, Channels = 64;
  for (char Convs : Plan) {
    for (; Convs != '0'; --Convs) {
      X = conv(B, Twine(At++), X, Channels, {3, 1, 1});
      if (Normalize)
        X = batchNorm(B, Twine(At++), X);
      GraphBuilder::Scope Inner(B, Twine(At++));
      X = activate(B, "relu", X);
    }
    X = maxPool(B, Twine(At++), X, {2, 2});
    Channels = std::min<int64_t>(2 * Channels, 512);
  }
  return X;
}

Error buildVgg(GraphBuilder &B, const ZooValues &V) {
  Image X =
      vggFeatures(B, colourInput(B, V), V.text("depth"), V.text("bn") == "1");
  ValueId Y = flatten(B, X);
  GraphBuilder::Scope S(B, "classifier");
  int64_t Width = X.size();
  for (int64_t I = 0; I < 2; ++I) {
    Y = linear(B, Twine(3 * I), Y, Width, 4096);
    Y = activate(B, "relu", Y);
    Y = B.node("Dropout", {Y, B.scalar("ratio", 0.5)});
    Width = 4096;
  }
  B.output("logits", linear(B, "6", Y, Width, V["classes"]), {V["classes"]});
  return Error::success();
}

Image mobileNetV2Features(GraphBuilder &B, Image X, int64_t Percent) {
  struct Stage {
    int64_t Expansion, Channels, Blocks, Stride;
  };
  // Table 2 of the paper.
  constexpr Stage Stages[] = {{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2},
                              {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2},
                              {6, 320, 1, 1}};
  GraphBuilder::Scope S(B, "features");
  int64_t At = 0;
  X = convBnRelu6(B, Twine(At++), X, scaled(32, Percent), {3, 2, 1});
  for (const Stage &T : Stages)
    for (int64_t I = 0; I < T.Blocks; ++I) {
      GraphBuilder::Scope Block(B, Twine(At++));
      X = invertedResidual(B, X, T.Expansion, scaled(T.Channels, Percent),
                           I == 0 ? T.Stride : 1);
    }
  return convBnRelu6(B, Twine(At), X,
                     scaled(1280, std::max<int64_t>(Percent, 100)), {1});
}

Error buildMobileNetV2(GraphBuilder &B, const ZooValues &V) {
  Image X = mobileNetV2Features(B, colourInput(B, V), V["width"]);
  ValueId Y = globalAverage(B, X);
  GraphBuilder::Scope S(B, "classifier");
  Y = B.node("Dropout", {Y, B.scalar("ratio", 0.2)});
  B.output("logits", linear(B, "1", Y, X.Channels, V["classes"]),
           {V["classes"]});
  return Error::success();
}

} // namespace toscount
