//===- Transformer.cpp - ViT, BERT and GPT --------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Transformers with their attention written out (two matrix products and a
/// softmax), as exporters of eager code write it: every score is computed, also
/// those that a causal mask then hides.
///
//===----------------------------------------------------------------------===//

#include "Layers.h"
#include "Networks.h"

#include "toscount/Support/Diagnostics.h"

#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

struct TransformerShape {
  int64_t Layers, Width, Heads, Hidden, Tokens;
  double Dropout = 0;    ///< Of embeddings, attention and residual branches.
  double Epsilon = 1e-5; ///< Of LayerNormalization.
  bool NormFirst = true;
  bool TanhGelu = false;
};

class Transformer {
public:
  Transformer(GraphBuilder &B, const TransformerShape &T) : B(B), T(T) {}

  /// N x Tokens x Width to the same.
  ValueId block(int64_t Number, ValueId X) {
    GraphBuilder::Scope S(B, Twine(Number));
    if (T.NormFirst) {
      X = add(X, attention(normalize("ln_1", X)));
      return add(X, feedForward(normalize("ln_2", X)));
    }
    X = normalize("ln_1", add(X, attention(X)));
    return normalize("ln_2", add(X, feedForward(X)));
  }

  ValueId normalize(const Twine &Name, ValueId X) {
    GraphBuilder::Scope S(B, Name);
    return B.node(
        "LayerNormalization",
        {X, B.weight("weight", {T.Width}), B.weight("bias", {T.Width})},
        {GraphBuilder::integer("axis", -1),
         GraphBuilder::real("epsilon", T.Epsilon)});
  }

  ValueId dropout(ValueId X) {
    if (T.Dropout == 0)
      return X;
    return B.node("Dropout", {X, B.scalar("ratio", T.Dropout)});
  }

  ValueId add(ValueId X, ValueId Y) { return B.node("Add", {X, Y}); }

  /// Tokens x Tokens, true where a token may look: at itself and what is
  /// before it.
  void makeCausalMask() {
    GraphBuilder::Scope S(B, "mask");
    ValueId Ones = B.node(
        "Expand", {B.truth("true"), B.constant("shape", {T.Tokens, T.Tokens})});
    Mask = B.node("Trilu", {Ones}, {GraphBuilder::integer("upper", 0)});
  }

private:
  /// The last dimension, from \p In features to \p Out.
  ValueId project(const Twine &Name, ValueId X, int64_t In, int64_t Out) {
    GraphBuilder::Scope S(B, Name);
    ValueId Y = B.node("MatMul", {X, B.weight("weight", {In, Out})});
    return B.node("Add", {Y, B.weight("bias", {Out})});
  }

  /// N x Tokens x Width to N x Heads x Tokens x Width/Heads, or, for the keys,
  /// with the last two exchanged.
  ValueId splitHeads(ValueId X, bool Keys) {
    ValueId Y =
        B.node("Reshape",
               {X, B.constant("heads", {0, 0, T.Heads, T.Width / T.Heads})});
    return B.node("Transpose", {Y},
                  {Keys ? B.integers("perm", {0, 2, 3, 1})
                        : B.integers("perm", {0, 2, 1, 3})});
  }

  ValueId attention(ValueId X) {
    GraphBuilder::Scope S(B, "attn");
    ValueId Packed = project("qkv", X, T.Width, 3 * T.Width);
    ArrayRef<ValueId> Parts = B.nodes(
        "Split", {Packed, B.constant("parts", {T.Width, T.Width, T.Width})}, 3,
        {GraphBuilder::integer("axis", 2)});
    ValueId Q = splitHeads(Parts[0], false);
    ValueId K = splitHeads(Parts[1], true);
    ValueId V = splitHeads(Parts[2], false);
    ValueId Scale =
        B.scalar("scale", std::sqrt(static_cast<double>(T.Width / T.Heads)));
    ValueId Scores = B.node("Div", {B.node("MatMul", {Q, K}), Scale});
    if (Mask != NoId)
      Scores = B.node("Where", {Mask, Scores, B.scalar("hidden", -1e9)});
    ValueId Weights = dropout(
        B.node("Softmax", {Scores}, {GraphBuilder::integer("axis", -1)}));
    ValueId Y = B.node("Transpose", {B.node("MatMul", {Weights, V})},
                       {B.integers("perm", {0, 2, 1, 3})});
    Y = B.node("Reshape", {Y, B.constant("joined", {0, 0, T.Width})});
    return dropout(project("proj", Y, T.Width, T.Width));
  }

