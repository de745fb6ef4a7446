//===- TensorTest.cpp - stored tensors ------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Writer.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace toscount;
using namespace toscount::test;

namespace {

Message withTensor(const Message &Tensor) {
  return model(graph({node("Relu", {"w"}, {"y"})}, {}, {info("y")}, {Tensor}));
}

/// The imported initializer "w"; the model is kept in \p Keep.
const Value *stored(const Message &Tensor, std::unique_ptr<Model> &Keep) {
  Keep = importOrNull(withTensor(Tensor));
  return Keep ? find(*Keep, "w") : nullptr;
}

std::vector<double> numbers(const Value *V) {
  std::vector<double> Result;
  if (V && V->Contents)
    for (size_t I = 0; I < V->Contents->size(); ++I)
      Result.push_back(V->Contents->number(I));
  return Result;
}

using Numbers = std::vector<double>;

TEST(Tensor, RawDataOfEveryWidth) {
  struct Case {
    int Type;
    std::string Raw;
    Numbers Want;
  };
  const Case Cases[] = {
      {1, rawBytes<float>({1.5F, -2}), {1.5, -2}},
      {2, rawBytes<uint8_t>({7, 255}), {7, 255}},
      {3, rawBytes<int8_t>({7, -1}), {7, -1}},
      {4, rawBytes<uint16_t>({7, 65535}), {7, 65535}},
      {5, rawBytes<int16_t>({7, -3}), {7, -3}},
      {6, rawBytes<int32_t>({7, -3}), {7, -3}},
      {7, rawBytes<int64_t>({1LL << 40, -3}), {1099511627776.0, -3}},
      {9, rawBytes<uint8_t>({0, 1}), {0, 1}},
      {10, rawBytes<uint16_t>({0x3e00, 0xc000}), {1.5, -2}},
      {11, rawBytes<double>({0.1, -2}), {0.1, -2}},
      {12, rawBytes<uint32_t>({7, 4294967295U}), {7, 4294967295.0}},
      {13, rawBytes<uint64_t>({7, 9}), {7, 9}},
      {16, rawBytes<uint16_t>({0x3fc0, 0xc000}), {1.5, -2}},
      {17, rawBytes<uint8_t>({0x3c, 0xfe}), {1.5, -448}},
      {18, rawBytes<uint8_t>({0x44, 0xff}), {1.5, -240}},
      {19, rawBytes<uint8_t>({0x3e, 0xfb}), {1.5, -57344}},
      {20, rawBytes<uint8_t>({0x42, 0xff}), {1.5, -57344}},
      {21, rawBytes<uint8_t>({0xf2}), {2, 15}},
      {22, rawBytes<uint8_t>({0xf2}), {2, -1}},
      {23, rawBytes<uint8_t>({0xf3}), {1.5, -6}},
  };
  for (const Case &C : Cases) {
    std::unique_ptr<Model> Keep;
    const Value *V = stored(tensor("w", C.Type, {2}).bytes(9, C.Raw), Keep);
    ASSERT_TRUE(V) << C.Type;
    EXPECT_EQ(V->Type, static_cast<ElementType>(C.Type));
    EXPECT_EQ(numbers(V), C.Want) << C.Type;
  }
}

TEST(Tensor, SpecialValues) {
  struct Case {
    int Type;
    std::string Raw;
    double Want;
  };
  const double Infinity = std::numeric_limits<double>::infinity();
  const double NotANumber = std::numeric_limits<double>::quiet_NaN();
  const Case Cases[] = {
      {10, rawBytes<uint16_t>({0x7c00}), Infinity},
      {10, rawBytes<uint16_t>({0x7e00}), NotANumber},
      {10, rawBytes<uint16_t>({0x0001}), std::ldexp(1, -24)},
      {16, rawBytes<uint16_t>({0xff80}), -Infinity},
      {17, rawBytes<uint8_t>({0x7f}), NotANumber},
      {17, rawBytes<uint8_t>({0x01}), std::ldexp(1, -9)},
      {18, rawBytes<uint8_t>({0x80}), NotANumber},
      {18, rawBytes<uint8_t>({0x01}), std::ldexp(1, -10)},
      {19, rawBytes<uint8_t>({0xfc}), -Infinity},
      {19, rawBytes<uint8_t>({0x01}), std::ldexp(1, -16)},
      {20, rawBytes<uint8_t>({0x01}), std::ldexp(1, -17)},
      {23, rawBytes<uint8_t>({0x01}), 0.5},
  };
  for (const Case &C : Cases) {
    std::unique_ptr<Model> Keep;
    Numbers Got =
        numbers(stored(tensor("w", C.Type, {1}).bytes(9, C.Raw), Keep));
    ASSERT_EQ(Got.size(), 1U) << C.Type;
    if (std::isnan(C.Want))
      EXPECT_TRUE(std::isnan(Got[0])) << C.Type;
    else
      EXPECT_EQ(Got[0], C.Want) << C.Type;
  }
}

TEST(Tensor, TypedData) {
  std::unique_ptr<Model> Keep;
  Message Packed;
  Packed.raw(3).raw(static_cast<uint64_t>(-4)).raw(5);
  for (unsigned Field : {5U, 7U}) {
    int Type = Field == 5 ? 6 : 7;
    EXPECT_EQ(numbers(stored(tensor("w", Type, {3}).bytes(Field, Packed.Bytes),
                             Keep)),
              Numbers({3, -4, 5}));
    // The same numbers, partly unpacked.
    EXPECT_EQ(numbers(stored(tensor("w", Type, {3})
                                 .varint(Field, 3)
                                 .bytes(Field, Packed.Bytes.substr(1)),
                             Keep)),
              Numbers({3, -4, 5}));
  }
  EXPECT_EQ(numbers(stored(
                tensor("w", 1, {2}).bytes(4, rawBytes<float>({2, 3})), Keep)),
            Numbers({2, 3}));
  EXPECT_EQ(numbers(stored(tensor("w", 1, {2}).real(4, 2).real(4, 3), Keep)),
            Numbers({2, 3}));
  EXPECT_EQ(
      numbers(stored(tensor("w", 11, {2}).bytes(10, rawBytes<double>({2, 3})),
                     Keep)),
      Numbers({2, 3}));
  EXPECT_EQ(numbers(stored(tensor("w", 11, {1}).real64(10, 2.5), Keep)),
            Numbers({2.5}));
  EXPECT_EQ(
      numbers(stored(tensor("w", 13, {2}).varint(11, 4).varint(11, 5), Keep)),
      Numbers({4, 5}));
  EXPECT_EQ(numbers(stored(tensor("w", 12, {1}).varint(11, 4), Keep)),
            Numbers({4}));
  EXPECT_EQ(numbers(stored(tensor("w", 10, {1}).varint(5, 0x3e00), Keep)),
            Numbers({1.5}));
  EXPECT_EQ(numbers(stored(tensor("w", 22, {3}).varint(5, 0x21).varint(5, 0x0f),
                           Keep)),
            Numbers({1, 2, -1}));
  const Value *V =
      stored(tensor("w", 8, {2}).bytes(6, "a").bytes(6, "bc"), Keep);
  ASSERT_TRUE(V && V->Contents);
  EXPECT_EQ(V->Contents->Strings[1], "bc");
}

TEST(Tensor, ScalarsAndEmptyTensors) {
  std::unique_ptr<Model> Keep;
  const Value *V = stored(tensor("w", 7, {}).varint(7, 42), Keep);
  ASSERT_TRUE(V);
  EXPECT_TRUE(V->HasShape);
  EXPECT_TRUE(V->Dims.empty());
  EXPECT_EQ(numbers(V), Numbers({42}));
  V = stored(tensor("w", 7, {0}), Keep);
  ASSERT_TRUE(V && V->Contents);
  EXPECT_EQ(V->Contents->size(), 0U);
  V = stored(tensor("w", 7, {INT64_MAX, 0, INT64_MAX}), Keep);
  ASSERT_TRUE(V && V->Contents);
}

TEST(Tensor, OnlySmallTensorsAreKept) {
  std::unique_ptr<Model> Keep;
  std::vector<float> Data(MaxKeptElements, 1);
  const Value *V =
      stored(tensor("w", 1, {MaxKeptElements}).bytes(9, rawBytes(Data)), Keep);
  EXPECT_EQ(numbers(V).size(), MaxKeptElements);
  Data.push_back(1);
  V = stored(tensor("w", 1, {MaxKeptElements + 1}).bytes(9, rawBytes(Data)),
             Keep);
  ASSERT_TRUE(V);
  EXPECT_EQ(V->Contents, nullptr);
  EXPECT_EQ(V->Dims, ShapeRef({MaxKeptElements + 1}));
  // Nobody looks at a large tensor's data, so it may be short.
  V = stored(tensor("w", 1, {1000}).bytes(9, "xyz"), Keep);
  ASSERT_TRUE(V);
  EXPECT_EQ(V->Contents, nullptr);
}

TEST(Tensor, DataMayBeElsewhereOrGone) {
  std::unique_ptr<Model> Keep;
  const Value *V = stored(tensor("w", 1, {2}), Keep);
  ASSERT_TRUE(V);
  EXPECT_EQ(V->Contents, nullptr);
  EXPECT_TRUE(V->HasShape);
  Message Location =
      Message().bytes(1, "location").bytes(2, "/nonexistent/weights");
  V = stored(tensor("w", 1, {2}).message(13, Location).varint(14, 1), Keep);
  ASSERT_TRUE(V);
  EXPECT_EQ(V->Contents, nullptr);
  // Complex numbers are never kept.
  V = stored(tensor("w", 14, {1}).bytes(9, rawBytes<float>({1, 2})), Keep);
  ASSERT_TRUE(V);
  EXPECT_EQ(V->Contents, nullptr);
}

TEST(Tensor, PackedDimensions) {
  std::unique_ptr<Model> Keep;
  Message Dims;
  Dims.raw(2).raw(300);
  const Value *V =
      stored(Message().bytes(1, Dims.Bytes).varint(2, 1).bytes(8, "w"), Keep);
  ASSERT_TRUE(V);
  EXPECT_EQ(V->Dims, ShapeRef({2, 300}));
}

TEST(Tensor, Contradictions) {
  auto Says = [](const Message &T) { return importError(withTensor(T)); };
  EXPECT_SAYS(Says(tensor("w", 1, {2}).bytes(9, "abcd")),
              "m.onnx: tensor 'w': its data has 4 bytes, but its type and "
              "dimensions [2] need 8");
  EXPECT_SAYS(Says(tensor("w", 7, {2}).varint(7, 1)),
              "its data has 1 elements");
  EXPECT_SAYS(Says(tensor("w", 7, {1}).varint(7, 1).varint(7, 1)),
              "its data has more than 1 elements");
  EXPECT_SAYS(Says(tensor("w", 7, {1}).varint(5, 1)),
              "its data has 0 elements");
  EXPECT_SAYS(Says(tensor("w", 8, {1}).bytes(9, "x")), "its data has 1 bytes");
  EXPECT_SAYS(Says(tensor("w", 1, {2, -1})), "negative dimension -1");
  EXPECT_SAYS(Says(tensor("w", 1, {INT64_MAX, 3})), "overflow");
  EXPECT_SAYS(Says(tensor("w", 11, {INT64_MAX})), "overflow");
  EXPECT_SAYS(Says(tensor("w", 0, {1})), "no element type");
  EXPECT_SAYS(Says(tensor("w", 99, {1})), "element type 99 is unknown");
  EXPECT_SAYS(Says(tensor("w", 1, std::vector<int64_t>(100, 1))),
              "more than 64 dimensions");
  EXPECT_SAYS(Says(tensor("", 1, {1})), "an initializer has no name");
}

TEST(Tensor, SparseTensorsHaveTheirDenseShape) {
  Message Sparse = Message()
                       .message(1, tensor("w", 1, {3}))
                       .message(2, tensor("", 7, {3}))
                       .varint(3, 100)
                       .varint(3, 200);
  Message G = graph({node("Relu", {"w"}, {"y"})}, {}, {info("y")});
  G.message(15, Sparse);
  auto M = importOrNull(model(G));
  ASSERT_TRUE(M);
  const Value *V = find(*M, "w");
  ASSERT_TRUE(V);
  EXPECT_EQ(V->Kind, ValueKind::Initializer);
  EXPECT_EQ(V->Dims, ShapeRef({100, 200}));
}

} // namespace
