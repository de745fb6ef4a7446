//===- OperatorsRecurrent.cpp - RNN, GRU, LSTM ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Step by step from matrix products, as the operators are defined, so that
/// what is multiplied is seen. Sequence lengths mask what lies behind them.
///
//===----------------------------------------------------------------------===//

#include "Failure.h"
#include "Operators.h"

namespace toscount::measure {
namespace {

using Activation = at::Tensor (*)(const at::Tensor &);

Activation activation(const std::string &Name) {
  if (Name == "Sigmoid")
    return at::sigmoid;
  if (Name == "Tanh")
    return at::tanh;
  if (Name == "Relu")
    return at::relu;
  throw Failure("activation '" + Name + "' can't be run");
}

/// What the three operators share; layout 1 is brought to layout 0.
struct Sequence {
  Sequence(const Call &C, int64_t Gates,
           const std::vector<std::string> &Default)
      : C(C), X(C[0]), Batched(C.attr("layout", 0) != 0) {
    if (Batched)
      X = X.transpose(0, 1);
    Directions = C[1].size(0);
    Hidden = C[2].size(2);
    Steps = X.size(0);
    Batch = X.size(1);
    std::vector<std::string> Names = C.attrStrings("activations");
    if (Names.empty())
      for (int64_t D = 0; D < Directions; ++D)
        Names.insert(Names.end(), Default.begin(), Default.end());
    for (const std::string &Name : Names)
      Activations.push_back(activation(Name));
    PerDirection = Default.size();
    if (Activations.size() != PerDirection * static_cast<size_t>(Directions))
      throw Failure("there should be " + std::to_string(PerDirection) +
                    " activations for each direction");
    if (C.given("activation_alpha") || C.given("activation_beta"))
      throw Failure("activation_alpha and activation_beta can't be run");
    if (C.given("clip"))
      throw Failure("clip can't be run");
    if (C.has(4))
      Lengths = C[4].to(X.device(), at::kLong);
    if (C.has(3))
      Bias = C[3];
    else
      Bias = at::zeros({Directions, 2 * Gates * Hidden}, X.options());
  }

  /// State \p Slot of direction \p D, or zeros.
  [[nodiscard]] at::Tensor state(size_t Slot, int64_t D) const {
    if (!C.has(Slot))
      return at::zeros({Batch, Hidden}, X.options());
    at::Tensor S = Batched ? C[Slot].transpose(0, 1) : C[Slot];
    return S[D];
  }
  /// Runs direction D from the last step to the first.
  [[nodiscard]] bool backwards(int64_t D) const {
    return D == 1 || C.attr("direction", "forward") == "reverse";
  }
  /// Rows of step \p T that are inside their sequences; undefined when all are.
  [[nodiscard]] at::Tensor inside(int64_t T) const {
    return Lengths.defined() ? (Lengths > T).unsqueeze(1) : at::Tensor();
  }
  [[nodiscard]] Activation act(int64_t D, size_t I) const {
    return Activations[static_cast<size_t>(D) * PerDirection + I];
  }

  /// All steps of all directions: \p Step(D, product of the step's operand and
  /// W, states) changes the states, the first of which is the output.
  template <typename Function> Results run(size_t States, Function Step) const {
    std::vector<std::vector<at::Tensor>> Y(static_cast<size_t>(Steps));
    std::vector<std::vector<at::Tensor>> Last(States);
    for (int64_t D = 0; D < Directions; ++D) {
      std::vector<at::Tensor> S;
      for (size_t I = 0; I < States; ++I)
        S.push_back(state(5 + I, D));
      at::Tensor Products =
          at::matmul(X.reshape({Steps * Batch, -1}), C[1][D].t())
              .reshape({Steps, Batch, -1});
      for (int64_t I = 0; I < Steps; ++I) {
        int64_t T = backwards(D) ? Steps - 1 - I : I;
        std::vector<at::Tensor> Before = S;
        Step(D, Products[T], S);
        at::Tensor Inside = inside(T), Out = S[0];
        if (Inside.defined()) {
          for (size_t J = 0; J < States; ++J)
            S[J] = at::where(Inside, S[J], Before[J]);
          Out = at::where(Inside, Out, at::zeros_like(Out));
        }
        Y[static_cast<size_t>(T)].push_back(Out);
      }
      for (size_t I = 0; I < States; ++I)
        Last[I].push_back(S[I]);
    }
    std::vector<at::Tensor> All;
    for (auto &Parts : Y)
      All.push_back(at::stack(Parts)); // [directions, batch, hidden]
    Results R = {at::stack(All)};
    if (Batched)
      R[0] = R[0].permute({2, 0, 1, 3});
    for (auto &Parts : Last)
      R.push_back(Batched ? at::stack(Parts, 1) : at::stack(Parts));
    return R;
  }

