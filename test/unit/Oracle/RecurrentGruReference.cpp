//===- RecurrentGruReference.cpp - executed RNN and GRU -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "RecurrentReference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

using Tensors = ArrayRef<Tensor>;

/// Walks backward through time. \p Cell takes the gradient of the state after a
/// step (\p DH) and gives what it passes to the state before, as a function of
/// the unit; that is called only when it is needed.
void backThroughTime(
    const OpInstance &Op, const Sequences &Q, Tensors DOut,
    ArrayRef<bool> Needs, MutableArrayRef<Tensor> DIn,
    const std::function<std::function<Scalar(int64_t J)>(
        int64_t D, int64_t S, int64_t B, ArrayRef<Scalar> DH)> &Cell) {
  bool Initial = Op.hasInput(5) && Needs[5];
  for (int64_t D = 0; D < Q.D; ++D)
    for (int64_t B = 0; B < Q.B; ++B) {
      std::vector<Scalar> Carry(Q.H);
      bool Carried = !DOut[1].Data.empty();
      for (int64_t J = 0; J < Q.H && Carried; ++J)
        Carry[J] = DOut[1][Q.state(D, B, J)];
      for (int64_t S = Q.S; S-- > 0;) {
        bool Valid = Q.valid(S, B);
        std::vector<Scalar> DH(Q.H);
        for (int64_t J = 0; J < Q.H; ++J) {
          Sum Arriving;
          if (Carried)
            Arriving.term(Carry[J]);
          if (!DOut[0].Data.empty())
            Arriving.term(Valid ? DOut[0][Q.y(Q.time(D, S, B), D, B, J)]
                                : Scalar(0.0));
          DH[J] = Arriving.sum();
        }
        std::vector<Scalar> Into(Q.H);
        if (Valid)
          Into = DH;
        auto Pass = Cell(D, S, B, Into);
        if (S == 0 && !Initial)
          continue;
        Carried = true;
        for (int64_t J = 0; J < Q.H; ++J) {
          Scalar Passed = Pass(J);
          Carry[J] = Valid ? Passed : DH[J];
          if (S == 0)
            DIn[5][Q.state(D, B, J)] = Carry[J];
        }
      }
    }
}

// -- RNN. Saved: the activation, then H.

void forwardRnn(const OpInstance &Op, Tensors In, MutableArrayRef<Tensor> Out,
                Saved &Save) {
  Sequences Q(Op, In);
  std::vector<Function> F = functions(Op, {"Tanh"});
  Activations::make(Q, Save, 1);
  Save.push_back(Q.steps());
  for (int64_t D = 0; D < Q.D; ++D)
    for (int64_t S = 0; S < Q.S; ++S)
      for (int64_t B = 0; B < Q.B; ++B) {
        std::vector<Scalar> H = before(Op, Q, In, Save[5], 5, D, S, B);
        for (int64_t J = 0; J < Q.H; ++J) {
          Scalar A = inputDot(Q, In, D, S, B, J) + hiddenDot(Q, In, D, J, H);
          if (Op.hasInput(3))
            A = A + bias(Q, In, D, 0, J) + bias(Q, In, D, 1, J);
          size_t At = Q.step(D, S, B, J);
          Scalar Y = Activations::apply(Op, Save, 0, F[D], At, A);
          bool Valid = Q.valid(S, B);
          Save[5][At] = Valid ? Y : H[J];
          if (Valid && Op.hasOutput(0))
            Out[0][Q.y(Q.time(D, S, B), D, B, J)] = Y;
          if (Op.hasOutput(1) && S == Q.S - 1)
            Out[1][Q.state(D, B, J)] = Save[5][At];
        }
      }
}

