//===- CountFlags.h - flags that say how to count -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The flags that every counting command takes: phase, datatype, dimensions,
/// loss, optimizer, conventions, ALU table.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TOOLS_COUNTFLAGS_H
#define TOSCOUNT_TOOLS_COUNTFLAGS_H

#include "Command.h"

#include "toscount/Analysis/ModelCounts.h"
#include "toscount/Lowering/CostTable.h"

namespace toscount::tool {

/// `NAME=VALUE` or `INPUT:AXIS=VALUE`; throws UsageError.
DimBinding parseDim(llvm::StringRef Text);

class CountFlags {
public:
  /// Declares the flags on \p App. \p ForPrediction: without those that would
  /// count otherwise than profiles were calibrated. \p Varied: without --batch
  /// and --dtype, which the command declares in its own way.
  void add(CLI::App &App, bool ForPrediction = false, bool Varied = false);

  /// The parsed flags; throws UsageError for values that make no sense.
  [[nodiscard]] CountOptions counting() const;
  /// As counting(); reads `--alu`. What a branch costs, where \p Options must
  /// choose one of several, is then its TOs under it.
  llvm::Expected<LoweringOptions> lowering(CountOptions &Options) const;

private:
  std::string Phase = "train";
  std::string Datatype;
  std::string Accumulate;
  std::string Convention = "exact";
  std::vector<std::string> Dims, Assumptions;
  int64_t Batch = 0;
  std::string Loss, LossOutput, Optimizer, Freeze, Trainable, AluFile;
  std::optional<int64_t> ClassAxis;
  bool SkipPaddingTaps = false;
  bool QdqAsWritten = false;
  bool FlopsIncludeCmp = false;
  bool AllowUnknown = false;
  CLI::Option *BatchGiven = nullptr;
  CLI::Option *FreezeGiven = nullptr, *TrainableGiven = nullptr;
};

} // namespace toscount::tool

#endif // TOSCOUNT_TOOLS_COUNTFLAGS_H
