//===- Nvml.cpp - energy counters of NVIDIA GPUs --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// NVML comes with the driver, so it is loaded when it is asked for, and its
/// five functions are declared here (NVML API reference, "Device Queries").
///
//===----------------------------------------------------------------------===//

#include "Sensors.h"

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
  /// Millijoules since the driver was loaded.
  int (*Energy)(Device, unsigned long long *) = nullptr;
  int (*PowerLimit)(Device, unsigned *) = nullptr; ///< Milliwatts; optional.
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

class NvmlMeter : public Meter {
public:
  NvmlMeter(const Nvml &Api, std::vector<Device> Devices,
            std::vector<unsigned long long> First,
            std::map<std::string, std::string> Facts)
      : Api(Api), Devices(std::move(Devices)), First(First),
        Last(std::move(First)), Facts(std::move(Facts)) {
    for (size_t I = 0; I < this->Devices.size(); ++I)
      Domains.push_back({"gpu-" + std::to_string(I), true});
  }
  ~NvmlMeter() override { Api.Shutdown(); }
  [[nodiscard]] std::string name() const override { return "nvml"; }
  [[nodiscard]] const std::vector<MeterDomain> &domains() const override {
    return Domains;
  }
  /// The counter is renewed every 20 to 100 ms, by device.
  [[nodiscard]] double resolutionS() const override { return 0.1; }
  [[nodiscard]] std::map<std::string, std::string> facts() const override {
    return Facts;
  }
  bool read(MeterReading &Reading, std::string &Problem) override {
    std::vector<double> EnergyJ;
    for (size_t I = 0; I < Devices.size(); ++I) {
      unsigned long long Now = 0;
      int Code = Api.Energy(Devices[I], &Now);
      if (Code != Success || Now < Last[I]) {
        Problem =
            "GPU " + std::to_string(I) + ": " +
            (Code != Success ? Api.why(Code) : "its energy counter went back");
        return false;
      }
      Last[I] = Now;
      EnergyJ.push_back(static_cast<double>(Now - First[I]) * 1e-3);
    }
    Reading = {secondsSince(Opened), std::move(EnergyJ)};
    return true;
  }

private:
  Nvml Api;
  std::vector<Device> Devices;
  std::vector<unsigned long long> First, Last;
  std::map<std::string, std::string> Facts;
  std::vector<MeterDomain> Domains;
  std::chrono::steady_clock::time_point Opened =
      std::chrono::steady_clock::now();
};

} // namespace

std::unique_ptr<Meter> nvmlMeter(const std::string &Library,
                                 std::string &Problem) {
  // Never closed: a driver's library does not survive it.
  void *Module = ::dlopen(Library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (Module == nullptr) {
    Problem = Library + " can't be loaded: no NVIDIA driver is installed";
    return nullptr;
  }
  Nvml Api;
  find(Module, "nvmlErrorString", Api.ErrorText);
  find(Module, "nvmlDeviceGetPowerManagementLimit", Api.PowerLimit);
  if (!find(Module, "nvmlInit_v2", Api.Init) ||
      !find(Module, "nvmlShutdown", Api.Shutdown) ||
      !find(Module, "nvmlDeviceGetCount_v2", Api.Count) ||
      !find(Module, "nvmlDeviceGetHandleByIndex_v2", Api.Handle) ||
      !find(Module, "nvmlDeviceGetName", Api.Name) ||
      !find(Module, "nvmlDeviceGetTotalEnergyConsumption", Api.Energy)) {
    Problem = Library + " lacks functions that are needed; its driver is too "
                        "old (energy counters came with 384)";
    return nullptr;
  }
  if (int Code = Api.Init(); Code != Success) {
    Problem = Library + ": " + Api.why(Code);
    return nullptr;
  }
  unsigned Count = 0;
  std::vector<Device> Devices;
  std::vector<unsigned long long> First;
  std::map<std::string, std::string> Facts;
  int Code = Api.Count(&Count);
  if (Code == Success && Count == 0)
    Problem = Library + ": there is no GPU";
  if (Count > MostDevices)
    Count = MostDevices;
  for (unsigned I = 0; I < Count && Code == Success; ++I) {
    Device D = nullptr;
    unsigned long long EnergyMj = 0;
    Code = Api.Handle(I, &D);
    if (Code == Success)
      Code = Api.Energy(D, &EnergyMj);
    if (Code != Success)
      break;
    Devices.push_back(D);
    First.push_back(EnergyMj);
    std::array<char, 97> Name{};
    std::string Key = "gpu-" + std::to_string(I);
    if (Api.Name(D, Name.data(), Name.size() - 1) == Success)
      Facts[Key] = Name.data();
    unsigned LimitMw = 0;
    if (Api.PowerLimit != nullptr && Api.PowerLimit(D, &LimitMw) == Success)
      Facts[Key + " power limit"] = std::to_string(LimitMw / 1000) + " W";
  }
  if (Code != Success)
    Problem = Library + ": " + Api.why(Code) +
              " (energy counters need a Volta GPU or a later one)";
  if (Code != Success || Devices.empty()) {
    Api.Shutdown();
    return nullptr;
  }
  return std::make_unique<NvmlMeter>(Api, std::move(Devices), std::move(First),
                                     std::move(Facts));
}

} // namespace toscount
