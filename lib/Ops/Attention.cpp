//===- Attention.cpp - attention ------------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Scaled dot-product attention as ONNX defines it:
///
///   S = (Q*sqrt(scale)) (K*sqrt(scale))^T, softcap, + mask,
///   P = softmax(S), Y = P V
///
/// with keys and values of several query heads shared (grouped-query), and a
/// past before them; and rotary position embeddings.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "ShapeHelpers.h"

#include "toscount/Support/Diagnostics.h"

#include <cmath>
#include <tuple>

using namespace llvm;

namespace toscount {
namespace {

/// Operands and results, as ONNX numbers them.
constexpr unsigned Query = 0, Key = 1, Values = 2, Mask = 3, PastKey = 4,
                   PastValue = 5;
constexpr unsigned Y = 0, PresentKey = 1, PresentValue = 2, Scores = 3;

/// A tensor of heads: [batch, heads, length, size], or [batch, length, heads *
/// size] with the number of heads in an attribute.
struct Heads {
  int64_t Batch = 0, Number = 0, Length = 0, Size = 0;
};

Expected<Heads> headsOf(const OpInstance &Op, unsigned I, StringRef Attribute) {
  ShapeRef Dims = Op.inShape(I);
  if (Dims.size() == 4)
    return Heads{Dims[0], Dims[1], Dims[2], Dims[3]};
  int64_t Number = Op.attrInt(Attribute, 0);
  if (Dims.size() != 3)
    return makeError("operand " + Twine(I) + " has shape " + toString(Dims) +
                     ", but 3 or 4 dimensions are needed");
  if (Number < 1 || Dims[2] % Number != 0)
    return makeError("operand " + Twine(I) + " of shape " + toString(Dims) +
                     " cannot be divided into heads by its attribute '" +
                     Attribute + "', " + Twine(Number));
  return Heads{Dims[0], Number, Dims[1], Dims[2] / Number};
}

//===----------------------------------------------------------------------===//
// Attention
//===----------------------------------------------------------------------===//

struct AttentionSizes {
  Heads Q, K, V;
  int64_t Past = 0;
  int64_t Total = 0; ///< Keys: the past ones and the new ones.
};

Expected<AttentionSizes> attentionSizes(const OpInstance &Op) {
  AttentionSizes S;
  for (auto [Part, I, Attribute] : {std::tuple{&S.Q, Query, "q_num_heads"},
                                    std::tuple{&S.K, Key, "kv_num_heads"},
                                    std::tuple{&S.V, Values, "kv_num_heads"}}) {
    Expected<Heads> Read = headsOf(Op, I, Attribute);
    if (!Read)
      return Read.takeError();
    *Part = *Read;
    if (Part->Number < 1 || Part->Length < 1 || Part->Size < 1)
      return makeError("operand " + Twine(I) + " of shape " +
                       toString(Op.inShape(I)) + " has no elements");
  }
  if (Op.hasInput(PastKey))
    S.Past = Op.inShape(PastKey).size() == 4 ? Op.inShape(PastKey)[2] : -1;
  if (__builtin_add_overflow(S.Past, S.K.Length, &S.Total))
    return makeError("its keys are more than any memory holds");
  return S;
}

Error checkAttention(const ShapeContext &C, const AttentionSizes &S) {
  if (C.inShape(Query).size() != C.inShape(Key).size() ||
      C.inShape(Query).size() != C.inShape(Values).size())
    return C.fail("its operands Q, K and V have different numbers of "
                  "dimensions");
  if (S.K.Batch != S.Q.Batch || S.V.Batch != S.Q.Batch ||
      S.K.Size != S.Q.Size || S.K.Length != S.V.Length ||
      S.K.Number != S.V.Number || S.Q.Number % S.K.Number != 0)
    return C.fail("its operands Q " + toString(C.inShape(Query)) + ", K " +
                  toString(C.inShape(Key)) + " and V " +
                  toString(C.inShape(Values)) + " do not belong together");
  if (C.hasInput(PastKey) != C.hasInput(PastValue))
    return C.fail("it has only one of past_key and past_value");
  if (C.hasInput(PastKey)) {
    Shape Keys = {S.Q.Batch, S.K.Number, S.Past, S.K.Size};
    Shape Values = {S.Q.Batch, S.V.Number, S.Past, S.V.Size};
    if (C.inShape(PastKey) != ShapeRef(Keys) ||
        C.inShape(PastValue) != ShapeRef(Values))
      return C.fail("its past_key " + toString(C.inShape(PastKey)) +
                    " and past_value " + toString(C.inShape(PastValue)) +
                    " do not fit its operands K and V");
  }
  Shape All = {S.Q.Batch, S.Q.Number, S.Q.Length, S.Total};
  Shape Both;
  if (C.hasInput(Mask) &&
      (!broadcast(C.inShape(Mask), All, Both) || Both != All))
    return C.fail("its mask of shape " + toString(C.inShape(Mask)) +
                  " does not broadcast to the scores' " + toString(All));
  int64_t Mode = C.attrInt("qk_matmul_output_mode", 0);
  if (Mode < 0 || Mode > 3)
    return C.fail("its attribute 'qk_matmul_output_mode' is " + Twine(Mode) +
                  ", but must be 0 to 3");
  if (C.hasAttr("softmax_precision") &&
      !isFloating(elementTypeFromOnnx(C.attrInt("softmax_precision", 1))
                      .value_or(ElementType::Undefined)))
    return C.fail("its attribute 'softmax_precision' is no floating type");
  return Error::success();
}

Error shapeAttention(ShapeContext &C) {
  if (Error E = C.expectInputs(3, 6))
    return E;
  Expected<AttentionSizes> Read = attentionSizes(C);
  if (!Read)
    return Read.takeError();
  const AttentionSizes &S = *Read;
  if (Error E = checkAttention(C, S))
    return E;
  Shape Result = {S.Q.Batch, S.Q.Number, S.Q.Length, S.V.Size};
  if (C.inShape(Query).size() == 3) {
    int64_t Hidden = 0;
    if (__builtin_mul_overflow(S.Q.Number, S.V.Size, &Hidden))
      return C.fail("its result has more elements than any memory holds");
    Result = {S.Q.Batch, S.Q.Length, Hidden};
  }
  ElementType Type = C.inType(Query);
  if (Error E = C.setOutput(Y, Type, Result))
    return E;
  if (Error E = C.setOutput(PresentKey, C.inType(Key),
                            {S.Q.Batch, S.K.Number, S.Total, S.K.Size}))
    return E;
  if (Error E = C.setOutput(PresentValue, C.inType(Values),
                            {S.Q.Batch, S.V.Number, S.Total, S.V.Size}))
    return E;
  return C.setOutput(Scores, Type,
                     {S.Q.Batch, S.Q.Number, S.Q.Length, S.Total});
}

/// What the counting rules need.
struct Attention {
  AttentionSizes S;
  Count Rows, Scores, Queries, Keys;
  bool Scaled, Capped, Causal, Masked, BoolMask;
  int64_t Mode;

