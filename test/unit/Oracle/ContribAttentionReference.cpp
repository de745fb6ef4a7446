//===- ContribAttentionReference.cpp - executed fused attention -----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "FusedAttentionReference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

using Id = Tape::Id;
using Source = Tape::Source;
constexpr Id None = Tape::None;

/// Part \p Which of [batch, length, heads, parts, size].
Id packedHeads(Tape &T, Id X, int64_t Which) {
  const Shape D = T.dims(X);
  return T.move(T.at(X).Type, {D[0], D[2], D[1], D[4]}, [&](ShapeRef I) {
    return Source{X, T.at(X).offset({I[0], I[2], I[1], Which, I[3]})};
  });
}

// -- Attention.

void attentionOp(Tape &T) {
  Id QKV = T.run(node("MatMul"), {0, 1});
  if (T.Op.hasInput(2))
    QKV = T.run(node("Add"), {QKV, 2});
  Parts P;
  P.Mask = 3;
  P.Bias = 5;
  projectedAttention(T, QKV, P, 4);
}

NodeCase attentionCase(std::mt19937 &Rng) {
  NodeCase C = contrib("Attention");
  int64_t Batch = pick(Rng, 0, 3) == 0 ? 2 : 1, Length = pick(Rng, 1, 2);
  int64_t Heads = pick(Rng, 1, 2), D = pick(Rng, 1, 2), Width = pick(Rng, 1, 3);
  bool HasPast = pick(Rng, 0, 2) == 0;
  int64_t Past = HasPast ? pick(Rng, 0, 2) : 0, Dv = D;
  C.set("num_heads", Heads);
  if (!HasPast && pick(Rng, 0, 1) == 0) {
    Dv = pick(Rng, 1, 2);
    C.set("qkv_hidden_sizes",
          std::vector<int64_t>{Heads * D, Heads * D, Heads * Dv});
  }
  if (D == 2 && pick(Rng, 0, 3) == 0)
    C.set("do_rotary", 1);
  if (pick(Rng, 0, 1) == 0)
    C.set("unidirectional", 1);
  if (int64_t S = pick(Rng, 0, 3); S < 2)
    C.set("scale", S == 0 ? 1.0 : 0.3);
  int64_t All = Heads * (2 * D + Dv);
  C.input(Rng, {Batch, Length, Width}).input(Rng, {Width, All});
  if (pick(Rng, 0, 2) != 0)
    C.input(Rng, {All});
  else
    C.absent();
  addMask(Rng, C, Batch, Length, Past + Length);
  if (HasPast)
    C.input(Rng, {2, Batch, Heads, Past, D});
  else
    C.absent();
  if (pick(Rng, 0, 2) == 0)
    C.input(Rng, biasShape(Rng, Batch, Heads, Length, Past + Length));
  C.NumOutputs = HasPast || (D == Dv && pick(Rng, 0, 1) == 0) ? 2 : 1;
  return C;
}

// -- MultiHeadAttention.

template <bool Decoder> void multiHead(Tape &T) {
  const unsigned Bias = Decoder ? 10 : 3, PastKey = Decoder ? 5 : 6;
  int64_t Heads = T.Op.attrInt("num_heads", 1);
  Parts P;
  P.Mask = Decoder ? 3 : 4;
  P.Bias = Decoder ? 4 : 5;
  bool Cached = false;
  if (T.dims(0).size() == 5) {
    P.Q = packedHeads(T, 0, 0);
    P.K = packedHeads(T, 0, 1);
    P.V = packedHeads(T, 0, 2);
  } else {
    P.Q = headsAt(T, 0, Heads, 0, T.dims(0)[2] / Heads);
    Cached = T.dims(1).size() == 4;
    if (T.dims(1).size() == 5) {
      P.K = packedHeads(T, 1, 0);
      P.V = packedHeads(T, 1, 1);
    } else {
      P.K = Cached ? 1 : headsAt(T, 1, Heads, 0, T.dims(1)[2] / Heads);
      P.V = Cached ? 2 : headsAt(T, 2, Heads, 0, T.dims(2)[2] / Heads);
    }
  }
  if (T.Op.hasInput(Bias)) {
    Id B = T.in(Bias);
    int64_t First = 0;
    for (Id *Part : {&P.Q, &P.K, &P.V}) {
      int64_t Size = T.dims(*Part)[3];
      Id Own = T.move(ElementType::Float32, {Heads, 1, Size}, [&](ShapeRef I) {
        return Source{B, static_cast<size_t>(First + I[0] * Size + I[2])};
      });
      First += Heads * Size;
      if (Part == &P.Q || !Cached)
        *Part = T.run(node("Add"), {*Part, Own});
    }
  }
  if (T.Op.hasInput(PastKey)) {
    P.K = joined(T, T.in(PastKey), P.K);
    P.V = joined(T, T.in(PastKey + 1), P.V);
  }
  P.Causal = T.Op.attrInt("unidirectional", 0) != 0;
  P.Scale = T.Op.attrFloat("scale", 0);
  T.result(0, attention(T, P));
  T.result(1, P.K);
  T.result(2, P.V);
  T.result(3, P.Scores);
}

