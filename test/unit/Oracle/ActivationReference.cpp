//===- ActivationReference.cpp - executed activations ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "PointwiseReference.h"

#include <numbers>

using namespace llvm;

namespace toscount::oracle {
namespace {

/// An attribute that is 1 as a factor, or 0 as a term, is not executed.
Scalar scaled(double Factor, Scalar X) { return Factor == 1 ? X : Factor * X; }
Scalar shifted(Scalar X, double Term) { return Term == 0 ? X : X + Term; }

Scalar sigmoid(Scalar X) { return 1.0 / (1.0 + exp(-X)); }
Scalar tanhOf(Scalar X) {
  Scalar P = exp(X);
  Scalar Q = exp(-X);
  return (P - Q) / (P + Q);
}

// -- Rectifiers.

Scalar reluGradient(Scalar, Scalar Y, Scalar DY) {
  return Y > 0.0 ? DY : Scalar(0.0);
}

Scalar leaky(const OpInstance &Op, Scalar X, Hidden &) {
  Scalar Low = scaled(Op.attrFloat("alpha", 0.01), X);
  return X < 0.0 ? Low : X;
}
Scalar leakyGradient(const OpInstance &Op, Scalar X, Scalar, const Hidden &,
                     Scalar DY) {
  Scalar Low = scaled(Op.attrFloat("alpha", 0.01), DY);
  return X < 0.0 ? Low : DY;
}

Scalar thresholded(const OpInstance &Op, Scalar X, Hidden &) {
  return X > Op.attrFloat("alpha", 1) ? X : Scalar(0.0);
}
Scalar thresholdedGradient(const OpInstance &Op, Scalar X, Scalar,
                           const Hidden &, Scalar DY) {
  return X > Op.attrFloat("alpha", 1) ? DY : Scalar(0.0);
}

size_t slopeOffset(const OpInstance &Op, ArrayRef<Tensor> In, ShapeRef Index) {
  // Before opset 7 a list of slopes is one a channel.
  if (Op.opset() < 7 && In[1].Dims.size() == 1 && In[1].Dims[0] != 1 &&
      Index.size() > 2)
    return Index[1];
  return broadcastOffset(In[1].Dims, Index);
}

void forwardPRelu(const OpInstance &Op, ArrayRef<Tensor> In,
                  MutableArrayRef<Tensor> Out, Saved &) {
  forEachIndex(In[0].Dims, [&](ShapeRef I) {
    Scalar X = In[0].at(I);
    Scalar Low = In[1][slopeOffset(Op, In, I)] * X;
    Out[0].at(I) = X < 0.0 ? Low : X;
  });
}

void backwardPRelu(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                   const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                   MutableArrayRef<Tensor> DIn) {
  std::vector<Sum> Slopes(In[1].size());
  forEachIndex(In[0].Dims, [&](ShapeRef I) {
    Scalar X = In[0].at(I);
    Scalar DY = DOut[0].at(I);
    size_t At = slopeOffset(Op, In, I);
    bool Negative = X < 0.0;
    if (Needs[0]) {
      Scalar Low = In[1][At] * DY;
      DIn[0].at(I) = Negative ? Low : DY;
    }
    if (Needs[1]) {
      Scalar Low = X * DY;
      Slopes[At].term(Negative ? Low : Scalar(0.0));
    }
  });
  if (Needs[1])
    for (size_t I = 0; I < Slopes.size(); ++I)
      DIn[1][I] = Slopes[I].sum();
}

// -- Exponential branches.

Scalar elu(const OpInstance &Op, Scalar X, Hidden &) {
  Scalar Low = scaled(Op.attrFloat("alpha", 1), exp(X) - 1.0);
  return X < 0.0 ? Low : X;
}
Scalar eluGradient(const OpInstance &Op, Scalar X, Scalar Y, const Hidden &,
                   Scalar DY) {
  Scalar Low = Y + Op.attrFloat("alpha", 1);
  return DY * (X < 0.0 ? Low : Scalar(1.0));
}

Scalar celu(const OpInstance &Op, Scalar X, Hidden &H) {
  double Alpha = Op.attrFloat("alpha", 1);
  H[0] = exp(Alpha == 1 ? X : X / Alpha);
  return max(0.0, X) + min(0.0, scaled(Alpha, H[0] - 1.0));
}
Scalar celuGradient(const OpInstance &, Scalar X, Scalar, const Hidden &H,
                    Scalar DY) {
  return DY * (X < 0.0 ? H[0] : Scalar(1.0));
}

constexpr double SeluAlpha = 1.67326319217681884765625;
constexpr double SeluGamma = 1.05070102214813232421875;

Scalar selu(const OpInstance &Op, Scalar X, Hidden &) {
  double Alpha = Op.attrFloat("alpha", SeluAlpha);
  Scalar Low = Alpha * exp(X) - Alpha;
  return Op.attrFloat("gamma", SeluGamma) * (X <= 0.0 ? Low : X);
}
Scalar seluGradient(const OpInstance &Op, Scalar X, Scalar Y, const Hidden &,
                    Scalar DY) {
  double Gamma = Op.attrFloat("gamma", SeluGamma);
  Scalar Low = Y + Gamma * Op.attrFloat("alpha", SeluAlpha);
  return DY * (X <= 0.0 ? Low : Scalar(Gamma));
}

// -- Gelu and Swish.

Scalar gelu(const OpInstance &Op, Scalar X, Hidden &H) {
  if (Op.paper()) {
    H[0] = sigmoid(1.702 * X);
    return X * H[0];
  }
  if (Op.attrString("approximate", "none") == "none") {
    H[0] = 0.5 * (1.0 + erf(X / std::numbers::sqrt2));
    return X * H[0];
  }
  H[1] = X * X;
  H[2] = tanhOf(std::sqrt(2 / std::numbers::pi) * (X + 0.044715 * (H[1] * X)));
  H[0] = 0.5 * (1.0 + H[2]);
  return X * H[0];
}

Scalar geluGradient(const OpInstance &Op, Scalar X, Scalar Y, const Hidden &H,
                    Scalar DY) {
  if (Op.paper())
    return DY * (H[0] + 1.702 * Y * (1.0 - H[0]));
  if (Op.attrString("approximate", "none") == "none") {
    Scalar Density = 1 / std::sqrt(2 * std::numbers::pi) * exp(-0.5 * (X * X));
    return DY * (H[0] + X * Density);
  }
  // 0.5 * d/dx of the tanh's argument; the constants are folded.
  double C = 0.5 * std::sqrt(2 / std::numbers::pi);
  Scalar Inner = C + (3 * 0.044715 * C) * H[1];
  return DY * (H[0] + X * ((1.0 - H[2] * H[2]) * Inner));
}

NodeCase geluCase(std::mt19937 &Rng) {
  NodeCase C = anyShape(Rng, "Gelu", 20);
  if (int64_t Form = pick(Rng, 0, 2); Form != 0)
    C.set("approximate", Form == 1 ? "none" : "tanh");
  return C;
}

Scalar swish(const OpInstance &Op, Scalar X, Hidden &H) {
  H[0] = sigmoid(scaled(Op.attrFloat("alpha", 1), X));
  return X * H[0];
}
Scalar swishGradient(const OpInstance &Op, Scalar, Scalar Y, const Hidden &H,
                     Scalar DY) {
  return DY * (H[0] + scaled(Op.attrFloat("alpha", 1), Y) * (1.0 - H[0]));
}

// -- Others.

Scalar hardSigmoid(const OpInstance &Op, Scalar X, Hidden &) {
  Scalar Line =
      shifted(scaled(Op.attrFloat("alpha", 0.2), X), Op.attrFloat("beta", 0.5));
  return max(0.0, min(1.0, Line));
}
Scalar hardSigmoidGradient(const OpInstance &Op, Scalar, Scalar Y,
                           const Hidden &, Scalar DY) {
  Scalar Slope = scaled(Op.attrFloat("alpha", 0.2), DY);
  bool Above = Y > 0.0;
  bool Below = Y < 1.0;
  return Above && Below ? Slope : Scalar(0.0);
}

Scalar hardSwish(const OpInstance &, Scalar X, Hidden &H) {
  H[0] = max(0.0, min(1.0, X * (1.0 / 6) + 0.5));
  return X * H[0];
}
Scalar hardSwishGradient(const OpInstance &, Scalar X, Scalar, const Hidden &H,
                         Scalar DY) {
  Scalar Slope = X * (1.0 / 6);
  bool Above = H[0] > 0.0;
  bool Below = H[0] < 1.0;
  return DY * (H[0] + (Above && Below ? Slope : Scalar(0.0)));
}

Scalar softplus(const OpInstance &, Scalar X, Hidden &H) {
  H[0] = exp(X);
  H[1] = H[0] + 1.0;
  return log(H[1]);
}
Scalar softplusGradient(const OpInstance &, Scalar, Scalar, const Hidden &H,
                        Scalar DY) {
  return DY * (H[0] / H[1]);
}

Scalar softsign(const OpInstance &, Scalar X, Hidden &H) {
  // |x| clears the sign bit by comparison.
  H[0] = 1.0 + Scalar(X < 0.0 ? -X.value() : X.value());
  return X / H[0];
}
Scalar softsignGradient(const OpInstance &, Scalar, Scalar, const Hidden &H,
                        Scalar DY) {
  return DY / (H[0] * H[0]);
}

Scalar mish(const OpInstance &Op, Scalar X, Hidden &H) {
  H[2] = tanhOf(softplus(Op, X, H));
  return X * H[2];
}
Scalar mishGradient(const OpInstance &, Scalar X, Scalar, const Hidden &H,
                    Scalar DY) {
  return DY * (H[2] + X * (1.0 - H[2] * H[2]) * (H[0] / H[1]));
}

Scalar shrink(const OpInstance &Op, Scalar X, Hidden &) {
  double Limit = Op.attrFloat("lambd", 0.5);
  double Bias = Op.attrFloat("bias", 0);
  Scalar Low = shifted(X, Bias);
  Scalar High = Bias == 0 ? X : X - Bias;
  bool Under = X < -Limit;
  bool Over = X > Limit;
  return Under ? Low : Over ? High : Scalar(0.0);
}
Scalar shrinkGradient(const OpInstance &Op, Scalar X, Scalar, const Hidden &,
                      Scalar DY) {
  double Limit = Op.attrFloat("lambd", 0.5);
  bool Under = X < -Limit;
  bool Over = X > Limit;
  return Under || Over ? DY : Scalar(0.0);
}

/// Any shape; each of \p Names now and then set to 1, 0 or another number.
NodeCase withAttributes(std::mt19937 &Rng, const char *Op,
                        std::initializer_list<const char *> Names) {
  NodeCase C = anyShape(Rng, Op, 24);
  for (const char *Name : Names)
    if (pick(Rng, 0, 1) == 0)
      C.set(Name, pick(Rng, 0, 1) == 0 ? 1.0 : 0.3);
  return C;
}

template <auto F, auto D>
void add(References &All, const char *Op, CaseMaker Case) {
  All.push_back({.Op = Op,
                 .Forward = forwardWith<F>,
                 .Backward = backwardWith<D>,
                 .Cases = {Case}});
}

void addPRelu(References &All) {
  All.push_back({.Op = "PRelu",
                 .Forward = forwardPRelu,
                 .Backward = backwardPRelu,
                 .Cases = {[](std::mt19937 &Rng) {
                             Shape X = pickShape(Rng, pick(Rng, 1, 4));
                             NodeCase C;
                             C.Op = "PRelu";
                             return C.input(Rng, X).input(Rng,
                                                          narrowed(Rng, X));
                           },
                           [](std::mt19937 &Rng) {
                             Shape X = pickShape(Rng, pick(Rng, 3, 4));
                             NodeCase C;
                             C.Op = "PRelu";
                             C.Opset = 6;
                             return C.input(Rng, X).input(Rng, {X[1]});
                           }}});
}

} // namespace

void addActivationReferences(References &All) {
  All.push_back(
      {.Op = "Sigmoid",
       .Forward = forwardEach<sigmoid>,
       .Backward = backwardEach<[](Scalar, Scalar Y, Scalar DY) {
         return DY * Y * (1.0 - Y);
       }>,
       .Cases = {[](std::mt19937 &Rng) { return anyShape(Rng, "Sigmoid"); }}});
  All.push_back(
      {.Op = "Tanh",
       .Forward = forwardEach<tanhOf>,
       .Backward = backwardEach<[](Scalar, Scalar Y, Scalar DY) {
         return DY * (1.0 - Y * Y);
       }>,
       .Cases = {[](std::mt19937 &Rng) { return anyShape(Rng, "Tanh"); }}});
  All.push_back(
      {.Op = "Relu",
       .Forward = forwardEach<[](Scalar X) { return max(0.0, X); }>,
       .Backward = backwardEach<reluGradient>,
       .Cases = {[](std::mt19937 &Rng) { return anyShape(Rng, "Relu"); }}});
  addPRelu(All);
  add<leaky, leakyGradient>(All, "LeakyRelu", [](std::mt19937 &R) {
    return withAttributes(R, "LeakyRelu", {"alpha"});
  });
  add<thresholded, thresholdedGradient>(
      All, "ThresholdedRelu", [](std::mt19937 &R) {
        return withAttributes(R, "ThresholdedRelu", {"alpha"});
      });
  add<elu, eluGradient>(All, "Elu", [](std::mt19937 &R) {
    return withAttributes(R, "Elu", {"alpha"});
  });
  add<celu, celuGradient>(All, "Celu", [](std::mt19937 &R) {
    return withAttributes(R, "Celu", {"alpha"});
  });
  add<selu, seluGradient>(All, "Selu", [](std::mt19937 &R) {
    return withAttributes(R, "Selu", {"alpha", "gamma"});
  });
  add<gelu, geluGradient>(All, "Gelu", geluCase);
  add<swish, swishGradient>(All, "Swish", [](std::mt19937 &R) {
    return withAttributes(R, "Swish", {"alpha"});
  });
  add<hardSigmoid, hardSigmoidGradient>(
      All, "HardSigmoid", [](std::mt19937 &R) {
        NodeCase C = withAttributes(R, "HardSigmoid", {"alpha"});
        return pick(R, 0, 1) == 0 ? C.set("beta", 0.0) : C;
      });
  add<hardSwish, hardSwishGradient>(All, "HardSwish", [](std::mt19937 &R) {
    return withAttributes(R, "HardSwish", {});
  });
  add<softplus, softplusGradient>(
      All, "Softplus", [](std::mt19937 &R) { return anyShape(R, "Softplus"); });
  add<softsign, softsignGradient>(
      All, "Softsign", [](std::mt19937 &R) { return anyShape(R, "Softsign"); });
  add<mish, mishGradient>(
      All, "Mish", [](std::mt19937 &R) { return anyShape(R, "Mish", 18); });
  add<shrink, shrinkGradient>(All, "Shrink", [](std::mt19937 &R) {
    return withAttributes(R, "Shrink", {"lambd", "bias"});
  });
}

} // namespace toscount::oracle
