//===- FakeNvml.cpp - a library with NVML's ABI, for tests ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Two GPUs whose counters grow by 1 500 and 250 mJ a reading, from 10^12 and
/// 7 mJ; a test may make them older: see FakeNvml.h.
///
//===----------------------------------------------------------------------===//

#include "FakeNvml.h"

#include <cstdio>

extern "C" {

FakeNvml fakeNvml;

int nvmlInit_v2() { return 0; }
int nvmlShutdown() { return 0; }
int nvmlDeviceGetCount_v2(unsigned *Count) {
  *Count = 2;
  return 0;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned Index, void **Device) {
  static unsigned Devices[] = {0, 1};
  *Device = &Devices[Index];
  return 0;
}
int nvmlDeviceGetName(void *Device, char *Name, unsigned Length) {
  std::snprintf(Name, Length, "Fake %u", *static_cast<unsigned *>(Device));
  return 0;
}
int nvmlDeviceGetTotalEnergyConsumption(void *Device,
                                        unsigned long long *EnergyMj) {
  const int NotSupported = 3;
  if (!fakeNvml.Counts[*static_cast<unsigned *>(Device)])
    return NotSupported;
  static unsigned long long Energy[] = {1000000000000ULL - 1500, 7 - 250 + 250};
  static const unsigned long long Step[] = {1500, 250};
  unsigned I = *static_cast<unsigned *>(Device);
  Energy[I] += Step[I];
  *EnergyMj = Energy[I];
  return 0;
}
int nvmlDeviceGetPowerManagementLimit(void *, unsigned *LimitMw) {
  *LimitMw = 250000;
  return 0;
}
int nvmlDeviceGetPowerUsage(void *Device, unsigned *PowerMw) {
  const int GpuIsLost = 15;
  ++fakeNvml.PowerReadings;
  *PowerMw = fakeNvml.PowerMw[*static_cast<unsigned *>(Device)];
  return fakeNvml.Lost ? GpuIsLost : 0;
}
int nvmlDeviceGetArchitecture(void *, unsigned *Architecture) {
  *Architecture = fakeNvml.Architecture;
  return 0;
}
const char *nvmlErrorString(int) { return "an error"; }

} // extern "C"
