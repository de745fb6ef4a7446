//===- MovementSliceReference.cpp - executed Slice and Pad ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "MovementReference.h"

#include "llvm/ADT/STLExtras.h"

#include <numeric>

using namespace llvm;

namespace toscount::oracle {
namespace {

using Tensors = ArrayRef<Tensor>;

void mapSlice(const OpInstance &Op, Tensors In, Tensors Out,
              const Mover &Move) {
  std::vector<int64_t> Starts, Ends, Axes, Steps;
  std::vector<int64_t> Counting(In[0].Dims.size());
  std::iota(Counting.begin(), Counting.end(), 0);
  if (Op.opset() < 10) {
    Starts = Op.attrInts("starts");
    Ends = Op.attrInts("ends");
    Axes = Op.hasAttr("axes") ? std::vector<int64_t>(Op.attrInts("axes"))
                              : Counting;
  } else {
    Starts = wholes(Op, In, 1);
    Ends = wholes(Op, In, 2);
    Axes = wholes(Op, In, 3, Counting);
    Steps = wholes(Op, In, 4);
  }
  Steps.resize(Starts.size(), 1);
  // The positions each axis selects, found by walking.
  std::vector<std::vector<int64_t>> Selected;
  for (int64_t D : In[0].Dims) {
    Selected.emplace_back(D);
    std::iota(Selected.back().begin(), Selected.back().end(), 0);
  }
  for (size_t I = 0; I < Starts.size(); ++I) {
    size_t Axis = OpInstance::axis(Axes[I], In[0].Dims.size());
    int64_t D = In[0].Dims[Axis];
    int64_t Start = Starts[I] < 0 ? Starts[I] + D : Starts[I];
    int64_t End = Ends[I] < 0 ? Ends[I] + D : Ends[I];
    Selected[Axis].clear();
    if (Steps[I] > 0)
      for (int64_t P = std::max<int64_t>(Start, 0); P < std::min(End, D);
           P += Steps[I])
        Selected[Axis].push_back(P);
    else
      for (int64_t P = std::min(Start, D - 1); P > std::max<int64_t>(End, -1);
           P += Steps[I])
        if (P >= 0)
          Selected[Axis].push_back(P);
  }
  for (size_t At = 0; At < Out[0].size(); ++At) {
    Shape Index = indexAt(Out[0].Dims, At);
    for (size_t I = 0; I < Index.size(); ++I)
      Index[I] = Selected[I][Index[I]];
    Move(0, At, 0, flat(In[0].Dims, Index));
  }
}

/// Walks from 0 by \p Steps as the padding mode does at the borders.
int64_t walked(StringRef Mode, int64_t At, int64_t D) {
  if (Mode == "edge")
    return std::clamp<int64_t>(At, 0, D - 1);
  while (At < 0 || At >= D) {
    if (Mode == "constant")
      return -1;
    if (Mode == "wrap")
      At += At < 0 ? D : -D;
    else if (D == 1)
      At = 0;
    else
      At = At < 0 ? -At : 2 * (D - 1) - At;
  }
  return At;
}

void mapPad(const OpInstance &Op, Tensors In, Tensors Out, const Mover &Move) {
  size_t Rank = In[0].Dims.size();
  std::vector<int64_t> Pads = Op.opset() >= 11
                                  ? wholes(Op, In, 1)
                                  : std::vector<int64_t>(Op.attrInts(
                                        Op.opset() >= 2 ? "pads" : "paddings"));
  std::vector<int64_t> Axes(Rank);
  std::iota(Axes.begin(), Axes.end(), 0);
  if (Op.opset() >= 18)
    Axes = wholes(Op, In, 3, Axes);
  std::vector<int64_t> Begin(Rank, 0);
  for (size_t I = 0; I < Axes.size(); ++I)
    Begin[OpInstance::axis(Axes[I], Rank)] = Pads[I];
  StringRef Mode = Op.attrString("mode", "constant");
  for (size_t At = 0; At < Out[0].size(); ++At) {
    Shape Index = indexAt(Out[0].Dims, At);
    for (size_t I = 0; I < Rank; ++I)
      Index[I] = walked(Mode, Index[I] - Begin[I], In[0].Dims[I]);
    if (!is_contained(Index, -1))
      Move(0, At, 0, flat(In[0].Dims, Index));
    else if (Op.hasInput(2))
      Move(0, At, 2, 0);
  }
}

void forwardPad(const OpInstance &Op, Tensors In, MutableArrayRef<Tensor> Out,
                Saved &Save) {
  for (Scalar &E : Out[0].Data)
    E = Op.attrFloat("value", 0);
  forwardMoved<mapPad>(Op, In, Out, Save);
}

void mapCenterCropPad(const OpInstance &, Tensors In, Tensors Out,
                      const Mover &Move) {
  for (size_t At = 0; At < Out[0].size(); ++At) {
    Shape Index = indexAt(Out[0].Dims, At);
    bool Inside = true;
    for (size_t I = 0; I < Index.size(); ++I) {
      int64_t D = In[0].Dims[I];
      int64_t To = Out[0].Dims[I];
      Index[I] += To < D ? (D - To) / 2 : -((To - D) / 2);
      Inside = Inside && Index[I] >= 0 && Index[I] < D;
    }
    if (Inside)
      Move(0, At, 0, flat(In[0].Dims, Index));
  }
}

NodeCase sliceCase(std::mt19937 &Rng) {
  NodeCase C = make("Slice", version(Rng, {1, 10, 11, 13}));
  C.input(Rng, pickShape(Rng, 3, 1, 5));
  std::vector<int64_t> Starts, Ends, Steps;
  for (int I = 0; I < 2; ++I) {
    Starts.push_back(pick(Rng, -7, 7));
    Ends.push_back(pick(Rng, 0, 4) == 0 ? INT64_MAX : pick(Rng, -7, 7));
    int64_t Step = pick(Rng, 1, 3);
    Steps.push_back(pick(Rng, 0, 1) == 0 ? Step : -Step);
  }
  if (C.Opset < 10) {
    C.set("starts", Starts).set("ends", Ends);
    return pick(Rng, 0, 1) == 0 ? C : C.set("axes", std::vector<int64_t>{2, 0});
  }
  C.known(Starts).known(Ends);
  switch (pick(Rng, 0, 2)) {
  case 0:
    return C;
  case 1:
    return C.absent().known(Steps);
  default:
    return C.known({-1, 0}).known(Steps);
  }
}

NodeCase padCase(std::mt19937 &Rng) {
  NodeCase C = make("Pad", version(Rng, {1, 2, 11, 13, 18, 19, 21}));
  const char *Modes[] = {"constant", "reflect", "edge", "wrap"};
  const char *Mode = Modes[pick(Rng, 0, C.Opset >= 19 ? 3 : 2)];
  Shape In = pickShape(Rng, 2, 2, 5);
  C.input(Rng, In).set("mode", Mode);
  // Crops at most one element on a side, so that something is left.
  std::vector<int64_t> Pads;
  for (int I = 0; I < 4; ++I)
    Pads.push_back(pick(Rng, C.Opset >= 2 ? -1 : 0, 6));
  for (size_t I : {0U, 1U})
    if (Pads[I] < 0 && Pads[I + 2] < 0)
      Pads[I] = 0;
  if (C.Opset < 11)
    return C.set(C.Opset >= 2 ? "pads" : "paddings", Pads).set("value", 0.5);
  bool Axes = C.Opset >= 18 && pick(Rng, 0, 1) == 0;
  if (Axes)
    Pads = {Pads[0], Pads[2]};
  C.known(Pads);
  if (pick(Rng, 0, 1) == 0)
    C.input(Rng, {});
  else if (Axes)
    C.absent();
  return Axes ? C.known({-1}) : C;
}

NodeCase centerCropPadCase(std::mt19937 &Rng) {
  return make("CenterCropPad", 18)
      .input(Rng, pickShape(Rng, 3))
      .known({pick(Rng, 1, 5), pick(Rng, 1, 5)})
      .set("axes", std::vector<int64_t>{-1, 0});
}

} // namespace

void addMovementSliceReferences(References &All) {
  addMoved<mapSlice>(All, "Slice", sliceCase);
  All.push_back({.Op = "Pad",
                 .Forward = forwardPad,
                 .Backward = backwardMoved<mapPad>,
                 .Cases = {padCase}});
  addMoved<mapCenterCropPad>(All, "CenterCropPad", centerCropPadCase);
}

} // namespace toscount::oracle
