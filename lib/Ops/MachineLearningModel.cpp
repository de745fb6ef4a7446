//===- MachineLearningModel.cpp - linear models and support vectors -------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The linear and kernel models of ai.onnx.ml.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "MachineLearning.h"

#include "toscount/Support/Diagnostics.h"

#include <cmath>

using namespace llvm;

namespace toscount {

Expected<PostTransform> postTransform(const OpInstance &Op) {
  static constexpr StringLiteral Names[] = {"NONE", "SOFTMAX", "LOGISTIC",
                                            "SOFTMAX_ZERO", "PROBIT"};
  int64_t Number = Op.attrInt("post_transform", 0);
  StringRef Given = Op.attrString("post_transform", "");
  if (!Given.empty())
    Number = std::find(std::begin(Names), std::end(Names), Given) -
             std::begin(Names);
  if (Number >= 0 && Number < static_cast<int64_t>(std::size(Names)))
    return static_cast<PostTransform>(Number);
  return makeError(
      "its attribute 'post_transform' is " +
      (Given.empty() ? std::to_string(Number) : "'" + printable(Given) + "'") +
      ", but must be NONE, SOFTMAX, LOGISTIC, SOFTMAX_ZERO or "
      "PROBIT");
}

void countPostTransform(Work &W, PostTransform T, Count Rows, Count Columns) {
  Count N = Rows * Columns;
  switch (T) {
  case PostTransform::None:
    return;
  case PostTransform::Logistic:
    W.sub(N, "logistic: -x");
    W.root(Elementary::Exp, N, "logistic: e^-x");
    W.add(N, "logistic: 1 + e^-x");
    W.div(N, "logistic: 1 / (1 + e^-x)");
    return;
  case PostTransform::SoftmaxZero:
    W.cmp(N, "softmax: scores of zero are left out");
    [[fallthrough]];
  case PostTransform::Softmax:
    W.root(Elementary::Exp, N, "softmax: e^x");
    W.sums(Rows, Columns, "softmax: the sum of each row");
    W.div(N, "softmax: e^x by its row's sum");
    return;
  case PostTransform::Probit:
    W.mul(N * 2, "probit: sqrt(2) * erfinv(2 x - 1)");
    W.sub(N, "probit: 2 x - 1");
    W.root(Elementary::Erf, N, "probit: the inverse of erf");
    return;
  }
}

void countPostTransformBackward(GradWork &G, PostTransform T, unsigned O,
                                Count Rows, Count Columns) {
  Count N = Rows * Columns;
  if (T != PostTransform::None)
    G.savesOutput(O);
  switch (T) {
  case PostTransform::None:
    return;
  case PostTransform::Logistic:
    G.sub(N, "logistic: 1 - y");
    G.mul(N * 2, "logistic: dy * y * (1 - y)");
    return;
  case PostTransform::Softmax:
  case PostTransform::SoftmaxZero:
    G.mul(N, "softmax: dy * y");
    G.sums(Rows, Columns, "softmax: its sum over each row");
    G.sub(N, "softmax: dy - sum");
    G.mul(N, "softmax: y * (dy - sum)");
    return;
  case PostTransform::Probit:
    G.mul(N * 4, "probit: dy * sqrt(2 pi) * exp(y * y / 2)");
    G.root(Elementary::Exp, N, "probit: exp(y * y / 2)");
    return;
  }
}

Expected<std::pair<int64_t, int64_t>> rowsOf(const ShapeContext &C) {
  if (Error E = expectNumbers(C, 0))
    return E;
  ShapeRef X = C.inShape(0);
  if (X.empty() || X.size() > 2 || X.back() < 1)
    return C.fail("its operand of shape " + toString(X) +
                  " must be [features] or [rows, features]");
  return std::pair(X.size() == 2 ? X[0] : 1, X.back());
}

Expected<Labels> labelsOf(const OpInstance &Op) {
  Labels L;
  L.Number =
      static_cast<int64_t>(std::max(Op.attrInts("classlabels_ints").size(),
                                    Op.attrInts("classlabels_int64s").size()));
  if (!Op.attrStrings("classlabels_strings").empty()) {
    L.Number =
        static_cast<int64_t>(Op.attrStrings("classlabels_strings").size());
    L.Type = ElementType::String;
  }
  if (L.Number == 0)
    return makeError("no attribute says what its labels are");
  return L;
}

namespace {

// -- Linear models.

/// Columns that are computed; a classifier of two labels may have only one,
/// the other is what is missing to 1.
int64_t columns(const OpInstance &Op) {
  int64_t Features = Op.inShape(0).back();
  return static_cast<int64_t>(Op.attrFloats("coefficients").size()) / Features;
}

Count rows(const OpInstance &Op) { return elements(Op.inShape(0).drop_back()); }

Error checkLinear(const ShapeContext &C, int64_t Features, int64_t Wanted,
                  bool Half) {
  auto Given = static_cast<int64_t>(C.attrFloats("coefficients").size());
  int64_t Columns = Given % Features == 0 ? Given / Features : -1;
  if (Columns != Wanted && !(Half && Wanted == 2 && Columns == 1))
    return C.fail(Twine(Given) + " coefficients for " + Twine(Wanted) +
                  " results of " + Twine(Features) + " features");
  size_t Intercepts = C.attrFloats("intercepts").size();
  if (Intercepts != 0 && Intercepts != static_cast<uint64_t>(Columns))
    return C.fail(Twine(Intercepts) + " intercepts for " + Twine(Columns) +
                  " results");
  if (Expected<PostTransform> T = postTransform(C); !T)
    return T.takeError();
  return Error::success();
}

Error shapeLinearRegressor(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  auto X = rowsOf(C);
  if (!X)
    return X.takeError();
  int64_t Targets = C.attrInt("targets", 1);
  if (Targets < 1)
    return C.fail("its attribute 'targets' is " + Twine(Targets) +
                  ", but must be at least 1");
  if (Error E = checkLinear(C, X->second, Targets, false))
    return E;
  return C.setOutput(0, ElementType::Float32, {X->first, Targets});
}

void linear(const OpInstance &Op, Work &W) {
  W.setType(featureType(Op));
  Count Results = rows(Op) * columns(Op);
  W.dots(Results, Op.inShape(0).back(), "a dot product over the features");
  if (!Op.attrFloats("intercepts").empty())
    W.add(Results, "the intercept, for each result");
  countPostTransform(W, cantFail(postTransform(Op)), rows(Op), columns(Op));
}

void linearBackward(const OpInstance &Op, GradWork &G, unsigned O) {
  countPostTransformBackward(G, cantFail(postTransform(Op)), O, rows(Op),
                             columns(Op));
  G.dots(Op.inSize(0), columns(Op), "dX = dY * coefficients");
}

void forwardLinearRegressor(const OpInstance &Op, Work &W) { linear(Op, W); }

void backwardLinearRegressor(const OpInstance &Op, GradWork &G) {
  if (G.needs(0))
    linearBackward(Op, G, 0);
}

Error setClasses(ShapeContext &C, int64_t Rows, ElementType Label,
                 int64_t Columns) {
  if (Error E = C.setOutput(0, Label, {Rows}))
    return E;
  return C.setOutput(1, ElementType::Float32, {Rows, Columns});
}

Error shapeLinearClassifier(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  auto X = rowsOf(C);
  if (!X)
    return X.takeError();
  Expected<Labels> L = labelsOf(C);
  if (!L)
    return L.takeError();
  if (Error E = checkLinear(C, X->second, L->Number, true))
    return E;
  return setClasses(C, X->first, L->Type, L->Number);
}

/// Whether the second column of a classifier is what is missing to 1.
bool complemented(const OpInstance &Op) {
  return cantFail(labelsOf(Op)).Number == 2 && columns(Op) == 1;
}

void forwardLinearClassifier(const OpInstance &Op, Work &W) {
  linear(Op, W);
  if (complemented(Op))
    W.sub(rows(Op), "the other label's score: 1 - score");
  W.maxima(rows(Op), cantFail(labelsOf(Op)).Number,
           "the label with the greatest score");
}

void backwardLinearClassifier(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0) || !G.hasGrad(1))
    return;
  if (complemented(Op))
    G.sub(rows(Op), "the gradient of the other label's score");
  linearBackward(Op, G, 1);
}

