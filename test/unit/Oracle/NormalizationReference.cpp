//===- NormalizationReference.cpp - executed normalizations ---------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "RowsOver.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

using Offsets = std::vector<RowOffsets>;

/// The shape with channels split into groups: [N, G, C/G, ...].
Shape groupedDims(const OpInstance &Op) {
  ShapeRef Dims = Op.inShape(0);
  int64_t Groups = Op.attrInt("num_groups", 1);
  Shape Grouped = {Dims[0], Groups, Dims[1] / Groups};
  Grouped.append(Dims.begin() + 2, Dims.end());
  return Grouped;
}

Offsets rowsOf(const OpInstance &Op) {
  ShapeRef Dims = Op.inShape(0);
  size_t Rank = Dims.size();
  if (Op.op() == "InstanceNormalization")
    return rowsOver(Dims, axesFrom(2, Rank));
  if (Op.op() == "GroupNormalization")
    return rowsOver(groupedDims(Op), axesFrom(2, Rank + 1));
  size_t Axis = OpInstance::axis(Op.attrInt("axis", -1), Rank);
  if (Op.op() == "LpNormalization")
    return rowsOver(Dims, {Axis});
  if (Op.op() != "MeanVarianceNormalization")
    return rowsOver(Dims, axesFrom(Axis, Rank));
  std::vector<size_t> Axes;
  for (int64_t A : Op.attrInts("axes"))
    Axes.push_back(OpInstance::axis(A, Rank));
  return rowsOver(Dims,
                  Op.hasAttr("axes") ? Axes : std::vector<size_t>{0, 2, 3});
}

/// For each element of operand 0, the element of operand \p I that scales it
/// (or is added to it).
std::vector<size_t> partners(const OpInstance &Op, unsigned I) {
  std::vector<size_t> All;
  ShapeRef Dims = Op.inShape(0);
  bool Groups = Op.op() == "GroupNormalization" && Op.opset() < 21;
  bool Vector =
      Op.op() == "GroupNormalization" || Op.op() == "InstanceNormalization";
  Shape Walk = Groups ? groupedDims(Op) : Shape(Dims.begin(), Dims.end());
  forEachIndex(Walk, [&](ShapeRef Index) {
    All.push_back(Vector ? static_cast<size_t>(Index[1])
                         : broadcastOffset(Op.inShape(I), Index));
  });
  return All;
}

// -- Forward. Each saves xhat and the standard deviation (or norm) of rows.

struct Moments {
  Scalar Mean, Variance;
};

/// Leaves x - mean in \p Centred.
Moments moments(const Tensor &X, const RowOffsets &Row, Tensor &Centred) {
  auto N = static_cast<double>(Row.size());
  Moments M;
  M.Mean = sumOver(Row, [&](size_t I) { return X[I]; }) / N;
  for (size_t I : Row)
    Centred[I] = X[I] - M.Mean;
  M.Variance =
      sumOver(Row, [&](size_t I) { return Centred[I] * Centred[I]; }) / N;
  return M;
}

Tensor onePerRow(const Offsets &Rows) {
  return Tensor(ElementType::Float32, {static_cast<int64_t>(Rows.size())});
}

/// InstanceNormalization and GroupNormalization.
void forwardAffine(const OpInstance &Op, ArrayRef<Tensor> In,
                   MutableArrayRef<Tensor> Out, Saved &Save) {
  Offsets Rows = rowsOf(Op);
  std::vector<size_t> Partner = partners(Op, 1);
  Tensor XHat(In[0].Type, In[0].Dims);
  Tensor Std = onePerRow(Rows);
  for (size_t R = 0; R < Rows.size(); ++R) {
    Moments M = moments(In[0], Rows[R], XHat);
    Std[R] = sqrt(M.Variance + Op.attrFloat("epsilon", 1e-5));
    for (size_t I : Rows[R]) {
      XHat[I] = XHat[I] / Std[R];
      Out[0][I] = In[1][Partner[I]] * XHat[I] + In[2][Partner[I]];
    }
  }
  Save = {XHat, Std};
}

/// Saves the inverse standard deviation.
void forwardLayer(const OpInstance &Op, ArrayRef<Tensor> In,
                  MutableArrayRef<Tensor> Out, Saved &Save) {
  Offsets Rows = rowsOf(Op);
  std::vector<size_t> Scale = partners(Op, 1);
  std::vector<size_t> Bias;
  if (Op.hasInput(2))
    Bias = partners(Op, 2);
  Tensor XHat(In[0].Type, In[0].Dims);
  Tensor Inverse = onePerRow(Rows);
  for (size_t R = 0; R < Rows.size(); ++R) {
    Moments M = moments(In[0], Rows[R], XHat);
    Inverse[R] = 1.0 / sqrt(M.Variance + Op.attrFloat("epsilon", 1e-5));
    if (Op.hasOutput(1))
      Out[1][R] = M.Mean;
    if (Op.hasOutput(2))
      Out[2][R] = Inverse[R];
    for (size_t I : Rows[R]) {
      XHat[I] = XHat[I] * Inverse[R];
      Out[0][I] = XHat[I] * In[1][Scale[I]];
      if (Op.hasInput(2))
        Out[0][I] += In[2][Bias[I]];
    }
  }
  Save = {XHat, Inverse};
}

