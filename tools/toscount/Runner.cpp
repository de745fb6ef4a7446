//===- Runner.cpp - starting toscount-measure -----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Runner.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;

namespace toscount::tool {
namespace {

constexpr StringLiteral Runner = "toscount-measure";

std::string decimal(double Value) {
  std::string Text;
  raw_string_ostream OS(Text);
  OS << format("%.17g", Value);
  return Text;
}

volatile std::sig_atomic_t Interrupts = 0;
void onInterrupt(int) { Interrupts = Interrupts + 1; }

/// What the child does between fork and exec: only what is safe there.
[[noreturn]] void becomeRunner(std::vector<char *> &Arguments, pid_t Parent,
                               int ErrorFile, bool OwnGroup, int Problem) {
  // Ctrl-C reaches a group of its own only through the parent, once.
  if (OwnGroup)
    setpgid(0, 0);
  if (ErrorFile >= 0)
    dup2(ErrorFile, STDERR_FILENO);
  // A run that nobody waits for would disturb the next one.
  prctl(PR_SET_PDEATHSIG, SIGINT);
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGPIPE, SIG_DFL);
  if (getppid() == Parent)
    execv(Arguments[0], Arguments.data());
  int Why = errno;
  ssize_t Ignored = write(Problem, &Why, sizeof(Why));
  (void)Ignored;
  _exit(127);
}

int waitFor(pid_t Child, const RunnerWatch &Watch) {
  constexpr useconds_t Pause = 50'000;
  constexpr int PatientPauses = 200; // After it was asked to end: 10 s.
  int Ended = 0;
  int Forwarded = 0, Asked = 0;
  while (true) {
    pid_t Got = waitpid(Child, &Ended, Watch.KeepOn ? WNOHANG : 0);
    if (Got == Child)
      break;
    if (Got < 0 && errno != EINTR)
      break;
    if (!Watch.KeepOn)
      continue;
    if (Interrupts != Forwarded) {
      Forwarded = Interrupts;
      kill(Child, SIGINT);
    }
    bool KeepOn = Watch.KeepOn();
    if (!KeepOn && Asked++ == 0)
      kill(Child, SIGINT);
    if (Asked > PatientPauses)
      kill(Child, SIGKILL);
    usleep(Pause);
  }
  if (WIFEXITED(Ended))
    return WEXITSTATUS(Ended);
  constexpr int BySignal = 128; // As shells say it.
  return BySignal + WTERMSIG(Ended);
}

} // namespace

void RunnerFlags::add(CLI::App &App, const char *Group) {
  App.add_option("--meter", Meter,
                 "auto, null, tdp:WATTS (an estimate), replay:FILE and those "
                 "that 'toscount-measure --help' lists")
      ->group(Group)
      ->type_name("METER")
      ->capture_default_str();
  App.add_option("--device", Device, "cpu or cuda:N")
      ->group(Group)
      ->type_name("DEVICE")
      ->capture_default_str();
  App.add_option("--threads", Threads,
                 "threads of one operator (default: LibTorch's choice)")
      ->group(Group)
      ->check(wholeNumber(1, 4096))
      ->type_name("N");
  App.add_option("--idle-seconds", IdleSeconds,
                 "measure idle power this long before each run (default 0)")
      ->group(Group)
      ->type_name("S");
  App.add_option("--warm-up", WarmUpSeconds,
                 "train this long, unmeasured, before each run (default " +
                     decimal(WarmUpSeconds.value_or(0)) + ")")
      ->group(Group)
      ->type_name("S");
  App.add_option("--runner", Program,
                 "the runner (default: toscount-measure beside this tool, or "
                 "on PATH)")
      ->group(Group)
      ->type_name("PROGRAM");
}

