//===- FakeNvml.h - what a test may change of the fake library ------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TEST_METERS_FAKENVML_H
#define TOSCOUNT_TEST_METERS_FAKENVML_H

#include <atomic>

/// The symbol `fakeNvml` of the library.
struct FakeNvml {
  bool Counts[2] = {true, true}; ///< Has an energy counter.
  std::atomic<unsigned> PowerMw[2] = {120000, 30000};
  std::atomic<unsigned> Architecture{4}; ///< Pascal.
  std::atomic<bool> Lost{false};
  std::atomic<unsigned> PowerReadings{0};
};

#endif // TOSCOUNT_TEST_METERS_FAKENVML_H
