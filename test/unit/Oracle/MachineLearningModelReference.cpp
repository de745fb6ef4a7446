//===- MachineLearningModelReference.cpp - executed classical models ------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "MachineLearningReference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

using Row = std::vector<Scalar>;

StringRef transformOf(const OpInstance &Op) {
  return Op.attrString("post_transform", "NONE");
}

int64_t rowsOf(const Tensor &X) { return X.Dims.size() == 2 ? X.Dims[0] : 1; }

Row rowOf(const Tensor &X, int64_t R) {
  int64_t F = X.Dims.back();
  return Row(X.Data.begin() + R * F, X.Data.begin() + (R + 1) * F);
}

// -- Linear models.

Row linear(const OpInstance &Op, const Row &X) {
  ArrayRef<double> W = Op.attrFloats("coefficients");
  ArrayRef<double> B = Op.attrFloats("intercepts");
  Row Y;
  for (size_t T = 0; T < W.size() / X.size(); ++T) {
    Dot D;
    for (size_t I = 0; I < X.size(); ++I)
      D.term(X[I], W[T * X.size() + I]);
    Y.push_back(B.empty() ? D.sum() : D.sum() + B[T]);
  }
  transformScores(transformOf(Op), Y);
  return Y;
}

void linearGradient(const OpInstance &Op, const Row &Y, const Row &DY,
                    Tensor &DX, int64_t R) {
  ArrayRef<double> W = Op.attrFloats("coefficients");
  Row D = transformGradient(transformOf(Op), Y, DY);
  size_t F = DX.Dims.back();
  for (size_t I = 0; I < F; ++I) {
    Dot Each;
    for (size_t T = 0; T < D.size(); ++T)
      Each.term(D[T], W[T * F + I]);
    DX[R * F + I] = Each.sum();
  }
}

void forwardRegressor(const OpInstance &Op, ArrayRef<Tensor> In,
                      MutableArrayRef<Tensor> Out, Saved &) {
  for (int64_t R = 0; R < rowsOf(In[0]); ++R) {
    Row Y = linear(Op, rowOf(In[0], R));
    std::copy(Y.begin(), Y.end(), Out[0].Data.begin() + R * Y.size());
  }
}

void backwardRegressor(const OpInstance &Op, ArrayRef<Tensor> In,
                       ArrayRef<Tensor> Out, const Saved &,
                       ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                       MutableArrayRef<Tensor> DIn) {
  if (Needs[0])
    for (int64_t R = 0; R < rowsOf(In[0]); ++R)
      linearGradient(Op, rowOf(Out[0], R), rowOf(DOut[0], R), DIn[0], R);
}

/// Stores label and scores; a single score stands for the second label.
void store(const OpInstance &Op, Row Y, MutableArrayRef<Tensor> Out,
           int64_t R) {
  size_t Columns = Out[1].Dims.back();
  if (Y.size() == 1 && Columns == 2)
    Y = {1.0 - Y[0], Y[0]};
  if (!Out[0].Data.empty())
    Out[0][R] = label(Op, greatest(Y));
  std::copy(Y.begin(), Y.end(), Out[1].Data.begin() + R * Columns);
}

void forwardClassifier(const OpInstance &Op, ArrayRef<Tensor> In,
                       MutableArrayRef<Tensor> Out, Saved &) {
  for (int64_t R = 0; R < rowsOf(In[0]); ++R)
    store(Op, linear(Op, rowOf(In[0], R)), Out, R);
}

void backwardClassifier(const OpInstance &Op, ArrayRef<Tensor> In,
                        ArrayRef<Tensor> Out, const Saved &,
                        ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                        MutableArrayRef<Tensor> DIn) {
  if (!Needs[0])
    return;
  size_t Computed = Op.attrFloats("coefficients").size() / In[0].Dims.back();
  for (int64_t R = 0; R < rowsOf(In[0]); ++R) {
    Row Y = rowOf(Out[1], R), DY = rowOf(DOut[1], R);
    if (Computed == 1 && Y.size() == 2) {
      Y = {Y[1]};
      DY = {DY[1] - DY[0]};
    }
    linearGradient(Op, Y, DY, DIn[0], R);
  }
}

// -- Support vectors.

/// Integer powers by repeated squaring, others by pow.
Scalar power(Scalar X, double Degree) {
  if (Degree != std::floor(Degree))
    return pow(X, Degree);
  auto N = static_cast<unsigned>(Degree);
  Scalar Y = X;
  bool Started = false;
  for (; N != 0; N /= 2) {
    if (N % 2 == 1) {
      Y = Started ? Y * X : X;
      Started = true;
    }
    if (N > 1)
      X = X * X;
  }
  return Y;
}

