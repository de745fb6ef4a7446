//===- LeNet.cpp - LeNet-5 and its Bayesian forms -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// LeNet-5 as E. Cueto-Mendoza and J. Kelleher train it ("A framework for
/// measuring the training efficiency of a neural architecture"): full
/// connections from S2 to C3, max pooling, 6w and 16w filters, 120w and 84
/// features. LeNet's images are 32x32: MNIST's 28x28 are padded by 2 in the
/// first convolution, which costs what images resized to 32x32 without padding
/// do.
///
//===----------------------------------------------------------------------===//

#include "Layers.h"
#include "Networks.h"

using namespace llvm;

namespace toscount {
namespace {

/// What the three networks do differently.
enum class Kind : uint8_t { Plain, Bayesian, Dropout };

class LeNet {
public:
  LeNet(GraphBuilder &B, const ZooValues &V, Kind K)
      : B(B), V(V), K(K), Act(V.text("act")) {}

  void build() {
    int64_t Scale = V["scale"];
    bool Mnist = V.text("data") == "mnist";
    Image X = Mnist ? imageInput(B, "image", 1, 28, 28)
                    : imageInput(B, "image", 3, 32, 32);
    X = convolve("conv1", X, 6 * Scale, Mnist ? 2 : 0);
    X = maxPool(B, "pool1", X, {2, 2});
    X = convolve("conv2", X, 16 * Scale, 0);
    X = maxPool(B, "pool2", X, {2, 2});
    ValueId Y = flatten(B, X);
    Y = connect("fc1", Y, X.size(), 120 * Scale);
    Y = connect("fc2", Y, 120 * Scale, 84);
    Y = linearLayer("fc3", Y, 84, V["classes"]);
    B.output("logits", Y, {V["classes"]});
  }

private:
  /// A parameter; of the Bayesian network, one drawn at every step:
  /// w = mu + softplus(rho) * eps, eps ~ N(0, 1). Equation 6 of C. Blundell et
  /// al., "Weight uncertainty in neural networks", ICML 2015.
  ValueId parameter(StringLiteral Name, ShapeRef Dims) {
    if (K != Kind::Bayesian)
      return B.weight(Name, Dims);
    GraphBuilder::Scope S(B, Name);
    ValueId Mean = B.weight("mu", Dims);
    ValueId Rho = B.weight("rho", Dims);
    ValueId Noise = B.node("RandomNormalLike", {Mean});
    ValueId Deviation = B.node("Softplus", {Rho});
    return B.node("Add", {Mean, B.node("Mul", {Deviation, Noise})});
  }

  ValueId dropout(ValueId X) {
    if (K != Kind::Dropout)
      return X;
    return B.node("Dropout", {X, B.scalar("ratio", 0.5)});
  }

  Image convolve(StringRef Name, const Image &X, int64_t Channels,
                 int64_t Pad) {
    GraphBuilder::Scope S(B, Name);
    constexpr int64_t Kernel = 5;
    Image Y = slide(X, {Kernel, 1, Pad}, Channels);
    ValueId Weight =
        parameter("weight", {Channels, X.Channels, Kernel, Kernel});
    ValueId Bias = parameter("bias", {Channels});
    SmallVector<Attribute, 2> Window = {
        B.integers("kernel_shape", {Kernel, Kernel})};
    if (Pad != 0)
      Window.push_back(B.integers("pads", {Pad, Pad, Pad, Pad}));
    Y.Id =
        activate(B, Act, dropout(B.node("Conv", {X.Id, Weight, Bias}, Window)));
    return Y;
  }

  ValueId linearLayer(StringRef Name, ValueId X, int64_t In, int64_t Out) {
    GraphBuilder::Scope S(B, Name);
    ValueId Weight = parameter("weight", {Out, In});
    ValueId Bias = parameter("bias", {Out});
    return B.node("Gemm", {X, Weight, Bias},
                  {GraphBuilder::integer("transB", 1)});
  }

  ValueId connect(StringRef Name, ValueId X, int64_t In, int64_t Out) {
    ValueId Y = linearLayer(Name, X, In, Out);
    GraphBuilder::Scope S(B, Name);
    return activate(B, Act, dropout(Y));
  }

  GraphBuilder &B;
  const ZooValues &V;
  Kind K;
  StringRef Act;
};

} // namespace

Error buildLeNet(GraphBuilder &B, const ZooValues &V) {
  LeNet(B, V, Kind::Plain).build();
  return Error::success();
}

Error buildBayesianLeNet(GraphBuilder &B, const ZooValues &V) {
  LeNet(B, V, Kind::Bayesian).build();
  return Error::success();
}

Error buildDropoutLeNet(GraphBuilder &B, const ZooValues &V) {
  LeNet(B, V, Kind::Dropout).build();
  return Error::success();
}

} // namespace toscount