  ValueId feedForward(ValueId X) {
    GraphBuilder::Scope S(B, "mlp");
    B.needsOpset(20);
    ValueId Y = project("fc", X, T.Width, T.Hidden);
    if (T.TanhGelu)
      Y = B.node("Gelu", {Y}, {GraphBuilder::text("approximate", "tanh")});
    else
      Y = B.node("Gelu", {Y});
    return dropout(project("proj", Y, T.Hidden, T.Width));
  }

  GraphBuilder &B;
  const TransformerShape &T;
  ValueId Mask = NoId;
};

Error checkHeads(const TransformerShape &T) {
  if (T.Width % T.Heads == 0)
    return Error::success();
  return makeError("'d_model' is " + Twine(T.Width) +
                   ", no multiple of 'heads', which is " + Twine(T.Heads));
}

Error checkTokens(const TransformerShape &T, int64_t Positions) {
  if (T.Tokens <= Positions)
    return Error::success();
  return makeError("'seq' is " + Twine(T.Tokens) +
                   ", more than 'positions', which is " + Twine(Positions));
}

ValueId tokenInput(GraphBuilder &B, StringLiteral Name, int64_t Tokens) {
  return B.input(Name, ElementType::Int64, {Tokens});
}

ValueId embed(GraphBuilder &B, const Twine &Name, ValueId Ids, int64_t Rows,
              int64_t Width) {
  GraphBuilder::Scope S(B, Name);
  return B.node("Gather", {B.weight("weight", {Rows, Width}), Ids});
}

/// The embeddings of the first \p Tokens positions.
ValueId positions(GraphBuilder &B, const Twine &Name, int64_t Rows,
                  int64_t Tokens, int64_t Width) {
  GraphBuilder::Scope S(B, Name);
  ValueId Table = B.weight("weight", {Rows, Width});
  if (Tokens == Rows)
    return Table;
  return B.node("Slice",
                {Table, B.constant("starts", {0}), B.constant("ends", {Tokens}),
                 B.constant("axes", {0})});
}

/// Token \p Number of X, N x Tokens x Width.
ValueId tokenOf(GraphBuilder &B, ValueId X, int64_t Number) {
  return B.node("Gather", {X, B.scalar("token", Number)},
                {GraphBuilder::integer("axis", 1)});
}

double percent(int64_t Percent) { return static_cast<double>(Percent) / 100; }

} // namespace

Error buildViT(GraphBuilder &B, const ZooValues &V) {
  int64_t Patch = V["patch"], Size = V["size"];
  if (Size % Patch != 0)
    return makeError("'size' is " + Twine(Size) +
                     ", no multiple of 'patch', which is " + Twine(Patch));
  int64_t Patches = (Size / Patch) * (Size / Patch);
  TransformerShape T{.Layers = V["layers"],
                     .Width = V["d_model"],
                     .Heads = V["heads"],
                     .Hidden = V["mlp"],
                     .Tokens = Patches + 1,
                     .Dropout = percent(V["dropout"]),
                     .Epsilon = 1e-6};
  if (Error E = checkHeads(T))
    return E;
  Transformer Net(B, T);
  Image X = imageInput(B, "image", 3, Size, Size);
  X = conv(B, "conv_proj", X, T.Width, {Patch, Patch});
  ValueId Y =
      B.node("Reshape", {X.Id, B.constant("patches", {0, T.Width, Patches})});
  Y = B.node("Transpose", {Y}, {B.integers("perm", {0, 2, 1})});
  ValueId Batch = B.node(
      "Shape", {Y},
      {GraphBuilder::integer("start", 0), GraphBuilder::integer("end", 1)});
  ValueId Wanted =
      B.node("Concat", {Batch, B.constant("class_shape", {1, T.Width})},
             {GraphBuilder::integer("axis", 0)});
  ValueId Class =
      B.node("Expand", {B.weight("class_token", {1, 1, T.Width}), Wanted});
  Y = B.node("Concat", {Class, Y}, {GraphBuilder::integer("axis", 1)});
  {
    GraphBuilder::Scope S(B, "encoder");
    Y = Net.add(Y, B.weight("pos_embedding", {1, T.Tokens, T.Width}));
    Y = Net.dropout(Y);
    for (int64_t I = 0; I < T.Layers; ++I)
      Y = Net.block(I, Y);
    Y = Net.normalize("ln", Y);
  }
  B.output("logits", linear(B, "head", tokenOf(B, Y, 0), T.Width, V["classes"]),
           {V["classes"]});
  return Error::success();
}

