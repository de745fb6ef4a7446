//===- Raw.h - a model as its file spells it ------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What one walk of the file yields: graphs and functions whose operands are
/// still names. Names are interned, so the next step, which instantiates a
/// function's body once a call, resolves them by array index and without
/// hashing. Freed when import returns.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_IMPORT_RAW_H
#define TOSCOUNT_LIB_IMPORT_RAW_H

#include "toscount/IR/Graph.h"

#include "llvm/ADT/CachedHashString.h"
#include "llvm/ADT/DenseMap.h"

#include <deque>
#include <memory>
#include <vector>

namespace toscount::raw {

/// Subgraphs and function calls may nest this deep, together.
inline constexpr unsigned MaxDepth = 128;
/// Nodes of a model, those of inlined functions and of subgraphs included.
inline constexpr size_t MaxNodes = 10'000'000;
/// Attributes of one node.
inline constexpr size_t MaxAttributes = 256;

/// An interned name; 0 is the empty name, ONNX's absent operand.
using Symbol = uint32_t;

class Names {
public:
  Symbol intern(llvm::StringRef Name) {
    if (Name.empty())
      return 0;
    auto [It, New] = Index.try_emplace(llvm::CachedHashStringRef(Name),
                                       static_cast<Symbol>(Spelling.size()));
    if (New)
      Spelling.push_back(Name);
    return It->second;
  }
  llvm::StringRef operator[](Symbol S) const { return Spelling[S]; }
  [[nodiscard]] size_t size() const { return Spelling.size(); }

private:
  llvm::DenseMap<llvm::CachedHashStringRef, Symbol> Index;
  std::vector<llvm::StringRef> Spelling{""};
};

/// The type of a value that is declared or stored.
struct ValueInfo {
  Symbol Name = 0;
  ElementType Type = ElementType::Undefined;
  bool HasRank = false;
  ValueForm Form = ValueForm::Tensor;
  llvm::ArrayRef<Dim> Dims;
};

/// An initializer. Its constant always has type and dimensions.
struct Initializer {
  Symbol Name = 0;
  const Constant *Tensor = nullptr;
  bool Known = false; ///< The constant's contents are valid.
};

struct Graph;

/// What is still open about an attribute: a reference to an attribute of the
/// enclosing function, or a subgraph.
struct OpenAttribute {
  uint32_t Index = 0;
  llvm::StringRef Reference;
  Graph *Subgraph = nullptr;
};

struct Node {
  llvm::StringRef Name;
  llvm::StringRef Domain;
  llvm::StringRef Op;
  Symbol Overload = 0;
  uint32_t Scope = 0; ///< As in toscount::Node.
  llvm::ArrayRef<Symbol> Inputs;
  llvm::ArrayRef<Symbol> Outputs;
  llvm::ArrayRef<Attribute> Attributes;
  llvm::ArrayRef<OpenAttribute> Open;
};

struct Graph {
  llvm::StringRef Name;
  std::vector<Node> Nodes;
  std::vector<Initializer> Initializers;
  std::vector<ValueInfo> Inputs;
  std::vector<ValueInfo> Outputs;
  std::vector<ValueInfo> Infos;
};

struct Function {
  llvm::StringRef Name;
  llvm::StringRef Domain;
  llvm::StringRef Overload;
  std::vector<Symbol> Inputs;
  std::vector<Symbol> Outputs;
  std::vector<Attribute> Defaults;
  std::vector<OpsetImport> Opsets;
  std::vector<Node> Nodes;
  bool Active = false; ///< Being inlined right now.
};

struct Model {
  Names Symbols;
  Graph *Main = nullptr;
  std::deque<Graph> Graphs;
  std::deque<Function> Functions;
  llvm::BumpPtrAllocator Arena;
};

} // namespace toscount::raw

#endif // TOSCOUNT_LIB_IMPORT_RAW_H
