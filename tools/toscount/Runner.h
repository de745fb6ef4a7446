//===- Runner.h - starting toscount-measure -------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The runner trains and measures; `measure` and `calibrate` find it and start
/// it, with the flags that say how it measures.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TOOLS_RUNNER_H
#define TOSCOUNT_TOOLS_RUNNER_H

#include "Command.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileUtilities.h"

#include <optional>

namespace toscount::tool {

/// Flags that the runner is given as they are.
class RunnerFlags {
public:
  void add(CLI::App &App, const char *Group);

  /// What the flags say, in the runner's own words.
  [[nodiscard]] std::vector<std::string> arguments() const;

  std::string Program; ///< Empty: it is looked for.
  std::string Meter = "auto", Device = "cpu";
  std::optional<int64_t> Threads;
  std::optional<double> IdleSeconds, WarmUpSeconds;
};

/// \p Given, or the one beside this tool (installed, or in the build tree), or
/// on PATH; an error that says how to get it.
llvm::Expected<std::string> findRunner(llvm::StringRef Given);

/// Its exit status after Ctrl-C, as shells say it.
inline constexpr int Interrupted = 130;

/// A temporary file that goes when this does: jobs, or what the runner says.
class TemporaryFile {
public:
  llvm::Error create();
  llvm::SmallString<128> Path;

private:
  llvm::FileRemover Remover;
};

/// The last line of what the runner said; its own name is taken off.
std::string lastWords(llvm::StringRef Said);

struct RunnerWatch {
  /// Where its standard error goes; empty: where this program's does.
  std::string ErrorFile;
  /// Called a few times a second while it runs; false ends it (as Ctrl-C
  /// would).
  std::function<bool()> KeepOn;
};

/// The exit status of \p Arguments, of which the first is the program; 128 and
/// the signal's number when one ended it. It is interrupted when this process
/// ends before it. An error when it can't be started.
llvm::Expected<int> runAndWait(std::vector<std::string> Arguments,
                               const RunnerWatch &Watch = {});

} // namespace toscount::tool

#endif // TOSCOUNT_TOOLS_RUNNER_H
