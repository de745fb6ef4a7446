//===- ParallelTest.cpp - work on all cores -------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Support/Parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace toscount;

namespace {

std::vector<size_t> upTo(size_t N) {
  std::vector<size_t> All(N);
  std::iota(All.begin(), All.end(), 0);
  return All;
}

TEST(Parallel, EachNumberOnce) {
  std::vector<std::atomic<int>> Calls(1000);
  parallelFor(Calls.size(), [&](size_t I) { ++Calls[I]; });
  for (const std::atomic<int> &C : Calls)
    EXPECT_EQ(C, 1);
  parallelFor(0, [](size_t) { FAIL(); });
}

TEST(Parallel, FinishedInOrderWhoeverIsSlow) {
  std::vector<size_t> Finished;
  std::vector<int> Made(200);
  parallelInOrder(
      Made.size(), 8,
      [&](size_t I) {
        if (I % 20 == 0)
          std::this_thread::sleep_for(std::chrono::milliseconds(2));
        Made[I] = 1;
      },
      [&](size_t I) {
        EXPECT_EQ(Made[I], 1);
        Finished.push_back(I);
      });
  EXPECT_EQ(Finished, upTo(Made.size()));
}

// The first number is slow: without a limit all others would pile up behind it.
TEST(Parallel, StaysWithinTheRing) {
  constexpr size_t Ahead = 4;
  std::atomic<size_t> Finished = 0, Farthest = 0;
  parallelInOrder(
      100, Ahead,
      [&](size_t I) {
        if (I == 0)
          std::this_thread::sleep_for(std::chrono::milliseconds(50));
        EXPECT_LT(I, Finished + Ahead);
        size_t Before = Farthest;
        while (Before < I && !Farthest.compare_exchange_weak(Before, I))
          ;
      },
      [&](size_t) { ++Finished; });
  EXPECT_EQ(Finished, 100U);
  EXPECT_EQ(Farthest, 99U);
}

TEST(Parallel, ExceptionsEndTheWork) {
  for (size_t Bad : {0, 1, 50}) {
    std::vector<size_t> Finished;
    auto Run = [&] {
      parallelInOrder(
          1000, 4,
          [&](size_t I) {
            if (I == Bad) {
              std::this_thread::sleep_for(std::chrono::milliseconds(5));
              throw std::runtime_error("bad");
            }
          },
          [&](size_t I) { Finished.push_back(I); });
    };
    EXPECT_THROW(Run(), std::runtime_error);
    EXPECT_LE(Finished.size(), Bad);
    EXPECT_EQ(Finished, upTo(Finished.size()));
  }
  EXPECT_THROW(parallelInOrder(
                   10, 4, [](size_t) {},
                   [](size_t I) {
                     if (I == 5)
                       throw std::runtime_error("full");
                   }),
               std::runtime_error);
}

} // namespace
