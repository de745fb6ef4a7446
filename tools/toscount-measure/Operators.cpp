//===- Operators.cpp - what runs each operator ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

#include "Failure.h"

#include <algorithm>
#include <unordered_map>

namespace toscount::measure {

const at::Tensor &Call::operator[](size_t I) const {
  if (!has(I))
    throw Failure("operand " + std::to_string(I) + " is missing");
  return In[I];
}

std::vector<int64_t> Call::ints(size_t I) const {
  at::Tensor T = (*this)[I].detach().to(at::kCPU, at::kLong).contiguous();
  return {T.data_ptr<int64_t>(), T.data_ptr<int64_t>() + T.numel()};
}

double Call::number(size_t I) const {
  const at::Tensor &T = (*this)[I];
  if (T.numel() != 1)
    throw Failure("operand " + std::to_string(I) + " should be one number");
  return T.detach().to(at::kDouble).item<double>();
}

int64_t Call::axis(int64_t Axis, size_t Operand) const {
  int64_t Rank = (*this)[Operand].dim();
  int64_t Front = Axis < 0 ? Axis + Rank : Axis;
  if (Front < 0 || Front > Rank)
    throw Failure("axis " + std::to_string(Axis) +
                  " is outside an operand of rank " + std::to_string(Rank));
  return Front;
}

int64_t Call::attr(const char *Name, int64_t Default) const {
  auto At = N.Attributes.find(Name);
  return At == N.Attributes.end() ? Default : At->get<int64_t>();
}

static double asNumber(const Json &V) {
  if (V == "inf")
    return std::numeric_limits<double>::infinity();
  if (V == "-inf")
    return -std::numeric_limits<double>::infinity();
  if (V == "nan")
    return std::numeric_limits<double>::quiet_NaN();
  return V.get<double>();
}

double Call::attr(const char *Name, double Default) const {
  auto At = N.Attributes.find(Name);
  return At == N.Attributes.end() ? Default : asNumber(*At);
}

std::string Call::attr(const char *Name, const char *Default) const {
  auto At = N.Attributes.find(Name);
  return At == N.Attributes.end() ? Default : At->get<std::string>();
}

std::vector<int64_t> Call::attrInts(const char *Name) const {
  auto At = N.Attributes.find(Name);
  return At == N.Attributes.end() ? std::vector<int64_t>()
                                  : At->get<std::vector<int64_t>>();
}

std::vector<double> Call::attrFloats(const char *Name) const {
  std::vector<double> Numbers;
  if (auto At = N.Attributes.find(Name); At != N.Attributes.end())
    for (const Json &V : *At)
      Numbers.push_back(asNumber(V));
  return Numbers;
}

std::vector<std::string> Call::attrStrings(const char *Name) const {
  auto At = N.Attributes.find(Name);
  return At == N.Attributes.end() ? std::vector<std::string>()
                                  : At->get<std::vector<std::string>>();
}

std::vector<int64_t> Call::axes(size_t Slot) const {
  std::vector<int64_t> Axes = has(Slot) ? ints(Slot) : attrInts("axes");
  for (int64_t &A : Axes)
    A = axis(A);
  return Axes;
}

at::ScalarType Call::dataType(int64_t Type) const {
  at::ScalarType T;
  switch (Type) {
  case 1:
    T = at::kFloat;
    break;
  case 2:
    T = at::kByte;
    break;
  case 3:
    T = at::kChar;
    break;
  case 5:
    T = at::kShort;
    break;
  case 6:
    T = at::kInt;
    break;
  case 7:
    T = at::kLong;
    break;
  case 9:
    T = at::kBool;
    break;
  case 10:
    T = at::kHalf;
    break;
  case 11:
    T = at::kDouble;
    break;
  case 16:
    T = at::kBFloat16;
    break;
  default:
    throw Failure("LibTorch has no tensors of ONNX type " +
                  std::to_string(Type));
  }
  return ForceFloat32 && at::isFloatingType(T) ? at::kFloat : T;
}

std::vector<OperatorRows> operatorFamilies() {
  return {
      linearOperators(),      poolingOperators(),       activationOperators(),
      elementwiseOperators(), normalizationOperators(), reductionOperators(),
      movementOperators(),    indexingOperators(),      recurrentOperators(),
      generatorOperators(),   fusedOperators()};
}

const OperatorRow *findOperator(const NodeInfo &N) {
  for (OperatorRows Family : operatorFamilies())
    for (size_t I = 0; I < Family.Size; ++I)
      if (N.Op == Family.First[I].Name && N.Domain == Family.First[I].Domain)
        return &Family.First[I];
  return nullptr;
}

at::ScalarType typeFromName(const std::string &Name) {
  static const std::unordered_map<std::string, at::ScalarType> Types = {
      {"fp32", at::kFloat},    {"fp64", at::kDouble}, {"fp16", at::kHalf},
      {"bf16", at::kBFloat16}, {"int64", at::kLong},  {"int32", at::kInt},
      {"int16", at::kShort},   {"int8", at::kChar},   {"uint8", at::kByte},
      {"bool", at::kBool}};
  auto At = Types.find(Name);
  if (At == Types.end())
    throw Failure("LibTorch has no tensors of type '" + Name + "'");
  return At->second;
}

at::Tensor makeTensor(const TensorInfo &T) {
  at::ScalarType Type = typeFromName(T.Type);
  if (!T.Known)
    throw Failure("its contents are not in the campaign file");
  if (at::isFloatingType(Type))
    return at::tensor(T.Floats, at::kDouble).to(Type).reshape(T.Shape);
  return at::tensor(T.Ints, at::kLong).to(Type).reshape(T.Shape);
}

std::vector<int64_t> Padding::flat() const {
  std::vector<int64_t> Flat;
  for (size_t I = Begin.size(); I-- > 0;) {
    Flat.push_back(Begin[I]);
    Flat.push_back(End[I]);
  }
  return Flat;
}

Window windowOf(const Call &C, const std::vector<int64_t> &Kernel) {
  Window W;
  W.Kernel = Kernel;
  size_t Axes = Kernel.size();
  auto orOnes = [&](const char *Name) {
    std::vector<int64_t> Given = C.attrInts(Name);
    if (!Given.empty() && Given.size() != Axes)
      throw Failure(std::string("attribute '") + Name + "' should have " +
                    std::to_string(Axes) + " numbers");
    return Given.empty() ? std::vector<int64_t>(Axes, 1) : Given;
  };
  W.Strides = orOnes("strides");
  W.Dilations = orOnes("dilations");
  if (C[0].dim() != static_cast<int64_t>(Axes) + 2)
    throw Failure("the operand should have " + std::to_string(Axes) +
                  " spatial axes");
  std::vector<int64_t> Pads = C.attrInts("pads");
  std::string Auto = C.attr("auto_pad", "NOTSET");
  W.Pads.Begin.assign(Axes, 0);
  W.Pads.End.assign(Axes, 0);
  for (size_t I = 0; I < Axes; ++I) {
    if (Auto == "SAME_UPPER" || Auto == "SAME_LOWER") {
      int64_t Size = C[0].size(static_cast<int64_t>(I) + 2);
      int64_t Out = (Size + W.Strides[I] - 1) / W.Strides[I];
      int64_t Total =
          std::max<int64_t>((Out - 1) * W.Strides[I] +
                                (Kernel[I] - 1) * W.Dilations[I] + 1 - Size,
                            0);
      W.Pads.Begin[I] = Auto == "SAME_UPPER" ? Total / 2 : Total - Total / 2;
      W.Pads.End[I] = Total - W.Pads.Begin[I];
    } else if (Auto == "NOTSET" && Pads.size() == 2 * Axes) {
      W.Pads.Begin[I] = Pads[I];
      W.Pads.End[I] = Pads[I + Axes];
    }
  }
  return W;
}

} // namespace toscount::measure