  const Call &C;
  at::Tensor X, Bias, Lengths;
  bool Batched;
  int64_t Directions, Hidden, Steps, Batch;
  std::vector<Activation> Activations;
  size_t PerDirection;
};

Results runRnn(const Call &C) {
  Sequence Q(C, 1, {"Tanh"});
  return Q.run(1, [&](int64_t D, const at::Tensor &P, auto &S) {
    auto B = Q.Bias[D].chunk(2);
    S[0] = Q.act(D, 0)(P + at::mm(S[0], C[2][D].t()) + B[0] + B[1]);
  });
}

Results runLstm(const Call &C) {
  if (C.attr("input_forget", 0) != 0)
    throw Failure("input_forget can't be run");
  Sequence Q(C, 4, {"Sigmoid", "Tanh", "Tanh"});
  return Q.run(2, [&](int64_t D, const at::Tensor &P, auto &S) {
    auto B = Q.Bias[D].chunk(2);
    auto G = (P + at::mm(S[0], C[2][D].t()) + (B[0] + B[1])).chunk(4, 1);
    // Gates i, o, f, c; peepholes i, o, f.
    std::vector<at::Tensor> Peep;
    if (C.has(7))
      Peep = C[7][D].chunk(3);
    at::Tensor I = G[0], O = G[1], F = G[2];
    if (!Peep.empty()) {
      I = I + Peep[0] * S[1];
      F = F + Peep[2] * S[1];
    }
    at::Tensor Cell =
        Q.act(D, 0)(F) * S[1] + Q.act(D, 0)(I) * Q.act(D, 1)(G[3]);
    if (!Peep.empty())
      O = O + Peep[1] * Cell;
    S[1] = Cell;
    S[0] = Q.act(D, 0)(O) * Q.act(D, 2)(Cell);
  });
}

Results runGru(const Call &C) {
  Sequence Q(C, 3, {"Sigmoid", "Tanh"});
  bool After = C.attr("linear_before_reset", 0) != 0;
  int64_t H = Q.Hidden;
  return Q.run(1, [&](int64_t D, const at::Tensor &P, auto &S) {
    // Gates z, r, h.
    at::Tensor R = C[2][D];
    auto WB = Q.Bias[D].slice(0, 0, 3 * H).chunk(3);
    auto RB = Q.Bias[D].slice(0, 3 * H).chunk(3);
    auto G = P.chunk(3, 1);
    at::Tensor Z, Reset, Candidate;
    if (After) {
      auto Recurrent = at::mm(S[0], R.t()).chunk(3, 1);
      Z = Q.act(D, 0)(G[0] + Recurrent[0] + WB[0] + RB[0]);
      Reset = Q.act(D, 0)(G[1] + Recurrent[1] + WB[1] + RB[1]);
      Candidate = G[2] + WB[2] + Reset * (Recurrent[2] + RB[2]);
    } else {
      auto Recurrent = at::mm(S[0], R.slice(0, 0, 2 * H).t()).chunk(2, 1);
      Z = Q.act(D, 0)(G[0] + Recurrent[0] + WB[0] + RB[0]);
      Reset = Q.act(D, 0)(G[1] + Recurrent[1] + WB[1] + RB[1]);
      Candidate =
          G[2] + WB[2] + RB[2] + at::mm(Reset * S[0], R.slice(0, 2 * H).t());
    }
    Candidate = Q.act(D, 1)(Candidate);
    S[0] = (1 - Z) * Candidate + Z * S[0];
  });
}

constexpr OperatorRow Table[] = {
    {"RNN", runRnn},
    {"LSTM", runLstm},
    {"GRU", runGru},
};

} // namespace

OperatorRows recurrentOperators() { return rows(Table); }

} // namespace toscount::measure
