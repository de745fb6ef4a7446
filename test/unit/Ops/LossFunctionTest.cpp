//===- LossFunctionTest.cpp - losses equal executed counts ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Ops/LossFunction.h"

#include "../Oracle/Scalar.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <random>
#include <vector>

using namespace toscount;
using namespace toscount::oracle;

namespace {

using Vector = std::vector<Scalar>;

/// A network's output with its targets: R rows of C classes.
struct Batch {
  size_t R = 1, C = 1;
  Vector X;
  std::vector<size_t> Labels; ///< One a row.
  Vector T;                   ///< One an element.
  Vector Mu, Sigma;           ///< Of drawn weights.

  [[nodiscard]] size_t size() const { return R * C; }
  [[nodiscard]] size_t label(size_t Row) const { return Row * C + Labels[Row]; }
};

/// Forward returns the loss and leaves in Kept what backward reads.
struct Reference {
  std::function<Scalar(const Batch &, std::vector<Vector> &Kept)> Forward;
  std::function<Vector(const Batch &, const std::vector<Vector> &Kept)>
      Backward;
  /// The range of outputs that it is defined on.
  double Low = -3, High = 3;
};

template <typename Fn> Scalar mean(size_t N, Fn F) {
  Sum S;
  for (size_t I = 0; I < N; ++I)
    S.term(F(I));
  return S.sum() / static_cast<double>(N);
}
template <typename Fn> Scalar minusMean(size_t N, Fn F) {
  Sum S;
  for (size_t I = 0; I < N; ++I)
    S.term(F(I));
  return -S.sum() / static_cast<double>(N);
}
template <typename Fn> Vector each(const Batch &B, Fn F) {
  Vector V;
  for (size_t I = 0; I < B.size(); ++I)
    V.push_back(F(I));
  return V;
}
Scalar over(double Numerator, size_t N) {
  return Scalar(Numerator) / Scalar(static_cast<double>(N));
}
Scalar magnitude(Scalar V) { return V < 0.0 ? Scalar(-V.value()) : V; }

Vector softmax(const Batch &B, const Vector &X) {
  Vector P;
  for (size_t Row = 0; Row < B.R; ++Row) {
    Sum S;
    for (size_t K = 0; K < B.C; ++K) {
      P.push_back(exp(X[Row * B.C + K]));
      S.term(P.back());
    }
    for (size_t K = 0; K < B.C; ++K)
      P[Row * B.C + K] = P[Row * B.C + K] / S.sum();
  }
  return P;
}

Scalar forwardCrossEntropy(const Batch &B, std::vector<Vector> &Kept) {
  Kept = {softmax(B, B.X)};
  return minusMean(B.R, [&](size_t Row) { return log(Kept[0][B.label(Row)]); });
}
Vector backwardCrossEntropy(const Batch &B, const std::vector<Vector> &Kept) {
  Scalar Scale = over(1, B.R);
  return each(B, [&](size_t I) {
    return (Kept[0][I] - (I == B.label(I / B.C) ? 1.0 : 0.0)) * Scale;
  });
}
/// The network ends in Softmax: B.X are its logits, and only what follows the
/// Softmax is counted.
Scalar forwardAfterSoftmax(const Batch &B, std::vector<Vector> &Kept) {
  {
    Counting Elsewhere;
    Kept = {softmax(B, B.X)};
  }
  return minusMean(B.R, [&](size_t Row) { return log(Kept[0][B.label(Row)]); });
}

/// Cross-entropy + beta * KL(q || N(0, 1)).
constexpr double Beta = 0.3;
Scalar forwardElbo(const Batch &B, std::vector<Vector> &Kept) {
  Scalar Fit = forwardCrossEntropy(B, Kept);
  if (B.Mu.empty())
    return Fit;
  Sum Divergence;
  for (size_t I = 0; I < B.Mu.size(); ++I)
    Divergence.term(0.5 * (B.Mu[I] * B.Mu[I] + B.Sigma[I] * B.Sigma[I] - 1.0) -
                    log(B.Sigma[I]));
  return Fit + Beta * Divergence.sum();
}
/// Adds the divergence's part to what came through the network.
void backwardDivergence(const Batch &B, Vector &DMu, Vector &DSigma) {
  for (size_t I = 0; I < B.Mu.size(); ++I) {
    DMu[I] += Beta * B.Mu[I];
    DSigma[I] += Beta * (B.Sigma[I] - 1.0 / B.Sigma[I]);
  }
}

Scalar forwardNll(const Batch &B, std::vector<Vector> &) {
  return minusMean(B.R, [&](size_t Row) { return B.X[B.label(Row)]; });
}
Vector backwardNll(const Batch &B, const std::vector<Vector> &) {
  Scalar G = -over(1, B.R);
  Vector DX(B.size(), Scalar(0.0));
  for (size_t Row = 0; Row < B.R; ++Row)
    DX[B.label(Row)] = G;
  return DX;
}

Vector difference(const Batch &B) {
  return each(B, [&](size_t I) { return B.X[I] - B.T[I]; });
}
Scalar forwardMse(const Batch &B, std::vector<Vector> &Kept) {
  Kept = {difference(B)};
  return mean(B.size(), [&](size_t I) { return Kept[0][I] * Kept[0][I]; });
}
Vector backwardMse(const Batch &B, const std::vector<Vector> &Kept) {
  Scalar Scale = over(2, B.size());
  return each(B, [&](size_t I) { return Scale * Kept[0][I]; });
}
Scalar forwardL1(const Batch &B, std::vector<Vector> &Kept) {
  Kept = {difference(B)};
  return mean(B.size(), [&](size_t I) { return magnitude(Kept[0][I]); });
}
Vector backwardL1(const Batch &B, const std::vector<Vector> &Kept) {
  Scalar Scale = over(1, B.size());
  return each(B, [&](size_t I) {
    return Scalar(Kept[0][I] < 0.0 ? -1.0 : 1.0) * Scale;
  });
}
Scalar forwardHuber(const Batch &B, std::vector<Vector> &Kept) {
  Kept = {difference(B)};
  return mean(B.size(), [&](size_t I) {
    Scalar D = Kept[0][I];
    Scalar Size = magnitude(D);
    Scalar Quadratic = 0.5 * D * D;
    Scalar Linear = Size - 0.5;
    return Size <= 1.0 ? Quadratic : Linear;
  });
}
Vector backwardHuber(const Batch &B, const std::vector<Vector> &Kept) {
  Scalar Scale = over(1, B.size());
  return each(
      B, [&](size_t I) { return min(max(Kept[0][I], -1.0), 1.0) * Scale; });
}
Scalar forwardBce(const Batch &B, std::vector<Vector> &Kept) {
  Kept = {each(B, [&](size_t I) { return 1.0 - B.X[I]; })};
  return minusMean(B.size(), [&](size_t I) {
    return B.T[I] * log(B.X[I]) + (1.0 - B.T[I]) * log(Kept[0][I]);
  });
}
Vector backwardBce(const Batch &B, const std::vector<Vector> &Kept) {
  Scalar Scale = over(1, B.size());
  return each(B, [&](size_t I) {
    return (B.X[I] - B.T[I]) / (B.X[I] * Kept[0][I]) * Scale;
  });
}
Scalar forwardBceLogits(const Batch &B, std::vector<Vector> &) {
  return mean(B.size(), [&](size_t I) {
    return max(B.X[I], 0.0) - B.X[I] * B.T[I] +
           log(1.0 + exp(-magnitude(B.X[I])));
  });
}
Vector backwardBceLogits(const Batch &B, const std::vector<Vector> &) {
  Scalar Scale = over(1, B.size());
  return each(B, [&](size_t I) {
    return (1.0 / (1.0 + exp(-B.X[I])) - B.T[I]) * Scale;
  });
}

const std::map<std::string, Reference> &referencesByName() {
  static const std::map<std::string, Reference> All = {
      {"cross-entropy", {forwardCrossEntropy, backwardCrossEntropy}},
      {"elbo", {forwardElbo, backwardCrossEntropy}},
      {"nll", {forwardNll, backwardNll}},
      {"mse", {forwardMse, backwardMse}},
      {"l1", {forwardL1, backwardL1}},
      {"huber", {forwardHuber, backwardHuber}},
      {"bce", {forwardBce, backwardBce, 0.05, 0.95}},
      {"bce-logits", {forwardBceLogits, backwardBceLogits}}};
  return All;
}

Batch randomBatch(std::mt19937 &Rng, const Reference &R) {
  auto Pick = [&](size_t Low, size_t High) {
    return std::uniform_int_distribution<size_t>(Low, High)(Rng);
  };
  std::uniform_real_distribution<double> Output(R.Low, R.High), Target(0, 1);
  Batch B;
  B.R = Pick(1, 5);
  B.C = Pick(1, 6);
  for (size_t I = 0; I < B.size(); ++I) {
    B.X.emplace_back(Output(Rng));
    B.T.emplace_back(Target(Rng));
  }
  for (size_t Row = 0; Row < B.R; ++Row)
    B.Labels.push_back(Pick(0, B.C - 1));
  return B;
}

/// The first difference of \p Loss from \p R on \p B, or an empty string.
std::string compare(const LossFunction &Loss, const Reference &R, Batch B,
                    bool Probabilities) {
  LossInput In;
  In.Elements = B.size();
  In.Classes = B.C;
  In.Rows = B.R;
  In.Probabilities = Probabilities;
  std::vector<Vector> Kept;
  {
    Counting Count;
    R.Forward(B, Kept);
    Work W(In.Type);
    Loss.Forward(In, W);
    if (claimed(W) != Count.Tally)
      return "forward counts";
  }
  Vector Gradient;
  {
    Counting Count;
    Gradient = R.Backward(B, Kept);
    GradWork G(In.Type, {}, {});
    Loss.Backward(In, G);
    if (claimed(G) != Count.Tally)
      return "backward counts";
    if (!(G.Kernels == 1) ||
        !(G.BytesWritten == byteSize(In.Type, In.Elements)))
      return "backward traffic";
  }
  for (size_t I = 0; I < B.size(); ++I) {
    const double Step = 1e-5;
    Scalar Before = B.X[I];
    B.X[I] = Before.value() + Step;
    double High = R.Forward(B, Kept).value();
    B.X[I] = Before.value() - Step;
    double Low = R.Forward(B, Kept).value();
    B.X[I] = Before;
    double Expected = (High - Low) / (2 * Step);
    if (std::abs(Expected - Gradient[I].value()) >
        1e-4 * (1 + std::abs(Expected)))
      return "gradient of element " + std::to_string(I);
  }
  return {};
}

TEST(LossFunctions, ClosedFormEqualsExecution) {
  for (const LossFunction &Loss : lossFunctions()) {
    auto Found = referencesByName().find(Loss.Name.str());
    ASSERT_NE(Found, referencesByName().end()) << Loss.Name.str();
    for (unsigned Round = 0; Round < 50; ++Round) {
      std::mt19937 Rng(Round);
      Batch B = randomBatch(Rng, Found->second);
      ASSERT_EQ(compare(Loss, Found->second, B, false), "")
          << Loss.Name.str() << " round " << Round;
    }
  }
}

/// After a Softmax the gradient that the loss counts is that of the logits.
TEST(LossFunctions, CrossEntropyAfterSoftmax) {
  Reference R = {forwardAfterSoftmax, backwardCrossEntropy};
  for (unsigned Round = 0; Round < 50; ++Round) {
    std::mt19937 Rng(Round);
    ASSERT_EQ(compare(*findLoss("cross-entropy"), R, randomBatch(Rng, R), true),
              "")
        << "round " << Round;
  }
}

/// With drawn weights: the divergence's counts and gradients.
TEST(LossFunctions, ElboWithDrawnWeights) {
  const Reference &R = referencesByName().at("elbo");
  const LossFunction &Loss = *findLoss("elbo");
  for (unsigned Round = 0; Round < 30; ++Round) {
    std::mt19937 Rng(Round);
    Batch B = randomBatch(Rng, R);
    for (unsigned I = 0; I <= Round % 5; ++I) {
      B.Mu.emplace_back(std::uniform_real_distribution<double>(-2, 2)(Rng));
      B.Sigma.emplace_back(std::uniform_real_distribution<double>(0.2, 2)(Rng));
    }
    LossInput In;
    In.Elements = B.size();
    In.Classes = B.C;
    In.Rows = B.R;
    In.DrawnWeights = B.Mu.size();
    std::vector<Vector> Kept;
    {
      Counting Count;
      R.Forward(B, Kept);
      Work W(In.Type);
      Loss.Forward(In, W);
      EXPECT_EQ(claimed(W), Count.Tally);
    }
    Vector DMu(B.Mu.size(), Scalar(0.0)), DSigma = DMu;
    {
      Counting Count;
      R.Backward(B, Kept);
      backwardDivergence(B, DMu, DSigma);
      GradWork G(In.Type, {}, {});
      Loss.Backward(In, G);
      EXPECT_EQ(claimed(G), Count.Tally);
    }
    const double Step = 1e-5;
    for (auto [Values, Gradient] :
         {std::pair(&B.Mu, &DMu), std::pair(&B.Sigma, &DSigma)})
      for (size_t I = 0; I < Values->size(); ++I) {
        Scalar Before = (*Values)[I];
        (*Values)[I] = Before.value() + Step;
        double High = R.Forward(B, Kept).value();
        (*Values)[I] = Before.value() - Step;
        double Low = R.Forward(B, Kept).value();
        (*Values)[I] = Before;
        EXPECT_NEAR((*Gradient)[I].value(), (High - Low) / (2 * Step), 1e-4);
      }
  }
}

TEST(LossFunctions, AWrongOneFails) {
  std::mt19937 Rng(1);
  const Reference &Mse = referencesByName().at("mse");
  Batch B = randomBatch(Rng, Mse);
  LossFunction Wrong = *findLoss("mse");
  Wrong.Forward = findLoss("l1")->Forward;
  EXPECT_EQ(compare(Wrong, Mse, B, false), "forward counts");
  Wrong = *findLoss("mse");
  Wrong.Backward = findLoss("l1")->Backward;
  EXPECT_EQ(compare(Wrong, Mse, B, false), "backward counts");
  // A reference of the right counts with a wrong gradient proves nothing.
  Reference Twice = Mse;
  Twice.Backward = [](const Batch &B, const std::vector<Vector> &Kept) {
    Scalar Scale = over(4, B.size());
    return each(B, [&](size_t I) { return Scale * Kept[0][I]; });
  };
  EXPECT_EQ(compare(*findLoss("mse"), Twice, B, false),
            "gradient of element 0");
}

/// Bytes, by hand: 3 rows of 4 classes in fp32.
TEST(LossFunctions, Traffic) {
  LossInput In;
  In.Elements = 12;
  In.Classes = 4;
  In.Rows = 3;
  auto Check = [&](const char *Name, uint64_t Read, uint64_t BackRead,
                   uint64_t Hidden) {
    Work W(In.Type);
    findLoss(Name)->Forward(In, W);
    EXPECT_EQ(W.BytesRead.value(), Read) << Name;
    EXPECT_EQ(W.BytesWritten.value(), 4U) << Name;
    EXPECT_EQ(W.Kernels.value(), 1U) << Name;
    GradWork G(In.Type, {}, {});
    findLoss(Name)->Backward(In, G);
    EXPECT_EQ(G.BytesRead.value(), BackRead) << Name;
    EXPECT_EQ(G.HiddenBytes.value(), Hidden) << Name;
    EXPECT_EQ(G.BytesWritten.value(), 48U) << Name;
  };
  Check("cross-entropy", 48 + 24, 24, 48);
  Check("nll", 12 + 24, 24, 0);
  Check("mse", 96, 0, 48);
  Check("l1", 96, 0, 48);
  Check("huber", 96, 0, 48);
  Check("bce", 96, 48, 96);
  Check("bce-logits", 96, 48, 48);
  In.Probabilities = true;
  Check("cross-entropy", 12 + 24, 24, 48);
}

TEST(LossFunctions, AreFoundByName) {
  for (const LossFunction &Loss : lossFunctions())
    EXPECT_EQ(findLoss(Loss.Name), &Loss);
  EXPECT_EQ(findLoss("CrossEntropy"), nullptr);
}

} // namespace
