//===- PatternTableTest.cpp - the table of blocks -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Ops/Pattern.h"

#include "llvm/ADT/STLExtras.h"

#include <gtest/gtest.h>

using namespace llvm;
using namespace toscount;

namespace {

Node make(Model &M, StringRef Op, ArrayRef<ValueId> Inputs, ValueId Output) {
  Node N;
  N.Op = Op;
  N.Opset = 17;
  N.Inputs = M.copy(Inputs);
  N.Outputs = M.copy(ArrayRef<ValueId>(Output));
  M.value(Output).Producer = static_cast<NodeId>(M.Main->Nodes.size());
  M.Main->Nodes.push_back(N);
  return N;
}

TEST(PatternTable, Reads) {
  Error E = checkPatternTable();
  EXPECT_FALSE(static_cast<bool>(E)) << toString(std::move(E));
  EXPECT_TRUE(is_contained(blockKinds(), "Attention"));
}

/// A chain of nodes that all look as if a block began there ends in time.
TEST(PatternTable, LongChainsOfSums) {
  Model M;
  M.Main = M.createGraph();
  Value In;
  In.Kind = ValueKind::Input;
  ValueId Last = M.addValue(In);
  constexpr unsigned Length = 50'000;
  for (unsigned I = 0; I < Length; ++I) {
    ValueId Out = M.addValue(Value());
    make(M, I % 3 == 0 ? "Mul" : "Add", {Last, Last}, Out);
    Last = Out;
  }
  M.Main->Outputs.push_back(Last);
  BlockList Blocks = findBlocks(M, [](ValueId) { return false; });
  EXPECT_TRUE(Blocks.All.empty());
  EXPECT_EQ(Blocks.Innermost.size(), Length);
  EXPECT_EQ(Blocks.outermost(0), NoId);
}

/// Absent operands and results, and operators without any, match nothing.
TEST(PatternTable, AbsentOperands) {
  Model M;
  M.Main = M.createGraph();
  Value In;
  In.Kind = ValueKind::Input;
  ValueId X = M.addValue(In);
  for (StringRef Op : {"ReduceMean", "Mul", "Add", "Sigmoid", "Softmax",
                       "Reshape", "Conv", "MatMul", "Gemm", "Where"}) {
    ValueId A = M.addValue(Value());
    ValueId B = M.addValue(Value());
    ValueId C = M.addValue(Value());
    make(M, Op, {}, A);
    make(M, Op, {NoId, NoId}, B);
    make(M, Op, {NoId, X}, C);
    Node Empty;
    Empty.Op = Op;
    M.Main->Nodes.push_back(Empty);
  }
  BlockList Blocks = findBlocks(M, [](ValueId) { return false; });
  EXPECT_TRUE(
      all_of(Blocks.All, [](const Block &B) { return B.NumNodes > 0; }));
}

/// Blocks inside blocks: each node has one innermost, and the outermost owns
/// all.
TEST(PatternTable, Nested) {
  Model M;
  M.Main = M.createGraph();
  Value In;
  In.Kind = ValueKind::Input;
  ValueId X = M.addValue(In), W = M.addValue(In);
  ValueId C = M.addValue(Value()), S = M.addValue(Value()),
          Y = M.addValue(Value());
  make(M, "Conv", {X, W}, C);
  make(M, "Sigmoid", {C}, S);
  make(M, "Mul", {C, S}, Y);
  M.Main->Outputs.push_back(Y);
  BlockList Blocks = findBlocks(M, [](ValueId) { return false; });
  ASSERT_EQ(Blocks.All.size(), 2U);
  EXPECT_EQ(Blocks.All[0].Kind, "SiLU");
  EXPECT_EQ(Blocks.All[1].Kind, "Conv+act");
  EXPECT_EQ(Blocks.All[0].Parent, 1U);
  EXPECT_EQ(Blocks.nodes(Blocks.All[1]).size(), 3U);
  EXPECT_EQ(Blocks.Innermost[0], 1U);
  EXPECT_EQ(Blocks.Innermost[2], 0U);
  EXPECT_EQ(Blocks.outermost(2), 1U);
}

} // namespace
