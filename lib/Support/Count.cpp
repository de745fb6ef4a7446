//===- Count.cpp - printing checked counts --------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Support/Count.h"

#include <array>

std::string toscount::toString(WideCount Value) {
  if (!Value.valid())
    return "overflow";
  std::array<char, 39> Digits{}; // 2^128 has so many.
  char *const End = Digits.data() + Digits.size();
  char *Next = End;
  UInt128 Rest = Value.value();
  // Dividing 128 bits is slow, and few numbers need it: 19 digits at a time.
  constexpr uint64_t Group = 10'000'000'000'000'000'000U;
  while (Rest >= Group) {
    auto Low = static_cast<uint64_t>(Rest % Group);
    Rest /= Group;
    for (unsigned I = 0; I < 19; ++I, Low /= 10)
      *--Next = static_cast<char>('0' + Low % 10);
  }
  auto High = static_cast<uint64_t>(Rest);
  do {
    *--Next = static_cast<char>('0' + High % 10);
    High /= 10;
  } while (High != 0);
  return {Next, End};
}
