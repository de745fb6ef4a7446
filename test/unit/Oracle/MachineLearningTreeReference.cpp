//===- MachineLearningTreeReference.cpp - executed tree ensembles ---------===//
//
// Part of toscount, under the Apache License v2.0.
//
// The cases' trees are of one depth each, and their leaves have equally many
// votes: there the upper bound is what every row executes.
//
//===----------------------------------------------------------------------===//

#include "MachineLearningReference.h"

#include <map>

using namespace llvm;

namespace toscount::oracle {
namespace {

bool taken(StringRef Mode, Scalar X, double Value) {
  if (Mode == "BRANCH_LT")
    return X < Value;
  if (Mode == "BRANCH_GTE")
    return X >= Value;
  if (Mode == "BRANCH_GT")
    return X > Value;
  if (Mode == "BRANCH_EQ")
    return X == Value;
  if (Mode == "BRANCH_NEQ")
    return !(X == Value);
  return X <= Value;
}

/// Adds \p Vote to what other trees gave.
void vote(StringRef Aggregate, Scalar &Score, bool First, Scalar Vote) {
  if (Aggregate == "MIN")
    Score = min(First ? Scalar(INFINITY) : Score, Vote);
  else if (Aggregate == "MAX")
    Score = max(First ? Scalar(-INFINITY) : Score, Vote);
  else
    Score += Vote;
}

struct Scores {
  std::vector<Scalar> Row;
  std::vector<bool> Voted;
  void add(StringRef Aggregate, size_t Target, double Vote) {
    vote(Aggregate, Row[Target], !Voted[Target], Vote);
    Voted[Target] = true;
  }
  void finish(const OpInstance &Op, StringRef Aggregate, StringRef Transform,
              size_t Trees) {
    ArrayRef<double> Base = Op.attrFloats("base_values");
    for (size_t T = 0; T < Row.size(); ++T) {
      if (Aggregate == "AVERAGE")
        Row[T] = Row[T] / static_cast<double>(Trees);
      if (!Base.empty())
        Row[T] += Base[T % Base.size()];
    }
    transformScores(Transform, Row);
  }
};

int64_t rowsOf(const Tensor &X) { return X.Dims.size() == 2 ? X.Dims[0] : 1; }

void forwardNodes(const OpInstance &Op, ArrayRef<Tensor> In,
                  MutableArrayRef<Tensor> Out, Saved &) {
  bool Class = Op.op() == "TreeEnsembleClassifier";
  auto Votes = [&](StringRef What) {
    return Op.attrInts(((Class ? "class_" : "target_") + What).str());
  };
  ArrayRef<double> Weights =
      Op.attrFloats(Class ? "class_weights" : "target_weights");
  ArrayRef<int64_t> Trees = Op.attrInts("nodes_treeids");
  ArrayRef<int64_t> Ids = Op.attrInts("nodes_nodeids");
  ArrayRef<StringRef> Modes = Op.attrStrings("nodes_modes");
  std::map<std::pair<int64_t, int64_t>, size_t> Numbers;
  std::map<int64_t, size_t> Roots;
  for (size_t I = 0; I < Trees.size(); ++I) {
    Numbers[{Trees[I], Ids[I]}] = I;
    Roots.try_emplace(Trees[I], I);
  }
  StringRef Aggregate = Op.attrString("aggregate_function", "SUM");
  size_t Columns = Out[Class ? 1 : 0].Dims.back();
  ArrayRef<int64_t> Targets = Votes("ids");
  bool OneSided = Class && Columns == 2 && all_equal(Targets);
  for (int64_t R = 0; R < rowsOf(In[0]); ++R) {
    size_t Computed = OneSided ? 1 : Columns;
    Scores S = {std::vector<Scalar>(Computed), std::vector<bool>(Computed)};
    for (auto [Tree, Root] : Roots) {
      size_t At = Root;
      while (Modes[At] != "LEAF") {
        Scalar X =
            In[0][R * In[0].Dims.back() + Op.attrInts("nodes_featureids")[At]];
        bool True = taken(Modes[At], X, Op.attrFloats("nodes_values")[At]);
        At = Numbers[{Tree, Op.attrInts(True ? "nodes_truenodeids"
                                             : "nodes_falsenodeids")[At]}];
      }
      for (size_t V = 0; V < Targets.size(); ++V)
        if (Votes("treeids")[V] == Tree && Votes("nodeids")[V] == Ids[At])
          S.add(Aggregate, OneSided ? 0 : Targets[V], Weights[V]);
    }
    S.finish(Op, Aggregate, Op.attrString("post_transform", "NONE"),
             Roots.size());
    if (OneSided)
      S.Row = {1.0 - S.Row[0], S.Row[0]};
    if (Class)
      Out[0][R] = label(Op, greatest(S.Row));
    std::copy(S.Row.begin(), S.Row.end(),
              Out[Class ? 1 : 0].Data.begin() + R * Columns);
  }
}

/// Version 5; thresholds are not kept as attributes here, so every branch
/// compares with zero.
void forwardLeaves(const OpInstance &Op, ArrayRef<Tensor> In,
                   MutableArrayRef<Tensor> Out, Saved &) {
  static constexpr const char *Aggregates[] = {"AVERAGE", "SUM", "MIN", "MAX"};
  static constexpr const char *Transforms[] = {"NONE", "SOFTMAX", "LOGISTIC",
                                               "SOFTMAX_ZERO", "PROBIT"};
  StringRef Aggregate = Aggregates[Op.attrInt("aggregate_function", 1)];
  ArrayRef<int64_t> Roots = Op.attrInts("tree_roots");
  size_t Columns = Out[0].Dims.back();
  for (int64_t R = 0; R < rowsOf(In[0]); ++R) {
    Scores S = {std::vector<Scalar>(Columns), std::vector<bool>(Columns)};
    for (int64_t Root : Roots) {
      int64_t At = Root;
      for (bool Leaf = false; !Leaf;) {
        Scalar X =
            In[0][R * In[0].Dims.back() + Op.attrInts("nodes_featureids")[At]];
        bool True = X <= 0.0;
        Leaf =
            Op.attrInts(True ? "nodes_trueleafs" : "nodes_falseleafs")[At] != 0;
        At = Op.attrInts(True ? "nodes_truenodeids" : "nodes_falsenodeids")[At];
      }
      S.add(Aggregate, Op.attrInts("leaf_targetids")[At], 0.25 * double(At));
    }
    S.finish(Op, Aggregate, Transforms[Op.attrInt("post_transform", 0)],
             Roots.size());
    std::copy(S.Row.begin(), S.Row.end(), Out[0].Data.begin() + R * Columns);
  }
}

NodeCase rows(std::mt19937 &Rng, const char *Op) {
  NodeCase C;
  C.Op = Op;
  C.Domain = MlDomain;
  C.Opset = 3;
  return C.input(Rng, pickShape(Rng, pick(Rng, 1, 2)));
}

template <bool Class> NodeCase nodes(std::mt19937 &Rng) {
  NodeCase C =
      rows(Rng, Class ? "TreeEnsembleClassifier" : "TreeEnsembleRegressor");
  int64_t Targets = pick(Rng, Class ? 2 : 1, 3);
  bool OneSided = Class && Targets == 2 && pick(Rng, 0, 1) == 0;
  std::vector<int64_t> Trees, Ids, Features, Trues, Falses;
  std::vector<std::string> Modes;
  std::vector<double> Values, Weights;
  std::vector<int64_t> VoteTrees, VoteIds, VoteTargets;
  static const char *const Branches[] = {"BRANCH_LEQ", "BRANCH_LT",
                                         "BRANCH_GTE", "BRANCH_GT",
                                         "BRANCH_EQ",  "BRANCH_NEQ"};
  for (int64_t Tree = 0, Last = pick(Rng, 0, 2); Tree <= Last; ++Tree) {
    // Node I of a complete tree has children 2 I + 1 and 2 I + 2.
    int64_t Inner = (1 << pick(Rng, 0, 3)) - 1, Each = pick(Rng, 1, 2);
    for (int64_t I = 0; I < 2 * Inner + 1; ++I) {
      bool Leaf = I >= Inner;
      Trees.push_back(Tree);
      Ids.push_back(I);
      Features.push_back(pick(Rng, 0, C.Inputs[0].Data.Dims.back() - 1));
      Modes.push_back(Leaf ? "LEAF" : Branches[pick(Rng, 0, 5)]);
      Values.push_back(0.1 * static_cast<double>(pick(Rng, -5, 5)));
      Trues.push_back(Leaf ? 0 : 2 * I + 1);
      Falses.push_back(Leaf ? 0 : 2 * I + 2);
      for (int64_t V = 0; Leaf && V < Each; ++V) {
        VoteTrees.push_back(Tree);
        VoteIds.push_back(I);
        VoteTargets.push_back(OneSided ? 1 : (I + V) % Targets);
        Weights.push_back(0.25 * static_cast<double>(pick(Rng, -3, 3)));
      }
    }
  }
  C.set("nodes_treeids", Trees).set("nodes_nodeids", Ids);
  C.set("nodes_featureids", Features).set("nodes_modes", Modes);
  C.set("nodes_values", Values);
  C.set("nodes_truenodeids", Trues).set("nodes_falsenodeids", Falses);
  std::string Prefix = Class ? "class_" : "target_";
  C.set(Prefix + "treeids", VoteTrees).set(Prefix + "nodeids", VoteIds);
  C.set(Prefix + "ids", VoteTargets).set(Prefix + "weights", Weights);
  if (Class) {
    C.NumOutputs = 2;
    C.set("classlabels_int64s", Targets == 2 ? std::vector<int64_t>{4, 5}
                                             : std::vector<int64_t>{4, 5, 6});
  } else {
    C.set("n_targets", Targets);
    static const char *const Names[] = {"SUM", "AVERAGE", "MIN", "MAX"};
    C.set("aggregate_function", Names[pick(Rng, 0, 3)]);
  }
  if (pick(Rng, 0, 1) == 0)
    C.set("base_values", std::vector<double>(OneSided ? 1 : Targets, 0.5));
  pickTransform(Rng, C);
  return C;
}

NodeCase leaves(std::mt19937 &Rng) {
  NodeCase C = rows(Rng, "TreeEnsemble");
  C.Opset = 5;
  int64_t Targets = pick(Rng, 1, 3), Leaves = 0;
  std::vector<int64_t> Roots, Features, Trues, Falses, TrueLeafs, FalseLeafs,
      LeafTargets;
  for (int64_t Tree = pick(Rng, 1, 3); Tree > 0; --Tree) {
    auto First = static_cast<int64_t>(Features.size());
    int64_t Inner = (1 << pick(Rng, 1, 3)) - 1;
    Roots.push_back(First);
    for (int64_t I = 0; I < Inner; ++I) {
      bool Leaf = 2 * I + 1 >= Inner;
      Features.push_back(pick(Rng, 0, C.Inputs[0].Data.Dims.back() - 1));
      Trues.push_back(Leaf ? Leaves++ : First + 2 * I + 1);
      Falses.push_back(Leaf ? Leaves++ : First + 2 * I + 2);
      TrueLeafs.push_back(Leaf ? 1 : 0);
      FalseLeafs.push_back(Leaf ? 1 : 0);
    }
  }
  for (int64_t I = 0; I < Leaves; ++I)
    LeafTargets.push_back(I % Targets);
  C.set("tree_roots", Roots).set("nodes_featureids", Features);
  C.set("nodes_truenodeids", Trues).set("nodes_falsenodeids", Falses);
  C.set("nodes_trueleafs", TrueLeafs).set("nodes_falseleafs", FalseLeafs);
  C.set("leaf_targetids", LeafTargets).set("n_targets", Targets);
  C.set("aggregate_function", pick(Rng, 0, 3));
  return C.set("post_transform", pick(Rng, 0, 3));
}

} // namespace

void addMachineLearningTreeReferences(References &All) {
  All.push_back({.Op = "TreeEnsemble",
                 .Forward = forwardLeaves,
                 .Cases = {leaves},
                 .Domain = MlDomain});
  All.push_back({.Op = "TreeEnsembleClassifier",
                 .Forward = forwardNodes,
                 .Cases = {nodes<true>},
                 .Domain = MlDomain});
  All.push_back({.Op = "TreeEnsembleRegressor",
                 .Forward = forwardNodes,
                 .Cases = {nodes<false>},
                 .Domain = MlDomain});
}

} // namespace toscount::oracle
