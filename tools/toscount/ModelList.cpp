//===- ModelList.cpp - the models that a command names --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ModelList.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <algorithm>

using namespace llvm;

namespace toscount::tool {
namespace {

bool isModelFile(StringRef Path) {
  return Path.ends_with(".onnx") || Path.ends_with(".onnxtxt");
}

/// The models in the folder \p Path and below, in the order of their paths.
Error listFolder(const std::string &Path, std::vector<std::string> &Models) {
  std::vector<std::string> Found;
  std::error_code EC;
  for (sys::fs::recursive_directory_iterator I(Path, EC, false), End;
       I != End && !EC; I.increment(EC))
    if (isModelFile(I->path()) && sys::fs::is_regular_file(I->path()))
      Found.push_back(I->path());
  if (EC)
    return makeError(printable(Path) + ": " + EC.message());
  if (Found.empty())
    return makeError(printable(Path) +
                     ": the folder holds no .onnx or .onnxtxt file");
  std::sort(Found.begin(), Found.end());
  Models.insert(Models.end(), Found.begin(), Found.end());
  return Error::success();
}

/// The models that the file \p Path names, one a line; empty lines and those
/// that begin with # are passed over.
Error readList(const std::string &Path, std::vector<std::string> &Models) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> Text =
      MemoryBuffer::getFileOrSTDIN(Path, /*IsText=*/true);
  if (!Text)
    return makeError(printable(Path) + ": " + Text.getError().message());
  size_t Before = Models.size();
  for (line_iterator Line(**Text, /*SkipBlanks=*/true, '#'); !Line.is_at_eof();
       ++Line)
    if (StringRef Name = Line->trim(); !Name.empty())
      Models.push_back(Name.str());
  if (Models.size() == Before)
    return makeError(printable(Path) + ": the list names no model");
  return Error::success();
}

} // namespace

Expected<bool> listModels(ArrayRef<std::string> Given, const std::string &List,
                          std::vector<std::string> &Models) {
  std::vector<std::string> All = Given.vec();
  if (!List.empty())
    if (Error E = readList(List, All))
      return E;
  bool Many = All.size() > 1 || !List.empty();
  for (const std::string &Path : All) {
    if (Path.empty())
      throw UsageError("a model's name is empty");
    if (!sys::fs::is_directory(Path)) {
      Models.push_back(Path);
      continue;
    }
    Many = true;
    if (Error E = listFolder(Path, Models))
      return E;
  }
  return Many;
}

} // namespace toscount::tool