void forwardRms(const OpInstance &Op, ArrayRef<Tensor> In,
                MutableArrayRef<Tensor> Out, Saved &Save) {
  Offsets Rows = rowsOf(Op);
  std::vector<size_t> Scale = partners(Op, 1);
  Tensor XHat(In[0].Type, In[0].Dims);
  Tensor Rms = onePerRow(Rows);
  for (size_t R = 0; R < Rows.size(); ++R) {
    auto N = static_cast<double>(Rows[R].size());
    Scalar Mean =
        sumOver(Rows[R], [&](size_t I) { return In[0][I] * In[0][I]; }) / N;
    Rms[R] = sqrt(Mean + Op.attrFloat("epsilon", 1e-5));
    for (size_t I : Rows[R]) {
      XHat[I] = In[0][I] / Rms[R];
      Out[0][I] = XHat[I] * In[1][Scale[I]];
    }
  }
  Save = {XHat, Rms};
}

void forwardMeanVariance(const OpInstance &Op, ArrayRef<Tensor> In,
                         MutableArrayRef<Tensor> Out, Saved &Save) {
  Offsets Rows = rowsOf(Op);
  Tensor Std = onePerRow(Rows);
  for (size_t R = 0; R < Rows.size(); ++R) {
    Std[R] = sqrt(moments(In[0], Rows[R], Out[0]).Variance);
    for (size_t I : Rows[R])
      Out[0][I] = Out[0][I] / Std[R];
  }
  Save = {Out[0], Std};
}

void forwardLp(const OpInstance &Op, ArrayRef<Tensor> In,
               MutableArrayRef<Tensor> Out, Saved &Save) {
  Offsets Rows = rowsOf(Op);
  Tensor Norm = onePerRow(Rows);
  for (size_t R = 0; R < Rows.size(); ++R) {
    if (Op.attrInt("p", 2) == 2)
      Norm[R] =
          sqrt(sumOver(Rows[R], [&](size_t I) { return In[0][I] * In[0][I]; }));
    else
      Norm[R] = sumOver(Rows[R], [&](size_t I) {
        return In[0][I] < 0.0 ? Scalar(-In[0][I].value()) : In[0][I];
      });
    for (size_t I : Rows[R])
      Out[0][I] = In[0][I] / Norm[R];
  }
  Save = {Out[0], Norm};
}

// -- Backward.

/// Sums \p Of(element) over the elements that share a partner.
template <typename Fn>
void sumToPartners(const std::vector<size_t> &Partner, Tensor &To, Fn Of) {
  std::vector<Sum> Sums(To.size());
  for (size_t I = 0; I < Partner.size(); ++I)
    Sums[Partner[I]].term(Of(I));
  for (size_t I = 0; I < To.size(); ++I)
    To[I] = Sums[I].sum();
}

/// g - mean(g) - xhat * mean(g * xhat), from both sums.
template <typename Fn>
void throughMoments(const RowOffsets &Row, const Tensor &XHat, Scalar SumG,
                    Scalar SumGX, const Tensor &Gradient, Tensor &To,
                    Fn Finish) {
  auto N = static_cast<double>(Row.size());
  Scalar Mean = SumG / N;
  Scalar MeanX = SumGX / N;
  for (size_t I : Row)
    To[I] = Finish(Gradient[I] - Mean - XHat[I] * MeanX);
}

