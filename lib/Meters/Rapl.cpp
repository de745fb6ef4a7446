//===- Rapl.cpp - energy counters of CPU packages -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Linux's powercap tree (Documentation/power/powercap/powercap.rst): a folder
/// a zone, with `name`, `energy_uj` (a counter in microjoules) and
/// `max_energy_range_uj` (after which it begins again at 0). A counter that was
/// set back (by a suspend, or by whoever may write it) looks like one that went
/// round; what tells them apart is the power that going round would have taken.
///
//===----------------------------------------------------------------------===//

#include "Sensors.h"

#include <algorithm>
#include <chrono>
#include <filesystem>

namespace toscount {
namespace {

namespace fs = std::filesystem;

struct Zone {
  std::string Counter; ///< The file.
  uint64_t Range = 0;  ///< In microjoules.
  uint64_t Last = 0;
  uint64_t Sum = 0;
  double LastSeconds = 0;
  double MostW = 0; ///< It never takes more.
};

/// No processor package takes as much, where the zone does not say.
constexpr double AnyMostW = 1000;

/// Twice the highest limit of the zone, for short peaks.
double mostPowerW(const std::string &Folder) {
  uint64_t Most = 0;
  for (int I = 0; I < 4; ++I)
    for (const char *What : {"_max_power_uw", "_power_limit_uw"}) {
      uint64_t MicroW = 0;
      if (readCount(Folder + "/constraint_" + std::to_string(I) + What, MicroW))
        Most = std::max(Most, MicroW);
    }
  return Most == 0 ? AnyMostW : 2e-6 * static_cast<double>(Most);
}

class RaplMeter : public Meter {
public:
  RaplMeter(std::vector<MeterDomain> Domains, std::vector<Zone> Zones)
      : Domains(std::move(Domains)), Zones(std::move(Zones)) {}
  [[nodiscard]] std::string name() const override { return "rapl"; }
  [[nodiscard]] const std::vector<MeterDomain> &domains() const override {
    return Domains;
  }
  /// The counters are renewed about every millisecond.
  [[nodiscard]] double resolutionS() const override { return 0.001; }

  bool read(MeterReading &Reading, std::string &Problem) override {
    std::vector<double> EnergyJ;
    for (Zone &Z : Zones) {
      uint64_t Now = 0;
      if (!readCount(Z.Counter, Now)) {
        Problem = Z.Counter + " can't be read any more";
        return false;
      }
      const double Seconds = secondsSince(Opened);
      // Once round is undone; a window in which a counter goes round twice
      // (hours) needs a reading in between, as each epoch gives.
      const bool Round = Now < Z.Last;
      const uint64_t Step = Now + (Round ? Z.Range : 0) - Z.Last;
      const double StepJ = static_cast<double>(Step) * 1e-6;
      // A second more: readings may follow each other at once.
      if (Now > Z.Range ||
          (Round && StepJ > Z.MostW * (Seconds - Z.LastSeconds + 1))) {
        Problem = Z.Counter +
                  " went back without having gone round: it was set back, and "
                  "what it had counted since the last reading is lost";
        return false;
      }
      Z.Sum += Step;
      Z.Last = Now;
      Z.LastSeconds = Seconds;
      EnergyJ.push_back(static_cast<double>(Z.Sum) * 1e-6);
    }
    Reading = {secondsSince(Opened), std::move(EnergyJ), unixNow()};
    return true;
  }

private:
  std::vector<MeterDomain> Domains;
  std::vector<Zone> Zones;
  std::chrono::steady_clock::time_point Opened =
      std::chrono::steady_clock::now();
};

} // namespace

std::unique_ptr<Meter> raplMeter(const std::string &Root,
                                 std::string &Problem) {
  std::error_code None;
  std::vector<std::string> Folders;
  for (fs::directory_iterator I(Root, None), End; !None && I != End;
       I.increment(None)) {
    std::string Name = I->path().filename().string();
    // Not intel-rapl-mmio: the same packages by another way.
    if (Name.rfind("intel-rapl:", 0) == 0)
      Folders.push_back(I->path().string());
  }
  std::sort(Folders.begin(), Folders.end());
  std::vector<MeterDomain> Domains;
  std::vector<Zone> Zones;
  for (const std::string &Folder : Folders) {
    std::string Name;
    Zone Z;
    Z.Counter = Folder + "/energy_uj";
    if (!readLine(Folder + "/name", Name))
      continue;
    if (!readCount(Z.Counter, Z.Last)) {
      Problem = Z.Counter + " can't be read; allow it with 'sudo chmod a+r " +
                Root + "/*/energy_uj', or run as root";
      return nullptr;
    }
    if (!readCount(Folder + "/max_energy_range_uj", Z.Range) ||
        Z.Last > Z.Range) {
      Problem = Folder + "/max_energy_range_uj can't be read, or is less than "
                         "the counter";
      return nullptr;
    }
    std::string Id = fs::path(Folder).filename().string().substr(11);
    bool Package = Name.rfind("package", 0) == 0;
    bool Dram = Name == "dram";
    // The number of the package, for those inside it.
    if (!Package)
      Name += "-" + Id.substr(0, Id.find(':'));
    // Core and uncore lie inside the package, psys overlaps it.
    Domains.push_back({Name, Package || Dram,
                       Dram ? MeterPlace::Memory : MeterPlace::Processor});
    Z.MostW = mostPowerW(Folder);
    Zones.push_back(std::move(Z));
  }
  if (std::none_of(Domains.begin(), Domains.end(),
                   [](const MeterDomain &D) { return D.InTotal; })) {
    Problem = "no package in " + Root +
              " (the processor or the virtual machine has no energy counters, "
              "or the kernel module intel_rapl_msr is not loaded)";
    return nullptr;
  }
  return std::make_unique<RaplMeter>(std::move(Domains), std::move(Zones));
}

} // namespace toscount
