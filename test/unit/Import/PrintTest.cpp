//===- PrintTest.cpp - the layer graph as text ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Writer.h"

#include "toscount/IR/Print.h"

#include <gtest/gtest.h>

using namespace toscount;
using namespace toscount::test;

namespace {

std::string printed(const Model &M) {
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  print(Out, M);
  return Text;
}

TEST(Print, Everything) {
  Message Then = graph({node("Relu", {"x"}, {"t"})}, {}, {info("t")});
  Message Value = tensor("", 1, {2}).bytes(9, rawBytes<float>({0.5, -1}));
  std::vector<int64_t> Twenty(20, 7);
  Message File = model(
      graph({node("If", {"c"}, {"y"}, "choose",
                  {attributeGraph("then_branch", Then)}),
             node("Split", {"x", "", "big"}, {"a", "", "odd name"}, "",
                  {attributeInt("axis", -1),
                   Message().bytes(1, "s").bytes(4, "q\n").varint(20, 3),
                   Message().bytes(1, "f").real(2, 0.1F).varint(20, 1),
                   Message().bytes(1, "v").message(5, Value).varint(20, 4)}),
             node("Print", {"a"}, {}, "", {}, "my.domain")},
            {info("x", 1, {"N", "?", "3"}), info("c", 9, {})}, {info("y")},
            {tensor("big", 7, {20}).bytes(9, rawBytes(Twenty))}),
      {}, {opset("", 17), opset("my.domain", 2)});
  auto M = importOrNull(File);
  ASSERT_TRUE(M);
  M->Warnings.emplace_back("take care");
  EXPECT_EQ(printed(*M),
            R"(model "m.onnx" ir 8, ai.onnx 17, my.domain 2, from "tests"
warning: take care
graph "main" {
  input %x : fp32[N, ?, 3]
  input %c : bool[]
  stored %big : int64[20] = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, ... (20)}
  %y = If(%c) {then_branch = graph} : ? @"choose"
    graph "main" {
      %t = Relu(%x) : ?
      output %t : ?
    }
  %a, none, %"odd name" = Split(%x, none, %big) {axis = -1, s = "q\x0a", f = 0.100000001, v = fp32[2] = {0.5, -1}} : ?, ?
  my.domain.Print(%a) @"Print"
  output %y : ?
}
)");
}

TEST(Print, InferredShapesWin) {
  auto M = importOrNull(model(
      graph({node("Relu", {"x"}, {"y"})}, {info("x", 1, {"N"})}, {info("y")})));
  ASSERT_TRUE(M);
  Value &Y = M->value(M->Main->Outputs[0]);
  Y.Type = ElementType::Float16;
  Y.HasShape = true;
  Y.Dims = M->copy(std::vector<int64_t>{4, 5});
  EXPECT_SAYS(printed(*M), "%y = Relu(%x) : fp16[4, 5]\n");
}

} // namespace
