//===- ContribQuantizedLinear.cpp - integer products of ONNX Runtime ------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Matrix products of integers with what brings them to floats, or back to
/// integers, in one; and the operators built of such products.
///
//===----------------------------------------------------------------------===//

#include "ContribAttention.h"
#include "Families.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

/// Integers to be multiplied, and what makes them real numbers.
struct IntegerProduct {
  ValueId A = NoId, B = NoId;
  ValueId AScale = NoId, BScale = NoId, AZero = NoId, BZero = NoId;
  ValueId Sum = NoId; ///< Integers that are added to the products.
  ValueId Bias = NoId;
  bool Alpha = false; ///< The scales are multiplied by a constant, too.
};

/// (A - a) (B - b) [+ Sum], times the scales' product, plus the bias.
ValueId multiply(Fusion &F, const IntegerProduct &P) {
  ValueId Y = F.apply("MatMulInteger", {P.A, P.B, P.AZero, P.BZero});
  if (P.Sum != NoId)
    Y = F.apply("Add", {Y, P.Sum});
  ElementType Type = F.type(P.BScale);
  Y = F.arrange({Y}, F.shape(Y), Type);
  ValueId Scale = F.apply("Mul", {P.AScale, P.BScale});
  if (P.Alpha)
    Scale = F.apply("Mul", {Scale, F.scalar(Type)});
  Y = F.apply("Mul", {Y, Scale});
  return P.Bias == NoId ? Y : F.apply("Add", {Y, P.Bias});
}

Error expectFloat(const Fusion &F, std::initializer_list<unsigned> Operands) {
  for (unsigned I : Operands)
    if (!F.op().hasInput(I) || !isFloating(F.op().inType(I)))
      return F.fail("operand " + Twine(I) + " must be floating");
  return Error::success();
}

Error defineToFloat(Fusion &F) {
  if (Error E = F.expectOperands(4, 7))
    return E;
  if (Error E = expectFloat(F, {2, 3}))
    return E;
  IntegerProduct P;
  P.A = F.in(0);
  P.B = F.in(1);
  P.AScale = F.in(2);
  P.BScale = F.in(3);
  P.AZero = F.in(4);
  P.BZero = F.in(5);
  P.Bias = F.in(6);
  F.result(0, multiply(F, P));
  return Error::success();
}

Error defineDynamic(Fusion &F) {
  if (Error E = F.expectOperands(3, 5))
    return E;
  if (Error E = expectFloat(F, {0, 2}))
    return E;
  SmallVector<ValueId, 4> A =
      F.applyAll("DynamicQuantizeLinear", {F.in(0)}, 3, {});
  IntegerProduct P;
  P.A = A[0];
  P.AScale = A[1];
  P.AZero = A[2];
  P.B = F.in(1);
  P.BScale = F.in(2);
  P.BZero = F.in(3);
  P.Bias = F.in(4);
  F.result(0, multiply(F, P));
  return Error::success();
}

Error defineInteger16(Fusion &F) {
  if (Error E = F.expectOperands(2, 2))
    return E;
  F.result(0, F.apply("MatMulInteger", {F.in(0), F.in(1)}));
  return Error::success();
}

/// Operand \p I, a matrix, as it is multiplied.
Expected<ValueId> matrix(Fusion &F, unsigned I, StringRef Transposed) {
  Shape Dims(F.op().inShape(I));
  if (Dims.size() != 2)
    return F.fail("operand " + Twine(I) + " has shape " + toString(Dims) +
                  ", but must be a matrix");
  if (F.op().attrInt(Transposed, 0) == 0)
    return F.in(I);
  std::swap(Dims[0], Dims[1]);
  return F.arrange({F.in(I)}, Dims);
}

