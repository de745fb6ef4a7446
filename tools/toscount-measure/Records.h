//===- Records.h - the file of run records --------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_MEASURE_RECORDS_H
#define TOSCOUNT_MEASURE_RECORDS_H

#include "Job.h"

#include <map>

namespace toscount::measure {

/// Records (`toscount.run/1`), a line each, appended when a run ends. A record
/// is either whole or absent: it is written by one call, synced, and taken back
/// when the disk did not take all of it. What a killed process or a crash left
/// of a line is removed when the file is opened. Several processes may append
/// to one file: each holds its lock while it writes.
class Records {
public:
  /// Opens or makes \p Path; throws Failure.
  explicit Records(const std::string &Path);
  ~Records();
  Records(const Records &) = delete;
  Records &operator=(const Records &) = delete;

  enum class Outcome : uint8_t { Absent, Failed, Done };
  /// What the file holds of job \p Id; one good record is enough.
  [[nodiscard]] Outcome outcome(const std::string &Id) const;

  /// Appends \p Record; throws Failure, and leaves the file as it was.
  void append(const Json &Record);

  /// Bytes of a torn last line that were removed.
  [[nodiscard]] size_t repaired() const { return Repaired; }

private:
  void repair();

  std::string Path;
  int File = -1;
  bool Regular = false;
  size_t Repaired = 0;
  std::map<std::string, Outcome> Outcomes;
};

} // namespace toscount::measure

#endif // TOSCOUNT_MEASURE_RECORDS_H
