//===- ContribMatMul.cpp - fused matrix products --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Matrix products with what ONNX Runtime fuses into them: transpositions,
/// factors, activations, and the dequantization of packed weights.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "FusedActivation.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

//===----------------------------------------------------------------------===//
// Products of floats
//===----------------------------------------------------------------------===//

/// Operand \p I as it is multiplied: [d0, d1..., m, n] with d0 moved behind the
/// other batch dimensions (\p Batch), then the last two exchanged.
Expected<ValueId> transposed(Fusion &F, unsigned I, bool Last, bool Batch) {
  Shape Dims(F.op().inShape(I));
  if (Batch) {
    if (Dims.size() < 3)
      return F.fail("operand " + Twine(I) + " of shape " + toString(Dims) +
                    " has no batch to transpose");
    std::rotate(Dims.begin(), Dims.begin() + 1, Dims.end() - 1);
  }
  // A vector is not transposed.
  if (Last && Dims.size() >= 2)
    std::swap(Dims[Dims.size() - 1], Dims[Dims.size() - 2]);
  if (ShapeRef(Dims) == F.op().inShape(I) && !Batch && !Last)
    return F.in(I);
  return F.arrange({F.in(I)}, Dims);
}

Expected<ValueId> product(Fusion &F) {
  if (Error E = F.expectOperands(2, 2, 1))
    return E;
  auto Flag = [&](StringRef Name) { return F.op().attrInt(Name, 0) != 0; };
  Expected<ValueId> A = transposed(F, 0, Flag("transA"), Flag("transBatchA"));
  if (!A)
    return A;
  Expected<ValueId> B = transposed(F, 1, Flag("transB"), Flag("transBatchB"));
  if (!B)
    return B;
  ValueId Y = F.apply("MatMul", {*A, *B});
  if (F.op().attrFloat("alpha", 1) != 1)
    Y = F.apply("Mul", {Y, F.scalar(F.type(Y))});
  return Y;
}

Error defineMatMul(Fusion &F) {
  Expected<ValueId> Y = product(F);
  if (!Y)
    return Y.takeError();
  F.result(0, *Y);
  return Error::success();
}

/// The activation that attributes name, of \p Y, is result 0.
Error activated(Fusion &F, ValueId Y) {
  SmallVector<double, 3> Parameters;
  for (StringRef Name :
       {"activation_alpha", "activation_beta", "activation_gamma"}) {
    if (!F.op().hasAttr(Name))
      break;
    Parameters.push_back(F.op().attrFloat(Name, 0));
  }
  Expected<ValueId> Z =
      activate(F, Y, F.op().attrString("activation", ""), Parameters);
  if (!Z)
    return Z.takeError();
  F.result(0, *Z);
  return Error::success();
}

Error defineMatMulActivation(Fusion &F) {
  Expected<ValueId> Y = product(F);
  if (!Y)
    return Y.takeError();
  return activated(F, *Y);
}

Error defineGemm(Fusion &F) {
  if (Error E = F.expectOperands(2, 3, 2))
    return E;
  return activated(F, F.apply("Gemm", {F.in(0), F.in(1), F.in(2)},
                              F.op().node().Attributes));
}

