//===- GraphTest.cpp - names, order and scopes ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Writer.h"

#include <gtest/gtest.h>

using namespace toscount;
using namespace toscount::test;

namespace {

TEST(Graph, HeaderInputsAndOutputs) {
  Message File =
      model(graph({node("Conv", {"x", "w", ""}, {"y"}, "conv",
                        {attributeInt("group", -1)})},
                  {info("x", 1, {"N", "3", "?", "-1"})},
                  {info("y", 1, {"N", "8"})}, {tensor("w", 1, {8, 3, 3, 3})}),
            {}, {opset("ai.onnx", 17), opset("com.microsoft", 1)});
  auto M = importOrNull(File);
  ASSERT_TRUE(M);
  EXPECT_EQ(M->Path, "m.onnx");
  EXPECT_EQ(M->Producer, "tests");
  EXPECT_EQ(M->IrVersion, 8);
  EXPECT_EQ(M->opset(), 17);
  EXPECT_EQ(M->opset("com.microsoft"), 1);
  EXPECT_TRUE(M->Warnings.empty());
  const Graph &G = *M->Main;
  EXPECT_EQ(G.Name, "main");
  EXPECT_EQ(G.Parent, nullptr);
  ASSERT_EQ(G.Inputs.size(), 1U);
  const Value &X = M->value(G.Inputs[0]);
  EXPECT_EQ(X.Name, "x");
  EXPECT_EQ(X.Kind, ValueKind::Input);
  EXPECT_EQ(X.Type, ElementType::Float32);
  EXPECT_FALSE(X.HasShape);
  ASSERT_TRUE(X.DeclaredRank);
  ASSERT_EQ(X.Declared.size(), 4U);
  EXPECT_EQ(X.Declared[0].Symbol, "N");
  EXPECT_EQ(X.Declared[1].Value, 3);
  EXPECT_FALSE(X.Declared[2].known());
  EXPECT_FALSE(X.Declared[3].known());
  ASSERT_EQ(G.Nodes.size(), 1U);
  const Node &N = G.Nodes[0];
  EXPECT_EQ(N.Name, "conv");
  EXPECT_EQ(N.Op, "Conv");
  EXPECT_EQ(N.Opset, 17);
  ASSERT_EQ(N.Inputs.size(), 3U);
  EXPECT_EQ(N.Inputs[2], NoId);
  EXPECT_EQ(M->value(N.Inputs[1]).Kind, ValueKind::Initializer);
  ASSERT_TRUE(N.attribute("group"));
  EXPECT_EQ(N.attribute("group")->Kind, AttributeKind::Int);
  EXPECT_EQ(N.attribute("group")->Int, -1);
  ASSERT_EQ(G.Outputs.size(), 1U);
  const Value &Y = M->value(G.Outputs[0]);
  EXPECT_EQ(Y.Producer, 0U);
  EXPECT_EQ(Y.Type, ElementType::Float32);
  EXPECT_EQ(Y.Declared.size(), 2U);
}

TEST(Graph, FieldsInAnyOrderAndUnknownOnes) {
  Message G;
  G.message(12, info("y")).varint(99, 7).message(13, info("t", 10, {"4"}));
  G.message(1, node("Relu", {"x"}, {"t"})).message(11, info("x"));
  G.message(1, node("Tanh", {"t"}, {"y"})).real(98, 1).real64(97, 1);
  Message File;
  File.message(8, opset("", 13))
      .bytes(1000, "later")
      .message(7, G)
      .varint(1, 3);
  auto M = importOrNull(File);
  ASSERT_TRUE(M);
  EXPECT_EQ(names(*M->Main), Strings({"t", "y"}));
  const Value *T = find(*M, "t");
  ASSERT_TRUE(T);
  EXPECT_EQ(T->Type, ElementType::Float16);
  ASSERT_EQ(T->Declared.size(), 1U);
  EXPECT_FALSE(T->HasShape);
}

TEST(Graph, AttributesOfEveryKind) {
  Message Packed;
  Packed.raw(1).raw(static_cast<uint64_t>(-2));
  Messages Attributes = {
      Message().bytes(1, "f").real(2, 0.5F).varint(20, 1),
      Message().bytes(1, "s").bytes(4, "text").varint(20, 3),
      Message()
          .bytes(1, "t")
          .message(5, tensor("", 7, {1}).varint(7, 9))
          .varint(20, 4),
      Message().bytes(1, "fs").real(7, 1).real(7, 2).varint(20, 6),
      Message().bytes(1, "is").bytes(8, Packed.Bytes).varint(20, 7),
      Message().bytes(1, "ss").bytes(9, "a").bytes(9, "b").varint(20, 8),
      Message().bytes(1, "big").message(5, tensor("", 1, {1000})).varint(20, 4),
      Message().bytes(1, "tp").message(14, Message()).varint(20, 13),
      Message().bytes(1, "untyped").varint(8, 4).varint(8, 5),
      Message().bytes(1, "none").varint(20, 7),
  };
  auto M = importOrNull(
      model(graph({node("Op", {}, {"y"}, "n", Attributes)}, {}, {info("y")})));
  ASSERT_TRUE(M);
  const Node &N = M->Main->Nodes[0];
  EXPECT_EQ(N.attribute("f")->Float, 0.5);
  EXPECT_EQ(N.attribute("s")->String, "text");
  EXPECT_EQ(N.attribute("t")->Tensor->Ints, llvm::ArrayRef<int64_t>({9}));
  EXPECT_EQ(N.attribute("fs")->Floats.size(), 2U);
  EXPECT_EQ(N.attribute("is")->Ints, llvm::ArrayRef<int64_t>({1, -2}));
  EXPECT_EQ(N.attribute("ss")->Strings[1], "b");
  EXPECT_EQ(N.attribute("big")->Tensor->Dims, ShapeRef({1000}));
  EXPECT_EQ(N.attribute("big")->Tensor->size(), 0U);
  EXPECT_EQ(N.attribute("tp")->Kind, AttributeKind::Other);
  EXPECT_EQ(N.attribute("untyped")->Kind, AttributeKind::Ints);
  EXPECT_EQ(N.attribute("none")->Kind, AttributeKind::Ints);
  EXPECT_TRUE(N.attribute("none")->Ints.empty());
}

TEST(Graph, InitializersListedAsInputs) {
  auto M = importOrNull(model(graph(
      {node("Add", {"x", "w"}, {"y"})}, {info("w", 1, {"2"}), info("x")},
      {info("y")}, {tensor("w", 1, {2}).bytes(9, rawBytes<float>({1, 2}))})));
  ASSERT_TRUE(M);
  ASSERT_EQ(M->Main->Inputs.size(), 1U);
  EXPECT_EQ(M->value(M->Main->Inputs[0]).Name, "x");
  EXPECT_EQ(find(*M, "w")->Kind, ValueKind::Initializer);
}

TEST(Graph, SequencesAreNoTensors) {
  Message Sequence = Message().bytes(1, "s").message(
      2, Message().message(4, Message().message(1, Message())));
  auto M = importOrNull(model(
      graph({node("SequenceLength", {"s"}, {"y"})}, {Sequence}, {info("y")})));
  ASSERT_TRUE(M);
  EXPECT_TRUE(find(*M, "s")->Sequence);
}

TEST(Graph, UnnamedNodes) {
  auto M = importOrNull(
      model(graph({node("Op", {"x"}, {"", "b"}), node("Print", {"x"}, {})},
                  {info("x")}, {info("b")})));
  ASSERT_TRUE(M);
  EXPECT_EQ(names(*M->Main), Strings({"b", "Print"}));
  EXPECT_EQ(M->Main->Nodes[0].Outputs[0], NoId);
}

TEST(Graph, SortingKeepsWhatItCan) {
  // c and d stand before what they need; a, x1, x2 do not move.
  auto M = importOrNull(
      model(graph({node("Op", {"x"}, {"a"}), node("Op", {"b", "a"}, {"c"}),
                   node("Op", {"x"}, {"x1"}), node("Op", {"a"}, {"b"}),
                   node("Op", {"x"}, {"x2"})},
                  {info("x")}, {info("c")})));
  ASSERT_TRUE(M);
  EXPECT_EQ(names(*M->Main), Strings({"a", "b", "c", "x1", "x2"}));
  for (NodeId N = 0; N < M->Main->Nodes.size(); ++N)
    EXPECT_EQ(M->value(M->Main->Nodes[N].Outputs[0]).Producer, N);
}

TEST(Graph, LongReversedChainsAreSortedWithoutRecursion) {
  constexpr int Length = 100'000;
  Messages Nodes;
  for (int I = Length; I-- > 0;)
    Nodes.push_back(node("Relu", {I == 0 ? "x" : "v" + std::to_string(I - 1)},
                         {"v" + std::to_string(I)}));
  auto M = importOrNull(model(
      graph(Nodes, {info("x")}, {info("v" + std::to_string(Length - 1))})));
  ASSERT_TRUE(M);
  EXPECT_EQ(M->Main->Nodes.front().Name, "v0");
  EXPECT_EQ(M->Main->Nodes.back().Name, "v" + std::to_string(Length - 1));
}

Message branch(const Messages &Nodes, const std::string &Output) {
  return graph(Nodes, {}, {info(Output)});
}

TEST(Graph, SubgraphsSeeOuterNamesAndShadowThem) {
  Message Then =
      branch({node("Relu", {"h"}, {"x"}), node("Tanh", {"x"}, {"t"})}, "t");
  Message Else = branch({node("Neg", {"x"}, {"e"})}, "e");
  auto M = importOrNull(
      model(graph({node("If", {"c"}, {"y"}, "",
                        {attributeGraph("then_branch", Then),
                         attributeGraph("else_branch", Else)}),
                   node("Exp", {"x"}, {"h"}), node("Abs", {"x"}, {"z"})},
                  {info("c"), info("x")}, {info("y"), info("z")})));
  ASSERT_TRUE(M);
  // The branch needs h, so If comes after Exp.
  EXPECT_EQ(names(*M->Main), Strings({"h", "y", "z"}));
  const Node &If = M->Main->Nodes[1];
  const Graph *ThenGraph = If.attribute("then_branch")->Subgraph;
  const Graph *ElseGraph = If.attribute("else_branch")->Subgraph;
  ASSERT_TRUE(ThenGraph && ElseGraph);
  EXPECT_EQ(ThenGraph->Parent, M->Main);
  EXPECT_EQ(ThenGraph->Nodes[0].Inputs[0], M->Main->Nodes[0].Outputs[0]);
  // Inside the branch x is its own, elsewhere the input.
  EXPECT_EQ(ThenGraph->Nodes[1].Inputs[0], ThenGraph->Nodes[0].Outputs[0]);
  EXPECT_EQ(ElseGraph->Nodes[0].Inputs[0], M->Main->Inputs[1]);
  EXPECT_EQ(M->Main->Nodes[2].Inputs[0], M->Main->Inputs[1]);
}

TEST(Graph, CapturesReachThroughSubgraphs) {
  Message Inner = branch({node("Relu", {"h"}, {"i"})}, "i");
  Message Outer = branch(
      {node("If", {"c"}, {"o"}, "", {attributeGraph("then_branch", Inner)})},
      "o");
  auto M = importOrNull(model(graph(
      {node("If", {"c"}, {"y"}, "", {attributeGraph("then_branch", Outer)}),
       node("Exp", {"c"}, {"h"})},
      {info("c")}, {info("y")})));
  ASSERT_TRUE(M);
  EXPECT_EQ(names(*M->Main), Strings({"h", "y"}));
  // A branch may hand out what it captures.
  M = importOrNull(
      model(graph({node("If", {"c"}, {"y"}, "",
                        {attributeGraph("then_branch", branch({}, "h"))}),
                   node("Exp", {"c"}, {"h"})},
                  {info("c")}, {info("y")})));
  ASSERT_TRUE(M);
  EXPECT_EQ(names(*M->Main), Strings({"h", "y"}));
}

TEST(Graph, WhatIsWrongWithTheWiring) {
  auto Says = [](const Messages &Nodes, const Messages &Initializers = {}) {
    return importError(
        model(graph(Nodes, {info("x")}, {info("y")}, Initializers)));
  };
  EXPECT_SAYS(
      Says({node("Relu", {"q"}, {"y"}, "act")}),
      "m.onnx: node 'act' (Relu): its input 'q' is produced by nothing");
  EXPECT_SAYS(Says({node("Relu", {"x"}, {"z"})}),
              "graph 'main': its output 'y' is produced by no node");
  EXPECT_SAYS(
      Says({node("Relu", {"x"}, {"y"}), node("Tanh", {"x"}, {"y"}, "b")}),
      "node 'b' (Tanh): its output 'y' has the name of another");
  EXPECT_SAYS(Says({node("Relu", {"x"}, {"x"})}), "has the name of another");
  EXPECT_SAYS(Says({node("Relu", {"x"}, {"y"})},
                   {tensor("w", 1, {1}), tensor("w", 1, {1})}),
              "have the name 'w'");
  EXPECT_SAYS(Says({node("Add", {"x", "b"}, {"y"}),
                    node("Relu", {"y"}, {"b"}, "back")}),
              "it is on a cycle");
  EXPECT_SAYS(Says({node("Add", {"y"}, {"y"}, "self")}),
              "node 'self' (Add): it is on a cycle");
  EXPECT_SAYS(Says({node("", {"x"}, {"y"}, "n")}), "names no operator");
  EXPECT_SAYS(Says({node("Op", {"x"}, {"y"}, "n",
                         {attributeInt("a", 1), attributeInt("a", 1)})}),
              "attribute 'a' is given twice");
  EXPECT_SAYS(
      Says({node("Op", {"x"}, {"y"}, "n", {attributeReference("a", "b")})}),
      "outside of any function");
  EXPECT_SAYS(Says({node("Op", {"x"}, {"y"}, "n", {attributeInt("", 1)})}),
              "node 'n' (Op): an attribute has no name");
  Message Tensor = Message().bytes(1, "value").message(5, tensor("", 1, {-2}));
  EXPECT_SAYS(Says({node("Constant", {}, {"y"}, "", {Tensor.varint(20, 4)})}),
              "node 'y' (Constant): tensor: it has the negative dimension -2");
  // A cycle through a branch.
  EXPECT_SAYS(
      Says({node("If", {"x"}, {"y"}, "if",
                 {attributeGraph("then_branch",
                                 branch({node("Relu", {"y"}, {"t"})}, "t"))})}),
      "node 'if' (If): it is on a cycle");
  EXPECT_SAYS(
      importError(model(graph({}, {info("x"), info("x")}, {info("x")}))),
      "have the name 'x'");
  EXPECT_SAYS(importError(model(graph({}, {info("")}, {}))), "has no name");
}

TEST(Graph, NamesFromFilesAreMadePrintable) {
  EXPECT_SAYS(
      importError(model(
          graph({node("Relu", {"q\n"}, {"y"}, "\x1b[31m")}, {}, {info("y")}))),
      "node '\\x1b[31m' (Relu): its input 'q\\x0a'");
}

TEST(Graph, OperatorSets) {
  Message G =
      graph({node("Relu", {"x"}, {"y"}, "a")}, {info("x")}, {info("y")});
  EXPECT_SAYS(importError(model(G, {}, {})), "imports no operator set");
  EXPECT_SAYS(importError(model(G, {}, {opset("com.microsoft", 1)})),
              "node 'a' (Relu): the model imports no version of the standard");
  EXPECT_SAYS(importError(model(G, {}, {opset("", 0)})),
              "operator set 'ai.onnx' has the impossible version 0");
  EXPECT_SAYS(importError(model(G, {}, {opset("", -3)})), "version -3");
  EXPECT_SAYS(importError(model(G, {}, {opset("", 7), opset("ai.onnx", 8)})),
              "imports both version 7 and 8");
  EXPECT_EQ(importError(model(G, {}, {opset("", 7), opset("ai.onnx", 7)})), "");
  auto M = importOrNull(model(G, {}, {opset("", 25)}));
  ASSERT_TRUE(M);
  ASSERT_EQ(M->Warnings.size(), 1U);
  EXPECT_SAYS(M->Warnings[0], "operator set 25 is newer than 23");
  M = importOrNull(
      model(graph({node("Gelu", {"x"}, {"t"}, "", {}, "com.microsoft"),
                   node("Gelu", {"t"}, {"y"}, "", {}, "com.microsoft")},
                  {info("x")}, {info("y")})));
  ASSERT_TRUE(M);
  EXPECT_EQ(M->Main->Nodes[0].Opset, 1);
  ASSERT_EQ(M->Warnings.size(), 1U);
  EXPECT_SAYS(M->Warnings[0], "'com.microsoft' is used but not imported");
}

} // namespace
