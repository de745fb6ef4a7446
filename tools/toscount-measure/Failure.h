//===- Failure.h - what can go wrong --------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The runner's one exception. LibTorch's exceptions become one where an
/// operator runs; main and the trainer catch it.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_MEASURE_FAILURE_H
#define TOSCOUNT_MEASURE_FAILURE_H

#include <stdexcept>
#include <string>
#include <utility>

namespace toscount::measure {

/// Exit statuses, as the main tool's.
enum Status : int { Done = 0, BadInput = 1, BadUsage = 2, NotHere = 4 };

struct Failure : std::runtime_error {
  /// \p Kind: in records "nan-loss", "out-of-memory", "lost-sensor", "error".
  explicit Failure(const std::string &What, std::string Kind = "error",
                   Status Exit = BadInput)
      : std::runtime_error(What), Kind(std::move(Kind)), Exit(Exit) {}
  std::string Kind;
  Status Exit;
};

/// What is wrong with the command line.
struct Usage : std::runtime_error {
  using std::runtime_error::runtime_error;
};

} // namespace toscount::measure

#endif // TOSCOUNT_MEASURE_FAILURE_H
