//===- RecurrentReference.cpp - executed recurrent operators --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "RecurrentReference.h"

using namespace llvm;

namespace toscount::oracle {

Sequences::Sequences(const OpInstance &Op, ArrayRef<Tensor> In) {
  BatchFirst = Op.attrInt("layout", 0) != 0;
  S = In[0].Dims[BatchFirst ? 1 : 0];
  B = In[0].Dims[BatchFirst ? 0 : 1];
  I = In[0].Dims[2];
  H = In[2].Dims[2];
  D = In[2].Dims[0];
  Reverse = Op.attrString("direction", "forward") == "reverse";
  Lengths.assign(B, S);
  if (Op.hasInput(4))
    for (int64_t K = 0; K < B; ++K)
      Lengths[K] = static_cast<int64_t>(In[4][K].value());
}

static Scalar tanhByDefinition(Scalar X) {
  Scalar Up = exp(X);
  Scalar Down = exp(-X);
  return (Up - Down) / (Up + Down);
}

/// Constant factors of one and terms of zero cost nothing.
static Scalar times(double Factor, Scalar X) {
  return Factor == 1 ? X : Factor * X;
}
static Scalar plus(Scalar X, double Term) { return Term == 0 ? X : X + Term; }

Scalar Function::forward(Scalar X, Scalar &A, Scalar &B) const {
  if (Name == "Sigmoid")
    return 1.0 / (1.0 + exp(-X));
  if (Name == "Tanh")
    return tanhByDefinition(X);
  if (Name == "Relu")
    return max(X, 0.0);
  if (Name == "Affine")
    return plus(times(Alpha, X), Beta);
  if (Name == "LeakyRelu") {
    Scalar Low = times(Alpha, X);
    return X < 0.0 ? Low : X;
  }
  if (Name == "ThresholdedRelu")
    return X > Alpha ? X : 0.0;
  if (Name == "ScaledTanh") {
    A = tanhByDefinition(times(Beta, X));
    return times(Alpha, A);
  }
  if (Name == "HardSigmoid")
    return max(0.0, min(1.0, plus(times(Alpha, X), Beta)));
  if (Name == "Elu") {
    Scalar Low = times(Alpha, exp(X) - 1.0);
    return X < 0.0 ? Low : X;
  }
  if (Name == "Softsign") {
    A = 1.0 + Scalar(X < 0.0 ? -X.value() : X.value());
    return X / A;
  }
  A = exp(X); // Softplus
  B = A + 1.0;
  return log(B);
}

Scalar Function::backward(Scalar DY, Scalar X, Scalar Y, Scalar A,
                          Scalar B) const {
  if (Name == "Sigmoid")
    return DY * Y * (1.0 - Y);
  if (Name == "Tanh")
    return DY * (1.0 - Y * Y);
  if (Name == "Relu")
    return Y > 0.0 ? DY : 0.0;
  if (Name == "Affine")
    return times(Alpha, DY);
  if (Name == "LeakyRelu") {
    Scalar Low = times(Alpha, DY);
    return X < 0.0 ? Low : DY;
  }
  if (Name == "ThresholdedRelu")
    return X > Alpha ? DY : 0.0;
  if (Name == "ScaledTanh")
    return times(Beta, times(Alpha, DY) * (1.0 - A * A));
  if (Name == "HardSigmoid") {
    Scalar Inside = times(Alpha, DY);
    bool Low = Y > 0.0;
    bool High = Y < 1.0;
    return Low && High ? Inside : 0.0;
  }
  if (Name == "Elu") {
    Scalar Low = DY * (Y + Alpha);
    return Y < 0.0 ? Low : DY;
  }
  if (Name == "Softsign")
    return DY / (A * A);
  return DY * (A / B);
}

std::vector<Function> functions(const OpInstance &Op,
                                std::vector<std::string> Default) {
  bool Both = Op.attrString("direction", "forward") == "bidirectional";
  std::vector<std::string> Names = Default;
  if (Both)
    Names.insert(Names.end(), Default.begin(), Default.end());
  size_t Wanted = Names.size();
  if (Op.hasAttr("activations")) {
    Names.clear();
    for (StringRef Name : Op.attrStrings("activations").take_front(Wanted))
      Names.push_back(Name.str());
  }
  std::vector<double> Alphas(Op.attrFloats("activation_alpha"));
  std::vector<double> Betas(Op.attrFloats("activation_beta"));
  size_t NextAlpha = 0;
  size_t NextBeta = 0;
  std::vector<Function> All;
  for (const std::string &Name : Names) {
    Function F;
    F.Name = Name;
    struct {
      const char *Name;
      double Alpha, Beta;
      bool HasBeta;
    } Known[] = {
        {"Affine", 1, 0, true},           {"LeakyRelu", 0.01, 0, false},
        {"ThresholdedRelu", 1, 0, false}, {"ScaledTanh", 1, 1, true},
        {"HardSigmoid", 0.2, 0.5, true},  {"Elu", 1, 0, false}};
    for (const auto &K : Known) {
      if (Name != K.Name)
        continue;
      F.Alpha = NextAlpha < Alphas.size() ? Alphas[NextAlpha++] : K.Alpha;
      if (K.HasBeta)
        F.Beta = NextBeta < Betas.size() ? Betas[NextBeta++] : K.Beta;
    }
    All.push_back(F);
  }
  return All;
}

void Activations::make(const Sequences &Q, Saved &Save, unsigned Slots) {
  for (unsigned I = 0; I < 5 * Slots; ++I)
    Save.push_back(Q.steps());
}

Scalar Activations::apply(const OpInstance &Op, Saved &Save, unsigned Slot,
                          const Function &F, size_t At, Scalar Raw) {
  Tensor *T = &Save[5 * Slot];
  T[0][At] = Raw;
  T[1][At] = Raw;
  if (Op.hasAttr("clip")) {
    double Bound = Op.attrFloat("clip", 0);
    T[1][At] = max(min(Raw, Bound), -Bound);
  }
  return T[2][At] = F.forward(T[1][At], T[3][At], T[4][At]);
}

Scalar Activations::back(const OpInstance &Op, const Saved &Save, unsigned Slot,
                         const Function &F, size_t At, Scalar DY) {
  const Tensor *T = &Save[5 * Slot];
  Scalar DX = F.backward(DY, T[1][At], T[2][At], T[3][At], T[4][At]);
  if (Op.hasAttr("clip")) {
    double Bound = Op.attrFloat("clip", 0);
    bool High = T[0][At] > Bound;
    bool Low = T[0][At] < -Bound;
    if (High || Low)
      DX = 0.0;
  }
  return DX;
}

Scalar inputDot(const Sequences &Q, ArrayRef<Tensor> In, int64_t D, int64_t S,
                int64_t B, int64_t Row) {
  int64_t Rows = In[1].Dims[1];
  Dot Total;
  for (int64_t I = 0; I < Q.I; ++I)
    Total.term(In[0][Q.x(Q.time(D, S, B), B, I)],
               In[1][(D * Rows + Row) * Q.I + I]);
  return Total.sum();
}

Scalar hiddenDot(const Sequences &Q, ArrayRef<Tensor> In, int64_t D,
                 int64_t Row, ArrayRef<Scalar> H) {
  int64_t Rows = In[2].Dims[1];
  Dot Total;
  for (int64_t J = 0; J < Q.H; ++J)
    Total.term(H[J], In[2][(D * Rows + Row) * Q.H + J]);
  return Total.sum();
}

Scalar bias(const Sequences &Q, ArrayRef<Tensor> In, int64_t D, unsigned Half,
            int64_t Row) {
  int64_t Rows = In[2].Dims[1];
  return In[3][(D * 2 + Half) * Rows + Row];
}

std::vector<Scalar> before(const OpInstance &Op, const Sequences &Q,
                           ArrayRef<Tensor> In, const Tensor &States,
                           unsigned Initial, int64_t D, int64_t S, int64_t B) {
  std::vector<Scalar> State(Q.H);
  for (int64_t J = 0; J < Q.H; ++J) {
    if (S > 0)
      State[J] = States[Q.step(D, S - 1, B, J)];
    else if (Op.hasInput(Initial))
      State[J] = In[Initial][Q.state(D, B, J)];
  }
  return State;
}

void weightGradients(
    const OpInstance &Op, const Sequences &Q, ArrayRef<Tensor> In,
    ArrayRef<const Tensor *> DX, ArrayRef<const Tensor *> DH,
    const std::function<Scalar(unsigned Gate, int64_t D, int64_t S, int64_t B,
                               int64_t J)> &HBefore,
    ArrayRef<bool> Needs, MutableArrayRef<Tensor> DIn) {
  int64_t Rows = In[2].Dims[1];
  if (Needs[0])
    for (int64_t D = 0; D < Q.D; ++D)
      for (int64_t S = 0; S < Q.S; ++S)
        for (int64_t B = 0; B < Q.B; ++B)
          for (int64_t I = 0; I < Q.I; ++I) {
            Dot Total;
            for (size_t G = 0; G < DX.size(); ++G)
              for (int64_t J = 0; J < Q.H && DX[G] != nullptr; ++J)
                Total.term((*DX[G])[Q.step(D, S, B, J)],
                           In[1][(D * Rows + G * Q.H + J) * Q.I + I]);
            Scalar &To = DIn[0][Q.x(Q.time(D, S, B), B, I)];
            To = D == 0 ? Total.sum() : To + Total.sum();
          }
  // Sums over all steps and sequences, for each row of the weights.
  for (int64_t D = 0; D < Q.D; ++D)
    for (size_t G = 0; G < DX.size(); ++G) {
      if (DX[G] == nullptr)
        continue;
      bool Apart = DX[G] != DH[G];
      for (int64_t J = 0; J < Q.H; ++J) {
        int64_t Row = static_cast<int64_t>(G) * Q.H + J;
        std::vector<Dot> DW(Q.I);
        std::vector<Dot> DR(Q.H);
        Sum DWb, DRb;
        for (int64_t S = 0; S < Q.S; ++S)
          for (int64_t B = 0; B < Q.B; ++B) {
            size_t At = Q.step(D, S, B, J);
            for (int64_t I = 0; I < Q.I && Needs[1]; ++I)
              DW[I].term((*DX[G])[At], In[0][Q.x(Q.time(D, S, B), B, I)]);
            for (int64_t K = 0; K < Q.H && Needs[2]; ++K)
              DR[K].term((*DH[G])[At], HBefore(G, D, S, B, K));
            if (Op.hasInput(3) && Needs[3]) {
              DWb.term((*DX[G])[At]);
              if (Apart)
                DRb.term((*DH[G])[At]);
            }
          }
        for (int64_t I = 0; I < Q.I && Needs[1]; ++I)
          DIn[1][(D * Rows + Row) * Q.I + I] = DW[I].sum();
        for (int64_t K = 0; K < Q.H && Needs[2]; ++K)
          DIn[2][(D * Rows + Row) * Q.H + K] = DR[K].sum();
        if (Op.hasInput(3) && Needs[3]) {
          DIn[3][D * 2 * Rows + Row] = DWb.sum();
          DIn[3][(D * 2 + 1) * Rows + Row] = Apart ? DRb.sum() : DWb.sum();
        }
      }
    }
}

NodeCase recurrentCase(std::mt19937 &Rng, const char *Op, int64_t Gates,
                       unsigned PerDirection, bool RandomFunctions) {
  NodeCase C;
  C.Op = Op;
  const int Opsets[] = {7, 14, 22};
  C.Opset = Opsets[pick(Rng, 0, 2)];
  const char *Directions[] = {"forward", "reverse", "bidirectional"};
  int64_t Which = pick(Rng, 0, 2);
  int64_t D = Which == 2 ? 2 : 1;
  bool BatchFirst = C.Opset >= 14 && pick(Rng, 0, 1) == 0;
  int64_t S = pick(Rng, 1, 3);
  int64_t B = pick(Rng, 1, 2);
  int64_t I = pick(Rng, 1, 2);
  // LSTM has the most operands, and so the most masks to try.
  int64_t H = Gates == 4 && D == 2 ? 1 : pick(Rng, 1, 2);
  C.input(Rng, BatchFirst ? Shape({B, S, I}) : Shape({S, B, I}));
  C.input(Rng, {D, Gates * H, I});
  C.input(Rng, {D, Gates * H, H});
  pick(Rng, 0, 2) == 0 ? C.absent() : C.input(Rng, {D, 2 * Gates * H});
  std::vector<int64_t> Lengths;
  for (int64_t K = 0; K < B; ++K)
    Lengths.push_back(pick(Rng, 1, S));
  pick(Rng, 0, 1) == 0 ? C.absent() : C.indices({B}, Lengths);
  Shape State = BatchFirst ? Shape({B, D, H}) : Shape({D, B, H});
  bool Lstm = Gates == 4;
  for (int K = 0; K < (Lstm ? 2 : 1); ++K)
    pick(Rng, 0, 1) == 0 ? C.absent() : C.input(Rng, State);
  if (Lstm && pick(Rng, 0, 1) == 0)
    C.input(Rng, {D, 3 * H});
  C.set("hidden_size", H).set("direction", Directions[Which]);
  if (BatchFirst)
    C.set("layout", 1);
  C.NumOutputs = Lstm ? 3 : 2;
  if (pick(Rng, 0, 3) == 0)
    C.AbsentOutputs = {true};
  if (pick(Rng, 0, 2) == 0)
    C.set("clip", 1.5);
  if (Lstm && pick(Rng, 0, 2) == 0)
    C.set("input_forget", 1);
  if (Gates == 3 && pick(Rng, 0, 1) == 0)
    C.set("linear_before_reset", 1);
  if (!RandomFunctions)
    return C;
  const char *Names[] = {"Relu",       "Tanh",        "Sigmoid",
                         "Affine",     "LeakyRelu",   "ThresholdedRelu",
                         "ScaledTanh", "HardSigmoid", "Elu",
                         "Softsign",   "Softplus"};
  std::vector<std::string> Chosen;
  for (int64_t K = 0; K < D * PerDirection; ++K)
    Chosen.push_back(Names[pick(Rng, 0, 10)]);
  C.set("activations", Chosen);
  if (pick(Rng, 0, 1) == 0)
    C.set("activation_alpha", std::vector<double>{0.7, 0.3, 1});
  if (pick(Rng, 0, 1) == 0)
    C.set("activation_beta", std::vector<double>{0.4, 0});
  return C;
}

/// R's column \p J against the gradients of gates [First, Last).
Scalar throughR(const Sequences &Q, ArrayRef<Tensor> In,
                ArrayRef<const Tensor *> DGates, int64_t D, int64_t S,
                int64_t B, int64_t J, size_t First, size_t Last) {
  int64_t Rows = In[2].Dims[1];
  Dot Total;
  for (size_t G = First; G < Last; ++G)
    for (int64_t K = 0; K < Q.H && DGates[G] != nullptr; ++K)
      Total.term((*DGates[G])[Q.step(D, S, B, K)],
                 In[2][(D * Rows + G * Q.H + K) * Q.H + J]);
  return Total.sum();
}

} // namespace toscount::oracle
