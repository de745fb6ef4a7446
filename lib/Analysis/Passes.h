//===- Passes.h - what the counting passes share --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_ANALYSIS_PASSES_H
#define TOSCOUNT_LIB_ANALYSIS_PASSES_H

#include "toscount/Analysis/Count.h"
#include "toscount/Ops/Expander.h"
#include "toscount/Ops/LossFunction.h"
#include "toscount/Ops/Optimizer.h"

#include "llvm/ADT/DenseMap.h"

#include <map>
#include <set>
#include <vector>

namespace toscount {

/// What the passes find out about one value.
struct ValueFacts {
  /// Known before the network runs: made of shapes and constants alone. Free.
  bool Static = false;
  /// Static, and its size or contents follow from the shape of an activation.
  bool FromShapes = false;
  /// A parameter or constant, or movement of nothing else: layout, free.
  bool Layout = false;
  /// Its size rests on an assumption about data.
  bool Assumed = false;
  /// A parameter of its own: an initializer, a Constant, or an alias.
  bool Parameter = false;
  bool Buffer = false;
  bool Frozen = false;
  /// A trainable parameter lies on a path into it.
  bool NeedsGrad = false;
  /// The loss's gradient flows into it (only where NeedsGrad).
  bool HasGrad = false;
  /// An alias of this value (the exporter merged equal initializers).
  ValueId AliasOf = NoId;
  /// First node, in execution order, that uses it as a trainable operand or a
  /// buffer, directly or through movement.
  NodeId TrainedBy = NoId, BufferedBy = NoId;
  /// That use is undecidable (OpInfo::Undecidable).
  bool Undecidable = false;
  /// The value whose memory it shares (views).
  ValueId Storage = NoId;
  /// Elements of gradient that have arrived so far, in backward order.
  Count Arrived;
};

/// The state that the passes hand on. Passes run in the order of their
/// declarations.
struct AnalysisState {
  AnalysisState(Model &M, const OpRegistry &Registry)
      : M(M), Registry(Registry) {}

  Model &M;
  const OpRegistry &Registry;
  ModelCounts Result;
  /// One row a node of the main graph; null for an unknown operator.
  std::vector<const OpInfo *> Rows;
  /// For copies of a body's node: a number shared by its iterations; else 0.
  std::vector<unsigned> Groups;
  /// Nodes whose figures rest on an assumption about data.
  std::vector<bool> Estimated;
  /// Names of `--assume` that met something.
  std::set<std::string, std::less<>> UsedAssumptions;
  /// Of these, what control-flow nodes and inputs that are no tensors were
  /// told.
  std::set<std::string, std::less<>> AssumedNodes;
  std::vector<ValueFacts> Facts;
  /// What sequences and optionals hold.
  llvm::DenseMap<ValueId, ItemList> Items;
  /// When a fixed batch was rebound: what it was and is.
  int64_t OldBatch = 0, NewBatch = 0;
  /// `--dim` of sizes that only data decides: by value and axis, or by the name
  /// that only such dimensions have; and whether one was met.
  std::map<std::pair<std::string, size_t>, std::pair<int64_t, bool>> DataDims;
  std::map<std::string, bool, std::less<>> DataSymbols;
  /// Values of bound symbols.
  std::map<std::string, int64_t, std::less<>> Symbols;

  const LossFunction *Loss = nullptr; ///< Null: none, or the graph's own.
  LossInput LossShape;
  size_t ClassAxis = 0; ///< Of the loss's output; 0 for a scalar.
  /// Where the loss's gradient enters; NoId below `validate`.
  ValueId LossSeed = NoId;
  /// The graph output that the loss is taken of.
  ValueId LossOutput = NoId;

  [[nodiscard]] llvm::ArrayRef<Node> nodes() const { return M.Main->Nodes; }
  CountOptions &options() { return Result.Options; }
  [[nodiscard]] bool isStatic(ValueId V) const {
    return V != NoId && Facts[V].Static;
  }
  /// Gives a merged initializer another name: the gradient stops at the alias,
  /// which is a parameter of its own.
  [[nodiscard]] bool isAlias(const Node &N) const {
    return N.Outputs.size() == 1 && N.Outputs[0] != NoId &&
           Facts[N.Outputs[0]].AliasOf != NoId;
  }
  /// `FILE: node 'NAME' (OP)`.
  [[nodiscard]] std::string place(const Node &N) const;
};

/// Gives every graph input a shape.
llvm::Error bindDimensions(AnalysisState &S);

/// Finds every node's row; one error names all unknown operators.
llvm::Error resolveOperators(AnalysisState &S);

/// Gives every value a type and a shape, folds constants, and finds what is
/// static and what is layout.
llvm::Error inferShapes(AnalysisState &S);

/// Recognises blocks, when they are asked for or needed. Under the paper's
/// convention: makes one operator of those that exporters wrote in pieces and
/// that the paper counts otherwise (GELU).
void fusePatterns(AnalysisState &S);

/// Below `train`: makes operators between pairs of dequantization and
/// quantization the integer operators that run.
void fuseQuantized(AnalysisState &S);

/// Finds parameters, aliases and buffers, and freezes.
llvm::Error findParameters(AnalysisState &S);

/// Chooses the loss and where its gradient enters.
llvm::Error chooseLoss(AnalysisState &S);

/// Marks what needs a gradient and where one flows.
llvm::Error markGradients(AnalysisState &S);

/// Makes every floating value the chosen datatype.
void setDatatype(AnalysisState &S);

/// Runs the rules. \p Traced, when not NoId, is the node whose steps go to
/// \p Steps.
llvm::Error countLayers(AnalysisState &S, NodeId Traced, LayerTrace *Steps);

} // namespace toscount

#endif // TOSCOUNT_LIB_ANALYSIS_PASSES_H
