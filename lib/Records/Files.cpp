//===- Files.cpp - files of runs, and which go together -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Records/RunRecord.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace toscount {

static constexpr size_t MaxBytes = size_t{1} << 30U;

/// A run that ended without a result: recorded so that it is not run again, and
/// nothing to fit.
static bool isFailedRun(StringRef Line) {
  if (!Line.contains("\"failed\""))
    return false;
  Expected<json::Value> Value = json::parse(Line);
  if (!Value) {
    consumeError(Value.takeError()); // The reader says what is wrong.
    return false;
  }
  const json::Object *Object = Value->getAsObject();
  return Object != nullptr && Object->getString("status") == "failed";
}

Expected<std::vector<RunRecord>> parseRunRecords(StringRef Text,
                                                 StringRef Path) {
  std::vector<RunRecord> Records;
  Text.consume_front("\xef\xbb\xbf");
  for (unsigned Line = 1; !Text.empty(); ++Line) {
    auto [Here, Rest] = Text.split('\n');
    Text = Rest;
    if (Here.trim().empty() || isFailedRun(Here))
      continue;
    Expected<RunRecord> Record = parseRunRecord(Here.rtrim('\r'));
    if (!Record)
      return withContext(Record.takeError(),
                         printable(Path) + ":" + Twine(Line));
    Record->File = Path.str();
    Record->Line = Line;
    Records.push_back(std::move(*Record));
  }
  return Records;
}

Expected<std::vector<RunRecord>> readRunRecords(ArrayRef<std::string> Paths) {
  std::vector<RunRecord> All;
  for (const std::string &Path : Paths) {
    ErrorOr<std::unique_ptr<MemoryBuffer>> File =
        MemoryBuffer::getFileOrSTDIN(Path, /*IsText=*/false,
                                     /*RequiresNullTerminator=*/false);
    if (!File)
      return makeError(printable(Path) + ": " + File.getError().message());
    if ((*File)->getBufferSize() > MaxBytes)
      return makeError(printable(Path) + ": has more than 1 GiB");
    Expected<std::vector<RunRecord>> Records =
        parseRunRecords((*File)->getBuffer(), Path);
    if (!Records)
      return Records.takeError();
    if (Records->empty())
      return makeError(printable(Path) + ": holds no runs");
    All.insert(All.end(), std::make_move_iterator(Records->begin()),
               std::make_move_iterator(Records->end()));
  }
  if (All.empty())
    return makeError("no file of runs was given");
  return All;
}

ArrayRef<StringRef> sharedRunFields() {
  static constexpr StringRef Fields[] = {"unit", "boundary", "meter",
                                         "hardware"};
  return Fields;
}

std::string runField(const RunRecord &Record, StringRef Field) {
  if (Field == "unit")
    return Record.Energy.Unit;
  if (Field == "boundary")
    return Record.Boundary.empty() ? "not given" : Record.Boundary;
  if (Field == "meter")
    return Record.Meter;
  if (Field == "hardware")
    return Record.Hardware;
  llvm_unreachable("no such field");
}

Error checkFittedTogether(ArrayRef<RunRecord> Records,
                          ArrayRef<StringRef> GroupBy) {
  for (StringRef Field : sharedRunFields()) {
    if (is_contained(GroupBy, Field))
      continue;
    for (const RunRecord &Record :
         Records.drop_front(Records.empty() ? 0 : 1)) {
      std::string First = runField(Records.front(), Field);
      std::string Here = runField(Record, Field);
      if (First == Here)
        continue;
      return makeError(Record.where() + ": " + Field + " '" + printable(Here) +
                       "', but " + Records.front().where() + " has '" +
                       printable(First) +
                       "'; runs that differ in it can't be fitted together; "
                       "give them apart, or fit each by itself with "
                       "--group-by " +
                       Field);
    }
  }
  return Error::success();
}

std::map<std::string, std::vector<RunRecord>>
partitionRuns(ArrayRef<RunRecord> Records, ArrayRef<StringRef> Fields) {
  std::map<std::string, std::vector<RunRecord>> Parts;
  for (const RunRecord &Record : Records) {
    std::string Key;
    for (StringRef Field : Fields)
      Key += (Key.empty() ? "" : ", ") + runField(Record, Field);
    Parts[Key].push_back(Record);
  }
  return Parts;
}

} // namespace toscount
