//===- Count.cpp - counting a model ---------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Analysis/Count.h"

#include "Passes.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {

std::string AnalysisState::place(const Node &N) const {
  std::string Domain = N.Domain.empty() ? "" : (N.Domain + ".").str();
  return printable(M.Path) + ": node '" + printable(N.Name) + "' (" +
         printable(Domain) + printable(N.Op) + ")";
}

/// The node called \p Name, or an error with the nearest spelling. The loss
/// stands after the last node, the optimizer's scalars after the loss.
static Expected<NodeId> findNode(const AnalysisState &S, StringRef Name) {
  if (Name == "optimizer")
    return static_cast<NodeId>(S.nodes().size() + 1);
  if (Name == "loss")
    return static_cast<NodeId>(S.nodes().size());
  std::vector<StringRef> Names = {"loss", "optimizer"};
  for (NodeId I = 0; I < S.nodes().size(); ++I) {
    const Node &N = S.nodes()[I];
    if (N.Name == Name)
      return I;
    Names.push_back(N.Name);
  }
  return makeError(printable(S.M.Path) + ": no node is called '" +
                   printable(Name) + "'" + didYouMean(Name, Names));
}

static AnalysisState start(Model &M, const OpRegistry &Registry,
                           const CountOptions &Options) {
  AnalysisState S(M, Registry);
  S.Result.Source = &M;
  S.Result.Options = Options;
  S.Result.Options.Rules.Training = Options.Phases == Level::Train;
  S.Result.Warnings = M.Warnings;
  return S;
}

/// The passes that give every value a shape.
static Error inferAll(AnalysisState &S) {
  if (Error E = bindDimensions(S))
    return E;
  if (Error E = resolveOperators(S))
    return E;
  return inferShapes(S);
}

/// Every pass, in order.
static Error runPasses(AnalysisState &S, StringRef Explained,
                       LayerTrace *Steps) {
  if (Error E = inferAll(S))
    return E;
  NodeId Traced = NoId;
  if (Steps != nullptr) {
    Expected<NodeId> Found = findNode(S, Explained);
    if (!Found)
      return Found.takeError();
    Traced = *Found;
  }
  fusePatterns(S);
  fuseQuantized(S);
  if (Error E = findParameters(S))
    return E;
  if (Error E = chooseLoss(S))
    return E;
  if (Error E = markGradients(S))
    return E;
  setDatatype(S);
  return countLayers(S, Traced, Steps);
}

static Expected<ModelCounts> run(Model &M, const OpRegistry &Registry,
                                 const CountOptions &Options,
                                 StringRef Explained, LayerTrace *Steps) {
  AnalysisState S = start(M, Registry, Options);
  if (Error E = runPasses(S, Explained, Steps))
    return E;
  return std::move(S.Result);
}

static ValueRole roleOf(const ValueFacts &F) {
  if (F.Parameter)
    return F.Frozen ? ValueRole::Frozen : ValueRole::Parameter;
  return F.Buffer ? ValueRole::Buffer : ValueRole::Other;
}

Expected<TrainingGraph> analyseTraining(Model &M, const OpRegistry &Registry,
                                        const CountOptions &Options) {
  AnalysisState S = start(M, Registry, Options);
  if (Error E = runPasses(S, {}, nullptr))
    return E;
  TrainingGraph T;
  for (const ValueFacts &F : S.Facts)
    T.Roles.push_back(roleOf(F));
  T.LossInput = S.LossSeed;
  T.LossOutput = S.LossOutput;
  T.ClassAxis = S.ClassAxis;
  T.Counts = std::move(S.Result);
  return T;
}

Error inferModelShapes(Model &M, const OpRegistry &Registry,
                       const CountOptions &Options) {
  AnalysisState S = start(M, Registry, Options);
  return inferAll(S);
}

Expected<ModelCounts> countModel(Model &M, const OpRegistry &Registry,
                                 const CountOptions &Options) {
  return run(M, Registry, Options, {}, nullptr);
}

Expected<ModelCounts> explainLayer(Model &M, const OpRegistry &Registry,
                                   const CountOptions &Options,
                                   StringRef NodeName, LayerTrace &Steps) {
  return run(M, Registry, Options, NodeName, &Steps);
}

} // namespace toscount
