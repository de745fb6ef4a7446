//===- ElementwiseFoldTest.cpp - contents computed from constants ---------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Folding at the edges of the integer types, and what the generators make and
/// refuse.
///
//===----------------------------------------------------------------------===//

#include "toscount/Ops/OpRegistry.h"

#include "llvm/Support/Error.h"

#include <gtest/gtest.h>

#include <limits>

using namespace llvm;
using namespace toscount;

namespace {

using ET = ElementType;
using Ints = std::vector<int64_t>;
using Floats = std::vector<double>;

/// One node on constants; attributes and operands are appended, then run().
class OneNode {
public:
  explicit OneNode(StringRef Op, int Opset = 18) {
    M.Main = M.createGraph();
    N.Op = N.Name = Op;
    N.Opset = Opset;
  }

  OneNode &ints(ET Type, Shape Dims, const Ints &Items) {
    Constant K;
    K.Ints = Items;
    return operand(Type, Dims, K);
  }
  OneNode &ints(const Ints &Items, ET Type = ET::Int64) {
    return ints(Type, {static_cast<int64_t>(Items.size())}, Items);
  }
  OneNode &one(int64_t Item, ET Type = ET::Int64) {
    return ints(Type, {}, {Item});
  }
  OneNode &floats(Shape Dims, const Floats &Items, ET Type = ET::Float32) {
    Constant K;
    K.Floats = Items;
    return operand(Type, Dims, K);
  }
  OneNode &unknown(ET Type, Shape Dims) {
    Value V;
    V.Name = "x";
    V.Type = Type;
    V.Dims = M.copy(ShapeRef(Dims));
    V.HasShape = true;
    Inputs.push_back(M.addValue(V));
    return *this;
  }
  OneNode &attr(StringRef Name, int64_t V) {
    Attribute A;
    A.Name = Name;
    A.Kind = AttributeKind::Int;
    A.Int = V;
    Attributes.push_back(A);
    return *this;
  }
  OneNode &attr(StringRef Name, StringRef V) {
    Attribute A;
    A.Name = Name;
    A.Kind = AttributeKind::String;
    A.String = V;
    Attributes.push_back(A);
    return *this;
  }
  OneNode &attr(StringRef Name, Constant V) {
    Attribute A;
    A.Name = Name;
    A.Kind = AttributeKind::Tensor;
    V.Dims = M.copy(V.Dims);
    A.Tensor = M.createConstant(V);
    Attributes.push_back(A);
    return *this;
  }

  /// The result's value, or null with Problem set.
  const Value *run() {
    Value Out;
    Out.Name = "out";
    Out.Producer = 0;
    ValueId Id = M.addValue(Out);
    N.Inputs = M.copy(Inputs);
    N.Outputs = M.copy(std::vector<ValueId>{Id});
    N.Attributes = M.copy(Attributes);
    const OpInfo *Row = Registry.find("", N.Op, N.Opset);
    if (Row == nullptr) {
      Problem = "no row";
      return nullptr;
    }
    ShapeContext C(M, N, Settings);
    Error E = Row->Shape(C);
    if (!E && Row->Fold != nullptr)
      E = Row->Fold(C);
    if (E) {
      Problem = llvm::toString(std::move(E));
      return nullptr;
    }
    return &M.value(Id);
  }

  Ints folded() {
    const Value *V = run();
    EXPECT_TRUE(V != nullptr) << Problem;
    EXPECT_TRUE(V == nullptr || V->Contents != nullptr) << "not folded";
    return V != nullptr && V->Contents != nullptr ? V->Contents->Ints.vec()
                                                  : Ints{-999};
  }
  Floats foldedFloats() {
    const Value *V = run();
    EXPECT_TRUE(V != nullptr) << Problem;
    EXPECT_TRUE(V == nullptr || V->Contents != nullptr) << "not folded";
    return V != nullptr && V->Contents != nullptr ? V->Contents->Floats.vec()
                                                  : Floats{-999};
  }
  std::string refused() {
    return run() == nullptr ? Problem : std::string("accepted");
  }

private:
  OneNode &operand(ET Type, ShapeRef Dims, Constant K) {
    unknown(Type, Shape(Dims));
    Value &V = M.value(Inputs.back());
    K.Type = Type;
    K.Dims = V.Dims;
    V.Contents = M.createConstant(K);
    return *this;
  }

