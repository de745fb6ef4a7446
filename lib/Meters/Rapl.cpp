//===- Rapl.cpp - energy counters of CPU packages -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Linux's powercap tree (Documentation/power/powercap/powercap.rst): a folder
/// a zone, with `name`, `energy_uj` (a counter in microjoules) and
/// `max_energy_range_uj` (after which it begins again at 0).
///
//===----------------------------------------------------------------------===//

#include "Sensors.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>

namespace toscount {
namespace {

namespace fs = std::filesystem;

struct Zone {
  std::string Counter; ///< The file.
  uint64_t Range = 0;  ///< In microjoules.
  uint64_t Last = 0;
  uint64_t Sum = 0;
};

bool readLine(const std::string &Path, std::string &Line) {
  std::ifstream In(Path);
  return static_cast<bool>(std::getline(In, Line));
}

bool readCount(const std::string &Path, uint64_t &Count) {
  std::string Line;
  if (!readLine(Path, Line) || Line.empty() ||
      Line.find_first_not_of("0123456789") != std::string::npos ||
      Line.size() > 19)
    return false;
  Count = std::stoull(Line);
  return true;
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
      // Once round is undone; a window in which a counter goes round twice
      // (hours) needs a reading in between, as each epoch gives.
      Z.Sum += Now >= Z.Last ? Now - Z.Last : Now + Z.Range - Z.Last;
      Z.Last = Now;
      EnergyJ.push_back(static_cast<double>(Z.Sum) * 1e-6);
    }
    Reading = {secondsSince(Opened), std::move(EnergyJ)};
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
    Domains.push_back({Name, Package || Dram});
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
