//===- Convolutional.cpp - plain convolutional networks -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The convolutional networks of C. Li, A. Tsourdos, W. Guo, "A transistor
/// operations model for deep learning energy consumption scaling law", and of
/// T. Yarally et al., "Uncovering energy-efficient practices in deep learning
/// training".
///
//===----------------------------------------------------------------------===//

#include "Layers.h"
#include "Networks.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {

Error buildCnn(GraphBuilder &B, const ZooValues &V) {
  // Table II gives layers 2 to 6 and 7 to 10; layer 1 is taken as the former.
  constexpr int64_t Kernels[] = {3, 3, 3, 3, 3, 3, 4, 5, 6, 7};
  int64_t Channels = V["channels"], Size = V["size"];
  bool Same = V.text("padding") == "same";
  Image X = imageInput(B, "image", 3, Size, Size);
  for (int64_t I = 0; I < V["depth"]; ++I) {
    int64_t Kernel = Kernels[I];
    GraphBuilder::Scope S(B, "conv" + Twine(I + 1));
    Image Y = slide(X, {Kernel}, Channels);
    if (Same)
      Y = {NoId, Channels, Size, Size};
    if (Y.Height < 1)
      return makeError("layer " + Twine(I + 1) + " would slide a kernel of " +
                       Twine(Kernel) + " over " + Twine(X.Height) +
                       " pixels; give a larger 'size'");
    SmallVector<Attribute, 2> Window = {
        B.integers("kernel_shape", {Kernel, Kernel})};
    // Even kernels need one more column on one side.
    if (Same)
      Window.push_back(GraphBuilder::text("auto_pad", "SAME_UPPER"));
    Y.Id = B.node("Conv",
                  {X.Id,
                   B.weight("weight", {Channels, X.Channels, Kernel, Kernel}),
                   B.weight("bias", {Channels})},
                  Window);
    X = activate(B, V.text("act"), Y);
  }
  B.output("maps", X.Id, {X.Channels, X.Height, X.Width});
  return Error::success();
}

Error buildSimpleCnn(GraphBuilder &B, const ZooValues &V) {
  int64_t Convs = V["conv"], Relus = V["relu"], Classes = V["classes"];
  if (Relus > Convs)
    return makeError("'relu' is " + Twine(Relus) +
                     ", more than 'conv', which is " + Twine(Convs));
  Image X = V.text("data") == "cifar10" ? imageInput(B, "image", 3, 32, 32)
                                        : imageInput(B, "image", 1, 28, 28);
  for (int64_t I = 0; I < Convs; ++I) {
    std::string Name = "block" + std::to_string(I + 1);
    GraphBuilder::Scope S(B, Name);
    if (X.Height < 2)
      return makeError("'conv' is " + Twine(Convs) + ", but after " + Twine(I) +
                       " layers one pixel is left to pool");
    X = conv(B, "conv", X, V["channels"], {3, 1, 1});
    X = batchNorm(B, "bn", X);
    X = activate(B, I < Relus ? "relu" : "none", X);
    X = maxPool(B, "pool", X, {2, 2});
  }
  ValueId Y = flatten(B, X);
  int64_t Width = X.size(), Layers = V["linear"];
  for (int64_t I = 1; I <= Layers; ++I) {
    int64_t Half = I == 1 && V["hidden"] > 0 ? V["hidden"] : Width / 2;
    int64_t Next = I == Layers ? Classes : std::max(Half, Classes);
    Y = linear(B, "fc" + Twine(I), Y, Width, Next);
    Width = Next;
  }
  B.output("logits", Y, {Classes});
  return Error::success();
}

} // namespace toscount
