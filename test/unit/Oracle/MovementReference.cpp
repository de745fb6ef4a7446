//===- MovementReference.cpp - executed views and copies ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "MovementReference.h"

#include "llvm/ADT/APFloat.h"

#include <cmath>

using namespace llvm;

namespace toscount::oracle {
namespace {

using Tensors = ArrayRef<Tensor>;

void mapView(const OpInstance &, Tensors In, Tensors Out, const Mover &Move) {
  for (size_t I = 0; I < Out[0].size(); ++I)
    Move(0, I, 0, I);
}

void mapTranspose(const OpInstance &Op, Tensors In, Tensors Out,
                  const Mover &Move) {
  Shape Perm(Op.attrInts("perm"));
  if (!Op.hasAttr("perm"))
    for (size_t I = In[0].Dims.size(); I-- > 0;)
      Perm.push_back(static_cast<int64_t>(I));
  for (size_t From = 0; From < In[0].size(); ++From) {
    Shape Index = indexAt(In[0].Dims, From);
    Shape To;
    for (int64_t P : Perm)
      To.push_back(Index[P]);
    Move(0, flat(Out[0].Dims, To), 0, From);
  }
}

void mapConcat(const OpInstance &Op, Tensors In, Tensors Out,
               const Mover &Move) {
  size_t Axis = OpInstance::axis(Op.attrInt("axis", 1), Out[0].Dims.size());
  int64_t Start = 0;
  for (unsigned I = 0; I < In.size(); ++I) {
    for (size_t From = 0; From < In[I].size(); ++From) {
      Shape Index = indexAt(In[I].Dims, From);
      Index[Axis] += Start;
      Move(0, flat(Out[0].Dims, Index), I, From);
    }
    Start += In[I].Dims[Axis];
  }
}

void mapSplit(const OpInstance &Op, Tensors In, Tensors Out,
              const Mover &Move) {
  size_t Axis = OpInstance::axis(Op.attrInt("axis", 0), In[0].Dims.size());
  int64_t Start = 0;
  for (unsigned O = 0; O < Out.size(); ++O) {
    for (size_t At = 0; At < Out[O].size(); ++At) {
      Shape Index = indexAt(Out[O].Dims, At);
      Index[Axis] += Start;
      Move(O, At, 0, flat(In[0].Dims, Index));
    }
    Start += Out[O].Dims[Axis];
  }
}

void mapExpand(const OpInstance &, Tensors In, Tensors Out, const Mover &Move) {
  for (size_t At = 0; At < Out[0].size(); ++At)
    Move(0, At, 0, broadcastOffset(In[0].Dims, indexAt(Out[0].Dims, At)));
}

void mapTile(const OpInstance &, Tensors In, Tensors Out, const Mover &Move) {
  for (size_t At = 0; At < Out[0].size(); ++At) {
    Shape Index = indexAt(Out[0].Dims, At);
    for (size_t I = 0; I < Index.size(); ++I)
      Index[I] %= In[0].Dims[I];
    Move(0, At, 0, flat(In[0].Dims, Index));
  }
}

/// Reshapes, transposes and reshapes as the definition says.
void mapBlocks(const OpInstance &Op, Tensors In, Tensors Out,
               const Mover &Move) {
  int64_t B = Op.attrInt("blocksize", 0);
  bool ToSpace = Op.op() == "DepthToSpace";
  ShapeRef Deep = ToSpace ? Out[0].Dims : In[0].Dims; // The larger image.
  Shape Middle;
  Shape Perm;
  if (!ToSpace) {
    Middle = {Deep[0], Deep[1], Deep[2] / B, B, Deep[3] / B, B};
    Perm = {0, 3, 5, 1, 2, 4};
  } else if (Op.attrString("mode", "DCR") == "DCR") {
    Middle = {Deep[0], B, B, Deep[1], Deep[2] / B, Deep[3] / B};
    Perm = {0, 3, 4, 1, 5, 2};
  } else {
    Middle = {Deep[0], Deep[1], B, B, Deep[2] / B, Deep[3] / B};
    Perm = {0, 1, 4, 2, 5, 3};
  }
  Shape After;
  for (int64_t P : Perm)
    After.push_back(Middle[P]);
  for (size_t From = 0; From < In[0].size(); ++From) {
    Shape Index = indexAt(Middle, From);
    Shape To;
    for (int64_t P : Perm)
      To.push_back(Index[P]);
    Move(0, flat(After, To), 0, From);
  }
}

void mapTrilu(const OpInstance &Op, Tensors In, Tensors Out,
              const Mover &Move) {
  int64_t K = wholes(Op, In, 1, {0})[0];
  for (size_t At = 0; At < Out[0].size(); ++At) {
    Shape Index = indexAt(Out[0].Dims, At);
    int64_t Row = Index[Index.size() - 2];
    int64_t Column = Index.back();
    if (Op.attrInt("upper", 1) != 0 ? Column >= Row + K : Column <= Row + K)
      Move(0, At, 0, At);
  }
}

void mapReverseSequence(const OpInstance &Op, Tensors In, Tensors Out,
                        const Mover &Move) {
  int64_t Batch = Op.attrInt("batch_axis", 1);
  int64_t Time = Op.attrInt("time_axis", 0);
  for (size_t At = 0; At < Out[0].size(); ++At) {
    Shape Index = indexAt(Out[0].Dims, At);
    int64_t Length = whole(In[1], Index[Batch]);
    if (Index[Time] < Length)
      Index[Time] = Length - 1 - Index[Time];
    Move(0, At, 0, flat(In[0].Dims, Index));
  }
}

double rounded(double V, const fltSemantics &To) {
  APFloat F(V);
  bool Loses = false;
  F.convert(To, APFloat::rmNearestTiesToEven, &Loses);
  return F.convertToDouble();
}

void forwardCast(const OpInstance &, Tensors In, MutableArrayRef<Tensor> Out,
                 Saved &) {
  for (size_t I = 0; I < In[0].size(); ++I) {
    double V = In[0][I].value();
    if (Out[0].Type == ElementType::Bool)
      V = V != 0 ? 1 : 0;
    else if (isInteger(Out[0].Type))
      V = std::trunc(V);
    else if (Out[0].Type == ElementType::Float16)
      V = rounded(V, APFloat::IEEEhalf());
    else if (Out[0].Type == ElementType::BFloat16)
      V = rounded(V, APFloat::BFloat());
    Out[0][I] = V;
  }
}

// -- Cases.

NodeCase reshapeCase(std::mt19937 &Rng) {
  Shape In = pickShape(Rng, 3);
  int Opset = version(Rng, {1, 5, 13, 14, 19, 21});
  std::vector<int64_t> To = {0, In[1] * In[2]};
  switch (pick(Rng, 0, 2)) {
  case 0:
    To = {In[2], -1};
    break;
  case 1:
    To = {-1};
    break;
  default:
    break;
  }
  NodeCase C = make("Reshape", Opset);
  C.input(Rng, In);
  return Opset < 5 ? C.set("shape", To) : C.known(To);
}

NodeCase flattenCase(std::mt19937 &Rng) {
  return make("Flatten", 13)
      .input(Rng, pickShape(Rng, 3))
      .set("axis", pick(Rng, -3, 3));
}

NodeCase squeezeCase(std::mt19937 &Rng) {
  NodeCase C = make("Squeeze", version(Rng, {1, 11, 13, 21}));
  C.input(Rng, {1, pick(Rng, 1, 3), 1});
  if (pick(Rng, 0, 2) == 0)
    return C;
  std::vector<int64_t> Axes = {0, C.Opset < 11 ? 2 : -1};
  return C.Opset < 13 ? C.set("axes", Axes) : C.known(Axes);
}

NodeCase unsqueezeCase(std::mt19937 &Rng) {
  NodeCase C = make("Unsqueeze", version(Rng, {1, 11, 13, 21}));
  C.input(Rng, pickShape(Rng, 2));
  std::vector<int64_t> Axes = {3, 0};
  return C.Opset < 13 ? C.set("axes", Axes) : C.known(Axes);
}

NodeCase identityCase(std::mt19937 &Rng) {
  return make("Identity", 16).input(Rng, pickShape(Rng, pick(Rng, 0, 3)));
}

NodeCase transposeCase(std::mt19937 &Rng) {
  NodeCase C = make("Transpose", 13);
  C.input(Rng, pickShape(Rng, 3));
  std::vector<int64_t> Perm = {0, 1, 2};
  std::shuffle(Perm.begin(), Perm.end(), Rng);
  return pick(Rng, 0, 3) == 0 ? C : C.set("perm", Perm);
}

NodeCase concatCase(std::mt19937 &Rng) {
  NodeCase C = make("Concat", version(Rng, {1, 4, 11, 13}));
  int64_t Axis = pick(Rng, 0, 2);
  Shape S = pickShape(Rng, 3);
  for (int64_t I = pick(Rng, 1, 4); I > 0; --I) {
    S[Axis] = pick(Rng, 0, 3);
    C.input(Rng, S);
  }
  return C.set("axis", C.Opset >= 11 ? Axis - 3 : Axis);
}

NodeCase splitCase(std::mt19937 &Rng) {
  NodeCase C = make("Split", version(Rng, {2, 11, 13, 18}));
  C.NumOutputs = 3;
  std::vector<int64_t> Sizes = {1, pick(Rng, 0, 2), 2};
  int64_t D = Sizes[0] + Sizes[1] + Sizes[2];
  bool Equal = pick(Rng, 0, 1) == 0;
  if (Equal)
    D = C.Opset >= 18 ? pick(Rng, 1, 7) : 6;
  C.input(Rng, {2, D}).set("axis", 1);
  if (Equal)
    return C.Opset >= 18 ? C.set("num_outputs", 3) : C;
  return C.Opset < 13 ? C.set("split", Sizes) : C.known(Sizes);
}

NodeCase expandCase(std::mt19937 &Rng) {
  Shape In = pickShape(Rng, 3);
  std::vector<int64_t> To(In.begin(), In.end());
  for (size_t I = 0; I < In.size(); ++I)
    switch (pick(Rng, 0, 2)) {
    case 0:
      In[I] = 1;
      break;
    case 1:
      To[I] = 1;
      break;
    default:
      break;
    }
  if (pick(Rng, 0, 1) == 0)
    To.insert(To.begin(), 2);
  return make("Expand", 13).input(Rng, In).known(To);
}

NodeCase tileCase(std::mt19937 &Rng) {
  NodeCase C = make("Tile", version(Rng, {1, 6, 13}));
  C.input(Rng, pickShape(Rng, 2));
  if (C.Opset < 6)
    return C.known({3}).known({1});
  return C.known({pick(Rng, 1, 3), pick(Rng, 0, 3)});
}

NodeCase depthToSpaceCase(std::mt19937 &Rng) {
  NodeCase C = make("DepthToSpace", version(Rng, {1, 11, 13}));
  int64_t B = pick(Rng, 1, 3);
  C.input(Rng, {2, 2 * B * B, pick(Rng, 1, 3), pick(Rng, 1, 3)});
  C.set("blocksize", B);
  return pick(Rng, 0, 1) == 0 ? C : C.set("mode", "CRD");
}

NodeCase spaceToDepthCase(std::mt19937 &Rng) {
  int64_t B = pick(Rng, 1, 3);
  return make("SpaceToDepth", 13)
      .input(Rng, {2, 2, pick(Rng, 1, 3) * B, pick(Rng, 1, 3) * B})
      .set("blocksize", B);
}

NodeCase triluCase(std::mt19937 &Rng) {
  NodeCase C = make("Trilu", 14);
  C.input(Rng, pickShape(Rng, 3)).set("upper", pick(Rng, 0, 1));
  return pick(Rng, 0, 1) == 0 ? C : C.indices({}, {pick(Rng, -3, 3)});
}

NodeCase reverseSequenceCase(std::mt19937 &Rng) {
  int64_t Batch = pick(Rng, 0, 1);
  Shape In = pickShape(Rng, 3);
  std::vector<int64_t> Lengths;
  for (int64_t B = 0; B < In[Batch]; ++B)
    Lengths.push_back(pick(Rng, 0, In[1 - Batch]));
  return make("ReverseSequence", 10)
      .input(Rng, In)
      .indices({In[Batch]}, Lengths)
      .set("batch_axis", Batch)
      .set("time_axis", 1 - Batch);
}

NodeCase castCase(std::mt19937 &Rng) {
  return make("Cast", version(Rng, {6, 9, 13, 19}))
      .input(Rng, pickShape(Rng, 2))
      .set("to", static_cast<int64_t>(ElementType::Float64));
}

NodeCase castLikeCase(std::mt19937 &Rng) {
  NodeCase C = make("CastLike", 15);
  C.input(Rng, pickShape(Rng, 2));
  return C.operand(Tensor(ElementType::Float64, {1}), true);
}

} // namespace

void addMovementReferences(References &All) {
  addMovementSliceReferences(All);
  addMoved<mapView>(All, "Reshape", reshapeCase);
  addMoved<mapView>(All, "Flatten", flattenCase);
  addMoved<mapView>(All, "Squeeze", squeezeCase);
  addMoved<mapView>(All, "Unsqueeze", unsqueezeCase);
  addMoved<mapView>(All, "Identity", identityCase);
  addMoved<mapTranspose>(All, "Transpose", transposeCase);
  addMoved<mapConcat>(All, "Concat", concatCase);
  addMoved<mapSplit>(All, "Split", splitCase, {0, 1, 2});
  addMoved<mapExpand>(All, "Expand", expandCase);
  addMoved<mapTile>(All, "Tile", tileCase);
  addMoved<mapBlocks>(All, "DepthToSpace", depthToSpaceCase);
  addMoved<mapBlocks>(All, "SpaceToDepth", spaceToDepthCase);
  addMoved<mapTrilu>(All, "Trilu", triluCase);
  addMoved<mapReverseSequence>(All, "ReverseSequence", reverseSequenceCase);
  const std::pair<const char *, CaseMaker> Casts[] = {
      {"Cast", castCase}, {"CastLike", castLikeCase}};
  for (auto [Op, Case] : Casts)
    All.push_back({.Op = Op,
                   .Forward = forwardCast,
                   .Backward = backwardMoved<mapView>,
                   .Cases = {Case}});
}

} // namespace toscount::oracle
