//===- Expander.h - control flow made into plain nodes --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// An operator with subgraphs (If, Loop, Scan) is not counted itself: its row's
/// Expand function replaces it by the nodes that run, one copy of the body for
/// each iteration, in terms of this interface. Everything after that (shapes,
/// gradients through time, accumulation over iterations) is that of plain
/// nodes.
///
/// Sequences and optionals are expanded too: which tensors they hold is known
/// while shapes are inferred, and what is left are moves of these tensors.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_OPS_EXPANDER_H
#define TOSCOUNT_OPS_EXPANDER_H

#include "toscount/IR/Graph.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <optional>
#include <vector>

namespace toscount {

/// What is known of a sequence or an optional: the values in it. Copies share
/// memory, and a sequence that only grows at its end shares that of its
/// predecessor, so that a loop that appends to one costs no more than its
/// items.
class ItemList {
public:
  ItemList() = default;
  ItemList(ValueForm Form, ElementType Type) : Form(Form), Type(Type) {}

  [[nodiscard]] bool isOptional() const { return Form != ValueForm::Sequence; }
  /// Of the tensors in it; undefined when nothing says it.
  [[nodiscard]] ElementType type() const { return Type; }
  [[nodiscard]] size_t size() const { return Length; }
  [[nodiscard]] llvm::ArrayRef<ValueId> items() const {
    return Length == 0 ? llvm::ArrayRef<ValueId>()
                       : llvm::ArrayRef<ValueId>(*Buffer).take_front(Length);
  }
  void append(ValueId V) {
    if (!Buffer || Buffer->size() != Length)
      Buffer = std::make_shared<std::vector<ValueId>>(items());
    Buffer->push_back(V);
    ++Length;
  }
  void insert(size_t At, ValueId V) {
    if (At == Length)
      return append(V);
    Buffer = std::make_shared<std::vector<ValueId>>(items());
    Buffer->insert(Buffer->begin() + static_cast<ptrdiff_t>(At), V);
    ++Length;
  }
  void erase(size_t At) {
    if (At + 1 != Length) {
      Buffer = std::make_shared<std::vector<ValueId>>(items());
      Buffer->erase(Buffer->begin() + static_cast<ptrdiff_t>(At));
    }
    --Length;
  }

private:
  ValueForm Form = ValueForm::Sequence;
  ElementType Type = ElementType::Undefined;
  std::shared_ptr<std::vector<ValueId>> Buffer;
  size_t Length = 0;
};

class Expander {
public:
  using ValueList = llvm::SmallVector<ValueId, 8>;

  /// Copies the nodes of \p Body with \p Arguments for its inputs, inferring
  /// their shapes; returns what its outputs became. The nodes are named after
  /// the expanded node and themselves.
  virtual llvm::Expected<ValueList> copy(const Graph &Body,
                                         llvm::ArrayRef<ValueId> Arguments) = 0;

  /// Appends a node of the ONNX standard domain at opset 13 with \p Results
  /// results and returns them.
  virtual llvm::Expected<ValueList>
  apply(llvm::StringRef Op, llvm::ArrayRef<ValueId> Operands, unsigned Results,
        llvm::ArrayRef<Attribute> Attributes) = 0;

  /// Appends a node of the ONNX standard domain at opset 13 that makes result
  /// \p O of the expanded node from \p Operand. Absent results are ignored.
  virtual llvm::Error finish(unsigned O, llvm::StringRef Op,
                             ValueId Operand) = 0;

  /// A constant of type int64 (or bool).
  virtual ValueId constant(llvm::ArrayRef<int64_t> Contents, bool Scalar,
                           ElementType Type = ElementType::Int64) = 0;

  [[nodiscard]] virtual const Value &value(ValueId V) const = 0;

  /// What the sequence or optional \p V holds; null for a tensor.
  [[nodiscard]] virtual const ItemList *items(ValueId V) const = 0;

  /// Result \p O of the expanded node is a sequence or an optional; \p Copied
  /// items had to be copied for it. Fails when control flow copies more than
  /// can be followed.
  virtual llvm::Error setItems(unsigned O, ItemList Items,
                               size_t Copied = 0) = 0;

  /// What `--assume` says about the expanded node, under its name.
  virtual std::optional<int64_t> assumed() = 0;

  /// The figure depends on data and is an estimate, because \p Why.
  virtual void estimate(const llvm::Twine &Why) = 0;

  /// Which of \p Branches, run without arguments, costs more.
  virtual llvm::Expected<unsigned>
  costlier(llvm::ArrayRef<const Graph *> Branches) = 0;

protected:
  ~Expander() = default;
};

} // namespace toscount

#endif // TOSCOUNT_OPS_EXPANDER_H
