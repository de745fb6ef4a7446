//===- GraphBuilder.h - layer graphs made in memory -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Builds the layer graph node by node, with no file. Nodes are named as
/// exporters name them, by scope and operator: "/layer1/conv1/Conv",
/// "/layer1/Add_1"; a node's first result has its name. Parameters are named
/// with dots: "layer1.conv1.weight".
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_ZOO_GRAPHBUILDER_H
#define TOSCOUNT_ZOO_GRAPHBUILDER_H

#include "toscount/IR/Graph.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/Twine.h"

#include <string>

namespace toscount {

class GraphBuilder {
public:
  /// Adds a main graph called \p Name to \p M, which is empty.
  GraphBuilder(Model &M, llvm::StringRef Name);

  /// Names made while it lives lie below \p Name.
  class Scope {
  public:
    Scope(GraphBuilder &B, const llvm::Twine &Name);
    Scope(const Scope &) = delete;
    Scope &operator=(const Scope &) = delete;
    ~Scope();

  private:
    GraphBuilder &B;
    size_t Slashed, Dotted;
  };

  /// An input of shape N x \p Sample: N is the symbolic batch dimension.
  ValueId input(llvm::StringLiteral Name, ElementType Type, ShapeRef Sample);
  /// A parameter of the current scope: fp32, without contents.
  ValueId weight(llvm::StringLiteral Name, ShapeRef Dims);
  /// An int64 constant of rank 1.
  ValueId constant(llvm::StringLiteral Name, llvm::ArrayRef<int64_t> Contents);
  /// An int64 or fp32 constant of rank 0.
  ValueId scalar(llvm::StringLiteral Name, int64_t Content);
  ValueId scalar(llvm::StringLiteral Name, double Content);
  /// The boolean constant true, of rank 0.
  ValueId truth(llvm::StringLiteral Name);

  /// Applies \p Op to \p Inputs; its only result.
  ValueId node(llvm::StringLiteral Op, llvm::ArrayRef<ValueId> Inputs,
               llvm::ArrayRef<Attribute> Attributes = {});
  /// Applies \p Op to \p Inputs; all \p Count results.
  llvm::ArrayRef<ValueId> nodes(llvm::StringLiteral Op,
                                llvm::ArrayRef<ValueId> Inputs, size_t Count,
                                llvm::ArrayRef<Attribute> Attributes = {});

  static Attribute integer(llvm::StringLiteral Name, int64_t Number);
  static Attribute real(llvm::StringLiteral Name, double Number);
  static Attribute text(llvm::StringLiteral Name, llvm::StringLiteral Text);
  Attribute integers(llvm::StringLiteral Name, llvm::ArrayRef<int64_t> Numbers);

  /// Makes \p Id, of shape N x \p Sample, an fp32 output called \p Name.
  void output(llvm::StringLiteral Name, ValueId Id, ShapeRef Sample);

  /// The graph uses operators that came with \p Version of ONNX's operator
  /// set. Without it the version is 17, which tools of 2022 and later read.
  void needsOpset(int32_t Version);

  /// Sets what is known only at the end.
  void finish();

private:
  llvm::StringRef nodeName(llvm::StringRef Op);
  llvm::ArrayRef<Dim> declared(ShapeRef Sample);
  llvm::StringRef storedName(llvm::StringRef Name);
  ValueId stored(llvm::StringRef Name, const Constant &C, bool Known);

  Model &M;
  Graph &G;
  std::string Slashed, Dotted; ///< "/layer1/conv1", "layer1.conv1."
  llvm::StringMap<unsigned> Names;
  int32_t Opset = 17;
};

} // namespace toscount

#endif // TOSCOUNT_ZOO_GRAPHBUILDER_H
