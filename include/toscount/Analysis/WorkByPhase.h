//===- WorkByPhase.h - the work of a layer, packed ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What a layer does in each phase. A graph may have a million nodes, most
/// figures of a Work are zero and most others are small: only those that are
/// not zero are kept, in as many bytes as they need.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_ANALYSIS_WORKBYPHASE_H
#define TOSCOUNT_ANALYSIS_WORKBYPHASE_H

#include "toscount/Ops/Work.h"

#include <array>
#include <memory>

namespace toscount {

inline constexpr unsigned NumPhases = 4;

/// An array of Work by phase, packed. What only a rule's caller needs of it
/// (partial reads and writes, the element type in force) is not kept.
class WorkByPhase {
public:
  WorkByPhase() = default;
  WorkByPhase(const WorkByPhase &Other);
  WorkByPhase(WorkByPhase &&) noexcept = default;
  WorkByPhase &operator=(const WorkByPhase &) = delete;
  WorkByPhase &operator=(WorkByPhase &&) noexcept = default;

  /// True once something was set in phase \p P.
  [[nodiscard]] bool has(unsigned P) const { return Parts[P] != nullptr; }
  /// The work in phase \p P; of a phase that was never set, one in which
  /// nothing was counted.
  [[nodiscard]] Work get(unsigned P) const;
  void set(unsigned P, const Work &W);

private:
  /// Length and contents of a packed Work.
  std::array<std::unique_ptr<uint8_t[]>, NumPhases> Parts;
};

} // namespace toscount

#endif // TOSCOUNT_ANALYSIS_WORKBYPHASE_H