  explicit Attention(const OpInstance &Op) : S(cantFail(attentionSizes(Op))) {
    Rows = Count(S.Q.Batch) * S.Q.Number * S.Q.Length;
    Scores = Rows * S.Total;
    Queries = Rows * S.Q.Size;
    Keys = keyRows(S.Total) * S.K.Size;
    Scaled = Op.attrFloat("scale", 1 / std::sqrt(double(S.Q.Size))) != 1;
    Capped = Op.attrFloat("softcap", 0) > 0;
    Causal = Op.attrInt("is_causal", 0) != 0;
    Masked = Op.hasInput(Mask);
    BoolMask = Masked && !isFloating(Op.inType(Mask));
    Mode = Op.attrInt("qk_matmul_output_mode", 0);
  }

  /// Rows of keys or values of length \p Length, of all their heads.
  [[nodiscard]] Count keyRows(int64_t Length) const {
    return Count(S.Q.Batch) * S.K.Number * Length;
  }
  /// The same for each query head.
  [[nodiscard]] Count queryHeadRows(int64_t Length) const {
    return Count(S.Q.Batch) * S.Q.Number * Length;
  }
};

/// The softmax, and what is derived from it, may be computed at a type of its
/// own.
class SoftmaxType {
public:
  SoftmaxType(const OpInstance &Op, Work &W) : W(W), Before(W.type()) {
    if (Op.hasAttr("softmax_precision"))
      W.setType(*elementTypeFromOnnx(Op.attrInt("softmax_precision", 1)));
  }
  ~SoftmaxType() { W.setType(Before); }
  SoftmaxType(const SoftmaxType &) = delete;
  SoftmaxType &operator=(const SoftmaxType &) = delete;

private:
  Work &W;
  ElementType Before;
};

void forwardAttention(const OpInstance &Op, Work &W) {
  Attention A(Op);
  Count E = W.let("scores", A.Scores,
                  "batch * q_num_heads * q_sequence * total_sequence");
  if (A.Scaled) {
    W.mul(A.Queries, "Q times sqrt(scale)");
    W.mul(A.Keys, "K times sqrt(scale)");
  }
  W.dots(E, A.S.Q.Size, "each score is a dot product of a query and a key");
  if (A.Capped) {
    W.div(E, "softcap: x / softcap");
    W.root(Elementary::Exp, E * 2, "its tanh, (e^x-e^-x)/(e^x+e^-x)");
    W.sub(E * 2, "its tanh");
    W.add(E, "its tanh");
    W.div(E, "its tanh");
    W.mul(E, "softcap: times softcap");
  }
  if (A.BoolMask)
    W.cmp(E, "the mask selects scores");
  if (A.Causal && A.Masked && !A.BoolMask) {
    Shape Both;
    broadcast(Op.inShape(Mask), {A.S.Q.Length, A.S.Total}, Both);
    W.add(elements(Both), "the causal mask, added to the mask");
  }
  if (A.Causal || (A.Masked && !A.BoolMask))
    W.add(E, "the mask, added to each score");
  {
    SoftmaxType Type(Op, W);
    W.root(Elementary::Exp, E, "softmax: e^x");
    W.sums(A.Rows, A.S.Total, "softmax: the sum of each row");
    W.div(E, "softmax: divided by the sum");
  }
  W.dots(A.Rows * A.S.V.Size, A.S.Total,
         "each result element weighs the values of all keys");
}

/// Rows of the keys' (or values') gradient that are needed: those of the new
/// operand \p New, and those of the past operand \p Past.
struct KeyGradient {
  unsigned New, Past;
  Count Size;
};

/// Rows computed for each query head are summed over the heads that share
/// them, scaled, and the gradient of the present result is added.
void keyGradient(const Attention &A, GradWork &G, const KeyGradient &K,
                 Count DotLength, bool Flows, bool Scaled, bool Present,
                 StringRef Why) {
  for (auto [I, Length] :
       {std::pair{K.New, A.S.K.Length}, std::pair{K.Past, A.S.Past}}) {
    if (!G.needs(I))
      continue;
    Count Own = A.keyRows(Length) * K.Size;
    if (Flows) {
      Count Full = A.queryHeadRows(Length) * K.Size;
      G.dots(Full, DotLength, Why);
      G.broadcastSum(I, Full, Own);
      if (Scaled)
        G.mul(Own, "times sqrt(scale)");
      if (Present)
        G.add(Own, "the gradient of the present result");
    } else if (Present) {
      G.alias(I);
    }
  }
}

void backwardAttention(const OpInstance &Op, GradWork &G) {
  Attention A(Op);
  Count E = A.Scores;
  bool NeedsValues = G.needs(Values) || G.needs(PastValue);
  bool NeedsKeys = G.needs(Key) || G.needs(PastKey);
  bool NeedsProducts = G.needs(Query) || NeedsKeys;
  bool NeedsScores = NeedsProducts || G.needs(Mask);
  bool FromY = G.hasGrad(Y);

  keyGradient(A, G, {Values, PastValue, A.S.V.Size}, A.S.Q.Length, FromY, false,
              G.hasGrad(PresentValue), "dV: dot products over the queries");
  // A gradient of the optional result of scores joins where it was taken.
  auto Join = [&](int64_t Mode, bool Flows) {
    if (!G.hasGrad(Scores) || A.Mode != Mode)
      return Flows;
    if (Flows)
      G.add(E, "the gradient of the result qk_matmul_output");
    return true;
  };
  bool Flows = FromY;
  bool ReadsSoftmax = FromY && NeedsValues;
  if (NeedsScores) {
    if (FromY) {
      G.savesInput(Values);
      if (Op.hasInput(PastValue))
        G.savesInput(PastValue);
      G.dots(E, A.S.V.Size, "dP: dot products of dY with the values");
    }
    Flows = Join(3, Flows);
    if (Flows) {
      ReadsSoftmax = true;
      SoftmaxType Type(Op, G);
      G.mul(E, "softmax: P * dP");
      G.sums(A.Rows, A.S.Total, "softmax: the sum of each row");
      G.sub(E, "softmax: dP less the sum");
      G.mul(E, "softmax: times P");
    }
    Flows = Join(2, Flows);
  }
  if (ReadsSoftmax) {
    if (Op.hasOutput(Scores) && A.Mode == 3)
      G.savesOutput(Scores);
    else
      G.savesHidden(G.type(), E);
  }
  if (G.needs(Mask)) {
    G.alias(Mask);
    if (Flows && E > Op.inSize(Mask))
      G.broadcastSum(Mask, E, Op.inSize(Mask));
  }
  if (NeedsProducts) {
    Flows = Join(1, Flows);
    if (Flows && A.Capped) {
      G.savesHidden(G.type(), E);
      G.mul(E * 2, "softcap: dS * (1 - t * t), t the tanh");
      G.sub(E, "softcap: 1 - t * t");
    }
    Flows = Join(0, Flows);
    if (Flows && G.needs(Query)) {
      if (A.Scaled || Op.hasInput(PastKey))
        G.savesHidden(G.type(), A.Keys);
      else
        G.savesInput(Key);
      G.dots(A.Queries, A.S.Total, "dQ: dot products over the keys");
      if (A.Scaled)
        G.mul(A.Queries, "times sqrt(scale)");
    }
    if (Flows && NeedsKeys) {
      if (A.Scaled)
        G.savesHidden(G.type(), A.Queries);
      else
        G.savesInput(Query);
    }
  }
  keyGradient(A, G, {Key, PastKey, A.S.K.Size}, A.S.Q.Length,
              NeedsProducts && Flows, A.Scaled, G.hasGrad(PresentKey),
              "dK: dot products over the queries");
}

//===----------------------------------------------------------------------===//
// RotaryEmbedding
//===----------------------------------------------------------------------===//

/// Elements of a head that are rotated: all when the attribute is 0.
int64_t rotated(const OpInstance &Op, const Heads &X) {
  int64_t R = Op.attrInt("rotary_embedding_dim", 0);
  return R == 0 ? X.Size : R;
}

Error shapeRotary(ShapeContext &C) {
  if (Error E = C.expectInputs(3, 4))
    return E;
  Expected<Heads> X = headsOf(C, 0, "num_heads");
  if (!X)
    return X.takeError();
  int64_t R = rotated(C, *X);
  if (R < 0 || R > X->Size || R % 2 != 0)
    return C.fail("heads of " + Twine(X->Size) + " elements, of which " +
                  Twine(R) + " cannot be rotated in pairs");
  Shape Cache = {X->Batch, X->Length, R / 2};
  if (C.hasInput(3)) {
    if (C.inShape(3) != ShapeRef(Cache).drop_back())
      return C.fail("its position_ids have shape " + toString(C.inShape(3)) +
                    ", but must have " + toString(ShapeRef(Cache).drop_back()));
    if (Error E = C.expectRank(1, 2))
      return E;
    Cache = {C.inShape(1)[0], R / 2};
  }
  for (unsigned I : {1U, 2U})
    if (C.inShape(I) != ShapeRef(Cache))
      return C.fail(Twine(I == 1 ? "its cos_cache" : "its sin_cache") +
                    " has shape " + toString(C.inShape(I)) +
                    ", but must have " + toString(Cache));
  return C.setOutput(0, C.inType(0), C.inShape(0));
}

void countRotation(const OpInstance &Op, Work &W) {
  Heads X = cantFail(headsOf(Op, 0, "num_heads"));
  Count Half = Count(X.Batch) * X.Length * (rotated(Op, X) / 2);
  Count Pairs = W.let("pairs", Half * X.Number,
                      "batch * sequence * num_heads * rotary_embedding_dim/2");
  W.mul(Pairs * 4, "both elements times cos and sin");
  W.sub(Pairs, "the rotation of each pair");
  W.add(Pairs, "the rotation of each pair");
  // Only the positions in use are read.
  if (Op.hasInput(3))
    for (unsigned I : {1U, 2U})
      W.reads(I, Half);
}

void forwardRotary(const OpInstance &Op, Work &W) { countRotation(Op, W); }

void backwardRotary(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  for (unsigned I : {1U, 2U, 3U})
    if (Op.hasInput(I))
      G.savesInput(I);
  countRotation(Op, G);
}

constexpr OpInfo Rows[] = {
    {.Name = "Attention",
     .Since = 23,
     .Types = "f f f fib f f",
     .Trainable = operands(Query, Key, Values),
     .Differentiable = operands(Query, Key, Values, Mask, PastKey, PastValue),
     .Grad = Gradient::Rule,
     .Shape = shapeAttention,
     .Forward = forwardAttention,
     .Backward = backwardAttention,
     .ForwardDoc =
         "E = batch * q_num_heads * q_sequence * total_sequence scores; scale "
         "other than 1: one mul for each element of Q and K; E dot products of "
         "length head_size; softcap: E mul, 2E div, 2E exp, 2E sub, E add; "
         "mask: E add (bool: E cmp); softmax: E exp, E div, one sum a row; "
         "each "
         "result element is a dot product of length total_sequence",
     .BackwardDoc =
         "dV, dP, dQ, dK: dot products, as in matrix products; softmax: P * "
         "(dP "
         "- sum(P * dP)): 2E mul, E sub, one sum a row; softcap: 2E mul, E "
         "sub; "
         "shared keys and values: summed over their query heads; scale: one "
         "mul for each element of dQ and dK"},
    {.Name = "RotaryEmbedding",
     .Since = 23,
     .Types = "Tf Tf Tf i",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeRotary,
     .Forward = forwardRotary,
     .Backward = backwardRotary,
     .ForwardDoc = "4 mul, 1 sub and 1 add for each rotated pair of elements",
     .BackwardDoc = "the rotation back: 4 mul, 1 sub and 1 add for each pair"},
};

} // namespace

ArrayRef<OpInfo> attentionOps() { return Rows; }

} // namespace toscount
