//===- Joined.cpp - several meters as one ---------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Sensors.h"

#include <algorithm>
#include <utility>

namespace toscount {
namespace {

class JoinedMeter : public Meter {
public:
  explicit JoinedMeter(std::vector<std::unique_ptr<Meter>> All)
      : Parts(std::move(All)) {
    for (const auto &P : Parts)
      Domains.insert(Domains.end(), P->domains().begin(), P->domains().end());
  }
  [[nodiscard]] std::string name() const override {
    std::string Names;
    for (const auto &P : Parts)
      Names += (Names.empty() ? "" : ",") + P->name();
    return Names;
  }
  [[nodiscard]] const std::vector<MeterDomain> &domains() const override {
    return Domains;
  }
  [[nodiscard]] bool estimated() const override {
    return std::any_of(Parts.begin(), Parts.end(),
                       [](const auto &P) { return P->estimated(); });
  }
  [[nodiscard]] double resolutionS() const override {
    double Coarsest = 0;
    for (const auto &P : Parts)
      Coarsest = std::max(Coarsest, P->resolutionS());
    return Coarsest;
  }
  [[nodiscard]] bool measuresIdle() const override {
    return std::all_of(Parts.begin(), Parts.end(),
                       [](const auto &P) { return P->measuresIdle(); });
  }
  [[nodiscard]] std::map<std::string, std::string> facts() const override {
    std::map<std::string, std::string> All;
    for (const auto &P : Parts)
      for (const auto &[Name, Text] : P->facts())
        All[Name] = Text;
    return All;
  }
  bool read(MeterReading &Reading, std::string &Problem) override {
    MeterReading Whole;
    for (const auto &P : Parts) {
      MeterReading Part;
      if (!P->read(Part, Problem))
        return false;
      Whole.Seconds = std::max(Whole.Seconds, Part.Seconds);
      Whole.EnergyJ.insert(Whole.EnergyJ.end(), Part.EnergyJ.begin(),
                           Part.EnergyJ.end());
    }
    Reading = std::move(Whole);
    return true;
  }

private:
  std::vector<std::unique_ptr<Meter>> Parts;
  std::vector<MeterDomain> Domains;
};

} // namespace

std::unique_ptr<Meter> joinedMeter(std::vector<std::unique_ptr<Meter>> Parts) {
  return std::make_unique<JoinedMeter>(std::move(Parts));
}

} // namespace toscount
