//===- LossReference.cpp - executed losses of the graph -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "RowsOver.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

/// One sample: the offsets of its classes, its label (none when ignored).
struct Sample {
  RowOffsets Classes;
  std::optional<size_t> Label;
};

bool isWeighted(const OpInstance &Op) {
  return Op.hasInput(2) || Op.hasAttr("ignore_index");
}

/// Reads the labels without counting.
std::vector<Sample> samplesOf(const OpInstance &Op, ArrayRef<Tensor> In) {
  std::vector<Sample> All;
  for (RowOffsets &Row : rowsOver(In[0].Dims, {1})) {
    auto Label = static_cast<int64_t>(In[1][All.size()].value());
    bool Ignored =
        Op.hasAttr("ignore_index") && Label == Op.attrInt("ignore_index", 0);
    All.push_back({std::move(Row), std::nullopt});
    if (!Ignored)
      All.back().Label = static_cast<size_t>(Label);
  }
  return All;
}

/// Losses of log-probabilities \p LogP. Returns what is saved: a weight a
/// sample and their sum (or number).
Saved reduce(const OpInstance &Op, ArrayRef<Tensor> In, const Tensor &LogP,
             Tensor &Loss) {
  Tensor Each(In[0].Type, In[1].Dims), Weights(In[0].Type, In[1].Dims);
  std::vector<Sample> Samples = samplesOf(Op, In);
  for (size_t N = 0; N < Samples.size(); ++N) {
    const Sample &S = Samples[N];
    if (Op.hasAttr("ignore_index"))
      (void)(In[1][N] ==
             Scalar(static_cast<double>(Op.attrInt("ignore_index", 0))));
    Scalar W = !S.Label ? Scalar(0.0) : Scalar(1.0);
    if (S.Label && Op.hasInput(2))
      W = In[2][*S.Label];
    Weights[N] = W;
    // An ignored label selects anything; its weight is 0.
    Each[N] = -LogP[S.Classes[S.Label.value_or(0)]];
    if (isWeighted(Op))
      Each[N] = Each[N] * W;
  }
  StringRef Kind = Op.attrString("reduction", "mean");
  if (Kind == "none") {
    Loss.Data = Each.Data;
    return {Weights, Tensor()};
  }
  Sum Total, TotalWeight;
  for (Scalar E : Each.Data)
    Total.term(E);
  Loss[0] = Total.sum();
  Tensor Divisor(In[0].Type, {});
  if (Kind == "mean") {
    Divisor[0] = static_cast<double>(Samples.size());
    if (isWeighted(Op)) {
      for (Scalar W : Weights.Data)
        TotalWeight.term(W);
      Divisor[0] = TotalWeight.sum();
    }
    Loss[0] = Loss[0] / Divisor[0];
  }
  return {Weights, Divisor};
}

/// What each sample's loss hands back.
std::vector<Scalar> arriving(const OpInstance &Op, const Saved &Save,
                             const Tensor &DLoss, size_t Samples) {
  StringRef Kind = Op.attrString("reduction", "mean");
  std::vector<Scalar> All = DLoss.Data;
  if (Kind == "mean")
    All[0] = All[0] / Save[1][0];
  if (Kind != "none")
    All.assign(Samples, All[0]);
  if (isWeighted(Op))
    for (size_t N = 0; N < Samples; ++N)
      All[N] = All[N] * Save[0][N];
  return All;
}

void forwardNll(const OpInstance &Op, ArrayRef<Tensor> In,
                MutableArrayRef<Tensor> Out, Saved &Save) {
  Save = reduce(Op, In, In[0], Out[0]);
}

void backwardNll(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                 const Saved &Save, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                 MutableArrayRef<Tensor> DIn) {
  if (!Needs[0])
    return;
  std::vector<Sample> Samples = samplesOf(Op, In);
  std::vector<Scalar> G = arriving(Op, Save, DOut[0], Samples.size());
  if (Op.attrString("reduction", "mean") != "none" && !isWeighted(Op))
    G.assign(G.size(), -G[0]);
  else
    for (Scalar &E : G)
      E = -E;
  for (size_t N = 0; N < Samples.size(); ++N)
    if (Samples[N].Label)
      DIn[0][Samples[N].Classes[*Samples[N].Label]] = G[N];
}

