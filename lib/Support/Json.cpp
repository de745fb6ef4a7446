//===- Json.cpp - JSON from untrusted files -------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Support/Json.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/Support/FileSystem.h"

using namespace llvm;

namespace toscount {

static bool isNestedDeeply(StringRef Text, unsigned MaxDepth) {
  unsigned Open = 0;
  bool Quoted = false;
  for (size_t I = 0; I < Text.size(); ++I) {
    if (Quoted && Text[I] == '\\') {
      ++I;
      continue;
    }
    Quoted ^= Text[I] == '"';
    if (Quoted)
      continue;
    if ((Text[I] == '[' || Text[I] == '{') && ++Open > MaxDepth)
      return true;
    if (Text[I] == ']' || Text[I] == '}')
      Open -= Open != 0 ? 1 : 0;
  }
  return false;
}

Expected<json::Value> parseJson(StringRef Text, unsigned MaxDepth) {
  if (isNestedDeeply(Text, MaxDepth))
    return makeError("brackets are nested deeper than " + Twine(MaxDepth));
  Expected<json::Value> Value = json::parse(Text);
  if (!Value)
    return makeError("is not JSON: " + printable(toString(Value.takeError())));
  return Value;
}

Expected<std::string> readBeginning(StringRef Path, size_t Most) {
  Expected<sys::fs::file_t> Handle = sys::fs::openNativeFileForRead(Path);
  if (!Handle)
    return makeError(printable(Path) + ": cannot be opened: " +
                     errorToErrorCode(Handle.takeError()).message());
  std::string Text(Most, '\0');
  size_t Size = 0, Read = 1;
  std::string Failed;
  while (Failed.empty() && Read != 0 && Size < Text.size()) {
    Expected<size_t> Got = sys::fs::readNativeFile(
        *Handle, {Text.data() + Size, Text.size() - Size});
    Read = Got ? *Got : 0;
    Size += Read;
    if (!Got)
      Failed = errorToErrorCode(Got.takeError()).message();
  }
  (void)sys::fs::closeFile(*Handle);
  if (!Failed.empty())
    return makeError(printable(Path) + ": cannot be read: " + Failed);
  Text.resize(Size);
  return Text;
}

} // namespace toscount
