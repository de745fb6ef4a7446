//===- PowerLog.h - what an external wattmeter wrote ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A log of power samples that another program writes, before, while or after
/// what it measures runs: CSV, a sample a line, below a line that names the
/// columns. Wattmeters agree on no format, so that what most of them write is
/// taken:
///
///  - columns apart by commas, semicolons (then with decimal commas, too) or
///    tabs; lines before the names, and lines that begin with '#', are skipped;
///  - time in Unix seconds (with fractions), milli-, micro- or nanoseconds, or
///    as ISO 8601 ("2026-11-27T03:40:00.5Z", "2026/11/27 04:40:00.5+01:00"), in
///    one column or as date and time in two. A time without a zone needs
///    `zone=`;
///  - watts in the column that is called so ("watts", "power", "power_w",
///    "P-1", "power.draw [W]"), or in those that `column=` names; mW and kW
///    where the name says so. Cells may end in their unit. Other columns are
///    ignored.
///
/// Power runs straight from sample to sample: energy is the sum of trapezoids,
/// cut at the edges of the window.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_METERS_POWERLOG_H
#define TOSCOUNT_METERS_POWERLOG_H

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace toscount {

struct PowerLogOptions {
  std::string Path;
  std::vector<std::string> Columns; ///< Empty: found by name.
  double OffsetS = 0;               ///< Added to the log's times.
  std::optional<double> ZoneS;      ///< East of UTC, of times without a zone.
  double WaitS = 30;                ///< For a sample that is still to come.
  /// Samples further apart are a gap; otherwise five median periods.
  std::optional<double> MaxGapS;
};

/// "FILE[:offset=S][:column=NAME[+NAME...]][:zone=+HH:MM][:wait=S]
/// [:max-gap=S]", what stands behind `log:`. False with the reason in
/// \p Problem.
bool parsePowerLog(const std::string &Spec, PowerLogOptions &Options,
                   std::string &Problem);

class PowerLog {
public:
  /// Null, with the reason in \p Problem, when the file can't be read or has no
  /// line that names a time and a power.
  static std::unique_ptr<PowerLog> open(const PowerLogOptions &Options,
                                        std::string &Problem);

  /// Takes in what was written since; a last line without an end waits. False
  /// with the reason in \p Problem for what is no sample.
  bool update(std::string &Problem);

  /// Names of the power columns.
  [[nodiscard]] const std::vector<std::string> &channels() const {
    return Names;
  }
  [[nodiscard]] size_t samples() const { return Times.size(); }
  /// Median seconds between two samples; 0 for fewer than two.
  [[nodiscard]] double periodS() const;
  /// Unix seconds; there is a sample.
  [[nodiscard]] double first() const { return Times.front(); }
  [[nodiscard]] double last() const { return Times.back(); }

  /// Joules of each channel between two Unix times. False, with the reason in
  /// \p Problem, when the samples do not enclose them or have a gap between.
  bool energy(double From, double To, std::vector<double> &EnergyJ,
              std::string &Problem) const;

  [[nodiscard]] const PowerLogOptions &options() const { return Options; }

private:
  explicit PowerLog(PowerLogOptions O) : Options(std::move(O)) {}
  bool findColumns(const std::string &Line);
  bool addSample(const std::string &Line, std::string &Problem);
  /// Joules of channel \p C from the first sample to \p Time.
  [[nodiscard]] double upTo(double Time, size_t C) const;

  PowerLogOptions Options;
  char Separator = ',';
  size_t TimeColumn = 0;
  std::optional<size_t> DateColumn;
  std::vector<size_t> PowerColumns;
  std::vector<double> Scales; ///< To watts.
  std::vector<std::string> Names;
  std::vector<double> Times;
  std::vector<std::vector<double>> PowersW; ///< By channel.
  std::vector<std::vector<double>> SumsJ;   ///< By channel, up to each sample.
  uint64_t Read = 0;                        ///< Bytes taken in.
  size_t Line = 0;
};

/// "2026-11-27T03:40:00.5Z" and its like as Unix seconds; \p ZoneS for times
/// that name none. False for anything else.
bool parseTime(const std::string &Text, std::optional<double> ZoneS,
               double &UnixSeconds);

} // namespace toscount

#endif // TOSCOUNT_METERS_POWERLOG_H
