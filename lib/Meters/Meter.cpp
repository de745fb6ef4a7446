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
constexpr const char *HwmonTree = "/sys/class/hwmon";

class NullMeter : public Meter {
public:
  [[nodiscard]] std::string name() const override { return "null"; }
  [[nodiscard]] const std::vector<MeterDomain> &domains() const override {
    return None;
  }
  [[nodiscard]] bool measuresIdle() const override { return false; }
  bool read(MeterReading &Reading, std::string &) override {
    Reading = {steadySeconds() - Opened, {}, unixNow()};
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
    Reading = {Seconds, {Seconds * PowerW}, unixNow()};
    return true;
  }

private:
  std::vector<MeterDomain> Domains = {{"cpu", true}};
  double PowerW;
  double Opened = steadySeconds();
};

} // namespace

Meter::~Meter() = default;

bool Meter::settle(MeterReading &, std::string &) { return true; }

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
      S.SamplingS = M->samplingS();
      S.Estimated = M->estimated();
    } else {
      S.Why = Problem;
    }
    All.push_back(std::move(S));
  };
  Try("rapl", "energy counters of CPU packages and their memory");
  Try("nvml", "energy counters of NVIDIA GPUs, or their power, sampled");
  Try("hwmon", "AMD and Intel GPUs, and boards that measure themselves");
  Try("tdp:65", "busy time x watts (here 65): an estimate");
  Try("null", "nothing");
  return All;
}

namespace {

/// Whether \p Text begins with the name of a meter: in `replay:a,b.csv` the
/// comma joins no meters.
bool beginsWithMeter(const std::string &Text) {
  for (const char *Name : {"rapl", "nvml", "hwmon", "log", "tdp", "replay"}) {
    std::string Word = Text.substr(0, Text.find_first_of(":,"));
    if (Word == Name)
      return true;
  }
  return false;
}

/// The meters that \p Spec joins by commas; one for all others.
std::vector<std::string> joinedSpecs(const std::string &Spec) {
  std::vector<std::string> Specs;
  size_t From = 0;
  for (size_t At = Spec.find(','); At != std::string::npos;
       At = Spec.find(',', At + 1))
    if (beginsWithMeter(Spec.substr(At + 1))) {
      Specs.push_back(Spec.substr(From, At - From));
      From = At + 1;
    }
  Specs.push_back(Spec.substr(From));
  return Specs;
}

std::unique_ptr<Meter> openAuto(unsigned Threads, std::string &Problem) {
  std::vector<std::unique_ptr<Meter>> Usable;
  std::string Cpu, Ignored;
  if (auto M = raplMeter(Powercap, Cpu))
    Usable.push_back(std::move(M));
  if (auto M = nvmlMeter(NvmlLibrary, Ignored))
    Usable.push_back(std::move(M));
  if (auto M = hwmonMeter(HwmonTree, Ignored))
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

} // namespace

std::unique_ptr<Meter> openMeter(const std::string &Spec, unsigned Threads,
                                 std::string &Problem) {
  if (std::vector<std::string> Specs = joinedSpecs(Spec); Specs.size() > 1) {
    std::vector<std::unique_ptr<Meter>> Parts;
    for (const std::string &One : Specs) {
      Parts.push_back(openMeter(One, Threads, Problem));
      if (!Parts.back())
        return nullptr;
    }
    return joinedMeter(std::move(Parts));
  }
  std::string Kind = Spec.substr(0, Spec.find(':'));
  std::string Rest =
      Kind.size() == Spec.size() ? "" : Spec.substr(Kind.size() + 1);
  if (Spec == "null")
    return std::make_unique<NullMeter>();
  if (Spec == "auto")
    return openAuto(Threads, Problem);
  if (Kind == "rapl")
    return raplMeter(Rest.empty() ? Powercap : Rest, Problem);
  if (Kind == "nvml")
    return nvmlMeter(Rest.empty() ? NvmlLibrary : Rest, Problem);
  if (Kind == "hwmon")
    return hwmonMeter(Rest.empty() ? HwmonTree : Rest, Problem);
  if (Kind == "log")
    return logMeter(Rest, Problem);
  if (Kind == "tdp") {
    double PowerW = 0;
    if (parseNumber(Rest, PowerW) && PowerW > 0)
      return tdpMeter(PowerW);
    Problem = "--meter '" + Spec + "' should be tdp:WATTS, as in tdp:65";
    return nullptr;
  }
  if (Kind == "replay" && !Rest.empty())
    return replayMeter(Rest, Problem);
  Problem = "--meter '" + Spec +
            "' is not known (one of: auto null rapl nvml hwmon tdp:WATTS "
            "log:FILE replay:FILE, or several with commas between)";
  return nullptr;
}

} // namespace toscount