// -- Support vectors.

enum class Kernel : uint8_t { Linear, Poly, Rbf, Sigmoid };

Expected<Kernel> kernelOf(const OpInstance &Op) {
  static constexpr StringLiteral Names[] = {"LINEAR", "POLY", "RBF", "SIGMOID"};
  StringRef Given = Op.attrString("kernel_type", "LINEAR");
  for (unsigned I = 0; I < std::size(Names); ++I)
    if (Given == Names[I])
      return static_cast<Kernel>(I);
  return makeError("its attribute 'kernel_type' is '" + printable(Given) +
                   "', but must be LINEAR, POLY, RBF or SIGMOID");
}

/// kernel_params: gamma, coef0, degree.
double degreeOf(const OpInstance &Op) {
  ArrayRef<double> P = Op.attrFloats("kernel_params");
  return P.size() > 2 ? P[2] : 3;
}

/// Multiplications of an integer power by repeated squaring.
unsigned powerMuls(uint64_t Degree) {
  unsigned Muls = 0;
  for (uint64_t Rest = Degree; Rest > 1; Rest /= 2)
    Muls += 1 + Rest % 2;
  return Muls;
}

/// \p N kernels over \p Features features.
void countKernel(const OpInstance &Op, Work &W, Count N, Count Features) {
  Kernel K = cantFail(kernelOf(Op));
  if (K == Kernel::Rbf) {
    W.sub(N * Features, "x less the support vector");
    W.mul(N * Features, "squared");
    W.sums(N, Features, "the square of their distance");
    W.mul(N, "by -gamma");
    W.root(Elementary::Exp, N, "exp(-gamma * distance^2)");
    return;
  }
  W.dots(N, Features, "x * support vector");
  if (K == Kernel::Linear)
    return;
  W.mul(N, "by gamma");
  W.add(N, "coef0");
  if (K == Kernel::Sigmoid) {
    // tanh by its definition.
    W.sub(N * 2, "tanh: -x, e^x - e^-x");
    W.root(Elementary::Exp, N * 2, "tanh: e^x, e^-x");
    W.add(N, "tanh: e^x + e^-x");
    W.div(N, "tanh: their quotient");
    return;
  }
  double Degree = degreeOf(Op);
  if (Degree == std::floor(Degree) && Degree >= 1 && Degree <= 64)
    W.mul(N * powerMuls(static_cast<uint64_t>(Degree)),
          "to the power of degree, by repeated squaring");
  else
    W.root(Elementary::Pow, N, "to the power of degree");
}

