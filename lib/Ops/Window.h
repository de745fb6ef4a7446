//===- Window.h - windows that slide over a tensor ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The geometry that convolutions and poolings share: kernel_shape, strides,
/// dilations, pads, auto_pad and ceil_mode, checked, and how many products,
/// positions and windows there are. Everything is separable by axis, and no
/// count takes time that grows with the sizes.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_WINDOW_H
#define TOSCOUNT_LIB_OPS_WINDOW_H

#include "toscount/Ops/OpInfo.h"

namespace toscount {

/// One spatial axis: window O (0 to Out-1) has tap T (0 to Kernel-1) at
/// position O * Stride + T * Dilation - PadBegin of a tensor of In elements.
/// A transposed convolution is described as the convolution it transposes:
/// In is its result's size and Out its operand's.
struct WindowAxis {
  int64_t In = 1, Out = 1;
  int64_t Kernel = 1, Stride = 1, Dilation = 1;
  int64_t PadBegin = 0, PadEnd = 0;
};
using WindowAxes = llvm::SmallVector<WindowAxis, 3>;

/// How an operator's attributes are to be read.
struct WindowRules {
  bool CeilMode = false;
  /// With CeilMode: a last window that would start in the end padding is left
  /// out (ONNX does so from opset 22).
  bool DropLastInPadding = false;
};

/// The spatial axes of a convolution or pooling over \p In (spatial dimensions
/// only) with kernel \p Kernel, by \p Op's strides, dilations, pads and
/// auto_pad. Fails on whatever makes no sense.
llvm::Expected<WindowAxes> slidingWindows(const OpInstance &Op, ShapeRef In,
                                          ShapeRef Kernel,
                                          const WindowRules &Rules = {});

/// The same for a transposed convolution over \p In, by output_padding and
/// output_shape too.
llvm::Expected<WindowAxes> transposedWindows(const OpInstance &Op, ShapeRef In,
                                             ShapeRef Kernel);

/// Counts of one channel of one image, multiplied over the axes.
struct WindowCounts {
  Count Pairs = 1;   ///< (Window, tap) pairs: one product or term each.
  Count Windows = 1; ///< Windows with at least one of the pairs.
  Count Taps = 1;    ///< Taps with at least one of the pairs.
  Count Reached = 1; ///< Positions with at least one of the pairs.
};

/// All pairs, those on padding included; with \p SkipPadding only the pairs
/// whose position lies in the tensor.
WindowCounts countWindows(llvm::ArrayRef<WindowAxis> Axes, bool SkipPadding);

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_WINDOW_H
