//===- Builder.h - scopes, calls and nodes --------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Names are resolved through one table, indexed by symbol, of what each name
/// means at the moment. Entering a subgraph or a function's body overwrites
/// entries and logs the old ones; leaving restores them.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_IMPORT_BUILDER_H
#define TOSCOUNT_LIB_IMPORT_BUILDER_H

#include "Build.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

namespace toscount {

class Builder {
public:
  Builder(raw::Model &Raw, Model &M);

  llvm::Error run();

private:
  /// Where names are looked up: the main graph, or one call of a function.
  struct Frame {
    raw::Function *Function = nullptr; ///< Null for the main graph.
    uint32_t Id = 0;                   ///< Names of other frames are hidden.
    uint32_t Scope = 0;     ///< The call's, for nodes that have none.
    llvm::StringRef Prefix; ///< Of inlined names: "CALLER/".
    llvm::ArrayRef<Attribute> Arguments; ///< The call's attributes.
  };

  enum class Bound : uint8_t {
    No,
    Yes,
    Awaited, ///< A function's output: its value exists, its node does not yet.
  };

  /// What a name means.
  struct Binding {
    ValueId Value = NoId; ///< NoId also for an absent optional operand.
    Bound State = Bound::No;
    uint32_t Frame = 0;
    uint32_t Scope = 0; ///< Body that defined it; one body defines it once.
    uint32_t Level = 0; ///< Of the graph that owns the value.
  };

  /// A graph that is being built, with those around it.
  struct Level {
    Graph *G = nullptr;
    std::vector<Capture> Captures;
  };

  bool checkOpsets();
  bool indexFunctions();

  Graph *buildGraph(const raw::Graph &R, const Frame &In);
  bool defineStored(const raw::Graph &R, const Frame &In);
  bool defineResults(llvm::ArrayRef<raw::Node> Nodes, const Frame &In);
  void attachInfo(const raw::ValueInfo &Info);
  bool buildNodes(llvm::ArrayRef<raw::Node> Nodes, const Frame &In);
  bool buildNode(const raw::Node &R, const Frame &In);
  bool buildAttributes(const raw::Node &R, llvm::StringRef Name,
                       const Frame &In, bool IsCall,
                       llvm::ArrayRef<Attribute> &Out);
  int64_t opsetOf(const raw::Node &R, llvm::StringRef Name, const Frame &In);

  /// Copies from a function's input, or another output, to an output.
  using Copies = llvm::SmallVector<std::pair<ValueId, ValueId>, 2>;

  bool inlineCall(const Node &Call, raw::Function &F);
  bool bindInputs(const Node &Call, const raw::Function &F, const Frame &In);
  bool bindOutputs(const Node &Call, const raw::Function &F, const Frame &In,
                   Copies &Through);
  bool buildBody(const Node &Call, raw::Function &F, const Frame &In);
  bool addNode(const Node &N);
  bool spend(size_t Nodes, size_t Bytes);
  uint32_t levelOf(ValueId Id) const;

  raw::Function *functionFor(const raw::Node &R);
  llvm::StringRef nodeName(const raw::Node &R, const Frame &In);
  llvm::StringRef prefixed(llvm::StringRef Name, const Frame &In);
  bool resolve(raw::Symbol S, const Frame &In, ValueId &Id);
  void bind(raw::Symbol S, Binding B);
  bool define(raw::Symbol S, Value V, const Frame &In, ValueId &Id);
  void restore(size_t Mark);

  bool fail(const llvm::Twine &Message);
  bool failAt(llvm::StringRef Name, llvm::StringRef Op,
              const llvm::Twine &Message);

  raw::Model &Raw;
  Model &M;
  std::vector<Binding> Bindings;
  std::vector<std::pair<raw::Symbol, Binding>> Undo;
  std::vector<Level> Levels;
  std::vector<const Graph *> Owner; ///< Of every value, its graph.
  llvm::StringMap<raw::Function *> Functions;
  llvm::StringMap<char> WarnedDomains;
  uint32_t Scope = 0;
  uint32_t LastScope = 0;
  uint32_t LastFrame = 0;
  unsigned Depth = 0;
  size_t NodesSpent = 0;
  size_t BytesSpent = 0;
  bool Failed = false;
  std::string Failure;
};

} // namespace toscount

#endif // TOSCOUNT_LIB_IMPORT_BUILDER_H
