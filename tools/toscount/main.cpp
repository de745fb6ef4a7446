//===- main.cpp - the command line ----------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Registers the subcommands and dispatches to the one that was named. Without
/// a name the command is `count`.
///
//===----------------------------------------------------------------------===//

#include "Command.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/Support/FileSystem.h"

#include <csignal>
#include <sstream>

using namespace llvm;
using namespace toscount::tool;

namespace {

/// The first argument that CLI11 left over, with the nearest flag.
[[noreturn]] void rejectLeftover(const CLI::App &App, StringRef Word) {
  if (!Word.starts_with("-"))
    throw UsageError("'" + toscount::printable(Word) +
                     "' is one argument too many ('toscount " + App.get_name() +
                     " --help' says what it takes)");
  StringRef Flag = Word.split('=').first;
  std::vector<std::string> Names = {"--version"};
  for (const CLI::Option *O : App.get_options())
    for (const std::string &Name : O->get_lnames())
      Names.push_back("--" + Name);
  std::vector<StringRef> Known(Names.begin(), Names.end());
  throw UsageError("unknown flag '" + toscount::printable(Word) + "'" +
                   toscount::didYouMean(Flag, Known) + " ('toscount " +
                   App.get_name() + " --help' lists them)");
}

/// A first argument that names no file but almost a command is a slip.
void checkCommand(StringRef Word, ArrayRef<std::string> Named) {
  std::vector<StringRef> Commands;
  for (const std::string &Name : Named)
    if (!StringRef(Name).starts_with("-"))
      Commands.push_back(Name);
  StringRef Nearest = toscount::nearestSpelling(Word, Commands);
  if (!Nearest.empty() && !Word.starts_with("-") && !sys::fs::exists(Word))
    throw UsageError("unknown command '" + toscount::printable(Word) +
                     "', and no such file; did you mean '" + Nearest.str() +
                     "'?");
}

/// Text that was asked for; a full disk is an error for it too.
int print(const std::string &Text) {
  Error Failed = writeOutput("", [&](raw_ostream &OS) {
    OS << Text;
    return Error::success();
  });
  return Failed ? report(std::move(Failed)) : Done;
}

int run(std::vector<std::string> Arguments) {
  CLI::App Root("Counts what training a neural network costs, before it is "
                "trained: operations, transistor operations, FLOPs, bytes and "
                "memory of an ONNX network, layer by layer.\n\n"
                "  toscount MODEL... [FLAGS]    count (the default command)\n",
                "toscount");
  Root.set_version_flag("--version", "toscount " TOSCOUNT_VERSION);
  Root.require_subcommand(0, 1);
  std::vector<Command> Commands = {addCountCommand(Root),
                                   addExplainCommand(Root),
                                   addDumpCommand(Root), addOpsCommand(Root)};
  CLI::App *Help = Root.add_subcommand("help", "list the commands");

  for (Command &C : Commands)
    C.App->allow_extras();
  std::vector<std::string> Named = {"--help", "-h", "--version", "help"};
  for (Command &C : Commands)
    Named.push_back(C.App->get_name());

  try {
    if (!Arguments.empty() && !is_contained(Named, Arguments[0])) {
      checkCommand(Arguments[0], Named);
      Arguments.insert(Arguments.begin(), "count");
    }
    std::vector<std::string> Reversed(Arguments.rbegin(), Arguments.rend());
    Root.parse(Reversed);
    for (Command &C : Commands) {
      if (!C.App->parsed())
        continue;
      if (auto Left = C.App->remaining(); !Left.empty())
        rejectLeftover(*C.App, Left.front());
      return C.Run();
    }
    if (Help->parsed())
      return print(Root.help());
    throw UsageError("no model and no command given; 'toscount help' lists the "
                     "commands, 'toscount count --help' the flags");
  } catch (const CLI::Success &E) {
    std::ostringstream Text;
    Root.exit(E, Text, Text);
    return print(Text.str());
  } catch (const CLI::ParseError &E) {
    errs() << "toscount: error: " << E.what() << '\n';
  } catch (const UsageError &E) {
    errs() << "toscount: error: " << E.what() << '\n';
  }
  return BadUsage;
}

} // namespace

int main(int Argc, char **Argv) {
  // A reader that closes the pipe early ends the output, not the program.
  std::signal(SIGPIPE, SIG_IGN);
  return run(std::vector<std::string>(Argv + 1, Argv + Argc));
}
