//===- Kernels.cpp - the kernels of a run ---------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/Kernels.h"

#include <algorithm>
#include <tuple>

using namespace llvm;

namespace toscount {

static constexpr bool termsInOrder() {
  for (unsigned I = 0; I < NumKernelTerms; ++I)
    if (static_cast<unsigned>(KernelTermTable[I].Id) != I)
      return false;
  return true;
}
static_assert(termsInOrder(), "the table is in the enumeration's order");

std::optional<KernelTerm> kernelTermFromName(StringRef Name) {
  if (!Name.consume_front("kernel."))
    return std::nullopt;
  for (const KernelTermInfo &T : KernelTermTable)
    if (T.Name == Name)
      return T.Id;
  return std::nullopt;
}

double KernelGroup::amount(KernelTerm T) const {
  switch (T) {
  case KernelTerm::Launch:
    return 1;
  case KernelTerm::PointwiseMacs:
    return Spatial ? 0 : Macs;
  case KernelTerm::PointwiseMacsPerChannel:
    return Spatial ? 0 : PerChannel;
  case KernelTerm::PointwiseMisalignedMacs:
    return Spatial || !Misaligned ? 0 : Macs;
  case KernelTerm::SpatialMacs:
    return Spatial ? Macs : 0;
  case KernelTerm::SpatialMacsPerChannel:
    return Spatial ? PerChannel : 0;
  case KernelTerm::SpatialMisalignedMacs:
    return Spatial && Misaligned ? Macs : 0;
  case KernelTerm::ProductBytes:
    return Product ? Bytes : 0;
  case KernelTerm::OtherBytes:
    return Product ? 0 : Bytes;
  }
  return 0;
}

/// What tells one kernel from another.
static auto workOf(const KernelGroup &G) {
  return std::tie(G.Product, G.Spatial, G.Misaligned, G.Macs, G.PerChannel,
                  G.Bytes);
}

static void mergeGroups(std::vector<KernelGroup> &Groups) {
  std::stable_sort(Groups.begin(), Groups.end(),
                   [](const KernelGroup &A, const KernelGroup &B) {
                     return workOf(A) < workOf(B);
                   });
  size_t Kept = 0;
  for (const KernelGroup &G : Groups)
    if (Kept > 0 && workOf(Groups[Kept - 1]) == workOf(G))
      Groups[Kept - 1].Times += G.Times;
    else
      Groups[Kept++] = G;
  Groups.resize(Kept);
}

void KernelSet::merge() {
  mergeGroups(Groups);
  Merged = Groups.size();
}

void KernelSet::add(const KernelGroup &Group) {
  if (Group.Times == 0)
    return;
  Groups.push_back(Group);
  // Merging as the set doubles keeps what it costs near its size.
  constexpr size_t Few = 64;
  if (Groups.size() > 2 * Merged + Few)
    merge();
}

void KernelSet::add(const KernelSet &Other, double Factor) {
  for (KernelGroup G : Other.Groups) {
    G.Times *= Factor;
    add(G);
  }
}

std::vector<KernelGroup> KernelSet::groups() const {
  std::vector<KernelGroup> Distinct = Groups;
  mergeGroups(Distinct);
  return Distinct;
}

double KernelSet::slowest(ArrayRef<double> Costs,
                          MutableArrayRef<double> Slopes) const {
  // Fits come here a thousand million times: no loop over terms.
  auto Cost = [&](KernelTerm T) { return Costs[static_cast<unsigned>(T)]; };
  auto Slope = [&](KernelTerm T) -> double & {
    return Slopes[static_cast<unsigned>(T)];
  };
  std::fill(Slopes.begin(), Slopes.end(), 0);
  double Launch = Cost(KernelTerm::Launch);
  double Sum = 0;
  for (const KernelGroup &G : Groups) {
    KernelTerm Macs =
        G.Spatial ? KernelTerm::SpatialMacs : KernelTerm::PointwiseMacs;
    KernelTerm PerChannel = G.Spatial ? KernelTerm::SpatialMacsPerChannel
                                      : KernelTerm::PointwiseMacsPerChannel;
    KernelTerm Misaligned = G.Spatial ? KernelTerm::SpatialMisalignedMacs
                                      : KernelTerm::PointwiseMisalignedMacs;
    KernelTerm Bytes =
        G.Product ? KernelTerm::ProductBytes : KernelTerm::OtherBytes;
    double Compute =
        G.Macs * (Cost(Macs) + (G.Misaligned ? Cost(Misaligned) : 0)) +
        G.PerChannel * Cost(PerChannel);
    double Memory = G.Bytes * Cost(Bytes);
    Sum += G.Times * std::max({Launch, Compute, Memory});
    if (Slopes.empty())
      continue;
    if (Launch >= Compute && Launch >= Memory) {
      Slope(KernelTerm::Launch) += G.Times;
    } else if (Compute >= Memory) {
      Slope(Macs) += G.Times * G.Macs;
      Slope(PerChannel) += G.Times * G.PerChannel;
      if (G.Misaligned)
        Slope(Misaligned) += G.Times * G.Macs;
    } else {
      Slope(Bytes) += G.Times * G.Bytes;
    }
  }
  return Sum;
}

} // namespace toscount
