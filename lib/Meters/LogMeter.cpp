//===- LogMeter.cpp - an external wattmeter, by its log -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Sensors.h"

#include "toscount/Meters/PowerLog.h"

#include <cmath>
#include <cstdio>
#include <thread>
#include <utility>

namespace toscount {
namespace {

class LogMeter : public Meter {
public:
  explicit LogMeter(std::unique_ptr<PowerLog> Log) : Log(std::move(Log)) {
    const std::vector<std::string> &Channels = this->Log->channels();
    for (const std::string &Channel : Channels)
      Domains.push_back({Channels.size() == 1 ? "wall" : "wall-" + Channel,
                         true, MeterPlace::Machine});
  }
  [[nodiscard]] std::string name() const override { return "log"; }
  [[nodiscard]] const std::vector<MeterDomain> &domains() const override {
    return Domains;
  }
  [[nodiscard]] double resolutionS() const override { return Log->periodS(); }
  [[nodiscard]] double samplingS() const override { return Log->periodS(); }
  [[nodiscard]] std::map<std::string, std::string> facts() const override {
    std::map<std::string, std::string> Facts = {{"log", Log->options().Path}};
    if (Log->options().OffsetS != 0)
      Facts["log offset"] = std::to_string(Log->options().OffsetS) + " s";
    return Facts;
  }
  bool read(MeterReading &Reading, std::string &) override {
    Reading = {secondsSince(Opened),
               std::vector<double>(Domains.size(), std::nan("")), unixNow()};
    return true;
  }
  bool settle(MeterReading &Reading, std::string &Problem) override {
    const double Until = Reading.UnixSeconds;
    const auto Begin = std::chrono::steady_clock::now();
    for (;;) {
      if (!Log->update(Problem))
        return false;
      if (Log->samples() > 0 && Log->last() >= Until)
        return Log->energy(OpenedUnix, Until, Reading.EnergyJ, Problem);
      if (secondsSince(Begin) > Log->options().WaitS)
        break;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    char Text[160];
    std::snprintf(Text, sizeof(Text),
                  ": no sample from Unix time %.3f or later came within %g s",
                  Until, Log->options().WaitS);
    Problem = Log->options().Path + Text;
    if (Log->samples() > 0) {
      std::snprintf(Text, sizeof(Text), " (the last is of %.3f)", Log->last());
      Problem += Text;
    }
    Problem += "; is its logger running, and is its clock right "
               "(log:FILE:offset=SECONDS, log:FILE:wait=SECONDS)?";
    return false;
  }

private:
  std::unique_ptr<PowerLog> Log;
  std::vector<MeterDomain> Domains;
  double OpenedUnix = unixNow();
  std::chrono::steady_clock::time_point Opened =
      std::chrono::steady_clock::now();
};

} // namespace

std::unique_ptr<Meter> logMeter(const std::string &Spec, std::string &Problem) {
  PowerLogOptions Options;
  if (!parsePowerLog(Spec, Options, Problem))
    return nullptr;
  std::unique_ptr<PowerLog> Log = PowerLog::open(Options, Problem);
  return Log ? std::make_unique<LogMeter>(std::move(Log)) : nullptr;
}

} // namespace toscount
