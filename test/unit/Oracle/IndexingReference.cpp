//===- IndexingReference.cpp - executed gathering and scattering ----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "MovementReference.h"

#include <set>

using namespace llvm;

namespace toscount::oracle {
namespace {

using Tensors = ArrayRef<Tensor>;

/// A chosen position, from the end when negative.
int64_t position(int64_t Index, int64_t D) {
  return Index < 0 ? Index + D : Index;
}

void mapGather(const OpInstance &Op, Tensors In, Tensors Out,
               const Mover &Move) {
  size_t Axis = OpInstance::axis(Op.attrInt("axis", 0), In[0].Dims.size());
  int64_t D = In[0].Dims[Axis];
  // data is [Outer, D, Inner].
  int64_t Inner = 1;
  for (size_t I = Axis + 1; I < In[0].Dims.size(); ++I)
    Inner *= In[0].Dims[I];
  auto Chosen = static_cast<int64_t>(In[1].size());
  for (size_t At = 0; At < Out[0].size(); ++At) {
    int64_t I = static_cast<int64_t>(At) % Inner;
    int64_t K = static_cast<int64_t>(At) / Inner % Chosen;
    int64_t O = static_cast<int64_t>(At) / Inner / Chosen;
    Move(0, At, 0, (O * D + position(whole(In[1], K), D)) * Inner + I);
  }
}

void mapGatherElements(const OpInstance &Op, Tensors In, Tensors Out,
                       const Mover &Move) {
  size_t Axis = OpInstance::axis(Op.attrInt("axis", 0), In[0].Dims.size());
  for (size_t At = 0; At < Out[0].size(); ++At) {
    Shape Index = indexAt(Out[0].Dims, At);
    Index[Axis] = position(whole(In[1], At), In[0].Dims[Axis]);
    Move(0, At, 0, flat(In[0].Dims, Index));
  }
}

void mapGatherND(const OpInstance &Op, Tensors In, Tensors Out,
                 const Mover &Move) {
  auto B = static_cast<size_t>(Op.attrInt("batch_dims", 0));
  auto K = static_cast<size_t>(In[1].Dims.back());
  size_t Slice = 1; // Elements a tuple selects.
  for (size_t I = B + K; I < In[0].Dims.size(); ++I)
    Slice *= In[0].Dims[I];
  for (size_t At = 0; At < Out[0].size(); ++At) {
    size_t Tuple = At / Slice;
    Shape Lead = indexAt(ShapeRef(In[1].Dims).drop_back(), Tuple);
    Lead.resize(B);
    for (size_t I = 0; I < K; ++I)
      Lead.push_back(position(whole(In[1], Tuple * K + I), In[0].Dims[B + I]));
    size_t From =
        flat(ShapeRef(In[0].Dims).take_front(B + K), Lead) * Slice + At % Slice;
    Move(0, At, 0, From);
  }
}

void mapCompress(const OpInstance &Op, Tensors In, Tensors Out,
                 const Mover &Move) {
  std::vector<int64_t> Kept;
  for (size_t I = 0; I < In[1].size(); ++I)
    if (In[1][I].value() != 0)
      Kept.push_back(static_cast<int64_t>(I));
  for (size_t At = 0; At < Out[0].size(); ++At) {
    Shape Index = indexAt(Out[0].Dims, At);
    if (!Op.hasAttr("axis")) {
      Move(0, At, 0, Kept[At]);
      continue;
    }
    size_t Axis = OpInstance::axis(Op.attrInt("axis", 0), Index.size());
    Index[Axis] = Kept[Index[Axis]];
    Move(0, At, 0, flat(In[0].Dims, Index));
  }
}

/// The element of the data that each update goes to.
std::vector<size_t> targets(const OpInstance &Op, Tensors In) {
  std::vector<size_t> To;
  for (size_t U = 0; U < In[2].size(); ++U) {
    if (Op.op() != "ScatterND") {
      size_t Axis = OpInstance::axis(Op.attrInt("axis", 0), In[0].Dims.size());
      Shape Index = indexAt(In[2].Dims, U);
      Index[Axis] = position(whole(In[1], U), In[0].Dims[Axis]);
      To.push_back(flat(In[0].Dims, Index));
      continue;
    }
    auto K = static_cast<size_t>(In[1].Dims.back());
    size_t Slice = 1;
    for (size_t I = K; I < In[0].Dims.size(); ++I)
      Slice *= In[0].Dims[I];
    Shape Lead;
    for (size_t I = 0; I < K; ++I)
      Lead.push_back(position(whole(In[1], U / Slice * K + I), In[0].Dims[I]));
    To.push_back(flat(ShapeRef(In[0].Dims).take_front(K), Lead) * Slice +
                 U % Slice);
  }
  return To;
}

/// One update after the other; what each one met is saved.
void forwardScatter(const OpInstance &Op, Tensors In,
                    MutableArrayRef<Tensor> Out, Saved &Save) {
  StringRef Reduction = Op.attrString("reduction", "none");
  std::vector<size_t> To = targets(Op, In);
  Out[0].Data = In[0].Data;
  Save.push_back(In[2]);
  for (size_t U = 0; U < To.size(); ++U) {
    Scalar &Y = Out[0][To[U]];
    Scalar Update = In[2][U];
    Save[0][U] = Y;
    if (Reduction == "none")
      Y = Update;
    else if (Reduction == "add")
      Y = Y + Update;
    else if (Reduction == "mul")
      Y = Y * Update;
    else if (Reduction == "max")
      Y = max(Y, Update);
    else
      Y = min(Y, Update);
  }
}

void backwardScatter(const OpInstance &Op, Tensors In, Tensors,
                     const Saved &Save, Tensors DOut, ArrayRef<bool> Needs,
                     MutableArrayRef<Tensor> DIn) {
  StringRef Reduction = Op.attrString("reduction", "none");
  std::vector<size_t> To = targets(Op, In);
  std::vector<Scalar> G = DOut[0].Data;
  for (size_t U = To.size(); U-- > 0;) {
    Scalar &DY = G[To[U]];
    Scalar DU = DY;
    if (Reduction == "none") {
      DY = 0.0;
    } else if (Reduction == "mul") {
      if (Needs[2])
        DU = DY * Save[0][U];
      DY = DY * In[2][U];
    } else if (Reduction != "add") {
      bool Won =
          Reduction == "max" ? Save[0][U] < In[2][U] : In[2][U] < Save[0][U];
      (Won ? DY : DU) = 0.0;
    }
    if (Needs[2])
      DIn[2][U] = DU;
  }
  if (Needs[0])
    DIn[0].Data = G;
}

// -- Cases.

std::vector<int64_t> anyIndices(std::mt19937 &Rng, ShapeRef Dims, int64_t D) {
  std::vector<int64_t> Values(elements(Dims).value());
  for (int64_t &V : Values)
    V = pick(Rng, -D, D - 1);
  return Values;
}

NodeCase gatherCase(std::mt19937 &Rng) {
  Shape In = pickShape(Rng, 3);
  int64_t Axis = pick(Rng, 0, 2);
  Shape Indices = pickShape(Rng, pick(Rng, 0, 2));
  return make("Gather", 13)
      .input(Rng, In)
      .indices(Indices, anyIndices(Rng, Indices, In[Axis]))
      .set("axis", pick(Rng, 0, 1) == 0 ? Axis : Axis - 3);
}

NodeCase gatherElementsCase(std::mt19937 &Rng) {
  Shape In = pickShape(Rng, 3);
  int64_t Axis = pick(Rng, 0, 2);
  Shape Indices;
  for (int64_t D : In)
    Indices.push_back(pick(Rng, 1, D));
  Indices[Axis] = pick(Rng, 1, 5);
  return make("GatherElements", 13)
      .input(Rng, In)
      .indices(Indices, anyIndices(Rng, Indices, In[Axis]))
      .set("axis", Axis - 3);
}

NodeCase gatherNDCase(std::mt19937 &Rng) {
  Shape In = pickShape(Rng, 3);
  int64_t B = pick(Rng, 0, 1);
  int64_t K = pick(Rng, 1, 3 - B);
  Shape Tuples = {B == 1 ? In[0] : pick(Rng, 1, 3), pick(Rng, 1, 3)};
  std::vector<int64_t> Values;
  for (int64_t T = 0; T < Tuples[0] * Tuples[1]; ++T)
    for (int64_t I = 0; I < K; ++I)
      Values.push_back(pick(Rng, -In[B + I], In[B + I] - 1));
  NodeCase C = make("GatherND", 13);
  C.input(Rng, In).indices({Tuples[0], Tuples[1], K}, Values);
  return B == 0 ? C : C.set("batch_dims", B);
}

NodeCase compressCase(std::mt19937 &Rng) {
  NodeCase C = make("Compress", 11);
  Shape In = pickShape(Rng, 2);
  C.input(Rng, In);
  bool Along = pick(Rng, 0, 1) == 0;
  std::vector<int64_t> Condition;
  for (int64_t I = pick(Rng, 0, Along ? In[1] : In[0] * In[1]); I > 0; --I)
    Condition.push_back(pick(Rng, 0, 1));
  C.known(Condition);
  return Along ? C.set("axis", -1) : C;
}

const char *reduction(std::mt19937 &Rng, int Opset) {
  const char *Names[] = {"none", "add", "mul", "min", "max"};
  return Names[pick(Rng, 0, Opset >= 18 ? 4 : Opset >= 16 ? 2 : 0)];
}

NodeCase scatterElementsCase(std::mt19937 &Rng) {
  NodeCase C = make("ScatterElements", version(Rng, {11, 16, 18}));
  Shape In = pickShape(Rng, 2);
  Shape Indices = {pick(Rng, 1, In[0]), pick(Rng, 1, In[1])};
  const char *Reduction = reduction(Rng, C.Opset);
  std::vector<int64_t> Values;
  for (int64_t R = 0; R < Indices[0]; ++R) {
    // Without a reduction no element may be updated twice.
    std::vector<int64_t> Row;
    for (int64_t D = 0; D < In[1]; ++D)
      Row.push_back(StringRef(Reduction) == "none"
                        ? D - (pick(Rng, 0, 1) == 0 ? In[1] : 0)
                        : pick(Rng, -In[1], In[1] - 1));
    std::shuffle(Row.begin(), Row.end(), Rng);
    Values.insert(Values.end(), Row.begin(), Row.begin() + Indices[1]);
  }
  C.input(Rng, In).indices(Indices, Values).input(Rng, Indices);
  C.set("axis", 1);
  return C.Opset >= 16 ? C.set("reduction", Reduction) : C;
}

NodeCase scatterCase(std::mt19937 &Rng) {
  return make("Scatter", 9)
      .input(Rng, {3, 2})
      .indices({2, 1}, {pick(Rng, 0, 1), 2})
      .input(Rng, {2, 1});
}

NodeCase scatterNDCase(std::mt19937 &Rng) {
  NodeCase C = make("ScatterND", version(Rng, {11, 16, 18}));
  const char *Reduction = reduction(Rng, C.Opset);
  Shape In = pickShape(Rng, 3, 2, 3);
  int64_t K = pick(Rng, 1, 3);
  std::vector<int64_t> Values;
  std::set<std::vector<int64_t>> Seen;
  int64_t Tuples = 0;
  for (int I = 0; I < 3; ++I) {
    std::vector<int64_t> Tuple;
    for (int64_t D = 0; D < K; ++D)
      Tuple.push_back(pick(Rng, 0, In[D] - 1));
    if (!Seen.insert(Tuple).second && StringRef(Reduction) == "none")
      continue;
    Tuple[0] -= pick(Rng, 0, 1) * In[0];
    Values.insert(Values.end(), Tuple.begin(), Tuple.end());
    ++Tuples;
  }
  Shape Updates = {Tuples};
  Updates.append(In.begin() + K, In.end());
  C.input(Rng, In).indices({Tuples, K}, Values).input(Rng, Updates);
  return C.Opset >= 16 ? C.set("reduction", Reduction) : C;
}

template <auto Map>
void addGathered(References &All, const char *Op, CaseMaker Case) {
  All.push_back({.Op = Op,
                 .Forward = forwardMoved<Map>,
                 .Backward = backwardScattered<Map>,
                 .Cases = {Case}});
}

} // namespace

void addIndexingReferences(References &All) {
  addGathered<mapGather>(All, "Gather", gatherCase);
  addGathered<mapGatherElements>(All, "GatherElements", gatherElementsCase);
  addGathered<mapGatherND>(All, "GatherND", gatherNDCase);
  addMoved<mapCompress>(All, "Compress", compressCase);
  const std::pair<const char *, CaseMaker> Scatters[] = {
      {"Scatter", scatterCase},
      {"ScatterElements", scatterElementsCase},
      {"ScatterND", scatterNDCase}};
  for (auto [Op, Case] : Scatters)
    All.push_back({.Op = Op,
                   .Forward = forwardScatter,
                   .Backward = backwardScatter,
                   .Cases = {Case}});
}

} // namespace toscount::oracle
