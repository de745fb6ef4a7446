//===- Graph.h - the layer graph ------------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The layer graph: nodes, values and their wiring, element types and shapes.
/// It knows no operator's meaning. Everything it refers to (names, shapes,
/// attributes, constants) lives in the Model's arena or in the file that the
/// Model keeps mapped, so a node costs little and nothing is freed one by one.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_IR_GRAPH_H
#define TOSCOUNT_IR_GRAPH_H

#include "toscount/IR/ElementType.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <vector>

namespace toscount {

/// A shape with every dimension known. Rank 0 is a scalar.
using Shape = llvm::SmallVector<int64_t, 6>;
using ShapeRef = llvm::ArrayRef<int64_t>;

/// Product of the dimensions; 1 for a scalar; invalid on overflow.
Count elements(ShapeRef Dims);

/// "[2, 64, 112, 112]"; "[]" for a scalar.
std::string toString(ShapeRef Dims);

/// A dimension as the file declares it: a number, a name, or neither.
struct Dim {
  int64_t Value = -1;     ///< Negative when the file gives no number.
  llvm::StringRef Symbol; ///< Empty when the file gives no name.
  [[nodiscard]] bool known() const { return Value >= 0; }
};

/// A tensor whose contents are known: a small constant, or the result of
/// folding. Floating types fill Floats; integers, unsigned integers (as their
/// two's complement) and bool fill Ints; strings fill Strings.
struct Constant {
  ElementType Type = ElementType::Undefined;
  ShapeRef Dims;
  llvm::ArrayRef<int64_t> Ints;
  llvm::ArrayRef<double> Floats;
  llvm::ArrayRef<llvm::StringRef> Strings;

  [[nodiscard]] size_t size() const {
    return Ints.size() + Floats.size() + Strings.size();
  }
  /// Element \p I as a number, whatever the type. Strings give 0.
  [[nodiscard]] double number(size_t I) const {
    return I < Floats.size() ? Floats[I]
           : I < Ints.size() ? static_cast<double>(Ints[I])
                             : 0.0;
  }
};

/// Contents up to this many elements are kept at import.
inline constexpr unsigned MaxKeptElements = 64;

using ValueId = uint32_t;
using NodeId = uint32_t;
inline constexpr uint32_t NoId = ~0U;

enum class ValueKind : uint8_t {
  Input,       ///< Fed at run time (also the inputs of a subgraph).
  Initializer, ///< Stored in the file, read or not.
  Result,      ///< Made by a node.
};

/// What a value is. Sequences and optionals of sequences hold tensors.
enum class ValueForm : uint8_t {
  Tensor,
  Sequence,
  Optional,         ///< Of a tensor.
  OptionalSequence, ///< An optional of a sequence.
  Other,            ///< A map, or nested deeper.
};

/// One tensor. Values of a model and of all its subgraphs share one numbering.
struct Value {
  llvm::StringRef Name;
  ValueKind Kind = ValueKind::Result;
  /// Element type; from the file for inputs and initializers, otherwise set by
  /// shape inference.
  ElementType Type = ElementType::Undefined;
  bool HasShape = false;     ///< Dims is valid (a scalar has empty Dims).
  bool DeclaredRank = false; ///< Declared is valid (a scalar has it empty).
  bool Sequence = false;     ///< Not a tensor: sequence, optional or map.
  /// As the file declares it. Type and Declared are then those of the tensors
  /// in it.
  ValueForm Form = ValueForm::Tensor;
  NodeId Producer = NoId;       ///< For results: the node, in its own graph.
  llvm::ArrayRef<Dim> Declared; ///< As the file says; may be absent or wrong.
  ShapeRef Dims;                ///< Bound or inferred; see HasShape.
  const Constant *Contents = nullptr; ///< Null unless known.
};

struct Graph;

enum class AttributeKind : uint8_t {
  Int,
  Float,
  String,
  Ints,
  Floats,
  Strings,
  Tensor,
  Graph,
  Other, ///< Present in the file, of a kind no operator here reads.
};

/// An attribute; the member that Kind names is valid.
struct Attribute {
  llvm::StringRef Name;
  AttributeKind Kind = AttributeKind::Other;
  int64_t Int = 0;
  double Float = 0;
  llvm::StringRef String;
  llvm::ArrayRef<int64_t> Ints;
  llvm::ArrayRef<double> Floats;
  llvm::ArrayRef<llvm::StringRef> Strings;
  /// Type and dimensions always; contents only when they were kept.
  const Constant *Tensor = nullptr;
  Graph *Subgraph = nullptr;
};

/// One operator applied. Absent optional operands and results are NoId.
struct Node {
  llvm::StringRef
      Name; ///< Never empty: an unnamed node has its first output's.
  llvm::StringRef Domain; ///< "" is the ONNX standard domain.
  llvm::StringRef Op;
  int32_t Opset = 0;  ///< Version of Domain in force for this node.
  uint32_t Scope = 0; ///< Index of Model::Scopes.
  llvm::ArrayRef<ValueId> Inputs;
  llvm::ArrayRef<ValueId> Outputs;
  llvm::ArrayRef<Attribute> Attributes;

