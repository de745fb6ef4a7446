//===- QuantizedLinear.cpp - integer matrix products and convolutions -----===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// MatMulInteger, ConvInteger, QLinearMatMul and QLinearConv. Zero points are
/// subtracted once an element and products made at the quantized type, sums at
/// int32; what brings a sum back to the quantized type counts at the scales'
/// type.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "Quantization.h"
#include "ShapeHelpers.h"
#include "Window.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

/// The numbers of an operator's operands. (NoId: it has no such operand.)
struct Layout {
  unsigned A, AScale, AZero;
  unsigned B, BScale, BZero;
  unsigned YScale, YZero, Bias;
};
constexpr Layout IntegerLayout = {0, NoId, 2, 1, NoId, 3, NoId, NoId, NoId};
constexpr Layout QLinearLayout = {0, 1, 2, 3, 4, 5, 6, 7, 8};

Layout layoutOf(const OpInstance &Op) {
  return Op.op().starts_with("QLinear") ? QLinearLayout : IntegerLayout;
}

// -- Counting.

/// The type that products are summed at.
ElementType sumType(const OpInstance &Op) {
  return isFloating(Op.inType(0)) ? ElementType::Float32 : ElementType::Int32;
}

void subtractZeroPoints(const OpInstance &Op, Work &W, const Layout &L) {
  for (auto [Data, Zero] : {std::pair(L.A, L.AZero), {L.B, L.BZero}})
    if (Op.hasInput(Zero)) {
      W.setType(Op.inType(Data));
      W.sub(Op.inSize(Data), "the zero point, for each element of an operand");
    }
}

void products(const OpInstance &Op, Work &W, Count Muls, Count Adds) {
  W.setType(Op.inType(0));
  W.macs(Muls, 0, "products at the quantized type");
  W.setType(sumType(Op));
  W.macs(0, Adds, "sums of products");
}

/// What brings sums back to the quantized type. \p Products, \p Quotients:
/// elements of a_scale * b_scale, and of that divided by y_scale.
void requantize(const OpInstance &Op, Work &W, const Layout &L, Count Products,
                Count Quotients) {
  W.setType(Op.inType(L.AScale));
  W.mul(Products, "the product of the operands' scales");
  W.div(Quotients, "by the result's scale");
  W.mul(Op.outSize(0), "each sum by the scales' quotient");
  countQuantize(W, Op.outSize(0), Op.outType(0), Op.hasInput(L.YZero));
}

// -- Shapes.

/// Types and zero points, and the type of the result.
Expected<ElementType> checkTypes(const ShapeContext &C, const Layout &L) {
  for (unsigned I : {L.A, L.B})
    if (Error E = expectQuantized(C, I))
      return E;
  for (unsigned I : {L.AScale, L.BScale, L.YScale})
    if (C.hasInput(I))
      if (Error E = expectFloating(C, I))
        return E;
  if (Error E = expectZeroPoint(C, L.A, L.AScale, L.AZero))
    return E;
  if (Error E = expectZeroPoint(C, L.B, L.BScale, L.BZero))
    return E;
  if (L.YZero == NoId)
    return ElementType::Int32;
  if (Error E = expectZeroPoint(C, NoId, L.YScale, L.YZero))
    return E;
  if (Error E = expectQuantized(C, L.YZero))
    return E;
  return C.inType(L.YZero);
}

bool isOne(ShapeRef Dims) { return elements(Dims) == 1; }

/// A vector of more than one element, one for each row.
Shape asRows(ShapeRef Dims) {
  Shape S(Dims);
  if (S.size() == 1 && S[0] != 1)
    S.push_back(1);
  return S;
}

/// Whether \p Part, which does not vary along axis \p Last of the \p Whole
/// (counted from the end), broadcasts to it.
bool fits(ShapeRef Part, ShapeRef Whole, size_t Last) {
  if (isOne(Part) && Part.size() <= Whole.size())
    return true;
  if (Part.size() > Whole.size())
    return false;
  for (size_t I = 1; I <= Part.size(); ++I) {
    int64_t D = Part[Part.size() - I];
    if (D != 1 && (I == Last || D != Whole[Whole.size() - I]))
      return false;
  }
  return true;
}

Error checkGrain(const ShapeContext &C, unsigned Part, ShapeRef Whole,
                 bool Rows) {
  if (!C.hasInput(Part))
    return Error::success();
  ShapeRef Dims = C.inShape(Part);
  // Scalars, also those written as one-element vectors, suit any operand.
  if (isOne(Dims) && Dims.size() <= 1)
    return Error::success();
  if (Rows ? fits(asRows(Dims), Whole, 1) : fits(Dims, Whole, 2))
    return Error::success();
  return C.fail("operand " + Twine(Part) + " '" +
                printable(C.input(Part).Name) + "' of shape " + toString(Dims) +
                " is neither a scalar nor one number for "
                "each " +
                (Rows ? "row" : "column") + " of shape " + toString(Whole));
}

