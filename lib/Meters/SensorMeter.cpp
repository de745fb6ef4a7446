//===- SensorMeter.cpp - counters of energy, and sampled powers -----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "SensorMeter.h"

#include <algorithm>
#include <utility>

namespace toscount {

SensorMeter::SensorMeter(std::string Name, std::vector<MeterDomain> Domains,
                         std::vector<Sensor> All,
                         std::map<std::string, std::string> Facts,
                         std::chrono::milliseconds Period)
    : Name(std::move(Name)), Domains(std::move(Domains)),
      Sensors(std::move(All)), Facts(std::move(Facts)) {
  std::vector<Sensor> Powers;
  std::copy_if(Sensors.begin(), Sensors.end(), std::back_inserter(Powers),
               [](const Sensor &S) { return !S.Counts; });
  if (Powers.empty())
    return;
  Sampler = std::make_unique<PowerSampler>(
      [Powers](std::vector<double> &PowerW, std::string &Problem) {
        for (const Sensor &S : Powers) {
          uint64_t Value = 0;
          if (!S.Read(Value, Problem))
            return false;
          PowerW.push_back(static_cast<double>(Value) * S.Scale);
        }
        return true;
      },
      Period);
}

double SensorMeter::resolutionS() const {
  double Coarsest = 0;
  for (size_t I = 0; I < Sensors.size(); ++I)
    if (Domains[I].InTotal)
      Coarsest = std::max(Coarsest, Sensors[I].ResolutionS);
  return Coarsest;
}

bool SensorMeter::read(MeterReading &Reading, std::string &Problem) {
  std::vector<double> PowersJ, EnergyJ;
  double Seconds = secondsSince(Opened);
  // The window ends where its last sample was taken.
  if (Sampler && !Sampler->read(Seconds, PowersJ, Problem))
    return false;
  auto Sampled = PowersJ.begin();
  std::vector<uint64_t> Now(Sensors.size());
  for (size_t I = 0; I < Sensors.size(); ++I) {
    const Sensor &S = Sensors[I];
    if (!S.Counts) {
      EnergyJ.push_back(*Sampled++);
      continue;
    }
    if (!S.Read(Now[I], Problem))
      return false;
    if (!Last.empty() && Now[I] < Last[I]) {
      Problem = S.Name + ": its energy counter went back";
      return false;
    }
    const uint64_t Begin = First.empty() ? Now[I] : First[I];
    EnergyJ.push_back(static_cast<double>(Now[I] - Begin) * S.Scale);
  }
  if (First.empty())
    First = Now;
  Last = std::move(Now);
  Reading = {Seconds, std::move(EnergyJ), unixNow()};
  return true;
}

} // namespace toscount
