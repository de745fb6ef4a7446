//===- ProtoNode.cpp - nodes and attributes -------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ProtoReader.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

/// AttributeProto.AttributeType.
AttributeKind kindFromOnnx(uint64_t Type) {
  switch (Type) {
  case 1:
    return AttributeKind::Float;
  case 2:
    return AttributeKind::Int;
  case 3:
    return AttributeKind::String;
  case 4:
  case 11: // A sparse tensor: as one whose contents were not kept.
    return AttributeKind::Tensor;
  case 5:
    return AttributeKind::Graph;
  case 6:
    return AttributeKind::Floats;
  case 7:
    return AttributeKind::Ints;
  case 8:
    return AttributeKind::Strings;
  default:
    return AttributeKind::Other;
  }
}

/// Field of AttributeProto that holds a value of each kind, for files of the
/// first IR version, which do not say the kind.
AttributeKind kindFromField(uint32_t Number) {
  switch (Number) {
  case 2:
    return AttributeKind::Float;
  case 3:
    return AttributeKind::Int;
  case 4:
    return AttributeKind::String;
  case 5:
  case 22:
    return AttributeKind::Tensor;
  case 6:
    return AttributeKind::Graph;
  case 7:
    return AttributeKind::Floats;
  case 8:
    return AttributeKind::Ints;
  case 9:
    return AttributeKind::Strings;
  default:
    return AttributeKind::Other;
  }
}

} // namespace

bool ProtoReader::failInNode(const raw::Node &N,
                             ArrayRef<raw::Symbol> Outputs) {
  // Only the innermost of nested nodes is named.
  if (!Failed || InNode)
    return false;
  InNode = true;
  StringRef Name = N.Name;
  if (Name.empty() && !Outputs.empty())
    Name = Raw.Symbols[Outputs.front()];
  Failure =
      "node '" + printable(Name) + "' (" + printable(N.Op) + "): " + Failure;
  return false;
}

bool ProtoReader::readNode(StringRef Message, std::vector<raw::Node> &Nodes) {
  if (++NodesRead > raw::MaxNodes)
    return fail("has more than " + Twine(raw::MaxNodes) +
                " nodes; no such model is supported");
  raw::Node N;
  SmallVector<raw::Symbol, 8> Inputs;
  SmallVector<raw::Symbol, 4> Outputs;
  SmallVector<Attribute, 8> Attributes;
  SmallVector<raw::OpenAttribute, 2> Open;
  ScopeNotes Notes;
  wire::Field F;
  for (wire::Cursor C(Message, Malformed); ok() && C.next(F);) {
    if (!F.isBytes())
      continue;
    switch (F.Number) {
    case 1:
      Inputs.push_back(Raw.Symbols.intern(F.Bytes));
      break;
    case 2:
      Outputs.push_back(Raw.Symbols.intern(F.Bytes));
      break;
    case 3:
      N.Name = F.Bytes;
      break;
    case 4:
      N.Op = F.Bytes;
      break;
    case 5: {
      raw::OpenAttribute A;
      A.Index = Attributes.size();
      if (Attributes.size() == raw::MaxAttributes)
        return fail("node '" + printable(N.Name) + "' has more than " +
                    Twine(raw::MaxAttributes) +
                    " attributes; the file is corrupt");
      if (!readAttribute(F.Bytes, Attributes.emplace_back(), A))
        return failInNode(N, Outputs);
      if (A.Subgraph || !A.Reference.empty())
        Open.push_back(A);
      break;
    }
    case 7:
      N.Domain = F.Bytes == "ai.onnx" ? StringRef() : F.Bytes;
      break;
    case 8:
      N.Overload = Raw.Symbols.intern(F.Bytes);
      break;
    case 9:
      readMetadata(F.Bytes, Notes);
      break;
    default:
      break;
    }
  }
  if (!ok())
    return false;
  StringRef Shown = N.Name;
  if (Shown.empty() && !Outputs.empty())
    Shown = Raw.Symbols[Outputs.front()];
  if (N.Op.empty())
    return fail("node '" + printable(Shown) +
                "' names no operator; export the model again");
  for (size_t I = 1; I < Attributes.size(); ++I)
    for (size_t J = 0; J < I; ++J)
      if (Attributes[I].Name == Attributes[J].Name)
        return fail("node '" + printable(Shown) + "' (" + printable(N.Op) +
                    "): attribute '" + printable(Attributes[I].Name) +
                    "' is given twice; export the model again");
  N.Inputs = keepRaw<raw::Symbol>(Inputs);
  N.Outputs = keepRaw<raw::Symbol>(Outputs);
  N.Attributes = M.copy(ArrayRef<Attribute>(Attributes));
  N.Open = keepRaw<raw::OpenAttribute>(Open);
  if (StringRef Scope = Notes.best(); !Scope.empty()) {
    N.Scope = static_cast<uint32_t>(M.Scopes.size());
    M.Scopes.push_back(Scope);
  }
  Nodes.push_back(N);
  return true;
}

