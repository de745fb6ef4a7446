//===- RobustnessTest.cpp - broken and hostile files ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Writer.h"

#include "toscount/IR/Print.h"

#include <gtest/gtest.h>

#include <random>

using namespace toscount;
using namespace toscount::test;

namespace {

/// A small model in which everything occurs once.
Message sample() {
  Message Then = graph({node("Relu", {"h"}, {"t"})}, {}, {info("t")});
  Message Else = graph({node("Tanh", {"x"}, {"t"})}, {}, {info("t")},
                       {tensor("k", 7, {1}).varint(7, 3)});
  Message F = function(
      "f", {"a"}, {"b"},
      {node("Op", {"a"}, {"b"}, "", {attributeReference("alpha", "p")})});
  F.message(11, attributeInt("p", 1));
  Message G = graph(
      {node("If", {"c"}, {"y"}, "if",
            {attributeGraph("then_branch", Then),
             attributeGraph("else_branch", Else)}),
       node("f", {"x"}, {"h"}, "call", {attributeInt("p", 2)}, "local"),
       node("Conv", {"x", "w", ""}, {"z"}, "conv",
            {Message().bytes(1, "pads").varint(8, 1).varint(8, 2).varint(20, 7),
             Message()
                 .bytes(1, "value")
                 .message(5, tensor("", 1, {1}).real(4, 1.5F))
                 .varint(20, 4)})},
      {info("x", 1, {"N", "3"}), info("c", 9, {})},
      {info("y"), info("z", 1, {"N", "?"})},
      {tensor("w", 1, {2, 2}).bytes(9, rawBytes<float>({1, 2, 3, 4})),
       tensor("big", 1, {100, 100})});
  G.message(13, info("h", 1, {"N"}));
  return model(G, {F}, {opset("", 17), opset("local", 1)});
}

/// Imports \p File; prints it when that works, so that everything is visited.
std::string visit(const std::string &File) {
  auto M = import(File);
  if (!M)
    return toString(M.takeError());
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  print(Out, **M);
  return "";
}

TEST(Robustness, TheSampleItselfIsFine) {
  EXPECT_EQ(visit(sample().Bytes), "");
}

TEST(Robustness, TruncatedAtEveryByte) {
  std::string File = sample().Bytes;
  for (size_t Length = 0; Length < File.size(); ++Length) {
    std::string Says = visit(File.substr(0, Length));
    // Some prefixes end between fields: those miss the graph or a function.
    if (Says.empty())
      continue;
    EXPECT_EQ(Says.rfind("m.onnx: ", 0), 0U) << Length << Says;
  }
  EXPECT_SAYS(visit(File.substr(0, File.size() / 2)),
              "truncated or corrupt at byte");
}

TEST(Robustness, EveryBitFlipped) {
  const std::string File = sample().Bytes;
  for (size_t Byte = 0; Byte < File.size(); ++Byte)
    for (unsigned Bit = 0; Bit < 8; ++Bit) {
      std::string Broken = File;
      Broken[Byte] = static_cast<char>(Broken[Byte] ^ (1U << Bit));
      visit(Broken);
    }
}

TEST(Robustness, RandomDamage) {
  const std::string File = sample().Bytes;
  std::mt19937 Random(1);
  for (int Round = 0; Round < 20'000; ++Round) {
    std::string Broken = File;
    for (unsigned Hits = 1 + Random() % 8; Hits != 0; --Hits) {
      size_t At = Random() % Broken.size();
      switch (Random() % 4) {
      case 0:
        Broken[At] = static_cast<char>(Random());
        break;
      case 1:
        Broken[At] = static_cast<char>(255);
        break;
      case 2:
        Broken.erase(At, 1 + Random() % 4);
        break;
      default:
        Broken.insert(At, File.substr(Random() % File.size(), Random() % 32));
        break;
      }
      if (Broken.empty())
        break;
    }
    visit(Broken);
  }
}

TEST(Robustness, RandomBytes) {
  std::mt19937 Random(2);
  for (int Round = 0; Round < 5'000; ++Round) {
    std::string File(Random() % 200, 0);
    for (char &C : File)
      C = static_cast<char>(Random());
    visit(File);
  }
}

TEST(Robustness, WireErrors) {
  EXPECT_SAYS(visit(std::string("\x08\x08\x3a\xff\xff\xff\xff\x0f", 8)),
              "truncated or corrupt at byte 2 of 8");
  // A varint of eleven bytes, a field numbered 0, a group.
  EXPECT_SAYS(visit("\x08" + std::string(11, '\xff')), "at byte 1 of 12");
  EXPECT_SAYS(visit(std::string("\x00\x01", 2)), "at byte 0 of 2");
  EXPECT_SAYS(visit("\x0b\x0c"), "at byte 0 of 2");
  EXPECT_SAYS(visit(std::string("\x08\x08", 2)), "holds no graph");
  EXPECT_SAYS(visit(""), "holds no graph");
  Message G = graph({}, {}, {});
  EXPECT_SAYS(importError(model(G).message(7, G)), "holds two graphs");
}

TEST(Robustness, DeepNestingIsRefusedQuickly) {
  // Each level is the payload of the next, so lengths are written from inside.
  auto Nested = [](int Levels) {
    std::string Reversed;
    Message Graph = graph({}, {}, {});
    auto Prepend = [&](unsigned Field) {
      Message Header;
      Header.raw((Field << 3U) | 2U).raw(Reversed.size());
      Reversed.append(Header.Bytes.rbegin(), Header.Bytes.rend());
    };
    for (int I = 0; I < Levels; ++I) {
      Prepend(6); // The attribute's graph.
      std::string Name = "\x0a\x01g";
      Reversed.append(Name.rbegin(), Name.rend());
      Prepend(5);
      std::string Op = "\x22\x02If";
      Reversed.append(Op.rbegin(), Op.rend());
      Prepend(1);
    }
    Message M;
    M.message(8, opset("", 17));
    return M.bytes(7, std::string(Reversed.rbegin(), Reversed.rend()));
  };
  EXPECT_EQ(importError(Nested(100)), "");
  EXPECT_SAYS(importError(Nested(10'000)),
              "subgraphs are nested deeper than 128; no such model is");
}

TEST(Robustness, DeepTypesCostNothing) {
  std::string Type;
  for (int I = 0; I < 10'000; ++I) {
    Message Outer;
    Outer.message(4, Message().bytes(1, Type));
    Type = Outer.Bytes;
  }
  Message X = Message().bytes(1, "x").bytes(2, Type);
  EXPECT_EQ(importError(model(graph({}, {X}, {}))), "");
}

TEST(Robustness, ManyAttributesAreRefused) {
  Messages Attributes;
  for (int I = 0; I < 300; ++I)
    Attributes.push_back(attributeInt("a" + std::to_string(I), I));
  EXPECT_SAYS(importError(model(
                  graph({node("Op", {}, {"y"}, "n", Attributes)}, {}, {}))),
              "has more than 256 attributes");
}

} // namespace
