//===- Inference.h - shapes in execution order, control flow expanded -----===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_ANALYSIS_INFERENCE_H
#define TOSCOUNT_LIB_ANALYSIS_INFERENCE_H

#include "Passes.h"

#include "llvm/ADT/DenseMap.h"

namespace toscount {

/// Walks nodes in execution order, gives every value a type and a shape, folds
/// what is known before the network runs, and replaces control flow by the
/// nodes that run.
class Inference {
public:
  explicit Inference(AnalysisState &S) : S(S) {}

  /// The whole main graph.
  llvm::Error run();

  /// Infers \p N and appends it, or what it expands to. \p Group tells copies
  /// of one body node together; 0 for a node of the file.
  llvm::Error process(const Node &N, unsigned Group);

  /// Fails when control flow has expanded to more than can be counted: bodies
  /// that hold nothing and branches that are only weighed take time too.
  /// \p Operands: many of them take time, too.
  [[nodiscard]] llvm::Error spend(const Node &N, size_t Operands = 0);

  /// Of the nodes \p Op that expanding a node of \p Group made: the group of
  /// the same node's in other iterations.
  unsigned madeGroup(unsigned Group, llvm::StringRef Op);

  /// A new group's number.
  unsigned newGroup() { return ++LastGroup; }

  /// The name of body node \p Inner's copy under \p N, while memory is left for
  /// such names.
  llvm::StringRef copiedName(const Node &N, const Node &Inner);

  /// Facts for values that were added.
  void growFacts();

  /// What \p V of a body is in the copy being made.
  [[nodiscard]] ValueId resolve(ValueId V) const;

  /// Forgets every node from \p Size on.
  void truncate(size_t Size);

  /// What will be the main graph's nodes.
  std::vector<Node> Nodes;
  /// Values of the bodies being copied, innermost last.
  std::vector<llvm::DenseMap<ValueId, ValueId>> Scopes;
  /// Of a body node under an expanded node: its group and name.
  std::map<std::pair<const char *, const Node *>,
           std::pair<unsigned, llvm::StringRef>>
      Copies;

private:
  void startInitializer(ValueId Id);
  llvm::Error expand(const Node &N, const OpInfo &Row, unsigned Group);
  [[nodiscard]] bool takesItems(const Node &N) const;
  llvm::Error assumeContents(const Node &N);
  llvm::Error inferKnown(const Node &N, const OpInfo &Row);
  static llvm::Error checkTypes(const ShapeContext &C, const OpInfo &Row);
  bool mayFold(const Node &N, Count Results);
  [[nodiscard]] bool contentsKnown(const Node &N) const;
  void classify(const Node &N, const OpInfo &Row);
  llvm::Error inferUnknown(const Node &N);
  void checkOutputs();

  /// What `--dim` says of sizes inside the network; notes estimates.
  class Sizes;

  AnalysisState &S;
  unsigned LastGroup = 0;
  std::map<std::pair<unsigned, llvm::StringRef>, unsigned> Made;
  size_t Steps = 0;     ///< Nodes and copies of bodies that were made.
  size_t MostSteps = 0; ///< The file's own nodes are not the limit.
  size_t NameBytes = 0; ///< Of the names of copies.
  /// The node being processed takes contents from `--assume`, or has a size
  /// that only data decides.
  bool AssumedHere = false;
  Count Folded = 0; ///< Elements that folding large constants has touched.
  bool WarnedOfFolding = false;
};

/// Replaces the control-flow node \p N; true when the result is an estimate.
llvm::Expected<bool> expandControlFlow(Inference &I, AnalysisState &S,
                                       const Node &N, const OpInfo &Row,
                                       unsigned Group);

} // namespace toscount

#endif // TOSCOUNT_LIB_ANALYSIS_INFERENCE_H