Error defineQGemm(Fusion &F) {
  enum { A, AScale, AZero, B, BScale, BZero, C, YScale, YZero };
  if (Error E = F.expectOperands(2, 9))
    return E;
  if (!F.op().hasInput(B))
    return F.fail("operand 3 is missing");
  if (Error E = expectFloat(F, {AScale, BScale}))
    return E;
  Expected<ValueId> Left = matrix(F, A, "transA");
  if (!Left)
    return Left.takeError();
  Expected<ValueId> Right = matrix(F, B, "transB");
  if (!Right)
    return Right.takeError();
  IntegerProduct P;
  P.A = *Left;
  P.B = *Right;
  P.AScale = F.in(AScale);
  P.AZero = F.in(AZero);
  P.BScale = F.in(BScale);
  P.BZero = F.in(BZero);
  // A floating one, of a network quantized in pairs, is added to the scaled
  // sums.
  bool Floating = F.op().hasInput(C) && isFloating(F.op().inType(C));
  (Floating ? P.Bias : P.Sum) = F.in(C);
  P.Alpha = F.op().attrFloat("alpha", 1) != 1;
  ValueId Y = multiply(F, P);
  if (F.op().hasInput(YScale))
    Y = F.apply("QuantizeLinear", {Y, F.in(YScale), F.in(YZero)});
  F.result(0, Y);
  return Error::success();
}

Error defineQLinearConv(Fusion &F) {
  if (Error E = F.expectOperands(8, 9, 3))
    return E;
  SmallVector<ValueId, 9> In;
  for (unsigned I = 0; I < 9; ++I)
    In.push_back(F.in(I));
  Shape Dims(F.op().inShape(0));
  bool Last = F.op().attrInt("channels_last", 0) != 0;
  if (Last) {
    std::rotate(Dims.begin() + 1, Dims.end() - 1, Dims.end());
    In[0] = F.arrange({In[0]}, Dims);
  }
  ValueId Y = F.apply("QLinearConv", In, F.op().node().Attributes);
  Shape Result(F.shape(Y));
  if (Last && Result.size() >= 3)
    std::rotate(Result.begin() + 1, Result.begin() + 2, Result.end());
  F.result(0, F.arrange({Y}, Result));
  return Error::success();
}

Error defineQAttention(Fusion &F) {
  enum { X, W, Bias, XScale, WScale, Mask, XZero, WZero, Past };
  if (Error E = F.expectOperands(5, 9, 3))
    return E;
  if (Error E = expectFloat(F, {Bias, XScale, WScale}))
    return E;
  ShapeRef Weights = F.op().inShape(W);
  if (Weights.size() != 2)
    return F.fail("its weights have shape " + toString(Weights) +
                  ", but must be a matrix");
  Expected<FusedAttention> Read = projectionSizes(F, X, Weights[1]);
  if (!Read)
    return Read.takeError();
  FusedAttention A = *Read;
  if (Error E = F.expectShape(Bias, {Weights[1]}))
    return E;
  IntegerProduct P;
  P.A = F.in(X);
  P.B = F.in(W);
  P.AScale = F.in(XScale);
  P.BScale = F.in(WScale);
  P.AZero = F.in(XZero);
  P.BZero = F.in(WZero);
  P.Bias = F.in(Bias);
  splitProjection(F, A, multiply(F, P));
  if (Error E = takeStackedPast(F, A, Past))
    return E;
  A.Mask = Mask;
  if (Error E = attend(F, A))
    return E;
  F.result(0, A.Y);
  giveStackedPresent(F, A);
  return Error::success();
}

/// Weights [directions, columns, rows] of integers, made real numbers
/// [directions, rows, columns]; scales one a direction, or one a row.
Expected<ValueId> recurrentWeights(Fusion &F, unsigned I, unsigned Scale) {
  const OpInstance &Op = F.op();
  ShapeRef W = Op.inShape(I);
  if (W.size() != 3)
    return F.fail("operand " + Twine(I) + " has shape " + toString(W) +
                  ", but must be [directions, inputs, 4 * hidden]");
  if (Error E = expectFloat(F, {Scale}))
    return E;
  bool Rows = Op.inShape(Scale).size() == 2;
  Shape Given = {W[0]};
  if (Rows)
    Given.push_back(W[2]);
  for (unsigned K : {Scale, Scale + 1})
    if (Error E = F.expectShape(K, Given))
      return E;
  Shape Laid = {W[0], 1, Rows ? W[2] : 1};
  ValueId Y = F.in(I);
  if (Op.hasInput(Scale + 1))
    Y = F.apply("Sub", {Y, F.arrange({F.in(Scale + 1)}, Laid)});
  Y = F.apply("Mul", {F.arrange({Y}, W, Op.inType(Scale)),
                      F.arrange({F.in(Scale)}, Laid)});
  return F.arrange({Y}, {W[0], W[2], W[1]});
}

