//===- RankingReference.cpp - executed ArgMax, ArgMin and TopK ------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "RowsOver.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

/// Whether \p A comes before \p B: one comparison. \p Last: also when equal.
bool better(Scalar A, Scalar B, bool Largest, bool Last) {
  if (Last)
    return Largest ? A >= B : A <= B;
  return Largest ? A > B : A < B;
}

template <bool Largest>
void forwardArg(const OpInstance &Op, ArrayRef<Tensor> In,
                MutableArrayRef<Tensor> Out, Saved &) {
  bool Last = Op.attrInt("select_last_index", 0) != 0;
  size_t Axis = OpInstance::axis(Op.attrInt("axis", 0), In[0].Dims.size());
  std::vector<RowOffsets> Rows = rowsOver(In[0].Dims, {Axis});
  for (size_t R = 0; R < Rows.size(); ++R) {
    size_t Best = 0;
    for (size_t K = 1; K < Rows[R].size(); ++K)
      if (better(In[0][Rows[R][K]], In[0][Rows[R][Best]], Largest, Last))
        Best = K;
    Out[0][R] = static_cast<double>(Best);
  }
}

void forwardTopK(const OpInstance &Op, ArrayRef<Tensor> In,
                 MutableArrayRef<Tensor> Out, Saved &Save) {
  bool Largest = Op.attrInt("largest", 1) != 0;
  size_t Axis = OpInstance::axis(Op.attrInt("axis", -1), In[0].Dims.size());
  const Tensor &Some = Op.hasOutput(0) ? Out[0] : Out[1];
  std::vector<RowOffsets> Rows = rowsOver(In[0].Dims, {Axis});
  std::vector<RowOffsets> Results = rowsOver(Some.Dims, {Axis});
  Tensor Source(ElementType::Int64, Some.Dims);
  for (size_t R = 0; R < Results.size(); ++R) {
    std::vector<size_t> Left;
    for (size_t K = 0; K < Rows[R].size(); ++K)
      Left.push_back(K);
    for (size_t To : Results[R]) {
      size_t Best = 0;
      for (size_t K = 1; K < Left.size(); ++K)
        if (better(In[0][Rows[R][Left[K]]], In[0][Rows[R][Left[Best]]], Largest,
                   false))
          Best = K;
      size_t From = Rows[R][Left[Best]];
      Source[To] = static_cast<double>(From);
      if (Op.hasOutput(0))
        Out[0][To] = In[0][From];
      if (Op.hasOutput(1))
        Out[1][To] = static_cast<double>(Left[Best]);
      Left.erase(Left.begin() + static_cast<std::ptrdiff_t>(Best));
    }
  }
  Save = {Source};
}

void backwardTopK(const OpInstance &, ArrayRef<Tensor>, ArrayRef<Tensor>,
                  const Saved &Save, ArrayRef<Tensor> DOut,
                  ArrayRef<bool> Needs, MutableArrayRef<Tensor> DIn) {
  if (!Needs[0])
    return;
  for (size_t I = 0; I < DOut[0].size(); ++I)
    DIn[0][static_cast<size_t>(Save[0][I].value())] = DOut[0][I];
}

template <const char *Op> NodeCase arg(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = Op;
  C.Opset = pick(Rng, 0, 1) == 0 ? 11 : 13;
  int64_t Rank = pick(Rng, 1, 4);
  if (pick(Rng, 0, 1) == 0)
    C.set("axis", pick(Rng, -Rank, Rank - 1));
  if (C.Opset >= 12)
    C.set("select_last_index", pick(Rng, 0, 1));
  C.set("keepdims", pick(Rng, 0, 1));
  Shape Dims = pickShape(Rng, Rank);
  if (pick(Rng, 0, 1) == 0)
    return C.input(Rng, Dims);
  std::vector<int64_t> Data(elements(Dims).value());
  for (int64_t &E : Data)
    E = pick(Rng, 0, 3);
  return C.indices(Dims, Data);
}

template <int Opset> NodeCase topK(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "TopK";
  C.Opset = Opset;
  C.NumOutputs = 2;
  int64_t Rank = pick(Rng, 1, 4);
  Shape Dims = pickShape(Rng, Rank, 1, 3);
  int64_t Axis = -1;
  if (pick(Rng, 0, 1) == 0)
    C.set("axis", Axis = pick(Rng, -Rank, Rank - 1));
  int64_t K = pick(Rng, 0, Dims[OpInstance::axis(Axis, Rank)]);
  C.input(Rng, Dims);
  if (Opset < 10)
    C.set("k", K);
  else
    C.known({K});
  if (Opset >= 11)
    C.set("largest", pick(Rng, 0, 1)).set("sorted", pick(Rng, 0, 1));
  if (pick(Rng, 0, 3) == 0)
    C.AbsentOutputs = {false, true};
  else if (pick(Rng, 0, 3) == 0)
    C.AbsentOutputs = {true, false};
  return C;
}

constexpr char ArgMaxName[] = "ArgMax", ArgMinName[] = "ArgMin";

} // namespace

void addRankingReferences(References &All) {
  All.push_back({.Op = ArgMaxName,
                 .Forward = forwardArg<true>,
                 .Cases = {arg<ArgMaxName>}});
  All.push_back({.Op = ArgMinName,
                 .Forward = forwardArg<false>,
                 .Cases = {arg<ArgMinName>}});
  All.push_back({.Op = "TopK",
                 .Forward = forwardTopK,
                 .Backward = backwardTopK,
                 .Cases = {topK<9>, topK<10>, topK<11>}});
}

} // namespace toscount::oracle
