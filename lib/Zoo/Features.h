//===- Features.h - networks without their heads --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_ZOO_FEATURES_H
#define TOSCOUNT_LIB_ZOO_FEATURES_H

#include "Layers.h"

namespace toscount {

// Vision.cpp

/// \p Depth is "11", "13", "16" or "19".
Image vggFeatures(GraphBuilder &B, Image X, llvm::StringRef Depth,
                  bool Normalize);
/// \p Percent of the published width.
Image mobileNetV2Features(GraphBuilder &B, Image X, int64_t Percent);

// NasNet.cpp

/// NASNet-A (4 @ 1056).
Image nasNetMobileFeatures(GraphBuilder &B, Image X);

} // namespace toscount

#endif // TOSCOUNT_LIB_ZOO_FEATURES_H
