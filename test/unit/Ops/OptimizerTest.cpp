//===- OptimizerTest.cpp - updates equal executed counts ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Ops/Optimizer.h"

#include "../Oracle/Scalar.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <vector>

using namespace toscount;
using namespace toscount::oracle;

namespace {

using Vector = std::vector<Scalar>;

constexpr double Lr = 0.1, Mu = 0.9, B1 = 0.9, B2 = 0.99, Rho = 0.95,
                 Epsilon = 1e-6, Lambda = 0.01;

/// Parameters and the state of an optimizer, after zero or more steps.
struct Training {
  Vector W;
  std::vector<Vector> State;
  /// Adam's b1^t and b2^t.
  Scalar Power1 = 1.0, Power2 = 1.0;
  Scalar Rest1, Rest2;
};

/// What a step computes once, and for each parameter I of gradient G.
struct Reference {
  std::function<void(Training &)> PerStep;
  std::function<void(Training &, size_t I, Scalar G)> Update;
};

void average(Scalar &State, double Decay, Scalar X) {
  State = Decay * State + (1 - Decay) * X;
}
void averageSquare(Scalar &State, double Decay, Scalar X) {
  State = Decay * State + (1 - Decay) * X * X;
}
void biasCorrections(Training &T) {
  T.Power1 *= B1;
  T.Power2 *= B2;
  T.Rest1 = 1.0 - T.Power1;
  T.Rest2 = 1.0 - T.Power2;
}
std::pair<Scalar, Scalar> moments(Training &T, size_t I, Scalar G) {
  average(T.State[0][I], B1, G);
  averageSquare(T.State[1][I], B2, G);
  return {T.State[0][I] / T.Rest1, T.State[1][I] / T.Rest2};
}

const std::map<std::string, Reference> &referencesByName() {
  static const std::map<std::string, Reference> All = {
      {"sgd",
       {nullptr, [](Training &T, size_t I, Scalar G) { T.W[I] -= Lr * G; }}},
      {"sgd-momentum",
       {nullptr,
        [](Training &T, size_t I, Scalar G) {
          T.State[0][I] = Mu * T.State[0][I] + G;
          T.W[I] -= Lr * T.State[0][I];
        }}},
      {"adam",
       {biasCorrections,
        [](Training &T, size_t I, Scalar G) {
          auto [M, V] = moments(T, I, G);
          T.W[I] -= Lr * M / (sqrt(V) + Epsilon);
        }}},
      {"adamw",
       {biasCorrections,
        [](Training &T, size_t I, Scalar G) {
          auto [M, V] = moments(T, I, G);
          T.W[I] -= Lr * (M / (sqrt(V) + Epsilon) + Lambda * T.W[I]);
        }}},
      {"rmsprop",
       {nullptr,
        [](Training &T, size_t I, Scalar G) {
          averageSquare(T.State[0][I], Rho, G);
          T.W[I] -= Lr * G / (sqrt(T.State[0][I]) + Epsilon);
        }}},
      {"adadelta", {nullptr, [](Training &T, size_t I, Scalar G) {
                      averageSquare(T.State[0][I], Rho, G);
                      Scalar DX = -(sqrt(T.State[1][I] + Epsilon) /
                                    sqrt(T.State[0][I] + Epsilon) * G);
                      averageSquare(T.State[1][I], Rho, DX);
                      T.W[I] += DX;
                    }}}};
  return All;
}

/// sum(w^2) / 2, whose gradient is w.
double objective(const Training &T) {
  double Total = 0;
  for (const Scalar &W : T.W)
    Total += W.value() * W.value() / 2;
  return Total;
}

constexpr size_t Parameters = 7;

Training start(const Optimizer &O) {
  Training T;
  for (size_t I = 0; I < Parameters; ++I)
    T.W.emplace_back(0.5 + static_cast<double>(I));
  T.State.assign(O.StateTensors, Vector(Parameters, Scalar(0.0)));
  return T;
}

void step(const Reference &R, Training &T) {
  if (R.PerStep)
    R.PerStep(T);
  for (size_t I = 0; I < Parameters; ++I)
    R.Update(T, I, T.W[I]);
}

Work claim(const Optimizer &O) {
  Work W(ElementType::Float32);
  O.Update(Parameters, W);
  if (O.PerStep != nullptr)
    O.PerStep(W);
  return W;
}

TEST(Optimizers, ClosedFormEqualsExecution) {
  for (const Optimizer &O : optimizers()) {
    auto Found = referencesByName().find(O.Name.str());
    ASSERT_NE(Found, referencesByName().end()) << O.Name.str();
    Training T = start(O);
    double Before = objective(T);
    for (int Step = 0; Step < 3; ++Step) {
      Counting Count;
      step(Found->second, T);
      EXPECT_EQ(claimed(claim(O)), Count.Tally) << O.Name.str();
    }
    // It does train: only then do its operations prove anything.
    EXPECT_LT(objective(T), Before) << O.Name.str();
  }
}

/// First steps from zero state, worked out by hand from the formulas.
TEST(Optimizers, FirstStep) {
  const std::map<std::string, double> Expected = {
      {"sgd", 0.1 * 0.5},
      {"sgd-momentum", 0.1 * 0.5},
      // m / (1 - b1) = g and sqrt(v / (1 - b2)) = g.
      {"adam", 0.1 * 0.5 / (0.5 + 1e-6)},
      {"adamw", 0.1 * (0.5 / (0.5 + 1e-6) + 0.01 * 0.5)},
      {"rmsprop", 0.1 * 0.5 / (std::sqrt(0.05) * 0.5 + 1e-6)},
      {"adadelta", std::sqrt(1e-6 / (0.05 * 0.25 + 1e-6)) * 0.5}};
  for (const Optimizer &O : optimizers()) {
    Training T = start(O);
    step(referencesByName().at(O.Name.str()), T);
    EXPECT_NEAR(0.5 - T.W[0].value(), Expected.at(O.Name.str()), 1e-9)
        << O.Name.str();
  }
}

TEST(Optimizers, AWrongOneFails) {
  Optimizer Wrong = *findOptimizer("adam");
  Wrong.Update = findOptimizer("adamw")->Update;
  Training T = start(Wrong);
  Counting Count;
  step(referencesByName().at("adam"), T);
  EXPECT_NE(claimed(claim(Wrong)), Count.Tally);
}

TEST(Optimizers, AreFoundByName) {
  for (const Optimizer &O : optimizers())
    EXPECT_EQ(findOptimizer(O.Name), &O);
  EXPECT_EQ(findOptimizer("Adam"), nullptr);
  EXPECT_EQ(findOptimizer(""), nullptr);
}

} // namespace
