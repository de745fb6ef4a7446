//===- SensorMeter.h - counters of energy, and sampled powers -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A meter of several sensors, of which each either counts energy or tells a
/// power, which is then sampled. Whoever makes one finds the sensors.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_METERS_SENSORMETER_H
#define TOSCOUNT_LIB_METERS_SENSORMETER_H

#include "PowerSampler.h"
#include "Sensors.h"

namespace toscount {

struct Sensor {
  std::string Name; ///< For messages: a file, "GPU 0".
  /// Its value now; false with the reason. Called by one thread at a time.
  std::function<bool(uint64_t &, std::string &)> Read;
  bool Counts = false; ///< Energy, since whenever; otherwise power.
  double Scale = 1;    ///< Of a value, to joules or watts.
  double ResolutionS = 0;
};

class SensorMeter : public Meter {
public:
  /// A sensor a domain. Powers are sampled every \p Period.
  SensorMeter(std::string Name, std::vector<MeterDomain> Domains,
              std::vector<Sensor> Sensors,
              std::map<std::string, std::string> Facts,
              std::chrono::milliseconds Period);
  [[nodiscard]] std::string name() const override { return Name; }
  [[nodiscard]] const std::vector<MeterDomain> &domains() const override {
    return Domains;
  }
  /// Of the domains in the total.
  [[nodiscard]] double resolutionS() const override;
  [[nodiscard]] double samplingS() const override {
    return Sampler ? Sampler->periodS() : 0;
  }
  [[nodiscard]] std::map<std::string, std::string> facts() const override {
    return Facts;
  }
  [[nodiscard]] std::vector<std::string> notes() const override {
    return Sampler ? Sampler->notes() : std::vector<std::string>();
  }
  bool read(MeterReading &Reading, std::string &Problem) override;

private:
  std::string Name;
  std::vector<MeterDomain> Domains;
  std::vector<Sensor> Sensors;
  std::map<std::string, std::string> Facts;
  std::vector<uint64_t> First, Last; ///< Of counters; empty until read.
  std::chrono::steady_clock::time_point Opened =
      std::chrono::steady_clock::now();
  std::unique_ptr<PowerSampler> Sampler; ///< Last: it uses the others.
};

} // namespace toscount

#endif // TOSCOUNT_LIB_METERS_SENSORMETER_H
