//===- Sensors.h - meters of this machine's sensors -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_METERS_SENSORS_H
#define TOSCOUNT_LIB_METERS_SENSORS_H

#include "toscount/Meters/Meter.h"

#include <chrono>

namespace toscount {

inline double secondsSince(std::chrono::steady_clock::time_point Then) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - Then)
      .count();
}

/// Intel's and AMD's package counters in the powercap tree \p Root.
std::unique_ptr<Meter> raplMeter(const std::string &Root, std::string &Problem);

/// The total-energy counters of NVIDIA GPUs (Volta and later), by the library
/// \p Library.
std::unique_ptr<Meter> nvmlMeter(const std::string &Library,
                                 std::string &Problem);

/// \p Parts read one after the other, as one.
std::unique_ptr<Meter> joinedMeter(std::vector<std::unique_ptr<Meter>> Parts);

} // namespace toscount

#endif // TOSCOUNT_LIB_METERS_SENSORS_H