/// StringStringEntryProto, since IR version 10 at nodes.
void ProtoReader::readMetadata(StringRef Message, ScopeNotes &Notes) {
  StringRef Key, Value;
  wire::Field F;
  for (wire::Cursor C(Message, Malformed); ok() && C.next(F);) {
    if (F.isBytes() && F.Number == 1)
      Key = F.Bytes;
    else if (F.isBytes() && F.Number == 2)
      Value = F.Bytes;
  }
  Notes.add(Key, Value);
}

bool ProtoReader::readAttribute(StringRef Message, Attribute &A,
                                raw::OpenAttribute &Open) {
  SmallVector<int64_t, 8> Ints;
  SmallVector<double, 8> Floats;
  SmallVector<StringRef, 4> Strings;
  uint64_t Type = 0;
  AttributeKind Guess = AttributeKind::Other;
  wire::Field F;
  for (wire::Cursor C(Message, Malformed); ok() && C.next(F);) {
    AttributeKind FromField = kindFromField(F.Number);
    if (FromField != AttributeKind::Other)
      Guess = FromField;
    switch (F.Number) {
    case 1:
      if (F.isBytes())
        A.Name = F.Bytes;
      break;
    case 2:
      if (F.Kind == wire::Type::Fixed32)
        A.Float = F.asFloat();
      break;
    case 3:
      if (F.isVarint())
        A.Int = F.integer();
      break;
    case 4:
      if (F.isBytes())
        A.String = F.Bytes;
      break;
    case 5:
    case 22:
      if (F.isBytes())
        readAttributeTensor(F.Bytes, /*Sparse=*/F.Number == 22, A);
      break;
    case 6:
      if (F.isBytes())
        Open.Subgraph = readGraph(F.Bytes);
      break;
    case 7:
      wire::forEachNumber(
          F, wire::Type::Fixed32, Malformed, [&](uint64_t Bits) {
            Floats.push_back(bit_cast<float>(static_cast<uint32_t>(Bits)));
            return true;
          });
      break;
    case 8:
      wire::forEachNumber(F, wire::Type::Varint, Malformed, [&](uint64_t Bits) {
        Ints.push_back(static_cast<int64_t>(Bits));
        return true;
      });
      break;
    case 9:
      if (F.isBytes())
        Strings.push_back(F.Bytes);
      break;
    case 20:
      if (F.isVarint())
        Type = F.Scalar;
      break;
    case 21:
      if (F.isBytes())
        Open.Reference = F.Bytes;
      break;
    default:
      break;
    }
  }
  if (!ok())
    return false;
  A.Kind = Type != 0 ? kindFromOnnx(Type) : Guess;
  A.Ints = M.copy(ArrayRef<int64_t>(Ints));
  A.Floats = M.copy(ArrayRef<double>(Floats));
  A.Strings = M.copy(ArrayRef<StringRef>(Strings));
  if (A.Name.empty())
    return fail("an attribute has no name; export the model again");
  if (!Open.Reference.empty()) {
    Open.Subgraph = nullptr;
    return true;
  }
  if (A.Kind == AttributeKind::Tensor && !A.Tensor)
    return fail("attribute '" + printable(A.Name) +
                "' has no tensor; export the model again");
  if (A.Kind == AttributeKind::Graph && !Open.Subgraph)
    return fail("attribute '" + printable(A.Name) +
                "' has no graph; export the model again");
  if (A.Kind != AttributeKind::Graph)
    Open.Subgraph = nullptr;
  return true;
}

bool ProtoReader::readAttributeTensor(StringRef Message, bool Sparse,
                                      Attribute &A) {
  Expected<StoredTensor> Stored = Sparse
                                      ? readSparseTensor(Message, M, Malformed)
                                      : readTensor(Message, M, Malformed);
  if (!Stored)
    return fail(Stored.takeError());
  A.Tensor = Stored->Tensor;
  return ok();
}

} // namespace toscount