Error checkVectors(const ShapeContext &C, int64_t Vectors, int64_t Features) {
  if (Expected<Kernel> K = kernelOf(C); !K)
    return K.takeError();
  if (Expected<PostTransform> T = postTransform(C); !T)
    return T.takeError();
  size_t Given = C.attrFloats("support_vectors").size();
  if (Count(Given) != Count(Vectors) * Features)
    return C.fail("its support vectors have " + Twine(Given) +
                  " elements, but " + Twine(Vectors) + " of " +
                  Twine(Features) + " features are needed");
  return Error::success();
}

Error shapeSvmRegressor(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  auto X = rowsOf(C);
  if (!X)
    return X.takeError();
  int64_t Vectors = C.attrInt("n_supports", 0);
  if (Vectors < 0)
    return C.fail("its attribute 'n_supports' is " + Twine(Vectors));
  if (Error E = checkVectors(C, Vectors, X->second))
    return E;
  int64_t Wanted = Vectors != 0 ? Vectors : X->second;
  size_t Given = C.attrFloats("coefficients").size();
  if (Given != static_cast<uint64_t>(Wanted))
    return C.fail(Twine(Given) + " coefficients, but " + Twine(Wanted) +
                  " are needed");
  return C.setOutput(0, ElementType::Float32, {X->first, 1});
}

void forwardSvmRegressor(const OpInstance &Op, Work &W) {
  W.setType(featureType(Op));
  Count N = rows(Op);
  Count Features = Op.inShape(0).back();
  Count Vectors = Op.attrInt("n_supports", 0);
  if (Vectors == 0) {
    W.dots(N, Features, "coefficients * x");
  } else {
    countKernel(Op, W, N * Vectors, Features);
    W.dots(N, Vectors, "coefficients * kernels");
  }
  W.add(N, "rho");
  if (Op.attrInt("one_class", 0) != 0)
    W.cmp(N, "inside or outside");
  else
    countPostTransform(W, cantFail(postTransform(Op)), N, 1);
}

int64_t vectorsOf(const OpInstance &Op) {
  int64_t Vectors = 0;
  for (int64_t V : Op.attrInts("vectors_per_class"))
    if (V < 0 || __builtin_add_overflow(Vectors, V, &Vectors))
      return -1;
  return Vectors;
}

/// Scores that are computed: one for each pair of classes.
int64_t pairsOf(int64_t Classes) { return Classes * (Classes - 1) / 2; }

