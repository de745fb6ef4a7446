//===- NasNet.cpp - NASNet-A ----------------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// B. Zoph, V. Vasudevan, J. Shlens, Q. Le, "Learning transferable
/// architectures for scalable image recognition", CVPR 2018, figure 4, with the
/// details of keras.applications. A cell has two inputs: the last cell's result
/// and that of the cell before, which is first adjusted to the size and the
/// channels that it needs.
///
//===----------------------------------------------------------------------===//

#include "Features.h"

using namespace llvm;

namespace toscount {
namespace {

class NasNet {
public:
  explicit NasNet(GraphBuilder &B) : B(B) {}

  Image build(Image X) {
    constexpr int64_t Blocks = 4, Filters = 1056 / 24;
    X = conv(B, "stem", X, 32, {3, 2, 0, 1, false});
    Now = batchNorm(B, "stem_bn", X);
    reduction("stem_1", Filters / 4);
    reduction("stem_2", Filters / 2);
    int64_t Number = 0;
    for (int64_t Scale : {1, 2, 4}) {
      if (Scale != 1)
        reduction("reduce_" + Twine(Number), Filters * Scale);
      for (int64_t I = 0; I < Blocks; ++I)
        normal("cell_" + Twine(Number++), Filters * Scale);
    }
    return activate(B, "relu", Now);
  }

private:
  Image relu(const Image &X) { return activate(B, "relu", X); }

  /// Two depthwise-separable convolutions, each after a ReLU.
  Image separable(StringRef Name, const Image &X, int64_t Filters,
                  int64_t Kernel, int64_t Stride = 1) {
    GraphBuilder::Scope S(B, Name);
    Image Y = separableConv(B, "1", relu(X), Filters, Kernel, Stride);
    Y = separableConv(B, "2", relu(batchNorm(B, "bn1", Y)), Filters, Kernel, 1);
    return batchNorm(B, "bn2", Y);
  }

  Image pool(StringLiteral Op, const Image &X, int64_t Stride) {
    return slideSame(B, Op, X, X.Channels, 3, Stride, {X.Id});
  }

  Image add(const Image &X, const Image &Y) {
    Image Z = X;
    Z.Id = B.node("Add", {X.Id, Y.Id});
    return Z;
  }

  Image concat(ArrayRef<Image> Parts) {
    Image Y = Parts.front();
    Y.Channels = 0;
    SmallVector<ValueId, 6> Ids;
    for (const Image &Part : Parts) {
      Ids.push_back(Part.Id);
      Y.Channels += Part.Channels;
    }
    Y.Id = B.node("Concat", Ids, {GraphBuilder::integer("axis", 1)});
    return Y;
  }

  Image project(StringRef Name, const Image &X, int64_t Filters) {
    return conv(B, Name, X, Filters, {1, 1, 0, 1, false});
  }

  /// Every second position of \p X, from the first.
  Image subsample(const Image &X) {
    return slideSame(B, "AveragePool", X, X.Channels, 1, 2, {X.Id});
  }

  /// The result of the cell before the last, at the last one's size.
  Image adjusted(int64_t Filters) {
    GraphBuilder::Scope S(B, "adjust");
    if (Before.Id == NoId)
      return Now;
    if (Before.Width != Now.Width) {
      Image P = relu(Before);
      Image First = project("conv1", subsample(P), Filters / 2);
      // The other half sees the image shifted by one.
      Image Shifted = P;
      Shifted.Id =
          B.node("Pad", {P.Id, B.constant("pads", {0, 0, 0, 0, 0, 0, 1, 1})});
      Shifted.Id =
          B.node("Slice", {Shifted.Id, B.constant("starts", {1, 1}),
                           B.constant("ends", {P.Height + 1, P.Width + 1}),
                           B.constant("axes", {2, 3})});
      Image Second = project("conv2", subsample(Shifted), Filters / 2);
      return batchNorm(B, "bn", concat({First, Second}));
    }
    if (Before.Channels != Filters)
      return batchNorm(B, "bn", project("conv", relu(Before), Filters));
    return Before;
  }

  void finish(const Image &Y) {
    Before = Now;
    Now = Y;
  }

  void normal(const Twine &Name, int64_t Filters) {
    GraphBuilder::Scope S(B, Name);
    Image P = adjusted(Filters);
    Image H = batchNorm(B, "bn", project("conv", relu(Now), Filters));
    Image X1 = add(separable("left1", H, Filters, 5),
                   separable("right1", P, Filters, 3));
    Image X2 = add(separable("left2", P, Filters, 5),
                   separable("right2", P, Filters, 3));
    Image X3 = add(pool("AveragePool", H, 1), P);
    Image X4 = add(pool("AveragePool", P, 1), pool("AveragePool", P, 1));
    Image X5 = add(separable("left5", H, Filters, 3), H);
    finish(concat({P, X1, X2, X3, X4, X5}));
  }

  void reduction(const Twine &Name, int64_t Filters) {
    GraphBuilder::Scope S(B, Name);
    Image P = adjusted(Filters);
    Image H = batchNorm(B, "bn", project("conv", relu(Now), Filters));
    Image X1 = add(separable("left1", H, Filters, 5, 2),
                   separable("right1", P, Filters, 7, 2));
    Image X2 =
        add(pool("MaxPool", H, 2), separable("right2", P, Filters, 7, 2));
    Image X3 =
        add(pool("AveragePool", H, 2), separable("right3", P, Filters, 5, 2));
    Image X4 = add(X2, pool("AveragePool", X1, 1));
    Image X5 = add(separable("left5", X1, Filters, 3), pool("MaxPool", H, 2));
    finish(concat({X2, X3, X4, X5}));
  }

  GraphBuilder &B;
  Image Now, Before;
};

} // namespace

Image nasNetMobileFeatures(GraphBuilder &B, Image X) {
  return NasNet(B).build(X);
}

} // namespace toscount
