//===- RunsFile.cpp - the records that the runner appends -----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "RunsFile.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Json.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

#include <algorithm>
#include <fstream>

using namespace llvm;

namespace toscount::tool {
namespace {

std::string textOf(const json::Object &O, StringRef Name) {
  return O.getString(Name).value_or("").str();
}

/// What a record says besides what fits need.
void addFacts(const json::Object &O, RunsFile &File) {
  double Load = O.getNumber("load_average").value_or(0);
  if (Load > File.Load) {
    File.Load = Load;
    File.Cores = O.getNumber("cpu_cores").value_or(0);
  }
  if (textOf(O, "status") != "failed")
    return;
  FailedRun F;
  F.Job = textOf(O, "job");
  F.Model = textOf(O, "model");
  F.Optimizer = textOf(O, "optimizer");
  F.Dtype = textOf(O, "dtype");
  F.Batch = static_cast<uint64_t>(
      std::max<int64_t>(O.getInteger("batch").value_or(0), 0));
  if (const json::Object *Why = O.getObject("failure")) {
    F.Kind = textOf(*Why, "kind");
    F.Message = textOf(*Why, "message");
  }
  if (F.Kind.empty())
    F.Kind = "error";
  File.Failed.push_back(std::move(F));
}

} // namespace

Expected<RunsFile> readRunsFile(StringRef Path) {
  RunsFile File;
  ErrorOr<std::unique_ptr<MemoryBuffer>> Buffer =
      MemoryBuffer::getFile(Path, /*IsText=*/false,
                            /*RequiresNullTerminator=*/false);
  if (!Buffer) {
    if (Buffer.getError() == std::errc::no_such_file_or_directory)
      return File;
    return makeError(printable(Path) + ": " + Buffer.getError().message());
  }
  StringRef Text = (*Buffer)->getBuffer();
  size_t LastLine = Text.rfind('\n') + 1; // npos + 1 is 0.
  if (Expected<json::Value> Last = parseJson(Text.drop_front(LastLine));
      !Last) {
    consumeError(Last.takeError());
    Text = Text.take_front(LastLine);
  }
  std::map<unsigned, std::string> JobAt;
  unsigned Number = 0;
  for (StringRef Rest = Text; !Rest.empty();) {
    StringRef Line;
    ++Number;
    std::tie(Line, Rest) = Rest.split('\n');
    if (Line.trim().empty())
      continue;
    ++File.Lines;
    Expected<json::Value> Value = parseJson(Line);
    if (!Value) {
      consumeError(Value.takeError()); // Refused below, with its place.
      continue;
    }
    const json::Object *O = Value->getAsObject();
    if (O == nullptr)
      continue;
    addFacts(*O, File);
    if (std::string Job = textOf(*O, "job"); !Job.empty())
      JobAt[Number] = std::move(Job);
  }
  Expected<std::vector<RunRecord>> Records = parseRunRecords(Text, Path);
  if (!Records)
    return Records.takeError();
  File.Records = std::move(*Records);
  for (size_t I = 0; I < File.Records.size(); ++I)
    if (auto At = JobAt.find(File.Records[I].Line); At != JobAt.end())
      File.RecordOf[At->second] = I;
  return File;
}

LineWatch::LineWatch(std::string Of) : Path(std::move(Of)) {
  if (sys::fs::file_size(Path, Seen))
    Seen = 0;
}

size_t LineWatch::added() {
  std::ifstream In(Path, std::ios::binary);
  In.seekg(static_cast<std::streamoff>(Seen));
  char Byte = 0;
  while (In.get(Byte)) {
    ++Seen;
    Lines += Byte == '\n';
  }
  return Lines;
}

} // namespace toscount::tool
