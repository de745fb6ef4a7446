//===- Replay.cpp - readings recorded before ------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Cells.h"

#include "toscount/Meters/Meter.h"

#include <algorithm>
#include <fstream>
#include <utility>

namespace toscount {
namespace {

class ReplayMeter : public Meter {
public:
  ReplayMeter(std::string Path, std::vector<MeterDomain> Domains,
              std::vector<MeterReading> Readings)
      : Path(std::move(Path)), Domains(std::move(Domains)),
        Readings(std::move(Readings)) {}
  [[nodiscard]] std::string name() const override { return "replay"; }
  [[nodiscard]] const std::vector<MeterDomain> &domains() const override {
    return Domains;
  }
  bool read(MeterReading &Reading, std::string &Problem) override {
    if (Next == Readings.size()) {
      Problem = Path + " has no more readings (" + std::to_string(Next) + ")";
      return false;
    }
    Reading = Readings[Next++];
    return true;
  }

private:
  std::string Path;
  std::vector<MeterDomain> Domains;
  std::vector<MeterReading> Readings;
  size_t Next = 0;
};

/// As the meters name them: "dram-0", "gpu-1", "wall", "machine-0".
MeterDomain domainNamed(const std::string &Name) {
  auto begins = [&](const char *Word) { return Name.rfind(Word, 0) == 0; };
  MeterDomain D{Name, !begins("core") && !begins("uncore") && !begins("psys")};
  if (begins("dram"))
    D.Place = MeterPlace::Memory;
  else if (begins("gpu"))
    D.Place = MeterPlace::Gpu;
  else if (begins("wall") || begins("machine"))
    D.Place = MeterPlace::Machine;
  return D;
}

} // namespace

std::unique_ptr<Meter> replayMeter(const std::string &Path,
                                   std::string &Problem) {
  std::ifstream In(Path);
  std::string Line;
  if (!In || !std::getline(In, Line)) {
    Problem = Path + ": can't be read; it should be a CSV file of readings, "
                     "'seconds,DOMAIN,...'";
    return nullptr;
  }
  std::vector<std::string> Names = cells(Line, ',');
  if (Names.size() < 2 || Names.front() != "seconds") {
    Problem = Path + ": its first line should be 'seconds,DOMAIN,...'";
    return nullptr;
  }
  std::vector<MeterDomain> Domains;
  bool Parts = false;
  for (size_t I = 1; I < Names.size(); ++I) {
    Domains.push_back(domainNamed(Names[I]));
    Parts |=
        Domains.back().InTotal && Domains.back().Place != MeterPlace::Machine;
  }
  for (MeterDomain &D : Domains)
    D.InTotal &= !Parts || D.Place != MeterPlace::Machine;
  if (std::none_of(Domains.begin(), Domains.end(),
                   [](const MeterDomain &D) { return D.InTotal; })) {
    Problem = Path + ": " + Names[1] +
              " lies inside another domain, which is not there: no total";
    return nullptr;
  }
  std::vector<MeterReading> Readings;
  for (size_t Row = 2; std::getline(In, Line); ++Row) {
    std::vector<std::string> Cells = cells(Line, ',');
    MeterReading R;
    bool Good =
        Cells.size() == Names.size() && parseNumber(Cells.front(), R.Seconds);
    for (size_t I = 1; Good && I < Cells.size(); ++I) {
      double EnergyJ = 0;
      Good = parseNumber(Cells[I], EnergyJ) && EnergyJ >= 0;
      // A counter that falls would make negative energy.
      Good &= Readings.empty() || EnergyJ >= Readings.back().EnergyJ[I - 1];
      R.EnergyJ.push_back(EnergyJ);
    }
    Good &= Readings.empty() || R.Seconds >= Readings.back().Seconds;
    if (!Good) {
      Problem = Path + ":" + std::to_string(Row) + ": should be " +
                std::to_string(Names.size()) +
                " numbers, none less than in the line before";
      return nullptr;
    }
    Readings.push_back(std::move(R));
  }
  return std::make_unique<ReplayMeter>(Path, std::move(Domains),
                                       std::move(Readings));
}

} // namespace toscount