Scalar kernel(const OpInstance &Op, const Row &X, ArrayRef<double> V) {
  StringRef Kind = Op.attrString("kernel_type", "LINEAR");
  ArrayRef<double> P = Op.attrFloats("kernel_params");
  if (Kind == "RBF") {
    Sum S;
    for (size_t I = 0; I < X.size(); ++I) {
      Scalar D = X[I] - V[I];
      S.term(D * D);
    }
    return exp(-P[0] * S.sum());
  }
  Dot D;
  for (size_t I = 0; I < X.size(); ++I)
    D.term(X[I], V[I]);
  if (Kind == "LINEAR")
    return D.sum();
  Scalar Z = P[0] * D.sum() + P[1];
  if (Kind == "POLY")
    return power(Z, P[2]);
  Scalar Up = exp(Z), Down = exp(-Z);
  return (Up - Down) / (Up + Down);
}

void forwardSvmRegressor(const OpInstance &Op, ArrayRef<Tensor> In,
                         MutableArrayRef<Tensor> Out, Saved &) {
  ArrayRef<double> W = Op.attrFloats("coefficients");
  ArrayRef<double> V = Op.attrFloats("support_vectors");
  auto Vectors = static_cast<size_t>(Op.attrInt("n_supports", 0));
  for (int64_t R = 0; R < rowsOf(In[0]); ++R) {
    Row X = rowOf(In[0], R);
    Dot D;
    if (Vectors == 0)
      for (size_t I = 0; I < X.size(); ++I)
        D.term(X[I], W[I]);
    for (size_t I = 0; I < Vectors; ++I)
      D.term(kernel(Op, X, V.slice(I * X.size(), X.size())), W[I]);
    Row Y = {D.sum() + Op.attrFloats("rho")[0]};
    if (Op.attrInt("one_class", 0) != 0)
      Y[0] = Y[0] > 0.0 ? 1.0 : -1.0;
    else
      transformScores(transformOf(Op), Y);
    Out[0][R] = Y[0];
  }
}

void forwardSvmClassifier(const OpInstance &Op, ArrayRef<Tensor> In,
                          MutableArrayRef<Tensor> Out, Saved &) {
  ArrayRef<double> W = Op.attrFloats("coefficients");
  ArrayRef<double> V = Op.attrFloats("support_vectors");
  ArrayRef<int64_t> PerClass = Op.attrInts("vectors_per_class");
  size_t Classes = PerClass.size(), Vectors = W.size() / (Classes - 1);
  for (int64_t R = 0; R < rowsOf(In[0]); ++R) {
    Row X = rowOf(In[0], R), Kernels, Scores, Votes(Classes);
    for (size_t I = 0; I < Vectors; ++I)
      Kernels.push_back(kernel(Op, X, V.slice(I * X.size(), X.size())));
    for (size_t I = 0, StartI = 0; I < Classes; StartI += PerClass[I++])
      for (size_t J = I + 1, StartJ = StartI + PerClass[I]; J < Classes;
           StartJ += PerClass[J++]) {
        Dot D;
        for (int64_t K = 0; K < PerClass[I]; ++K)
          D.term(W[(J - 1) * Vectors + StartI + K], Kernels[StartI + K]);
        for (int64_t K = 0; K < PerClass[J]; ++K)
          D.term(W[I * Vectors + StartJ + K], Kernels[StartJ + K]);
        Scalar Rho = Op.attrFloats("rho")[Scores.size()];
        Scores.push_back(D.started() ? D.sum() + Rho : Rho);
        Votes[Scores.back() > 0.0 ? I : J] += 1.0;
      }
    if (Classes == 2)
      Scores = {1.0 - Scores[0], Scores[0]};
    transformScores(transformOf(Op), Scores);
    if (!Out[0].Data.empty())
      Out[0][R] = label(Op, greatest(Votes));
    std::copy(Scores.begin(), Scores.end(),
              Out[1].Data.begin() + R * Scores.size());
  }
}

// -- Cases.

std::vector<double> numbers(std::mt19937 &Rng, int64_t Number) {
  std::vector<double> N(Number);
  for (double &V : N)
    V = std::uniform_real_distribution<double>(-0.5, 0.5)(Rng);
  return N;
}

NodeCase model(std::mt19937 &Rng, const char *Op) {
  NodeCase C;
  C.Op = Op;
  C.Domain = MlDomain;
  C.Opset = 1;
  return C.input(Rng, pickShape(Rng, pick(Rng, 1, 2)));
}

int64_t featuresOf(const NodeCase &C) { return C.Inputs[0].Data.Dims.back(); }

