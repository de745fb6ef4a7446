//===- RecurrentLstmReference.cpp - executed LSTM -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "RecurrentReference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

using Tensors = ArrayRef<Tensor>;

/// Slots of the gates as in W, and of h(C).
enum Slot : unsigned { I, O, F, C, HC, Slots };
/// What is saved after the slots: the states after every step.
constexpr unsigned StateH = 5 * Slots;
constexpr unsigned StateC = StateH + 1;

/// The peephole of gate \p G (I, O or F).
Scalar peephole(const Sequences &Q, Tensors In, unsigned G, int64_t D,
                int64_t J) {
  return In[7][(D * 3 + G) * Q.H + J];
}

void forwardLstm(const OpInstance &Op, Tensors In, MutableArrayRef<Tensor> Out,
                 Saved &Save) {
  Sequences Q(Op, In);
  std::vector<Function> All = functions(Op, {"Sigmoid", "Tanh", "Tanh"});
  bool Coupled = Op.attrInt("input_forget", 0) != 0;
  bool Peepholes = Op.hasInput(7);
  Activations::make(Q, Save, Slots);
  Save.push_back(Q.steps());
  Save.push_back(Q.steps());
  for (int64_t D = 0; D < Q.D; ++D)
    for (int64_t S = 0; S < Q.S; ++S)
      for (int64_t B = 0; B < Q.B; ++B) {
        const Function *Fn = &All[3 * D];
        std::vector<Scalar> H = before(Op, Q, In, Save[StateH], 5, D, S, B);
        std::vector<Scalar> Cell = before(Op, Q, In, Save[StateC], 6, D, S, B);
        for (int64_t J = 0; J < Q.H; ++J) {
          size_t At = Q.step(D, S, B, J);
          auto Gate = [&](unsigned G, Scalar CellFor) {
            int64_t Row = G * Q.H + J;
            Scalar A =
                inputDot(Q, In, D, S, B, Row) + hiddenDot(Q, In, D, Row, H);
            if (Peepholes && G != C)
              A = A + peephole(Q, In, G, D, J) * CellFor;
            if (Op.hasInput(3))
              A = A + bias(Q, In, D, 0, Row) + bias(Q, In, D, 1, Row);
            return Activations::apply(Op, Save, G, Fn[G == C ? 1 : 0], At, A);
          };
          Scalar Input = Gate(I, Cell[J]);
          Scalar Forget = Coupled ? 1.0 - Input : Gate(F, Cell[J]);
          Save[5 * F + 2][At] = Forget;
          Scalar New = Gate(C, 0.0);
          Scalar Next = Forget * Cell[J] + Input * New;
          Scalar Output = Gate(O, Next);
          Scalar Y = Output * Activations::apply(Op, Save, HC, Fn[2], At, Next);
          bool Valid = Q.valid(S, B);
          // Kept as computed: the backward of skipped steps meets only zeros.
          Save[StateH][At] = Valid ? Y : H[J];
          Save[StateC][At] = Valid ? Next : Cell[J];
          if (Valid && Op.hasOutput(0))
            Out[0][Q.y(Q.time(D, S, B), D, B, J)] = Y;
          if (S + 1 < Q.S)
            continue;
          if (Op.hasOutput(1))
            Out[1][Q.state(D, B, J)] = Save[StateH][At];
          if (Op.hasOutput(2))
            Out[2][Q.state(D, B, J)] = Save[StateC][At];
        }
      }
}

/// The gradient that goes back in time, of one state of one sequence.
struct Carry {
  std::vector<Scalar> D;
  bool Some = false;

  Carry(const Sequences &Q, const Tensor &Arriving, int64_t Dir, int64_t B)
      : D(Q.H), Some(!Arriving.Data.empty()) {
    for (int64_t J = 0; J < Q.H && Some; ++J)
      D[J] = Arriving[Q.state(Dir, B, J)];
  }
};

