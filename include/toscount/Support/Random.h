//===- Random.h - the same random numbers everywhere ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Seeded random numbers that do not depend on the standard library: whatever
/// draws them (splits, resamples, starting points) can be repeated exactly.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_SUPPORT_RANDOM_H
#define TOSCOUNT_SUPPORT_RANDOM_H

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace toscount {

/// SplitMix64 (Steele, Lea, Flood 2014).
class Random {
public:
  explicit Random(uint64_t Seed) : State(Seed) {}

  uint64_t bits() {
    State += 0x9e3779b97f4a7c15U;
    uint64_t Z = State;
    Z = (Z ^ (Z >> 30U)) * 0xbf58476d1ce4e5b9U;
    Z = (Z ^ (Z >> 27U)) * 0x94d049bb133111ebU;
    return Z ^ (Z >> 31U);
  }

  /// From 0 up to, but not including, 1.
  double uniform() { return static_cast<double>(bits() >> 11U) * 0x1p-53; }

  /// From 0 to \p Size - 1; \p Size must not be 0. The bias is below
  /// Size / 2^64.
  size_t index(size_t Size) { return bits() % Size; }

  template <typename T> void shuffle(std::vector<T> &Values) {
    for (size_t I = Values.size(); I > 1; --I)
      std::swap(Values[I - 1], Values[index(I)]);
  }

private:
  uint64_t State;
};

} // namespace toscount

#endif // TOSCOUNT_SUPPORT_RANDOM_H
