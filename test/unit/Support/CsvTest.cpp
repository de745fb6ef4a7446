//===- CsvTest.cpp - tables as comma-separated values ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Support/Csv.h"

#include <gtest/gtest.h>

using namespace llvm;
using namespace toscount;

namespace {

std::string errorOf(StringRef Text) {
  Expected<CsvTable> T = parseCsv(Text, "t.csv");
  return T ? "" : toString(T.takeError());
}

TEST(Csv, QuotesCommasAndLineBreaks) {
  Expected<CsvTable> T = parseCsv("\xef\xbb\xbf"
                                  "name, x ,\"a \"\"b\"\"\"\r\n"
                                  "\"one, two\",1.5,\"line\nbreak\"\r\n"
                                  "\n"
                                  ",-2e3,\n",
                                  "t.csv");
  ASSERT_TRUE(static_cast<bool>(T)) << toString(T.takeError());
  EXPECT_EQ(T->Header, (std::vector<std::string>{"name", "x", "a \"b\""}));
  ASSERT_EQ(T->Rows.size(), 2U);
  EXPECT_EQ(T->Rows[0][0], "one, two");
  EXPECT_EQ(T->Rows[0][2], "line\nbreak");
  EXPECT_EQ(T->Lines, (std::vector<unsigned>{2, 5}));
  EXPECT_EQ(*T->number(1, 1), -2000);
}

TEST(Csv, AnEmptyTableHasNoRows) {
  Expected<CsvTable> T = parseCsv("x,y", "t.csv");
  ASSERT_TRUE(static_cast<bool>(T));
  EXPECT_TRUE(T->Rows.empty());
}

TEST(Csv, EmptyLinesOfOneColumnAreCells) {
  Expected<CsvTable> T = parseCsv("x\n1\n\n3\n", "t.csv");
  ASSERT_TRUE(static_cast<bool>(T));
  ASSERT_EQ(T->Rows.size(), 3U);
  Expected<double> Number = T->number(1, 0);
  ASSERT_FALSE(static_cast<bool>(Number));
  EXPECT_EQ(toString(Number.takeError()),
            "t.csv:3: '' in column 'x' is not a finite number");
}

TEST(Csv, RefusesWhatIsNoTable) {
  EXPECT_EQ(errorOf(""), "t.csv: is empty; a table begins with a line that "
                         "names its columns");
  EXPECT_EQ(errorOf("x,y\n1,2\n3\n"),
            "t.csv:3: 1 fields, but the header has 2");
  EXPECT_EQ(errorOf("x,x\n"), "t.csv:1: two columns are called 'x'");
  EXPECT_EQ(errorOf("x,y\n1,\"2\n3"),
            "t.csv:3: the quote opened in line 2 is never closed");
  EXPECT_EQ(errorOf("x,y\n1,\"2\"3\n"),
            "t.csv:2: text behind a field's closing quote");
  EXPECT_EQ(errorOf("x,y\n1,2\"\n"),
            "t.csv:2: a quote inside a field that does not begin with one");
  EXPECT_EQ(errorOf(StringRef("x\0y", 3)),
            "t.csv:1: a zero byte; is this a text file?");
}

TEST(Csv, NumbersAreFiniteAndWhole) {
  double Number = 0;
  for (StringRef Bad : {"", " ", "nan", "inf", "1e999", "0x10", "1,5", "1 2",
                        "--1", "1e", "e5", "+-1"})
    EXPECT_FALSE(parseNumber(Bad, Number)) << Bad.str();
  EXPECT_TRUE(parseNumber(" +1.5e-3 ", Number));
  EXPECT_EQ(Number, 1.5e-3);
  EXPECT_EQ(numberText(0.1), "0.1");
  EXPECT_EQ(roundedText(-1467.48961422980, 9), "-1467.48961");
}

TEST(Csv, ColumnsByName) {
  Expected<CsvTable> T = parseCsv("energy,tos\n1,2\n", "t.csv");
  ASSERT_TRUE(static_cast<bool>(T));
  EXPECT_EQ(*T->column("tos"), 1U);
  Expected<size_t> Missing = T->column("enrgy");
  ASSERT_FALSE(static_cast<bool>(Missing));
  EXPECT_EQ(toString(Missing.takeError()),
            "t.csv: no column is called 'enrgy'; did you mean 'energy'?");
}

} // namespace