void backwardLstm(const OpInstance &Op, Tensors In, Tensors, const Saved &Save,
                  Tensors DOut, ArrayRef<bool> Needs,
                  MutableArrayRef<Tensor> DIn) {
  Sequences Q(Op, In);
  std::vector<Function> All = functions(Op, {"Sigmoid", "Tanh", "Tanh"});
  bool Coupled = Op.attrInt("input_forget", 0) != 0;
  bool Peepholes = Op.hasInput(7);
  bool NeedsH = Op.hasInput(5) && Needs[5];
  bool NeedsC = Op.hasInput(6) && Needs[6];
  std::vector<Tensor> DA(4, Q.steps());
  auto Result = [&](unsigned Slot, size_t At) {
    return Activations::result(Save, Slot, At);
  };
  for (int64_t D = 0; D < Q.D; ++D)
    for (int64_t B = 0; B < Q.B; ++B) {
      const Function *Fn = &All[3 * D];
      Carry OfH(Q, DOut[1], D, B);
      Carry OfC(Q, DOut[2], D, B);
      for (int64_t S = Q.S; S-- > 0;) {
        bool Valid = Q.valid(S, B);
        std::vector<Scalar> Cell = before(Op, Q, In, Save[StateC], 6, D, S, B);
        std::vector<Scalar> DH(Q.H), DC(Q.H), Skipped = OfC.D;
        for (int64_t J = 0; J < Q.H; ++J) {
          size_t At = Q.step(D, S, B, J);
          Sum Arriving;
          if (OfH.Some)
            Arriving.term(OfH.D[J]);
          if (!DOut[0].Data.empty())
            Arriving.term(Valid ? DOut[0][Q.y(Q.time(D, S, B), D, B, J)]
                                : Scalar(0.0));
          DH[J] = Arriving.sum();
          Scalar Into = Valid ? DH[J] : Scalar(0.0);
          DA[O][At] =
              Activations::back(Op, Save, O, Fn[0], At, Into * Result(HC, At));
          Sum Total;
          Total.term(
              Activations::back(Op, Save, HC, Fn[2], At, Into * Result(O, At)));
          if (OfC.Some)
            Total.term(Valid ? OfC.D[J] : Scalar(0.0));
          if (Peepholes)
            Total.term(DA[O][At] * peephole(Q, In, O, D, J));
          DC[J] = Total.sum();
          Scalar DInput = DC[J] * Result(C, At);
          Scalar DForget = DC[J] * Cell[J];
          if (Coupled)
            DInput = DInput - DForget;
          DA[I][At] = Activations::back(Op, Save, I, Fn[0], At, DInput);
          if (!Coupled)
            DA[F][At] = Activations::back(Op, Save, F, Fn[0], At, DForget);
          DA[C][At] =
              Activations::back(Op, Save, C, Fn[1], At, DC[J] * Result(I, At));
        }
        if (S > 0 || NeedsC) {
          for (int64_t J = 0; J < Q.H; ++J) {
            size_t At = Q.step(D, S, B, J);
            Scalar Passed = DC[J] * Result(F, At);
            if (Peepholes)
              Passed = Passed + DA[I][At] * peephole(Q, In, I, D, J);
            if (Peepholes && !Coupled)
              Passed = Passed + DA[F][At] * peephole(Q, In, F, D, J);
            OfC.D[J] = Valid ? Passed : Skipped[J];
            if (S == 0)
              DIn[6][Q.state(D, B, J)] = OfC.D[J];
          }
          OfC.Some = true;
        }
        if (S > 0 || NeedsH) {
          // Without the forget gate's rows when it is not computed.
          std::vector<const Tensor *> Gates = {&DA[I], &DA[O], &DA[F], &DA[C]};
          if (Coupled)
            Gates[F] = nullptr;
          for (int64_t J = 0; J < Q.H; ++J) {
            Scalar Passed = throughR(Q, In, Gates, D, S, B, J, 0, 4);
            OfH.D[J] = Valid ? Passed : DH[J];
            if (S == 0)
              DIn[5][Q.state(D, B, J)] = OfH.D[J];
          }
          OfH.Some = true;
        }
      }
    }
  const Tensor *Gates[] = {&DA[I], &DA[O], Coupled ? nullptr : &DA[F], &DA[C]};
  weightGradients(
      Op, Q, In, Gates, Gates,
      [&](unsigned, int64_t D, int64_t S, int64_t B, int64_t J) {
        return before(Op, Q, In, Save[StateH], 5, D, S, B)[J];
      },
      Needs, DIn);
  if (!Peepholes || !Needs[7])
    return;
  for (int64_t D = 0; D < Q.D; ++D)
    for (unsigned G : {I, O, F})
      for (int64_t J = 0; J < Q.H && Gates[G] != nullptr; ++J) {
        Sum Total;
        for (int64_t S = 0; S < Q.S; ++S)
          for (int64_t B = 0; B < Q.B; ++B) {
            size_t At = Q.step(D, S, B, J);
            Total.term(DA[G][At] * (G == O ? Save[5 * HC][At]
                                           : before(Op, Q, In, Save[StateC], 6,
                                                    D, S, B)[J]));
          }
        DIn[7][(D * 3 + G) * Q.H + J] = Total.sum();
      }
}

} // namespace

void addLstmReference(References &All) {
  All.push_back({.Op = "LSTM",
                 .Forward = forwardLstm,
                 .Backward = backwardLstm,
                 .Cases = {[](std::mt19937 &Rng) {
                             return recurrentCase(Rng, "LSTM", 4, 3, false);
                           },
                           [](std::mt19937 &Rng) {
                             return recurrentCase(Rng, "LSTM", 4, 3, true);
                           }},
                 .GradOutputs = {0, 1, 2}});
}

} // namespace toscount::oracle