/// One scale a row: the row sums are shared by all gradients.
void backwardRowScale(const OpInstance &Op, ArrayRef<Tensor> In,
                      ArrayRef<Tensor>, const Saved &Save,
                      ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                      MutableArrayRef<Tensor> DIn) {
  Offsets Rows = rowsOf(Op);
  std::vector<size_t> Partner = partners(Op, 1);
  const Tensor &XHat = Save[0];
  const Tensor &DY = DOut[0];
  std::vector<Sum> DScale(In[1].size()), DBias(In[2].size());
  for (size_t R = 0; R < Rows.size(); ++R) {
    const RowOffsets &Row = Rows[R];
    size_t P = Partner[Row[0]];
    Scalar SumDY, SumDYX;
    if (Needs[0] || Needs[2])
      SumDY = sumOver(Row, [&](size_t I) { return DY[I]; });
    if (Needs[0] || Needs[1])
      SumDYX = sumOver(Row, [&](size_t I) { return DY[I] * XHat[I]; });
    if (Needs[1])
      DScale[P].term(SumDYX);
    if (Needs[2])
      DBias[P].term(SumDY);
    if (!Needs[0])
      continue;
    Scalar Factor = In[1][P] / Save[1][R];
    throughMoments(Row, XHat, SumDY, SumDYX, DY, DIn[0],
                   [&](Scalar V) { return Factor * V; });
  }
  for (size_t P = 0; P < In[1].size(); ++P) {
    DIn[1][P] = DScale[P].sum();
    DIn[2][P] = DBias[P].sum();
  }
}

/// Gradients of scale and bias; returns g = dy * scale when x needs one.
Tensor throughScale(const OpInstance &Op, ArrayRef<Tensor> In,
                    const Tensor &XHat, const Tensor &DY, ArrayRef<bool> Needs,
                    MutableArrayRef<Tensor> DIn) {
  std::vector<size_t> Scale = partners(Op, 1);
  if (Op.hasInput(2) && Needs[2])
    sumToPartners(partners(Op, 2), DIn[2], [&](size_t I) { return DY[I]; });
  if (Needs[1])
    sumToPartners(Scale, DIn[1], [&](size_t I) { return DY[I] * XHat[I]; });
  Tensor G(DY.Type, DY.Dims);
  if (Needs[0])
    for (size_t I = 0; I < G.size(); ++I)
      G[I] = DY[I] * In[1][Scale[I]];
  return G;
}

template <typename Fn>
void throughRows(const OpInstance &Op, const Tensor &XHat, const Tensor &G,
                 Tensor &DX, Fn Finish) {
  Offsets Rows = rowsOf(Op);
  for (size_t R = 0; R < Rows.size(); ++R) {
    Scalar SumG = sumOver(Rows[R], [&](size_t I) { return G[I]; });
    Scalar SumGX = sumOver(Rows[R], [&](size_t I) { return G[I] * XHat[I]; });
    throughMoments(Rows[R], XHat, SumG, SumGX, G, DX,
                   [&](Scalar V) { return Finish(V, R); });
  }
}

void backwardGroup(const OpInstance &Op, ArrayRef<Tensor> In,
                   ArrayRef<Tensor> Out, const Saved &Save,
                   ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                   MutableArrayRef<Tensor> DIn) {
  if (Op.opset() < 21)
    return backwardRowScale(Op, In, Out, Save, DOut, Needs, DIn);
  Tensor G = throughScale(Op, In, Save[0], DOut[0], Needs, DIn);
  if (Needs[0])
    throughRows(Op, Save[0], G, DIn[0],
                [&](Scalar V, size_t R) { return V / Save[1][R]; });
}

void backwardLayer(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                   const Saved &Save, ArrayRef<Tensor> DOut,
                   ArrayRef<bool> Needs, MutableArrayRef<Tensor> DIn) {
  Tensor G = throughScale(Op, In, Save[0], DOut[0], Needs, DIn);
  if (Needs[0])
    throughRows(Op, Save[0], G, DIn[0],
                [&](Scalar V, size_t R) { return V * Save[1][R]; });
}

void backwardMeanVariance(const OpInstance &Op, ArrayRef<Tensor>,
                          ArrayRef<Tensor> Out, const Saved &Save,
                          ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                          MutableArrayRef<Tensor> DIn) {
  if (Needs[0])
    throughRows(Op, Out[0], DOut[0], DIn[0],
                [&](Scalar V, size_t R) { return V / Save[1][R]; });
}

void backwardRms(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                 const Saved &Save, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                 MutableArrayRef<Tensor> DIn) {
  const Tensor &XHat = Save[0];
  Tensor G = throughScale(Op, In, XHat, DOut[0], Needs, DIn);
  if (!Needs[0])
    return;
  Offsets Rows = rowsOf(Op);
  for (size_t R = 0; R < Rows.size(); ++R) {
    Scalar Mean = sumOver(Rows[R], [&](size_t I) { return G[I] * XHat[I]; }) /
                  static_cast<double>(Rows[R].size());
    for (size_t I : Rows[R])
      DIn[0][I] = (G[I] - XHat[I] * Mean) / Save[1][R];
  }
}