  [[nodiscard]] const Attribute *attribute(llvm::StringRef Wanted) const {
    for (const Attribute &A : Attributes)
      if (A.Name == Wanted)
        return &A;
    return nullptr;
  }
};

/// A graph or a subgraph. Nodes are in topological order.
struct Graph {
  llvm::StringRef Name;
  std::vector<Node> Nodes;
  std::vector<ValueId> Inputs; ///< Without those that are initializers.
  std::vector<ValueId> Outputs;
  Graph *Parent = nullptr; ///< Null for the main graph.
};

/// A version of an operator set.
struct OpsetImport {
  llvm::StringRef
      Domain; ///< "" for the standard domain ("ai.onnx" is mapped to it).
  int64_t Version = 0;
};

/// A whole model: graphs, values, and the memory all of them live in.
class Model {
public:
  Model() = default;
  Model(const Model &) = delete;
  Model &operator=(const Model &) = delete;

  std::string Path; ///< As the user named it; for messages and reports.
  llvm::StringRef Producer;
  llvm::StringRef ProducerVersion;
  int64_t IrVersion = 0;
  std::vector<OpsetImport> Opsets;
  std::vector<std::string> Warnings; ///< What import noticed.
  Graph *Main = nullptr;
  std::vector<Value> Values;
  /// What exporters noted about nodes' modules (see Scope.h), as in the file;
  /// entry 0 is empty, of nodes without such a note.
  std::vector<llvm::StringRef> Scopes = {""};

  Value &value(ValueId Id) { return Values[Id]; }
  [[nodiscard]] const Value &value(ValueId Id) const { return Values[Id]; }

  /// Version of \p Domain the model imports; 0 when it does not.
  [[nodiscard]] int64_t opset(llvm::StringRef Domain = "") const;

  /// A new, empty graph owned by the model.
  Graph *createGraph();

  /// Appends \p V; returns its id.
  ValueId addValue(Value V);

  /// Copies \p Items into the arena.
  template <typename T> llvm::ArrayRef<T> copy(llvm::ArrayRef<T> Items) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (Items.empty())
      return {};
    T *Memory = Arena.Allocate<T>(Items.size());
    std::uninitialized_copy(Items.begin(), Items.end(), Memory);
    return {Memory, Items.size()};
  }
  template <typename T> llvm::ArrayRef<T> copy(const std::vector<T> &Items) {
    return copy(llvm::ArrayRef<T>(Items));
  }
  llvm::StringRef copy(llvm::StringRef Text);

  /// A constant whose arrays are copied into the arena.
  const Constant *createConstant(const Constant &C);

  /// Keeps \p Buffer alive as long as the model: names point into it.
  void keep(std::unique_ptr<llvm::MemoryBuffer> Buffer) {
    Buffers.push_back(std::move(Buffer));
  }

  /// The serialized ModelProto that the model was imported from: what to
  /// import again for the same network at another size. Empty when it was
  /// built by hand.
  [[nodiscard]] llvm::MemoryBufferRef source() const {
    return Buffers.empty() ? llvm::MemoryBufferRef()
                           : Buffers.front()->getMemBufferRef();
  }

private:
  llvm::BumpPtrAllocator Arena;
  std::vector<std::unique_ptr<Graph>> Graphs;
  std::vector<std::unique_ptr<llvm::MemoryBuffer>> Buffers;
};

} // namespace toscount

#endif // TOSCOUNT_IR_GRAPH_H
