//===- BuildCall.cpp - inlining local functions ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Builder.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"

using namespace llvm;

namespace toscount {
namespace {

/// Domain, name and overload in one key; names hold no zero bytes by accident.
SmallString<128> functionKey(StringRef Domain, StringRef Name,
                             StringRef Overload) {
  SmallString<128> Key = Domain;
  Key.push_back('\0');
  Key += Name;
  Key.push_back('\0');
  Key += Overload;
  return Key;
}

} // namespace

bool Builder::indexFunctions() {
  for (raw::Function &F : Raw.Functions)
    if (!Functions.try_emplace(functionKey(F.Domain, F.Name, F.Overload), &F)
             .second)
      return fail("function '" + printable(F.Name) +
                  "' is defined twice; export the model again");
  return true;
}

raw::Function *Builder::functionFor(const raw::Node &R) {
  if (Functions.empty())
    return nullptr;
  return Functions.lookup(functionKey(R.Domain, R.Op, Raw.Symbols[R.Overload]));
}

bool Builder::inlineCall(const Node &Call, raw::Function &F) {
  if (F.Active)
    return failAt(Call.Name, Call.Op,
                  "function '" + printable(F.Name) +
                      "' calls itself; recursive functions are not supported");
  if (Depth == raw::MaxDepth)
    return failAt(Call.Name, Call.Op,
                  "subgraphs and function calls are nested deeper than " +
                      Twine(raw::MaxDepth) + "; no such model is supported");
  Frame In;
  In.Function = &F;
  In.Id = ++LastFrame;
  In.Prefix = M.copy(StringRef((Call.Name + "/").str()));
  In.Arguments = Call.Attributes;
  In.Scope = Call.Scope;
  if (!spend(0, In.Prefix.size()))
    return false;
  size_t Mark = Undo.size();
  uint32_t OuterScope = Scope;
  Scope = ++LastScope;
  ++Depth;
  F.Active = true;
  auto Leave = make_scope_exit([&] {
    F.Active = false;
    --Depth;
    Scope = OuterScope;
    restore(Mark);
  });
  return buildBody(Call, F, In);
}

bool Builder::buildBody(const Node &Call, raw::Function &F, const Frame &In) {
  Copies Through;
  if (!bindInputs(Call, F, In) || !bindOutputs(Call, F, In, Through) ||
      !defineResults(F.Nodes, In) || !buildNodes(F.Nodes, In))
    return false;
  for (raw::Symbol S : F.Outputs)
    if (Bindings[S].State == Bound::Awaited && Bindings[S].Frame == In.Id)
      return failAt(
          Call.Name, Call.Op,
          "function '" + printable(F.Name) + "' does not produce its output '" +
              printable(Raw.Symbols[S]) + "'; export the model again");
  for (auto [From, To] : Through) {
    Node N;
    N.Name = M.value(To).Name;
    N.Op = "Identity";
    N.Scope = Call.Scope;
    N.Opset = static_cast<int32_t>(std::max<int64_t>(M.opset(), 1));
    N.Inputs = M.copy(ArrayRef<ValueId>(From));
    N.Outputs = M.copy(ArrayRef<ValueId>(To));
    if (!spend(1, 0) || !addNode(N))
      return false;
  }
  return true;
}

bool Builder::bindInputs(const Node &Call, const raw::Function &F,
                         const Frame &In) {
  if (Call.Inputs.size() > F.Inputs.size())
    return failAt(Call.Name, Call.Op,
                  "it has " + Twine(Call.Inputs.size()) +
                      " inputs, but function '" + printable(F.Name) +
                      "' takes " + Twine(F.Inputs.size()) +
                      "; export the model again");
  for (size_t I = 0; I < F.Inputs.size(); ++I) {
    Binding B;
    B.Value = I < Call.Inputs.size() ? Call.Inputs[I] : NoId;
    B.State = Bound::Yes;
    B.Frame = In.Id;
    B.Scope = Scope;
    B.Level = levelOf(B.Value);
    raw::Symbol S = F.Inputs[I];
    if (S == 0 || Bindings[S].Scope == Scope)
      return failAt(Call.Name, Call.Op,
                    "function '" + printable(F.Name) +
                        "' has two inputs named '" + printable(Raw.Symbols[S]) +
                        "', or one without a name; export the model again");
    bind(S, B);
  }
  return true;
}

bool Builder::bindOutputs(const Node &Call, const raw::Function &F,
                          const Frame &In, Copies &Through) {
  if (Call.Outputs.size() > F.Outputs.size())
    return failAt(Call.Name, Call.Op,
                  "it has " + Twine(Call.Outputs.size()) +
                      " outputs, but function '" + printable(F.Name) +
                      "' gives " + Twine(F.Outputs.size()) +
                      "; export the model again");
  for (size_t I = 0; I < Call.Outputs.size(); ++I) {
    raw::Symbol S = F.Outputs[I];
    ValueId Id = Call.Outputs[I];
    if (Id == NoId)
      continue;
    const Binding &Old = Bindings[S];
    if (S != 0 && Old.Scope != Scope) {
      bind(S, {Id, Bound::Awaited, In.Id, Scope,
               static_cast<uint32_t>(Levels.size() - 1)});
      continue;
    }
    // An input handed through, or an output listed twice.
    if (S == 0 || Old.Value == NoId)
      return failAt(
          Call.Name, Call.Op,
          "function '" + printable(F.Name) + "' does not produce its output '" +
              printable(Raw.Symbols[S]) + "'; export the model again");
    Through.emplace_back(Old.Value, Id);
  }
  return true;
}

uint32_t Builder::levelOf(ValueId Id) const {
  // Nearly always the innermost.
  for (size_t L = Levels.size(); Id != NoId && L-- > 1;)
    if (Levels[L].G == Owner[Id])
      return static_cast<uint32_t>(L);
  return 0;
}

} // namespace toscount
