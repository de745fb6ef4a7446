//===- AttentionReference.cpp - executed attention ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

#include <limits>

using namespace llvm;

namespace toscount::oracle {
namespace {

/// \p T of [batch, length, heads * size] as [batch, heads, length, size]; 4-D
/// tensors unchanged. Movement only.
Tensor split(const Tensor &T, int64_t Heads) {
  if (T.Dims.size() == 4)
    return T;
  int64_t Size = T.Dims[2] / Heads;
  Tensor R(T.Type, {T.Dims[0], Heads, T.Dims[1], Size});
  forEachIndex(R.Dims, [&](ShapeRef I) {
    R.at(I) = T.at({I[0], I[2], I[1] * Size + I[3]});
  });
  return R;
}

/// The other way round, into \p To.
void merge(const Tensor &T, Tensor &To) {
  if (To.Dims.size() == 4) {
    To.Data = T.Data;
    return;
  }
  forEachIndex(T.Dims, [&](ShapeRef I) {
    To.at({I[0], I[2], I[1] * T.Dims[3] + I[3]}) = T.at(I);
  });
}

Tensor concat(const Tensor &Past, const Tensor &New) {
  Shape Dims = New.Dims;
  int64_t Before = Past.Dims[2];
  Dims[2] += Before;
  Tensor R(New.Type, Dims);
  forEachIndex(Dims, [&](ShapeRef I) {
    R.at(I) =
        I[2] < Before ? Past.at(I) : New.at({I[0], I[1], I[2] - Before, I[3]});
  });
  return R;
}

struct Setup {
  int64_t QHeads, KVHeads, Mode;
  double Root, Cap;
  bool Causal, HasMask, BoolMask, HasPast;

