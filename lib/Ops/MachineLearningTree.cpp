//===- MachineLearningTree.cpp - tree ensembles ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The tree ensembles of ai.onnx.ml. How far a row goes down a tree depends on
/// data; every row is counted to each tree's deepest leaf, so the counts of
/// trees that are not of one depth are an upper bound.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "MachineLearning.h"

#include "toscount/Support/Diagnostics.h"

#include <map>

using namespace llvm;

namespace toscount {
namespace {

/// What a row goes through.
struct Forest {
  Count Comparisons; ///< To the deepest leaf of every tree.
  Count Votes;       ///< Of the leaf with most votes of every tree.
};

/// Branches by number, each with at most two children.
class Branches {
public:
  static constexpr size_t None = SIZE_MAX;
  explicit Branches(size_t Number)
      : Children(Number, {None, None}), Height(Number, 0), State(Number, New) {}

  void child(size_t Of, unsigned Which, size_t Is) { Children[Of][Which] = Is; }

  /// Branches on the longest way down from \p Root; nothing when the way runs
  /// in a circle. No recursion: files may hold very deep trees.
  std::optional<uint64_t> height(size_t Root) {
    SmallVector<size_t> Way = {Root};
    while (!Way.empty()) {
      size_t At = Way.back();
      if (State[At] == Done) {
        Way.pop_back();
        continue;
      }
      bool Below = State[At] == Open;
      State[At] = Open;
      uint64_t Deepest = 0;
      for (size_t Child : Children[At]) {
        if (Child == None)
          continue;
        if (State[Child] == Open)
          return std::nullopt;
        if (State[Child] == New && !Below)
          Way.push_back(Child);
        Deepest = std::max(Deepest, Height[Child]);
      }
      if (Way.back() != At)
        continue;
      Height[At] = Deepest + 1;
      State[At] = Done;
      Way.pop_back();
    }
    return Height[Root];
  }

private:
  enum Progress : uint8_t { New, Open, Done };
  std::vector<std::array<size_t, 2>> Children;
  std::vector<uint64_t> Height;
  std::vector<Progress> State;
};

Error circle() { return makeError("the branches of a tree run in a circle"); }

Error lengths(const OpInstance &Op, ArrayRef<StringLiteral> Names,
              size_t Wanted) {
  for (StringRef Name : Names)
    if (Op.attrInts(Name).size() != Wanted)
      return makeError("its attribute '" + Name + "' has " +
                       Twine(Op.attrInts(Name).size()) + " numbers, but " +
                       Twine(Wanted) + " are needed");
  return Error::success();
}

bool classifies(const OpInstance &Op) {
  return Op.op() == "TreeEnsembleClassifier";
}

// -- Trees of nodes that are branches or leaves, until version 5.

using NodeKey = std::pair<int64_t, int64_t>;

Expected<Forest> forestOfNodes(const OpInstance &Op) {
  ArrayRef<StringRef> Modes = Op.attrStrings("nodes_modes");
  if (Modes.empty())
    return makeError("its attribute 'nodes_modes' is missing");
  if (Error E = lengths(Op,
                        {"nodes_treeids", "nodes_nodeids", "nodes_featureids",
                         "nodes_truenodeids", "nodes_falsenodeids"},
                        Modes.size()))
    return Expected<Forest>(std::move(E));
  ArrayRef<int64_t> Trees = Op.attrInts("nodes_treeids");
  ArrayRef<int64_t> Ids = Op.attrInts("nodes_nodeids");
  std::map<NodeKey, size_t> Numbers;
  for (size_t I = 0; I < Modes.size(); ++I)
    if (!Numbers.try_emplace({Trees[I], Ids[I]}, I).second)
      return makeError("tree " + Twine(Trees[I]) + " has two nodes " +
                       Twine(Ids[I]));

  Branches B(Modes.size());
  std::vector<bool> IsChild(Modes.size());
  for (size_t I = 0; I < Modes.size(); ++I) {
    if (Modes[I] == "LEAF")
      continue;
    if (!Modes[I].starts_with("BRANCH_"))
      return makeError("its attribute 'nodes_modes' contains '" +
                       printable(Modes[I]) + "'");
    unsigned Which = 0;
    for (StringRef Name : {"nodes_truenodeids", "nodes_falsenodeids"}) {
      auto It = Numbers.find({Trees[I], Op.attrInts(Name)[I]});
      if (It == Numbers.end())
        return makeError("node " + Twine(Ids[I]) + " of tree " +
                         Twine(Trees[I]) + " has no child " +
                         Twine(Op.attrInts(Name)[I]));
      IsChild[It->second] = true;
      if (Modes[It->second] != "LEAF")
        B.child(I, Which++, It->second);
    }
  }

  std::map<int64_t, uint64_t> Deepest;
  std::map<int64_t, unsigned> Roots;
  for (size_t I = 0; I < Modes.size(); ++I) {
    unsigned &Number = Roots[Trees[I]];
    if (IsChild[I])
      continue;
    ++Number;
    if (Modes[I] == "LEAF")
      continue;
    std::optional<uint64_t> Height = B.height(I);
    if (!Height)
      return circle();
    Deepest[Trees[I]] = *Height;
  }
  for (auto [Tree, Number] : Roots)
    if (Number != 1)
      return makeError("tree " + Twine(Tree) + " has " + Twine(Number) +
                       " nodes that are nobody's child, but one root is "
                       "needed");

  bool Class = classifies(Op);
  StringLiteral VoteIds[] = {
      Class ? StringLiteral("class_treeids") : StringLiteral("target_treeids"),
      Class ? StringLiteral("class_nodeids") : StringLiteral("target_nodeids"),
      Class ? StringLiteral("class_ids") : StringLiteral("target_ids")};
  ArrayRef<int64_t> VoteTrees = Op.attrInts(VoteIds[0]);
  if (Error E = lengths(Op, VoteIds, VoteTrees.size()))
    return Expected<Forest>(std::move(E));
  std::map<NodeKey, uint64_t> OfLeaf;
  std::map<int64_t, uint64_t> Most;
  for (size_t I = 0; I < VoteTrees.size(); ++I) {
    NodeKey Leaf = {VoteTrees[I], Op.attrInts(VoteIds[1])[I]};
    uint64_t &Most1 = Most[Leaf.first];
    Most1 = std::max(Most1, ++OfLeaf[Leaf]);
  }
  Forest F;
  for (auto [Tree, Height] : Deepest)
    F.Comparisons += Height;
  for (auto [Tree, Votes] : Most)
    F.Votes += Votes;
  return F;
}

// -- Trees of branches and leaves apart, from version 5.

Expected<Forest> forestOfLeaves(const OpInstance &Op) {
  ArrayRef<int64_t> Features = Op.attrInts("nodes_featureids");
  if (Error E = lengths(Op,
                        {"nodes_truenodeids", "nodes_falsenodeids",
                         "nodes_trueleafs", "nodes_falseleafs"},
                        Features.size()))
    return Expected<Forest>(std::move(E));
  auto Leaves = Op.attrInts("leaf_targetids").size();
  Branches B(Features.size());
  for (size_t I = 0; I < Features.size(); ++I) {
    unsigned Which = 0;
    for (auto [Ids, Leafs] : {std::pair("nodes_truenodeids", "nodes_trueleafs"),
                              {"nodes_falsenodeids", "nodes_falseleafs"}}) {
      int64_t Id = Op.attrInts(Ids)[I];
      bool IsLeaf = Op.attrInts(Leafs)[I] != 0;
      if (Id < 0 ||
          static_cast<uint64_t>(Id) >= (IsLeaf ? Leaves : Features.size()))
        return makeError("node " + Twine(I) + " has no child " + Twine(Id));
      if (!IsLeaf)
        B.child(I, Which++, static_cast<size_t>(Id));
    }
  }
  Forest F;
  for (int64_t Root : Op.attrInts("tree_roots")) {
    if (Root < 0 || static_cast<uint64_t>(Root) >= Features.size())
      return makeError("there is no node " + Twine(Root) +
                       " for the root of a tree");
    std::optional<uint64_t> Height = B.height(static_cast<size_t>(Root));
    if (!Height)
      return circle();
    F.Comparisons += *Height;
    F.Votes += 1;
  }
  return F;
}

Expected<Forest> forestOf(const OpInstance &Op) {
  return Op.op() == "TreeEnsemble" ? forestOfLeaves(Op) : forestOfNodes(Op);
}

// -- What is done with the votes.

enum class Aggregate : uint8_t { Average, Sum, Min, Max };

Expected<Aggregate> aggregateOf(const OpInstance &Op) {
  static constexpr StringLiteral Names[] = {"AVERAGE", "SUM", "MIN", "MAX"};
  // A number in TreeEnsemble.
  int64_t Number = Op.attrInt("aggregate_function", 1);
  StringRef Given = Op.attrString("aggregate_function", "");
  if (!Given.empty())
    Number = std::find(std::begin(Names), std::end(Names), Given) -
             std::begin(Names);
  if (Number < 0 || Number >= static_cast<int64_t>(std::size(Names)))
    return makeError("its attribute 'aggregate_function' must be AVERAGE, SUM, "
                     "MIN or MAX");
  return static_cast<Aggregate>(Number);
}

bool hasBase(const OpInstance &Op) {
  return !Op.attrFloats("base_values").empty() ||
         Op.hasAttr("base_values_as_tensor");
}

/// A classifier of two labels whose votes are all for one of them.
bool oneSided(const OpInstance &Op, int64_t Labels) {
  ArrayRef<int64_t> Ids = Op.attrInts("class_ids");
  return Labels == 2 && llvm::all_equal(Ids);
}

/// Scores that are computed for each row.
Count scores(const OpInstance &Op) {
  if (!classifies(Op))
    return Op.outShape(0)[1];
  int64_t Labels = cantFail(labelsOf(Op)).Number;
  return oneSided(Op, Labels) ? 1 : Labels;
}

Error checkForest(const ShapeContext &C) {
  if (Expected<Forest> F = forestOf(C); !F)
    return F.takeError();
  if (Expected<PostTransform> T = postTransform(C); !T)
    return T.takeError();
  if (Expected<Aggregate> A = aggregateOf(C); !A)
    return A.takeError();
  return Error::success();
}

Error shapeTrees(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  auto X = rowsOf(C);
  if (!X)
    return X.takeError();
  if (Error E = checkForest(C))
    return E;
  if (classifies(C)) {
    Expected<Labels> L = labelsOf(C);
    if (!L)
      return L.takeError();
    if (Error E = C.setOutput(0, L->Type, {X->first}))
      return E;
    return C.setOutput(1, ElementType::Float32, {X->first, L->Number});
  }
  int64_t Targets = C.attrInt("n_targets", 1);
  if (Targets < 1)
    return C.fail("its attribute 'n_targets' is " + Twine(Targets) +
                  ", but must be at least 1");
  bool Newest = C.op() == "TreeEnsemble";
  return C.setOutput(0, Newest ? C.inType(0) : ElementType::Float32,
                     {X->first, Targets});
}

void forwardTrees(const OpInstance &Op, Work &W) {
  Forest F = cantFail(forestOf(Op));
  Aggregate A = cantFail(aggregateOf(Op));
  Count N = elements(Op.inShape(0).drop_back());
  Count Scores = scores(Op);
  W.cmp(N * F.Comparisons, "each row at every branch to the deepest leaf");
  W.setType(featureType(Op));
  if (A == Aggregate::Min || A == Aggregate::Max)
    W.cmp(N * F.Votes, "each leaf's votes into the scores");
  else
    W.add(N * F.Votes, "each leaf's votes into the scores");
  if (A == Aggregate::Average)
    W.div(N * Scores, "by the number of trees");
  if (hasBase(Op))
    W.add(N * Scores, "base_values");
  countPostTransform(W, cantFail(postTransform(Op)), N, Scores);
  if (!classifies(Op))
    return;
  Count Labels = cantFail(labelsOf(Op)).Number;
  if (Scores < Labels)
    W.sub(N, "the other label's score: 1 - score");
  W.maxima(N, Labels, "the label with the greatest score");
}

constexpr StringLiteral Doc =
    "for each row and tree: one cmp for each branch to the deepest leaf (an "
    "upper bound: the row's own leaf may lie higher), one add (MIN, MAX: cmp) "
    "for each vote of the leaf with most votes; for each score div 1 with "
    "AVERAGE, add 1 with base_values, then post_transform; classifiers: labels "
    "- 1 cmp a row";
constexpr StringLiteral NoGradient =
    "constant between the branches' thresholds: its derivative is zero "
    "wherever it exists";

constexpr OpInfo Rows[] = {
    {.Name = "TreeEnsemble",
     .Domain = MlDomain,
     .Since = 5,
     .Shape = shapeTrees,
     .Forward = forwardTrees,
     .ForwardDoc = Doc,
     .BackwardDoc = NoGradient},
    {.Name = "TreeEnsembleClassifier",
     .Domain = MlDomain,
     .Shape = shapeTrees,
     .Forward = forwardTrees,
     .ForwardDoc = Doc,
     .BackwardDoc = NoGradient},
    {.Name = "TreeEnsembleRegressor",
     .Domain = MlDomain,
     .Shape = shapeTrees,
     .Forward = forwardTrees,
     .ForwardDoc = Doc,
     .BackwardDoc = NoGradient},
};

} // namespace

ArrayRef<OpInfo> machineLearningTreeOps() { return Rows; }

} // namespace toscount
