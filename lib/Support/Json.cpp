//===- Json.cpp - JSON from untrusted files -------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Support/Json.h"

#include "toscount/Support/Diagnostics.h"

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

} // namespace toscount
