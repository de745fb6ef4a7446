//===- ContribAttentionParts.cpp - attention inside fused operators -------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ContribAttention.h"

#include "toscount/Support/Diagnostics.h"

#include <cmath>

using namespace llvm;

namespace toscount {

Error takePast(Fusion &F, FusedAttention &A, unsigned Key, unsigned Value) {
  const OpInstance &Op = F.op();
  if (Op.hasInput(Key) != Op.hasInput(Value))
    return F.fail("it has only one of past_key and past_value");
  if (!Op.hasInput(Key))
    return Error::success();
  if (Op.inShape(Key).size() != 4)
    return F.fail("its past_key has shape " + toString(Op.inShape(Key)) +
                  ", but must be [batch, heads, past, size]");
  A.Past = Op.inShape(Key)[2];
  if (Error E = F.expectShape(Key, {A.Batch, A.KeyHeads, A.Past, A.Size}))
    return E;
  if (Error E =
          F.expectShape(Value, {A.Batch, A.KeyHeads, A.Past, A.ValueSize}))
    return E;
  A.PastKey = F.in(Key);
  A.PastValue = F.in(Value);
  return Error::success();
}

namespace {

/// The mask's operand as numbers to be added to scores, [batch, 1, 1 or
/// length, total].
Expected<ValueId> maskOf(Fusion &F, const FusedAttention &A, ElementType Type) {
  ShapeRef Dims = F.op().inShape(A.Mask);
  int64_t T = A.total();
  Count B = A.Batch;
  auto Mismatch = [&] {
    return F.fail("its mask has shape " + toString(Dims) +
                  ", which fits no scores of batch " + Twine(A.Batch) + ", " +
                  Twine(A.Length) + " queries and " + Twine(T) + " keys");
  };
  if (Dims.size() == 1) {
    // How many keys of each sentence there are; the first key, too, in 2 *
    // batch; running totals, which tell nothing more, in 3 * batch + 2.
    bool Both = Count(Dims[0]) == B * 2;
    if (!Both && !(Count(Dims[0]) == B) && !(Count(Dims[0]) == B * 3 + 2))
      return Mismatch();
    ValueId Positions = F.constant(F.op().inType(A.Mask), {1, 1, 1, T});
    ValueId End = F.arrange({F.in(A.Mask)}, {A.Batch, 1, 1, 1});
    ValueId Valid = F.apply("Less", {Positions, End});
    if (Both) {
      ValueId Begin = F.arrange({F.in(A.Mask)}, {A.Batch, 1, 1, 1});
      Valid = F.apply("And",
                      {Valid, F.apply("GreaterOrEqual", {Positions, Begin})});
    }
    return F.apply("Where", {Valid, F.scalar(Type), F.scalar(Type)});
  }
  Shape To = {A.Batch, 1, 1, T};
  if (Dims.size() == 2) {
    // Where the past is in a mask of new keys only, it is left out.
    if (Dims[0] != A.Batch || Dims[1] != T)
      return Mismatch();
  } else {
    To[2] = A.Length;
    bool Three = Dims.size() == 3 && Dims[1] == A.Length && Dims[2] == T;
    bool Square =
        Dims.size() == 4 && Dims[1] == 1 && Dims[2] >= A.Length && Dims[3] >= T;
    if ((!Three && !Square) || Dims[0] != A.Batch)
      return Mismatch();
  }
  F.readsOnly(A.Mask, elements(To));
  ValueId Ones = F.arrange({F.in(A.Mask)}, To, Type);
  ValueId Zeros = F.apply("Sub", {F.scalar(Type), Ones});
  return F.apply("Mul", {Zeros, F.scalar(Type)});
}

/// Queries times keys transposed, or probabilities times values: [batch,
/// heads, length, Columns]. \p Right is [batch, key heads, rows, columns].
ValueId multiply(Fusion &F, const FusedAttention &A, ValueId Left,
                 ValueId Right, int64_t Inner, int64_t Columns) {
  if (A.Heads == A.KeyHeads) {
    Right = F.arrange({Right}, {A.Batch, A.Heads, Inner, Columns});
    return F.apply("MatMul", {Left, Right});
  }
  // Heads that share keys broadcast them.
  int64_t Shared = A.Heads / A.KeyHeads;
  Left = F.arrange({Left}, {A.Batch, A.KeyHeads, Shared, A.Length, Inner});
  Right = F.arrange({Right}, {A.Batch, A.KeyHeads, 1, Inner, Columns});
  return F.arrange({F.apply("MatMul", {Left, Right})},
                   {A.Batch, A.Heads, A.Length, Columns});
}

Error addMasks(Fusion &F, FusedAttention &A, ValueId &S) {
  ElementType Type = F.type(S);
  int64_t T = A.total();
  Shape All = {A.Batch, A.Heads, A.Length, T};
  if (F.op().hasInput(A.Bias)) {
    S = F.apply("Add", {S, F.in(A.Bias)});
    if (F.shape(S) != ShapeRef(All))
      return F.fail("its attention_bias of shape " +
                    toString(F.op().inShape(A.Bias)) +
                    " does not broadcast to the scores' " + toString(All));
  }
  ValueId Mask = NoId;
  if (F.op().hasInput(A.Mask)) {
    Expected<ValueId> Read = maskOf(F, A, Type);
    if (!Read)
      return Read.takeError();
    Mask = *Read;
  }
  if (A.Causal) {
    ValueId Later = F.constant(Type, {A.Length, T});
    Mask = Mask == NoId ? Later : F.apply("Add", {Mask, Later});
  }
  if (Mask != NoId)
    S = F.apply("Add", {S, Mask});
  return Error::success();
}

/// The softmax of \p S, the sink beside it left out again.
ValueId probabilities(Fusion &F, const FusedAttention &A, ValueId S) {
  if (A.Sink == NoId && !A.ZeroSink)
    return F.apply("Softmax", {S});
  ElementType Type = F.type(S);
  int64_t T = A.total();
  Shape One = {A.Batch, A.Heads, A.Length, 1};
  ValueId Sink = A.ZeroSink
                     ? F.constant(Type, One)
                     : F.apply("Expand", {F.arrange({A.Sink}, {A.Heads, 1, 1}),
                                          F.integers(One)});
  ValueId Wide = F.arrange({S, Sink}, {A.Batch, A.Heads, A.Length, T + 1});
  return F.arrange({F.apply("Softmax", {Wide})},
                   {A.Batch, A.Heads, A.Length, T});
}

} // namespace

Error attend(Fusion &F, FusedAttention &A) {
  int64_t T = 0;
  int64_t Hidden = 0;
  if (__builtin_add_overflow(A.Past, A.New, &T) || T == INT64_MAX ||
      __builtin_mul_overflow(A.Heads, A.ValueSize, &Hidden))
    return F.fail("its keys are more than any memory holds");
  if (A.Heads < 1 || A.KeyHeads < 1 || A.Heads % A.KeyHeads != 0 ||
      A.Batch < 0 || A.Length < 1 || A.New < 0 || T < 1 || A.Size < 1 ||
      A.ValueSize < 1)
    return F.fail(Twine(A.Heads) + " heads of " + Twine(A.Size) +
                  " elements, " + Twine(A.Length) + " queries and " + Twine(T) +
                  " keys of " + Twine(A.KeyHeads) + " heads make no attention");
  A.Keys = A.K;
  A.Values = A.V;
  if (A.PastKey != NoId) {
    A.Keys = F.arrange({A.PastKey, A.K}, {A.Batch, A.KeyHeads, T, A.Size});
    A.Values =
        F.arrange({A.PastValue, A.V}, {A.Batch, A.KeyHeads, T, A.ValueSize});
  }
  ValueId S = multiply(F, A, A.Q, A.Keys, A.Size, T);
  ElementType Type = F.type(S);
  if (A.Scale != 1)
    S = F.apply("Mul", {S, F.scalar(Type)});
  A.Scores = S;
  if (A.Softcap > 0) {
    S = F.apply("Tanh", {F.apply("Div", {S, F.scalar(Type)})});
    S = F.apply("Mul", {S, F.scalar(Type)});
  }
  if (Error E = addMasks(F, A, S))
    return E;
  ValueId P = probabilities(F, A, S);
  ValueId Y = multiply(F, A, P, A.Values, T, A.ValueSize);
  A.Y = F.arrange({Y}, {A.Batch, A.Length, Hidden});
  return Error::success();
}

void splitProjection(Fusion &F, FusedAttention &A, ValueId QKV) {
  SmallVector<ValueId, 4> Parts =
      F.split(QKV, {A.queries(), A.keys(), A.values()});
  A.Q = Parts[0];
  A.K = Parts[1];
  A.V = Parts[2];
}

Expected<FusedAttention> projectionSizes(const Fusion &F, unsigned X,
                                         int64_t Hidden) {
  ShapeRef Dims = F.op().inShape(X);
  if (Dims.size() != 3)
    return F.fail("operand " + Twine(X) + " has shape " + toString(Dims) +
                  ", but must be [batch, sequence, hidden]");
  FusedAttention A;
  A.Batch = Dims[0];
  A.Length = A.New = Dims[1];
  A.Heads = A.KeyHeads = F.op().attrInt("num_heads", 0);
  ArrayRef<int64_t> Sizes = F.op().attrInts("qkv_hidden_sizes");
  Shape Equal(3, Hidden / 3);
  if (Sizes.empty())
    Sizes = Equal;
  if (A.Heads < 1 || Sizes.size() != 3 || Sizes[0] != Sizes[1] ||
      Sizes[0] < 1 || Sizes[2] < 1 || Sizes[0] % A.Heads != 0 ||
      Sizes[2] % A.Heads != 0 ||
      !(Count(Sizes[0]) * 2 + Sizes[2] == Count(Hidden)))
    return F.fail(Twine(Hidden) +
                  " projected elements are not divided into "
                  "queries, keys and values of " +
                  Twine(A.Heads) + " heads");
  A.Size = Sizes[0] / A.Heads;
  A.ValueSize = Sizes[2] / A.Heads;
  A.Scale = F.op().attrFloat("scale", 0);
  if (A.Scale == 0)
    A.Scale = 1 / std::sqrt(static_cast<double>(A.Size));
  A.Causal = F.op().attrInt("unidirectional", 0) != 0;
  return A;
}

Error takeStackedPast(Fusion &F, FusedAttention &A, unsigned Past) {
  if (!F.op().hasInput(Past))
    return Error::success();
  if (F.op().attrInt("past_present_share_buffer", 0) != 0)
    return F.fail("how much of the buffer that its past and present share is "
                  "in use is only known when the network runs");
  ShapeRef Dims = F.op().inShape(Past);
  if (Dims.size() != 5 || A.Size != A.ValueSize)
    return F.fail("its past of shape " + toString(Dims) +
                  " must be [2, batch, heads, past, size]");
  A.Past = Dims[3];
  Shape One = {A.Batch, A.Heads, A.Past, A.Size};
  Shape Both = One;
  Both.insert(Both.begin(), 2);
  if (Error E = F.expectShape(Past, Both))
    return E;
  SmallVector<ValueId, 4> Parts = F.split(F.in(Past), {One, One});
  A.PastKey = Parts[0];
  A.PastValue = Parts[1];
  return Error::success();
}

void giveStackedPresent(Fusion &F, const FusedAttention &A) {
  if (F.op().hasOutput(1))
    F.result(1, F.arrange({A.Keys, A.Values},
                          {2, A.Batch, A.Heads, A.total(), A.Size}));
}

} // namespace toscount
