//===- MeterComparison.h - the same runs seen by two meters ---------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// How far a meter in software agrees with one on the wire, or any meter with
/// another, over runs that both saw.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_RECORDS_METERCOMPARISON_H
#define TOSCOUNT_RECORDS_METERCOMPARISON_H

#include "toscount/Records/RunRecord.h"
#include "toscount/Support/Agreement.h"

namespace toscount {

/// A run, and what its record says of the meter. Another file's records may
/// lack any of it.
struct MeteredRecord : RunRecord {
  std::string Job, Started;
  std::optional<double> ResolutionS, SamplingS;
  std::map<std::string, double> EnergyByDomain; ///< In the unit of the run.
  /// From and to, in Unix seconds.
  std::optional<std::pair<double, double>> WindowUnix;
};

/// The runs of one file of records.
llvm::Expected<std::vector<MeteredRecord>>
readMeteredRecords(const std::string &Path);

/// One run as one meter saw it.
struct MeteredRun {
  std::string Identity; ///< What the same run of another meter has, too.
  std::string Model, Started, Where;
  double Energy = 0;
  std::optional<double> Seconds;
};

/// What one meter saw.
struct MeterSide {
  std::string Source; ///< "runs.jsonl", "runs.jsonl#wall", "log:watts.csv".
  std::string Meter;  ///< "rapl"; several: "rapl+nvml".
  std::string Unit;
  bool Estimated = false; ///< Of some runs at least.
  /// The coarsest of its runs.
  std::optional<double> ResolutionS, SamplingS;
  std::vector<MeteredRun> Runs;
};

/// The energies of \p Records: of the whole runs, or, with \p Domains, of these
/// domains added up ("package-0", "dram-0"). Refuses mixed units, domains that
/// a run has not, and runs that can't be told apart.
llvm::Expected<MeterSide> meterSide(std::string Source,
                                    llvm::ArrayRef<MeteredRecord> Records,
                                    llvm::ArrayRef<std::string> Domains);

/// What tells \p R from other runs: its job, or model, plan and session.
std::string runIdentity(const MeteredRecord &R);

struct MeterPair {
  std::string Model, Where; ///< Where: of A.
  double A = 0, B = 0;
  std::optional<double> Seconds; ///< Of A, or else of B.
};

struct MeterComparison {
  MeterSide A, B; ///< Without their runs.
  std::vector<MeterPair> Pairs;
  size_t OnlyA = 0, OnlyB = 0; ///< Runs that the other has not.
  Agreement Result;            ///< Of A - B.
  std::vector<std::string> Notes;
};

/// Refuses different units, and fewer than two runs that both have.
llvm::Expected<MeterComparison> compareMeters(MeterSide A, MeterSide B);

} // namespace toscount

#endif // TOSCOUNT_RECORDS_METERCOMPARISON_H
