//===- Hwmon.cpp - sensors of Linux's hwmon tree --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Documentation/hwmon/sysfs-interface: a folder a device, with the driver's
/// `name`, energies since whenever (`energy1_input`, microjoules) and powers
/// (`power1_average`, `power1_input`, microwatts), each perhaps with a
/// `_label`.
///
/// Only what is known to be a processor, a GPU or the whole machine is added
/// up; whatever else a board measures (rails, batteries) may lie inside those,
/// so it is recorded apart. What `amdgpu` tells of a processor with built-in
/// graphics includes the cores (Documentation/gpu/amdgpu/thermal).
///
//===----------------------------------------------------------------------===//

#include "SensorMeter.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <utility>

namespace toscount {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds Period(100);
/// Counters are renewed at every look.
constexpr double CounterS = 0.001;
/// Over how long the firmware of AMD's GPUs averages is not published: taken as
/// long as NVIDIA's.
constexpr double AmdAverageS = 1;

/// Sensors in the order of their domains.
struct Found {
  std::vector<MeterDomain> Domains;
  std::vector<Sensor> Sensors;
  std::map<std::string, int> Named; ///< How many domains have that name.
  std::string Unreadable;

  void add(const std::string &Name, MeterPlace Place, bool InTotal, Sensor S) {
    S.Read = [File = S.Name](uint64_t &Value, std::string &Problem) {
      if (readCount(File, Value))
        return true;
      Problem = File + " can't be read any more";
      return false;
    };
    S.Scale = 1e-6;
    uint64_t Value = 0;
    if (std::string Ignored; !S.Read(Value, Ignored)) {
      if (Unreadable.empty())
        Unreadable = S.Name;
      return;
    }
    Domains.push_back(
        {Name + "-" + std::to_string(Named[Name]++), InTotal, Place});
    Sensors.push_back(std::move(S));
  }
};

bool exists(const std::string &Path) {
  std::error_code Ignored;
  return fs::exists(Path, Ignored);
}

std::string labelOf(const std::string &Sensor) {
  std::string Label;
  readLine(Sensor + "_label", Label);
  return Label;
}

/// The power sensor `FOLDER/power1`; averages, where there are any, miss
/// nothing between two samples.
bool powerSensor(const std::string &Path, bool Amd, Sensor &S) {
  S.ResolutionS = std::chrono::duration<double>(Period).count();
  uint64_t IntervalMs = 0;
  S.Name = Path + "_average";
  if (!exists(S.Name)) {
    S.Name = Path + "_input";
    return exists(S.Name);
  }
  if (readCount(Path + "_average_interval", IntervalMs))
    S.ResolutionS =
        std::max(S.ResolutionS, static_cast<double>(IntervalMs) * 1e-3);
  else if (Amd)
    S.ResolutionS = AmdAverageS;
  return true;
}

void addAmdGpu(const std::string &Folder, Found &All) {
  Sensor S;
  if (!powerSensor(Folder + "/power1", true, S))
    return;
  // Only processors with graphics have a north bridge, and few of them a cap.
  bool Apu =
      labelOf(Folder + "/in1") == "vddnb" || !exists(Folder + "/power1_cap");
  All.add(Apu ? "apu" : "gpu-amdgpu",
          Apu ? MeterPlace::Processor : MeterPlace::Gpu, true, S);
}

void addIntelGpu(const std::string &Folder, const std::string &Driver,
                 Found &All) {
  // xe: the card, and the chip on it; older ones tell one of the two.
  bool Whole = true;
  for (int I = 1; I <= 2; ++I) {
    Sensor S;
    S.Name = Folder + "/energy" + std::to_string(I) + "_input";
    S.Counts = true;
    S.ResolutionS = CounterS;
    if (!exists(S.Name))
      continue;
    All.add(Whole ? "gpu-" + Driver : "chip-" + Driver, MeterPlace::Gpu, Whole,
            S);
    Whole = false;
  }
}

void addOther(const std::string &Folder, const std::string &Driver,
              Found &All) {
  const bool Amd = Driver == "amd_energy";
  for (int I = 1; I <= 256; ++I) {
    const std::string Path = Folder + "/energy" + std::to_string(I);
    if (!exists(Path + "_input"))
      break;
    bool Socket = Amd && labelOf(Path).rfind("Esocket", 0) == 0;
    Sensor S;
    S.Name = Path + "_input";
    S.Counts = true;
    S.ResolutionS = CounterS;
    All.add(Socket ? "socket"
            : Amd  ? "core-hwmon"
                   : Driver,
            MeterPlace::Processor, Socket, S);
  }
  for (int I = 1; I <= 64; ++I) {
    const std::string Path = Folder + "/power" + std::to_string(I);
    Sensor S;
    if (!powerSensor(Path, false, S))
      break;
    std::string Label = labelOf(Path);
    bool Processor = Driver == "fam15h_power" || Label == "CPU power";
    bool Machine = Driver == "power_meter";
    All.add(Machine     ? "machine"
            : Processor ? "processor"
                        : Driver,
            Machine ? MeterPlace::Machine : MeterPlace::Processor,
            Machine || Processor, S);
  }
}

} // namespace

std::unique_ptr<Meter> hwmonMeter(const std::string &Root,
                                  std::string &Problem) {
  std::error_code None;
  std::vector<std::pair<unsigned long, std::string>> Folders;
  for (fs::directory_iterator I(Root, None), End; !None && I != End;
       I.increment(None)) {
    std::string Name = I->path().filename().string();
    if (Name.rfind("hwmon", 0) == 0 && Name.size() < 12)
      Folders.emplace_back(std::strtoul(Name.c_str() + 5, nullptr, 10),
                           I->path().string());
  }
  std::sort(Folders.begin(), Folders.end());
  Found All;
  for (const auto &[Number, Folder] : Folders) {
    std::string Driver;
    if (!readLine(Folder + "/name", Driver))
      continue;
    if (Driver == "amdgpu")
      addAmdGpu(Folder, All);
    else if (Driver == "i915" || Driver == "xe")
      addIntelGpu(Folder, Driver, All);
    else
      addOther(Folder, Driver, All);
  }
  // The whole machine holds the rest.
  bool Parts = false;
  for (const MeterDomain &D : All.Domains)
    Parts |= D.InTotal && D.Place != MeterPlace::Machine;
  for (MeterDomain &D : All.Domains)
    D.InTotal &= !Parts || D.Place != MeterPlace::Machine;
  if (std::any_of(All.Domains.begin(), All.Domains.end(),
                  [](const MeterDomain &D) { return D.InTotal; }))
    return std::make_unique<SensorMeter>(
        "hwmon", std::move(All.Domains), std::move(All.Sensors),
        std::map<std::string, std::string>(), Period);
  Problem =
      "no GPU, processor or machine in " + Root + " tells its power or energy";
  if (!All.Unreadable.empty())
    Problem += " (" + All.Unreadable +
               " can't be read; run as root, or allow it with 'sudo chmod a+r'"
               ")";
  else if (!All.Domains.empty())
    Problem += " (" + All.Domains.front().Name +
               " does, but what it is part of is not known)";
  return nullptr;
}

} // namespace toscount