void backwardLp(const OpInstance &Op, ArrayRef<Tensor>, ArrayRef<Tensor> Out,
                const Saved &Save, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                MutableArrayRef<Tensor> DIn) {
  if (!Needs[0])
    return;
  const Tensor &Y = Out[0];
  bool L1 = Op.attrInt("p", 2) == 1;
  Offsets Rows = rowsOf(Op);
  for (size_t R = 0; R < Rows.size(); ++R) {
    Scalar S = sumOver(Rows[R], [&](size_t I) { return DOut[0][I] * Y[I]; });
    for (size_t I : Rows[R]) {
      Scalar Norm = Y[I];
      if (L1)
        Norm = Y[I] < 0.0 ? -1.0 : 1.0;
      DIn[0][I] = (DOut[0][I] - Norm * S) / Save[1][R];
    }
  }
}

// -- Cases.

NodeCase instance(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "InstanceNormalization";
  C.set("epsilon", 0.1);
  Shape Dims = pickShape(Rng, pick(Rng, 3, 4), 1, 3);
  return C.input(Rng, Dims).input(Rng, {Dims[1]}).input(Rng, {Dims[1]});
}

template <int Opset> NodeCase group(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "GroupNormalization";
  C.Opset = Opset;
  C.set("epsilon", 0.1);
  Shape Dims = pickShape(Rng, pick(Rng, 2, 4), 1, 2);
  int64_t Groups = pick(Rng, 1, 3);
  Dims[1] *= Groups;
  C.set("num_groups", Groups);
  Shape Vector = {Opset < 21 ? Groups : Dims[1]};
  return C.input(Rng, Dims).input(Rng, Vector).input(Rng, Vector);
}

/// The shape of a scale: that of the normalized dimensions, or anything that
/// broadcasts to \p Dims.
Shape scaleShape(std::mt19937 &Rng, ShapeRef Dims, size_t Axis) {
  if (pick(Rng, 0, 1) == 0)
    return Shape(Dims.begin() + Axis, Dims.end());
  Shape Result(Dims.begin() + pick(Rng, 0, static_cast<int64_t>(Dims.size())),
               Dims.end());
  for (int64_t &D : Result)
    if (pick(Rng, 0, 2) == 0)
      D = 1;
  return Result;
}

template <bool Rms> NodeCase layer(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = Rms ? "RMSNormalization" : "LayerNormalization";
  C.Opset = Rms ? 23 : 17;
  C.set("epsilon", 0.1);
  int64_t Rank = pick(Rng, 1, 4);
  Shape Dims = pickShape(Rng, Rank, 1, 3);
  int64_t Axis = -1;
  if (pick(Rng, 0, 2) != 0)
    C.set("axis", Axis = pick(Rng, -Rank, Rank - 1));
  size_t From = OpInstance::axis(Axis, Rank);
  C.input(Rng, Dims).input(Rng, scaleShape(Rng, Dims, From));
  if (Rms)
    return C;
  if (pick(Rng, 0, 2) != 0)
    C.input(Rng, scaleShape(Rng, Dims, From));
  C.NumOutputs = pick(Rng, 1, 3);
  return C;
}

NodeCase meanVariance(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "MeanVarianceNormalization";
  Shape Dims = pickShape(Rng, pick(Rng, 2, 4), 2, 3);
  if (Dims.size() < 4)
    C.set("axes", std::vector<int64_t>{0, -1});
  else if (pick(Rng, 0, 1) == 0)
    C.set("axes", std::vector<int64_t>{1, -1});
  return C.input(Rng, Dims);
}

NodeCase lp(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "LpNormalization";
  int64_t Rank = pick(Rng, 1, 4);
  if (pick(Rng, 0, 1) == 0)
    C.set("axis", pick(Rng, -Rank, Rank - 1));
  if (pick(Rng, 0, 2) != 0)
    C.set("p", pick(Rng, 1, 2));
  return C.input(Rng, pickShape(Rng, Rank, 1, 3));
}

} // namespace

void addLrnReference(References &All);

void addNormalizationReferences(References &All) {
  auto Add = [&](const char *Name, ForwardReference Forward,
                 BackwardReference Backward, std::vector<CaseMaker> Cases) {
    All.push_back({.Op = Name,
                   .Forward = Forward,
                   .Backward = Backward,
                   .Cases = std::move(Cases)});
  };
  Add("InstanceNormalization", forwardAffine, backwardRowScale, {instance});
  Add("GroupNormalization", forwardAffine, backwardGroup,
      {group<18>, group<21>});
  Add("LayerNormalization", forwardLayer, backwardLayer, {layer<false>});
  Add("RMSNormalization", forwardRms, backwardRms, {layer<true>});
  Add("MeanVarianceNormalization", forwardMeanVariance, backwardMeanVariance,
      {meanVariance});
  Add("LpNormalization", forwardLp, backwardLp, {lp});
  addLrnReference(All);
}

} // namespace toscount::oracle
