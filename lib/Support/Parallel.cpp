//===- Parallel.cpp - independent pieces of work on all cores -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Support/Parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include <sched.h>

namespace toscount {

unsigned parallelThreads() {
  // Not std::thread::hardware_concurrency: containers and batch systems give a
  // process fewer cores than the machine has.
  cpu_set_t Allowed;
  CPU_ZERO(&Allowed);
  if (sched_getaffinity(0, sizeof(Allowed), &Allowed) == 0)
    return std::max(1, CPU_COUNT(&Allowed));
  return std::max(1U, std::thread::hardware_concurrency());
}

void parallelFor(size_t N, llvm::function_ref<void(size_t)> Do) {
  std::atomic<size_t> Next = 0;
  std::exception_ptr Failure;
  std::mutex FailureLock;
  auto Work = [&] {
    try {
      for (size_t I = Next++; I < N; I = Next++)
        Do(I);
    } catch (...) {
      std::lock_guard<std::mutex> Guard(FailureLock);
      Failure = std::current_exception();
      Next = N;
    }
  };
  std::vector<std::thread> Others;
  size_t Threads = std::min<size_t>(parallelThreads(), N);
  try {
    while (Others.size() + 1 < Threads)
      Others.emplace_back(Work);
  } catch (const std::system_error &) {
    // No more threads to be had: those there are do the work.
  }
  Work();
  for (std::thread &T : Others)
    T.join();
  if (Failure)
    std::rethrow_exception(Failure);
}

namespace {

/// What the threads of parallelInOrder share.
class Queue {
public:
  Queue(size_t N, size_t Ahead, llvm::function_ref<void(size_t)> Finish)
      : Ahead(Ahead), Finish(Finish), Done(N) {}

  /// Waits until there is room for \p I. Numbers are given out in order, so
  /// that whoever has the first unfinished one never waits; false when that one
  /// has failed.
  bool enter(size_t I) {
    std::unique_lock<std::mutex> Guard(Lock);
    Moved.wait(Guard, [&] { return Failed || I < First + Ahead; });
    return !Failed;
  }
  /// Finishes what has become ready, unless another thread is doing that.
  void leave(size_t I) {
    std::unique_lock<std::mutex> Guard(Lock);
    Done[I] = true;
    if (Finishing)
      return;
    Finishing = true;
    while (!Failed && First < Done.size() && Done[First]) {
      Guard.unlock();
      Finish(First);
      Guard.lock();
      ++First;
      Moved.notify_all();
    }
    Finishing = false;
  }
  void fail() {
    std::lock_guard<std::mutex> Guard(Lock);
    Failed = true;
    Moved.notify_all();
  }

private:
  size_t Ahead;
  llvm::function_ref<void(size_t)> Finish;
  std::mutex Lock;
  std::condition_variable Moved;
  std::vector<bool> Done;
  size_t First = 0; ///< That is not finished.
  bool Finishing = false, Failed = false;
};

} // namespace

void parallelInOrder(size_t N, size_t Ahead,
                     llvm::function_ref<void(size_t)> Do,
                     llvm::function_ref<void(size_t)> Finish) {
  Queue Q(N, Ahead, Finish);
  parallelFor(N, [&](size_t I) {
    try {
      if (!Q.enter(I))
        return;
      Do(I);
      Q.leave(I);
    } catch (...) {
      Q.fail();
      throw;
    }
  });
}

} // namespace toscount
