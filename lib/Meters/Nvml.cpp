//===- Nvml.cpp - energy of NVIDIA GPUs -----------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// NVML comes with the driver, so it is loaded when it is asked for, and its
/// functions are declared here (NVML API reference, "Device Queries").
///
/// GPUs from Volta on count millijoules. Of others power is sampled: "on Ampere
/// (except GA100) or newer GPUs" what is read is an average over one second,
/// before those it is the power of the moment, renewed every 20 to 100 ms
/// (Yang, Adamek, Armour: Part-time Power Measurements, arXiv:2312.02741).
///
//===----------------------------------------------------------------------===//

#include "SensorMeter.h"

#include <algorithm>
#include <array>
#include <utility>

#include <dlfcn.h>

namespace toscount {
namespace {

using Device = void *;
constexpr int Success = 0;
constexpr unsigned MostDevices = 64;

struct Nvml {
  int (*Init)() = nullptr;
  int (*Shutdown)() = nullptr;
  int (*Count)(unsigned *) = nullptr;
  int (*Handle)(unsigned, Device *) = nullptr;
  int (*Name)(Device, char *, unsigned) = nullptr;
  /// Millijoules since the driver was loaded; drivers before 384 have it not.
  int (*Energy)(Device, unsigned long long *) = nullptr;
  int (*Power)(Device, unsigned *) = nullptr;        ///< Milliwatts.
  int (*Architecture)(Device, unsigned *) = nullptr; ///< Optional.
  int (*PowerLimit)(Device, unsigned *) = nullptr;   ///< Milliwatts; optional.
  const char *(*ErrorText)(int) = nullptr;

  [[nodiscard]] std::string why(int Code) const {
    const char *Text = ErrorText != nullptr ? ErrorText(Code) : nullptr;
    return Text != nullptr ? Text : "NVML error " + std::to_string(Code);
  }
};

template <typename F> bool find(void *Library, const char *Name, F &Function) {
  Function = reinterpret_cast<F>(::dlsym(Library, Name));
  return Function != nullptr;
}

constexpr unsigned Ampere = 7; ///< NVML_DEVICE_ARCH_AMPERE
constexpr std::chrono::milliseconds Period(50);
/// How often counters and powers are renewed, at the longest.
constexpr double RenewalS = 0.1;
constexpr double AverageS = 1;

/// Counter or power of \p Handle; an error code when it has neither.
int findSensor(const std::shared_ptr<Nvml> &Api, Device Handle, Sensor &S) {
  unsigned long long EnergyMj = 0;
  unsigned PowerMw = 0, Architecture = 0;
  int Code = Api->Energy != nullptr ? Api->Energy(Handle, &EnergyMj) : Success;
  S.Counts = Api->Energy != nullptr && Code == Success;
  S.Scale = 1e-3;
  S.ResolutionS = RenewalS;
  S.Read = [Api, Handle, Counts = S.Counts,
            Name = S.Name](uint64_t &Value, std::string &Problem) {
    unsigned long long EnergyMj = 0;
    unsigned PowerMw = 0;
    int Code =
        Counts ? Api->Energy(Handle, &EnergyMj) : Api->Power(Handle, &PowerMw);
    Value = Counts ? EnergyMj : PowerMw;
    if (Code != Success)
      Problem = Name + ": " + Api->why(Code);
    return Code == Success;
  };
  if (S.Counts || Api->Power == nullptr)
    return Code;
  // What is not known may average, too.
  if (Api->Architecture == nullptr ||
      Api->Architecture(Handle, &Architecture) != Success ||
      Architecture >= Ampere)
    S.ResolutionS = AverageS;
  return Api->Power(Handle, &PowerMw);
}

} // namespace

std::unique_ptr<Meter> nvmlMeter(const std::string &Library,
                                 std::string &Problem) {
  // Never closed: a driver's library does not survive it.
  void *Module = ::dlopen(Library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (Module == nullptr) {
    Problem = Library + " can't be loaded: no NVIDIA driver is installed";
    return nullptr;
  }
  Nvml Found;
  find(Module, "nvmlErrorString", Found.ErrorText);
  find(Module, "nvmlDeviceGetPowerManagementLimit", Found.PowerLimit);
  find(Module, "nvmlDeviceGetArchitecture", Found.Architecture);
  bool Energy =
      find(Module, "nvmlDeviceGetTotalEnergyConsumption", Found.Energy);
  bool Power = find(Module, "nvmlDeviceGetPowerUsage", Found.Power);
  if (!find(Module, "nvmlInit_v2", Found.Init) ||
      !find(Module, "nvmlShutdown", Found.Shutdown) ||
      !find(Module, "nvmlDeviceGetCount_v2", Found.Count) ||
      !find(Module, "nvmlDeviceGetHandleByIndex_v2", Found.Handle) ||
      !find(Module, "nvmlDeviceGetName", Found.Name) || (!Energy && !Power)) {
    Problem = Library + " lacks functions that are needed; its driver is too "
                        "old, or it is another library";
    return nullptr;
  }
  if (int Code = Found.Init(); Code != Success) {
    Problem = Library + ": " + Found.why(Code);
    return nullptr;
  }
  // Shut down when the last sensor is gone.
  std::shared_ptr<Nvml> Api(new Nvml(Found), [](Nvml *Done) {
    Done->Shutdown();
    delete Done;
  });
  unsigned Count = 0;
  std::vector<MeterDomain> Domains;
  std::vector<Sensor> Sensors;
  std::map<std::string, std::string> Facts;
  int Code = Api->Count(&Count);
  if (Code == Success && Count == 0)
    Problem = Library + ": there is no GPU";
  for (unsigned I = 0; I < std::min(Count, MostDevices) && Code == Success;
       ++I) {
    Device Handle = nullptr;
    Sensor S;
    S.Name = "GPU " + std::to_string(I);
    Code = Api->Handle(I, &Handle);
    if (Code == Success)
      Code = findSensor(Api, Handle, S);
    if (Code != Success)
      break;
    std::array<char, 97> Name{};
    std::string Key = "gpu-" + std::to_string(I);
    if (Api->Name(Handle, Name.data(), Name.size() - 1) == Success)
      Facts[Key] = Name.data();
    if (!S.Counts)
      Facts[Key + " sensor"] = S.ResolutionS == AverageS
                                   ? "power, averaged over 1 s"
                                   : "power of the moment";
    unsigned LimitMw = 0;
    if (Api->PowerLimit != nullptr &&
        Api->PowerLimit(Handle, &LimitMw) == Success)
      Facts[Key + " power limit"] = std::to_string(LimitMw / 1000) + " W";
    Domains.push_back({Key, true, MeterPlace::Gpu});
    Sensors.push_back(std::move(S));
  }
  if (Code != Success)
    Problem = Library + ": GPU " + std::to_string(Sensors.size()) + ": " +
              Api->why(Code) + " (it tells neither energy nor power)";
  if (Code != Success || Sensors.empty())
    return nullptr;
  return std::make_unique<SensorMeter>(
      "nvml", std::move(Domains), std::move(Sensors), std::move(Facts), Period);
}

} // namespace toscount
