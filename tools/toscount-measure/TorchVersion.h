//===- TorchVersion.h - which LibTorch this is ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_MEASURE_TORCHVERSION_H
#define TOSCOUNT_MEASURE_TORCHVERSION_H

#include <torch/version.h>

#define TOSCOUNT_TORCH_AT_LEAST(MAJOR, MINOR)                                  \
  (TORCH_VERSION_MAJOR > (MAJOR) ||                                            \
   (TORCH_VERSION_MAJOR == (MAJOR) && TORCH_VERSION_MINOR >= (MINOR)))

#endif // TOSCOUNT_MEASURE_TORCHVERSION_H