/// Numpy's matmul.
Expected<Shape> matMulShape(const ShapeContext &C, ShapeRef A, ShapeRef B) {
  if (A.empty() || B.empty())
    return C.fail("a scalar is no matrix; operands of shapes " + toString(A) +
                  " and " + toString(B) + " can't be multiplied");
  int64_t K = A.back();
  int64_t KB = B.size() == 1 ? B[0] : B[B.size() - 2];
  Shape Batch;
  if (K != KB || !broadcast(A.drop_back(std::min<size_t>(2, A.size())),
                            B.drop_back(std::min<size_t>(2, B.size())), Batch))
    return C.fail("matrices of shapes " + toString(A) + " and " + toString(B) +
                  " can't be multiplied");
  if (K == 0)
    return C.fail("matrices of shapes " + toString(A) + " and " + toString(B) +
                  " have nothing to sum over");
  if (A.size() > 1)
    Batch.push_back(A[A.size() - 2]);
  if (B.size() > 1)
    Batch.push_back(B.back());
  return Batch;
}

Error shapeMatMul(ShapeContext &C) {
  Layout L = layoutOf(C);
  bool QLinear = L.YZero != NoId;
  if (Error E = C.expectInputs(QLinear ? 8 : 2, QLinear ? 8 : 4))
    return E;
  Expected<ElementType> Type = checkTypes(C, L);
  if (!Type)
    return Type.takeError();
  ShapeRef A = C.inShape(L.A);
  ShapeRef B = C.inShape(L.B);
  Expected<Shape> Y = matMulShape(C, A, B);
  if (!Y)
    return Y.takeError();
  for (unsigned I : {L.AScale, L.AZero})
    if (Error E = checkGrain(C, I, A, true))
      return E;
  for (unsigned I : {L.BScale, L.BZero})
    if (Error E = checkGrain(C, I, B, false))
      return E;
  // Rows of the result are A's.
  for (unsigned I : {L.YScale, L.YZero})
    if (Error E = checkGrain(C, I, *Y, true))
      return E;
  if (QLinear && (A.size() < 2 || B.size() < 2))
    for (unsigned I : {L.AScale, L.BScale, L.YScale})
      if (!isOne(C.inShape(I)))
        return C.fail("a vector's scale must be a scalar");
  return C.setOutput(0, *Type, *Y);
}

void forwardMatMul(const OpInstance &Op, Work &W) {
  Layout L = layoutOf(Op);
  subtractZeroPoints(Op, W, L);
  Count K = W.let("K", Op.inShape(L.A).back(), "a.shape[-1]");
  products(Op, W, Op.outSize(0) * K, Op.outSize(0) * (K - 1));
  if (L.YZero == NoId)
    return;
  Shape Products, Quotients;
  broadcast(asRows(Op.inShape(L.AScale)), Op.inShape(L.BScale), Products);
  broadcast(Products, asRows(Op.inShape(L.YScale)), Quotients);
  requantize(Op, W, L, elements(Products), elements(Quotients));
}

Expected<WindowAxes> windowsOf(const OpInstance &Op, const Layout &L) {
  return slidingWindows(Op, Op.inShape(L.A).drop_front(2),
                        Op.inShape(L.B).drop_front(2));
}

/// Scales and zero points: scalars, but those of the weight may be one number
/// for each output channel.
Error checkConvGrains(const ShapeContext &C, const Layout &L,
                      int64_t Channels) {
  for (unsigned I : {L.AScale, L.AZero, L.YScale, L.YZero, L.BScale, L.BZero}) {
    if (!C.hasInput(I))
      continue;
    ShapeRef Dims = C.inShape(I);
    bool Weight = I == L.BScale || I == L.BZero;
    if ((isOne(Dims) && Dims.size() <= 1) ||
        (Weight && Dims.size() == 1 && Dims[0] == Channels))
      continue;
    return C.fail("operand " + Twine(I) + " '" + printable(C.input(I).Name) +
                  "' of shape " + toString(Dims) + " must be a scalar" +
                  (Weight ? " or one number for each output channel" : ""));
  }
  return Error::success();
}