template <bool Decoder> NodeCase multiHeadCase(std::mt19937 &Rng) {
  NodeCase C = contrib(Decoder ? "DecoderMaskedMultiHeadAttention"
                               : "MultiHeadAttention");
  int64_t Batch = pick(Rng, 0, 3) == 0 ? 2 : 1, Length = pick(Rng, 1, 2);
  int64_t Heads = pick(Rng, 1, 2), D = pick(Rng, 1, 2), New = pick(Rng, 1, 2);
  int64_t Dv = D, Past = pick(Rng, 0, 2);
  C.set("num_heads", Heads);
  if (pick(Rng, 0, 2) == 0)
    C.set("unidirectional", 1);
  if (pick(Rng, 0, 2) == 0)
    C.set("scale", 0.3);
  int64_t Form = pick(Rng, 0, 3);
  switch (Form) {
  case 0:
    New = Length;
    C.input(Rng, {Batch, Length, Heads, 3, D}).absent().absent();
    break;
  case 1:
    C.input(Rng, {Batch, Length, Heads * D});
    C.input(Rng, {Batch, New, Heads, 2, D}).absent();
    break;
  case 2:
    C.input(Rng, {Batch, Length, Heads * D});
    C.input(Rng, {Batch, Heads, New, D}).input(Rng, {Batch, Heads, New, D});
    break;
  default:
    Dv = pick(Rng, 1, 2);
    C.input(Rng, {Batch, Length, Heads * D})
        .input(Rng, {Batch, New, Heads * D});
    C.input(Rng, {Batch, New, Heads * Dv});
  }
  bool HasBias = pick(Rng, 0, 1) == 0, HasPast = pick(Rng, 0, 2) == 0;
  int64_t Keys = New + (HasPast ? Past : 0);
  auto AddBias = [&] {
    if (HasBias)
      C.input(Rng, {Heads * (2 * D + Dv)});
    else
      C.absent();
  };
  if (!Decoder)
    AddBias();
  addMask(Rng, C, Batch, Length, Keys);
  if (pick(Rng, 0, 2) == 0)
    C.input(Rng, biasShape(Rng, Batch, Heads, Length, Keys));
  else
    C.absent();
  if (HasPast)
    C.input(Rng, {Batch, Heads, Past, D}).input(Rng, {Batch, Heads, Past, Dv});
  else
    C.absent().absent();
  if (Decoder) {
    C.absent().absent().absent();
    AddBias();
  }
  int64_t Outputs = pick(Rng, 0, 4);
  C.NumOutputs = Outputs == 0 ? 4 : Outputs == 1 ? 3 : 1;
  return C;
}

// -- GroupQueryAttention.

