//===- Command.h - what the subcommands share -----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Each subcommand is one source file with an `add...Command` function that
/// declares its flags and leaves behind the function that runs it.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TOOLS_COMMAND_H
#define TOSCOUNT_TOOLS_COMMAND_H

#include <CLI/CLI.hpp>

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>

namespace toscount::tool {

/// Exit statuses, the same for every command.
enum Status : int {
  Done = 0,
  BadInput = 1,   ///< The file, model or data is wrong, or a dimension unbound.
  BadUsage = 2,   ///< The command line is wrong.
  GateFailed = 3, ///< Done, but a gate failed.
  NotHere = 4,    ///< Something is missing on this machine.
};

/// A mistake on the command line; becomes status BadUsage.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Something that is missing on this machine; becomes status NotHere.
struct MissingError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A subcommand: its flags, and what to do once they are parsed.
struct Command {
  CLI::App *App = nullptr;
  std::function<int()> Run;
};

/// `--help` in 80 columns: long descriptions are wrapped, and defaults stand
/// behind them.
class HelpFormatter : public CLI::Formatter {
public:
  HelpFormatter();
  std::string make_group(std::string Group, bool IsPositional,
                         std::vector<const CLI::Option *> Opts) const override;
  std::string make_option(const CLI::Option *Opt,
                          bool IsPositional) const override;
  std::string make_option_opts(const CLI::Option *Opt) const override;
  std::string make_option_desc(const CLI::Option *Opt) const override;
};

#define TOSCOUNT_COMMAND(NAME, WORD) Command add##NAME##Command(CLI::App &Root);
#include "Commands.def"

/// Prints `toscount: error: ...` and returns \p S; NotHere when it was drawing
/// that failed.
int report(llvm::Error E, Status S = BadInput);

/// Throws UsageError unless \p Value is one of \p Allowed: "--FLAG 'VALUE' is
/// not known; did you mean ...? (one of: ...)".
void checkChoice(llvm::StringRef Flag, llvm::StringRef Value,
                 llvm::ArrayRef<llvm::StringRef> Allowed);

/// Refuses values that are no whole numbers from \p Least to \p Most; a flag's
/// own conversion takes what is too large for the largest number there is.
CLI::Validator wholeNumber(int64_t Least, int64_t Most = INT64_MAX);

/// Refuses names of models: `-o *.onnx` would write over the first of them.
CLI::Validator reportFile();

/// Calls \p Write with a stream to \p Path, or to standard output when it is
/// empty or "-". A file is written beside its place and renamed into it, so
/// that it is whole or absent; a link stays, and the file behind it is written.
llvm::Error
writeOutput(llvm::StringRef Path,
            llvm::function_ref<llvm::Error(llvm::raw_ostream &)> Write);

} // namespace toscount::tool

#endif // TOSCOUNT_TOOLS_COMMAND_H