  OpRegistry Registry;
  RuleSettings Settings;
  Model M;
  Node N;
  std::vector<ValueId> Inputs;
  std::vector<Attribute> Attributes;
  std::string Problem;
};

constexpr int64_t Min = std::numeric_limits<int64_t>::min();
constexpr int64_t Max = std::numeric_limits<int64_t>::max();

TEST(Fold, IntegerArithmetic) {
  EXPECT_EQ(OneNode("Add").ints({1, 2, 3}).one(10).folded(),
            (Ints{11, 12, 13}));
  EXPECT_EQ(
      OneNode("Sub").ints(ET::Int64, {2, 1}, {5, 7}).ints({1, 2}).folded(),
      (Ints{4, 3, 6, 5}));
  EXPECT_EQ(OneNode("Mul").ints({-4}).ints({6}).folded(), (Ints{-24}));
  // Truncated towards zero.
  EXPECT_EQ(OneNode("Div").ints({-7, 7, Min}).ints({2, -2, 1}).folded(),
            (Ints{-3, -3, Min}));
  EXPECT_EQ(OneNode("Mod").ints({-7, 7}).ints({3, -3}).folded(), (Ints{2, -2}));
  EXPECT_EQ(OneNode("Mod").ints({-7, 7}).ints({3, -3}).attr("fmod", 1).folded(),
            (Ints{-1, 1}));
  EXPECT_EQ(OneNode("Mod").ints({Min}).ints({-1}).folded(), (Ints{0}));
  EXPECT_EQ(OneNode("Max").ints({1, 9}).ints({4}).ints({5}).folded(),
            (Ints{5, 9}));
  EXPECT_EQ(OneNode("Neg").ints({3, -3}).folded(), (Ints{-3, 3}));
  EXPECT_EQ(OneNode("Add").ints(ET::Int64, {0}, {}).one(1).folded(), Ints{});
}

TEST(Fold, SignedOverflowIsRefused) {
  EXPECT_NE(OneNode("Add").one(Max).one(1).refused(), "accepted");
  EXPECT_NE(OneNode("Sub").one(Min).one(1).refused(), "accepted");
  EXPECT_NE(OneNode("Mul").one(Max).one(Max).refused(), "accepted");
  EXPECT_NE(OneNode("Div").one(Min).one(-1).refused(), "accepted");
  EXPECT_NE(OneNode("Neg").one(Min).refused(), "accepted");
  EXPECT_NE(OneNode("Abs").one(Min).refused(), "accepted");
  EXPECT_NE(OneNode("Pow").one(3).one(41).refused(), "accepted");
  EXPECT_NE(
      OneNode("Add").one(2147483647, ET::Int32).one(1, ET::Int32).refused(),
      "accepted");
}

TEST(Fold, DivisionByZeroIsRefused) {
  EXPECT_NE(OneNode("Div").one(1).one(0).refused(), "accepted");
  EXPECT_NE(OneNode("Mod").one(1).one(0).refused(), "accepted");
  EXPECT_NE(OneNode("Pow").one(0).one(-1).refused(), "accepted");
}

TEST(Fold, UnsignedArithmeticWraps) {
  EXPECT_EQ(OneNode("Sub").one(1, ET::UInt8).one(2, ET::UInt8).folded(),
            (Ints{255}));
  EXPECT_EQ(OneNode("Add").one(-1, ET::UInt64).one(2, ET::UInt64).folded(),
            (Ints{1}));
  EXPECT_EQ(OneNode("Mul").one(-1, ET::UInt64).one(-1, ET::UInt64).folded(),
            (Ints{1}));
  EXPECT_EQ(OneNode("Pow").one(-1, ET::UInt64).one(3, ET::UInt64).folded(),
            (Ints{-1}));
  // 2^64 - 1 is larger than 1.
  EXPECT_EQ(OneNode("Greater").one(-1, ET::UInt64).one(1, ET::UInt64).folded(),
            (Ints{1}));
  EXPECT_EQ(OneNode("BitShift")
                .ints({255, 255}, ET::UInt8)
                .ints({4, 9}, ET::UInt8)
                .attr("direction", "LEFT")
                .folded(),
            (Ints{240, 0}));
  EXPECT_EQ(OneNode("BitwiseNot").one(0, ET::UInt16).folded(), (Ints{65535}));
}

TEST(Fold, Powers) {
  EXPECT_EQ(OneNode("Pow").ints({2, -3}).one(3).folded(), (Ints{8, -27}));
  EXPECT_EQ(OneNode("Pow").ints({1, -1, 5}).one(-3).folded(), (Ints{1, -1, 0}));
  EXPECT_EQ(OneNode("Pow").one(64).floats({}, {0.5}).folded(), (Ints{8}));
  EXPECT_EQ(OneNode("Pow").floats({}, {64}).floats({}, {0.5}).foldedFloats(),
            (Floats{8}));
  EXPECT_EQ(OneNode("Pow").floats({}, {0.1}).one(2).foldedFloats(),
            (Floats{static_cast<float>(static_cast<float>(0.1) * 0.1)}));
  EXPECT_NE(OneNode("Pow").one(10).floats({}, {40}).refused(), "accepted");
}

TEST(Fold, Selection) {
  EXPECT_EQ(OneNode("Equal").ints({-1, 4}).one(-1).folded(), (Ints{1, 0}));
  EXPECT_EQ(
      OneNode("Where").ints({1, 0}, ET::Bool).one(7).ints({3, 4}).folded(),
      (Ints{7, 4}));
  EXPECT_EQ(OneNode("Not").ints({0, 1}, ET::Bool).folded(), (Ints{1, 0}));
  EXPECT_EQ(OneNode("Clip").ints({-5, 5, 50}).one(0).one(9).folded(),
            (Ints{0, 5, 9}));
}

TEST(Fold, Floats32AreRounded) {
  EXPECT_EQ(OneNode("Div").floats({}, {1}).floats({}, {3}).foldedFloats(),
            (Floats{1.0F / 3.0F}));
  EXPECT_EQ(OneNode("Div")
                .floats({}, {1}, ET::Float64)
                .floats({}, {3}, ET::Float64)
                .foldedFloats(),
            (Floats{1.0 / 3.0}));
  EXPECT_EQ(OneNode("Round").floats({4}, {0.5, 1.5, 2.5, -4.5}).foldedFloats(),
            (Floats{0, 2, 2, -4}));
  EXPECT_EQ(OneNode("Sqrt").floats({}, {64}).foldedFloats(), (Floats{8}));
}

TEST(Fold, MixedTypesAreLeftAlone) {
  const Value *V = OneNode("Add").one(1).floats({}, {2}).run();
  ASSERT_NE(V, nullptr);
}

TEST(Generators, ShapeAndSize) {
  auto Of = [](int64_t Start, int64_t End) {
    return OneNode("Shape")
        .unknown(ET::Float32, {2, 3, 4})
        .attr("start", Start)
        .attr("end", End)
        .folded();
  };
  EXPECT_EQ(OneNode("Shape").unknown(ET::Float32, {2, 3}).folded(),
            (Ints{2, 3}));
  EXPECT_EQ(Of(1, 3), (Ints{3, 4}));
  EXPECT_EQ(Of(-1, Max), (Ints{4}));
  EXPECT_EQ(Of(Min, -1), (Ints{2, 3}));
  EXPECT_EQ(Of(2, 1), Ints{});
  EXPECT_EQ(OneNode("Size").unknown(ET::Float32, {2, 3}).folded(), (Ints{6}));
}

TEST(Generators, Range) {
  EXPECT_EQ(OneNode("Range").one(0).one(5).one(2).folded(), (Ints{0, 2, 4}));
  EXPECT_EQ(OneNode("Range").one(10).one(4).one(-2).folded(), (Ints{10, 8, 6}));
  EXPECT_EQ(OneNode("Range").one(4).one(4).one(1).folded(), Ints{});
  EXPECT_EQ(OneNode("Range").one(Min).one(Max).one(Max).folded(),
            (Ints{Min, -1, Max - 1}));
  EXPECT_NE(OneNode("Range").one(0).one(4).one(0).refused(), "accepted");
  EXPECT_NE(OneNode("Range").one(Min).one(Max).one(1).refused(), "accepted");
  EXPECT_NE(OneNode("Range")
                .floats({}, {0})
                .floats({}, {1})
                .floats({}, {0})
                .refused(),
            "accepted");
  EXPECT_EQ(OneNode("Range")
                .floats({}, {1})
                .floats({}, {2})
                .floats({}, {0.5})
                .foldedFloats(),
            (Floats{1, 1.5}));
  EXPECT_NE(OneNode("Range")
                .unknown(ET::Float32, {})
                .floats({}, {1})
                .floats({}, {1})
                .refused(),
            "accepted");
}

TEST(Generators, ConstantOfShape) {
  Constant Two;
  Two.Type = ET::Int64;
  Ints Items = {2};
  Two.Ints = Items;
  EXPECT_EQ(OneNode("ConstantOfShape").ints({2, 2}).attr("value", Two).folded(),
            (Ints{2, 2, 2, 2}));
  EXPECT_EQ(OneNode("ConstantOfShape").ints(Ints{}).foldedFloats(),
            (Floats{0}));
  EXPECT_NE(OneNode("ConstantOfShape").ints({-2}).refused(), "accepted");
  EXPECT_NE(OneNode("ConstantOfShape").ints({Max, Max}).refused(), "accepted");
  const Value *V = nullptr;
  OneNode Large("ConstantOfShape");
  V = Large.ints({1 << 20}).run();
  ASSERT_NE(V, nullptr);
  EXPECT_EQ(V->Contents, nullptr);
}

TEST(Generators, Constant) {
  Constant Empty;
  Empty.Type = ET::Int64;
  Ints NoDims = {0};
  Empty.Dims = NoDims;
  EXPECT_EQ(OneNode("Constant").attr("value", Empty).folded(), Ints{});
  EXPECT_EQ(OneNode("Constant").attr("value_int", 5).folded(), (Ints{5}));
  EXPECT_NE(OneNode("Constant").refused(), "accepted");
  EXPECT_NE(OneNode("Constant").attr("value", 5).refused(), "accepted");
  EXPECT_NE(
      OneNode("Constant").attr("value_int", 5).attr("value", Empty).refused(),
      "accepted");
}

TEST(Generators, HostileAttributes) {
  EXPECT_NE(OneNode("EyeLike")
                .unknown(ET::Float32, {2, 2})
                .attr("dtype", Min)
                .refused(),
            "accepted");
  auto OneHot = [](int64_t Axis, int64_t Depth) {
    return OneNode("OneHot")
        .unknown(ET::Int64, {2, 3})
        .one(Depth)
        .unknown(ET::Float32, {2})
        .attr("axis", Axis)
        .refused();
  };
  EXPECT_EQ(OneHot(-3, 5), "accepted");
  EXPECT_NE(OneHot(-4, 5), "accepted");
  EXPECT_NE(OneHot(Min, 5), "accepted");
  EXPECT_NE(OneHot(0, -1), "accepted");
  EXPECT_NE(OneHot(0, Max), "accepted");
  EXPECT_NE(OneNode("Multinomial")
                .unknown(ET::Float32, {2, 3})
                .attr("sample_size", -1)
                .refused(),
            "accepted");
  EXPECT_NE(OneNode("Add", 6)
                .unknown(ET::Float32, {2, 3})
                .unknown(ET::Float32, {3})
                .attr("broadcast", 1)
                .attr("axis", Max)
                .refused(),
            "accepted");
}

} // namespace