void groupQuery(Tape &T) {
  int64_t Heads = T.Op.attrInt("num_heads", 1);
  int64_t Groups = T.Op.attrInt("kv_num_heads", 1);
  bool Packed = !T.Op.hasInput(1);
  int64_t Size = T.dims(0)[2] / (Packed ? Heads + 2 * Groups : Heads);
  Parts P;
  P.Q = headsAt(T, 0, Heads, 0, Size);
  if (Packed) {
    P.K = headsAt(T, 0, Groups, Heads * Size, Size);
    P.V = headsAt(T, 0, Groups, (Heads + Groups) * Size, Size);
  } else {
    bool Cached = T.dims(1).size() == 4;
    P.K = Cached ? 1 : headsAt(T, 1, Groups, 0, Size);
    P.V = Cached ? 2 : headsAt(T, 2, Groups, 0, Size);
  }
  int64_t New = T.dims(P.K)[2];
  int64_t Past = T.Op.hasInput(3) ? T.dims(3)[2] : 0;
  if (T.Op.contents(6) != nullptr)
    Past = std::min(Past, T.Op.contents(6)->Ints[0] - New);
  if (T.Op.attrInt("do_rotary", 0) != 0) {
    int64_t Half = T.dims(7)[1];
    NodeCase Rotary = node("RotaryEmbedding");
    Rotary.set("rotary_embedding_dim", 2 * Half)
        .set("interleaved", T.Op.attrInt("rotary_interleaved", 0));
    std::vector<Id> Tables = {7, 8};
    if (T.Op.hasInput(9))
      Tables.push_back(9);
    else
      for (Id &Table : Tables)
        Table = T.move(
            ElementType::Float32, {T.dims(0)[0], T.dims(0)[1], Half},
            [&](ShapeRef I) {
              return Source{Table, T.at(Table).offset({I[1] + Past, I[2]})};
            });
    for (Id *Part : {&P.Q, &P.K}) {
      std::vector<Id> In = {*Part};
      In.insert(In.end(), Tables.begin(), Tables.end());
      *Part = T.run(Rotary, In);
    }
  }
  if (T.Op.hasInput(3)) {
    auto Filled = [&](Id Buffer) {
      Shape D = T.dims(Buffer);
      D[2] = Past;
      return T.move(ElementType::Float32, D, [&](ShapeRef I) {
        return Source{Buffer, T.at(Buffer).offset(I)};
      });
    };
    P.K = joined(T, Filled(3), P.K);
    P.V = joined(T, Filled(4), P.V);
  }
  P.Causal = true;
  P.Bias = 10;
  P.Scale = T.Op.attrFloat("scale", 0);
  P.Softcap = T.Op.attrFloat("softcap", 0);
  P.ZeroSink = T.Op.attrInt("smooth_softmax", 0) == 1 && !T.Op.hasInput(11);
  P.Sink = T.in(11);
  T.result(0, attention(T, P));
  for (unsigned O : {1U, 2U})
    if (T.Op.hasOutput(O)) {
      Id From = O == 1 ? P.K : P.V;
      Id Empty = T.constant(Tensor(ElementType::Float32, {}));
      T.result(O,
               T.move(ElementType::Float32, T.Op.outShape(O), [&](ShapeRef I) {
                 if (I[2] >= T.dims(From)[2])
                   return Source{Empty, 0};
                 return Source{From, T.at(From).offset(I)};
               }));
    }
  T.result(3, P.Scores);
}

NodeCase groupQueryCase(std::mt19937 &Rng) {
  NodeCase C = contrib("GroupQueryAttention");
  int64_t Batch = pick(Rng, 0, 3) == 0 ? 2 : 1, Length = pick(Rng, 1, 2);
  int64_t Groups = pick(Rng, 1, 2), Heads = Groups * pick(Rng, 1, 2);
  int64_t D = 2 * pick(Rng, 1, 2), Past = pick(Rng, 0, 2);
  bool HasPast = pick(Rng, 0, 1) == 0, Rotary = pick(Rng, 0, 1) == 0;
  C.set("num_heads", Heads).set("kv_num_heads", Groups);
  if (pick(Rng, 0, 3) == 0)
    C.set("softcap", 2.5);
  if (pick(Rng, 0, 3) == 0)
    C.set("smooth_softmax", 1);
  if (pick(Rng, 0, 1) == 0)
    C.input(Rng, {Batch, Length, (Heads + 2 * Groups) * D}).absent().absent();
  else
    C.input(Rng, {Batch, Length, Heads * D})
        .input(Rng, {Batch, Length, Groups * D})
        .input(Rng, {Batch, Length, Groups * D});
  // A buffer of which only the first part is in use.
  int64_t Spare = HasPast && pick(Rng, 0, 2) == 0 ? pick(Rng, 1, 2) : 0;
  if (HasPast)
    C.input(Rng, {Batch, Groups, Past + Spare, D})
        .input(Rng, {Batch, Groups, Past + Spare, D});
  else
    C.absent().absent();
  int64_t Total = Length + (HasPast ? Past : 0);
  Tensor Lengths(ElementType::Int32, {Batch});
  Tensor Scalar(ElementType::Int32, {});
  Scalar[0] = static_cast<double>(Total);
  C.operand(Lengths).operand(Scalar, Spare != 0 || pick(Rng, 0, 1) == 0);
  if (Rotary) {
    C.set("do_rotary", 1);
    if (pick(Rng, 0, 1) == 0)
      C.set("rotary_interleaved", 1);
    int64_t Half = pick(Rng, 1, D / 2);
    C.input(Rng, {5, Half}).input(Rng, {5, Half});
    if (pick(Rng, 0, 1) == 0) {
      std::vector<int64_t> Ids;
      for (int64_t I = 0; I < Batch * Length; ++I)
        Ids.push_back(pick(Rng, 0, 4));
      C.indices({Batch, Length}, Ids);
    } else {
      C.absent();
    }
  } else {
    C.absent().absent().absent();
  }
  if (pick(Rng, 0, 2) == 0)
    C.input(Rng, biasShape(Rng, Batch, Heads, Length, Total));
  else
    C.absent();
  if (pick(Rng, 0, 2) == 0)
    C.input(Rng, {Heads});
  C.NumOutputs = pick(Rng, 0, 3) == 0 ? 4 : 3;
  return C;
}

