//===- NumbersTest.cpp - numbers as text ----------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Report/Numbers.h"

#include <gtest/gtest.h>

using namespace toscount;

namespace {

WideCount power(unsigned Exponent) {
  WideCount N = 1;
  while (Exponent-- > 0)
    N *= 10;
  return N;
}

/// One below the number that stands for an overflow.
constexpr WideCount Largest =
    WideCount(~uint64_t(0)) * (WideCount(~uint64_t(0)) + 1) +
    (~uint64_t(0) - 1);

TEST(Numbers, SiHasThreeDigits) {
  EXPECT_EQ(si(0), "0");
  EXPECT_EQ(si(999), "999");
  EXPECT_EQ(si(1000), "1.00 k");
  EXPECT_EQ(si(1005), "1.01 k"); // Half up.
  EXPECT_EQ(si(1004), "1.00 k");
  EXPECT_EQ(si(12345), "12.3 k");
  EXPECT_EQ(si(123456), "123 k");
  EXPECT_EQ(si(999499), "999 k");
  EXPECT_EQ(si(999500), "1.00 M");
  EXPECT_EQ(si(1820000000), "1.82 G");
  EXPECT_EQ(si(power(30)), "1.00 Q");
  EXPECT_EQ(si(power(29) * 9), "900 R");
  EXPECT_EQ(si(power(33) - 1), "1.00e33");
  EXPECT_EQ(si(power(32) * 9), "900 Q");
  EXPECT_EQ(si(Largest), "3.40e38");
  EXPECT_EQ(si(Largest, "B"), "3.40e38 B");
  EXPECT_EQ(si(WideCount::invalid()), "overflow");
}

TEST(Numbers, AroundSixtyFourBits) {
  WideCount Most64 = UINT64_MAX;
  EXPECT_EQ(toString(Most64), "18446744073709551615");
  EXPECT_EQ(toString(Most64 + 1), "18446744073709551616");
  EXPECT_EQ(si(Most64), "18.4 E");
  EXPECT_EQ(si(Most64 + 1), "18.4 E");
  // Zeros between groups of digits are digits too.
  EXPECT_EQ(toString(power(19) - 1), std::string(19, '9'));
  EXPECT_EQ(toString(power(19)), "1" + std::string(19, '0'));
  EXPECT_EQ(toString(power(19) * 7 + 42), "70000000000000000042");
  EXPECT_EQ(toString(power(38) + 5), "1" + std::string(37, '0') + "5");
  EXPECT_EQ(toString(Largest), "340282366920938463463374607431768211454");
}

TEST(Numbers, SiWithUnit) {
  EXPECT_EQ(si(12, "B"), "12 B");
  EXPECT_EQ(si(1500, "B"), "1.50 kB");
  EXPECT_EQ(si(3400000, "B"), "3.40 MB");
}

TEST(Numbers, Groups) {
  EXPECT_EQ(grouped(1), "1");
  EXPECT_EQ(grouped(118013952), "118 013 952");
  EXPECT_EQ(groupedFormula("802816 x 147"), "802 816 x 147");
  EXPECT_EQ(groupedFormula("x1234 * 0.12345 + a_5000"),
            "x1234 * 0.12345 + a_5000");
  EXPECT_EQ(groupedFormula(""), "");
}

TEST(Numbers, Percent) {
  EXPECT_EQ(percent(1, 3), "33.3 %");
  EXPECT_EQ(percent(2, 3), "66.7 %");
  EXPECT_EQ(percent(5, 5), "100.0 %");
  EXPECT_EQ(percent(0, 5), "0.0 %");
  EXPECT_EQ(percent(0, 0), "-");
  EXPECT_EQ(perMille(Largest, Largest), 1000U);
  EXPECT_EQ(perMille(Largest / 2, Largest), 500U);
  EXPECT_EQ(perMille(1, 0), 0U);
}

} // namespace