  explicit Setup(const OpInstance &Op) {
    bool Four = Op.inShape(0).size() == 4;
    QHeads = Four ? Op.inShape(0)[1] : Op.attrInt("q_num_heads", 0);
    KVHeads = Four ? Op.inShape(1)[1] : Op.attrInt("kv_num_heads", 0);
    double Size = static_cast<double>(Four ? Op.inShape(0)[3]
                                           : Op.inShape(0)[2] / QHeads);
    Root = std::sqrt(Op.attrFloat("scale", 1 / std::sqrt(Size)));
    Cap = Op.attrFloat("softcap", 0);
    Mode = Op.attrInt("qk_matmul_output_mode", 0);
    Causal = Op.attrInt("is_causal", 0) != 0;
    HasMask = Op.hasInput(3);
    BoolMask = HasMask && !isFloating(Op.inType(3));
    HasPast = Op.hasInput(4);
  }
  [[nodiscard]] int64_t keyHead(int64_t H) const {
    return H / (QHeads / KVHeads);
  }
};

void scaleBy(Tensor &T, double Root) {
  if (Root != 1)
    for (Scalar &E : T.Data)
      E *= Root;
}

/// Saves scaled Q, scaled K, V, the softcap's tanh, P.
void forwardAttention(const OpInstance &Op, ArrayRef<Tensor> In,
                      MutableArrayRef<Tensor> Out, Saved &Save) {
  Setup U(Op);
  Tensor Q = split(In[0], U.QHeads);
  Tensor K = split(In[1], U.KVHeads);
  Tensor V = split(In[2], U.KVHeads);
  int64_t Past = 0;
  if (U.HasPast) {
    Past = In[4].Dims[2];
    K = concat(In[4], K);
    V = concat(In[5], V);
  }
  if (Op.hasOutput(1))
    Out[1] = K;
  if (Op.hasOutput(2))
    Out[2] = V;
  scaleBy(Q, U.Root);
  scaleBy(K, U.Root);
  Tensor S(Q.Type, {Q.Dims[0], Q.Dims[1], Q.Dims[2], K.Dims[2]});
  forEachIndex(S.Dims, [&](ShapeRef I) {
    Dot D;
    for (int64_t E = 0; E < Q.Dims[3]; ++E)
      D.term(Q.at({I[0], I[1], I[2], E}),
             K.at({I[0], U.keyHead(I[1]), I[3], E}));
    S.at(I) = D.sum();
  });
  auto Show = [&](int64_t Mode) {
    if (U.Mode == Mode && Op.hasOutput(3))
      Out[3] = S;
  };
  Show(0);
  Tensor Tanh = S;
  if (U.Cap > 0)
    for (size_t I = 0; I < S.size(); ++I) {
      Scalar X = S[I] / U.Cap;
      Scalar Up = exp(X);
      Scalar Down = exp(-X);
      Tanh[I] = (Up - Down) / (Up + Down);
      S[I] = Tanh[I] * U.Cap;
    }
  Show(1);

  const double Minus = -std::numeric_limits<double>::infinity();
  if (U.BoolMask)
    forEachIndex(S.Dims, [&](ShapeRef I) {
      Scalar M = In[3][broadcastOffset(In[3].Dims, I)];
      Scalar &E = S.at(I);
      E = M == 0 ? Scalar(Minus) : E;
    });
  if (U.Causal || (U.HasMask && !U.BoolMask)) {
    // The mask to add: the operand, the causal one, or their sum.
    Tensor Bias;
    auto CausalBias = [&](ShapeRef I) {
      return Scalar(I[I.size() - 1] > I[I.size() - 2] + Past ? Minus : 0);
    };
    Shape Square = {S.Dims[2], S.Dims[3]};
    if (!U.HasMask || U.BoolMask) {
      Bias = Tensor(Q.Type, Square);
      forEachIndex(Square, [&](ShapeRef I) { Bias.at(I) = CausalBias(I); });
    } else if (!U.Causal) {
      Bias = In[3];
    } else {
      Shape Dims = In[3].Dims;
      while (Dims.size() < 2)
        Dims.insert(Dims.begin(), 1);
      Dims[Dims.size() - 2] = Square[0];
      Dims[Dims.size() - 1] = Square[1];
      Bias = Tensor(Q.Type, Dims);
      forEachIndex(Dims, [&](ShapeRef I) {
        Bias.at(I) = In[3][broadcastOffset(In[3].Dims, I)] + CausalBias(I);
      });
    }
    forEachIndex(S.Dims, [&](ShapeRef I) {
      S.at(I) += Bias[broadcastOffset(Bias.Dims, I)];
    });
  }
  Show(2);

  int64_t T = S.Dims[3];
  for (size_t Row = 0; Row < S.size(); Row += T) {
    Sum Total;
    for (int64_t J = 0; J < T; ++J) {
      S[Row + J] = exp(S[Row + J]);
      Total.term(S[Row + J]);
    }
    for (int64_t J = 0; J < T; ++J)
      S[Row + J] = S[Row + J] / Total.sum();
  }
  Show(3);
  Tensor Y(Q.Type, {Q.Dims[0], Q.Dims[1], Q.Dims[2], V.Dims[3]});
  forEachIndex(Y.Dims, [&](ShapeRef I) {
    Dot D;
    for (int64_t J = 0; J < T; ++J)
      D.term(S.at({I[0], I[1], I[2], J}),
             V.at({I[0], U.keyHead(I[1]), J, I[3]}));
    Y.at(I) = D.sum();
  });
  merge(Y, Out[0]);
  Save = {Q, K, V, Tanh, S};
}

/// Keys' or values' gradient, \p Full computed for each query head and row: to
/// the operand \p I (rows from \p First) with what \p Present adds.
void returnKeys(const Setup &U, const Tensor &Like, double Root,
                const std::function<Scalar(ShapeRef)> &Full,
                const Tensor &Present, bool Flows, int64_t First,
                int64_t Length, Tensor &To) {
  Tensor Own(Like.Type, {Like.Dims[0], Like.Dims[1], Length, Like.Dims[3]});
  if (Flows) {
    std::vector<Sum> Sums(Own.size());
    Shape Each = Own.Dims;
    Each[1] = U.QHeads;
    forEachIndex(Each, [&](ShapeRef I) {
      Sums[Own.offset({I[0], U.keyHead(I[1]), I[2], I[3]})].term(
          Full({I[0], I[1], I[2] + First, I[3]}));
    });
    for (size_t I = 0; I < Own.size(); ++I)
      Own[I] = Sums[I].sum();
    scaleBy(Own, Root);
  }
  if (Present.size() != 0)
    forEachIndex(Own.Dims, [&](ShapeRef I) {
      Scalar P = Present.at({I[0], I[1], I[2] + First, I[3]});
      Own.at(I) = Flows ? Own.at(I) + P : P;
    });
  merge(Own, To);
}

void backwardAttention(const OpInstance &Op, ArrayRef<Tensor> In,
                       ArrayRef<Tensor>, const Saved &Save,
                       ArrayRef<Tensor> DOut, ArrayRef<bool> Needed,
                       MutableArrayRef<Tensor> DIn) {
  Setup U(Op);
  const Tensor &Q = Save[0], &K = Save[1], &V = Save[2], &Tanh = Save[3],
               &P = Save[4];
  auto Needs = [&](unsigned I) { return I < Needed.size() && Needed[I]; };
  auto Has = [&](unsigned O) { return O < DOut.size() && DOut[O].size() != 0; };
  static const Tensor None;
  auto Grad = [&](unsigned O) -> const Tensor & {
    return Has(O) ? DOut[O] : None;
  };
  int64_t Past = U.HasPast ? In[4].Dims[2] : 0;
  int64_t T = P.Dims[3];
  int64_t New = T - Past;
  Tensor DY;
  if (Has(0))
    DY = split(DOut[0], U.QHeads);

  auto DV = [&](ShapeRef I) {
    Dot D;
    for (int64_t J = 0; J < P.Dims[2]; ++J)
      D.term(P.at({I[0], I[1], J, I[2]}), DY.at({I[0], I[1], J, I[3]}));
    return D.sum();
  };
  if (Needs(2))
    returnKeys(U, V, 1, DV, Grad(2), Has(0), Past, New, DIn[2]);
  if (Needs(5))
    returnKeys(U, V, 1, DV, Grad(2), Has(0), 0, Past, DIn[5]);
  bool Products = Needs(0) || Needs(1) || Needs(4);
  if (!Products && !Needs(3))
    return;

  Tensor D(P.Type, P.Dims);
  bool Flows = Has(0);
  auto Join = [&](int64_t Mode) {
    if (!Has(3) || U.Mode != Mode)
      return;
    for (size_t I = 0; I < D.size(); ++I)
      D[I] = Flows ? D[I] + DOut[3][I] : DOut[3][I];
    Flows = true;
  };
  if (Flows)
    forEachIndex(D.Dims, [&](ShapeRef I) {
      Dot Product;
      for (int64_t E = 0; E < V.Dims[3]; ++E)
        Product.term(DY.at({I[0], I[1], I[2], E}),
                     V.at({I[0], U.keyHead(I[1]), I[3], E}));
      D.at(I) = Product.sum();
    });
  Join(3);
  if (Flows)
    for (size_t Row = 0; Row < D.size(); Row += T) {
      Sum Total;
      for (int64_t J = 0; J < T; ++J)
        Total.term(P[Row + J] * D[Row + J]);
      for (int64_t J = 0; J < T; ++J)
        D[Row + J] = P[Row + J] * (D[Row + J] - Total.sum());
    }
  Join(2);
  if (Needs(3) && Flows) {
    std::vector<Sum> Sums(DIn[3].size());
    forEachIndex(D.Dims, [&](ShapeRef I) {
      Sums[broadcastOffset(DIn[3].Dims, I)].term(D.at(I));
    });
    for (size_t I = 0; I < Sums.size(); ++I)
      DIn[3][I] = Sums[I].sum();
  }
  if (!Products)
    return;
  Join(1);
  if (Flows && U.Cap > 0)
    for (size_t I = 0; I < D.size(); ++I)
      D[I] *= 1.0 - Tanh[I] * Tanh[I];
  Join(0);
  if (Needs(0) && Flows) {
    Tensor DQ(Q.Type, Q.Dims);
    forEachIndex(Q.Dims, [&](ShapeRef I) {
      Dot Product;
      for (int64_t J = 0; J < T; ++J)
        Product.term(D.at({I[0], I[1], I[2], J}),
                     K.at({I[0], U.keyHead(I[1]), J, I[3]}));
      DQ.at(I) = Product.sum();
    });
    scaleBy(DQ, U.Root);
    merge(DQ, DIn[0]);
  }
  auto DK = [&](ShapeRef I) {
    Dot Product;
    for (int64_t J = 0; J < Q.Dims[2]; ++J)
      Product.term(D.at({I[0], I[1], J, I[2]}), Q.at({I[0], I[1], J, I[3]}));
    return Product.sum();
  };
  if (Needs(1))
    returnKeys(U, K, U.Root, DK, Grad(1), Flows, Past, New, DIn[1]);
  if (Needs(4))
    returnKeys(U, K, U.Root, DK, Grad(1), Flows, 0, Past, DIn[4]);
}

NodeCase attentionCase(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "Attention";
  C.Opset = 23;
  int64_t Batch = pick(Rng, 0, 5) == 0 ? 2 : 1, KV = pick(Rng, 1, 2);
  int64_t Heads = KV * pick(Rng, 1, 2);
  int64_t Sq = pick(Rng, 1, 2), New = pick(Rng, 1, 2), Past = pick(Rng, 0, 2);
  int64_t D = pick(Rng, 1, 2), Dv = pick(Rng, 1, 2);
  bool HasPast = pick(Rng, 0, 1) == 0;
  int64_t T = New + (HasPast ? Past : 0);
  if (pick(Rng, 0, 1) == 0) {
    C.input(Rng, {Batch, Heads, Sq, D});
    C.input(Rng, {Batch, KV, New, D}).input(Rng, {Batch, KV, New, Dv});
  } else {
    C.input(Rng, {Batch, Sq, Heads * D});
    C.input(Rng, {Batch, New, KV * D}).input(Rng, {Batch, New, KV * Dv});
    C.set("q_num_heads", Heads).set("kv_num_heads", KV);
  }
  bool Causal = pick(Rng, 0, 2) == 0;
  bool Infinite = Causal;
  if (int64_t Kind = pick(Rng, 0, 3); Kind > 0 || HasPast) {
    Shape Mask = {Batch, Heads, Sq, T};
    Mask.erase(Mask.begin(), Mask.begin() + pick(Rng, 0, 2));
    for (size_t I = 0; I + 1 < Mask.size(); ++I)
      if (pick(Rng, 0, 2) == 0)
        Mask[I] = 1;
    if (Kind == 0)
      C.absent();
    else if (Kind == 1) {
      Tensor M(ElementType::Bool, Mask);
      for (size_t I = 0; I < M.size(); ++I)
        M[I] = static_cast<int64_t>(I) % T == 0 ? 1 : double(pick(Rng, 0, 1));
      C.operand(M);
      Infinite = true;
    } else
      C.input(Rng, Mask);
  }
  if (HasPast)
    C.input(Rng, {Batch, KV, Past, D}).input(Rng, {Batch, KV, Past, Dv});
  if (Causal)
    C.set("is_causal", 1);
  if (pick(Rng, 0, 2) == 0)
    C.set("softcap", 2.5);
  if (int64_t S = pick(Rng, 0, 3); S < 2)
    C.set("scale", S == 0 ? 1.0 : 0.3);
  if (pick(Rng, 0, 3) == 0)
    C.set("softmax_precision", 11);
  C.NumOutputs = static_cast<unsigned>(std::max<int64_t>(1, pick(Rng, -6, 4)));
  C.AbsentOutputs = {false, pick(Rng, 0, 1) == 0};
  // Masked scores are infinite: nothing can flow back from them.
  int64_t Mode = pick(Rng, 0, 3);
  C.set("qk_matmul_output_mode", Mode == 2 && Infinite ? 3 : Mode);
  return C;
}

//===----------------------------------------------------------------------===//
// RotaryEmbedding
//===----------------------------------------------------------------------===//

/// Rotates \p X by the angles, or by their negative.
void rotate(const OpInstance &Op, ArrayRef<Tensor> In, const Tensor &X,
            bool Back, Tensor &To) {
  int64_t Heads = X.Dims.size() == 4 ? X.Dims[1] : Op.attrInt("num_heads", 0);
  Tensor Y = split(X, Heads);
  int64_t R = Op.attrInt("rotary_embedding_dim", 0);
  R = R == 0 ? Y.Dims[3] : R;
  bool Interleaved = Op.attrInt("interleaved", 0) != 0;
  forEachIndex({Y.Dims[0], Heads, Y.Dims[2], R / 2}, [&](ShapeRef I) {
    auto Angle = [&](const Tensor &Cache) {
      if (!Op.hasInput(3))
        return Cache.at({I[0], I[2], I[3]});
      auto Position = static_cast<int64_t>(In[3].at({I[0], I[2]}).value());
      return Cache.at({Position, I[3]});
    };
    Scalar Cos = Angle(In[1]);
    Scalar Sin = Angle(In[2]);
    int64_t One = Interleaved ? 2 * I[3] : I[3];
    int64_t Two = Interleaved ? One + 1 : One + R / 2;
    Scalar &A = Y.at({I[0], I[1], I[2], One});
    Scalar &B = Y.at({I[0], I[1], I[2], Two});
    Scalar X1 = A;
    Scalar X2 = B;
    if (Back) {
      A = Cos * X1 + Sin * X2;
      B = Cos * X2 - Sin * X1;
    } else {
      A = Cos * X1 - Sin * X2;
      B = Sin * X1 + Cos * X2;
    }
  });
  merge(Y, To);
}

void forwardRotary(const OpInstance &Op, ArrayRef<Tensor> In,
                   MutableArrayRef<Tensor> Out, Saved &) {
  rotate(Op, In, In[0], false, Out[0]);
}

void backwardRotary(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                    const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                    MutableArrayRef<Tensor> DIn) {
  if (Needs[0])
    rotate(Op, In, DOut[0], true, DIn[0]);
}

NodeCase rotaryCase(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "RotaryEmbedding";
  C.Opset = 23;
  int64_t Batch = pick(Rng, 0, 2), Heads = pick(Rng, 1, 2);
  int64_t Length = pick(Rng, 1, 3), Size = 2 * pick(Rng, 1, 3), R = Size;
  if (pick(Rng, 0, 1) == 0)
    C.input(Rng, {Batch, Heads, Length, Size});
  else
    C.input(Rng, {Batch, Length, Heads * Size}).set("num_heads", Heads);
  if (pick(Rng, 0, 1) == 0) {
    R = 2 * pick(Rng, 1, Size / 2);
    C.set("rotary_embedding_dim", R);
  }
  if (pick(Rng, 0, 1) == 0)
    C.set("interleaved", 1);
  if (pick(Rng, 0, 1) == 0)
    return C.input(Rng, {Batch, Length, R / 2})
        .input(Rng, {Batch, Length, R / 2});
  C.input(Rng, {5, R / 2}).input(Rng, {5, R / 2});
  std::vector<int64_t> Ids;
  for (int64_t I = 0; I < Batch * Length; ++I)
    Ids.push_back(pick(Rng, 0, 4));
  return C.indices({Batch, Length}, Ids);
}

} // namespace

void addAttentionReferences(References &All) {
  All.push_back({.Op = "Attention",
                 .Forward = forwardAttention,
                 .Backward = backwardAttention,
                 .Cases = {attentionCase},
                 .GradOutputs = {0, 1, 2, 3}});
  All.push_back({.Op = "RotaryEmbedding",
                 .Forward = forwardRotary,
                 .Backward = backwardRotary,
                 .Cases = {rotaryCase}});
}

} // namespace toscount::oracle
