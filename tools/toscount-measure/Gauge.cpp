//===- Gauge.cpp - a meter at the edges of windows ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Gauge.h"

#include "Failure.h"
#include "Machine.h"

#include <chrono>
#include <thread>

namespace toscount::measure {

Gauge::Gauge(const Settings &S) : S(S) {
  std::string Note;
  M = openMeter(S.Meter, S.Threads, Note);
  if (!M)
    throw Failure(Note, "lost-sensor", NotHere);
}

MeterReading Gauge::read() {
  synchronize(S.Device);
  MeterReading R;
  std::string Problem;
  if (!M->read(R, Problem))
    throw Failure("meter " + M->name() + ": " + Problem, "lost-sensor");
  return R;
}

void Gauge::settle(MeterReading &R) {
  std::string Problem;
  if (!M->settle(R, Problem))
    throw Failure("meter " + M->name() + ": " + Problem, "lost-sensor");
}

MeterWindow Gauge::record(const MeterReading &From, const MeterReading &To) {
  MeterWindow W = between(From, To);
  ++Windows;
  if (W.Seconds >= M->resolutionS())
    return W;
  ShortestS = Short == 0 ? W.Seconds : std::min(ShortestS, W.Seconds);
  ++Short;
  return W;
}

Json Gauge::byDomain(const MeterWindow &W) const {
  Json O = Json::object();
  for (size_t I = 0; I < W.EnergyJ.size(); ++I)
    O[M->domains()[I].Name] = W.EnergyJ[I];
  return O;
}

std::optional<double> Gauge::measureIdle(Progress &Shown) {
  if (S.IdleSeconds <= 0 || !measures() || !M->measuresIdle())
    return std::nullopt;
  Shown.note("idle");
  using Clock = std::chrono::steady_clock;
  MeterReading From = read();
  const Clock::time_point End =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(
                         std::chrono::duration<double>(S.IdleSeconds));
  while (Clock::now() < End) {
    if (S.Interrupted != nullptr && S.Interrupted->load())
      throw Interruption();
    std::this_thread::sleep_until(
        std::min(End, Clock::now() + std::chrono::milliseconds(50)));
  }
  MeterReading To = read();
  settle(From);
  settle(To);
  MeterWindow W = record(From, To);
  return W.Seconds > 0 ? std::optional<double>(W.TotalJ / W.Seconds)
                       : std::nullopt;
}

void Gauge::describe(Json &Record) const {
  Record["meter"] = M->name();
  Record["meter_resolution_s"] = M->resolutionS();
  if (M->samplingS() > 0)
    Record["meter_sampling_s"] = M->samplingS();
  if (M->estimated())
    Record["estimated"] = true;
  Json Boundary = Json::array();
  for (const MeterDomain &D : M->domains())
    if (D.InTotal)
      Boundary.push_back(D.Name);
  Record["boundary"] = Boundary;
  for (const auto &[Name, Text] : M->facts())
    Record["meter_facts"][Name] = Text;
}

void Gauge::conclude(Json &Record) const {
  // Those of a log are known only now.
  Record["meter_resolution_s"] = M->resolutionS();
  if (M->samplingS() > 0)
    Record["meter_sampling_s"] = M->samplingS();
  std::vector<std::string> Notes = M->notes();
  if (Short > 0) {
    Record["short_windows"] = Short;
    char Text[200];
    std::snprintf(Text, sizeof(Text),
                  "%lld of %lld windows are shorter than the %.3g s that meter "
                  "%s resolves (the shortest has %.3g s); their energies are "
                  "unsure, their sum is not",
                  static_cast<long long>(Short),
                  static_cast<long long>(Windows), M->resolutionS(),
                  M->name().c_str(), ShortestS);
    Notes.emplace_back(Text);
    if (Record.value("seconds", 0.0) < M->resolutionS())
      Notes.emplace_back("the whole run is shorter than that: its energy is "
                         "unsure; more epochs or samples make it longer");
  }
  for (const std::string &Note : Notes) {
    Record["meter_notes"].push_back(Note);
    if (S.Say)
      S.Say(Note);
  }
}

} // namespace toscount::measure
