//===- GraphJson.cpp - the layer graph as JSON ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "GraphJson.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace llvm;

namespace toscount::tool {
namespace {

json::Value number(double Number) {
  if (std::isnan(Number))
    return "nan";
  if (std::isinf(Number))
    return Number < 0 ? "-inf" : "inf";
  return Number;
}

json::Value text(StringRef Text) {
  return json::isUTF8(Text) ? Text.str() : json::fixUTF8(Text);
}

template <typename T, typename Convert>
json::Array list(ArrayRef<T> Items, Convert Each) {
  json::Array Result;
  for (const T &Item : Items)
    Result.push_back(Each(Item));
  return Result;
}

json::Array shape(ShapeRef Dims) {
  return list(Dims, [](int64_t D) { return json::Value(D); });
}

/// Contents, where they were kept: a list; absent otherwise.
void addContents(json::Object &O, const Constant &C, uint64_t Elements) {
  if (C.size() != Elements)
    return;
  if (!C.Strings.empty())
    O["contents"] = list(C.Strings, text);
  else if (isFloating(C.Type))
    O["contents"] = list(C.Floats, number);
  else
    O["contents"] = list(C.Ints, [](int64_t I) { return json::Value(I); });
}

json::Object tensor(const Constant &C) {
  json::Object O{{"type", name(C.Type)}, {"shape", shape(C.Dims)}};
  Count Size = elements(C.Dims);
  if (Size.valid())
    addContents(O, C, Size.value());
  return O;
}

json::Value attribute(const Attribute &A) {
  switch (A.Kind) {
  case AttributeKind::Int:
    return A.Int;
  case AttributeKind::Float:
    return number(A.Float);
  case AttributeKind::String:
    return text(A.String);
  case AttributeKind::Ints:
    return shape(A.Ints);
  case AttributeKind::Floats:
    return list(A.Floats, number);
  case AttributeKind::Strings:
    return list(A.Strings, text);
  case AttributeKind::Tensor:
    return A.Tensor == nullptr ? json::Value(nullptr)
                               : json::Value(tensor(*A.Tensor));
  case AttributeKind::Graph:
  case AttributeKind::Other:
    return nullptr; // The runner says that it can't read it.
  }
  llvm_unreachable("no such kind");
}

StringRef roleName(ValueRole R) {
  switch (R) {
  case ValueRole::Other:
    return "constant";
  case ValueRole::Parameter:
    return "parameter";
  case ValueRole::Frozen:
    return "frozen";
  case ValueRole::Buffer:
    return "buffer";
  }
  llvm_unreachable("no such role");
}

class Writer {
public:
  Writer(const Model &M, ArrayRef<ValueRole> Roles) : M(M), Roles(Roles) {}

  GraphJson run();

private:
  [[nodiscard]] ValueRole role(ValueId Id) const {
    return Id < Roles.size() ? Roles[Id] : ValueRole::Other;
  }
  /// Stored tensors, and results that are parameters of their own (aliases of
  /// merged initializers, constants).
  [[nodiscard]] bool isStored(ValueId Id) const {
    return M.value(Id).Kind == ValueKind::Initializer ||
           role(Id) != ValueRole::Other;
  }
  int64_t use(ValueId Id);
  json::Array use(ArrayRef<ValueId> Ids) {
    return list(Ids, [&](ValueId Id) { return json::Value(use(Id)); });
  }
  json::Object node(const Node &N);