void backwardRnn(const OpInstance &Op, Tensors In, Tensors, const Saved &Save,
                 Tensors DOut, ArrayRef<bool> Needs,
                 MutableArrayRef<Tensor> DIn) {
  Sequences Q(Op, In);
  std::vector<Function> F = functions(Op, {"Tanh"});
  Tensor DGate = Q.steps();
  const Tensor *DA[] = {&DGate};
  backThroughTime(Op, Q, DOut, Needs, DIn,
                  [&](int64_t D, int64_t S, int64_t B, ArrayRef<Scalar> DH) {
                    for (int64_t J = 0; J < Q.H; ++J) {
                      size_t At = Q.step(D, S, B, J);
                      DGate[At] =
                          Activations::back(Op, Save, 0, F[D], At, DH[J]);
                    }
                    return [&, D, S, B](int64_t J) {
                      return throughR(Q, In, DA, D, S, B, J, 0, 1);
                    };
                  });
  weightGradients(
      Op, Q, In, DA, DA,
      [&](unsigned, int64_t D, int64_t S, int64_t B, int64_t J) {
        return before(Op, Q, In, Save[5], 5, D, S, B)[J];
      },
      Needs, DIn);
}

// -- GRU. Slots z, r, h; then H, 1 - z, and r (.) H or H * Rh^T + Rbh.

void forwardGru(const OpInstance &Op, Tensors In, MutableArrayRef<Tensor> Out,
                Saved &Save) {
  Sequences Q(Op, In);
  std::vector<Function> F = functions(Op, {"Sigmoid", "Tanh"});
  bool Linear = Op.attrInt("linear_before_reset", 0) != 0;
  bool Biased = Op.hasInput(3);
  Activations::make(Q, Save, 3);
  for (int I = 0; I < 3; ++I)
    Save.push_back(Q.steps());
  for (int64_t D = 0; D < Q.D; ++D)
    for (int64_t S = 0; S < Q.S; ++S)
      for (int64_t B = 0; B < Q.B; ++B) {
        std::vector<Scalar> H = before(Op, Q, In, Save[15], 5, D, S, B);
        std::vector<Scalar> RH(Q.H);
        for (unsigned G : {0U, 1U})
          for (int64_t J = 0; J < Q.H; ++J) {
            int64_t Row = G * Q.H + J;
            Scalar A =
                inputDot(Q, In, D, S, B, Row) + hiddenDot(Q, In, D, Row, H);
            if (Biased)
              A = A + bias(Q, In, D, 0, Row) + bias(Q, In, D, 1, Row);
            Activations::apply(Op, Save, G, F[2 * D], Q.step(D, S, B, J), A);
          }
        for (int64_t J = 0; J < Q.H && !Linear; ++J) {
          size_t At = Q.step(D, S, B, J);
          RH[J] = Activations::result(Save, 1, At) * H[J];
          Save[17][At] = RH[J];
        }
        for (int64_t J = 0; J < Q.H; ++J) {
          size_t At = Q.step(D, S, B, J);
          int64_t Row = 2 * Q.H + J;
          Scalar A = inputDot(Q, In, D, S, B, Row);
          if (Linear) {
            Scalar L = hiddenDot(Q, In, D, Row, H);
            if (Biased)
              L = L + bias(Q, In, D, 1, Row);
            Save[17][At] = L;
            A = A + Activations::result(Save, 1, At) * L;
          } else {
            A = A + hiddenDot(Q, In, D, Row, RH);
            if (Biased)
              A = A + bias(Q, In, D, 1, Row);
          }
          if (Biased)
            A = A + bias(Q, In, D, 0, Row);
          Scalar New = Activations::apply(Op, Save, 2, F[2 * D + 1], At, A);
          Scalar Z = Activations::result(Save, 0, At);
          Scalar Rest = 1.0 - Z;
          Save[16][At] = Rest;
          Scalar Y = Rest * New + Z * H[J];
          bool Valid = Q.valid(S, B);
          Save[15][At] = Valid ? Y : H[J];
          if (Valid && Op.hasOutput(0))
            Out[0][Q.y(Q.time(D, S, B), D, B, J)] = Y;
          if (Op.hasOutput(1) && S == Q.S - 1)
            Out[1][Q.state(D, B, J)] = Save[15][At];
        }
      }
}

