//===- Build.cpp - graphs, scopes and nodes -------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Builder.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/ScopeExit.h"

using namespace llvm;

namespace toscount {
namespace {

/// The newest operator set whose signatures are known.
constexpr int64_t LastOpset = 23;

constexpr StringLiteral ExportAgain = "; export the model again";

} // namespace

Error buildModel(raw::Model &Raw, Model &M) { return Builder(Raw, M).run(); }

Builder::Builder(raw::Model &Raw, Model &M)
    : Raw(Raw), M(M), Bindings(Raw.Symbols.size()) {
  M.Values.reserve(2 * Raw.Main->Nodes.size());
}

Error Builder::run() {
  if (checkOpsets() && indexFunctions())
    M.Main = buildGraph(*Raw.Main, Frame());
  return Failed ? makeError(Failure) : Error::success();
}

bool Builder::fail(const Twine &Message) {
  if (!Failed) {
    Failed = true;
    Failure = Message.str();
  }
  return false;
}

bool Builder::failAt(StringRef Name, StringRef Op, const Twine &Message) {
  return fail("node '" + printable(Name) + "' (" + printable(Op) +
              "): " + Message);
}

bool Builder::checkOpsets() {
  if (M.Opsets.empty())
    return fail("imports no operator set, so what its operators mean is "
                "unknown" +
                ExportAgain);
  if (int64_t Version = M.opset(); Version > LastOpset)
    M.Warnings.push_back(("operator set " + Twine(Version) + " is newer than " +
                          Twine(LastOpset) +
                          "; counted with the last known signatures")
                             .str());
  return true;
}

int64_t Builder::opsetOf(const raw::Node &R, StringRef Name, const Frame &In) {
  if (In.Function)
    for (const OpsetImport &Import : In.Function->Opsets)
      if (Import.Domain == R.Domain)
        return Import.Version;
  if (int64_t Version = M.opset(R.Domain))
    return Version;
  if (R.Domain.empty()) {
    failAt(Name, R.Op,
           "the model imports no version of the standard operators (ai.onnx)" +
               ExportAgain);
    return 0;
  }
  if (WarnedDomains.try_emplace(R.Domain).second)
    M.Warnings.push_back("operator set '" + printable(R.Domain) +
                         "' is used but not imported; taken as version 1");
  return 1;
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

void Builder::bind(raw::Symbol S, Binding B) {
  // The main graph's names are never left.
  if (Depth > 1)
    Undo.emplace_back(S, Bindings[S]);
  Bindings[S] = B;
}

void Builder::restore(size_t Mark) {
  for (; Undo.size() > Mark; Undo.pop_back())
    Bindings[Undo.back().first] = Undo.back().second;
}

bool Builder::resolve(raw::Symbol S, const Frame &In, ValueId &Id) {
  Id = NoId;
  if (S == 0)
    return true;
  const Binding &B = Bindings[S];
  if (B.State != Bound::Yes || B.Frame != In.Id)
    return false;
  Id = B.Value;
  if (Id != NoId && B.Level + 1 < Levels.size() &&
      M.value(Id).Kind == ValueKind::Result) {
    Level &Outer = Levels[B.Level];
    Outer.Captures.push_back({static_cast<NodeId>(Outer.G->Nodes.size()), Id});
  }
  return true;
}

bool Builder::define(raw::Symbol S, Value V, const Frame &In, ValueId &Id) {
  const Binding &Old = Bindings[S];
  bool Here = Old.Frame == In.Id && Old.Scope == Scope;
  if (Here && Old.State == Bound::Yes)
    return false;
  if (Here && Old.State == Bound::Awaited) {
    Id = Old.Value;
  } else {
    if (M.Values.size() >= NoId)
      return fail("has more values than can be numbered; no such model is "
                  "supported");
    V.Name = prefixed(Raw.Symbols[S], In);
    Id = M.addValue(V);
    Owner.push_back(Levels.back().G);
  }
  bind(S, {Id, Bound::Yes, In.Id, Scope,
           static_cast<uint32_t>(Levels.size() - 1)});
  return true;
}

StringRef Builder::prefixed(StringRef Name, const Frame &In) {
  if (In.Prefix.empty())
    return Name;
  if (!spend(0, In.Prefix.size() + Name.size()))
    return Name;
  return M.copy(StringRef((In.Prefix + Name).str()));
}

StringRef Builder::nodeName(const raw::Node &R, const Frame &In) {
  StringRef Name = R.Name;
  for (raw::Symbol S : R.Outputs)
    if (Name.empty())
      Name = Raw.Symbols[S];
  return prefixed(Name.empty() ? R.Op : Name, In);
}

bool Builder::spend(size_t Nodes, size_t Bytes) {
  constexpr size_t MaxBytes = size_t{1} << 30U;
  NodesSpent += Nodes;
  BytesSpent += Bytes;
  if (NodesSpent > raw::MaxNodes)
    return fail("has more than " + Twine(raw::MaxNodes) +
                " nodes once its functions are inlined; no such model is "
                "supported");
  if (BytesSpent > MaxBytes)
    return fail("needs more than 1 GiB of names and operands once its "
                "functions are inlined; no such model is supported");
  return !Failed;
}

//===----------------------------------------------------------------------===//
// Graphs
//===----------------------------------------------------------------------===//

Graph *Builder::buildGraph(const raw::Graph &R, const Frame &In) {
  if (Depth == raw::MaxDepth) {
    fail("subgraphs and function calls are nested deeper than " +
         Twine(raw::MaxDepth) + "; no such model is supported");
    return nullptr;
  }
  Graph *G = M.createGraph();
  G->Name = R.Name;
  G->Parent = Levels.empty() ? nullptr : Levels.back().G;
  G->Nodes.reserve(R.Nodes.size());
  size_t Mark = Undo.size();
  uint32_t OuterScope = Scope;
  Scope = ++LastScope;
  ++Depth;
  Levels.emplace_back().G = G;
  auto Leave = make_scope_exit([&] {
    Levels.pop_back();
    --Depth;
    Scope = OuterScope;
    restore(Mark);
  });

  if (!defineStored(R, In) || !defineResults(R.Nodes, In))
    return nullptr;
  for (const raw::ValueInfo &Info : R.Infos)
    attachInfo(Info);
  for (const raw::ValueInfo &Info : R.Outputs)
    attachInfo(Info);
  if (!buildNodes(R.Nodes, In))
    return nullptr;
  for (const raw::ValueInfo &Info : R.Outputs) {
    ValueId Id = NoId;
    if (Info.Name == 0 || !resolve(Info.Name, In, Id) || Id == NoId) {
      fail("graph '" + printable(R.Name) + "': its output '" +
           printable(Raw.Symbols[Info.Name]) + "' is produced by no node" +
           ExportAgain);
      return nullptr;
    }
    G->Outputs.push_back(Id);
  }
  NodeId Cyclic = sortNodes(*G, M, Levels.back().Captures, Owner);
  if (Cyclic != NoId) {
    failAt(G->Nodes[Cyclic].Name, G->Nodes[Cyclic].Op,
           "it is on a cycle: what it computes is needed to compute its own "
           "inputs" +
               ExportAgain);
    return nullptr;
  }
  return G;
}

bool Builder::defineStored(const raw::Graph &R, const Frame &In) {
  Graph *G = Levels.back().G;
  if (!spend(In.Function ? R.Initializers.size() + R.Inputs.size() : 0, 0))
    return false;
  auto Twice = [&](raw::Symbol S) {
    return fail("graph '" + printable(R.Name) +
                "': two of its inputs and "
                "initializers have the name '" +
                printable(Raw.Symbols[S]) + "'" + ExportAgain);
  };
  for (const raw::Initializer &I : R.Initializers) {
    Value V;
    V.Kind = ValueKind::Initializer;
    V.Type = I.Tensor->Type;
    V.HasShape = true;
    V.Dims = I.Tensor->Dims;
    V.Contents = I.Known ? I.Tensor : nullptr;
    ValueId Id = NoId;
    if (!define(I.Name, V, In, Id))
      return Twice(I.Name);
  }
  for (const raw::ValueInfo &Info : R.Inputs) {
    if (Info.Name == 0)
      return fail("graph '" + printable(R.Name) +
                  "': one of its inputs has no name" + ExportAgain);
    Value V;
    V.Kind = ValueKind::Input;
    V.Type = Info.Type;
    V.DeclaredRank = Info.HasRank;
    V.Declared = Info.Dims;
    V.Form = Info.Form;
    V.Sequence = Info.Form != ValueForm::Tensor;
    ValueId Id = NoId;
    if (define(Info.Name, V, In, Id)) {
      G->Inputs.push_back(Id);
      continue;
    }
    // Up to IR version 3 every initializer was listed as an input too.
    if (M.value(Bindings[Info.Name].Value).Kind != ValueKind::Initializer)
      return Twice(Info.Name);
    attachInfo(Info);
  }
  return true;
}

bool Builder::defineResults(ArrayRef<raw::Node> Nodes, const Frame &In) {
  for (const raw::Node &R : Nodes)
    for (raw::Symbol S : R.Outputs) {
      ValueId Id = NoId;
      if (S != 0 && !define(S, Value(), In, Id))
        return failAt(nodeName(R, In), R.Op,
                      "its output '" + printable(Raw.Symbols[S]) +
                          "' has the name of another node's output, of an "
                          "input or of an initializer" +
                          ExportAgain);
    }
  return !Failed;
}

void Builder::attachInfo(const raw::ValueInfo &Info) {
  const Binding &B = Bindings[Info.Name];
  if (B.State != Bound::Yes || B.Scope != Scope || B.Value == NoId)
    return;
  Value &V = M.value(B.Value);
  if (V.Type == ElementType::Undefined)
    V.Type = Info.Type;
  if (Info.HasRank && !V.DeclaredRank) {
    V.DeclaredRank = true;
    V.Declared = Info.Dims;
  }
  if (V.Kind != ValueKind::Initializer && Info.Form != ValueForm::Tensor) {
    V.Form = Info.Form;
    V.Sequence = true;
  }
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

bool Builder::buildNodes(ArrayRef<raw::Node> Nodes, const Frame &In) {
  for (const raw::Node &R : Nodes)
    if (!buildNode(R, In))
      return false;
  return true;
}

bool Builder::buildNode(const raw::Node &R, const Frame &In) {
  Node N;
  N.Name = nodeName(R, In);
  N.Domain = R.Domain;
  N.Op = R.Op;
  N.Scope = R.Scope != 0 ? R.Scope : In.Scope;
  size_t Operands = R.Inputs.size() + R.Outputs.size();
  if (!spend(1, In.Function ? Operands * sizeof(ValueId) : 0))
    return false;
  SmallVector<ValueId, 16> Ids(Operands, NoId);
  for (size_t I = 0; I < R.Inputs.size(); ++I)
    if (!resolve(R.Inputs[I], In, Ids[I]))
      return failAt(N.Name, N.Op,
                    "its input '" + printable(Raw.Symbols[R.Inputs[I]]) +
                        "' is produced by nothing: no node, input or "
                        "initializer has that name" +
                        ExportAgain);
  for (size_t I = 0; I < R.Outputs.size(); ++I)
    if (R.Outputs[I] != 0)
      Ids[R.Inputs.size() + I] = Bindings[R.Outputs[I]].Value;
  ArrayRef<ValueId> Kept = M.copy(ArrayRef<ValueId>(Ids));
  N.Inputs = Kept.take_front(R.Inputs.size());
  N.Outputs = Kept.drop_front(R.Inputs.size());
  raw::Function *Callee = functionFor(R);
  if (!buildAttributes(R, N.Name, In, Callee != nullptr, N.Attributes))
    return false;
  if (Callee)
    return inlineCall(N, *Callee);
  N.Opset = static_cast<int32_t>(opsetOf(R, N.Name, In));
  return !Failed && addNode(N);
}

bool Builder::addNode(const Node &N) {
  Graph *G = Levels.back().G;
  for (ValueId Id : N.Outputs)
    if (Id != NoId)
      M.value(Id).Producer = static_cast<NodeId>(G->Nodes.size());
  G->Nodes.push_back(N);
  return true;
}

bool Builder::buildAttributes(const raw::Node &R, StringRef Name,
                              const Frame &In, bool IsCall,
                              ArrayRef<Attribute> &Out) {
  Out = R.Attributes;
  if (R.Open.empty())
    return true;
  spend(0, In.Function ? Out.size() * sizeof(Attribute) : 0);
  SmallVector<Attribute, 8> Attributes(Out.begin(), Out.end());
  SmallVector<uint32_t, 4> Absent;
  for (const raw::OpenAttribute &Open : R.Open) {
    Attribute &A = Attributes[Open.Index];
    if (Open.Subgraph) {
      if (IsCall)
        return failAt(Name, R.Op,
                      "attribute '" + printable(A.Name) +
                          "' passes a graph to a function, which is not "
                          "supported; inline the function before exporting");
      A.Subgraph = buildGraph(*Open.Subgraph, In);
      if (!A.Subgraph)
        return false;
      continue;
    }
    if (!In.Function)
      return failAt(Name, R.Op,
                    "attribute '" + printable(A.Name) +
                        "' refers to a function's attribute outside of any "
                        "function" +
                        ExportAgain);
    auto Named = [&](const Attribute &Other) {
      return Other.Name == Open.Reference;
    };
    const Attribute *Source = find_if(In.Arguments, Named);
    if (Source == In.Arguments.end()) {
      const auto &Defaults = In.Function->Defaults;
      auto Default = find_if(Defaults, Named);
      // Neither given nor defaulted: the operator's own default is meant.
      if (Default == Defaults.end()) {
        Absent.push_back(Open.Index);
        continue;
      }
      Source = &*Default;
    }
    StringRef Own = A.Name;
    A = *Source;
    A.Name = Own;
  }
  for (uint32_t Index : reverse(Absent))
    Attributes.erase(Attributes.begin() + Index);
  Out = M.copy(ArrayRef<Attribute>(Attributes));
  return !Failed;
}

} // namespace toscount
