//===- Dense.cpp - networks of linear layers ------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Multilayer perceptrons: a list of widths, an activation between.
///
//===----------------------------------------------------------------------===//

#include "Layers.h"
#include "Networks.h"

using namespace llvm;

namespace toscount {
namespace {

/// Linear layers from \p Widths to \p Widths; \p Act after all but the last,
/// \p Last after that.
ValueId stack(GraphBuilder &B, ValueId X, ArrayRef<int64_t> Widths,
              StringRef Act, StringRef Last) {
  for (size_t I = 1; I < Widths.size(); ++I) {
    std::string Name = "fc" + std::to_string(I);
    X = linear(B, Name, X, Widths[I - 1], Widths[I]);
    GraphBuilder::Scope S(B, Name);
    X = activate(B, I + 1 == Widths.size() ? Last : Act, X);
  }
  return X;
}

ValueId featureInput(GraphBuilder &B, int64_t Features) {
  return B.input("features", ElementType::Float32, {Features});
}

/// Pixels of one image of FashionMNIST, MNIST or CIFAR-10.
int64_t pixels(const ZooValues &V) {
  return V.text("data") == "cifar10" ? 3 * 32 * 32 : 28 * 28;
}

Error buildDense(GraphBuilder &B, const ZooValues &V,
                 ArrayRef<int64_t> Widths) {
  ValueId X = featureInput(B, Widths.front());
  B.output("logits", stack(B, X, Widths, V.text("act"), "none"),
           {Widths.back()});
  return Error::success();
}

} // namespace

Error buildDnn(GraphBuilder &B, const ZooValues &V) {
  SmallVector<int64_t, 8> Widths = {V["inputs"]};
  Widths.append(V["layers"], V["width"]);
  Widths.push_back(1);
  ValueId X = featureInput(B, Widths.front());
  B.output("probability", stack(B, X, Widths, V.text("act"), "sigmoid"), {1});
  return Error::success();
}

Error buildDenseLinear(GraphBuilder &B, const ZooValues &V) {
  int64_t Layers = V["layers"], Inputs = pixels(V), Classes = V["classes"];
  SmallVector<int64_t, 16> Widths;
  // The nearest whole number to the straight line from inputs to classes.
  for (int64_t I = 0; I <= Layers; ++I)
    Widths.push_back((2 * (Inputs * (Layers - I) + Classes * I) + Layers) /
                     (2 * Layers));
  return buildDense(B, V, Widths);
}

Error buildDensePoly(GraphBuilder &B, const ZooValues &V) {
  int64_t Layers = V["layers"], Classes = V["classes"];
  SmallVector<int64_t, 16> Widths = {pixels(V)};
  for (int64_t I = 1; I < Layers; ++I)
    Widths.push_back(std::max(Widths.back() / 2, Classes));
  Widths.push_back(Classes);
  return buildDense(B, V, Widths);
}

Error buildMlp(GraphBuilder &B, const ZooValues &V) {
  SmallVector<int64_t, 8> Widths = {V["inputs"]};
  Widths.append(V["layers"], V["width"]);
  Widths.push_back(V["classes"]);
  return buildDense(B, V, Widths);
}

} // namespace toscount
