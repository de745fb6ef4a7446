//===- QuantizedReference.cpp - executed quantization ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "QuantizedReference.h"

using namespace llvm;

namespace toscount::oracle {

Scalar roundEven(Scalar X) {
  ++Scalar::Now->Cmp;
  // A tie is one in the precision that ONNX computes in.
  return std::nearbyint(static_cast<float>(X.value()));
}

std::pair<double, double> limits(ElementType Type) {
  switch (Type) {
  case ElementType::Float8E4M3FN:
    return {-448, 448};
  case ElementType::Float8E4M3FNUZ:
    return {-240, 240};
  case ElementType::Float8E5M2:
  case ElementType::Float8E5M2FNUZ:
    return {-57344, 57344};
  case ElementType::Float4E2M1:
    return {-6, 6};
  case ElementType::UInt4:
    return {0, 15};
  case ElementType::UInt8:
    return {0, 255};
  case ElementType::UInt16:
    return {0, 65535};
  case ElementType::Int4:
    return {-8, 7};
  case ElementType::Int16:
    return {-32768, 32767};
  default:
    return {-128, 127};
  }
}

Scalar saturate(Scalar X, ElementType Type) {
  auto [Low, High] = limits(Type);
  return min(max(X, Low), High);
}

Tensor randomIntegers(std::mt19937 &Rng, ElementType Type, ShapeRef Dims) {
  Tensor T(Type, Dims);
  auto [Low, High] = limits(Type);
  for (Scalar &E : T.Data)
    E = static_cast<double>(
        pick(Rng, static_cast<int64_t>(Low), static_cast<int64_t>(High)));
  return T;
}

namespace {

/// The element of the scale that belongs to index \p I of operand 0.
size_t scaleOf(const OpInstance &Op, ShapeRef I) {
  ShapeRef S = Op.inShape(1);
  int64_t Block = Op.attrInt("block_size", 0);
  if (Block == 0 && elements(S) == 1)
    return 0;
  int64_t Axis = Op.attrInt("axis", 1);
  if (Axis < 0)
    Axis += static_cast<int64_t>(I.size());
  if (Block == 0)
    return I[Axis];
  Shape At(I);
  At[Axis] /= Block;
  return Tensor(ElementType::Float32, S).offset(At);
}

void forwardQuantize(const OpInstance &Op, ArrayRef<Tensor> In,
                     MutableArrayRef<Tensor> Out, Saved &) {
  ElementType Type = Out[0].Type;
  bool Float = isFloating(Type);
  forEachIndex(In[0].Dims, [&](ShapeRef I) {
    size_t S = scaleOf(Op, I);
    Scalar Y = In[0].at(I) / In[1][S];
    if (!Float)
      Y = roundEven(Y);
    if (Op.hasInput(2))
      Y += In[2][S];
    if (!Float || Type == ElementType::Float4E2M1 ||
        Op.attrInt("saturate", 1) == 1)
      Y = saturate(Y, Type);
    Out[0].at(I) = Y;
  });
}

/// Saves x - x_zero_point.
void forwardDequantize(const OpInstance &Op, ArrayRef<Tensor> In,
                       MutableArrayRef<Tensor> Out, Saved &Save) {
  Save = {In[0]};
  forEachIndex(In[0].Dims, [&](ShapeRef I) {
    size_t S = scaleOf(Op, I);
    if (Op.hasInput(2))
      Save[0].at(I) = In[0].at(I) - In[2][S];
    Out[0].at(I) = Save[0].at(I) * In[1][S];
  });
}

void backwardDequantize(const OpInstance &Op, ArrayRef<Tensor> In,
                        ArrayRef<Tensor>, const Saved &Save,
                        ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                        MutableArrayRef<Tensor> DIn) {
  std::vector<Sum> Sums(In[1].size());
  forEachIndex(In[0].Dims, [&](ShapeRef I) {
    size_t S = scaleOf(Op, I);
    if (Needs[0])
      DIn[0].at(I) = DOut[0].at(I) * In[1][S];
    if (Needs[1])
      Sums[S].term(DOut[0].at(I) * Save[0].at(I));
  });
  if (Needs[1])
    for (size_t S = 0; S < Sums.size(); ++S)
      DIn[1][S] = Sums[S].sum();
}

void forwardDynamic(const OpInstance &, ArrayRef<Tensor> In,
                    MutableArrayRef<Tensor> Out, Saved &) {
  Scalar High = 0, Low = 0;
  for (Scalar X : In[0].Data) {
    High = max(High, X);
    Low = min(Low, X);
  }
  Scalar Scale = (High - Low) / 255.0;
  Scale = static_cast<float>(Scale.value());
  Scalar Zero = saturate(roundEven(0.0 - Low / Scale), ElementType::UInt8);
  for (size_t I = 0; I < In[0].size(); ++I)
    Out[0][I] =
        saturate(roundEven(In[0][I] / Scale) + Zero, ElementType::UInt8);
  Out[1][0] = Scale;
  Out[2][0] = Zero;
}

enum class Grain { Whole, Axis, Blocks };

/// Attributes and the shape of the scale for a tensor of shape \p X.
Shape chooseScale(std::mt19937 &Rng, NodeCase &C, ShapeRef X, Grain G) {
  auto Rank = static_cast<int64_t>(X.size());
  int64_t Axis = pick(Rng, 0, Rank - 1);
  if (G == Grain::Whole) {
    C.Opset = static_cast<int>(pick(Rng, 10, 23));
    return pick(Rng, 0, 1) == 0 ? Shape{} : Shape{1};
  }
  C.set("axis", pick(Rng, 0, 1) == 0 ? Axis : Axis - Rank);
  C.Opset = static_cast<int>(pick(Rng, G == Grain::Axis ? 13 : 21, 23));
  if (G == Grain::Axis)
    return {X[Axis]};
  int64_t Block = pick(Rng, 1, 3);
  C.set("block_size", Block);
  Shape S(X);
  S[Axis] = (S[Axis] + Block - 1) / Block;
  return S;
}

constexpr ElementType Targets[] = {ElementType::UInt8, ElementType::Int8,
                                   ElementType::Float8E4M3FN, ElementType::Int4,
                                   ElementType::Float4E2M1};

template <Grain G> NodeCase quantizeCase(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "QuantizeLinear";
  Shape X = pickShape(Rng, pick(Rng, 1, 3));
  Shape S = chooseScale(Rng, C, X, G);
  C.input(Rng, X).uniform(Rng, S, 0.01, 0.5);
  ElementType Type = Targets[pick(Rng, 0, C.Opset < 19 ? 1 : 4)];
  if (pick(Rng, 0, 1) == 0)
    C.operand(randomIntegers(Rng, Type, S));
  else if (C.Opset >= 21)
    C.set("output_dtype", static_cast<int64_t>(Type));
  if (C.Opset >= 19 && pick(Rng, 0, 1) == 0)
    C.set("saturate", pick(Rng, 0, 1));
  return C;
}

template <Grain G> NodeCase dequantizeCase(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "DequantizeLinear";
  Shape X = pickShape(Rng, pick(Rng, 1, 3));
  Shape S = chooseScale(Rng, C, X, G);
  ElementType Type = Targets[pick(Rng, 0, C.Opset < 19 ? 1 : 4)];
  C.operand(randomIntegers(Rng, Type, X)).uniform(Rng, S, 0.01, 0.5);
  if (pick(Rng, 0, 1) == 0)
    C.operand(randomIntegers(Rng, Type, S));
  if (C.Opset >= 23 && pick(Rng, 0, 1) == 0)
    C.set("output_dtype", static_cast<int64_t>(ElementType::Float16));
  return C;
}

} // namespace

void addQuantizedReferences(References &All) {
  All.push_back(
      {.Op = "QuantizeLinear",
       .Forward = forwardQuantize,
       .Cases = {quantizeCase<Grain::Whole>, quantizeCase<Grain::Axis>,
                 quantizeCase<Grain::Blocks>}});
  All.push_back(
      {.Op = "DequantizeLinear",
       .Forward = forwardDequantize,
       .Backward = backwardDequantize,
       .Cases = {dequantizeCase<Grain::Whole>, dequantizeCase<Grain::Axis>,
                 dequantizeCase<Grain::Blocks>}});
  All.push_back({.Op = "DynamicQuantizeLinear",
                 .Forward = forwardDynamic,
                 .Cases = {[](std::mt19937 &Rng) {
                   NodeCase C;
                   C.Op = "DynamicQuantizeLinear";
                   C.NumOutputs = 3;
                   return C.input(Rng, pickShape(Rng, pick(Rng, 0, 3)));
                 }}});
}

} // namespace toscount::oracle
