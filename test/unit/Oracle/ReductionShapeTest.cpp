//===- ReductionShapeTest.cpp - refused nodes and folded contents ---------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What the shape functions of softmax, normalizations, reductions, rankings
/// and losses refuse, and what they fold.
///
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include <gtest/gtest.h>

using namespace toscount;
using namespace toscount::oracle;

namespace {

NodeCase node(const char *Op, int Opset = 17) {
  NodeCase C;
  C.Op = Op;
  C.Opset = Opset;
  return C;
}

/// A node with floating operands of the given shapes.
NodeCase floats(const char *Op, int Opset, std::vector<Shape> Shapes) {
  NodeCase C = node(Op, Opset);
  for (const Shape &Dims : Shapes)
    C.operand(Tensor(ElementType::Float32, Dims));
  return C;
}

void expectRefused(const NodeCase &C, const char *Message) {
  OpRegistry Registry;
  std::string Problem;
  EXPECT_EQ(makeCase(C, Registry, {}, Problem), nullptr) << C.Op;
  EXPECT_NE(Problem.find(Message), std::string::npos)
      << C.Op << " says: " << Problem;
}

TEST(RowwiseShapes, RefuseAxesOutside) {
  for (int64_t Axis : {int64_t(2), int64_t(-3), INT64_MIN, INT64_MAX})
    for (const char *Op : {"Softmax", "LogSoftmax", "Hardmax", "ArgMax",
                           "ArgMin", "LpNormalization"})
      expectRefused(floats(Op, 13, {{2, 3}}).set("axis", Axis),
                    "is outside a tensor of 2 dimensions");
  expectRefused(floats("Softmax", 13, {{}}), "axis -1 is outside");
  // Only the first signature may flatten at the end.
  expectRefused(floats("Softmax", 11, {{2, 3}}).set("axis", 2),
                "axis 2 is outside");
  expectRefused(floats("LayerNormalization", 17, {{2, 3}, {3}}).set("axis", 5),
                "axis 5 is outside");
  expectRefused(floats("ReduceSum", 11, {{2, 3}})
                    .set("axes", std::vector<int64_t>{INT64_MIN}),
                "is outside");
  expectRefused(floats("ReduceSum", 13, {{2, 3}}).known({0, -2}),
                "axis -2 is reduced twice");
  expectRefused(floats("ReduceMax", 18, {{2, 3}}).indices({1}, {0}),
                "its axes (operand 1 'in1') are only known");
  expectRefused(floats("CumSum", 14, {{2, 3}}).known({0, 1}),
                "its axis has 2 elements");
  expectRefused(floats("MeanVarianceNormalization", 13, {{2, 3, 4}}),
                "axis 3 is outside");
}

TEST(RowwiseShapes, RefuseTopK) {
  expectRefused(floats("TopK", 11, {{2, 3}}).known({4}), "K is 4, but");
  expectRefused(floats("TopK", 11, {{2, 3}}).known({-1}), "K is -1, but");
  expectRefused(floats("TopK", 11, {{2, 3}}).known({1, 2}), "its K has 2");
  expectRefused(floats("TopK", 9, {{2, 3}}), "attribute k is missing");
  expectRefused(floats("TopK", 11, {{2, 3}}), "operand 1 is missing");
}

TEST(RowwiseShapes, RefuseNormalizations) {
  expectRefused(floats("BatchNormalization", 15, {{2, 3}, {3}, {3}, {3}}),
                "operand 4 is missing");
  expectRefused(floats("BatchNormalization", 15, {{2, 3}, {3}, {3}, {4}, {3}}),
                "operand 3 'in3' has shape [4], but [2, 3] has 3 channels");
  expectRefused(floats("InstanceNormalization", 6, {{2, 3}, {3}, {3}}),
                "at least 3 dimensions");
  expectRefused(floats("InstanceNormalization", 6, {{2, 3, 4}, {3}, {4}}),
                "each of 3 channels");
  NodeCase Group = floats("GroupNormalization", 21, {{2, 6}, {6}, {6}});
  expectRefused(Group, "num_groups is missing");
  for (int64_t Groups : {int64_t(0), int64_t(4), int64_t(-3), INT64_MIN})
    expectRefused(NodeCase(Group).set("num_groups", Groups),
                  "6 channels do not divide into");
  expectRefused(
      floats("GroupNormalization", 18, {{2, 6}, {6}, {6}}).set("num_groups", 3),
      "each of 3 groups");
  expectRefused(floats("LayerNormalization", 17, {{2, 3}, {4}}),
                "does not broadcast to [2, 3]");
  expectRefused(floats("LayerNormalization", 17, {{3}, {2, 3}}),
                "does not broadcast to [3]");
  expectRefused(
      floats("LayerNormalization", 17, {{2, 3}, {3}}).set("stash_type", 7),
      "stash_type 7 is no floating type");
  expectRefused(floats("LpNormalization", 1, {{2}}).set("p", 3), "p is 3");
  expectRefused(floats("LRN", 13, {{2, 3}}), "size is missing");
  expectRefused(floats("LRN", 13, {{2}}).set("size", 3),
                "at least 2 dimensions");
}

TEST(RowwiseShapes, RefuseDeterminants) {
  expectRefused(floats("Det", 11, {{2, 3}}), "[2, 3] are not square");
  expectRefused(floats("Det", 11, {{2, 0, 0}}), "have no elements");
  expectRefused(floats("Det", 11, {{3}}), "at least 2 dimensions");
}

TEST(RowwiseShapes, RefuseLosses) {
  for (const char *Op :
       {"NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss"}) {
    expectRefused(floats(Op, 13, {{2, 3}}).indices({3}, {0, 1, 2}),
                  "they must have [2]");
    expectRefused(floats(Op, 13, {{2}}).indices({2}, {0, 1}),
                  "at least 2 dimensions");
    expectRefused(floats(Op, 13, {{2, 3}, {2}}), "labels must be integers");
    NodeCase C = floats(Op, 13, {{2, 3}}).indices({2}, {0, 1});
    expectRefused(NodeCase(C).set("reduction", "max"), "reduction is 'max'");
    expectRefused(C.operand(Tensor(ElementType::Float32, {2})),
                  "each of 3 classes");
  }
}

/// Contents that a row folds for result 0; empty when it folds nothing.
std::vector<double> folded(const NodeCase &C) {
  OpRegistry Registry;
  std::string Problem;
  auto Case = makeCase(C, Registry, {}, Problem);
  EXPECT_NE(Case, nullptr) << C.Op << ": " << Problem;
  if (!Case)
    return {};
  ShapeContext Context(*Case->M, Case->node(), Case->Settings);
  EXPECT_FALSE(static_cast<bool>(Case->Row->Fold(Context)));
  const Constant *Result = Case->instance().output(0).Contents;
  std::vector<double> Numbers;
  for (size_t I = 0; Result != nullptr && I < Result->size(); ++I)
    Numbers.push_back(Result->number(I));
  return Numbers;
}

using Numbers = std::vector<double>;

TEST(RowwiseFolding, Reductions) {
  NodeCase Vector = node("ReduceProd").known({2, -3, 4});
  EXPECT_EQ(folded(Vector), Numbers{-24});
  Vector.Op = "ReduceMin";
  EXPECT_EQ(folded(Vector), Numbers{-3});
  Vector.Op = "ReduceMax";
  EXPECT_EQ(folded(Vector), Numbers{4});
  Vector.Op = "ReduceSum";
  EXPECT_EQ(folded(Vector), Numbers{3});
  Vector.Op = "ReduceMean";
  EXPECT_EQ(folded(Vector), Numbers{1});
  Vector.Op = "ReduceL1";
  EXPECT_EQ(folded(Vector), Numbers{9});
  Vector.Op = "ReduceSumSquare";
  EXPECT_EQ(folded(Vector), Numbers{29});
  // Integers have no logarithm here.
  Vector.Op = "ReduceLogSum";
  EXPECT_EQ(folded(Vector), Numbers{});
}

TEST(RowwiseFolding, Axes) {
  NodeCase Matrix = node("ReduceSum").known({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(folded(NodeCase(Matrix).known({0})), (Numbers{5, 7, 9}));
  EXPECT_EQ(folded(NodeCase(Matrix).known({-1})), (Numbers{6, 15}));
  EXPECT_EQ(folded(NodeCase(Matrix).known({0, 1})), Numbers{21});
  EXPECT_EQ(folded(NodeCase(Matrix).set("noop_with_empty_axes", 1)),
            (Numbers{1, 2, 3, 4, 5, 6}));
}

TEST(RowwiseFolding, Floats) {
  Tensor T(ElementType::Float32, {2});
  T[0] = 3;
  T[1] = -4;
  EXPECT_EQ(folded(node("ReduceL2").operand(T, true)), Numbers{5});
  EXPECT_EQ(folded(node("ReduceMean").operand(T, true)), Numbers{-0.5});
  EXPECT_EQ(folded(node("ArgMin").operand(T, true)), Numbers{1});
}

/// A product that would wrap is no contents, rather than wrong ones.
TEST(RowwiseFolding, LeavesOverflowAlone) {
  EXPECT_EQ(folded(node("ReduceProd").known({1LL << 40, 1LL << 40})),
            Numbers{});
  EXPECT_EQ(folded(node("ReduceSumSquare").known({1LL << 40})), Numbers{});
  EXPECT_EQ(folded(node("CumSum").known({1LL << 62, 1LL << 62}).known({0})),
            Numbers{});
  EXPECT_EQ(folded(node("ReduceMax").known({})), Numbers{});
}

TEST(RowwiseFolding, Positions) {
  NodeCase Matrix = node("ArgMax").known({2, 3}, {1, 9, 9, 4, 0, 4});
  EXPECT_EQ(folded(NodeCase(Matrix).set("axis", 1)), (Numbers{1, 0}));
  EXPECT_EQ(folded(NodeCase(Matrix).set("axis", 1).set("select_last_index", 1)),
            (Numbers{2, 2}));
  EXPECT_EQ(folded(Matrix), (Numbers{1, 0, 0}));
}

TEST(RowwiseFolding, RunningSums) {
  NodeCase C = node("CumSum").known({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(folded(NodeCase(C).known({}, {1})), (Numbers{1, 3, 6, 4, 9, 15}));
  EXPECT_EQ(folded(NodeCase(C).known({}, {0})), (Numbers{1, 2, 3, 5, 7, 9}));
  EXPECT_EQ(folded(NodeCase(C).known({}, {1}).set("reverse", 1)),
            (Numbers{6, 5, 3, 15, 11, 6}));
  EXPECT_EQ(folded(NodeCase(C).known({}, {1}).set("exclusive", 1)),
            (Numbers{0, 1, 3, 0, 4, 9}));
}

/// Where nothing is reduced, nothing is done.
TEST(RowwiseRules, NoAxesCanMeanNothing) {
  OpRegistry Registry;
  std::string Problem;
  auto Case =
      makeCase(floats("ReduceL2", 18, {{2, 3}}).set("noop_with_empty_axes", 1),
               Registry, {}, Problem);
  ASSERT_TRUE(Case) << Problem;
  Work W(ElementType::Float32);
  Case->Row->Forward(Case->instance(), W);
  EXPECT_TRUE(W.total().empty());
  EXPECT_TRUE(W.IsView);
}

/// Updated running statistics are written even if no result names them.
TEST(RowwiseRules, RunningStatisticsAreWritten) {
  OpRegistry Registry;
  std::string Problem;
  RuleSettings Settings;
  Settings.Training = true;
  auto Case = makeCase(
      floats("BatchNormalization", 15, {{2, 3, 4}, {3}, {3}, {3}, {3}}),
      Registry, Settings, Problem);
  ASSERT_TRUE(Case) << Problem;
  Work W(ElementType::Float32);
  Case->Row->Forward(Case->instance(), W);
  EXPECT_EQ(W.BytesWritten.value(), 2U * 3 * 4);
}

} // namespace
