//===- Joined.cpp - several meters as one ---------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Sensors.h"

#include <algorithm>
#include <set>
#include <utility>

namespace toscount {
namespace {

std::string ofPart(const Meter &Part, const std::string &Text) {
  std::string Whole = Part.name();
  Whole += ": ";
  Whole += Text;
  return Whole;
}

class JoinedMeter : public Meter {
public:
  explicit JoinedMeter(std::vector<std::unique_ptr<Meter>> All)
      : Parts(std::move(All)) {
    std::set<MeterPlace> Counted;
    for (const auto &P : Parts) {
      std::set<MeterPlace> New;
      for (MeterDomain D : P->domains()) {
        // GPUs of different meters are different GPUs: each driver has its own.
        bool Again = D.Place != MeterPlace::Gpu && Counted.count(D.Place) != 0;
        bool Inside = Counted.count(MeterPlace::Machine) != 0;
        bool Around = D.Place == MeterPlace::Machine && !Counted.empty();
        D.InTotal &= !Again && !Inside && !Around;
        if (D.InTotal)
          New.insert(D.Place);
        while (std::any_of(Domains.begin(), Domains.end(),
                           [&](const auto &O) { return O.Name == D.Name; }))
          D.Name += "'";
        Domains.push_back(std::move(D));
      }
      Counted.insert(New.begin(), New.end());
    }
  }
  [[nodiscard]] std::string name() const override {
    std::string Names;
    for (const auto &P : Parts) {
      Names += Names.empty() ? "" : ",";
      Names += P->name();
    }
    return Names;
  }
  [[nodiscard]] const std::vector<MeterDomain> &domains() const override {
    return Domains;
  }
  [[nodiscard]] bool estimated() const override {
    return anyInTotal([](const Meter &M) { return M.estimated(); });
  }
  [[nodiscard]] double resolutionS() const override {
    return coarsest([](const Meter &M) { return M.resolutionS(); });
  }
  [[nodiscard]] double samplingS() const override {
    return coarsest([](const Meter &M) { return M.samplingS(); });
  }
  [[nodiscard]] bool measuresIdle() const override {
    return !anyInTotal([](const Meter &M) { return !M.measuresIdle(); });
  }
  [[nodiscard]] std::map<std::string, std::string> facts() const override {
    std::map<std::string, std::string> All;
    for (const auto &P : Parts)
      for (const auto &[Name, Text] : P->facts())
        All[Name] = Text;
    return All;
  }
  [[nodiscard]] std::vector<std::string> notes() const override {
    std::vector<std::string> All;
    for (const auto &P : Parts)
      for (std::string &Note : P->notes())
        All.push_back(ofPart(*P, Note));
    return All;
  }
  bool read(MeterReading &Reading, std::string &Problem) override {
    MeterReading Whole;
    for (const auto &P : Parts) {
      MeterReading Part;
      if (!P->read(Part, Problem)) {
        Problem = ofPart(*P, Problem);
        return false;
      }
      Whole.Seconds = std::max(Whole.Seconds, Part.Seconds);
      Whole.UnixSeconds = std::max(Whole.UnixSeconds, Part.UnixSeconds);
      Whole.EnergyJ.insert(Whole.EnergyJ.end(), Part.EnergyJ.begin(),
                           Part.EnergyJ.end());
    }
    Reading = std::move(Whole);
    return true;
  }
  bool settle(MeterReading &Reading, std::string &Problem) override {
    auto At = Reading.EnergyJ.begin();
    for (const auto &P : Parts) {
      auto End = At + static_cast<std::ptrdiff_t>(P->domains().size());
      MeterReading Part = {Reading.Seconds, {At, End}, Reading.UnixSeconds};
      if (!P->settle(Part, Problem)) {
        Problem = ofPart(*P, Problem);
        return false;
      }
      At = std::copy(Part.EnergyJ.begin(), Part.EnergyJ.end(), At);
    }
    return true;
  }

private:
  /// Whether a part that the total takes something of has \p Property.
  template <typename F> [[nodiscard]] bool anyInTotal(F Property) const {
    auto D = Domains.begin();
    for (const auto &P : Parts) {
      auto End = D + static_cast<std::ptrdiff_t>(P->domains().size());
      if (std::any_of(D, End, [](const auto &One) { return One.InTotal; }) &&
          Property(*P))
        return true;
      D = End;
    }
    return false;
  }
  template <typename F> [[nodiscard]] double coarsest(F Seconds) const {
    double Most = 0;
    for (const auto &P : Parts)
      Most = std::max(Most, Seconds(*P));
    return Most;
  }

  std::vector<std::unique_ptr<Meter>> Parts;
  std::vector<MeterDomain> Domains;
};

} // namespace

std::unique_ptr<Meter> joinedMeter(std::vector<std::unique_ptr<Meter>> Parts) {
  return std::make_unique<JoinedMeter>(std::move(Parts));
}

} // namespace toscount
