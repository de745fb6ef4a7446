//===- QuantizedShapeTest.cpp - refused nodes and counted types -----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What the shape functions of quantized, signal, text, training and classical
/// operators refuse, and at which types integer products are counted.
///
//===----------------------------------------------------------------------===//

#include "Harness.h"
#include "MachineLearningReference.h"

#include <gtest/gtest.h>

using namespace toscount;
using namespace toscount::oracle;

namespace {

using Ints = std::vector<int64_t>;
using Floats = std::vector<double>;

NodeCase node(const char *Op, int Opset, const char *Domain = "") {
  NodeCase C;
  C.Op = Op;
  C.Opset = Opset;
  C.Domain = Domain;
  return C;
}

/// Appends an operand of \p Type without contents.
NodeCase with(NodeCase C, ElementType Type, ShapeRef Dims) {
  return C.operand(Tensor(Type, Dims));
}
NodeCase floats(NodeCase C, ShapeRef Dims) {
  return with(std::move(C), ElementType::Float32, Dims);
}
NodeCase bytes(NodeCase C, ShapeRef Dims) {
  return with(std::move(C), ElementType::UInt8, Dims);
}

void expectRefused(const NodeCase &C, const char *Message) {
  OpRegistry Registry;
  std::string Problem;
  EXPECT_EQ(makeCase(C, Registry, {}, Problem), nullptr) << C.Op;
  EXPECT_NE(Problem.find(Message), std::string::npos)
      << C.Op << " says: " << Problem;
}

TEST(QuantizedShapes, RefuseScalesThatDoNotFit) {
  NodeCase Q = floats(node("QuantizeLinear", 21), {2, 6});
  expectRefused(floats(Q, {5}), "does not fit an operand of shape [2, 6]");
  expectRefused(floats(Q, {6}).set("axis", INT64_MIN), "is outside a tensor");
  expectRefused(floats(Q, {2, 3}).set("block_size", 4), "does not fit");
  expectRefused(floats(Q, {2, 3}).set("block_size", INT64_MIN),
                "must not be negative");
  expectRefused(floats(Q, {2, 2}).set("block_size", INT64_MAX), "does not fit");
  expectRefused(floats(Q, {}).set("output_dtype", INT64_MAX),
                "which is no element type");
  expectRefused(floats(Q, {}).set("output_dtype", 1),
                "which nothing is quantized to");
  expectRefused(bytes(floats(Q, {}), {2}), "does not match its scale");
  expectRefused(floats(floats(node("DequantizeLinear", 10), {2, 6}), {}),
                "not quantized");
}

TEST(QuantizedShapes, RefuseProductsThatDoNotFit) {
  NodeCase M = bytes(node("MatMulInteger", 10), {2, 3});
  expectRefused(bytes(M, {2, 3}), "can't be multiplied");
  expectRefused(bytes(M, {}), "can't be multiplied");
  expectRefused(bytes(bytes(M, {3, 4}), {3}), "for each row");
  expectRefused(with(bytes(M, {3, 4}), ElementType::Int8, {}),
                "its zero point is int8");
  NodeCase C = bytes(bytes(node("ConvInteger", 10), {1, 4, 5}), {2, 2, 3});
  expectRefused(C, "takes 2");
  expectRefused(NodeCase(C).set("group", INT64_MAX), "cannot be divided");
  expectRefused(NodeCase(C).set("group", 2).set("pads", Ints{INT64_MAX, 0}),
                "more positions than any memory holds");
  expectRefused(bytes(NodeCase(C).set("group", 2), {2}), "must be a scalar");
}

TEST(QuantizedShapes, RefuseSignals) {
  NodeCase D = floats(node("DFT", 17), {1, 8, 1});
  expectRefused(floats(node("DFT", 17), {1, 8, 3}), "must be 1 (real)");
  expectRefused(NodeCase(D).set("axis", 2), "can't be transformed");
  expectRefused(NodeCase(D).set("axis", INT64_MIN), "is outside");
  expectRefused(NodeCase(D).known({}, {-1}), "must be at least 1");
  expectRefused(NodeCase(D).known({}, {int64_t(1) << 62}), "any memory holds");
  expectRefused(NodeCase(D).indices({}, {4}), "when the network runs");
  expectRefused(NodeCase(D).set("onesided", 1).set("inverse", 1), "together");
  NodeCase S = floats(node("STFT", 17), {1, 8, 1});
  expectRefused(NodeCase(S).known({}, {0}), "must be at least 1");
  expectRefused(NodeCase(S).known({}, {1}), "how long a frame is");
  expectRefused(NodeCase(S).known({}, {1}).absent().known({}, {9}),
                "does not fit");
  expectRefused(floats(NodeCase(S).known({}, {1}), {4}).known({}, {3}),
                "as long as its frames");
  expectRefused(node("HannWindow", 17).known({}, {-5}), "must not be negative");
  expectRefused(node("HannWindow", 17).known({}, {int64_t(1) << 62}),
                "any memory holds");
}

TEST(QuantizedShapes, RefuseSizesThatDependOnData) {
  NodeCase B =
      floats(floats(node("NonMaxSuppression", 11), {1, 6, 4}), {1, 2, 6})
          .known({}, {3});
  B.DeclaredOutputs = {{13, 3}};
  expectRefused(B, "can't be 13, as the file declares: 6 is the most");
  B.DeclaredOutputs = {{2, 4}};
  expectRefused(B, "that can't be: its shape is [2, 3]");
  expectRefused(with(node("StringSplit", 20), ElementType::String, {4}),
                "give it with --dim out0:1=NUMBER");
  expectRefused(with(node("ImageDecoder", 20), ElementType::UInt8, {4}),
                "no counting rule");
  expectRefused(floats(node("AffineGrid", 20), {1, 2, 3}).known(Ints{1}),
                "do not make a grid");
}

TEST(QuantizedShapes, RefuseVectorizersAndOptimizers) {
  NodeCase T = with(node("TfIdfVectorizer", 9), ElementType::Int64, {4})
                   .set("mode", "TF")
                   .set("min_gram_length", 1)
                   .set("max_skip_count", INT64_MAX)
                   .set("ngram_counts", Ints{0, 2});
  expectRefused(NodeCase(T).set("max_gram_length", INT64_MAX), "no sense");
  T.set("max_gram_length", 2);
  expectRefused(NodeCase(T).set("ngram_indexes", Ints{INT64_MAX}), "contains");
  expectRefused(NodeCase(T).set("ngram_indexes", Ints{-1}), "contains");
  NodeCase A = node("Adam", 1, "ai.onnx.preview.training");
  expectRefused(A, "0 operands");
  for (int I = 0; I < 6; ++I)
    A = floats(A, I < 2 ? Shape{} : I < 5 ? Shape{2} : Shape{3});
  expectRefused(A, "operand 5 has shape [3]");
}

TEST(QuantizedShapes, RefuseModels) {
  NodeCase L = floats(node("LinearRegressor", 1, oracle::MlDomain), {2, 3});
  expectRefused(L, "0 coefficients for 1 results");
  expectRefused(NodeCase(L).set("targets", INT64_MIN), "must be at least 1");
  expectRefused(NodeCase(L)
                    .set("coefficients", Floats{1, 2, 3})
                    .set("post_transform", "NO"),
                "'post_transform' is 'NO'");
  NodeCase S = floats(node("SVMRegressor", 1, oracle::MlDomain), {2, 3});
  expectRefused(NodeCase(S).set("n_supports", INT64_MAX), "are needed");
  NodeCase T = floats(node("TreeEnsemble", 5, oracle::MlDomain), {2, 3})
                   .set("nodes_featureids", Ints{0, 0})
                   .set("nodes_falsenodeids", Ints{0, 0})
                   .set("nodes_trueleafs", Ints{0, 0})
                   .set("nodes_falseleafs", Ints{1, 1})
                   .set("leaf_targetids", Ints{0});
  expectRefused(NodeCase(T)
                    .set("nodes_truenodeids", Ints{1, 0})
                    .set("tree_roots", Ints{0}),
                "in a circle");
  expectRefused(NodeCase(T)
                    .set("nodes_truenodeids", Ints{1, 1})
                    .set("tree_roots", Ints{1}),
                "in a circle");
  expectRefused(NodeCase(T)
                    .set("nodes_truenodeids", Ints{1, INT64_MAX})
                    .set("tree_roots", Ints{0}),
                "has no child");
}

/// The deepest branch of a lopsided tree is what every row is counted to.
TEST(MachineLearningTrees, CountTheDeepestLeaf) {
  NodeCase C =
      floats(node("TreeEnsembleRegressor", 3, oracle::MlDomain), {5, 2})
          .set("nodes_treeids", Ints{0, 0, 0, 0, 0})
          .set("nodes_nodeids", Ints{0, 1, 2, 3, 4})
          .set("nodes_featureids", Ints{0, 0, 1, 0, 0})
          .set("nodes_modes",
               std::vector<std::string>{"BRANCH_LT", "LEAF", "BRANCH_LT",
                                        "LEAF", "LEAF"})
          .set("nodes_truenodeids", Ints{1, 0, 3, 0, 0})
          .set("nodes_falsenodeids", Ints{2, 0, 4, 0, 0})
          .set("target_treeids", Ints{0, 0, 0})
          .set("target_nodeids", Ints{1, 3, 4})
          .set("target_ids", Ints{0, 0, 0});
  OpRegistry Registry;
  std::string Problem;
  auto Case = makeCase(C, Registry, {}, Problem);
  ASSERT_TRUE(Case) << Problem;
  Work W(ElementType::Float32);
  Case->Row->Forward(Case->instance(), W);
  EXPECT_EQ(W.total().Cmp.value(), 10u);
  EXPECT_EQ(W.total().Add.value(), 5u);
}

TEST(QuantizedTypes, ProductsAtOperandsSumsAtInt32) {
  NodeCase C = bytes(bytes(node("MatMulInteger", 10), {2, 3}), {3, 4});
  C.operand(Tensor(ElementType::UInt8, {}));
  OpRegistry Registry;
  std::string Problem;
  auto Case = makeCase(C, Registry, {}, Problem);
  ASSERT_TRUE(Case) << Problem;
  Work W(ElementType::UInt8);
  Case->Row->Forward(Case->instance(), W);
  ASSERT_EQ(W.Ops.size(), 2u);
  EXPECT_EQ(W.Ops[0].Type, ElementType::UInt8);
  EXPECT_EQ(W.Ops[0].Ops.Mul.value(), 24u);
  EXPECT_EQ(W.Ops[0].Ops.Sub.value(), 6u);
  EXPECT_EQ(W.Ops[0].Ops.Add.value(), 0u);
  EXPECT_EQ(W.Ops[1].Type, ElementType::Int32);
  EXPECT_EQ(W.Ops[1].Ops.DotAdd.value(), 16u);
  EXPECT_EQ(W.Macs.value(), 24u);
}

} // namespace
