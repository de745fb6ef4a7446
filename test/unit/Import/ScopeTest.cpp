//===- ScopeTest.cpp - modules from names and metadata --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/IR/Scope.h"

#include <gtest/gtest.h>

using namespace toscount;

namespace {

TEST(Scope, Names) {
  EXPECT_EQ(scopeOf("/encoder/layer.0/attention/self/MatMul", "", 0),
            "encoder/layer.0/attention/self");
  EXPECT_EQ(scopeOf("/encoder/layer.0/attention/self/MatMul", "", 2),
            "encoder/layer.0");
  EXPECT_EQ(scopeOf("/encoder/layer.0/MatMul", "", 2), "encoder/layer.0");
  EXPECT_EQ(scopeOf("/encoder/layer.0/MatMul", "", 3), "encoder/layer.0");
  EXPECT_EQ(scopeOf("model/block1/conv/Conv2D", "", 0), "model/block1/conv");
  EXPECT_EQ(scopeOf("StatefulPartitionedCall/model/a/MatMul__12", "", 0),
            "model/a");
  EXPECT_EQ(
      scopeOf("StatefulPartitionedCall/StatefulPartitionedCall/m/Relu", "", 1),
      "m");
  EXPECT_EQ(scopeOf("m/a/Relu;m/a/BiasAdd;m/b/Conv2D", "", 0), "m/a");
  EXPECT_EQ(scopeOf("bert.encoder.0.MatMul", "", 0), "bert.encoder.0");
  EXPECT_EQ(scopeOf("bert.encoder.0.MatMul", "", 1), "bert");
  for (const char *Top : {"Conv_12", "/Add", "", "/", "//", "a/", ";", "."})
    EXPECT_TRUE(scopeOf(Top, "", 0).size() < 2) << Top;
  EXPECT_EQ(scopeOf("/Add", "", 1), "");
}

TEST(Scope, Metadata) {
  const char *List = "['', 'layer1', 'layer1.0', 'layer1.0.conv1', 'conv2d']";
  EXPECT_EQ(scopeOf("node_conv2d", List, 0), "layer1.0.conv1");
  EXPECT_EQ(scopeOf("node_conv2d", List, 1), "layer1");
  EXPECT_EQ(scopeOf("node_conv2d", List, 9), "layer1.0.conv1");
  const char *Path =
      ": ResNet/layer1: torch.nn.Sequential/layer1.0: Block/add: aten.add";
  EXPECT_EQ(scopeOf("node_add", Path, 0), "layer1.0");
  EXPECT_EQ(scopeOf("node_add", Path, 1), "layer1");
  // Entered twice.
  EXPECT_EQ(scopeOf("n", "['', 'a', 'a', 'a.b', 'add']", 2), "a.b");
  for (const char *Odd : {"[", "[]", "['", "['a", "['a']", "x", "x: y", "/",
                          "[''", "['', '']", "\"", ": A/relu: B"})
    EXPECT_EQ(scopeOf("n", Odd, 0), "") << Odd;
}

TEST(Scope, Notes) {
  ScopeNotes Notes;
  EXPECT_EQ(Notes.best(), "");
  Notes.add("pkg.torch.onnx.stack_trace", "File x");
  EXPECT_EQ(Notes.best(), "");
  Notes.add("namespace", "a: A/b: B");
  EXPECT_EQ(Notes.best(), "a: A/b: B");
  Notes.add("pkg.torch.onnx.name_scopes", "['a', 'b']");
  EXPECT_EQ(Notes.best(), "['a', 'b']");
}

} // namespace
