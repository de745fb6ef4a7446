//===- Reference.cpp - plain operators, executed to be counted ------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

namespace toscount::oracle {

Tensor::Tensor(ElementType Type, ShapeRef Dims)
    : Type(Type), Dims(Dims.begin(), Dims.end()),
      Data(elements(Dims).value()) {}

size_t Tensor::offset(ShapeRef Index) const {
  size_t Offset = 0;
  for (size_t I = 0; I < Dims.size(); ++I)
    Offset = Offset * Dims[I] + Index[I];
  return Offset;
}

Scalar &Tensor::at(ShapeRef Index) { return Data[offset(Index)]; }
const Scalar &Tensor::at(ShapeRef Index) const { return Data[offset(Index)]; }

void forEachIndex(ShapeRef Dims, const std::function<void(ShapeRef)> &Body) {
  if (elements(Dims) == 0)
    return;
  Shape Index(Dims.size(), 0);
  while (true) {
    Body(Index);
    size_t I = Dims.size();
    while (I > 0 && ++Index[I - 1] == Dims[I - 1])
      Index[--I] = 0;
    if (I == 0)
      return;
  }
}

size_t broadcastOffset(ShapeRef From, ShapeRef Index) {
  size_t Offset = 0;
  size_t Skip = Index.size() - From.size();
  for (size_t I = 0; I < From.size(); ++I)
    Offset = Offset * From[I] + (From[I] == 1 ? 0 : Index[I + Skip]);
  return Offset;
}

static NodeCase::Attr &attr(NodeCase &C, const std::string &Name,
                            AttributeKind Kind) {
  C.Attributes.push_back({Name, Kind});
  return C.Attributes.back();
}
NodeCase &NodeCase::set(const std::string &Name, int64_t V) {
  attr(*this, Name, AttributeKind::Int).Int = V;
  return *this;
}
NodeCase &NodeCase::set(const std::string &Name, double V) {
  attr(*this, Name, AttributeKind::Float).Float = V;
  return *this;
}
NodeCase &NodeCase::set(const std::string &Name, const char *V) {
  attr(*this, Name, AttributeKind::String).String = V;
  return *this;
}
NodeCase &NodeCase::set(const std::string &Name, std::vector<int64_t> V) {
  attr(*this, Name, AttributeKind::Ints).Ints = std::move(V);
  return *this;
}
NodeCase &NodeCase::set(const std::string &Name, std::vector<double> V) {
  attr(*this, Name, AttributeKind::Floats).Floats = std::move(V);
  return *this;
}
NodeCase &NodeCase::set(const std::string &Name, std::vector<std::string> V) {
  attr(*this, Name, AttributeKind::Strings).Strings = std::move(V);
  return *this;
}

NodeCase &NodeCase::input(std::mt19937 &Rng, ShapeRef Dims) {
  std::normal_distribution<double> Normal;
  Tensor T(ElementType::Float32, Dims);
  for (Scalar &E : T.Data) {
    double V = Normal(Rng);
    E = V < 0 ? V - 0.05 : V + 0.05;
  }
  return operand(std::move(T));
}

NodeCase &NodeCase::uniform(std::mt19937 &Rng, ShapeRef Dims, double Low,
                            double High) {
  std::uniform_real_distribution<double> Uniform(Low, High);
  Tensor T(ElementType::Float32, Dims);
  for (Scalar &E : T.Data)
    E = Uniform(Rng);
  return operand(std::move(T));
}

NodeCase &NodeCase::known(std::vector<int64_t> Contents) {
  Shape Dims = {static_cast<int64_t>(Contents.size())};
  return known(Dims, std::move(Contents));
}

NodeCase &NodeCase::known(ShapeRef Dims, std::vector<int64_t> Contents) {
  indices(Dims, std::move(Contents));
  Inputs.back().Known = true;
  return *this;
}

NodeCase &NodeCase::indices(ShapeRef Dims, std::vector<int64_t> Contents) {
  Tensor T(ElementType::Int64, Dims);
  for (size_t I = 0; I < T.size(); ++I)
    T[I] = static_cast<double>(Contents[I]);
  return operand(std::move(T));
}

NodeCase &NodeCase::operand(Tensor Data, bool Known) {
  Operand O;
  O.Data = std::move(Data);
  O.Known = Known;
  Inputs.push_back(std::move(O));
  return *this;
}

NodeCase &NodeCase::absent() {
  Operand O;
  O.Absent = true;
  Inputs.push_back(std::move(O));
  return *this;
}

int64_t pick(std::mt19937 &Rng, int64_t Low, int64_t High) {
  return std::uniform_int_distribution<int64_t>(Low, High)(Rng);
}

Shape pickShape(std::mt19937 &Rng, size_t Rank, int64_t Low, int64_t High) {
  Shape Dims;
  for (size_t I = 0; I < Rank; ++I)
    Dims.push_back(pick(Rng, Low, High));
  return Dims;
}

#define TOSCOUNT_FAMILY(NAME, FUNCTION, CLASS) void add##NAME##References(References &);
#include "../../../lib/Ops/Families.def"

const References &references() {
  static const References All = [] {
    References R;
#define TOSCOUNT_FAMILY(NAME, FUNCTION, CLASS) add##NAME##References(R);
#include "../../../lib/Ops/Families.def"
    return R;
  }();
  return All;
}

const Reference *findReference(llvm::StringRef Domain, llvm::StringRef Op) {
  for (const Reference &R : references())
    if (R.Op == Op && R.Domain == Domain)
      return &R;
  return nullptr;
}

} // namespace toscount::oracle