Error defineGemmFastGelu(Fusion &F) {
  if (Error E = F.expectOperands(2, 3, 1))
    return E;
  ValueId Y = F.apply("MatMul", {F.in(0), F.in(1)});
  if (F.op().hasInput(2)) {
    ShapeRef W = F.op().inShape(1);
    if (W.empty())
      return F.fail("its weights are no matrix");
    if (Error E = F.expectShape(2, {W.back()}))
      return E;
    Y = F.apply("Add", {Y, F.in(2)});
  }
  F.result(0, F.apply("Gelu", {Y}, {F.attr("approximate", "tanh")}));
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Packed weights
//===----------------------------------------------------------------------===//

/// Weights in blocks along K, one scale each: attributes K, N, block_size.
struct Blocks {
  int64_t K = 0, N = 0, Block = 0, PerRow = 0;
};

Expected<Blocks> blocksOf(const Fusion &F) {
  Blocks B;
  B.K = F.op().attrInt("K", 0);
  B.N = F.op().attrInt("N", 0);
  B.Block = F.op().attrInt("block_size", 0);
  if (B.K < 1 || B.N < 1 || B.Block < 1)
    return F.fail("its attributes K, N and block_size are " + Twine(B.K) +
                  ", " + Twine(B.N) + " and " + Twine(B.Block) +
                  ", but must be at least 1");
  B.PerRow = (B.K - 1) / B.Block + 1;
  if (F.op().inShape(0).back() != B.K)
    return F.fail("operand 0 of shape " + toString(F.op().inShape(0)) +
                  " has no rows of K = " + Twine(B.K));
  return B;
}

/// Bytes that hold \p N numbers of \p Bits bits.
Count packed(Count N, int64_t Bits) { return (N * Bits + 7) / 8; }

Error expectSize(const Fusion &F, unsigned I, Count Size) {
  if (F.op().inSize(I) == Size)
    return Error::success();
  return F.fail("operand " + Twine(I) + " '" + printable(F.op().input(I).Name) +
                "' has shape " + toString(F.op().inShape(I)) +
                ", but must have " + toString(Size) + " elements");
}

/// A times the transposed \p Weights, [N, K].
ValueId multiply(Fusion &F, const Blocks &B, ValueId Weights) {
  return F.apply("MatMul", {F.in(0), F.arrange({Weights}, {B.K, B.N})});
}

Error defineNBits(Fusion &F) {
  enum { A, W, Scales, Zeros, Group, Bias };
  if (Error E = F.expectOperands(3, 6, 1))
    return E;
  Expected<Blocks> Read = blocksOf(F);
  if (!Read)
    return Read.takeError();
  const Blocks &B = *Read;
  int64_t Bits = F.op().attrInt("bits", 4);
  if (Bits < 1 || Bits > 8)
    return F.fail("its attribute 'bits' is " + Twine(Bits) +
                  ", but must be 1 to 8");
  Count Rows = B.N;
  if (Error E = expectSize(F, W, Rows * B.PerRow * packed(B.Block, Bits)))
    return E;
  if (Error E = expectSize(F, Scales, Rows * B.PerRow))
    return E;
  ElementType Type = F.op().inType(A);
  ValueId Zero = F.scalar(Type);
  if (F.op().hasInput(Zeros)) {
    bool Floats = isFloating(F.op().inType(Zeros));
    if (Error E = expectSize(
            F, Zeros,
            Rows * (Floats ? Count(B.PerRow) : packed(B.PerRow, Bits))))
      return E;
    Zero = F.arrange({F.in(Zeros)}, {B.N, B.K}, Type);
  }
  if (Error E = F.expectShape(Bias, {B.N}))
    return E;
  ValueId Weights = F.arrange({F.in(W)}, {B.N, B.K}, Type);
  Weights = F.apply("Sub", {Weights, Zero});
  Weights =
      F.apply("Mul", {Weights, F.arrange({F.in(Scales)}, {B.N, B.K}, Type)});
  ValueId Y = multiply(F, B, Weights);
  if (F.op().hasInput(Bias))
    Y = F.apply("Add", {Y, F.in(Bias)});
  F.result(0, Y);
  return Error::success();
}

Error defineBnb4(Fusion &F) {
  enum { A, W, Absmax };
  if (Error E = F.expectOperands(3, 3, 1))
    return E;
  Expected<Blocks> Read = blocksOf(F);
  if (!Read)
    return Read.takeError();
  const Blocks &B = *Read;
  // Blocks run over the weights as one vector.
  Count Weights = Count(B.N) * B.K;
  if (Error E = expectSize(F, W, packed(Weights, 4)))
    return E;
  if (Error E = expectSize(F, Absmax, (Weights + (B.Block - 1)) / B.Block))
    return E;
  ElementType Type = F.op().inType(A);
  ValueId Codes = F.arrange({F.in(W)}, {B.N, B.K}, Type);
  ValueId Scale = F.arrange({F.in(Absmax)}, {B.N, B.K}, Type);
  F.result(0, multiply(F, B, F.apply("Mul", {Codes, Scale})));
  return Error::success();
}

Error defineGatherBlocks(Fusion &F) {
  enum { Data, Indices, Scales, Zeros };
  if (Error E = F.expectOperands(3, 4, 1))
    return E;
  const OpInstance &Op = F.op();
  Shape Dims(Op.inShape(Data));
  auto Rank = static_cast<int64_t>(Dims.size());
  int64_t Bits = Op.attrInt("bits", 4);
  bool Bytes = Op.inType(Data) == ElementType::UInt8;
  if (!isInteger(Op.inType(Data)) || (Bits != 4 && Bits != 8 && Bits != 2))
    return F.fail("its data are " + name(Op.inType(Data)) + " of " +
                  Twine(Bits) + " bits, which are no quantized weights");
  int64_t Axis = Op.attrInt("gather_axis", 0);
  if (Axis < -Rank || Axis >= Rank)
    return F.fail("its attribute 'gather_axis' is " + Twine(Axis) +
                  ", outside its operand of shape " + toString(Dims));
  size_t At = OpInstance::axis(Axis, Dims.size());
  Count Selected = elements(Dims);
  if (Dims[At] < 1)
    return F.fail("there is nothing to gather from shape " + toString(Dims));
  Selected = Selected / Dims[At] * Op.inSize(Indices);
  // Bytes hold several numbers each, along the last dimension.
  if (Bytes && __builtin_mul_overflow(Dims.back(), 8 / Bits, &Dims.back()))
    return F.fail("its data are more than any memory holds");
  Shape Result(Dims.begin(), Dims.begin() + static_cast<ptrdiff_t>(At));
  Result.append(Op.inShape(Indices).begin(), Op.inShape(Indices).end());
  Result.append(Dims.begin() + static_cast<ptrdiff_t>(At) + 1, Dims.end());
  ElementType Type = Op.inType(Scales);
  if (!isFloating(Type))
    return F.fail("its scales are " + name(Type) + ", but must be floating");
  F.readsOnly(Data, Selected);
  ValueId Y = F.arrange({F.in(Data), F.in(Indices)}, Result, Type);
  // Bytes without zero points have theirs in the middle of their range.
  if (Op.hasInput(Zeros))
    Y = F.apply("Sub", {Y, F.arrange({F.in(Zeros)}, Result, Type)});
  else if (Bytes)
    Y = F.apply("Sub", {Y, F.scalar(Type)});
  F.result(0, F.apply("Mul", {Y, F.arrange({F.in(Scales)}, Result)}));
  return Error::success();
}

constexpr OpInfo Rows[] = {
    {.Name = "FusedMatMul",
     .Domain = "com.microsoft",
     .Trainable = operands(0, 1),
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineMatMul>,
     .Forward = forwardFused<defineMatMul>,
     .Backward = backwardFused<defineMatMul>,
     .ForwardDoc = "MatMul of operands that are read transposed; Mul by alpha "
                   "unless it is 1",
     .BackwardDoc = "as Mul and MatMul"},
    {.Name = "TransposeMatMul",
     .Domain = "com.microsoft",
     .Trainable = operands(0, 1),
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineMatMul>,
     .Forward = forwardFused<defineMatMul>,
     .Backward = backwardFused<defineMatMul>,
     .ForwardDoc = "as FusedMatMul",
     .BackwardDoc = "as FusedMatMul"},
    {.Name = "FusedMatMulActivation",
     .Domain = "com.microsoft",
     .Trainable = operands(0, 1),
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineMatMulActivation>,
     .Forward = forwardFused<defineMatMulActivation>,
     .Backward = backwardFused<defineMatMulActivation>,
     .ForwardDoc = "as FusedMatMul, then the activation",
     .BackwardDoc = "as the activation, then as FusedMatMul"},
    {.Name = "FusedGemm",
     .Domain = "com.microsoft",
     .Trainable = operands(0, 1, 2),
     .Differentiable = operands(0, 1, 2),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineGemm>,
     .Forward = forwardFused<defineGemm>,
     .Backward = backwardFused<defineGemm>,
     .ForwardDoc = "as Gemm, then the activation",
     .BackwardDoc = "as the activation, then as Gemm"},
    {.Name = "GemmFastGelu",
     .Domain = "com.microsoft",
     .Trainable = operands(0, 1, 2),
     .Differentiable = operands(0, 1, 2),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineGemmFastGelu>,
     .Forward = forwardFused<defineGemmFastGelu>,
     .Backward = backwardFused<defineGemmFastGelu>,
     .ForwardDoc = "gelu(X W + bias), tanh form: MatMul, Add, Gelu",
     .BackwardDoc = "as Gelu, Add and MatMul"},
    {.Name = "MatMulNBits",
     .Domain = "com.microsoft",
     .Trainable = operands(5),
     .Buffers = operands(2),
     .Differentiable = operands(0, 5),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineNBits>,
     .Forward = forwardFused<defineNBits>,
     .Backward = backwardFused<defineNBits>,
     .ForwardDoc =
         "the weights dequantized at A's type: (b - zero point) * scale: N*K "
         "sub, N*K mul (padding of the last block is not); MatMul; Add with "
         "bias. Reads the packed bytes",
     .BackwardDoc = "dA as MatMul, with the dequantized weights; the packed "
                    "weights are not trained"},
    {.Name = "MatMulBnb4",
     .Domain = "com.microsoft",
     .Buffers = operands(2),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeFused<defineBnb4>,
     .Forward = forwardFused<defineBnb4>,
     .Backward = backwardFused<defineBnb4>,
     .ForwardDoc = "the weights dequantized at A's type: a table's entry times "
                   "absmax: N*K mul; MatMul. Reads the packed bytes",
     .BackwardDoc = "dA as MatMul, with the dequantized weights"},
    {.Name = "GatherBlockQuantized",
     .Domain = "com.microsoft",
     .Buffers = operands(2),
     .Shape = shapeFused<defineGatherBlocks>,
     .Forward = forwardFused<defineGatherBlocks>,
     .ForwardDoc =
         "each gathered number dequantized: (x - zero point) * scale: sub 1 "
         "(with zero_points, or for bytes), mul 1",
     .BackwardDoc = "packed weights are not trained"},
};

} // namespace

ArrayRef<OpInfo> contribMatMulOps() { return Rows; }

} // namespace toscount