NodeCase regressor(std::mt19937 &Rng) {
  NodeCase C = model(Rng, "LinearRegressor");
  int64_t Targets = pick(Rng, 1, 3);
  if (Targets != 1 || pick(Rng, 0, 1) == 0)
    C.set("targets", Targets);
  C.set("coefficients", numbers(Rng, Targets * featuresOf(C)));
  if (pick(Rng, 0, 1) == 0)
    C.set("intercepts", numbers(Rng, Targets));
  pickTransform(Rng, C);
  return C;
}

/// Scores are probabilities for PROBIT.
NodeCase probit(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "LinearRegressor";
  C.Domain = MlDomain;
  C.Opset = 1;
  C.uniform(Rng, pickShape(Rng, 2), 0.2, 1);
  int64_t F = featuresOf(C);
  C.set("coefficients", std::vector<double>(F, 0.8 / static_cast<double>(F)));
  return C.set("post_transform", "PROBIT");
}

NodeCase classifier(std::mt19937 &Rng) {
  NodeCase C = model(Rng, "LinearClassifier");
  C.NumOutputs = 2;
  int64_t Labels = pick(Rng, 2, 4);
  int64_t Columns = Labels == 2 ? pick(Rng, 1, 2) : Labels;
  std::vector<int64_t> Ints(Labels);
  for (int64_t I = 0; I < Labels; ++I)
    Ints[I] = 10 + I;
  C.set("classlabels_ints", Ints);
  C.set("coefficients", numbers(Rng, Columns * featuresOf(C)));
  if (pick(Rng, 0, 1) == 0)
    C.set("intercepts", numbers(Rng, Columns));
  pickTransform(Rng, C);
  return C;
}

void setKernel(std::mt19937 &Rng, NodeCase &C) {
  static const char *const Kinds[] = {"LINEAR", "POLY", "RBF", "SIGMOID"};
  C.set("kernel_type", Kinds[pick(Rng, 0, 3)]);
  double Degree = pick(Rng, 0, 3) == 0 ? 2.5 : double(pick(Rng, 1, 6));
  C.set("kernel_params", std::vector<double>{0.5, 2, Degree});
  pickTransform(Rng, C);
}

NodeCase svmRegressor(std::mt19937 &Rng) {
  NodeCase C = model(Rng, "SVMRegressor");
  int64_t Vectors = pick(Rng, 0, 3), F = featuresOf(C);
  setKernel(Rng, C);
  C.set("n_supports", Vectors).set("rho", numbers(Rng, 1));
  C.set("support_vectors", numbers(Rng, Vectors * F));
  C.set("coefficients", numbers(Rng, Vectors != 0 ? Vectors : F));
  if (pick(Rng, 0, 3) == 0)
    C.set("one_class", 1);
  return C;
}

NodeCase svmClassifier(std::mt19937 &Rng) {
  NodeCase C = model(Rng, "SVMClassifier");
  C.NumOutputs = 2;
  int64_t Classes = pick(Rng, 2, 4), Vectors = 0;
  std::vector<int64_t> PerClass, Labels;
  for (int64_t I = 0; I < Classes; ++I) {
    PerClass.push_back(pick(Rng, I == 0 ? 1 : 0, 2));
    Vectors += PerClass.back();
    Labels.push_back(I);
  }
  setKernel(Rng, C);
  C.set("classlabels_ints", Labels).set("vectors_per_class", PerClass);
  C.set("rho", numbers(Rng, Classes * (Classes - 1) / 2));
  C.set("support_vectors", numbers(Rng, Vectors * featuresOf(C)));
  C.set("coefficients", numbers(Rng, Vectors * (Classes - 1)));
  return C;
}

} // namespace

void addMachineLearningModelReferences(References &All) {
  All.push_back({.Op = "LinearClassifier",
                 .Forward = forwardClassifier,
                 .Backward = backwardClassifier,
                 .Cases = {classifier},
                 .Domain = MlDomain,
                 .GradOutputs = {1}});
  All.push_back({.Op = "LinearRegressor",
                 .Forward = forwardRegressor,
                 .Backward = backwardRegressor,
                 .Cases = {regressor, probit},
                 .Domain = MlDomain});
  All.push_back({.Op = "SVMClassifier",
                 .Forward = forwardSvmClassifier,
                 .Cases = {svmClassifier},
                 .Domain = MlDomain});
  All.push_back({.Op = "SVMRegressor",
                 .Forward = forwardSvmRegressor,
                 .Cases = {svmRegressor},
                 .Domain = MlDomain});
}

} // namespace toscount::oracle
