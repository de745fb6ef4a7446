//===- Machine.h - this machine and its LibTorch --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What differs between versions of LibTorch and between devices, and what
/// records say of the machine.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_MEASURE_MACHINE_H
#define TOSCOUNT_MEASURE_MACHINE_H

#include "Job.h"

#include <ATen/ATen.h>

namespace toscount::measure {

/// "cpu" or "cuda:N"; throws Failure (NotHere) for a device that is not here.
at::Device parseDevice(const std::string &Name);

/// Waits until everything that was launched on \p Device has run.
void synchronize(at::Device Device);

/// Computes at \p Datatype by autocast while it lives; fp32 changes nothing.
/// Throws Failure for what the device can't do.
class Autocast {
public:
  Autocast(const std::string &Datatype, at::Device Device);
  ~Autocast();
  Autocast(const Autocast &) = delete;
  Autocast &operator=(const Autocast &) = delete;

private:
  bool Enabled;
  at::Device Device;
};

/// Throws Failure unless \p Device can compute at \p Datatype.
void checkDatatype(const std::string &Datatype, at::Device Device);

/// Members for a record: hardware, host, versions, clocks, load.
Json machineFacts(at::Device Device);

} // namespace toscount::measure

#endif // TOSCOUNT_MEASURE_MACHINE_H
