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
#include <cstdio>
#include <exception>
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

struct KnownCommand {
  StringLiteral Word;
  Command (*Add)(CLI::App &Root);
};
constexpr KnownCommand KnownCommands[] = {
#define TOSCOUNT_COMMAND(NAME, WORD) {WORD, add##NAME##Command},
#include "Commands.def"
};

/// What `help` and `help COMMAND` are short for.
std::vector<std::string> helpArguments(ArrayRef<std::string> Given,
                                       ArrayRef<std::string> Named) {
  if (Given.size() == 1)
    return {"--help"};
  if (Given.size() == 2 && is_contained(Named, Given[1]) && Given[1] != "help")
    return {Given[1], "--help"};
  throw UsageError("help is written 'toscount help' or 'toscount help "
                   "COMMAND'; 'toscount help' lists the commands");
}

/// A first word that is no file, but nearly a command, is a slip.
void rejectMisspelt(StringRef Word, ArrayRef<std::string> Named) {
  std::vector<StringRef> Known(Named.begin(), Named.end());
  std::string Hint = toscount::didYouMean(Word, Known);
  if (!Word.starts_with("-") && !Word.starts_with("zoo:") && !Hint.empty() &&
      !sys::fs::exists(Word))
    throw UsageError("no command and no file is called '" +
                     toscount::printable(Word) + "'" + Hint);
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
                "trained:\noperations, transistor operations, FLOPs, bytes and "
                "memory of an ONNX\nnetwork, layer by layer.\n\n"
                "  toscount MODEL... [OPTIONS]    count (the default command)\n"
                "  toscount COMMAND --help        what a command can do\n",
                "toscount");
  Root.formatter(std::make_shared<HelpFormatter>());
  Root.set_version_flag("--version", "toscount " TOSCOUNT_VERSION,
                        "Print the version and exit");
  Root.require_subcommand(0, 1);
  std::vector<std::string> Named = {"--help", "-h", "--version", "help"};
  for (const KnownCommand &C : KnownCommands)
    Named.push_back(C.Word.str());

  try {
    if (!Arguments.empty() && Arguments[0] == "help")
      Arguments = helpArguments(Arguments, Named);
    else if (!Arguments.empty() && !is_contained(Named, Arguments[0])) {
      rejectMisspelt(Arguments[0], Named);
      Arguments.insert(Arguments.begin(), "count");
    }
    // The flags of a command take longer to declare than a small network takes
    // to count: only those that are needed.
    std::vector<Command> Commands;
    bool All =
        Arguments.empty() || Arguments[0] == "--help" || Arguments[0] == "-h";
    for (const KnownCommand &C : KnownCommands)
      if (All || Arguments[0] == C.Word)
        Commands.push_back(C.Add(Root));
    for (Command &C : Commands)
      C.App->allow_extras()->group("Commands");
    Root.add_subcommand("help", "list the commands, or what one can do")
        ->group("Commands");
    std::vector<std::string> Reversed(Arguments.rbegin(), Arguments.rend());
    Root.parse(Reversed);
    for (Command &C : Commands) {
      if (!C.App->parsed())
        continue;
      if (auto Left = C.App->remaining(); !Left.empty())
        rejectLeftover(*C.App, Left.front());
      return C.Run();
    }
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
  } catch (const MissingError &E) {
    errs() << "toscount: error: " << E.what() << '\n';
    return NotHere;
  }
  return BadUsage;
}

} // namespace

int main(int Argc, char **Argv) {
  // A reader that closes the pipe early ends the output, not the program.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return run(std::vector<std::string>(Argv + 1, Argv + Argc));
  } catch (const std::exception &E) { // Out of memory.
    std::fprintf(stderr, "toscount: error: %s\n", E.what());
    return NotHere;
  }
}
