//===- GraphBuilder.cpp - layer graphs made in memory ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Zoo/GraphBuilder.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"

using namespace llvm;

namespace toscount {

GraphBuilder::GraphBuilder(Model &M, StringRef Name)
    : M(M), G(*M.createGraph()) {
  G.Name = M.copy(Name);
  M.Main = &G;
  M.Producer = "toscount zoo";
}

GraphBuilder::Scope::Scope(GraphBuilder &B, const Twine &Name)
    : B(B), Slashed(B.Slashed.size()), Dotted(B.Dotted.size()) {
  const std::string Text = Name.str();
  B.Slashed += "/" + Text;
  B.Dotted += Text + ".";
}

GraphBuilder::Scope::~Scope() {
  B.Slashed.resize(Slashed);
  B.Dotted.resize(Dotted);
}

StringRef GraphBuilder::nodeName(StringRef Op) {
  SmallString<64> Name(Slashed);
  Name += '/';
  Name += Op;
  if (unsigned Before = Names[Name]++) {
    Name += '_';
    Name += std::to_string(Before);
  }
  return M.copy(Name.str());
}

StringRef GraphBuilder::storedName(StringRef Name) {
  SmallString<64> Full(Dotted);
  Full += Name;
  if (unsigned Before = Names[Full]++) {
    Full += '_';
    Full += std::to_string(Before);
  }
  return M.copy(Full.str());
}

ArrayRef<Dim> GraphBuilder::declared(ShapeRef Sample) {
  SmallVector<Dim, 6> Dims = {{-1, "N"}};
  for (int64_t D : Sample)
    Dims.push_back({D, {}});
  return M.copy(ArrayRef<Dim>(Dims));
}

ValueId GraphBuilder::input(StringLiteral Name, ElementType Type,
                            ShapeRef Sample) {
  Value V;
  V.Name = Name;
  V.Kind = ValueKind::Input;
  V.Type = Type;
  V.DeclaredRank = true;
  V.Declared = declared(Sample);
  G.Inputs.push_back(M.addValue(V));
  return G.Inputs.back();
}

ValueId GraphBuilder::stored(StringRef Name, const Constant &C, bool Known) {
  Value V;
  V.Name = Name;
  V.Kind = ValueKind::Initializer;
  V.Type = C.Type;
  V.HasShape = true;
  if (Known) {
    V.Contents = M.createConstant(C);
    V.Dims = V.Contents->Dims;
  } else {
    V.Dims = M.copy(C.Dims);
  }
  return M.addValue(V);
}

ValueId GraphBuilder::weight(StringLiteral Name, ShapeRef Dims) {
  return stored(storedName(Name), {ElementType::Float32, Dims}, false);
}

ValueId GraphBuilder::constant(StringLiteral Name, ArrayRef<int64_t> Contents) {
  auto Size = static_cast<int64_t>(Contents.size());
  return stored(storedName(Name), {ElementType::Int64, Size, Contents}, true);
}

ValueId GraphBuilder::scalar(StringLiteral Name, int64_t Content) {
  return stored(storedName(Name), {ElementType::Int64, {}, Content}, true);
}

/// \p Number as fp32, which is what files hold.
static double rounded(double Number) {
  return static_cast<double>(static_cast<float>(Number));
}

ValueId GraphBuilder::scalar(StringLiteral Name, double Content) {
  Content = rounded(Content);
  return stored(storedName(Name), {ElementType::Float32, {}, {}, Content},
                true);
}

ValueId GraphBuilder::truth(StringLiteral Name) {
  const int64_t One = 1;
  return stored(storedName(Name), {ElementType::Bool, {}, One}, true);
}

ArrayRef<ValueId> GraphBuilder::nodes(StringLiteral Op,
                                      ArrayRef<ValueId> Inputs, size_t Count,
                                      ArrayRef<Attribute> Attributes) {
  Node N;
  N.Name = nodeName(Op);
  N.Op = Op;
  N.Inputs = M.copy(Inputs);
  N.Attributes = M.copy(Attributes);
  SmallVector<ValueId, 4> Results;
  for (size_t I = 0; I < Count; ++I) {
    Value V;
    V.Name =
        I == 0 ? N.Name : M.copy(StringRef((N.Name + ":" + Twine(I)).str()));
    V.Producer = static_cast<NodeId>(G.Nodes.size());
    Results.push_back(M.addValue(V));
  }
  N.Outputs = M.copy(ArrayRef<ValueId>(Results));
  G.Nodes.push_back(N);
  return N.Outputs;
}

ValueId GraphBuilder::node(StringLiteral Op, ArrayRef<ValueId> Inputs,
                           ArrayRef<Attribute> Attributes) {
  return nodes(Op, Inputs, 1, Attributes).front();
}

Attribute GraphBuilder::integer(StringLiteral Name, int64_t Number) {
  Attribute A;
  A.Name = Name;
  A.Kind = AttributeKind::Int;
  A.Int = Number;
  return A;
}

Attribute GraphBuilder::real(StringLiteral Name, double Number) {
  Attribute A;
  A.Name = Name;
  A.Kind = AttributeKind::Float;
  A.Float = rounded(Number);
  return A;
}

Attribute GraphBuilder::text(StringLiteral Name, StringLiteral Text) {
  Attribute A;
  A.Name = Name;
  A.Kind = AttributeKind::String;
  A.String = Text;
  return A;
}

Attribute GraphBuilder::integers(StringLiteral Name,
                                 ArrayRef<int64_t> Numbers) {
  Attribute A;
  A.Name = Name;
  A.Kind = AttributeKind::Ints;
  A.Ints = M.copy(Numbers);
  return A;
}

void GraphBuilder::output(StringLiteral Name, ValueId Id, ShapeRef Sample) {
  Value &V = M.value(Id);
  V.Name = Name;
  V.Type = ElementType::Float32;
  V.DeclaredRank = true;
  V.Declared = declared(Sample);
  G.Outputs.push_back(Id);
}

void GraphBuilder::needsOpset(int32_t Version) {
  Opset = std::max(Opset, Version);
}

void GraphBuilder::finish() {
  // The IR versions that came with these operator sets.
  M.IrVersion = Opset >= 20 ? 9 : 8;
  M.Opsets = {{"", Opset}};
  for (Node &N : G.Nodes)
    N.Opset = Opset;
}

} // namespace toscount
