//===- Command.cpp - what the subcommands share ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Command.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Signals.h"

using namespace llvm;

namespace toscount::tool {

int report(Error E, Status S) {
  outs().flush();
  handleAllErrors(std::move(E), [](const ErrorInfoBase &Info) {
    errs() << "toscount: error: " << Info.message() << '\n';
  });
  return S;
}

void checkChoice(StringRef Flag, StringRef Value, ArrayRef<StringRef> Allowed) {
  if (is_contained(Allowed, Value))
    return;
  std::string Text = (Flag + " '" + printable(Value) + "' is not known").str() +
                     didYouMean(Value, Allowed) + " (one of:";
  for (StringRef Choice : Allowed)
    Text += " " + Choice.str();
  throw UsageError(Text + ")");
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
    return Write(Out);
  }
  Expected<sys::fs::TempFile> Temp =
      sys::fs::TempFile::create(Path + ".tmp-%%%%%%");
  if (!Temp)
    return makeError(printable(Path) +
                     ": can't be written: " + toString(Temp.takeError()));
  std::error_code Problem;
  Error Failed = Error::success();
  {
    raw_fd_ostream Out(Temp->FD, /*shouldClose=*/false);
    Failed = Write(Out);
    Out.flush();
    Problem = Out.error();
    Out.clear_error();
  }
  if (!Failed && Problem)
    Failed =
        makeError(printable(Path) + ": can't be written: " + Problem.message());
  if (Failed)
    return joinErrors(std::move(Failed), Temp->discard());
  if (Error E = Temp->keep(Path))
    return withContext(std::move(E), printable(Path));
  return Error::success();
}

} // namespace toscount::tool
