//===- RunsFile.h - the records that the runner appends -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A file of records while it grows: what is in it, runs that failed included,
/// and how many lines were added since.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TOOLS_RUNSFILE_H
#define TOSCOUNT_TOOLS_RUNSFILE_H

#include "toscount/Records/RunRecord.h"

namespace toscount::tool {

struct FailedRun {
  std::string Job, Model, Optimizer, Dtype;
  uint64_t Batch = 0;
  std::string Kind, Message;
};

struct RunsFile {
  std::vector<RunRecord> Records;
  std::vector<FailedRun> Failed;
  std::map<std::string, size_t, std::less<>> RecordOf; ///< Index, by job.
  /// The highest load average before a run, and that machine's cores.
  double Load = 0, Cores = 0;
  size_t Lines = 0; ///< That are not empty.
};

/// What \p Path holds; nothing where there is no such file. A last line that is
/// torn is left out: the runner removes it.
llvm::Expected<RunsFile> readRunsFile(llvm::StringRef Path);

/// Counts the lines of \p Path that were added since it was made.
class LineWatch {
public:
  explicit LineWatch(std::string Path);
  size_t added();

private:
  std::string Path;
  uint64_t Seen = 0;
  size_t Lines = 0;
};

} // namespace toscount::tool

#endif // TOSCOUNT_TOOLS_RUNSFILE_H
