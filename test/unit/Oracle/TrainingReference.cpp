//===- TrainingReference.cpp - executed optimizers ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

constexpr const char *Domain = "ai.onnx.preview.training";

Scalar regularised(const OpInstance &Op, Scalar X, Scalar G) {
  double Norm = Op.attrFloat("norm_coefficient", 0);
  return Norm == 0 ? G : Norm * X + G;
}

void forwardAdagrad(const OpInstance &Op, ArrayRef<Tensor> In,
                    MutableArrayRef<Tensor> Out, Saved &) {
  Scalar Rate = In[0][0];
  double Decay = Op.attrFloat("decay_factor", 0);
  if (Decay != 0)
    Rate = Rate / (1.0 + In[1][0] * Decay);
  size_t N = (In.size() - 2) / 3;
  for (size_t T = 0; T < N; ++T)
    for (size_t I = 0; I < In[2 + T].size(); ++I) {
      Scalar X = In[2 + T][I];
      Scalar G = regularised(Op, X, In[2 + N + T][I]);
      Scalar H = In[2 + 2 * N + T][I] + G * G;
      Out[T][I] = X - Rate * G / (sqrt(H) + Op.attrFloat("epsilon", 0));
      Out[N + T][I] = H;
    }
}

void forwardAdam(const OpInstance &Op, ArrayRef<Tensor> In,
                 MutableArrayRef<Tensor> Out, Saved &) {
  double A = Op.attrFloat("alpha", 0.9), B = Op.attrFloat("beta", 0.999);
  double Post = Op.attrFloat("norm_coefficient_post", 0);
  Scalar Step = In[1][0];
  Scalar Adjusted = In[0][0] * sqrt(1.0 - pow(B, Step)) / (1.0 - pow(A, Step));
  Scalar Rate = Step > 0.0 ? Adjusted : In[0][0];
  size_t N = (In.size() - 2) / 4;
  for (size_t T = 0; T < N; ++T)
    for (size_t I = 0; I < In[2 + T].size(); ++I) {
      Scalar X = In[2 + T][I];
      Scalar G = regularised(Op, X, In[2 + N + T][I]);
      Scalar V = A * In[2 + 2 * N + T][I] + (1 - A) * G;
      Scalar H = B * In[2 + 3 * N + T][I] + (1 - B) * G * G;
      Scalar New = X - Rate * V / (sqrt(H) + Op.attrFloat("epsilon", 0));
      Out[T][I] = Post == 0 ? New : (1 - Post) * New;
      Out[N + T][I] = V;
      Out[2 * N + T][I] = H;
    }
}

void forwardMomentum(const OpInstance &Op, ArrayRef<Tensor> In,
                     MutableArrayRef<Tensor> Out, Saved &) {
  double A = Op.attrFloat("alpha", 0);
  Scalar B = In[1][0] > 0.0 ? Op.attrFloat("beta", 0) : 1.0;
  size_t N = (In.size() - 2) / 3;
  for (size_t T = 0; T < N; ++T)
    for (size_t I = 0; I < In[2 + T].size(); ++I) {
      Scalar X = In[2 + T][I];
      Scalar G = regularised(Op, X, In[2 + N + T][I]);
      Scalar V = A * In[2 + 2 * N + T][I] + B * G;
      Scalar Direction =
          Op.attrString("mode", "") == "nesterov" ? G + A * V : V;
      Out[T][I] = X - In[0][0] * Direction;
      Out[N + T][I] = V;
    }
}

/// An optimizer with \p States states of one or more tensors.
NodeCase optimizer(std::mt19937 &Rng, const char *Op, unsigned States) {
  NodeCase C;
  C.Op = Op;
  C.Domain = Domain;
  C.Opset = 1;
  int64_t N = pick(Rng, 1, 3);
  std::vector<Shape> Tensors;
  for (int64_t I = 0; I < N; ++I)
    Tensors.push_back(pickShape(Rng, pick(Rng, 0, 2)));
  C.uniform(Rng, Shape{}, 0.01, 0.1).indices({}, {pick(Rng, 0, 3)});
  for (unsigned Part = 0; Part < 2 + States; ++Part)
    for (const Shape &S : Tensors)
      C.uniform(Rng, S, 0.1, 1);
  C.NumOutputs = static_cast<unsigned>(N) * (1 + States);
  if (pick(Rng, 0, 1) == 0)
    C.set("norm_coefficient", 0.01);
  C.set("epsilon", 1e-6);
  return C;
}

NodeCase adagrad(std::mt19937 &Rng) {
  NodeCase C = optimizer(Rng, "Adagrad", 1);
  if (pick(Rng, 0, 1) == 0)
    C.set("decay_factor", 0.1);
  return C;
}

NodeCase adam(std::mt19937 &Rng) {
  NodeCase C = optimizer(Rng, "Adam", 2);
  if (pick(Rng, 0, 1) == 0)
    C.set("norm_coefficient_post", 0.1);
  return C;
}

NodeCase momentum(std::mt19937 &Rng) {
  NodeCase C = optimizer(Rng, "Momentum", 1);
  C.set("alpha", 0.9).set("beta", 0.8);
  C.set("mode", pick(Rng, 0, 1) == 0 ? "standard" : "nesterov");
  return C;
}

} // namespace

void addTrainingReferences(References &All) {
  All.push_back({.Op = "Adagrad",
                 .Forward = forwardAdagrad,
                 .Cases = {adagrad},
                 .Domain = Domain});
  All.push_back({.Op = "Adam",
                 .Forward = forwardAdam,
                 .Cases = {adam},
                 .Domain = Domain});
  All.push_back({.Op = "Momentum",
                 .Forward = forwardMomentum,
                 .Cases = {momentum},
                 .Domain = Domain});
}

} // namespace toscount::oracle
