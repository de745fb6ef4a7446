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
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_OPS_EXPANDER_H
#define TOSCOUNT_OPS_EXPANDER_H

#include "toscount/IR/Graph.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <optional>

namespace toscount {

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