Error shapeSvmClassifier(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  auto X = rowsOf(C);
  if (!X)
    return X.takeError();
  Expected<Labels> L = labelsOf(C);
  if (!L)
    return L.takeError();
  int64_t Vectors = vectorsOf(C);
  if (Vectors < 1 || L->Number < 2 ||
      C.attrInts("vectors_per_class").size() !=
          static_cast<uint64_t>(L->Number))
    return C.fail("its attribute 'vectors_per_class' must say how many support "
                  "vectors each of its " +
                  Twine(L->Number) +
                  " labels has; models without support "
                  "vectors are LinearClassifiers");
  if (!C.attrFloats("prob_a").empty())
    return C.fail("its probabilities (prob_a, prob_b) are found by an "
                  "iteration whose length is only known when the network runs");
  if (Error E = checkVectors(C, Vectors, X->second))
    return E;
  int64_t Pairs = pairsOf(L->Number);
  if (Count(C.attrFloats("coefficients").size()) !=
          Count(Vectors) * (L->Number - 1) ||
      C.attrFloats("rho").size() != static_cast<uint64_t>(Pairs))
    return C.fail(Twine(C.attrFloats("coefficients").size()) +
                  " coefficients and " + Twine(C.attrFloats("rho").size()) +
                  " rho for " + Twine(Vectors) + " support vectors of " +
                  Twine(L->Number) + " labels");
  return setClasses(C, X->first, L->Type, L->Number == 2 ? 2 : Pairs);
}

void forwardSvmClassifier(const OpInstance &Op, Work &W) {
  W.setType(featureType(Op));
  Count N = rows(Op);
  ArrayRef<int64_t> PerClass = Op.attrInts("vectors_per_class");
  auto Classes = static_cast<int64_t>(PerClass.size());
  Count Vectors = vectorsOf(Op);
  Count Pairs = pairsOf(Classes);
  countKernel(Op, W, N * Vectors, Op.inShape(0).back());
  // Each class's vectors take part in its pairs with every other class; a pair
  // whose classes have none is rho alone.
  Count Muls = N * Vectors * (Classes - 1);
  Count Empty = 0;
  for (int64_t I : PerClass)
    Empty += I == 0 ? 1 : 0;
  Count Sums = Pairs - (Empty == 0 ? Count(0) : Empty * (Empty - 1) / 2);
  W.macs(Muls, Muls - N * Sums, "coefficients * kernels, for each pair");
  W.add(N * Sums, "rho, for each pair of classes");
  W.cmp(N * Pairs, "which class of each pair gets the vote");
  W.add(N * Pairs, "the vote");
  W.maxima(N, Classes, "the class with the most votes");
  if (Classes == 2)
    W.sub(N, "the other label's score: 1 - score");
  countPostTransform(W, cantFail(postTransform(Op)), N, Op.outShape(1)[1]);
}

constexpr OpInfo Rows[] = {
    {.Name = "LinearClassifier",
     .Domain = MlDomain,
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLinearClassifier,
     .Forward = forwardLinearClassifier,
     .Backward = backwardLinearClassifier,
     .ForwardDoc =
         "for each row and computed score a dot product over the features, add "
         "1 with intercepts, then post_transform (SOFTMAX: exp, div, a sum a "
         "row; LOGISTIC: sub, exp, add, div; PROBIT: mul 2, sub, erf); with "
         "two "
         "labels and one score sub 1 a row; labels - 1 cmp a row",
     .BackwardDoc = "the scores' transform backwards, then a dot product over "
                    "the scores for each feature of each row"},
    {.Name = "LinearRegressor",
     .Domain = MlDomain,
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLinearRegressor,
     .Forward = forwardLinearRegressor,
     .Backward = backwardLinearRegressor,
     .ForwardDoc =
         "for each row and target a dot product over the features, add 1 with "
         "intercepts, then post_transform (SOFTMAX: exp, div, a sum a row; "
         "LOGISTIC: sub, exp, add, div; PROBIT: mul 2, sub, erf)",
     .BackwardDoc = "the transform backwards, then a dot product over the "
                    "targets for each feature of each row"},
    {.Name = "SVMClassifier",
     .Domain = MlDomain,
     .Differentiable = operands(0),
     .Grad = Gradient::Missing,
     .Shape = shapeSvmClassifier,
     .Forward = forwardSvmClassifier,
     .ForwardDoc =
         "the kernel of each row and support vector; for each pair of classes "
         "a dot product over their vectors' kernels, add rho, cmp and add for "
         "the vote; labels - 1 cmp a row; post_transform",
     .BackwardDoc = "no rule"},
    {.Name = "SVMRegressor",
     .Domain = MlDomain,
     .Differentiable = operands(0),
     .Grad = Gradient::Missing,
     .Shape = shapeSvmRegressor,
     .Forward = forwardSvmRegressor,
     .ForwardDoc =
         "the kernel of each row and support vector (LINEAR: a dot product; "
         "POLY: mul, add and a power more; SIGMOID: mul, add and tanh more; "
         "RBF: sub and mul a feature, a sum, mul, exp), a dot product over "
         "them, add rho; one_class: cmp 1; post_transform",
     .BackwardDoc = "no rule"},
};

} // namespace

ArrayRef<OpInfo> machineLearningModelOps() { return Rows; }

} // namespace toscount
