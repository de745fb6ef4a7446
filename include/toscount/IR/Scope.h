//===- Scope.h - which module a node belongs to ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Reads the modules that people wrote off what exporters leave of them: the
/// metadata of nodes (from IR version 10, PyTorch's `torch.export`-based
/// exporter) or their names.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_IR_SCOPE_H
#define TOSCOUNT_IR_SCOPE_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace toscount {

/// Of one node's metadata_props, the entries that tell its module.
class ScopeNotes {
public:
  /// `pkg.torch.onnx.name_scopes`, a Python list: `['', 'layer1', 'layer1.0',
  /// 'layer1.0.conv1', 'conv2d_3']`; `namespace`, a path of name and class:
  /// `: ResNet/layer1: Sequential/layer1.0: BasicBlock/layer1.0.conv1:
  /// Conv2d/conv2d_3: aten.conv2d.default`. In both the first is the whole
  /// model and the last the node itself. Other keys are passed over.
  void add(llvm::StringRef Key, llvm::StringRef Value);

  /// The more telling value; empty without either.
  [[nodiscard]] llvm::StringRef best() const {
    return NameScopes.empty() ? Namespace : NameScopes;
  }

private:
  llvm::StringRef NameScopes, Namespace;
};

/// The module that a node belongs to, at most \p Depth modules deep (0: all):
/// by \p Note, a value of ScopeNotes, as the exporter spells it
/// (`layer1.0.conv1`); without one, all but the last part of \p Name
/// (`/layer1/layer1.0/conv1/Conv` gives `layer1/layer1.0/conv1`). Names are
/// paths by '/' when they have any, otherwise by '.'. Calls that TensorFlow
/// wraps a model in (`StatefulPartitionedCall/`) are no scope, and of names
/// that were merged (`model/a/Relu;model/a/BiasAdd`) the first counts. Empty
/// at the top.
std::string scopeOf(llvm::StringRef Name, llvm::StringRef Note, unsigned Depth);

} // namespace toscount

#endif // TOSCOUNT_IR_SCOPE_H
