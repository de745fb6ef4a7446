//===- Records.cpp - the file of run records ------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Records.h"

#include "Failure.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace toscount::measure {
namespace {

class Lock {
public:
  explicit Lock(int File) : File(File) { ::flock(File, LOCK_EX); }
  ~Lock() { ::flock(File, LOCK_UN); }
  Lock(const Lock &) = delete;
  Lock &operator=(const Lock &) = delete;

private:
  int File;
};

} // namespace

Records::Records(const std::string &Path) : Path(Path) {
  File = ::open(Path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  struct stat Status {};
  if (File < 0 || ::fstat(File, &Status) != 0)
    throw Failure(Path + ": can't be written: " + std::strerror(errno));
  Regular = S_ISREG(Status.st_mode);
  if (Regular)
    repair();
}

Records::~Records() {
  if (File >= 0)
    ::close(File);
}

void Records::repair() {
  Lock Locked(File);
  std::string Text;
  std::vector<char> Chunk(1 << 16);
  for (ssize_t Read = 0; (Read = ::pread(File, Chunk.data(), Chunk.size(),
                                         static_cast<off_t>(Text.size()))) > 0;)
    Text.append(Chunk.data(), static_cast<size_t>(Read));
  size_t Number = 0;
  for (size_t From = 0; From < Text.size();) {
    size_t End = Text.find('\n', From);
    bool Torn = End == std::string::npos;
    std::string Line = Text.substr(From, Torn ? End : End - From);
    ++Number;
    Json Record = Json::parse(Line, nullptr, /*allow_exceptions=*/false);
    bool Good = Record.is_object();
    if (Torn && Good) {
      // Whole, but for its end: written by another program.
      if (::write(File, "\n", 1) != 1)
        throw Failure(Path + ": can't be written: " + std::strerror(errno));
    } else if (Torn) {
      Repaired = Text.size() - From;
      if (::ftruncate(File, static_cast<off_t>(From)) != 0)
        throw Failure(Path + ": can't be written: " + std::strerror(errno));
    } else if (!Good && !Line.empty()) {
      throw Failure(Path + ":" + std::to_string(Number) +
                    ": is no record; records are appended only to a file of "
                    "records");
    }
    if (Good && Record.contains("job") && Record["job"].is_string()) {
      Outcome &O = Outcomes[Record["job"].get<std::string>()];
      O = std::max(O, Record.value("status", "done") == "failed"
                          ? Outcome::Failed
                          : Outcome::Done);
    }
    if (Torn)
      break;
    From = End + 1;
  }
}

Records::Outcome Records::outcome(const std::string &Id) const {
  auto At = Outcomes.find(Id);
  return At == Outcomes.end() ? Outcome::Absent : At->second;
}

void Records::append(const Json &Record) {
  std::string Line =
      Record.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  Lock Locked(File);
  struct stat Before {};
  if (::fstat(File, &Before) != 0)
    throw Failure(Path + ": can't be written: " + std::strerror(errno));
  ssize_t Wrote = 0;
  do
    Wrote = ::write(File, Line.data(), Line.size());
  while (Wrote < 0 && errno == EINTR);
  int Problem = Wrote < 0 ? errno : ENOSPC;
  bool Whole = Wrote == static_cast<ssize_t>(Line.size());
  if (Whole && Regular && ::fsync(File) != 0) {
    Problem = errno;
    Whole = false;
  }
  if (Whole)
    return;
  // Half a record is none.
  if (Regular && ::ftruncate(File, Before.st_size) != 0)
    Problem = errno;
  throw Failure(Path +
                ": the record can't be written: " + std::strerror(Problem));
}

} // namespace toscount::measure
