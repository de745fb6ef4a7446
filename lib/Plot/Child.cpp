//===- Child.cpp - running another program --------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Child.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Errno.h"

#include <cerrno>
#include <cstdlib>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;

namespace toscount {
namespace {

/// Memory that a child can read or write as if it were a file. A pipe would
/// block both sides once it is full.
class MemoryFile {
public:
  MemoryFile() : FD(::memfd_create("toscount", MFD_CLOEXEC)) {}
  MemoryFile(const MemoryFile &) = delete;
  MemoryFile &operator=(const MemoryFile &) = delete;
  ~MemoryFile() {
    if (FD >= 0)
      ::close(FD);
  }
  [[nodiscard]] int descriptor() const { return FD; }

  [[nodiscard]] bool fill(StringRef Text) const {
    while (!Text.empty()) {
      ssize_t N = ::write(FD, Text.data(), Text.size());
      if (N < 0 && errno == EINTR)
        continue;
      if (N <= 0)
        return false;
      Text = Text.drop_front(static_cast<size_t>(N));
    }
    return ::lseek(FD, 0, SEEK_SET) == 0;
  }

  [[nodiscard]] std::string text() const {
    std::string Text;
    off_t Size = ::lseek(FD, 0, SEEK_END);
    Text.resize(Size < 0 ? 0 : static_cast<size_t>(Size));
    size_t Read = 0;
    while (Read < Text.size()) {
      ssize_t N = ::pread(FD, Text.data() + Read, Text.size() - Read,
                          static_cast<off_t>(Read));
      if (N < 0 && errno == EINTR)
        continue;
      if (N <= 0)
        break;
      Read += static_cast<size_t>(N);
    }
    Text.resize(Read);
    return Text;
  }

private:
  int FD;
};

std::string waitFor(pid_t Child) {
  int Status = 0;
  while (::waitpid(Child, &Status, 0) < 0)
    if (errno != EINTR)
      return sys::StrError(errno);
  if (WIFSIGNALED(Status))
    return "was ended by signal " + std::to_string(WTERMSIG(Status));
  if (WEXITSTATUS(Status) != 0)
    return "ended with status " + std::to_string(WEXITSTATUS(Status));
  return "";
}

} // namespace

ChildResult runChild(StringRef Path, ArrayRef<StringRef> Arguments,
                     StringRef Input) {
  ChildResult R;
  MemoryFile In, Out, Err;
  if (!In.fill(Input) || Out.descriptor() < 0 || Err.descriptor() < 0) {
    R.Failed = "can't be given its input: " + sys::StrError(errno);
    return R;
  }
  SmallVector<std::string, 8> Words = {Path.str()};
  for (StringRef A : Arguments)
    Words.push_back(A.str());
  SmallVector<char *, 8> Argv;
  for (std::string &W : Words)
    Argv.push_back(W.data());
  Argv.push_back(nullptr);
  SmallVector<std::string, 3> Settings = {"LC_ALL=C"};
  for (const char *Name : {"PATH", "TMPDIR"})
    if (const char *Value = std::getenv(Name))
      Settings.push_back(std::string(Name) + "=" + Value);
  SmallVector<char *, 4> Environment;
  for (std::string &S : Settings)
    Environment.push_back(S.data());
  Environment.push_back(nullptr);

  posix_spawn_file_actions_t Files;
  posix_spawn_file_actions_init(&Files);
  posix_spawn_file_actions_adddup2(&Files, In.descriptor(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&Files, Out.descriptor(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&Files, Err.descriptor(), STDERR_FILENO);
  pid_t Child = 0;
  int Problem = ::posix_spawn(&Child, Words[0].c_str(), &Files, nullptr,
                              Argv.data(), Environment.data());
  posix_spawn_file_actions_destroy(&Files);
  if (Problem != 0) {
    R.Failed = "can't be run: " + sys::StrError(Problem);
    return R;
  }
  R.Failed = waitFor(Child);
  R.Output = Out.text();
  R.Errors = Err.text();
  return R;
}

} // namespace toscount