Error buildBert(GraphBuilder &B, const ZooValues &V) {
  TransformerShape T{.Layers = V["layers"],
                     .Width = V["d_model"],
                     .Heads = V["heads"],
                     .Hidden = V["mlp"],
                     .Tokens = V["seq"],
                     .Dropout = percent(V["dropout"]),
                     .Epsilon = 1e-12,
                     .NormFirst = false};
  if (Error E = checkHeads(T))
    return E;
  if (Error E = checkTokens(T, V["positions"]))
    return E;
  Transformer Net(B, T);
  ValueId Ids = tokenInput(B, "input_ids", T.Tokens);
  ValueId Types = tokenInput(B, "token_type_ids", T.Tokens);
  ValueId Y;
  {
    GraphBuilder::Scope S(B, "embeddings");
    ValueId Words = embed(B, "word", Ids, V["vocab"], T.Width);
    ValueId Segments = embed(B, "token_type", Types, 2, T.Width);
    ValueId Places =
        positions(B, "position", V["positions"], T.Tokens, T.Width);
    Y = Net.add(Net.add(Words, Segments), Places);
    Y = Net.dropout(Net.normalize("ln", Y));
  }
  {
    GraphBuilder::Scope S(B, "encoder");
    for (int64_t I = 0; I < T.Layers; ++I)
      Y = Net.block(I, Y);
  }
  {
    GraphBuilder::Scope S(B, "pooler");
    Y = linear(B, "dense", tokenOf(B, Y, 0), T.Width, T.Width);
    Y = activate(B, "tanh", Y);
  }
  if (V["classes"] == 0) {
    B.output("pooled", Y, {T.Width});
    return Error::success();
  }
  B.output("logits",
           linear(B, "classifier", Net.dropout(Y), T.Width, V["classes"]),
           {V["classes"]});
  return Error::success();
}

Error buildGpt(GraphBuilder &B, const ZooValues &V) {
  TransformerShape T{.Layers = V["layers"],
                     .Width = V["d_model"],
                     .Heads = V["heads"],
                     .Hidden = 4 * V["d_model"],
                     .Tokens = V["seq"],
                     .Dropout = percent(V["dropout"]),
                     .TanhGelu = true};
  if (Error E = checkHeads(T))
    return E;
  if (Error E = checkTokens(T, V["positions"]))
    return E;
  Transformer Net(B, T);
  ValueId Ids = tokenInput(B, "input_ids", T.Tokens);
  Net.makeCausalMask();
  ValueId Words = B.weight("wte.weight", {V["vocab"], T.Width});
  ValueId Y = Net.add(B.node("Gather", {Words, Ids}),
                      positions(B, "wpe", V["positions"], T.Tokens, T.Width));
  Y = Net.dropout(Y);
  {
    GraphBuilder::Scope S(B, "h");
    for (int64_t I = 0; I < T.Layers; ++I)
      Y = Net.block(I, Y);
  }
  Y = Net.normalize("ln_f", Y);
  GraphBuilder::Scope S(B, "lm_head");
  // The head shares its matrix with the embedding.
  ValueId Head = B.node("Transpose", {Words}, {B.integers("perm", {1, 0})});
  B.output("logits", B.node("MatMul", {Y, Head}), {T.Tokens, V["vocab"]});
  return Error::success();
}

} // namespace toscount
