//===- Kernels.h - the kernels of a run, each as long as its limit lets ---===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The kernels that a step or a run launches, for models in which a kernel
/// takes as long as the slowest of its launch, its arithmetic and its traffic
/// (a roofline). A sum of features can't tell what limits a kernel; so kernels
/// of the same work are kept as one group with how often they run: a network
/// has some hundred groups, however many steps it is trained.
///
/// A layer's matrix products or convolutions are a kernel each, with the
/// layer's input, output and parameters as their traffic; what else its phase
/// launches shares the rest of the phase's bytes.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_PREDICTION_KERNELS_H
#define TOSCOUNT_PREDICTION_KERNELS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <iterator>
#include <optional>
#include <vector>

namespace toscount {

/// What limits a kernel.
enum class KernelLimit : uint8_t { Launch, Compute, Memory };

/// What a kernel's time is made of: within a limit terms add up, and the
/// slowest limit counts.
enum class KernelTerm : uint8_t {
  Launch,
  PointwiseMacs,
  PointwiseMacsPerChannel,
  PointwiseMisalignedMacs,
  SpatialMacs,
  SpatialMacsPerChannel,
  SpatialMisalignedMacs,
  ProductBytes,
  OtherBytes,
};

struct KernelTermInfo {
  KernelTerm Id;
  KernelLimit Limit;
  llvm::StringLiteral Name; ///< In profiles, behind "kernel.".
  llvm::StringLiteral Unit; ///< What one of it is.
  llvm::StringLiteral Meaning;
};

/// Every term, in the order of the enumeration. Pointwise, spatial, C_in and
/// misaligned are as in Features.h.
inline constexpr KernelTermInfo KernelTermTable[] = {
    {KernelTerm::Launch, KernelLimit::Launch, "launch", "kernels",
     "1: the least that any kernel takes"},
    {KernelTerm::PointwiseMacs, KernelLimit::Compute, "pointwise_macs", "MACs",
     "MACs of a pointwise product"},
    {KernelTerm::PointwiseMacsPerChannel, KernelLimit::Compute,
     "pointwise_macs_per_channel", "MACs", "its MACs / C_in, C_in >= 4"},
    {KernelTerm::PointwiseMisalignedMacs, KernelLimit::Compute,
     "pointwise_misaligned_macs", "MACs", "its MACs where channels misalign"},
    {KernelTerm::SpatialMacs, KernelLimit::Compute, "spatial_macs", "MACs",
     "MACs of a spatial product"},
    {KernelTerm::SpatialMacsPerChannel, KernelLimit::Compute,
     "spatial_macs_per_channel", "MACs", "its MACs / C_in, C_in >= 4"},
    {KernelTerm::SpatialMisalignedMacs, KernelLimit::Compute,
     "spatial_misaligned_macs", "MACs", "its MACs where channels misalign"},
    {KernelTerm::ProductBytes, KernelLimit::Memory, "product_bytes", "B",
     "bytes of a product"},
    {KernelTerm::OtherBytes, KernelLimit::Memory, "other_bytes", "B",
     "bytes of any other kernel"},
};
inline constexpr unsigned NumKernelTerms = std::size(KernelTermTable);

constexpr const KernelTermInfo &info(KernelTerm T) {
  return KernelTermTable[static_cast<unsigned>(T)];
}

/// The term that a profile calls "kernel." and its name.
std::optional<KernelTerm> kernelTermFromName(llvm::StringRef Name);

/// Kernels of the same work.
struct KernelGroup {
  bool Product = false, Spatial = false, Misaligned = false;
  double Macs = 0;       ///< Of one kernel.
  double PerChannel = 0; ///< Its MACs / C_in; 0 when C_in < 4.
  double Bytes = 0;      ///< That one kernel reads and writes.
  double Times = 0;      ///< How many there are.

  /// How much of \p T one kernel has.
  [[nodiscard]] double amount(KernelTerm T) const;
};

class KernelSet {
public:
  void add(const KernelGroup &Group);
  /// Adds all of \p Other, each \p Factor times as often.
  void add(const KernelSet &Other, double Factor);
  /// Distinct groups, in the order of their work.
  [[nodiscard]] std::vector<KernelGroup> groups() const;

  /// The sum over all kernels of the slowest of their limits, \p Costs being
  /// what one of each term costs. \p Slopes, unless empty, are its derivatives
  /// by the costs: at a kink, those of the limit that comes first.
  double slowest(llvm::ArrayRef<double> Costs,
                 llvm::MutableArrayRef<double> Slopes = {}) const;

private:
  void merge();

  std::vector<KernelGroup> Groups;
  size_t Merged = 0; ///< This many, from the first on, are distinct.
};

} // namespace toscount

#endif // TOSCOUNT_PREDICTION_KERNELS_H
