//===- RecurrentLstm.cpp - LSTM -------------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Recurrent.h"

using namespace llvm;

namespace toscount {
namespace {

constexpr StringLiteral Functions[] = {"Sigmoid", "Tanh", "Tanh"};
constexpr RecurrentKind Lstm = {4, Functions, true};

/// input_forget: f = 1 - i, and W, R and B have unused rows.
bool coupled(const OpInstance &Op) {
  return Op.attrInt("input_forget", 0) != 0;
}

} // namespace

Error shapeLstm(ShapeContext &C) { return shapeRecurrent(C, Lstm); }

void forwardLstm(const OpInstance &Op, Work &W) {
  RecurrentPlan P = recurrentPlan(Op, Lstm);
  bool Coupled = coupled(Op);
  Count Gates = Coupled ? 3 : 4;
  countGates(Op, W, P, Gates);
  Count N = P.Directions * P.gate();
  if (Op.hasInput(7)) {
    W.mul(N * (Gates - 1), "peepholes: P (.) C for the gates but c");
    W.add(N * (Gates - 1), "peepholes");
  }
  for (unsigned D = 0; D < P.Directions.value(); ++D) {
    ArrayRef<CellFunction> F = P.functions(D);
    countActivation(W, P, P.gate() * (Gates - 1), F[0]);
    countActivation(W, P, P.gate(), F[1]);
    countActivation(W, P, P.gate(), F[2]);
  }
  if (Coupled)
    W.sub(N, "f = 1 - i");
  W.mul(N * 3, "f (.) C, i (.) c, o (.) h(C)");
  W.add(N, "C = f (.) C + i (.) c");
}

void backwardLstm(const OpInstance &Op, GradWork &G) {
  RecurrentPlan P = recurrentPlan(Op, Lstm);
  bool Coupled = coupled(Op);
  bool Peepholes = Op.hasInput(7);
  Count Gates = Coupled ? 3 : 4;
  Count N = P.Directions * P.gate();
  countArriving(G, P);
  G.mul(N * 2, "do = dH (.) h(C), dh = dH (.) o");
  G.add(P.Directions * P.state() * (P.Seq - 1 + (G.hasGrad(2) ? 1 : 0)),
        "dC: from h(C), and from the next step or Y_c");
  if (Peepholes) {
    G.savesInput(7);
    G.mul(N, "dC through o's peephole");
    G.add(N, "dC through o's peephole");
  }
  G.mul(N * 3, "di = dC (.) c, dc = dC (.) i, df = dC (.) C");
  if (Coupled) {
    G.sub(N, "di - df, as f = 1 - i");
    G.savesHidden(G.type(), N);
  }
  for (unsigned D = 0; D < P.Directions.value(); ++D) {
    ArrayRef<CellFunction> F = P.functions(D);
    countActivationBackward(G, P, P.gate() * (Gates - 1), F[0]);
    countActivationBackward(G, P, P.gate(), F[1]);
    countActivationBackward(G, P, P.gate(), F[2]);
  }
  G.savesHidden(G.type(), N); // C
  if (Op.hasInput(6))
    G.savesInput(6);

  Count OnC = passedOn(G, P, 6);
  G.mul(OnC, "dC of the step before: dC (.) f");
  if (Peepholes) {
    G.mul(OnC * (Gates - 2), "dC of the step before, through peepholes");
    G.add(OnC * (Gates - 2), "dC of the step before, through peepholes");
  }
  G.savesInput(2);
  G.as(ProductRole::DataGradient, P.Hidden);
  G.dots(passedOn(G, P, 5), Gates * P.Hidden,
         "dH of the step before: the gates' gradients * R");
  countInputs(Op, G, P, Gates, Gates);
  if (G.needs(2)) {
    if (Op.hasOutput(0))
      G.savesOutput(0);
    else
      G.savesHidden(G.type(), N);
    if (Op.hasInput(5))
      G.savesInput(5);
    G.as(ProductRole::WeightGradient, P.Hidden);
    G.dots(P.Directions * Gates * P.Hidden * P.Hidden, P.uses(),
           "dR: over all steps and sequences");
  }
  if (G.needs(7)) {
    Count Weights = P.Directions * (Gates - 1) * P.Hidden;
    G.mul(Weights * P.uses(), "dP: the gates' gradients (.) C");
    G.sums(Weights, P.uses(), "dP: over all steps and sequences");
  }
}

} // namespace toscount
