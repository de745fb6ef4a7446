//===- PowerSampler.cpp - power, sampled and integrated -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "PowerSampler.h"

#include "Sensors.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace toscount {

void PowerIntegral::add(double Seconds, const std::vector<double> &PowerW) {
  if (LastW.empty()) {
    EnergyJ.assign(PowerW.size(), 0);
  } else {
    for (size_t I = 0; I < PowerW.size(); ++I)
      EnergyJ[I] += (Seconds - Last) * (LastW[I] + PowerW[I]) / 2;
    LongestS = std::max(LongestS, Seconds - Last);
  }
  Last = Seconds;
  LastW = PowerW;
}

PowerSampler::PowerSampler(Probe Sense, std::chrono::milliseconds Period)
    : Sense(std::move(Sense)), Period(Period) {
  sample();
  Thread = std::thread([this] { run(); });
}

PowerSampler::~PowerSampler() {
  {
    std::lock_guard<std::mutex> Held(Lock);
    Ending = true;
  }
  Wake.notify_all();
  Thread.join();
}

void PowerSampler::sample() {
  std::vector<double> PowerW;
  if (Lost.empty() && Sense(PowerW, Lost))
    Sum.add(secondsSince(Opened), PowerW);
}

void PowerSampler::run() {
  std::unique_lock<std::mutex> Held(Lock);
  Clock::time_point Next = Clock::now();
  while (!Ending && Lost.empty()) {
    Next = std::max(Next + Period, Clock::now());
    if (!Wake.wait_until(Held, Next, [this] { return Ending; }))
      sample();
  }
}

bool PowerSampler::read(double &Seconds, std::vector<double> &EnergyJ,
                        std::string &Problem) {
  std::lock_guard<std::mutex> Held(Lock);
  sample();
  if (!Lost.empty()) {
    Problem = Lost;
    return false;
  }
  Seconds = Sum.seconds();
  EnergyJ = Sum.energyJ();
  return true;
}

std::vector<std::string> PowerSampler::notes() const {
  std::lock_guard<std::mutex> Held(Lock);
  if (Sum.longestS() <= 5 * periodS())
    return {};
  char Text[160];
  std::snprintf(Text, sizeof(Text),
                "power was sampled every %g s, but once not for %.3g s: the "
                "machine had no time for it",
                periodS(), Sum.longestS());
  return {Text};
}

} // namespace toscount
