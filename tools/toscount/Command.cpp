//===- Command.cpp - what the subcommands share ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Command.h"

#include "toscount/Plot/Draw.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Signals.h"

using namespace llvm;

namespace toscount::tool {

HelpFormatter::HelpFormatter() {
  column_width(24);
  label("SUBCOMMAND", "COMMAND");
}

std::string
HelpFormatter::make_group(std::string Group, bool IsPositional,
                          std::vector<const CLI::Option *> Opts) const {
  // Between groups the base class writes an empty line of its own.
  bool First = IsPositional || Group == "Options";
  std::string Text =
      Formatter::make_group(std::move(Group), IsPositional, std::move(Opts));
  return First ? Text : Text.substr(1);
}

std::string HelpFormatter::make_option(const CLI::Option *Opt,
                                       bool IsPositional) const {
  const size_t Width = 80;
  const std::string Indent = "\n" + std::string(get_column_width(), ' ');
  std::string Text =
      "  " + make_option_name(Opt, IsPositional) + make_option_opts(Opt);
  if (Text.size() + 2 > get_column_width())
    Text += Indent;
  else
    Text.resize(get_column_width(), ' ');
  const std::string Description = make_option_desc(Opt);
  SmallVector<StringRef> Words;
  SplitString(Description, Words);
  size_t Column = get_column_width();
  StringRef Space;
  for (StringRef Word : Words) {
    if (!Space.empty() && Column + 1 + Word.size() > Width) {
      Text += Indent;
      Column = get_column_width();
      Space = "";
    }
    Text += (Space + Word).str();
    Column += Space.size() + Word.size();
    Space = " ";
  }
  return Text + "\n";
}

std::string HelpFormatter::make_option_opts(const CLI::Option *Opt) const {
  if (Opt->get_type_size() == 0)
    return "";
  // What checks the value follows its name behind a colon.
  std::string Type = StringRef(Opt->get_type_name()).split(':').first.str();
  return Type.empty() ? "" : " " + Type;
}

std::string HelpFormatter::make_option_desc(const CLI::Option *Opt) const {
  std::string Text = Opt->get_description();
  if (!Opt->get_default_str().empty())
    Text += " (default " + Opt->get_default_str() + ")";
  if (Opt->get_required() && Opt->nonpositional())
    Text += " (required)";
  return Text;
}

int report(Error E, Status S) {
  outs().flush();
  if (E.isA<PlotterError>())
    S = NotHere;
  errs() << "toscount: error: " << message(std::move(E)) << '\n';
  return S;
}

void checkChoice(StringRef Flag, StringRef Value, ArrayRef<StringRef> Allowed) {
  if (is_contained(Allowed, Value))
    return;
  std::string Text = (Flag + " '" + printable(Value) + "' is not known").str() +
                     didYouMean(Value, Allowed) + " (one of:";
  for (StringRef Choice : Allowed)
    Text.append(" ").append(Choice);
  throw UsageError(Text + ")");
}

CLI::Validator wholeNumber(int64_t Least, int64_t Most) {
  auto Check = [Least, Most](const std::string &Text) -> std::string {
    int64_t Number = 0;
    if (!StringRef(Text).getAsInteger(10, Number) && Number >= Least &&
        Number <= Most)
      return "";
    std::string Range;
    if (Least != INT64_MIN)
      Range += " from " + std::to_string(Least);
    Range += Most == INT64_MAX ? " below 2^63" : " to " + std::to_string(Most);
    return "'" + printable(Text) + "' is not a whole number" + Range;
  };
  return {Check, ""};
}

CLI::Validator reportFile() {
  auto Check = [](const std::string &Text) -> std::string {
    StringRef Path = Text;
    if (Path.empty())
      return "the file's name is empty";
    if (Path.ends_with(".onnx") || Path.ends_with(".onnxtxt"))
      return "'" + printable(Path) +
             "' is a model's name, and a report would replace the model; name "
             "another file";
    return "";
  };
  return {Check, ""};
}

/// Writes to \p Out, which reports its errors instead of dying of them.
static Error writeTo(raw_fd_ostream &Out, StringRef Path,
                     function_ref<Error(raw_ostream &)> Write) {
  Error Failed = Write(Out);
  Out.flush();
  std::error_code Problem = Out.error();
  Out.clear_error();
  if (!Failed && Problem)
    return makeError(printable(Path) +
                     ": can't be written: " + Problem.message());
  return Failed;
}

Error writeOutput(StringRef Path, function_ref<Error(raw_ostream &)> Write) {
  if (Path.empty() || Path == "-") {
    if (Error E = Write(outs()))
      return E;
    outs().flush();
    if (!outs().has_error())
      return Error::success();
    std::error_code Problem = outs().error();
    outs().clear_error();
    // A reader that has seen enough (head, a closed pager) is no failure.
    if (Problem == std::errc::broken_pipe)
      return Error::success();
    return makeError("standard output: " + Problem.message());
  }
  // A device or pipe is written in place; a file through a temporary one.
  sys::fs::file_status Status;
  bool Special = !sys::fs::status(Path, Status) && sys::fs::exists(Status) &&
                 !sys::fs::is_regular_file(Status);
  if (Special) {
    std::error_code EC;
    raw_fd_ostream Out(Path, EC);
    if (EC)
      return makeError(printable(Path) + ": can't be written: " + EC.message());
    return writeTo(Out, Path, Write);
  }
  // What a link points to is replaced, not the link.
  SmallString<256> Target(Path);
  if (sys::fs::is_symlink_file(Path) && sys::fs::real_path(Path, Target))
    Target = Path;
  Expected<sys::fs::TempFile> Temp =
      sys::fs::TempFile::create(Target + ".tmp-%%%%%%");
  if (!Temp)
    return makeError(printable(Path) +
                     ": can't be written: " + toString(Temp.takeError()));
  raw_fd_ostream Out(Temp->FD, /*shouldClose=*/false);
  if (Error Failed = writeTo(Out, Path, Write))
    return joinErrors(std::move(Failed), Temp->discard());
  if (Error E = Temp->keep(Target))
    return withContext(std::move(E), printable(Path) + ": can't be written");
  return Error::success();
}

} // namespace toscount::tool
