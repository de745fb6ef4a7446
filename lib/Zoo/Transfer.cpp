//===- Transfer.cpp - bases of keras.applications, and a head -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Features.h"
#include "Networks.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace toscount {
namespace {

// -- ResNet50 of keras.applications: biases in its convolutions, and the stride
// of a block in its first one.

Image convBn(GraphBuilder &B, const Twine &Name, const Image &X,
             int64_t Channels, const Window &W) {
  GraphBuilder::Scope S(B, Name);
  return batchNorm(B, "bn", conv(B, "conv", X, Channels, W));
}

Image resNetBlock(GraphBuilder &B, const Image &X, int64_t Width,
                  int64_t Stride) {
  ValueId Short = X.Id;
  if (X.Channels != 4 * Width)
    Short = convBn(B, "0", X, 4 * Width, {1, Stride}).Id;
  Image Y = activate(B, "relu", convBn(B, "1", X, Width, {1, Stride}));
  Y = activate(B, "relu", convBn(B, "2", Y, Width, {3, 1, 1}));
  Y = convBn(B, "3", Y, 4 * Width, {1});
  Y.Id = B.node("Add", {Short, Y.Id});
  return activate(B, "relu", Y);
}

Image resNet50Features(GraphBuilder &B, Image X) {
  X = activate(B, "relu", convBn(B, "conv1", X, 64, {7, 2, 3}));
  X = maxPool(B, "pool1", X, {3, 2, 1});
  constexpr int64_t Blocks[] = {3, 4, 6, 3};
  for (int64_t Stage = 0; Stage < 4; ++Stage)
    for (int64_t I = 0; I < Blocks[Stage]; ++I) {
      GraphBuilder::Scope S(B, "conv" + Twine(Stage + 2) + "_block" +
                                   Twine(I + 1));
      X = resNetBlock(B, X, int64_t{64} << Stage, Stage > 0 && I == 0 ? 2 : 1);
    }
  return X;
}

// -- F. Chollet, "Xception: deep learning with depthwise separable
// convolutions", CVPR 2017, figure 5.

/// Separable convolutions to \p Widths, with a ReLU before each but, where
/// \p FirstRelu is false, the first.
Image separableStack(GraphBuilder &B, Image X, ArrayRef<int64_t> Widths,
                     bool FirstRelu) {
  for (size_t I = 0; I < Widths.size(); ++I) {
    GraphBuilder::Scope S(B, "sepconv" + Twine(I + 1));
    if (I != 0 || FirstRelu)
      X = activate(B, "relu", X);
    X = batchNorm(B, "bn", separableConv(B, "conv", X, Widths[I], 3, 1));
  }
  return X;
}

/// Two separable convolutions and a pooling, beside a strided 1x1 convolution.
Image xceptionReduction(GraphBuilder &B, int64_t Number, const Image &X,
                        int64_t First, int64_t Second) {
  GraphBuilder::Scope S(B, "block" + Twine(Number));
  ValueId Short = convBn(B, "residual", X, Second, {1, 2, 0, 1, false}).Id;
  Image Y = separableStack(B, X, {First, Second}, Number > 2);
  Y = slideSame(B, "MaxPool", Y, Second, 3, 2, {Y.Id});
  Y.Id = B.node("Add", {Y.Id, Short});
  return Y;
}

Image xceptionFeatures(GraphBuilder &B, Image X) {
  X = activate(B, "relu", convBn(B, "conv1", X, 32, {3, 2, 0, 1, false}));
  X = activate(B, "relu", convBn(B, "conv2", X, 64, {3, 1, 0, 1, false}));
  X = xceptionReduction(B, 2, X, 128, 128);
  X = xceptionReduction(B, 3, X, 256, 256);
  X = xceptionReduction(B, 4, X, 728, 728);
  for (int64_t I = 5; I <= 12; ++I) {
    GraphBuilder::Scope S(B, "block" + Twine(I));
    Image Y = separableStack(B, X, {728, 728, 728}, true);
    X.Id = B.node("Add", {Y.Id, X.Id});
  }
  X = xceptionReduction(B, 13, X, 728, 1024);
  GraphBuilder::Scope S(B, "block14");
  X = separableStack(B, X, {1536, 2048}, false);
  return activate(B, "relu", X);
}

Image features(GraphBuilder &B, StringRef Base, const Image &X,
               int64_t Percent) {
  GraphBuilder::Scope S(B, "base");
  if (Base == "resnet50")
    return resNet50Features(B, X);
  if (Base == "vgg16")
    return vggFeatures(B, X, "16", false);
  if (Base == "xception")
    return xceptionFeatures(B, X);
  if (Base == "nasnet-mobile")
    return nasNetMobileFeatures(B, X);
  return mobileNetV2Features(B, X, Percent);
}

/// The widths of the hidden layers.
Error parseHead(StringRef Text, StringRef Base,
                SmallVectorImpl<int64_t> &Widths) {
  constexpr size_t MaxLayers = 8;
  constexpr int64_t MaxWidth = 65'536;
  if (Text == "published")
    Text = StringSwitch<StringRef>(Base)
               .Case("resnet50", "1024/512")
               .Case("xception", "1024")
               .Case("vgg16", "none")
               .Default("512");
  if (Text == "none")
    return Error::success();
  SmallVector<StringRef, 4> Parts;
  Text.split(Parts, '/');
  for (StringRef Part : Parts) {
    int64_t Width = 0;
    if (Part.getAsInteger(10, Width) || Width < 1 || Width > MaxWidth ||
        Parts.size() > MaxLayers)
      return makeError("'head' is '" + printable(Text) +
                       "', but it is published, none, or up to " +
                       Twine(MaxLayers) + " whole numbers from 1 to " +
                       Twine(MaxWidth) + " joined by '/'");
    Widths.push_back(Width);
  }
  return Error::success();
}

} // namespace

Error buildTransfer(GraphBuilder &B, const ZooValues &V) {
  constexpr int64_t DefaultPercent = 50;
  int64_t Size = V["size"], Percent = V["width"], Classes = V["classes"];
  StringRef Base = V.text("base");
  SmallVector<int64_t, 4> Hidden;
  if (Error E = parseHead(V.text("head"), Base, Hidden))
    return E;
  if (Base == "xception" && Size < 71)
    return makeError("'size' is " + Twine(Size) +
                     ", but xception takes images of 71 pixels and more");
  if (Base != "mobilenet-v2" && Percent != DefaultPercent)
    return makeError("'width' is for the base mobilenet-v2 only");
  Image X = imageInput(B, "image", 3, Size, Size);
  X = features(B, Base, X, Percent);
  GraphBuilder::Scope S(B, "head");
  ValueId Y = globalAverage(B, X);
  int64_t Width = X.Channels;
  for (size_t I = 0; I < Hidden.size(); ++I) {
    Y = linear(B, "dense" + Twine(I + 1), Y, Width, Hidden[I]);
    Y = activate(B, "relu", Y);
    Width = Hidden[I];
  }
  Y = linear(B, "predictions", Y, Width, Classes);
  if (Classes == 1)
    B.output("probability", activate(B, "sigmoid", Y), {1});
  else
    B.output("logits", Y, {Classes});
  return Error::success();
}

} // namespace toscount
