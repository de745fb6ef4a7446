//===- Meter.h - what measures energy -------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// One interface for everything that tells joules. A meter counts from when it
/// was opened; a window is the difference between two readings, so that windows
/// that follow each other lose nothing between them. Only the C++ standard
/// library is used here: the runner is built without the rest of toscount.
///
/// Whoever reads synchronises the device first: work that was launched and has
/// not run yet belongs to nobody's window.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_METERS_METER_H
#define TOSCOUNT_METERS_METER_H

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace toscount {

/// What of the machine a domain sees; what two meters see of it is counted
/// once.
enum class MeterPlace : unsigned char { Processor, Memory, Gpu, Machine };

/// One thing whose energy is told apart.
struct MeterDomain {
  std::string Name; ///< "package-0", "dram-0", "gpu-0", "cpu" (tdp), "wall".
  /// Lies inside no other domain: the total is the sum of these. (Core and
  /// uncore lie inside the package, psys overlaps it, the wall sees it all.)
  bool InTotal = true;
  MeterPlace Place = MeterPlace::Processor;
};

/// What a meter has counted since it was opened.
struct MeterReading {
  double Seconds = 0; ///< On the steady clock.
  /// By domain; never falls (wraps are undone). No numbers (NaN) where the
  /// energy is not known yet: see Meter::settle.
  std::vector<double> EnergyJ;
  double UnixSeconds = 0; ///< When it was taken, on the wall's clock.
};

/// A window between two readings.
struct MeterWindow {
  double Seconds = 0;
  std::vector<double> EnergyJ; ///< By domain.
  double TotalJ = 0;           ///< Of the domains in the total.
};

class Meter {
public:
  Meter() = default;
  Meter(const Meter &) = delete;
  Meter &operator=(const Meter &) = delete;
  virtual ~Meter();

  /// As in records: "rapl", "nvml", "tdp:65", "log". Two joined: "rapl,nvml".
  [[nodiscard]] virtual std::string name() const = 0;
  /// Fixed while the meter is open.
  [[nodiscard]] virtual const std::vector<MeterDomain> &domains() const = 0;
  /// Not measured, but derived from an assumption.
  [[nodiscard]] virtual bool estimated() const { return false; }
  /// Seconds between two values that differ by more than noise: a counter's
  /// update period, a sampled sensor's averaging time; 0: none to speak of.
  [[nodiscard]] virtual double resolutionS() const { return 0; }
  /// Seconds between two samples of a power that is sampled; 0: energy is
  /// counted by the sensor itself.
  [[nodiscard]] virtual double samplingS() const { return 0; }
  /// What it reads while nothing runs is idle power (an estimate's is not).
  [[nodiscard]] virtual bool measuresIdle() const { return true; }
  /// Power limit, clocks, driver version: kept in records by these names.
  [[nodiscard]] virtual std::map<std::string, std::string> facts() const {
    return {};
  }
  /// Sentences on what makes the readings so far less sure than they look.
  [[nodiscard]] virtual std::vector<std::string> notes() const { return {}; }
  /// False, with the reason in \p Problem, once the sensor is lost.
  virtual bool read(MeterReading &Reading, std::string &Problem) = 0;
  /// Completes a reading of this meter whose energy was not known when it was
  /// taken: that of a log, whose next sample comes later. Waits for it; false,
  /// with the reason in \p Problem, when it does not come.
  virtual bool settle(MeterReading &Reading, std::string &Problem);
};

/// The window from \p From to \p To of \p M.
MeterWindow window(const Meter &M, const MeterReading &From,
                   const MeterReading &To);

/// The meter that \p Spec names, opened; null, with the reason and what to do
/// in \p Problem, when there is none such or it can't be used here. \p Problem
/// may also hold a note when the meter is not null (what `auto` chose, and
/// why).
///
///   null            nothing is measured: records have no energy
///   tdp:WATTS       busy time x watts: an estimate, and marked as one
///   replay:FILE     readings recorded before, one a line (see replay())
///   log:FILE[:...]  a wattmeter's samples, by another program (PowerLog.h)
///   rapl[:FOLDER]   counters of CPU packages and their memory: the powercap
///                   tree of Linux, /sys/class/powercap
///   nvml[:LIBRARY]  NVIDIA GPUs: libnvidia-ml.so.1
///   hwmon[:FOLDER]  AMD and Intel GPUs and what else tells power or energy in
///                   /sys/class/hwmon
///   auto            every meter of this machine that can be used, otherwise
///                   tdp with 10 W for each of \p Threads threads
///   A,B             both at once. The total is what A counts and what B sees
///                   besides; the rest of B is recorded and not added
std::unique_ptr<Meter> openMeter(const std::string &Spec, unsigned Threads,
                                 std::string &Problem);

/// What a kind of meter comes to on this machine.
struct MeterStatus {
  std::string Name; ///< As openMeter takes it.
  std::string What; ///< In a few words.
  bool Usable = false;
  std::string Why;                  ///< It is not; empty when it is.
  std::vector<MeterDomain> Domains; ///< When it is usable.
  double ResolutionS = 0;
  double SamplingS = 0; ///< 0: the sensor counts energy itself.
  bool Estimated = false;
};

/// Every kind of meter that needs no file, tried.
std::vector<MeterStatus> listMeters();

/// Busy time times \p PowerW.
std::unique_ptr<Meter> tdpMeter(double PowerW);

/// Readings from the CSV file \p Path: a header `seconds,DOMAIN,...`, then what
/// the meter counts since it was opened (seconds, joules), a line a reading. It
/// is lost after the last. The names say what lies inside what: `core`,
/// `uncore` and `psys` are not added, `wall` only when nothing else is. For
/// tests, and for looking at a campaign again.
std::unique_ptr<Meter> replayMeter(const std::string &Path,
                                   std::string &Problem);

/// A whole decimal number with nothing behind it; false for anything else.
bool parseNumber(const std::string &Text, double &Number);

} // namespace toscount

#endif // TOSCOUNT_METERS_METER_H
