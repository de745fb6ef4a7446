//===- MachineLearningReference.cpp - executed features -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "MachineLearningReference.h"

#include <numbers>

using namespace llvm;

namespace toscount::oracle {

/// By Newton's method, in plain numbers.
static double inverseErf(double Y) {
  double X = 0;
  for (int I = 0; I < 60; ++I)
    X -= (std::erf(X) - Y) * std::sqrt(std::numbers::pi) / 2 * std::exp(X * X);
  return X;
}

void transformScores(StringRef Name, std::vector<Scalar> &Row) {
  if (Name == "LOGISTIC")
    for (Scalar &X : Row)
      X = 1.0 / (1.0 + exp(-X));
  if (Name == "PROBIT")
    for (Scalar &X : Row)
      X = std::numbers::sqrt2 *
          Scalar::elementary(Elementary::Erf,
                             inverseErf((2.0 * X - 1.0).value()));
  if (Name != "SOFTMAX" && Name != "SOFTMAX_ZERO")
    return;
  Sum Total;
  for (Scalar &X : Row) {
    // A score of zero stays zero; its term is computed like the others'.
    bool Left = Name == "SOFTMAX_ZERO" && X == 0.0;
    X = exp(X);
    if (Left)
      X = 0;
    Total.term(X);
  }
  for (Scalar &X : Row)
    X = X / Total.sum();
}

std::vector<Scalar> transformGradient(StringRef Name,
                                      const std::vector<Scalar> &Y,
                                      const std::vector<Scalar> &DY) {
  std::vector<Scalar> DX = DY;
  if (Name == "LOGISTIC")
    for (size_t I = 0; I < Y.size(); ++I)
      DX[I] = DY[I] * Y[I] * (1.0 - Y[I]);
  if (Name == "PROBIT")
    for (size_t I = 0; I < Y.size(); ++I)
      DX[I] =
          DY[I] * (std::sqrt(2 * std::numbers::pi) * exp(0.5 * (Y[I] * Y[I])));
  if (Name != "SOFTMAX" && Name != "SOFTMAX_ZERO")
    return DX;
  Sum Total;
  for (size_t I = 0; I < Y.size(); ++I)
    Total.term(DY[I] * Y[I]);
  for (size_t I = 0; I < Y.size(); ++I)
    DX[I] = Y[I] * (DY[I] - Total.sum());
  return DX;
}

size_t greatest(const std::vector<Scalar> &Row) {
  size_t Best = 0;
  for (size_t I = 1; I < Row.size(); ++I)
    if (Row[I] > Row[Best])
      Best = I;
  return Best;
}

double label(const OpInstance &Op, size_t I) {
  for (StringRef Name : {"classlabels_ints", "classlabels_int64s"})
    if (I < Op.attrInts(Name).size())
      return static_cast<double>(Op.attrInts(Name)[I]);
  return static_cast<double>(I);
}

void pickTransform(std::mt19937 &Rng, NodeCase &C) {
  static const char *const Names[] = {"NONE", "SOFTMAX", "LOGISTIC",
                                      "SOFTMAX_ZERO"};
  if (int64_t I = pick(Rng, 0, 4); I < 4)
    C.set("post_transform", Names[I]);
}

namespace {

double perFeature(ArrayRef<double> Numbers, size_t Element, int64_t Features) {
  return Numbers.size() == 1 ? Numbers[0] : Numbers[Element % Features];
}

void forwardScaler(const OpInstance &Op, ArrayRef<Tensor> In,
                   MutableArrayRef<Tensor> Out, Saved &) {
  ArrayRef<double> Offset = Op.attrFloats("offset");
  ArrayRef<double> Scale = Op.attrFloats("scale");
  for (size_t I = 0; I < In[0].size(); ++I) {
    Scalar X = In[0][I];
    if (!Offset.empty())
      X -= perFeature(Offset, I, In[0].Dims.back());
    if (!Scale.empty())
      X *= perFeature(Scale, I, In[0].Dims.back());
    Out[0][I] = X;
  }
}

void backwardScaler(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                    const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                    MutableArrayRef<Tensor> DIn) {
  ArrayRef<double> Scale = Op.attrFloats("scale");
  if (Needs[0])
    for (size_t I = 0; I < In[0].size(); ++I)
      DIn[0][I] = Scale.empty()
                      ? DOut[0][I]
                      : DOut[0][I] * perFeature(Scale, I, In[0].Dims.back());
}

/// The number \p X is replaced at, or is not.
double replaced(const OpInstance &Op, const Tensor &X) {
  return isFloating(X.Type)
             ? Op.attrFloat("replaced_value_float", 0)
             : static_cast<double>(Op.attrInt("replaced_value_int64", 0));
}

bool matches(Scalar X, double Wanted) {
  bool Same = X == Wanted;
  return Same || (std::isnan(X.value()) && std::isnan(Wanted));
}

void forwardImputer(const OpInstance &Op, ArrayRef<Tensor> In,
                    MutableArrayRef<Tensor> Out, Saved &) {
  std::vector<double> Imputed(Op.attrFloats("imputed_value_floats"));
  for (int64_t V : Op.attrInts("imputed_value_int64s"))
    Imputed.push_back(static_cast<double>(V));
  for (size_t I = 0; I < In[0].size(); ++I)
    Out[0][I] = matches(In[0][I], replaced(Op, In[0]))
                    ? perFeature(Imputed, I, In[0].Dims.back())
                    : In[0][I];
}

void backwardImputer(const OpInstance &Op, ArrayRef<Tensor> In,
                     ArrayRef<Tensor>, const Saved &, ArrayRef<Tensor> DOut,
                     ArrayRef<bool> Needs, MutableArrayRef<Tensor> DIn) {
  if (Needs[0])
    for (size_t I = 0; I < In[0].size(); ++I)
      DIn[0][I] =
          matches(In[0][I], replaced(Op, In[0])) ? Scalar(0) : DOut[0][I];
}

void forwardBinarizer(const OpInstance &Op, ArrayRef<Tensor> In,
                      MutableArrayRef<Tensor> Out, Saved &) {
  for (size_t I = 0; I < In[0].size(); ++I)
    Out[0][I] = In[0][I] > Op.attrFloat("threshold", 0) ? 1.0 : 0.0;
}

/// Magnitude: one comparison.
Scalar magnitude(Scalar X) { return X < 0.0 ? -X.value() : X.value(); }

/// Saves each row's norm.
void forwardNormalizer(const OpInstance &Op, ArrayRef<Tensor> In,
                       MutableArrayRef<Tensor> Out, Saved &Save) {
  StringRef Norm = Op.attrString("norm", "MAX");
  size_t Features = In[0].Dims.back();
  Save = {Tensor(ElementType::Float32,
                 {static_cast<int64_t>(In[0].size() / Features)})};
  for (size_t R = 0; R < Save[0].size(); ++R) {
    Sum Total;
    Scalar Best;
    for (size_t I = 0; I < Features; ++I) {
      Scalar X = In[0][R * Features + I];
      if (Norm == "MAX")
        Best = I == 0 ? X : max(Best, X);
      else
        Total.term(Norm == "L1" ? magnitude(X) : X * X);
    }
    Scalar Divisor = Norm == "MAX"  ? Best
                     : Norm == "L1" ? Total.sum()
                                    : sqrt(Total.sum());
    if (Divisor == 0.0)
      Divisor = 1;
    for (size_t I = 0; I < Features; ++I)
      Out[0][R * Features + I] = In[0][R * Features + I] / Divisor;
    Save[0][R] = Divisor;
  }
}

void backwardNormalizer(const OpInstance &Op, ArrayRef<Tensor> In,
                        ArrayRef<Tensor> Out, const Saved &Save,
                        ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                        MutableArrayRef<Tensor> DIn) {
  if (!Needs[0])
    return;
  StringRef Norm = Op.attrString("norm", "MAX");
  size_t Features = In[0].Dims.back();
  for (size_t R = 0; R < Save[0].size(); ++R) {
    Sum Total;
    for (size_t I = R * Features; I < (R + 1) * Features; ++I)
      Total.term(DOut[0][I] * Out[0][I]);
    for (size_t I = R * Features; I < (R + 1) * Features; ++I) {
      Scalar Part = Total.sum();
      if (Norm == "L2")
        Part = Out[0][I] * Part;
      else if (Norm == "L1")
        Part = In[0][I] < 0.0 ? -Part.value() : Part.value();
      else
        Part = In[0][I] == Save[0][R] ? Part : Scalar(0);
      DIn[0][I] = (DOut[0][I] - Part) / Save[0][R];
    }
  }
}

/// Where element \p I of the result comes from.
size_t extracted(ArrayRef<Tensor> In, size_t I) {
  size_t Columns = In[1].size(), Features = In[0].Dims.back();
  return I / Columns * Features +
         static_cast<size_t>(In[1][I % Columns].value());
}

void forwardExtractor(const OpInstance &, ArrayRef<Tensor> In,
                      MutableArrayRef<Tensor> Out, Saved &) {
  for (size_t I = 0; I < Out[0].size(); ++I)
    Out[0][I] = In[0][extracted(In, I)];
}

void backwardExtractor(const OpInstance &, ArrayRef<Tensor> In,
                       ArrayRef<Tensor>, const Saved &, ArrayRef<Tensor> DOut,
                       ArrayRef<bool> Needs, MutableArrayRef<Tensor> DIn) {
  if (Needs[0])
    for (size_t I = 0; I < DOut[0].size(); ++I)
      DIn[0][extracted(In, I)] += DOut[0][I];
}

NodeCase features(std::mt19937 &Rng, const char *Op) {
  NodeCase C;
  C.Op = Op;
  C.Domain = MlDomain;
  C.Opset = 3;
  return C.input(Rng, pickShape(Rng, pick(Rng, 1, 2)));
}

/// One number, or one for each feature.
std::vector<double> numbers(std::mt19937 &Rng, const NodeCase &C) {
  auto Features = static_cast<size_t>(C.Inputs[0].Data.Dims.back());
  std::vector<double> N(pick(Rng, 0, 1) == 0 ? 1 : Features);
  for (double &V : N)
    V = 0.5 + static_cast<double>(pick(Rng, 0, 3));
  return N;
}

NodeCase scaler(std::mt19937 &Rng) {
  NodeCase C = features(Rng, "Scaler");
  if (pick(Rng, 0, 2) != 0)
    C.set("offset", numbers(Rng, C));
  if (pick(Rng, 0, 2) != 0)
    C.set("scale", numbers(Rng, C));
  return C;
}

NodeCase imputer(std::mt19937 &Rng) {
  NodeCase C = features(Rng, "Imputer");
  C.set("imputed_value_floats", numbers(Rng, C));
  // No element is replaced: there the result jumps.
  return C.set("replaced_value_float", 7.0);
}

NodeCase normalizer(std::mt19937 &Rng) {
  NodeCase C = features(Rng, "Normalizer");
  static const char *const Norms[] = {"MAX", "L1", "L2"};
  if (int64_t I = pick(Rng, 0, 3); I < 3)
    C.set("norm", Norms[I]);
  return C;
}

NodeCase extractor(std::mt19937 &Rng) {
  NodeCase C = features(Rng, "ArrayFeatureExtractor");
  std::vector<int64_t> Columns;
  for (int64_t I = pick(Rng, 1, 4); I > 0; --I)
    Columns.push_back(pick(Rng, 0, C.Inputs[0].Data.Dims.back() - 1));
  Shape S = {1, static_cast<int64_t>(Columns.size())};
  return C.indices(S, Columns);
}

} // namespace

void addMachineLearningReferences(References &All) {
  All.push_back({.Op = "ArrayFeatureExtractor",
                 .Forward = forwardExtractor,
                 .Backward = backwardExtractor,
                 .Cases = {extractor},
                 .Domain = MlDomain});
  All.push_back({.Op = "Binarizer",
                 .Forward = forwardBinarizer,
                 .Cases = {[](std::mt19937 &Rng) {
                   return features(Rng, "Binarizer").set("threshold", 0.5);
                 }},
                 .Domain = MlDomain});
  All.push_back({.Op = "Imputer",
                 .Forward = forwardImputer,
                 .Backward = backwardImputer,
                 .Cases = {imputer},
                 .Domain = MlDomain});
  All.push_back({.Op = "Normalizer",
                 .Forward = forwardNormalizer,
                 .Backward = backwardNormalizer,
                 .Cases = {normalizer},
                 .Domain = MlDomain});
  All.push_back({.Op = "Scaler",
                 .Forward = forwardScaler,
                 .Backward = backwardScaler,
                 .Cases = {scaler},
                 .Domain = MlDomain});
}

} // namespace toscount::oracle