void backwardGru(const OpInstance &Op, Tensors In, Tensors, const Saved &Save,
                 Tensors DOut, ArrayRef<bool> Needs,
                 MutableArrayRef<Tensor> DIn) {
  Sequences Q(Op, In);
  std::vector<Function> F = functions(Op, {"Sigmoid", "Tanh"});
  bool Linear = Op.attrInt("linear_before_reset", 0) != 0;
  // Gradients of the three gates; DL: of H * Rh^T + Rbh.
  std::vector<Tensor> DA = {Q.steps(), Q.steps(), Q.steps()};
  Tensor DL = Q.steps();
  backThroughTime(
      Op, Q, DOut, Needs, DIn,
      [&](int64_t D, int64_t S, int64_t B, ArrayRef<Scalar> DH) {
        std::vector<Scalar> H = before(Op, Q, In, Save[15], 5, D, S, B);
        std::vector<Scalar> DZ(Q.H);
        for (int64_t J = 0; J < Q.H; ++J) {
          size_t At = Q.step(D, S, B, J);
          DZ[J] = DH[J] * H[J] - DH[J] * Activations::result(Save, 2, At);
          DA[2][At] = Activations::back(Op, Save, 2, F[2 * D + 1], At,
                                        DH[J] * Save[16][At]);
        }
        std::vector<Scalar> DRH(Q.H);
        for (int64_t J = 0; J < Q.H; ++J) {
          size_t At = Q.step(D, S, B, J);
          Scalar DR;
          if (Linear) {
            DR = DA[2][At] * Save[17][At];
            DL[At] = DA[2][At] * Activations::result(Save, 1, At);
          } else {
            DRH[J] =
                throughR(Q, In, {&DA[0], &DA[1], &DA[2]}, D, S, B, J, 2, 3);
            DR = DRH[J] * H[J];
          }
          DA[0][At] = Activations::back(Op, Save, 0, F[2 * D], At, DZ[J]);
          DA[1][At] = Activations::back(Op, Save, 1, F[2 * D], At, DR);
        }
        std::vector<Scalar> Into(DH.begin(), DH.end());
        return [&, D, S, B, DRH, Into](int64_t J) {
          size_t At = Q.step(D, S, B, J);
          Scalar Direct = Into[J] * Activations::result(Save, 0, At);
          if (Linear)
            return Direct +
                   throughR(Q, In, {&DA[0], &DA[1], &DL}, D, S, B, J, 0, 3);
          return Direct + DRH[J] * Activations::result(Save, 1, At) +
                 throughR(Q, In, {&DA[0], &DA[1]}, D, S, B, J, 0, 2);
        };
      });
  // Rbh has the gradient of Wbh unless it is added before the reset.
  const Tensor *DX[] = {&DA[0], &DA[1], &DA[2]};
  const Tensor *DHidden[] = {&DA[0], &DA[1], Linear ? &DL : &DA[2]};
  weightGradients(
      Op, Q, In, DX, DHidden,
      [&](unsigned G, int64_t D, int64_t S, int64_t B, int64_t J) {
        if (G == 2 && !Linear)
          return Save[17][Q.step(D, S, B, J)];
        return before(Op, Q, In, Save[15], 5, D, S, B)[J];
      },
      Needs, DIn);
}

} // namespace

void addRecurrentReferences(References &All) {
  All.push_back({.Op = "RNN",
                 .Forward = forwardRnn,
                 .Backward = backwardRnn,
                 .Cases = {[](std::mt19937 &Rng) {
                             return recurrentCase(Rng, "RNN", 1, 1, false);
                           },
                           [](std::mt19937 &Rng) {
                             return recurrentCase(Rng, "RNN", 1, 1, true);
                           }},
                 .GradOutputs = {0, 1}});
  All.push_back({.Op = "GRU",
                 .Forward = forwardGru,
                 .Backward = backwardGru,
                 .Cases = {[](std::mt19937 &Rng) {
                             return recurrentCase(Rng, "GRU", 3, 2, false);
                           },
                           [](std::mt19937 &Rng) {
                             return recurrentCase(Rng, "GRU", 3, 2, true);
                           }},
                 .GradOutputs = {0, 1}});
  addLstmReference(All);
}

} // namespace toscount::oracle