// -- RotaryEmbedding.

void rotary(Tape &T) {
  const Shape D = T.dims(0), Table = T.dims(2);
  int64_t Heads = T.Op.attrInt("num_heads", 0);
  if (Heads == 0 && D.size() == 3)
    Heads = D[2] / (2 * Table[1]);
  NodeCase Rotary = node("RotaryEmbedding");
  Rotary.set("num_heads", Heads)
      .set("interleaved", T.Op.attrInt("interleaved", 0))
      .set("rotary_embedding_dim", T.Op.attrInt("rotary_embedding_dim", 0));
  if (T.dims(1).size() == 2) {
    T.result(0, T.run(Rotary, {0, 2, 3, 1}));
    return;
  }
  auto First = static_cast<int64_t>(T.at(1)[0].value());
  auto Rows = [&](Id From) {
    return T.move(
        ElementType::Float32, {D[0], D[D.size() == 4 ? 2 : 1], Table[1]},
        [&](ShapeRef I) {
          return Source{From, T.at(From).offset({First + I[1], I[2]})};
        });
  };
  Id Cos = Rows(2);
  T.result(0, T.run(Rotary, {0, Cos, Rows(3)}));
}

NodeCase rotaryCase(std::mt19937 &Rng) {
  NodeCase C = contrib("RotaryEmbedding");
  int64_t Batch = pick(Rng, 1, 2), Heads = pick(Rng, 1, 2);
  int64_t Length = pick(Rng, 1, 3), Half = pick(Rng, 1, 3), Part = Half;
  bool Four = pick(Rng, 0, 1) == 0;
  if (pick(Rng, 0, 2) == 0) {
    Part = pick(Rng, 1, Half);
    C.set("rotary_embedding_dim", 2 * Part).set("num_heads", Heads);
  }
  C.set("interleaved", pick(Rng, 0, 1));
  C.input(Rng, Four ? Shape{Batch, Heads, Length, 2 * Half}
                    : Shape{Batch, Length, Heads * 2 * Half});
  if (pick(Rng, 0, 1) == 0) {
    C.indices({1}, {pick(Rng, 0, 2)});
  } else {
    std::vector<int64_t> Ids;
    for (int64_t I = 0; I < Batch * Length; ++I)
      Ids.push_back(pick(Rng, 0, 4));
    C.indices({Batch, Length}, Ids);
  }
  return C.input(Rng, {5, Part}).input(Rng, {5, Part});
}

Reference with(Reference R, std::vector<unsigned> GradOutputs) {
  R.GradOutputs = std::move(GradOutputs);
  return R;
}

} // namespace

void addContribAttentionReferences(References &All) {
  All.push_back(with(fused<attentionOp>("Attention", {attentionCase}), {0, 1}));
  All.push_back(with(
      fused<multiHead<false>>("MultiHeadAttention", {multiHeadCase<false>}),
      {0, 1, 3}));
  All.push_back(with(fused<multiHead<true>>("DecoderMaskedMultiHeadAttention",
                                            {multiHeadCase<true>}),
                     {0}));
  All.push_back(
      with(fused<groupQuery>("GroupQueryAttention", {groupQueryCase}), {0, 2}));
  All.push_back(fused<rotary>("RotaryEmbedding", {rotaryCase}));
}

} // namespace toscount::oracle
