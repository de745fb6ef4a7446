//===- AluTest.cpp - transistors of a generic ALU -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Lowering/Alu.h"

#include "llvm/Support/Error.h"

#include <gtest/gtest.h>

using namespace toscount;
using ET = ElementType;

namespace {

AluTable parsed(llvm::StringRef Text) {
  return llvm::cantFail(AluTable::parse(Text, "alu.json"));
}

std::string failure(llvm::StringRef Text) {
  llvm::Expected<AluTable> Table = AluTable::parse(Text, "alu.json");
  return Table ? "no error" : llvm::toString(Table.takeError());
}

TEST(Alu, Float32) {
  OpPrices P = AluTable().prices(ET::Float32);
  EXPECT_EQ(P.Add, 23U * 10 + 10);
  EXPECT_EQ(P.Sub, P.Add);
  EXPECT_EQ(P.Cmp, P.Add);
  EXPECT_EQ(P.Mul, 12656U + 80 + 4);
  EXPECT_EQ(P.Div, 15469U + 80 + 4); // 15468.75, rounded half up.
  EXPECT_EQ(AluTable().rootIterations(24), 5U);
  EXPECT_EQ(P.Root, 5 * (P.Div + P.Add + P.Mul));
}

TEST(Alu, EveryType) {
  for (llvm::StringRef Name : datatypeNames()) {
    SCOPED_TRACE(Name.str());
    OpPrices P = AluTable().prices(*elementTypeFromName(Name));
    EXPECT_GT(P.Add, 0U);
    EXPECT_GT(P.Mul, 0U);
    EXPECT_GE(P.Root, P.Div + P.Add + P.Mul);
  }
  EXPECT_EQ(AluTable().prices(ET::Int64).Mul, 90000U);
  EXPECT_EQ(AluTable().prices(ET::UInt64).Div, 110000U);
  EXPECT_EQ(AluTable().prices(ET::Int8).Add, 80U);
  EXPECT_EQ(AluTable().prices(ET::Bool).Cmp, 10U);
  EXPECT_EQ(AluTable().prices(ET::Float16).Mul, 2659U + 50 + 4); // 2658.69
  EXPECT_EQ(AluTable().prices(ET::TF32).Mul, 2659U + 80 + 4);
  EXPECT_EQ(AluTable().prices(ET::Float8E5M2).Mul, 198U + 50 + 4); // 197.75
  EXPECT_EQ(AluTable().prices(ET::Complex64).Mul,
            AluTable().prices(ET::Float32).Mul);
  EXPECT_EQ(AluTable().prices(ET::Undefined).Mul, 0U);
}

TEST(Alu, RootIterationsDoubleTheRightBits) {
  AluTable Default;
  for (auto [Bits, N] : {std::pair(1U, 1U),
                         {2U, 1U},
                         {3U, 2U},
                         {4U, 2U},
                         {8U, 3U},
                         {11U, 4U},
                         {24U, 5U},
                         {53U, 6U},
                         {64U, 6U}})
    EXPECT_EQ(Default.rootIterations(Bits), N) << Bits;
  AluTable Seeded = parsed(R"({"root_seed_bits": 7})");
  EXPECT_EQ(Seeded.rootIterations(24), 2U); // 7, 14, 28.
  EXPECT_EQ(Seeded.rootIterations(4), 1U);
}

TEST(Alu, EveryFigureIsCited) {
  AluTable Table;
  for (const AluFigure &F : Table.figures()) {
    EXPECT_FALSE(F.Source.empty()) << F.Name;
    EXPECT_GT(F.Transistors, 0U) << F.Name;
  }
}

TEST(Alu, FileReplacesFigures) {
  AluTable T = parsed(R"({"schema": "toscount.alu/1", "figures": {
      "full_adder": {"transistors": 28, "source": "static CMOS"},
      "multiplier": {"transistors": 27000, "width": 32}}})");
  EXPECT_EQ(T.prices(ET::Float32).Add, 23U * 28 + 10);
  EXPECT_EQ(T.prices(ET::Int32).Mul, 27000U);
  EXPECT_EQ(T.prices(ET::Int64).Mul, 108000U);
  EXPECT_EQ(T.figures()[0].Source, "static CMOS");
  EXPECT_EQ(T.figures()[4].Source, "alu.json");
}

TEST(Alu, FileChoosesUnits) {
  AluTable T = parsed(R"({"adder": "carry-lookahead", "multiplier": "array"})");
  EXPECT_EQ(T.prices(ET::Float32).Add, 23U * 43 + 10);
  EXPECT_EQ(T.prices(ET::Int64).Mul, 64896U);
  EXPECT_EQ(parsed("{}").prices(ET::Float32).Mul, 12740U);
}

TEST(Alu, FileIsReadStrictly) {
  EXPECT_EQ(failure(R"({"addr": "ripple-carry"})"),
            "alu.json: the table: unknown key 'addr'; did you mean 'adder'?");
  EXPECT_EQ(failure(R"({"adder": "ripple-cary"})"),
            "alu.json: unknown adder 'ripple-cary'; did you mean "
            "'ripple-carry'?");
  EXPECT_EQ(failure(R"({"multiplier": 3})"),
            "alu.json: 'multiplier' must be one of booth-wallace, array");
  EXPECT_EQ(failure(R"({"figures": {"full_ader": {"transistors": 1}}})"),
            "alu.json: 'figures': unknown key 'full_ader'; did you mean "
            "'full_adder'?");
  const char *Range = "alu.json: figure 'xor': 'transistors' must be a whole "
                      "number from 0 to 1000000000";
  EXPECT_EQ(failure(R"({"figures": {"xor": {"transistors": -1}}})"), Range);
  EXPECT_EQ(failure(R"({"figures": {"xor": {"transistors": 1e30}}})"), Range);
  EXPECT_EQ(failure(R"({"figures": {"xor": {"transistors": 1.5}}})"), Range);
  EXPECT_EQ(failure(R"({"figures": {"xor": {}}})"),
            "alu.json: figure 'xor': 'transistors' is missing");
  EXPECT_EQ(failure(R"({"figures": {"xor": {"transistors": 4, "width": 2}}})"),
            "alu.json: figure 'xor': 'width' must be 1: this unit is one bit "
            "wide");
  EXPECT_EQ(failure(R"({"root_seed_bits": 0})"),
            "alu.json: 'root_seed_bits' must be a whole number from 1 to 64");
  EXPECT_EQ(failure(R"({"schema": "toscount.alu/2"})"),
            "alu.json: 'schema' must be \"toscount.alu/1\"");
  EXPECT_EQ(failure("[]"), "alu.json: the table must be a JSON object");
  EXPECT_NE(failure("{").find("alu.json: "), std::string::npos);
}

} // namespace
