//===- Machine.cpp - this machine and its LibTorch ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

#include "Failure.h"
#include "TorchVersion.h"

#include "toscount/Meters/Meter.h"

#include <ATen/autocast_mode.h>
#include <torch/cuda.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace toscount::measure {
namespace {

void setAutocast(at::Device Device, bool Enabled, at::ScalarType Type) {
#if TOSCOUNT_TORCH_AT_LEAST(2, 4)
  at::autocast::set_autocast_enabled(Device.type(), Enabled);
  if (Enabled)
    at::autocast::set_autocast_dtype(Device.type(), Type);
#else
  if (Device.is_cuda()) {
    at::autocast::set_enabled(Enabled);
    if (Enabled)
      at::autocast::set_autocast_gpu_dtype(Type);
  } else {
    at::autocast::set_cpu_enabled(Enabled);
    if (Enabled)
      at::autocast::set_autocast_cpu_dtype(Type);
  }
#endif
}

std::string firstLineOf(const std::string &Path) {
  std::ifstream In(Path);
  std::string Line;
  std::getline(In, Line);
  return Line;
}

/// The value of \p Key in a file of `Key : value` lines.
std::string entryOf(const std::string &Path, const std::string &Key) {
  std::ifstream In(Path);
  for (std::string Line; std::getline(In, Line);)
    if (Line.rfind(Key, 0) == 0) {
      size_t At = Line.find(':');
      size_t Text = Line.find_first_not_of(" \t", At + 1);
      if (At != std::string::npos && Text != std::string::npos)
        return Line.substr(Text);
    }
  return {};
}

/// NVIDIA's driver lists its devices below /proc, in bus order, which is CUDA's
/// where they are alike or CUDA_DEVICE_ORDER says so. CUDA counts those that
/// CUDA_VISIBLE_DEVICES names, by number or UUID.
std::string gpuName(int64_t Index) {
  std::vector<std::filesystem::path> Folders;
  std::error_code EC;
  for (std::filesystem::directory_iterator At("/proc/driver/nvidia/gpus", EC),
       End;
       !EC && At != End; At.increment(EC))
    Folders.push_back(At->path());
  std::sort(Folders.begin(), Folders.end());
  const char *Visible = std::getenv("CUDA_VISIBLE_DEVICES");
  std::istringstream Names(Visible != nullptr ? Visible : "");
  std::string Name;
  for (int64_t I = 0; std::getline(Names, Name, ','); ++I) {
    if (I != Index)
      continue;
    double Number = 0;
    if (parseNumber(Name, Number))
      Index = static_cast<int64_t>(Number);
    for (size_t F = 0; F < Folders.size(); ++F)
      if (entryOf((Folders[F] / "information").string(), "GPU UUID") == Name)
        Index = static_cast<int64_t>(F);
    break;
  }
  if (Index < 0 || static_cast<size_t>(Index) >= Folders.size())
    return "unknown CUDA device";
  return entryOf((Folders[static_cast<size_t>(Index)] / "information").string(),
                 "Model");
}

} // namespace

at::Device parseDevice(const std::string &Name) {
  if (Name == "cpu")
    return at::kCPU;
  int64_t Index = 0;
  bool Cuda = Name == "cuda";
  if (Name.rfind("cuda:", 0) == 0 && Name.size() > 5 && Name.size() < 9 &&
      Name.find_first_not_of("0123456789", 5) == std::string::npos) {
    Cuda = true;
    Index = std::stoll(Name.substr(5));
  }
  if (!Cuda)
    throw Usage("--device '" + Name + "' should be cpu or cuda:N");
  auto Count = static_cast<int64_t>(torch::cuda::device_count());
  if (Count == 0)
    throw Failure(
        "--device " + Name +
            ": this LibTorch (" TORCH_VERSION
            ") sees no CUDA device; it needs one built for CUDA, and the "
            "driver",
        "error", NotHere);
  if (Index >= Count)
    throw Failure("--device " + Name + ": there are only " +
                      std::to_string(Count) + " CUDA devices, from cuda:0",
                  "error", NotHere);
  return {at::kCUDA, static_cast<c10::DeviceIndex>(Index)};
}

void synchronize(at::Device Device) {
  if (Device.is_cuda())
    torch::cuda::synchronize(Device.index());
}

void checkDatatype(const std::string &Datatype, at::Device Device) {
  if (Datatype != "fp32" && Datatype != "bf16" && Datatype != "fp16")
    throw Failure("dtype '" + Datatype +
                  "' is not known (one of: fp32 bf16 "
                  "fp16)");
#if TOSCOUNT_TORCH_AT_LEAST(2, 4)
  bool HalfOnCpu = true;
#else
  bool HalfOnCpu = false;
#endif
  if (Datatype == "fp16" && Device.is_cpu() && !HalfOnCpu)
    throw Failure("dtype fp16: LibTorch " TORCH_VERSION
                  " has no fp16 autocast on the CPU; use bf16, or --device "
                  "cuda:N",
                  "error", NotHere);
}

Autocast::Autocast(const std::string &Datatype, at::Device Device)
    : Enabled(Datatype != "fp32"), Device(Device) {
  checkDatatype(Datatype, Device);
  if (Enabled)
    setAutocast(Device, true, Datatype == "bf16" ? at::kBFloat16 : at::kHalf);
}

Autocast::~Autocast() {
  if (!Enabled)
    return;
  setAutocast(Device, false, at::kFloat);
  at::autocast::clear_cache();
}

Json machineFacts(at::Device Device) {
  Json Facts;
  std::string Cpu = entryOf("/proc/cpuinfo", "model name");
  if (Cpu.empty())
    Cpu = "unknown CPU";
  Facts["hardware"] = Device.is_cuda() ? gpuName(Device.index()) : Cpu;
  Facts["device"] = Device.str();
  char Host[256] = "";
  if (::gethostname(Host, sizeof(Host) - 1) == 0)
    Facts["host"] = Host;
  Facts["cpu"] = Cpu;
  Facts["cpu_cores"] = std::thread::hardware_concurrency();
  Facts["libraries"] = {{"libtorch", TORCH_VERSION},
                        {"toscount-measure", TOSCOUNT_VERSION}};
  std::string Driver = firstLineOf("/proc/driver/nvidia/version");
  if (Device.is_cuda() && !Driver.empty())
    Facts["driver"] = Driver;
  // Processes that could run, beside this one: other work in the measurement.
  std::string Load = firstLineOf("/proc/loadavg");
  if (!Load.empty())
    Facts["load_average"] = std::strtod(Load.c_str(), nullptr);
  const std::string Clock = "/sys/devices/system/cpu/cpu0/cpufreq/";
  if (std::string Governor = firstLineOf(Clock + "scaling_governor");
      !Governor.empty())
    Facts["cpu_governor"] = Governor;
  if (std::string Most = firstLineOf(Clock + "scaling_max_freq"); !Most.empty())
    Facts["cpu_max_khz"] = std::strtoll(Most.c_str(), nullptr, 10);
  return Facts;
}

} // namespace toscount::measure
