//===- PowerSampler.h - power, sampled and integrated ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// For sensors that tell watts and count no joules. A thread sleeps from sample
/// to sample; whoever reads takes one more, so that windows end where they
/// should. Between samples power runs straight.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_METERS_POWERSAMPLER_H
#define TOSCOUNT_LIB_METERS_POWERSAMPLER_H

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace toscount {

/// The sum of trapezoids between samples.
class PowerIntegral {
public:
  void add(double Seconds, const std::vector<double> &PowerW);
  [[nodiscard]] const std::vector<double> &energyJ() const { return EnergyJ; }
  /// Of the last sample.
  [[nodiscard]] double seconds() const { return Last; }
  /// The longest time between two samples.
  [[nodiscard]] double longestS() const { return LongestS; }

private:
  double Last = 0, LongestS = 0;
  std::vector<double> LastW, EnergyJ;
};

class PowerSampler {
public:
  /// Fills in the watts of all channels; false, with the reason, when they
  /// can't be had any more. Called by one thread at a time.
  using Probe = std::function<bool(std::vector<double> &, std::string &)>;

  /// Takes the first sample at once.
  PowerSampler(Probe Sense, std::chrono::milliseconds Period);
  ~PowerSampler();
  PowerSampler(const PowerSampler &) = delete;
  PowerSampler &operator=(const PowerSampler &) = delete;

  /// Takes a sample: its time since the first, and joules by channel up to it.
  /// False, with the reason in \p Problem, once a sample could not be taken.
  bool read(double &Seconds, std::vector<double> &EnergyJ,
            std::string &Problem);

  /// Says so when samples were much further apart than they should be.
  [[nodiscard]] std::vector<std::string> notes() const;
  [[nodiscard]] double periodS() const {
    return std::chrono::duration<double>(Period).count();
  }

private:
  void run();
  void sample(); ///< With the lock held.

  using Clock = std::chrono::steady_clock;
  Probe Sense;
  std::chrono::milliseconds Period;
  Clock::time_point Opened = Clock::now();
  mutable std::mutex Lock;
  std::condition_variable Wake;
  PowerIntegral Sum;
  std::string Lost;
  bool Ending = false;
  std::thread Thread; ///< Last: it uses all others.
};

} // namespace toscount

#endif // TOSCOUNT_LIB_METERS_POWERSAMPLER_H
