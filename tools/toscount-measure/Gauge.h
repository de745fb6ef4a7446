//===- Gauge.h - a meter at the edges of windows --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Reads the meter of a run where windows begin and end, with the device idle
/// at each, and says what the meter is worth for windows as short as those.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_MEASURE_GAUGE_H
#define TOSCOUNT_MEASURE_GAUGE_H

#include "Job.h"
#include "Progress.h"
#include "Trainer.h"

#include "toscount/Meters/Meter.h"

namespace toscount::measure {

class Gauge {
public:
  /// Opens the meter; throws Failure when it can't be.
  explicit Gauge(const Settings &S);

  /// The reading at an edge; its energy may not be known yet.
  MeterReading read();
  /// Makes it known; waits for a log.
  void settle(MeterReading &R);

  [[nodiscard]] bool measures() const { return !M->domains().empty(); }
  [[nodiscard]] MeterWindow between(const MeterReading &From,
                                    const MeterReading &To) const {
    return window(*M, From, To);
  }
  /// A window whose energy a record tells.
  MeterWindow record(const MeterReading &From, const MeterReading &To);
  [[nodiscard]] Json byDomain(const MeterWindow &W) const;

  /// Watts while nothing runs; absent where that is not asked for or can't be
  /// told.
  std::optional<double> measureIdle(Progress &Shown);

  /// "meter", "meter_resolution_s", "boundary" and what else is known before.
  void describe(Json &Record) const;
  /// "short_windows", "meter_notes": what is known at the end.
  void conclude(Json &Record) const;

private:
  const Settings &S;
  std::unique_ptr<Meter> M;
  int64_t Windows = 0, Short = 0;
  double ShortestS = 0;
};

} // namespace toscount::measure

#endif // TOSCOUNT_MEASURE_GAUGE_H
