//===- MovementShapeTest.cpp - shapes, folding and errors of movement -----===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"
#include "MovementReference.h"

#include "llvm/Support/Error.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace toscount;
using namespace toscount::oracle;
using llvm::StringRef;

namespace {

/// Why the shape function refuses \p C; empty when it does not.
std::string refusal(const NodeCase &C) {
  OpRegistry Registry;
  std::string Problem;
  makeCase(C, Registry, {}, Problem);
  return Problem;
}

/// The same with a batch rebound from \p Old to \p New.
std::string rebound(const NodeCase &C, int64_t Old, int64_t New) {
  OpRegistry Registry;
  RuleSettings Settings;
  std::string Problem;
  // A shape that always fits makes the case; then the real one is asked for.
  NodeCase Fitting = C;
  Fitting.Inputs[1].Data = Tensor(ElementType::Int64, {1});
  Fitting.Inputs[1].Data[0] = -1.0;
  auto Case = makeCase(Fitting, Registry, Settings, Problem);
  if (!Case)
    return Problem;
  Constant K;
  K.Type = ElementType::Int64;
  K.Dims = C.Inputs[1].Data.Dims;
  std::vector<int64_t> Ints;
  for (const Scalar &E : C.Inputs[1].Data.Data)
    Ints.push_back(static_cast<int64_t>(E.value()));
  K.Ints = Ints;
  Case->M->value(Case->node().Inputs[1]).Contents = Case->M->createConstant(K);
  ShapeContext Context(*Case->M, Case->node(), Settings, Old, New);
  return llvm::toString(Case->Row->Shape(Context));
}

/// The contents of the first result of \p C, folded; "" when unknown.
std::string folded(const NodeCase &C) {
  OpRegistry Registry;
  RuleSettings Settings;
  std::string Problem;
  auto Case = makeCase(C, Registry, Settings, Problem);
  if (!Case)
    return Problem;
  ShapeContext Context(*Case->M, Case->node(), Settings);
  if (llvm::Error E = Case->Row->Fold(Context))
    return llvm::toString(std::move(E));
  OpInstance Op = Case->instance();
  const Constant *K = Op.output(0).Contents;
  if (K == nullptr)
    return "";
  std::ostringstream Text;
  Text << name(K->Type).str() << toString(K->Dims);
  for (size_t I = 0; I < K->size(); ++I)
    Text << ' ' << K->number(I);
  return Text.str();
}

Tensor tensor(ElementType Type, ShapeRef Dims, std::vector<double> Values) {
  Tensor T(Type, Dims);
  for (size_t I = 0; I < T.size(); ++I)
    T[I] = Values[I];
  return T;
}

NodeCase reshape(ShapeRef In, std::vector<int64_t> To) {
  NodeCase C = make("Reshape", 14);
  C.operand(Tensor(ElementType::Float32, In));
  return C.known(To);
}

TEST(Reshape, NamesBothSizes) {
  EXPECT_EQ(refusal(reshape({2, 3}, {4, 2})),
            "operand 0 has shape [2, 3] (6 elements), but [4, 2] needs 8");
  EXPECT_NE(refusal(reshape({2, 3}, {-1, 4})), "");
  EXPECT_NE(refusal(reshape({2, 3}, {-1, -1})), "");
  EXPECT_NE(refusal(reshape({2, 3}, {2, 3, 0})), "");
  EXPECT_NE(refusal(reshape({2, 3}, {INT64_MIN})), "");
  EXPECT_NE(refusal(reshape({2, 3}, {INT64_MAX, INT64_MAX, -1})), "");
  NodeCase Both = reshape({0, 3}, {0, -1});
  Both.set("allowzero", 1);
  EXPECT_NE(refusal(Both), "");
  NodeCase Unknown = make("Reshape", 14);
  Unknown.operand(Tensor(ElementType::Float32, {2})).indices({1}, {2});
  EXPECT_NE(refusal(Unknown).find("only known when the network runs"),
            std::string::npos);
}

TEST(Reshape, NamesTheOldBatch) {
  const std::string Baked = "the Reshape has the old batch 2 baked in; export "
                            "with a dynamic batch axis";
  // The sizes differ by the factor.
  EXPECT_EQ(rebound(reshape({8, 3, 5}, {2, 15}), 2, 8), Baked);
  EXPECT_EQ(rebound(reshape({3, 8, 5}, {2, 15}), 2, 8), Baked);
  // -1 would absorb it.
  EXPECT_EQ(rebound(reshape({8, 3, 5}, {2, -1}), 2, 8), Baked);
  EXPECT_EQ(rebound(reshape({8, 3, 5}, {6, -1, 5}), 2, 8), Baked);
  // Right shapes.
  EXPECT_EQ(rebound(reshape({8, 3, 5}, {8, 15}), 2, 8), "");
  EXPECT_EQ(rebound(reshape({8, 3, 5}, {-1, 15}), 2, 8), "");
  EXPECT_EQ(rebound(reshape({8, 3, 5}, {24, -1}), 2, 8), "");
  EXPECT_EQ(rebound(reshape({8, 3, 5}, {0, -1}), 2, 8), "");
}

TEST(MovementFold, IntegersFloatsAndBools) {
  EXPECT_EQ(
      folded(make("Gather", 13).known({2, 3, 224, 224}).known(Shape(), {-1})),
      "int64[] 224");
  EXPECT_EQ(folded(make("Concat", 13).known({2}).known({-1, 5}).set("axis", 0)),
            "int64[3] 2 -1 5");
  EXPECT_EQ(
      folded(make("Slice", 13)
                 .operand(tensor(ElementType::Float32, {4}, {1, 0.5, 2, 0.25}),
                          true)
                 .known({-1})
                 .known({INT64_MIN})
                 .absent()
                 .known({-2})),
      "fp32[2] 0.25 0.5");
  EXPECT_EQ(folded(make("Expand", 13)
                       .operand(tensor(ElementType::Bool, {1}, {1}), true)
                       .known({2, 2})),
            "bool[2, 2] 1 1 1 1");
  EXPECT_EQ(folded(make("Pad", 13)
                       .operand(tensor(ElementType::Float32, {2}, {1, 2}), true)
                       .known({1, 2})
                       .operand(tensor(ElementType::Float32, {}, {9}), true)),
            "fp32[5] 9 1 2 9 9");
  EXPECT_EQ(folded(make("Unsqueeze", 13).known(Shape(), {7}).known({0})),
            "int64[1] 7");
  EXPECT_EQ(folded(make("NonZero", 13).known({0, 3, 0, 1})), "int64[1, 2] 1 3");
}

TEST(MovementFold, Casts) {
  auto Cast = [](ElementType From, double V, ElementType To) {
    return folded(make("Cast", 19)
                      .operand(tensor(From, {1}, {V}), true)
                      .set("to", static_cast<int64_t>(To)));
  };
  using ET = ElementType;
  EXPECT_EQ(Cast(ET::Float32, -2.7, ET::Int64), "int64[1] -2");
  EXPECT_EQ(Cast(ET::Float32, 0.5, ET::Bool), "bool[1] 1");
  EXPECT_EQ(Cast(ET::Int64, 300, ET::UInt8), "uint8[1] 44");
  EXPECT_EQ(Cast(ET::Int64, 200, ET::Int8), "int8[1] -56");
  EXPECT_EQ(Cast(ET::Int64, 64, ET::Float32), "fp32[1] 64");
  EXPECT_EQ(Cast(ET::Float64, 1.0 / 3, ET::Float16), "fp16[1] 0.333252");
  EXPECT_EQ(Cast(ET::Float32, 1000, ET::Float8E4M3FN), "fp8e4m3[1] 448");
  EXPECT_NE(Cast(ET::Float32, 1e30, ET::Int64).find("does not fit int64"),
            std::string::npos);
  EXPECT_NE(Cast(ET::Float32, -1, ET::UInt8).find("does not fit uint8"),
            std::string::npos);
  EXPECT_NE(Cast(ET::Float32, NAN, ET::Int32).find("does not fit"),
            std::string::npos);
}

TEST(Indexing, RefusesWhatIsOutside) {
  EXPECT_EQ(refusal(make("Gather", 13).known({1, 2}).known({2})),
            "index 2 is outside an axis of 2 elements");
  // Its size is the data's; the most it can be is taken.
  EXPECT_EQ(refusal(make("NonZero", 13).indices({2}, {0, 1})), "");
}

} // namespace
