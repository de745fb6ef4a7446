//===- PerPhase.h - something of each phase that has it -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// An array by phase in which phases that were never touched cost a pointer:
/// most layers do nothing in most phases, and a graph may have a million.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_ANALYSIS_PERPHASE_H
#define TOSCOUNT_ANALYSIS_PERPHASE_H

#include <array>
#include <memory>

namespace toscount {

inline constexpr unsigned NumPhases = 4;

template <typename T> class PerPhase {
public:
  PerPhase() = default;
  PerPhase(const PerPhase &Other) {
    for (unsigned P = 0; P < NumPhases; ++P)
      if (Other.Parts[P])
        Parts[P] = std::make_unique<T>(*Other.Parts[P]);
  }
  PerPhase(PerPhase &&) noexcept = default;
  PerPhase &operator=(const PerPhase &) = delete;
  PerPhase &operator=(PerPhase &&) noexcept = default;

  /// The part of phase \p P, made when it is not there.
  T &operator[](unsigned P) {
    if (!Parts[P])
      Parts[P] = std::make_unique<T>();
    return *Parts[P];
  }
  /// The part of phase \p P, or null.
  [[nodiscard]] const T *find(unsigned P) const { return Parts[P].get(); }
  [[nodiscard]] T *find(unsigned P) { return Parts[P].get(); }

private:
  std::array<std::unique_ptr<T>, NumPhases> Parts;
};

} // namespace toscount

#endif // TOSCOUNT_ANALYSIS_PERPHASE_H
