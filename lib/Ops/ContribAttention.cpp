//===- ContribAttention.cpp - ONNX Runtime's attention operators ----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ContribAttention.h"

#include "Families.h"

#include "toscount/Support/Diagnostics.h"

#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

double scaleOf(const Fusion &F, int64_t Size) {
  double Scale = F.op().attrFloat("scale", 0);
  return Scale == 0 ? 1 / std::sqrt(static_cast<double>(Size)) : Scale;
}

//===----------------------------------------------------------------------===//
// Attention
//===----------------------------------------------------------------------===//

Error defineAttention(Fusion &F) {
  enum { X, Weights, Bias, Mask, Past, ScoreBias };
  if (Error E = F.expectOperands(2, 7, 3))
    return E;
  ShapeRef W = F.op().inShape(Weights);
  if (W.size() != 2)
    return F.fail("its weights have shape " + toString(W) +
                  ", but must be a matrix");
  Expected<FusedAttention> Read = projectionSizes(F, X, W[1]);
  if (!Read)
    return Read.takeError();
  FusedAttention A = *Read;
  if (Error E = F.expectShape(Bias, {W[1]}))
    return E;
  ValueId QKV = F.apply("MatMul", {F.in(X), F.in(Weights)});
  if (F.op().hasInput(Bias))
    QKV = F.apply("Add", {QKV, F.in(Bias)});
  splitProjection(F, A, QKV);
  if (F.op().attrInt("do_rotary", 0) != 0) {
    int64_t R = F.op().attrInt("rotary_embedding_dim", 0);
    R = R == 0 ? A.Size : R;
    if (R < 2 || R > A.Size)
      return F.fail("its attribute 'rotary_embedding_dim' is " + Twine(R) +
                    " for heads of " + Twine(A.Size));
    ValueId Angles = F.constant(F.op().inType(X), {A.Batch, A.Length, R / 2});
    for (ValueId *Part : {&A.Q, &A.K})
      *Part = F.apply("RotaryEmbedding", {*Part, Angles, Angles},
                      {F.attr("rotary_embedding_dim", R)});
  }
  if (Error E = takeStackedPast(F, A, Past))
    return E;
  A.Bias = ScoreBias;
  A.Mask = Mask;
  if (Error E = attend(F, A))
    return E;
  F.result(0, A.Y);
  giveStackedPresent(F, A);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// MultiHeadAttention
//===----------------------------------------------------------------------===//

/// Where two operators have the same operands.
struct Operands {
  unsigned Bias, Mask, ScoreBias, PastKey, PastValue, PastLength;
};
constexpr Operands Plain = {3, 4, 5, 6, 7, 8};
constexpr Operands Decoder = {10, 3, 4, 5, 6, 7};

constexpr unsigned Query = 0, Key = 1, Values = 2;

/// Sizes of queries, keys and values, whichever of them are packed.
Expected<FusedAttention> headsOf(const Fusion &F) {
  const OpInstance &Op = F.op();
  FusedAttention A;
  ShapeRef Q = Op.inShape(Query);
  A.Batch = Q[0];
  A.Length = A.New = Q[1];
  A.Heads = A.KeyHeads = Op.attrInt("num_heads", 0);
  auto Mismatch = [&]() -> Error {
    std::string Shapes = toString(Q);
    for (unsigned I : {Key, Values})
      if (Op.hasInput(I))
        Shapes += ", " + toString(Op.inShape(I));
    return F.fail("its query, key and value " + Shapes +
                  " do not belong together in " + Twine(A.Heads) + " heads");
  };
  if (A.Heads < 1)
    return Mismatch();
  if (Q.size() == 5) {
    A.Size = A.ValueSize = Q[4];
    if (Q[2] != A.Heads || Q[3] != 3 || Op.hasInput(Key) || Op.hasInput(Values))
      return Mismatch();
    return A;
  }
  if (Q.size() != 3 || Q[2] % A.Heads != 0 || !Op.hasInput(Key))
    return Mismatch();
  A.Size = A.ValueSize = Q[2] / A.Heads;
  ShapeRef K = Op.inShape(Key);
  if (K.size() == 5) {
    A.New = K[1];
    Shape Wanted = {A.Batch, A.New, A.Heads, 2, A.Size};
    if (K != ShapeRef(Wanted) || Op.hasInput(Values))
      return Mismatch();
    return A;
  }
  if (!Op.hasInput(Values) || (K.size() != 3 && K.size() != 4))
    return Mismatch();
  ShapeRef V = Op.inShape(Values);
  A.New = K[K.size() == 3 ? 1 : 2];
  Shape WantedK = {A.Batch, A.New, Q[2]};
  if (K.size() == 4)
    WantedK = {A.Batch, A.Heads, A.New, A.Size};
  if (K != ShapeRef(WantedK) || V.size() != K.size() ||
      V.drop_back() != K.drop_back())
    return Mismatch();
  if (K.size() == 3 && V[2] % A.Heads != 0)
    return Mismatch();
  A.ValueSize = K.size() == 3 ? V[2] / A.Heads : V[3];
  return A;
}

/// Queries, keys and values in heads, with the bias added.
Error takeHeads(Fusion &F, FusedAttention &A, unsigned Bias) {
  const OpInstance &Op = F.op();
  bool Cached = false;
  if (Op.inShape(Query).size() == 5) {
    splitProjection(F, A, F.in(Query));
  } else {
    A.Q = F.arrange({F.in(Query)}, A.queries());
    if (Op.inShape(Key).size() == 5) {
      SmallVector<ValueId, 4> Parts =
          F.split(F.in(Key), {A.keys(), A.values()});
      A.K = Parts[0];
      A.V = Parts[1];
    } else {
      // Keys and values in heads already are another step's present ones.
      Cached = Op.inShape(Key).size() == 4;
      A.K = Cached ? F.in(Key) : F.arrange({F.in(Key)}, A.keys());
      A.V = Cached ? F.in(Values) : F.arrange({F.in(Values)}, A.values());
    }
  }
  if (!Op.hasInput(Bias))
    return Error::success();
  Count Length = (Count(A.Size) * 2 + A.ValueSize) * A.Heads;
  if (Op.inShape(Bias).size() != 1 || !(Count(Op.inShape(Bias)[0]) == Length))
    return F.fail("its bias has shape " + toString(Op.inShape(Bias)) +
                  ", but one element for each of the queries', keys' and "
                  "values' is needed");
  SmallVector<ValueId, 4> Parts = F.split(
      F.in(Bias),
      {{A.Heads, 1, A.Size}, {A.Heads, 1, A.Size}, {A.Heads, 1, A.ValueSize}});
  A.Q = F.apply("Add", {A.Q, Parts[0]});
  if (Cached)
    return Error::success();
  A.K = F.apply("Add", {A.K, Parts[1]});
  A.V = F.apply("Add", {A.V, Parts[2]});
  return Error::success();
}

Error defineMultiHead(Fusion &F, const Operands &At) {
  const OpInstance &Op = F.op();
  if (Error E = F.expectOperands(1, 11, 3))
    return E;
  Expected<FusedAttention> Read = headsOf(F);
  if (!Read)
    return Read.takeError();
  FusedAttention A = *Read;
  if (Op.attrInt("past_present_share_buffer", 0) != 0 ||
      (Op.hasInput(At.PastKey) && Op.hasInput(At.PastLength)))
    return F.fail("how much of the buffer that its past and present share is "
                  "in use is only known when the network runs");
  if (Error E = takeHeads(F, A, At.Bias))
    return E;
  if (Error E = takePast(F, A, At.PastKey, At.PastValue))
    return E;
  A.Scale = scaleOf(F, A.Size);
  A.Causal = Op.attrInt("unidirectional", 0) != 0;
  A.Mask = At.Mask;
  A.Bias = At.ScoreBias;
  if (Error E = attend(F, A))
    return E;
  F.result(0, A.Y);
  F.result(1, A.Keys);
  F.result(2, A.Values);
  F.result(3, A.Scores);
  return Error::success();
}

Error definePlain(Fusion &F) { return defineMultiHead(F, Plain); }
Error defineDecoder(Fusion &F) { return defineMultiHead(F, Decoder); }

//===----------------------------------------------------------------------===//
// GroupQueryAttention
//===----------------------------------------------------------------------===//

namespace gqa {
constexpr unsigned Query = 0, Key = 1, Values = 2, PastKey = 3, PastValue = 4,
                   Total = 6, Cos = 7, Sin = 8, Positions = 9, Bias = 10,
                   Sink = 11;
} // namespace gqa

/// Rotates \p X, [batch, heads, length, size], by the tables' rows.
Expected<ValueId> rotated(Fusion &F, const FusedAttention &A, ValueId X) {
  const OpInstance &Op = F.op();
  for (unsigned I : {gqa::Cos, gqa::Sin})
    if (!Op.hasInput(I) || Op.inShape(I).size() != 2 || Op.inShape(I)[1] < 1 ||
        Op.inShape(I)[1] > A.Size / 2)
      return F.fail("it rotates, but has no table of cosines and sines for "
                    "heads of " +
                    Twine(A.Size));
  int64_t Half = Op.inShape(gqa::Cos)[1];
  SmallVector<Attribute, 2> Attributes = {
      F.attr("rotary_embedding_dim", Half * 2),
      F.attr("interleaved", Op.attrInt("rotary_interleaved", 0))};
  if (Op.hasInput(gqa::Positions))
    return F.apply("RotaryEmbedding",
                   {X, F.in(gqa::Cos), F.in(gqa::Sin), F.in(gqa::Positions)},
                   Attributes);
  Shape Rows = {A.Batch, A.Length, Half};
  SmallVector<ValueId, 2> Tables;
  for (unsigned I : {gqa::Cos, gqa::Sin}) {
    F.readsOnly(I, elements(Rows));
    Tables.push_back(F.arrange({F.in(I)}, Rows));
  }
  return F.apply("RotaryEmbedding", {X, Tables[0], Tables[1]}, Attributes);
}

Error takeGroups(Fusion &F, FusedAttention &A) {
  const OpInstance &Op = F.op();
  ShapeRef Q = Op.inShape(gqa::Query);
  A.Batch = Q[0];
  A.Length = A.New = Q[1];
  A.Heads = Op.attrInt("num_heads", 0);
  A.KeyHeads = Op.attrInt("kv_num_heads", 0);
  bool Packed = !Op.hasInput(gqa::Key);
  Count Divisor = Packed ? Count(A.KeyHeads) * 2 + A.Heads : Count(A.Heads);
  if (A.Heads < 1 || A.KeyHeads < 1 || !Divisor.valid() ||
      Divisor > Count(INT64_MAX) || Q.size() != 3 ||
      Packed == Op.hasInput(gqa::Values) ||
      Q[2] % static_cast<int64_t>(Divisor.value()) != 0)
    return F.fail("its query of shape " + toString(Q) +
                  " cannot be divided into " + Twine(A.Heads) + " heads and " +
                  Twine(A.KeyHeads) + " heads of keys");
  A.Size = A.ValueSize = Q[2] / static_cast<int64_t>(Divisor.value());
  if (Packed) {
    splitProjection(F, A, F.in(gqa::Query));
    return Error::success();
  }
  ShapeRef K = Op.inShape(gqa::Key);
  A.Q = F.arrange({F.in(gqa::Query)}, A.queries());
  // Keys and values in heads are a cache that is read only.
  if (K.size() == 4)
    A.New = K[2];
  else if (K.size() == 3)
    A.New = K[1];
  Shape Flat = {A.Batch, A.New, 0};
  if (__builtin_mul_overflow(A.KeyHeads, A.Size, &Flat[2]))
    return F.fail("its keys are more than any memory holds");
  for (unsigned I : {gqa::Key, gqa::Values})
    if (Error E = F.expectShape(I, K.size() == 4 ? A.keys() : Flat))
      return E;
  A.K = F.arrange({F.in(gqa::Key)}, A.keys());
  A.V = F.arrange({F.in(gqa::Values)}, A.values());
  return Error::success();
}

/// The present keys may be fewer than the past ones and the new ones: where
/// the past's buffer has room for the new ones, they are written into it.
Error usePast(Fusion &F, FusedAttention &A) {
  const OpInstance &Op = F.op();
  if (Error E = takePast(F, A, gqa::PastKey, gqa::PastValue))
    return E;
  const Constant *Total = Op.contents(gqa::Total);
  if (A.PastKey == NoId || Total == nullptr || Total->size() != 1)
    return Error::success();
  auto Keys = static_cast<int64_t>(Total->number(0));
  if (Keys < A.New || Keys - A.New >= A.Past)
    return Error::success();
  // Only the filled part of the buffer is read.
  int64_t Filled = Keys - A.New;
  for (auto [I, Id] : {std::pair<unsigned, ValueId *>(gqa::PastKey, &A.PastKey),
                       {gqa::PastValue, &A.PastValue}}) {
    Shape Part = {A.Batch, A.KeyHeads, Filled, A.Size};
    F.readsOnly(I, elements(Part));
    *Id = F.arrange({F.in(I)}, Part);
  }
  A.Past = Filled;
  return Error::success();
}

Error defineGroupQuery(Fusion &F) {
  const OpInstance &Op = F.op();
  if (Error E = F.expectOperands(1, 14, 3))
    return E;
  for (StringRef Name : {"k_quant_type", "v_quant_type"})
    if (StringRef Type = Op.attrString(Name, "NONE"); Type != "NONE")
      return F.fail("its keys and values are quantized (" + Name + " is " +
                    printable(Type) + "), which is not supported");
  FusedAttention A;
  if (Error E = takeGroups(F, A))
    return E;
  if (Op.attrInt("do_rotary", 0) != 0)
    for (ValueId *Part : {&A.Q, &A.K}) {
      Expected<ValueId> Turned = rotated(F, A, *Part);
      if (!Turned)
        return Turned.takeError();
      *Part = *Turned;
    }
  if (Error E = usePast(F, A))
    return E;
  A.Scale = scaleOf(F, A.Size);
  A.Softcap = Op.attrFloat("softcap", 0);
  A.Causal = true;
  A.Bias = gqa::Bias;
  A.ZeroSink = Op.attrInt("smooth_softmax", 0) == 1;
  if (Op.hasInput(gqa::Sink)) {
    if (Error E = F.expectShape(gqa::Sink, {A.Heads}))
      return E;
    A.Sink = F.in(gqa::Sink);
    A.ZeroSink = false;
  }
  if (Error E = attend(F, A))
    return E;
  F.result(0, A.Y);
  // A buffer with room to spare is the present one, too.
  Shape Present = {A.Batch, A.KeyHeads, A.total(), A.Size};
  if (Op.hasInput(gqa::PastKey))
    Present[2] = std::max(Present[2], Op.inShape(gqa::PastKey)[2]);
  bool Whole = Present[2] == A.total();
  F.result(1, Whole ? A.Keys : F.arrange({A.Keys}, Present));
  F.result(2, Whole ? A.Values : F.arrange({A.Values}, Present));
  F.result(3, A.Scores);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// RotaryEmbedding
//===----------------------------------------------------------------------===//

Error defineRotary(Fusion &F) {
  enum { X, Positions, Cos, Sin };
  const OpInstance &Op = F.op();
  if (Error E = F.expectOperands(4, 4, 3))
    return E;
  ShapeRef Dims = Op.inShape(X);
  ShapeRef Table = Op.inShape(Cos);
  bool Four = Dims.size() == 4;
  if (Dims.size() > 4 || Table.size() != 2 || Table[1] < 1 ||
      Table[1] > INT64_MAX / 2)
    return F.fail("operands of shapes " + toString(Dims) + " and " +
                  toString(Table) + " are no heads and no table of cosines");
  if (Error E = F.expectShape(Sin, Table))
    return E;
  // Without num_heads, all of a head is rotated.
  int64_t Heads = Four ? Dims[1] : Op.attrInt("num_heads", 0);
  int64_t R = Op.attrInt("rotary_embedding_dim", 0);
  if (!Four && Heads == 0 && Dims[2] % (Table[1] * 2) == 0)
    Heads = Dims[2] / (Table[1] * 2);
  SmallVector<Attribute, 3> Attributes = {
      F.attr("num_heads", Heads), F.attr("rotary_embedding_dim", R),
      F.attr("interleaved", Op.attrInt("interleaved", 0))};
  int64_t Batch = Dims[0];
  int64_t Length = Dims[Four ? 2 : 1];
  if (Op.inShape(Positions).size() == 2) {
    F.result(0, F.apply("RotaryEmbedding",
                        {F.in(X), F.in(Cos), F.in(Sin), F.in(Positions)},
                        Attributes));
    return Error::success();
  }
  // One number: where the sequence begins.
  if (!(Op.inSize(Positions) == 1))
    return F.fail("its position_ids have shape " +
                  toString(Op.inShape(Positions)) +
                  ", but must be one number or [batch, sequence]");
  SmallVector<ValueId, 2> Tables;
  for (unsigned I : {unsigned(Cos), unsigned(Sin)}) {
    F.readsOnly(I, Count(Length) * Table[1]);
    Tables.push_back(F.arrange({F.in(I)}, {Batch, Length, Table[1]}));
  }
  F.result(0, F.apply("RotaryEmbedding", {F.in(X), Tables[0], Tables[1]},
                      Attributes));
  return Error::success();
}

constexpr OpInfo Rows[] = {
    {.Name = "Attention",
     .Domain = "com.microsoft",
     .Trainable = operands(1, 2),
     .Differentiable = operands(0, 1, 2, 4, 5),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineAttention>,
     .Forward = forwardFused<defineAttention>,
     .Backward = backwardFused<defineAttention>,
     .ForwardDoc =
         "the projection of queries, keys and values: MatMul, Add; scores: "
         "MatMul, Mul by scale unless it is 1; attention_bias, mask and causal "
         "mask: Add (a mask of 0 and 1 is first made of Sub and Mul, one of "
         "lengths of comparisons); Softmax; MatMul with the values",
     .BackwardDoc = "as MatMul, Softmax, Mul and Add; the projection's "
                    "gradient is joined without additions"},
    {.Name = "MultiHeadAttention",
     .Domain = "com.microsoft",
     .Trainable = operands(3),
     .Differentiable = operands(0, 1, 2, 3, 5, 6, 7),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<definePlain>,
     .Forward = forwardFused<definePlain>,
     .Backward = backwardFused<definePlain>,
     .ForwardDoc =
         "the bias of queries, keys and values: Add; scores: MatMul, Mul by "
         "scale unless it is 1; attention_bias, mask and causal mask as in "
         "Attention; Softmax; MatMul with the values",
     .BackwardDoc = "as MatMul, Softmax, Mul and Add"},
    {.Name = "DecoderMaskedMultiHeadAttention",
     .Domain = "com.microsoft",
     .Trainable = operands(10),
     .Differentiable = operands(0, 1, 2, 4, 5, 6, 10),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineDecoder>,
     .Forward = forwardFused<defineDecoder>,
     .Backward = backwardFused<defineDecoder>,
     .ForwardDoc = "as MultiHeadAttention",
     .BackwardDoc = "as MultiHeadAttention"},
    {.Name = "GroupQueryAttention",
     .Domain = "com.microsoft",
     .Differentiable = operands(gqa::Query, gqa::Key, gqa::Values, gqa::PastKey,
                                gqa::PastValue, gqa::Bias, gqa::Sink),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineGroupQuery>,
     .Forward = forwardFused<defineGroupQuery>,
     .Backward = backwardFused<defineGroupQuery>,
     .ForwardDoc =
         "do_rotary: RotaryEmbedding of queries and new keys; scores: MatMul "
         "with broadcast keys, Mul by scale unless it is 1; softcap: Div, "
         "Tanh, Mul; attention_bias and causal mask: Add; Softmax (over one "
         "more score with a sink); MatMul with the values. Keys outside "
         "local_window_size are counted (dense algorithm)",
     .BackwardDoc = "as MatMul, Softmax, Mul, Add and RotaryEmbedding; shared "
                    "keys and values are summed over their query heads"},
    {.Name = "RotaryEmbedding",
     .Domain = "com.microsoft",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineRotary>,
     .Forward = forwardFused<defineRotary>,
     .Backward = backwardFused<defineRotary>,
     .ForwardDoc = "as RotaryEmbedding of the standard domain",
     .BackwardDoc = "as RotaryEmbedding"},
};

} // namespace

ArrayRef<OpInfo> contribAttentionOps() { return Rows; }

} // namespace toscount