/// Saves probabilities after what reduce saves.
void forwardSce(const OpInstance &Op, ArrayRef<Tensor> In,
                MutableArrayRef<Tensor> Out, Saved &Save) {
  Tensor P(In[0].Type, In[0].Dims), LogP(In[0].Type, In[0].Dims);
  for (const Sample &S : samplesOf(Op, In)) {
    for (size_t I : S.Classes)
      P[I] = exp(In[0][I]);
    Scalar Total = sumOver(S.Classes, [&](size_t I) { return P[I]; });
    for (size_t I : S.Classes)
      P[I] = P[I] / Total;
    size_t Selected = S.Classes[S.Label.value_or(0)];
    for (size_t I : S.Classes)
      if (Op.hasOutput(1) || I == Selected)
        LogP[I] = log(P[I]);
  }
  if (Op.hasOutput(1))
    Out[1].Data = LogP.Data;
  Save = reduce(Op, In, LogP, Out[0]);
  Save.push_back(P);
}

void backwardSce(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                 const Saved &Save, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                 MutableArrayRef<Tensor> DIn) {
  if (!Needs[0])
    return;
  bool HasLoss = !DOut[0].Data.empty();
  bool HasLogProb = DOut.size() > 1 && !DOut[1].Data.empty();
  std::vector<Sample> Samples = samplesOf(Op, In);
  std::vector<Scalar> Back;
  if (HasLoss)
    Back = arriving(Op, Save, DOut[0], Samples.size());
  const Tensor &P = Save[2];
  for (size_t N = 0; N < Samples.size(); ++N) {
    const RowOffsets &Row = Samples[N].Classes;
    size_t Selected = Row[Samples[N].Label.value_or(0)];
    if (!HasLogProb) {
      for (size_t I : Row)
        DIn[0][I] = (P[I] - (I == Selected ? 1.0 : 0.0)) * Back[N];
      continue;
    }
    std::vector<Scalar> G = DOut[1].Data;
    if (HasLoss)
      G[Selected] -= Back[N];
    Scalar S = sumOver(Row, [&](size_t I) { return G[I]; });
    for (size_t I : Row)
      DIn[0][I] = G[I] - P[I] * S;
  }
}

NodeCase loss(std::mt19937 &Rng, const char *Op, unsigned Outputs) {
  NodeCase C;
  C.Op = Op;
  C.Opset = pick(Rng, 12, 13);
  C.NumOutputs = Outputs;
  Shape Dims = pickShape(Rng, pick(Rng, 2, 4), 1, 3);
  Dims[1] = pick(Rng, 1, 4);
  Shape Labels = {Dims[0]};
  Labels.append(Dims.begin() + 2, Dims.end());
  std::vector<int64_t> Data(elements(Labels).value());
  bool Ignores = pick(Rng, 0, 1) == 0;
  int64_t Ignored = pick(Rng, 0, 1) == 0 ? -1 : 0;
  for (int64_t &Label : Data)
    Label =
        pick(Rng, 0, 3) == 0 && Ignores ? Ignored : pick(Rng, 0, Dims[1] - 1);
  // Not all ignored: the mean would divide by 0.
  if (Ignored == 0 && Dims[1] == 1)
    Ignored = -1;
  Data[0] = Dims[1] - 1;
  C.input(Rng, Dims).indices(Labels, Data);
  if (pick(Rng, 0, 1) == 0)
    C.uniform(Rng, {Dims[1]}, 0.5, 2.0);
  if (Ignores) {
    C.set("ignore_index", Ignored);
    for (Scalar &Label : C.Inputs[1].Data.Data)
      if (Label.value() < 0 && Ignored != -1)
        Label = 0.0;
  }
  const char *Kinds[] = {"none", "sum", "mean"};
  if (int64_t Kind = pick(Rng, 0, 3); Kind < 3)
    C.set("reduction", Kinds[Kind]);
  return C;
}

} // namespace

void addLossReferences(References &All) {
  All.push_back({.Op = "NegativeLogLikelihoodLoss",
                 .Forward = forwardNll,
                 .Backward = backwardNll,
                 .Cases = {[](std::mt19937 &Rng) {
                   return loss(Rng, "NegativeLogLikelihoodLoss", 1);
                 }}});
  All.push_back({.Op = "SoftmaxCrossEntropyLoss",
                 .Forward = forwardSce,
                 .Backward = backwardSce,
                 .Cases = {[](std::mt19937 &Rng) {
                             return loss(Rng, "SoftmaxCrossEntropyLoss", 1);
                           },
                           [](std::mt19937 &Rng) {
                             return loss(Rng, "SoftmaxCrossEntropyLoss", 2);
                           }},
                 .GradOutputs = {0, 1}});
}

} // namespace toscount::oracle