Error shapeConv(ShapeContext &C) {
  Layout L = layoutOf(C);
  bool QLinear = L.YZero != NoId;
  if (Error E = C.expectInputs(QLinear ? 8 : 2, QLinear ? 9 : 4))
    return E;
  Expected<ElementType> Type = checkTypes(C, L);
  if (!Type)
    return Type.takeError();
  if (Error E = C.expectRankAtLeast(L.A, 3))
    return E;
  ShapeRef X = C.inShape(L.A);
  ShapeRef W = C.inShape(L.B);
  if (Error E = C.expectRank(L.B, X.size()))
    return E;
  int64_t Group = C.attrInt("group", 1);
  int64_t Channels = 0;
  if (Group < 1 || W[0] < 1 || W[1] < 1 || W[0] % Group != 0 ||
      __builtin_mul_overflow(W[1], Group, &Channels))
    return C.fail("its weight of shape " + toString(W) +
                  " cannot be divided into " + Twine(Group) + " groups");
  if (X[1] != Channels)
    return C.fail("its operand has " + Twine(X[1]) +
                  " channels, but its weight of shape " + toString(W) +
                  " takes " + Twine(Channels));
  ArrayRef<int64_t> Kernel = C.attrInts("kernel_shape");
  if (!Kernel.empty() && Kernel != W.drop_front(2))
    return C.fail("its attribute 'kernel_shape' is " + toString(Kernel) +
                  ", but its weight has shape " + toString(W));
  if (Error E = checkConvGrains(C, L, W[0]))
    return E;
  if (C.hasInput(L.Bias)) {
    if (Error E = C.expectRank(L.Bias, 1))
      return E;
    if (C.inShape(L.Bias)[0] != W[0] || !isInteger(C.inType(L.Bias)))
      return C.fail("its bias is " + name(C.inType(L.Bias)) + " of shape " +
                    toString(C.inShape(L.Bias)) + ", but must be " +
                    Twine(W[0]) + " integers");
  }
  Expected<WindowAxes> Axes = windowsOf(C, L);
  if (!Axes)
    return Axes.takeError();
  Shape Y = {X[0], W[0]};
  for (const WindowAxis &A : *Axes)
    Y.push_back(A.Out);
  return C.setOutput(0, *Type, Y);
}

void forwardConv(const OpInstance &Op, Work &W) {
  Layout L = layoutOf(Op);
  subtractZeroPoints(Op, W, L);
  WindowCounts Each =
      countWindows(cantFail(windowsOf(Op, L)), Op.settings().SkipPaddingTaps);
  ShapeRef Weight = Op.inShape(L.B);
  Count Images = Count(Op.inShape(L.A)[0]) * Weight[0];
  Count Muls = Images * Weight[1] * Each.Pairs;
  products(Op, W, Muls, Muls - Images * Each.Windows);
  if (Op.hasInput(L.Bias)) {
    // Integers, but for a network quantized in pairs whose bias was left out.
    bool Floating = isFloating(Op.inType(L.Bias));
    W.setType(Floating ? Op.inType(L.Bias) : sumType(Op));
    if (Floating)
      W.div(Op.inSize(L.Bias), "the bias by the result's scale");
    W.add(Op.outSize(0), "the bias, for each output element");
  }
  if (L.YZero != NoId)
    requantize(Op, W, L, Op.inSize(L.BScale), Op.inSize(L.BScale));
}

constexpr OpInfo Rows[] = {
    {.Name = "MatMulInteger",
     .Since = 10,
     .Types = "Ti Ui Ti Ui",
     .Shape = shapeMatMul,
     .Forward = forwardMatMul,
     .ForwardDoc =
         "zero points: sub 1 for each element of a and b that has one; each "
         "output element is a dot product of length K: K mul at the operands' "
         "type, K-1 add at int32",
     .BackwardDoc = "computes on integers: not differentiable"},
    {.Name = "ConvInteger",
     .Since = 10,
     .Types = "Ti Ui Ti Ui",
     .Shape = shapeConv,
     .Forward = forwardConv,
     .ForwardDoc =
         "zero points: sub 1 for each element of x and w that has one; then as "
         "Conv: K = c_in/group * prod(kernel_shape) mul at the operands' type "
         "and K-1 add at int32 for each output element",
     .BackwardDoc = "computes on integers: not differentiable"},
    {.Name = "QLinearMatMul",
     .Since = 10,
     .Types = "Tfi f Tfi Ufi f Ufi f fi",
     .Buffers = operands(1, 4, 6),
     .Shape = shapeMatMul,
     .Forward = forwardMatMul,
     .ForwardDoc =
         "zero points: sub 1 for each element of a and b; dot products of "
         "length K: K mul at the operands' type, K-1 add at int32; a_scale * "
         "b_scale / y_scale: mul 1, div 1 for each scale; for each output "
         "element mul 1, round cmp 1, zero point add 1, saturate cmp 2 at the "
         "scales' type",
     .BackwardDoc = "computes on integers: not differentiable"},
    {.Name = "QLinearConv",
     .Since = 10,
     .Types = "Ti f Ti Ui f Ui f i i",
     .Trainable = operands(8),
     .Buffers = operands(1, 4, 6),
     .Shape = shapeConv,
     .Forward = forwardConv,
     .ForwardDoc =
         "zero points: sub 1 for each element of x and w; as Conv: K = "
         "c_in/group * prod(kernel_shape) mul at the operands' type and K-1 "
         "add (one more with a bias) at int32 for each output element; x_scale "
         "* w_scale / y_scale: mul 1, div 1 for each w_scale; for each output "
         "element mul 1, round cmp 1, zero point add 1, saturate cmp 2 at the "
         "scales' type",
     .BackwardDoc = "computes on integers: not differentiable"},
};

} // namespace

ArrayRef<OpInfo> quantizedLinearOps() { return Rows; }

} // namespace toscount
