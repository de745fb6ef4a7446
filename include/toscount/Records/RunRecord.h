//===- RunRecord.h - measured training runs -------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// One record is one run: what was trained, how, on what, and the energy that
/// it took. Records are JSON Lines, schema `toscount.run/1`; files are merged
/// by putting one behind the other. Features of a run come from counting its
/// model, never from the record.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_RECORDS_RUNRECORD_H
#define TOSCOUNT_RECORDS_RUNRECORD_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace toscount {

/// What an energy is given in. "J", or what the source has ("W samples"); units
/// are compared as text and never converted.
struct MeasuredEnergy {
  double Value = 0; ///< Finite, above 0.
  std::string Unit;
};

/// One epoch of a run, as far as it was recorded.
struct EpochRecord {
  std::optional<double> Seconds;
  std::optional<double> Energy; ///< In the unit of the run.
  std::optional<double> TrainAccuracy, ValidationAccuracy, Loss;
};

struct RunRecord {
  std::string File;  ///< Where it was read,
  unsigned Line = 0; ///< for messages.

  // The least that a record has.
  std::string Model;    ///< "zoo:lenet:scale=1", or a path.
  uint64_t Samples = 0; ///< Training samples an epoch.
  uint64_t Batch = 0;
  uint64_t Epochs = 0;
  std::string Optimizer, Loss, Dtype;
  std::string Hardware, Meter;
  MeasuredEnergy Energy;

  // What it may have.
  std::optional<uint64_t> Steps;  ///< Of the whole run; otherwise see steps().
  uint64_t ValidationSamples = 0; ///< An epoch.
  std::optional<double> Seconds;
  std::optional<double> Accuracy; ///< 0 to 1.
  bool Estimated = false;         ///< The energy is no measurement.
  std::string Group;              ///< The architecture; empty: not given.
  std::string GraphHash;          ///< What Group defaults to.
  std::string Session;            ///< What changed between measuring days.
  std::string Phase; ///< "forward" or "backward" of single layers; or empty.
  std::string Trainable; ///< Regular expression; empty: everything.
  std::string Data;      ///< What it was trained on; or empty.
  std::string Criterion; ///< What ended it ("target-accuracy"); or empty.
  /// What the meter saw, its parts sorted and joined by '+'; or empty.
  std::string Boundary;
  std::vector<EpochRecord> PerEpoch;

  /// Steps as recorded, or epochs times the batches of an epoch (the last one
  /// may be smaller). Saturates instead of wrapping.
  [[nodiscard]] uint64_t steps() const;
  /// Group, or the graph's hash, or the model.
  [[nodiscard]] llvm::StringRef group() const;
  /// "FILE:LINE".
  [[nodiscard]] std::string where() const;
};

/// The record that is the text of one line. Fields that are not known are
/// ignored (records of runners carry more), except those a letter away from a
/// known one. Errors name the field, not the place.
llvm::Expected<RunRecord> parseRunRecord(llvm::StringRef Text);

/// Every record in \p Text, one a line; empty lines and
/// runs of "status": "failed" are skipped. Errors name
/// \p Path and the line.
llvm::Expected<std::vector<RunRecord>> parseRunRecords(llvm::StringRef Text,
                                                       llvm::StringRef Path);

/// The records of all files ("-": standard input), in their order. An error
/// when there is none.
llvm::Expected<std::vector<RunRecord>>
readRunRecords(llvm::ArrayRef<std::string> Paths);

/// "unit", "boundary", "meter", "hardware": what runs that are fitted together
/// must share.
llvm::ArrayRef<llvm::StringRef> sharedRunFields();

/// That field of \p Record, as text; an empty boundary is "not given".
std::string runField(const RunRecord &Record, llvm::StringRef Field);

/// Refuses records that differ in a shared field, unless it is one of
/// \p GroupBy; the message names the first two that do.
llvm::Error checkFittedTogether(llvm::ArrayRef<RunRecord> Records,
                                llvm::ArrayRef<llvm::StringRef> GroupBy = {});

/// The records by the values of \p Fields ("Tesla T4, nvml"), each part in the
/// order given.
std::map<std::string, std::vector<RunRecord>>
partitionRuns(llvm::ArrayRef<RunRecord> Records,
              llvm::ArrayRef<llvm::StringRef> Fields);

} // namespace toscount

#endif // TOSCOUNT_RECORDS_RUNRECORD_H
