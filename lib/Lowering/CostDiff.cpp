//===- CostDiff.cpp - matching the layers of two models -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Lowering/CostDiff.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/Twine.h"

#include <deque>

using namespace llvm;

namespace toscount {

StringRef name(LayerChange C) {
  switch (C) {
  case LayerChange::Same:
    return "same";
  case LayerChange::Renamed:
    return "renamed";
  case LayerChange::Changed:
    return "changed";
  case LayerChange::Added:
    return "added";
  case LayerChange::Removed:
    return "removed";
  }
  return "";
}

namespace {

std::string operatorKey(const LayerCounts &L) {
  return (L.Domain + "\n" + L.Op).str();
}

std::string shapeKey(const LayerCounts &L) {
  std::string Key = operatorKey(L);
  for (int64_t D : L.Output)
    Key += "\n" + std::to_string(D);
  return Key;
}

bool equal(const Cost &A, const Cost &B) {
  return A.Macs == B.Macs && A.Flops == B.Flops && A.TOs == B.TOs &&
         A.BytesRead == B.BytesRead && A.BytesWritten == B.BytesWritten &&
         A.Kernels == B.Kernels && A.Random == B.Random && A.Add == B.Add &&
         A.Sub == B.Sub && A.Mul == B.Mul && A.Div == B.Div &&
         A.Root == B.Root && A.Cmp == B.Cmp && A.ByFunction == B.ByFunction;
}

class Matcher {
public:
  Matcher(const CostTable &Old, const CostTable &New)
      : Old(Old), New(New), OldLayers(Old.Counts->Layers),
        NewLayers(New.Counts->Layers), ToNew(OldLayers.size(), LayerPair::None),
        ToOld(NewLayers.size(), LayerPair::None) {}

  CostDiff match() {
    match([](const LayerCounts &L, size_t) { return L.Name.str(); },
          [](const LayerCounts &L, size_t) { return L.Name.str(); });
    auto Shape = [](const LayerCounts &L, size_t) { return shapeKey(L); };
    match(Shape, Shape);
    matchBetweenNeighbours();
    return pairs();
  }

private:
  /// Pairs layers that are left and whose keys are equal, in order.
  void match(function_ref<std::string(const LayerCounts &, size_t)> OldKey,
             function_ref<std::string(const LayerCounts &, size_t)> NewKey) {
    StringMap<std::deque<size_t>> Left;
    for (size_t I = 0; I < NewLayers.size(); ++I)
      if (ToOld[I] == LayerPair::None)
        Left[NewKey(NewLayers[I], I)].push_back(I);
    if (Left.empty())
      return;
    for (size_t I = 0; I < OldLayers.size(); ++I) {
      if (ToNew[I] != LayerPair::None)
        continue;
      auto It = Left.find(OldKey(OldLayers[I], I));
      if (It == Left.end() || It->second.empty())
        continue;
      ToNew[I] = It->second.front();
      ToOld[ToNew[I]] = I;
      It->second.pop_front();
    }
  }

  void matchBetweenNeighbours() {
    // A gap is called after the new layer before it.
    std::vector<size_t> OldGap(OldLayers.size()), NewGap(NewLayers.size());
    size_t Gap = LayerPair::None;
    for (size_t I = 0; I < OldLayers.size(); ++I) {
      Gap = ToNew[I] != LayerPair::None ? ToNew[I] : Gap;
      OldGap[I] = Gap;
    }
    Gap = LayerPair::None;
    for (size_t I = 0; I < NewLayers.size(); ++I) {
      Gap = ToOld[I] != LayerPair::None ? I : Gap;
      NewGap[I] = Gap;
    }
    auto Key = [](const std::vector<size_t> &Gaps) {
      return [&Gaps](const LayerCounts &L, size_t I) {
        return std::to_string(Gaps[I]) + "\n" + operatorKey(L);
      };
    };
    match(Key(OldGap), Key(NewGap));
  }

  LayerChange compare(size_t O, size_t N) const {
    const LayerCounts &A = OldLayers[O], &B = NewLayers[N];
    if (A.Op != B.Op || A.Domain != B.Domain || A.Output != B.Output ||
        A.Parameters != B.Parameters ||
        A.TrainableParameters != B.TrainableParameters)
      return LayerChange::Changed;
    LayerCost X = Old.layer(O), Y = New.layer(N);
    for (unsigned P = 0; P < NumPhases; ++P)
      if (!equal(X.Phases[P], Y.Phases[P]))
        return LayerChange::Changed;
    return A.Name == B.Name ? LayerChange::Same : LayerChange::Renamed;
  }

  CostDiff pairs() const {
    CostDiff D;
    D.Old = &Old;
    D.New = &New;
    auto Add = [&](size_t O, size_t N, LayerChange C) {
      D.Layers.push_back({O, N, C});
      ++D.ByChange[static_cast<unsigned>(C)];
    };
    auto AddRemovedFrom = [&](size_t O) {
      for (; O < OldLayers.size() && ToNew[O] == LayerPair::None; ++O)
        Add(O, LayerPair::None, LayerChange::Removed);
    };
    AddRemovedFrom(0);
    for (size_t N = 0; N < NewLayers.size(); ++N) {
      size_t O = ToOld[N];
      if (O == LayerPair::None) {
        Add(O, N, LayerChange::Added);
        continue;
      }
      Add(O, N, compare(O, N));
      AddRemovedFrom(O + 1);
    }
    return D;
  }

  const CostTable &Old, &New;
  ArrayRef<LayerCounts> OldLayers, NewLayers;
  std::vector<size_t> ToNew, ToOld;
};

} // namespace

CostDiff diffTables(const CostTable &Old, const CostTable &New) {
  return Matcher(Old, New).match();
}

bool CostDiff::same() const {
  if (count(LayerChange::Same) != Layers.size())
    return false;
  for (unsigned P = 0; P < NumPhases; ++P)
    if (!equal(Old->Phases[P], New->Phases[P]))
      return false;
  return all_of(totalFigures(), [&](const TotalFigure &F) {
    PhasedFigure Total{&F, std::nullopt};
    return Total.of(*Old) == Total.of(*New);
  });
}

} // namespace toscount
