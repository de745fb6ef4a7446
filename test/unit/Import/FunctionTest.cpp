//===- FunctionTest.cpp - local functions ---------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Writer.h"

#include <gtest/gtest.h>

using namespace toscount;
using namespace toscount::test;

namespace {

Message call(const std::string &Name, const Strings &Inputs,
             const Strings &Outputs, const std::string &NodeName = "",
             const Messages &Attributes = {}) {
  return node(Name, Inputs, Outputs, NodeName, Attributes, "local");
}

Message withFunctions(const Messages &Nodes, const Messages &Functions) {
  return model(graph(Nodes, {info("x")}, {info("y")}), Functions,
               {opset("", 17), opset("local", 1)});
}

TEST(Function, CallsAreReplacedByTheBody) {
  Message F =
      function("f", {"a"}, {"b"},
               {node("Relu", {"a"}, {"x"}, "act"), node("Tanh", {"x"}, {"b"})});
  auto M = importOrNull(withFunctions(
      {call("f", {"x"}, {"t"}, "one"), call("f", {"t"}, {"y"})}, {F}));
  ASSERT_TRUE(M);
  const Graph &G = *M->Main;
  EXPECT_EQ(names(G), Strings({"one/act", "one/b", "y/act", "y/b"}));
  EXPECT_EQ(G.Nodes[0].Op, "Relu");
  // The function's own operator sets count, not the model's.
  EXPECT_EQ(G.Nodes[0].Opset, 15);
  // The body's x is not the graph's.
  EXPECT_EQ(G.Nodes[0].Inputs[0], G.Inputs[0]);
  EXPECT_NE(G.Nodes[1].Inputs[0], G.Inputs[0]);
  EXPECT_EQ(M->value(G.Nodes[1].Inputs[0]).Name, "one/x");
  EXPECT_EQ(M->value(G.Nodes[1].Outputs[0]).Name, "t");
  EXPECT_EQ(G.Nodes[2].Inputs[0], G.Nodes[1].Outputs[0]);
  EXPECT_EQ(G.Outputs[0], G.Nodes[3].Outputs[0]);
  EXPECT_EQ(M->value(G.Outputs[0]).Producer, 3U);
}

TEST(Function, ModelNodesOutOfOrder) {
  Message F =
      function("f", {"a"}, {"b"},
               {node("Tanh", {"t"}, {"b"}), node("Relu", {"a"}, {"t"})});
  auto M = importOrNull(
      withFunctions({call("f", {"u"}, {"y"}), call("f", {"x"}, {"u"})}, {F}));
  ASSERT_TRUE(M);
  EXPECT_EQ(names(*M->Main), Strings({"u/t", "u/b", "y/t", "y/b"}));
}

TEST(Function, AttributesAreHandedDown) {
  Message G = function(
      "g", {"a"}, {"b"},
      {node("Op", {"a"}, {"b"}, "",
            {attributeReference("alpha", "p"), attributeReference("beta", "q"),
             attributeReference("gamma", "r"), attributeInt("own", 4)})});
  G.bytes(6, "p").bytes(6, "r");
  G.message(11, attributeInt("q", 20)).message(11, attributeInt("p", 10));
  Message F = function(
      "f", {"a"}, {"b"},
      {call("g", {"a"}, {"b"}, "inner", {attributeReference("p", "z")})});
  auto M = importOrNull(
      withFunctions({call("f", {"x"}, {"t"}, "given", {attributeInt("z", 7)}),
                     call("f", {"t"}, {"y"}, "default")},
                    {F, G}));
  ASSERT_TRUE(M);
  ASSERT_EQ(names(*M->Main), Strings({"given/inner/b", "default/inner/b"}));
  const Node &Given = M->Main->Nodes[0];
  EXPECT_EQ(Given.attribute("alpha")->Int, 7);
  EXPECT_EQ(Given.attribute("beta")->Int, 20);
  EXPECT_EQ(Given.attribute("gamma"), nullptr);
  EXPECT_EQ(Given.attribute("own")->Int, 4);
  EXPECT_EQ(M->Main->Nodes[1].attribute("alpha")->Int, 10);
}

TEST(Function, OptionalOperands) {
  Message F =
      function("f", {"a", "o"}, {"b", "unused"},
               {node("Op", {"a", "o"}, {"b"}), node("Op", {"a"}, {"unused"})});
  auto M = importOrNull(withFunctions({call("f", {"x"}, {"y"})}, {F}));
  ASSERT_TRUE(M);
  EXPECT_EQ(M->Main->Nodes[0].Inputs[1], NoId);
  EXPECT_EQ(M->value(M->Main->Nodes[1].Outputs[0]).Name, "y/unused");
}

TEST(Function, InputsHandedThrough) {
  Message F = function("f", {"a"}, {"a", "b", "b"}, {node("Op", {"a"}, {"b"})});
  auto M = importOrNull(withFunctions(
      {call("f", {"x"}, {"p", "q", "r"}), node("Sum", {"p", "q", "r"}, {"y"})},
      {F}));
  ASSERT_TRUE(M);
  const Graph &G = *M->Main;
  EXPECT_EQ(names(G), Strings({"p/b", "p", "r", "y"}));
  EXPECT_EQ(G.Nodes[1].Op, "Identity");
  EXPECT_EQ(G.Nodes[1].Inputs[0], G.Inputs[0]);
  EXPECT_EQ(G.Nodes[2].Inputs[0], G.Nodes[0].Outputs[0]);
}

TEST(Function, SubgraphsInsideAndOutside) {
  Message Inside = graph(
      {node("Relu", {"h"}, {"t"}, "", {attributeReference("alpha", "p")})}, {},
      {info("t")});
  Message F = function(
      "f", {"c"}, {"b"},
      {node("If", {"c"}, {"b"}, "if", {attributeGraph("then_branch", Inside)}),
       node("Exp", {"c"}, {"h"})});
  Message Branch =
      graph({call("f", {"late"}, {"u"}, "call", {attributeInt("p", 3)})}, {},
            {info("u")});
  auto M =
      importOrNull(withFunctions({node("If", {"x"}, {"y"}, "outer",
                                       {attributeGraph("then_branch", Branch)}),
                                  node("Neg", {"x"}, {"late"})},
                                 {F}));
  ASSERT_TRUE(M);
  EXPECT_EQ(names(*M->Main), Strings({"late", "outer"}));
  const Graph *B = M->Main->Nodes[1].attribute("then_branch")->Subgraph;
  ASSERT_TRUE(B);
  EXPECT_EQ(names(*B), Strings({"call/h", "call/if"}));
  EXPECT_EQ(B->Nodes[0].Inputs[0], M->Main->Nodes[0].Outputs[0]);
  const Graph *In = B->Nodes[1].attribute("then_branch")->Subgraph;
  ASSERT_TRUE(In);
  EXPECT_EQ(names(*In), Strings({"call/t"}));
  EXPECT_EQ(In->Parent, B);
  EXPECT_EQ(In->Nodes[0].Inputs[0], B->Nodes[0].Outputs[0]);
  EXPECT_EQ(In->Nodes[0].attribute("alpha")->Int, 3);
}

TEST(Function, BodiesDoNotSeeTheCaller) {
  Message F = function("f", {"a"}, {"b"}, {node("Add", {"a", "x"}, {"b"})});
  EXPECT_SAYS(importError(withFunctions({call("f", {"x"}, {"y"})}, {F})),
              "node 'y/b' (Add): its input 'x' is produced by nothing");
}

TEST(Function, OverloadsAreApart) {
  Message F = function("f", {"a"}, {"b"}, {node("Relu", {"a"}, {"b"})});
  Message G = function("f", {"a"}, {"b"}, {node("Tanh", {"a"}, {"b"})});
  G.bytes(13, "second");
  auto M = importOrNull(
      withFunctions({call("f", {"x"}, {"y"}).bytes(8, "second")}, {F, G}));
  ASSERT_TRUE(M);
  EXPECT_EQ(M->Main->Nodes[0].Op, "Tanh");
  EXPECT_SAYS(importError(withFunctions({call("f", {"x"}, {"y"})}, {F, F})),
              "function 'f' is defined twice");
}

TEST(Function, WhatIsWrongWithCalls) {
  Message F = function("f", {"a"}, {"b"}, {node("Relu", {"a"}, {"b"})});
  auto Says = [](const Messages &Nodes, const Messages &Functions) {
    return importError(withFunctions(Nodes, Functions));
  };
  EXPECT_SAYS(Says({call("f", {"x", "x"}, {"y"}, "n")}, {F}),
              "node 'n' (f): it has 2 inputs, but function 'f' takes 1");
  EXPECT_SAYS(Says({call("f", {"x"}, {"y", "z"})}, {F}), "it has 2 outputs");
  EXPECT_SAYS(
      Says({call("f", {"x"}, {"y"})}, {function("f", {"a"}, {"b"}, {})}),
      "does not produce its output 'b'");
  EXPECT_SAYS(Says({call("f", {"x", "x"}, {"y"})},
                   {function("f", {"a", "a"}, {"b"}, {})}),
              "two inputs named 'a'");
  EXPECT_SAYS(Says({call("f", {"x"}, {"y"}, "",
                         {attributeGraph("g", graph({}, {}, {}))})},
                   {F}),
              "passes a graph to a function");
  EXPECT_SAYS(Says({node("Relu", {"x"}, {"y"})}, {Message()}), "no name");
}

TEST(Function, RecursionIsRefused) {
  Message F = function("f", {"a"}, {"b"}, {call("g", {"a"}, {"b"})});
  Message G = function("g", {"a"}, {"b"}, {call("f", {"a"}, {"b"}, "again")});
  EXPECT_SAYS(
      importError(withFunctions({call("f", {"x"}, {"y"}, "top")}, {F, G})),
      "node 'top/b/again' (f): function 'f' calls itself");
}

/// Function I calls function I + 1 twice; the last has \p Last nodes.
Messages doubling(int Levels, const Messages &Last) {
  Messages Functions;
  for (int I = 0; I < Levels; ++I) {
    std::string Next = "f" + std::to_string(I + 1);
    Functions.push_back(function(
        "f" + std::to_string(I), {"a"}, {"b"},
        {call(Next, {"a"}, {"t"}, "l"), call(Next, {"t"}, {"b"}, "r")}));
  }
  Functions.push_back(
      function("f" + std::to_string(Levels), {"a"}, {"b"}, Last));
  return Functions;
}

TEST(Function, ExponentialExpansionIsRefused) {
  Messages Small = doubling(10, {node("Relu", {"a"}, {"b"})});
  auto M = importOrNull(withFunctions({call("f0", {"x"}, {"y"})}, Small));
  ASSERT_TRUE(M);
  EXPECT_EQ(M->Main->Nodes.size(), 1024U);
  std::string LongName(100'000, 'n');
  Messages Bombs = doubling(60, {node("Relu", {"a"}, {"b"}, LongName)});
  EXPECT_SAYS(importError(withFunctions({call("f0", {"x"}, {"y"})}, Bombs)),
              "once its functions are inlined; no such model is supported");
  EXPECT_SAYS(
      importError(withFunctions({call("f0", {"x"}, {"y"})}, doubling(200, {}))),
      "nested deeper than 128");
}

} // namespace