  const Model &M;
  ArrayRef<ValueRole> Roles;
  GraphJson Result;
  json::Array Values, Stored;
};

/// The number of \p Id; -1 for an absent operand.
int64_t Writer::use(ValueId Id) {
  if (Id == NoId)
    return -1;
  auto [At, New] =
      Result.Numbers.try_emplace(Id, static_cast<int64_t>(Values.size()));
  if (!New)
    return At->second;
  const Value &V = M.value(Id);
  json::Object O{{"name", text(V.Name)}, {"type", name(V.Type)}};
  if (V.HasShape)
    O["shape"] = shape(V.Dims);
  Values.push_back(std::move(O));
  if (!isStored(Id))
    return At->second;
  json::Object S{{"value", At->second}, {"role", roleName(role(Id))}};
  Count Size = elements(V.Dims);
  // A network is trained from its initialization, not from stored weights.
  if (role(Id) == ValueRole::Other && V.Contents != nullptr && Size.valid())
    addContents(S, *V.Contents, Size.value());
  Stored.push_back(std::move(S));
  return At->second;
}

json::Object Writer::node(const Node &N) {
  json::Object Attributes;
  for (const Attribute &A : N.Attributes)
    Attributes[json::isUTF8(A.Name) ? A.Name.str() : json::fixUTF8(A.Name)] =
        attribute(A);
  json::Object O{{"name", text(N.Name)},
                 {"op", text(N.Op)},
                 {"opset", N.Opset},
                 {"inputs", use(N.Inputs)},
                 {"outputs", use(N.Outputs)}};
  if (!N.Domain.empty())
    O["domain"] = text(N.Domain);
  if (!Attributes.empty())
    O["attributes"] = std::move(Attributes);
  return O;
}

/// \p O without what does not matter to the architecture.
std::string architecture(const json::Object &O) {
  std::string Text;
  raw_string_ostream OS(Text);
  for (const json::Value &V : *O.getArray("nodes")) {
    json::Object Node = *V.getAsObject();
    Node.erase("name");
    OS << json::Value(std::move(Node)) << '\n';
  }
  const json::Array &Values = *O.getArray("values");
  auto writeShape = [&](int64_t Id, bool SkipFirst) {
    const json::Object &V = *Values[static_cast<size_t>(Id)].getAsObject();
    OS << *V.getString("type");
    if (const json::Array *Dims = V.getArray("shape"))
      for (size_t I = SkipFirst; I < Dims->size(); ++I)
        OS << ' ' << (*Dims)[I];
    OS << '\n';
  };
  for (const json::Value &V : *O.getArray("initializers")) {
    OS << V << ' ';
    writeShape(*V.getAsObject()->getInteger("value"), false);
  }
  for (const json::Value &V : *O.getArray("inputs"))
    writeShape(*V.getAsInteger(), true);
  for (const json::Value &V : *O.getArray("outputs"))
    OS << V << ' ';
  return Text;
}

GraphJson Writer::run() {
  json::Array Nodes, Inputs;
  for (ValueId Id : M.Main->Inputs)
    Inputs.push_back(use(Id));
  // From the results back: what leads to no output is not run, and what only
  // leads to a parameter of its own (an alias) is that parameter.
  std::vector<bool> Needed(M.Values.size());
  for (ValueId Id : M.Main->Outputs)
    if (Id != NoId)
      Needed[Id] = true;
  std::vector<const Node *> Kept;
  for (const Node &N : llvm::reverse(M.Main->Nodes)) {
    if (llvm::none_of(N.Outputs, [&](ValueId Id) {
          return Id != NoId && Needed[Id] && !isStored(Id);
        }))
      continue;
    Kept.push_back(&N);
    for (ValueId Id : N.Inputs)
      if (Id != NoId)
        Needed[Id] = true;
  }
  for (const Node *N : llvm::reverse(Kept))
    Nodes.push_back(node(*N));
  json::Array Outputs = use(M.Main->Outputs);
  Result.Graph = json::Object{
      {"name", text(M.Main->Name)},        {"values", std::move(Values)},
      {"inputs", std::move(Inputs)},       {"outputs", std::move(Outputs)},
      {"initializers", std::move(Stored)}, {"nodes", std::move(Nodes)}};
  std::string Text = architecture(Result.Graph);
  std::array<uint8_t, 32> Digest = SHA256::hash(arrayRefFromStringRef(Text));
  Result.Hash = toHex(ArrayRef(Digest).take_front(8), /*LowerCase=*/true);
  return std::move(Result);
}

} // namespace

GraphJson graphToJson(const Model &M, ArrayRef<ValueRole> Roles) {
  return Writer(M, Roles).run();
}

} // namespace toscount::tool
