//===- MacCounter.h - multiplications that really happen ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Watches LibTorch's dispatcher and counts multiply-accumulates from the sizes
/// of the tensors that convolutions and matrix products are called with, in
/// forward and backward. It knows nothing of the layer graph.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_MEASURE_MACCOUNTER_H
#define TOSCOUNT_MEASURE_MACCOUNTER_H

#include <cstdint>

namespace toscount::measure {

/// Counts from when it is made until it is gone. One at a time.
class MacCounter {
public:
  MacCounter();
  ~MacCounter();
  MacCounter(const MacCounter &) = delete;
  MacCounter &operator=(const MacCounter &) = delete;

  /// Multiply-accumulates since the last call.
  uint64_t take();

private:
  uint64_t Handle;
};

} // namespace toscount::measure

#endif // TOSCOUNT_MEASURE_MACCOUNTER_H
