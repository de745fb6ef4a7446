//===- Count.cpp - printing checked counts --------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Support/Count.h"

#include <algorithm>

std::string toscount::toString(WideCount Value) {
  if (!Value.valid())
    return "overflow";
  UInt128 Rest = Value.value();
  std::string Digits;
  do {
    Digits += static_cast<char>('0' + static_cast<int>(Rest % 10));
    Rest /= 10;
  } while (Rest != 0);
  std::reverse(Digits.begin(), Digits.end());
  return Digits;
}
