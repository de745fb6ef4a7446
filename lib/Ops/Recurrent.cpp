//===- Recurrent.cpp - RNN, GRU and LSTM ----------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Recurrent operators, counted step by step as their definitions say, over
/// seq_length steps of every sequence (sequence_lens does not shorten them: the
/// computation is dense). An absent initial state is zero and is multiplied
/// like any other.
///
/// Backward goes through time: every step's cell is differentiated whole,
/// whatever operands need a gradient; the state before the first step gets one
/// only if it is needed. A weight's gradient is one dot product over all steps
/// and sequences; the two biases of a gate share theirs.
///
//===----------------------------------------------------------------------===//

#include "Recurrent.h"
#include "Families.h"

using namespace llvm;

namespace toscount {
namespace {

// -- RNN: Ht = f(Xt*W^T + Ht-1*R^T + Wb + Rb)

constexpr StringLiteral RnnFunctions[] = {"Tanh"};
constexpr RecurrentKind Rnn = {1, RnnFunctions, false};

Error shapeRnn(ShapeContext &C) { return shapeRecurrent(C, Rnn); }

void forwardRnn(const OpInstance &Op, Work &W) {
  RecurrentPlan P = recurrentPlan(Op, Rnn);
  countGates(Op, W, P, 1);
  for (unsigned D = 0; D < P.Directions.value(); ++D)
    countActivation(W, P, P.gate(), P.functions(D)[0]);
}

/// dR from the hidden states before each step.
void countRecurrent(const OpInstance &Op, GradWork &G, const RecurrentPlan &P,
                    Count Gates) {
  if (G.needs(2))
    G.dots(P.Directions * Gates * P.Hidden * P.Hidden, P.uses(),
           "dR: over all steps and sequences");
}

/// The sequence of hidden states is read.
void saveStates(const OpInstance &Op, GradWork &G, const RecurrentPlan &P) {
  if (Op.hasOutput(0))
    G.savesOutput(0);
  else
    G.savesHidden(G.type(), P.Directions * P.gate());
  if (Op.hasInput(5))
    G.savesInput(5);
}

void backwardRnn(const OpInstance &Op, GradWork &G) {
  RecurrentPlan P = recurrentPlan(Op, Rnn);
  countArriving(G, P);
  for (unsigned D = 0; D < P.Directions.value(); ++D)
    countActivationBackward(G, P, P.gate(), P.functions(D)[0]);
  G.savesInput(2);
  G.dots(passedOn(G, P, 5), P.Hidden,
         "dH of the step before: the gate's gradient * R");
  countInputs(Op, G, P, 1, 1);
  if (G.needs(2))
    saveStates(Op, G, P);
  countRecurrent(Op, G, P, 1);
}

// -- GRU

constexpr StringLiteral GruFunctions[] = {"Sigmoid", "Tanh"};
constexpr RecurrentKind Gru = {3, GruFunctions, false};

Error shapeGru(ShapeContext &C) { return shapeRecurrent(C, Gru); }

bool linearBeforeReset(const OpInstance &Op) {
  return Op.attrInt("linear_before_reset", 0) != 0;
}

void forwardGru(const OpInstance &Op, Work &W) {
  RecurrentPlan P = recurrentPlan(Op, Gru);
  countGates(Op, W, P, 3);
  Count N = P.Directions * P.gate();
  W.mul(N, linearBeforeReset(Op) ? "r (.) (H * Rh^T + Rbh)" : "r (.) H");
  for (unsigned D = 0; D < P.Directions.value(); ++D) {
    countActivation(W, P, P.gate() * 2, P.functions(D)[0]);
    countActivation(W, P, P.gate(), P.functions(D)[1]);
  }
  W.sub(N, "1 - z");
  W.mul(N * 2, "(1 - z) (.) h, z (.) H");
  W.add(N, "H = (1 - z) (.) h + z (.) H");
}

void backwardGru(const OpInstance &Op, GradWork &G) {
  RecurrentPlan P = recurrentPlan(Op, Gru);
  bool Linear = linearBeforeReset(Op);
  Count N = P.Directions * P.gate();
  countArriving(G, P);
  G.mul(N * 3, "dz = dH (.) H - dH (.) h, dh = dH (.) (1 - z)");
  G.sub(N, "dz");
  for (unsigned D = 0; D < P.Directions.value(); ++D) {
    countActivationBackward(G, P, P.gate() * 2, P.functions(D)[0]);
    countActivationBackward(G, P, P.gate(), P.functions(D)[1]);
  }
  // 1 - z, and r (.) H or H * Rh^T + Rbh.
  G.savesHidden(G.type(), N * 2);
  saveStates(Op, G, P);
  G.savesInput(2);

  Count On = passedOn(G, P, 5);
  if (Linear) {
    G.mul(N * 2, "dr, and the gradient of H * Rh^T + Rbh");
    G.mul(On, "dH of the step before: dH (.) z");
    G.dots(On, P.Hidden * 3, "dH of the step before: through R");
    G.add(On, "dH of the step before");
  } else {
    G.dots(N, P.Hidden, "the gradient of r (.) H");
    G.mul(N, "dr");
    G.mul(On * 2, "dH of the step before: dH (.) z, and through r (.) H");
    G.dots(On, P.Hidden * 2, "dH of the step before: through Rz and Rr");
    G.add(On * 2, "dH of the step before");
  }
  countInputs(Op, G, P, 3, Linear ? 4 : 3);
  countRecurrent(Op, G, P, 3);
}

constexpr OpInfo Rows[] = {
    {.Name = "RNN",
     .Types = "Tf Tf Tf Tf i Tf",
     .Trainable = operands(1, 2, 3),
     .Differentiable = operands(0, 1, 2, 3, 5),
     .Grad = Gradient::Rule,
     .Shape = shapeRnn,
     .Forward = forwardRnn,
     .Backward = backwardRnn,
     .ForwardDoc =
         "each step and direction, for each hidden unit: a dot of length "
         "input_size, one of length hidden_size, add 1, with B add 2, clip "
         "cmp 2, the activation",
     .BackwardDoc =
         "through time: each step's activation; dH: hidden_size dots of length "
         "hidden_size; dX: dots of length hidden_size; dW, dR: dots of length "
         "seq_length * batch; dB: sums of the same length"},
    {.Name = "GRU",
     .Types = "Tf Tf Tf Tf i Tf",
     .Trainable = operands(1, 2, 3),
     .Differentiable = operands(0, 1, 2, 3, 5),
     .Grad = Gradient::Rule,
     .Shape = shapeGru,
     .Forward = forwardGru,
     .Backward = backwardGru,
     .ForwardDoc =
         "each step and direction, for each of 3 * hidden_size gate elements: "
         "a dot of length input_size, one of length hidden_size, add 1, with B "
         "add 2, clip cmp 2, the activation; for each hidden unit besides: mul "
         "3, sub 1, add 1",
     .BackwardDoc =
         "through time: each step's cell; dH: dots of length 3 * hidden_size "
         "(r (.) H apart when linear_before_reset is 0); dX: dots of length 3 "
         "* hidden_size; dW, dR: dots of length seq_length * batch; dB: sums "
         "of the same length"},
    {.Name = "LSTM",
     .Types = "Tf Tf Tf Tf i Tf Tf Tf",
     .Trainable = operands(1, 2, 3, 7),
     .Differentiable = operands(0, 1, 2, 3, 5, 6, 7),
     .Grad = Gradient::Rule,
     .Shape = shapeLstm,
     .Forward = forwardLstm,
     .Backward = backwardLstm,
     .ForwardDoc =
         "each step and direction, for each of 4 * hidden_size gate elements "
         "(3 * with input_forget): a dot of length input_size, one of length "
         "hidden_size, add 1, with B add 2, with P mul 1 and add 1 (not c), "
         "clip cmp 2, the activation; for each hidden unit besides: mul 3, add "
         "1, the activation h",
     .BackwardDoc =
         "through time: each step's cell; dH: dots of length 4 * hidden_size; "
         "dX: dots of length 4 * hidden_size; dW, dR: dots of length "
         "seq_length * batch; dB: sums of the same length; dP: products and "
         "their sums"},
};

} // namespace

ArrayRef<OpInfo> recurrentOps() { return Rows; }

} // namespace toscount
