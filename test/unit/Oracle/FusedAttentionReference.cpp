//===- FusedAttentionReference.cpp - executed attention in one ------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "FusedAttentionReference.h"

using namespace llvm;

namespace toscount::oracle {

using Id = Tape::Id;
using Source = Tape::Source;
constexpr Id None = Tape::None;

/// Heads [batch, heads, length, size] of \p X, [batch, length, width], whose
/// elements begin at \p First.
Id headsAt(Tape &T, Id X, int64_t Heads, int64_t First, int64_t Size) {
  const Shape D = T.dims(X);
  return T.move(T.at(X).Type, {D[0], Heads, D[1], Size}, [&](ShapeRef I) {
    return Source{X, T.at(X).offset({I[0], I[2], First + I[1] * Size + I[3]})};
  });
}

Id joined(Tape &T, Id Past, Id New) {
  if (Past == None)
    return New;
  int64_t Before = T.dims(Past)[2];
  Shape D = T.dims(New);
  D[2] += Before;
  return T.move(T.at(New).Type, D, [&](ShapeRef I) {
    Shape At(I);
    if (I[2] < Before)
      return Source{Past, T.at(Past).offset(At)};
    At[2] -= Before;
    return Source{New, T.at(New).offset(At)};
  });
}

namespace {

/// The mask's operand made into what is added: [batch, 1, 1 or length, keys].
Id maskOf(Tape &T, const Parts &P, int64_t Batch, int64_t Length,
          int64_t Keys) {
  Id M = T.in(P.Mask);
  const Shape D = T.dims(M);
  Id Filter = T.scalar(T.Op.attrFloat("mask_filter_value", -10));
  if (D.size() == 1) {
    Tensor Count(ElementType::Int32, {1, 1, 1, Keys});
    for (int64_t I = 0; I < Keys; ++I)
      Count[I] = static_cast<double>(I);
    Id Positions = T.constant(Count);
    auto Column = [&](int64_t First) {
      return T.move(ElementType::Int32, {Batch, 1, 1, 1}, [&](ShapeRef I) {
        return Source{M, static_cast<size_t>(First + I[0])};
      });
    };
    Id Valid = T.run(node("Less"), {Positions, Column(0)});
    if (D[0] == 2 * Batch)
      Valid = T.run(node("And"), {Valid, T.run(node("GreaterOrEqual"),
                                               {Positions, Column(Batch)})});
    return T.run(node("Where"), {Valid, T.scalar(0), Filter});
  }
  Shape To = {Batch, 1, D.size() == 2 ? 1 : Length, Keys};
  Id Ones = T.move(ElementType::Float32, To, [&](ShapeRef I) {
    Shape At = D.size() == 2   ? Shape{I[0], I[3]}
               : D.size() == 3 ? Shape{I[0], I[2], I[3]}
                               : Shape{I[0], 0, I[2], I[3]};
    return Source{M, T.at(M).offset(At)};
  });
  return T.run(node("Mul"), {T.run(node("Sub"), {T.scalar(1), Ones}), Filter});
}

} // namespace

Id attention(Tape &T, Parts &P) {
  const Shape Q = T.dims(P.Q), K = T.dims(P.K), V = T.dims(P.V);
  int64_t Batch = Q[0], Heads = Q[1], Length = Q[2], Keys = K[2];
  int64_t Shared = Heads / K[1];
  double Scale =
      P.Scale == 0 ? 1 / std::sqrt(static_cast<double>(Q[3])) : P.Scale;
  // Groups of heads side by side, so that keys broadcast over them.
  Id Rows = T.reshape(P.Q, {Batch, K[1], Shared, Length, Q[3]});
  Id Columns =
      T.reshape(T.transpose(P.K, {0, 1, 3, 2}), {Batch, K[1], 1, K[3], Keys});
  Id S = T.run(node("MatMul"), {Rows, Columns});
  S = T.reshape(S, {Batch, Heads, Length, Keys});
  if (Scale != 1)
    S = T.run(node("Mul"), {S, T.scalar(Scale)});
  P.Scores = S;
  if (P.Softcap > 0) {
    S = T.run(node("Tanh"), {T.run(node("Div"), {S, T.scalar(P.Softcap)})});
    S = T.run(node("Mul"), {S, T.scalar(P.Softcap)});
  }
  if (T.Op.hasInput(P.Bias))
    S = T.run(node("Add"), {S, T.in(P.Bias)});
  Id Mask = None;
  if (T.Op.hasInput(P.Mask))
    Mask = maskOf(T, P, Batch, Length, Keys);
  if (P.Causal) {
    Tensor Later(ElementType::Float32, {Length, Keys});
    forEachIndex(Later.Dims, [&](ShapeRef I) {
      Later.at(I) = I[1] > I[0] + Keys - Length ? -50.0 : 0.0;
    });
    Id C = T.constant(Later);
    Mask = Mask == None ? C : T.run(node("Add"), {Mask, C});
  }
  if (Mask != None)
    S = T.run(node("Add"), {S, Mask});
  if (P.Sink != None || P.ZeroSink) {
    Shape One = {Batch, Heads, Length, 1};
    Id Sink = None;
    if (P.ZeroSink) {
      Sink = T.constant(Tensor(ElementType::Float32, One));
    } else {
      Tensor Dims(ElementType::Int64, {4});
      for (size_t I = 0; I < 4; ++I)
        Dims[I] = static_cast<double>(One[I]);
      Sink = T.run(node("Expand"),
                   {T.reshape(P.Sink, {Heads, 1, 1}), T.constant(Dims)});
    }
    Shape Wide = One;
    Wide[3] = Keys + 1;
    Id W = T.move(ElementType::Float32, Wide, [&](ShapeRef I) {
      Shape At(I);
      if (I[3] < Keys)
        return Source{S, T.at(S).offset(At)};
      At[3] = 0;
      return Source{Sink, T.at(Sink).offset(At)};
    });
    W = T.run(node("Softmax"), {W});
    S = T.move(ElementType::Float32, {Batch, Heads, Length, Keys},
               [&](ShapeRef I) {
                 return Source{W, T.at(W).offset(I)};
               });
  } else {
    S = T.run(node("Softmax"), {S});
  }
  Id Y =
      T.run(node("MatMul"), {T.reshape(S, {Batch, K[1], Shared, Length, Keys}),
                             T.reshape(P.V, {Batch, K[1], 1, Keys, V[3]})});
  Y = T.reshape(Y, {Batch, Heads, Length, V[3]});
  return T.reshape(T.transpose(Y, {0, 2, 1, 3}), {Batch, Length, Heads * V[3]});
}

void projectedAttention(Tape &T, Id QKV, Parts P, unsigned Past) {
  int64_t Heads = T.Op.attrInt("num_heads", 1);
  int64_t Width = T.dims(QKV)[2];
  std::vector<int64_t> Sizes = T.Op.attrInts("qkv_hidden_sizes").vec();
  if (Sizes.empty())
    Sizes = {Width / 3, Width / 3, Width / 3};
  P.Q = headsAt(T, QKV, Heads, 0, Sizes[0] / Heads);
  P.K = headsAt(T, QKV, Heads, Sizes[0], Sizes[0] / Heads);
  P.V = headsAt(T, QKV, Heads, 2 * Sizes[0], Sizes[2] / Heads);
  if (T.Op.attrInt("do_rotary", 0) != 0) {
    int64_t R = T.Op.attrInt("rotary_embedding_dim", 0);
    R = R == 0 ? Sizes[0] / Heads : R;
    Tensor Table(ElementType::Float32, {T.dims(0)[0], T.dims(0)[1], R / 2});
    for (Scalar &E : Table.Data)
      E = 0.6;
    Id Angles = T.constant(Table);
    NodeCase Rotary = node("RotaryEmbedding");
    Rotary.set("rotary_embedding_dim", R);
    P.Q = T.run(Rotary, {P.Q, Angles, Angles});
    P.K = T.run(Rotary, {P.K, Angles, Angles});
  }
  if (T.Op.hasInput(Past)) {
    Shape One = T.dims(T.in(Past));
    One.erase(One.begin());
    auto Half = [&](int64_t Which) {
      return T.move(ElementType::Float32, One, [&](ShapeRef I) {
        Shape At(I);
        At.insert(At.begin(), Which);
        return Source{T.in(Past), T.at(T.in(Past)).offset(At)};
      });
    };
    P.K = joined(T, Half(0), P.K);
    P.V = joined(T, Half(1), P.V);
  }
  P.Causal = T.Op.attrInt("unidirectional", 0) != 0;
  P.Scale = T.Op.attrFloat("scale", 0);
  T.result(0, attention(T, P));
  if (T.Op.hasOutput(1)) {
    Shape Both = T.dims(P.K);
    Both.insert(Both.begin(), 2);
    T.result(1, T.move(ElementType::Float32, Both, [&](ShapeRef I) {
      Id From = I[0] == 0 ? P.K : P.V;
      return Source{From, T.at(From).offset(I.drop_front())};
    }));
  }
}

void addMask(std::mt19937 &Rng, NodeCase &C, int64_t Batch, int64_t Length,
             int64_t Keys) {
  int64_t Form = pick(Rng, 0, 6);
  auto Add = [&](ShapeRef Dims, int64_t Low, int64_t High) {
    Tensor T(ElementType::Int32, Dims);
    for (Scalar &E : T.Data)
      E = static_cast<double>(pick(Rng, Low, High));
    C.operand(T);
  };
  switch (Form) {
  case 0:
    return Add({Batch}, 1, Keys);
  case 1:
    return Add({2 * Batch}, 0, Keys);
  case 2:
    return Add({3 * Batch + 2}, 1, Keys);
  case 3:
    return Add({Batch, Keys}, 0, 1);
  case 4:
    return Add({Batch, Length, Keys}, 0, 1);
  case 5:
    return Add({Batch, 1, Length + 1, Keys + 1}, 0, 1);
  default:
    C.absent();
  }
}

Shape biasShape(std::mt19937 &Rng, int64_t Batch, int64_t Heads, int64_t Length,
                int64_t Keys) {
  return {pick(Rng, 0, 1) == 0 ? 1 : Batch, pick(Rng, 0, 1) == 0 ? 1 : Heads,
          Length, Keys};
}

} // namespace toscount::oracle
