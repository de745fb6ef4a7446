//===- Meter.cpp - what measures energy -----------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Meters/Meter.h"

#include "Sensors.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <utility>

namespace toscount {
namespace {

double steadySeconds() {
  using namespace std::chrono;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

/// "65", "12.5".
std::string shortNumber(double Number) {
  char Text[64];
  std::snprintf(Text, sizeof(Text), "%g", Number);
  return Text;
}

constexpr const char *Powercap = "/sys/class/powercap";
constexpr const char *NvmlLibrary = "libnvidia-ml.so.1";

class NullMeter : public Meter {
public:
  [[nodiscard]] std::string name() const override { return "null"; }
  [[nodiscard]] const std::vector<MeterDomain> &domains() const override {
    return None;
  }
  [[nodiscard]] bool measuresIdle() const override { return false; }
  bool read(MeterReading &Reading, std::string &) override {
    Reading = {steadySeconds() - Opened, {}};
    return true;
  }

private:
  std::vector<MeterDomain> None;
  double Opened = steadySeconds();
};

class TdpMeter : public Meter {
public:
  explicit TdpMeter(double PowerW) : PowerW(PowerW) {}
  [[nodiscard]] std::string name() const override {
    return "tdp:" + shortNumber(PowerW);
  }
  [[nodiscard]] const std::vector<MeterDomain> &domains() const override {
    return Domains;
  }
  [[nodiscard]] bool estimated() const override { return true; }
  [[nodiscard]] bool measuresIdle() const override { return false; }
  bool read(MeterReading &Reading, std::string &) override {
    double Seconds = steadySeconds() - Opened;
    Reading = {Seconds, {Seconds * PowerW}};
    return true;
  }

private:
  std::vector<MeterDomain> Domains = {{"cpu", true}};
  double PowerW;
  double Opened = steadySeconds();
};

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

std::vector<std::string> split(const std::string &Line, char Separator) {
  std::vector<std::string> Parts;
  std::istringstream In(Line);
  for (std::string Part; std::getline(In, Part, Separator);)
    Parts.push_back(Part);
  return Parts;
}

} // namespace

Meter::~Meter() = default;

bool parseNumber(const std::string &Text, double &Number) {
  const char *End = Text.data() + Text.size();
  auto [Stop, Problem] = std::from_chars(Text.data(), End, Number);
  return Problem == std::errc() && Stop == End && std::isfinite(Number);
}

MeterWindow window(const Meter &M, const MeterReading &From,
                   const MeterReading &To) {
  MeterWindow W;
  W.Seconds = To.Seconds - From.Seconds;
  for (size_t I = 0; I < To.EnergyJ.size(); ++I) {
    double EnergyJ = To.EnergyJ[I] - From.EnergyJ[I];
    W.EnergyJ.push_back(EnergyJ);
    if (M.domains()[I].InTotal)
      W.TotalJ += EnergyJ;
  }
  return W;
}

std::unique_ptr<Meter> tdpMeter(double PowerW) {
  return std::make_unique<TdpMeter>(PowerW);
}

std::unique_ptr<Meter> replayMeter(const std::string &Path,
                                   std::string &Problem) {
  std::ifstream In(Path);
  std::string Line;
  if (!In || !std::getline(In, Line)) {
    Problem = Path + ": can't be read; it should be a CSV file of readings, "
                     "'seconds,DOMAIN,...'";
    return nullptr;
  }
  std::vector<std::string> Names = split(Line, ',');
  if (Names.size() < 2 || Names.front() != "seconds") {
    Problem = Path + ": its first line should be 'seconds,DOMAIN,...'";
    return nullptr;
  }
  std::vector<MeterDomain> Domains;
  for (size_t I = 1; I < Names.size(); ++I)
    Domains.push_back({Names[I], true});
  std::vector<MeterReading> Readings;
  for (size_t Row = 2; std::getline(In, Line); ++Row) {
    std::vector<std::string> Cells = split(Line, ',');
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

std::vector<MeterStatus> listMeters() {
  std::vector<MeterStatus> All;
  auto Try = [&](const char *Name, const char *What) {
    MeterStatus S;
    S.Name = Name;
    S.What = What;
    std::string Problem;
    std::unique_ptr<Meter> M = openMeter(Name, 1, Problem);
    MeterReading First;
    S.Usable = M != nullptr && M->read(First, Problem);
    if (S.Usable) {
      S.Domains = M->domains();
      S.ResolutionS = M->resolutionS();
      S.Estimated = M->estimated();
    } else {
      S.Why = Problem;
    }
    All.push_back(std::move(S));
  };
  Try("rapl", "energy counters of CPU packages and their memory");
  Try("nvml", "energy counters of NVIDIA GPUs");
  Try("tdp:65", "busy time x watts (here 65): an estimate");
  Try("null", "nothing");
  return All;
}

std::unique_ptr<Meter> openMeter(const std::string &Spec, unsigned Threads,
                                 std::string &Problem) {
  std::string Kind = Spec.substr(0, Spec.find(':'));
  std::string Rest =
      Kind.size() == Spec.size() ? "" : Spec.substr(Kind.size() + 1);
  if (Spec == "null")
    return std::make_unique<NullMeter>();
  if (Kind == "rapl")
    return raplMeter(Rest.empty() ? Powercap : Rest, Problem);
  if (Kind == "nvml")
    return nvmlMeter(Rest.empty() ? NvmlLibrary : Rest, Problem);
  if (Spec == "auto") {
    std::vector<std::unique_ptr<Meter>> Usable;
    std::string Cpu, Gpu;
    if (auto M = raplMeter(Powercap, Cpu))
      Usable.push_back(std::move(M));
    if (auto M = nvmlMeter(NvmlLibrary, Gpu))
      Usable.push_back(std::move(M));
    // What is there and can't be read must not be missing from a total in
    // silence.
    if (!Usable.empty())
      Problem = Cpu.find("can't be read") != std::string::npos
                    ? "the CPU's energy is not in the total: " + Cpu
                    : "";
    if (Usable.size() == 1)
      return std::move(Usable.front());
    if (!Usable.empty())
      return joinedMeter(std::move(Usable));
    // Watts for each thread: a guess that the record names.
    const double CoreW = 10;
    double PowerW = CoreW * Threads;
    Problem = "no power sensor can be used here: energy is estimated as busy "
              "time x " +
              shortNumber(PowerW) + " W (" + shortNumber(CoreW) +
              " W a thread, assumed); --meter tdp:WATTS sets another";
    return tdpMeter(PowerW);
  }
  if (Kind == "tdp") {
    double PowerW = 0;
    if (parseNumber(Rest, PowerW) && PowerW > 0)
      return tdpMeter(PowerW);
    Problem = "--meter '" + Spec + "' should be tdp:WATTS, as in tdp:65";
    return nullptr;
  }
  if (Kind == "replay" && !Rest.empty())
    return replayMeter(Rest, Problem);
  Problem =
      "--meter '" + Spec +
      "' is not known (one of: auto null rapl nvml tdp:WATTS replay:FILE)";
  return nullptr;
}

} // namespace toscount
