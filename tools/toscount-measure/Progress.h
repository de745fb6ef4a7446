//===- Progress.h - how far it is -----------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_MEASURE_PROGRESS_H
#define TOSCOUNT_MEASURE_PROGRESS_H

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace toscount::measure {

/// One line on standard error that is written over, at most ten times a second,
/// when that is a terminal; nothing otherwise.
class Progress {
public:
  explicit Progress(bool Quiet);
  ~Progress();
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

  void startRun(int64_t Number, int64_t Of, const std::string &What,
                int64_t Epochs);
  /// Within an epoch: \p Share of it is done.
  void step(int64_t Epoch, double Share);
  /// What is known at the end of an epoch.
  void epoch(std::optional<double> Accuracy, double EnergyJ, double PowerW);
  void note(const std::string &What);
  /// Removes the line, so that something else can be printed.
  void clear();

private:
  void show(int64_t Epoch, double Share);

  using Clock = std::chrono::steady_clock;
  bool Enabled;
  bool Shown = false;
  int64_t Number = 0, Of = 0, Epochs = 0;
  std::string What;
  std::optional<double> Accuracy;
  double EnergyJ = 0, PowerW = 0;
  Clock::time_point RunStart, Last;
};

/// "1.25 kJ", "41.0 W".
std::string si(double Number, const char *Unit);

} // namespace toscount::measure

#endif // TOSCOUNT_MEASURE_PROGRESS_H