std::vector<std::string> RunnerFlags::arguments() const {
  std::vector<std::string> Arguments = {"--meter", Meter, "--device", Device};
  auto add = [&](const char *Flag, const std::string &Value) {
    Arguments.insert(Arguments.end(), {Flag, Value});
  };
  if (Threads)
    add("--threads", std::to_string(*Threads));
  if (IdleSeconds)
    add("--idle-seconds", decimal(*IdleSeconds));
  if (WarmUpSeconds)
    add("--warm-up", decimal(*WarmUpSeconds));
  return Arguments;
}

Error TemporaryFile::create() {
  if (std::error_code EC =
          sys::fs::createTemporaryFile("toscount-runner", "", Path))
    return makeError("no temporary file can be made: " + EC.message());
  Remover.setFile(Path);
  return Error::success();
}

std::string lastWords(StringRef Said) {
  Said = Said.rtrim();
  StringRef Line = Said.substr(Said.rfind('\n') + 1);
  Line.consume_front("toscount-measure: ");
  Line.consume_front("error: ");
  return Line.str();
}

Expected<std::string> findRunner(StringRef Given) {
  if (!Given.empty()) {
    if (sys::fs::can_execute(Given))
      return Given.str();
    return makeError(printable(Given) +
                     ": is no program that can be run; --runner names the "
                     "runner 'toscount-measure'");
  }
  static int Anchor;
  std::string Self = sys::fs::getMainExecutable(nullptr, &Anchor);
  StringRef Folder = sys::path::parent_path(Self);
  SmallString<256> Built(sys::path::parent_path(Folder));
  sys::path::append(Built, Runner);
  StringRef Folders[] = {Folder, Built};
  if (ErrorOr<std::string> Path = sys::findProgramByName(Runner, Folders))
    return *Path;
  if (ErrorOr<std::string> Path = sys::findProgramByName(Runner))
    return *Path;
  return makeError(
      "the runner 'toscount-measure' is neither beside this tool nor on PATH; "
      "build it where LibTorch is: 'cmake -S tools/toscount-measure -B "
      "build/runner && cmake --build build/runner', then put it on PATH "
      "(docs/Measuring.md); on another machine, 'toscount campaign' writes the "
      "jobs for it");
}

Expected<int> runAndWait(std::vector<std::string> Arguments,
                         const RunnerWatch &Watch) {
  std::vector<char *> Pointers;
  for (std::string &A : Arguments)
    Pointers.push_back(A.data());
  Pointers.push_back(nullptr);
  auto failed = [&](const std::string &What, int Why) {
    return makeError(printable(What) + ": " + std::strerror(Why));
  };
  int ErrorFile = -1;
  if (!Watch.ErrorFile.empty()) {
    ErrorFile = open(Watch.ErrorFile.c_str(),
                     O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (ErrorFile < 0)
      return failed(Watch.ErrorFile, errno);
  }
  int Problem[2];
  if (pipe2(Problem, O_CLOEXEC) != 0)
    return failed("the runner can't be started", errno);
  // The runner ends itself on Ctrl-C; this process waits for it and tidies up.
  Interrupts = 0;
  std::signal(SIGINT, Watch.KeepOn ? onInterrupt : SIG_IGN);
  pid_t Parent = getpid();
  pid_t Child = fork();
  if (Child == 0)
    becomeRunner(Pointers, Parent, ErrorFile, Watch.KeepOn != nullptr,
                 Problem[1]);
  int ForkProblem = errno;
  close(Problem[1]);
  if (ErrorFile >= 0)
    close(ErrorFile);
  int Why = 0;
  bool NotStarted = Child > 0 && read(Problem[0], &Why, sizeof(Why)) > 0;
  close(Problem[0]);
  if (Child < 0)
    return failed("the runner can't be started", ForkProblem);
  int Status = waitFor(Child, Watch);
  if (Watch.KeepOn)
    std::signal(SIGINT, SIG_DFL);
  if (NotStarted)
    return failed(Arguments[0], Why);
  return Status;
}

} // namespace toscount::tool
