//===- Layers.h - the layers that networks share --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Convolution, pooling, normalization, activation and linear layers as
/// PyTorch's exporter writes them (NCHW, Gemm with transposed weights).
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_ZOO_LAYERS_H
#define TOSCOUNT_LIB_ZOO_LAYERS_H

#include "toscount/Zoo/GraphBuilder.h"

namespace toscount {

/// A value of shape N x Channels x Height x Width.
struct Image {
  ValueId Id = NoId;
  int64_t Channels = 0, Height = 0, Width = 0;

  /// Elements of one sample.
  [[nodiscard]] int64_t size() const { return Channels * Height * Width; }
};

/// A square window. Pad is on every side.
struct Window {
  int64_t Kernel = 1, Stride = 1, Pad = 0, Groups = 1;
  bool Bias = true;
};

/// Input \p Name of shape N x Channels x Height x Width.
Image imageInput(GraphBuilder &B, llvm::StringLiteral Name, int64_t Channels,
                 int64_t Height, int64_t Width);

/// The shape of what \p W makes of \p X, as yet without a value.
Image slide(const Image &X, const Window &W, int64_t Channels);

Image conv(GraphBuilder &B, const llvm::Twine &Scope, const Image &X,
           int64_t Channels, const Window &W);
Image batchNorm(GraphBuilder &B, const llvm::Twine &Scope, const Image &X);
Image maxPool(GraphBuilder &B, const llvm::Twine &Scope, const Image &X,
              const Window &W);
/// \p Op (Conv or a pooling) over \p Operands, of which \p X is the first,
/// padded so that as many positions remain as \p Stride leaves ("same").
Image slideSame(GraphBuilder &B, llvm::StringLiteral Op, const Image &X,
                int64_t Channels, int64_t Kernel, int64_t Stride,
                llvm::ArrayRef<ValueId> Operands, int64_t Groups = 1);
/// A depthwise convolution, then a 1x1 one; "same" padding, no biases.
Image separableConv(GraphBuilder &B, llvm::StringLiteral Name, const Image &X,
                    int64_t Channels, int64_t Kernel, int64_t Stride);
/// The mean over height and width, as N x Channels.
ValueId globalAverage(GraphBuilder &B, const Image &X);
/// N x Channels*Height*Width.
ValueId flatten(GraphBuilder &B, const Image &X);

/// x W^T + b, from \p In features to \p Out.
ValueId linear(GraphBuilder &B, const llvm::Twine &Scope, ValueId X, int64_t In,
               int64_t Out, bool Bias = true);

/// \p Name is "none" or one of the activations that specs can name: "relu",
/// "sigmoid", "tanh", "gelu", "softplus".
ValueId activate(GraphBuilder &B, llvm::StringRef Name, ValueId X);
Image activate(GraphBuilder &B, llvm::StringRef Name, Image X);

} // namespace toscount

#endif // TOSCOUNT_LIB_ZOO_LAYERS_H
