//===- Zoo.h - networks built from a spec ---------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The networks of the literature, and those that people choose between today,
/// built in memory as layer graphs: `zoo:NAME` or `zoo:NAME:KEY=VALUE,...`, for
/// example `zoo:lenet:scale=2,data=cifar10`. The batch is the symbolic
/// dimension N; parameters have shapes and no contents. Specs are untrusted:
/// every value is range-checked before anything is built.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_ZOO_ZOO_H
#define TOSCOUNT_ZOO_ZOO_H

#include "toscount/IR/Graph.h"

#include "llvm/Support/Error.h"

#include <memory>

namespace toscount {

class GraphBuilder;
class ZooValues;

/// One KEY of a spec. A whole number from Least to Most; or one of Choices; or,
/// when both are absent, text that the network itself reads.
struct ZooParameter {
  llvm::StringLiteral Name;
  llvm::StringLiteral Default;
  int64_t Least = 0, Most = -1;
  llvm::StringLiteral Choices = ""; ///< Separated by spaces.
  llvm::StringLiteral Doc;

  [[nodiscard]] bool isNumber() const { return Least <= Most; }
};

/// A family of networks.
struct ZooNetwork {
  llvm::StringLiteral Name;
  llvm::StringLiteral Summary;
  llvm::StringLiteral Source; ///< Where it was published.
  /// What `--loss` it is trained with.
  llvm::StringLiteral Loss;
  llvm::ArrayRef<ZooParameter> Parameters;
  /// Adds inputs, nodes and outputs. Errors say what about the values is wrong.
  llvm::Error (*Build)(GraphBuilder &, const ZooValues &);
};

/// Every network, in the order they are listed to users.
llvm::ArrayRef<ZooNetwork> zooNetworks();

/// The network called \p Name; otherwise an error with the nearest spelling.
llvm::Expected<const ZooNetwork *> findZooNetwork(llvm::StringRef Name);

/// True when \p Path is a spec, right or wrong, rather than a file's name.
bool isZooSpec(llvm::StringRef Path);

/// The loss that the network of \p Path was published with; empty for what is no
/// network of the zoo.
llvm::StringRef publishedLoss(llvm::StringRef Path);

/// The network that \p Spec ("zoo:...") describes. Errors start with the spec;
/// unknown names get the nearest spelling.
llvm::Expected<std::unique_ptr<Model>> buildZoo(llvm::StringRef Spec);

/// The network in the file, or of the spec, \p Path: what every command takes
/// as MODEL.
llvm::Expected<std::unique_ptr<Model>> loadModel(llvm::StringRef Path);

/// A fresh copy of \p M as it was before counting filled it with shapes: to
/// count the same network at another size. Nothing is read from a disk.
llvm::Expected<std::unique_ptr<Model>> loadAgain(const Model &M);

} // namespace toscount

#endif // TOSCOUNT_ZOO_ZOO_H
