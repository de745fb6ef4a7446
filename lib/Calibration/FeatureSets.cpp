//===- FeatureSets.cpp - candidate columns of energy models ---------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The columns that candidates are made of. A set is a hypothesis about what
/// limits the hardware; docs/Calibration.md tells them at length.
///
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/FitRuns.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace toscount {
namespace {

using F = Feature;

constexpr F Steps[] = {F::Run, F::Step};
constexpr F Work[] = {F::Run, F::Step, F::Macs};
constexpr F WorkAndTraffic[] = {F::Run,  F::Step,      F::Kernel,
                                F::Macs, F::BytesRead, F::BytesWritten};
constexpr F WorkAndMemory[] = {F::Run, F::Step, F::Macs, F::ParameterStep,
                               F::Activation};
constexpr F Transistors[] = {F::Run, F::Step,      F::Kernel,
                             F::TOs, F::BytesRead, F::BytesWritten};
constexpr F Windows[] = {F::Run, F::PoolingWindowElements, F::BytesRead,
                         F::BytesWritten};
constexpr F Utilisation[] = {F::Run,
                             F::Step,
                             F::Kernel,
                             F::PointwiseMacs,
                             F::PointwiseMacsPerChannel,
                             F::PointwiseMisalignedMacs,
                             F::SpatialMacs,
                             F::SpatialMacsPerChannel,
                             F::SpatialMisalignedMacs,
                             F::BytesRead,
                             F::BytesWritten};
constexpr F Kinds[] = {F::Run,
                       F::Step,
                       F::Kernel,
                       F::PointwiseMacs,
                       F::PointwiseMacsPerChannel,
                       F::PointwiseMisalignedMacs,
                       F::PointwiseMisalignedMacsPerChannel,
                       F::SpatialMacs,
                       F::SpatialMacsPerChannel,
                       F::SpatialMisalignedMacs,
                       F::SpatialMisalignedMacsPerChannel,
                       F::ProductBytes,
                       F::NormalizationBytes,
                       F::ElementwiseBytes,
                       F::PoolingForwardBytes,
                       F::PoolingBackwardBytes,
                       F::MovementBytes,
                       F::ReductionBytes};
constexpr F Blocks[] = {F::Run,
                        F::Macs,
                        F::MacsPerOutputChannel,
                        F::MacsPerInputChannel,
                        F::WideMacs,
                        F::WideMacsPerInputChannel,
                        F::ProductInputBytes,
                        F::ProductOutputBytes,
                        F::UncachedInputBytes,
                        F::UncachedOutputBytes,
                        F::WideInputBytes,
                        F::WideOutputBytes,
                        F::WideUncachedInputBytes,
                        F::WideUncachedOutputBytes};
constexpr F Threads[] = {F::Run,
                         F::Step,
                         F::Kernel,
                         F::Macs,
                         F::ParameterStep,
                         F::AnyParallelProduct,
                         F::ParallelProduct,
                         F::AnyParallelUpdate,
                         F::ParallelUpdate,
                         F::ParallelActivation};

/// Those that a roofline adds to what limits its kernels.
constexpr F Roofline[] = {F::Run, F::Step, F::Macs, F::BytesRead,
                          F::BytesWritten};

constexpr FeatureSet Sets[] = {
    {"steps", "a run and its steps, whatever they do", Steps},
    {"work", "steps and MACs", Work},
    {"windows", "elements under pooling windows, bytes read and written",
     Windows},
    {"memory", "steps, MACs, parameters and activations", WorkAndMemory},
    {"traffic", "steps, kernels, MACs, bytes read and written", WorkAndTraffic},
    {"transistors", "steps, kernels, TOs, bytes read and written", Transistors},
    {"threads", "what wakes threads: products and updates beyond thresholds",
     Threads},
    {"utilisation",
     "products by shape: channels that leave units idle, misaligned channels",
     Utilisation},
    {"blocks", "products by blocks of channels, bytes beyond the caches",
     Blocks},
    {"roofline",
     "kernels as slow as launch, arithmetic or memory, by static power",
     Roofline, true},
    {"kinds", "products by shape, and bytes by kind of operator", Kinds},
};

} // namespace

ArrayRef<FeatureSet> featureSets() { return Sets; }

Expected<const FeatureSet *> findFeatureSet(StringRef Name) {
  std::vector<StringRef> Names;
  for (const FeatureSet &S : Sets) {
    if (S.Name == Name)
      return &S;
    Names.push_back(S.Name);
  }
  return makeError("no family is called '" + printable(Name) + "'" +
                   didYouMean(Name, Names));
}

} // namespace toscount