Error defineLstm(Fusion &F) {
  enum { X, W, R, B, Lengths, H, C, P, WScale, WZero, RScale, RZero };
  if (Error E = F.expectOperands(3, 12, 3))
    return E;
  Expected<ValueId> Inputs = recurrentWeights(F, W, WScale);
  if (!Inputs)
    return Inputs.takeError();
  Expected<ValueId> States = recurrentWeights(F, R, RScale);
  if (!States)
    return States.takeError();
  SmallVector<ValueId, 4> Y =
      F.applyAll("LSTM",
                 {F.in(X), *Inputs, *States, F.in(B), F.in(Lengths), F.in(H),
                  F.in(C), F.in(P)},
                 3, F.op().node().Attributes);
  for (unsigned O = 0; O < 3; ++O)
    F.result(O, Y[O]);
  return Error::success();
}

constexpr StringLiteral Integers = "computes on integers: not differentiable";

constexpr OpInfo Rows[] = {
    {.Name = "MatMulIntegerToFloat",
     .Domain = "com.microsoft",
     .Trainable = operands(6),
     .Buffers = operands(2, 3),
     .Shape = shapeFused<defineToFloat>,
     .Forward = forwardFused<defineToFloat>,
     .ForwardDoc =
         "MatMulInteger; a_scale * b_scale: one mul for each b_scale; "
         "each sum times it: Mul; Add with bias",
     .BackwardDoc = Integers},
    {.Name = "DynamicQuantizeMatMul",
     .Domain = "com.microsoft",
     .Trainable = operands(4),
     .Buffers = operands(2),
     .Shape = shapeFused<defineDynamic>,
     .Forward = forwardFused<defineDynamic>,
     .ForwardDoc = "DynamicQuantizeLinear of A, then as MatMulIntegerToFloat",
     .BackwardDoc = Integers},
    {.Name = "MatMulInteger16",
     .Domain = "com.microsoft",
     .Shape = shapeFused<defineInteger16>,
     .Forward = forwardFused<defineInteger16>,
     .ForwardDoc = "as MatMulInteger, at int16",
     .BackwardDoc = Integers},
    {.Name = "QGemm",
     .Domain = "com.microsoft",
     .Trainable = operands(6),
     .Buffers = operands(1, 4, 7),
     .Shape = shapeFused<defineQGemm>,
     .Forward = forwardFused<defineQGemm>,
     .ForwardDoc =
         "MatMulInteger; Add with C at int32; times a_scale * b_scale (times "
         "alpha unless it is 1): Mul; QuantizeLinear with y_scale",
     .BackwardDoc = Integers},
    {.Name = "QLinearConv",
     .Domain = "com.microsoft",
     .Buffers = operands(1, 4, 6),
     .Shape = shapeFused<defineQLinearConv>,
     .Forward = forwardFused<defineQLinearConv>,
     .ForwardDoc = "as QLinearConv of the standard domain, channels last when "
                   "channels_last says so",
     .BackwardDoc = Integers},
    {.Name = "QAttention",
     .Domain = "com.microsoft",
     .Trainable = operands(2),
     .Buffers = operands(3, 4),
     .Shape = shapeFused<defineQAttention>,
     .Forward = forwardFused<defineQAttention>,
     .ForwardDoc = "the projection as MatMulIntegerToFloat, then as Attention",
     .BackwardDoc = Integers},
    {.Name = "DynamicQuantizeLSTM",
     .Domain = "com.microsoft",
     .Trainable = operands(3),
     .Buffers = operands(8, 10),
     .Shape = shapeFused<defineLstm>,
     .Forward = forwardFused<defineLstm>,
     .ForwardDoc =
         "the weights dequantized: sub 1 at the quantized type (with a zero "
         "point), mul 1 for each; then as LSTM, at X's type",
     .BackwardDoc = Integers},
};

} // namespace

ArrayRef<OpInfo> contribQuantizedLinearOps() { return Rows; }

} // namespace toscount
