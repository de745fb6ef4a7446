//===- Sensors.h - meters of this machine's sensors -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_METERS_SENSORS_H
#define TOSCOUNT_LIB_METERS_SENSORS_H

#include "toscount/Meters/Meter.h"

#include <chrono>
#include <cstdint>

namespace toscount {

inline double secondsSince(std::chrono::steady_clock::time_point Then) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - Then)
      .count();
}

inline double unixNow() {
  return std::chrono::duration<double>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// The first line of a file of sysfs; false when it can't be read.
bool readLine(const std::string &Path, std::string &Line);
/// The whole number that the first line is; false for anything else.
bool readCount(const std::string &Path, uint64_t &Count);

/// Intel's and AMD's package counters in the powercap tree \p Root.
std::unique_ptr<Meter> raplMeter(const std::string &Root, std::string &Problem);

/// NVIDIA GPUs, by the library \p Library: their energy counters, or, for GPUs
/// before Volta, their power, sampled.
std::unique_ptr<Meter> nvmlMeter(const std::string &Library,
                                 std::string &Problem);

/// Sensors of power and energy in \p Root, the tree /sys/class/hwmon.
std::unique_ptr<Meter> hwmonMeter(const std::string &Root,
                                  std::string &Problem);

/// The wattmeter's log that \p Spec names (parsePowerLog).
std::unique_ptr<Meter> logMeter(const std::string &Spec, std::string &Problem);

/// \p Parts read one after the other, as one. What a part sees that an earlier
/// one has counted is not added to the total again.
std::unique_ptr<Meter> joinedMeter(std::vector<std::unique_ptr<Meter>> Parts);

} // namespace toscount

#endif // TOSCOUNT_LIB_METERS_SENSORS_H
