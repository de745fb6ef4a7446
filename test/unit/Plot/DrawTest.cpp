//===- DrawTest.cpp - figures to SVG --------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Plot/Draw.h"

#include "llvm/ADT/StringRef.h"

#include <gtest/gtest.h>

#include <limits>

using namespace toscount;
using llvm::StringRef;

namespace {

Figure pointsFigure(std::vector<Mark> Marks) {
  Figure F;
  F.Name = "points";
  F.Title = "title";
  F.X = {"time", "s", /*Prefixed=*/true};
  F.Y = {"energy", "J", /*Prefixed=*/true};
  F.All = {{"", SeriesStyle::Points, Ink::Blue, false, std::move(Marks)}};
  return F;
}

Mark at(double X, double Y) {
  Mark M;
  M.X = X;
  M.Y = Y;
  M.Tip = "tip";
  return M;
}

std::string drawn(const Figure &F) {
  auto Svg = drawFigures(F);
  EXPECT_TRUE(!!Svg) << (Svg ? "" : llvm::toString(Svg.takeError()));
  return Svg ? Svg->front() : "";
}

bool says(const std::string &Svg, StringRef Text) {
  return StringRef(Svg).contains((">" + Text + "</text>").str());
}

size_t marks(const std::string &Svg) {
  return StringRef(Svg).count("class=\"mark\"");
}

} // namespace

TEST(Draw, LinearAxesHaveOnePrefix) {
  std::string Svg = drawn(pointsFigure({at(0.001, 1000), at(0.005, 9000)}));
  EXPECT_TRUE(says(Svg, "time (ms)"));
  EXPECT_TRUE(says(Svg, "energy (kJ)"));
  for (StringRef Tick : {"1", "2", "5", "8"})
    EXPECT_TRUE(says(Svg, Tick)) << Tick.str();
  EXPECT_EQ(2u, marks(Svg));
}

TEST(Draw, LogarithmicTicksCarryTheirs) {
  Figure F = pointsFigure({at(1, 500), at(10, 2'000'000)});
  F.X.Log = F.Y.Log = true;
  std::string Svg = drawn(F);
  for (StringRef Tick : {"1 kJ", "10 kJ", "100 kJ", "1 MJ", "1 s", "10 s"})
    EXPECT_TRUE(says(Svg, Tick)) << Tick.str();
  EXPECT_TRUE(says(Svg, "energy"));
}

// A number that has no logarithm makes the axis linear instead of being lost.
TEST(Draw, NothingIsLostToALogarithm) {
  Figure F = pointsFigure({at(1, 0), at(10, 100), at(20, 3000)});
  F.Y.Log = true;
  std::string Svg = drawn(F);
  EXPECT_EQ(3u, marks(Svg));
  EXPECT_TRUE(says(Svg, "energy (kJ)"));
}

TEST(Draw, OneValueAndNone) {
  EXPECT_EQ(1u, marks(drawn(pointsFigure({at(5, 5)}))));
  EXPECT_EQ(1u, marks(drawn(pointsFigure({at(0, 0)}))));
  EXPECT_EQ(0u, marks(drawn(pointsFigure({}))));
}

TEST(Draw, ExtremeNumbers) {
  constexpr double Inf = std::numeric_limits<double>::infinity();
  constexpr double Nan = std::numeric_limits<double>::quiet_NaN();
  // What is no number is left out.
  EXPECT_EQ(
      2u,
      marks(drawn(pointsFigure({at(1, 1), at(2, Inf), at(Nan, 3), at(4, 4)}))));
  EXPECT_EQ(2u, marks(drawn(pointsFigure({at(1, 1e-300), at(2, 1e300)}))));
  EXPECT_EQ(2u, marks(drawn(pointsFigure({at(1, -1e18), at(2, 1e18)}))));
  EXPECT_EQ(2u, marks(drawn(pointsFigure({at(1, 1), at(2, 1 + 1e-15)}))));
  EXPECT_EQ(2u,
            marks(drawn(pointsFigure({at(1e300, -1e300), at(-1e300, 1e300)}))));
  Figure F = pointsFigure({at(1, 1e-200), at(2, 1e200)});
  F.Y.Log = true;
  EXPECT_EQ(2u, marks(drawn(F)));
}

TEST(Draw, RowsHoldBarsBoxesAndStrokes) {
  Figure F;
  F.Name = "rows";
  F.Title = "rows";
  F.X = {"share", "%"};
  F.Rows = {"first", "second"};
  Mark Bar = at(40, 0), Zero = at(0, 1), Box = at(5, 1);
  Box.Low = Box.High = 5; // No width: a stroke all the same.
  F.All = {{"bars", SeriesStyle::Bars, Ink::Blue, false, {Bar, Zero}},
           {"boxes", SeriesStyle::Boxes, Ink::Sky, false, {Box}},
           {"", SeriesStyle::Ticks, Ink::Dark, false, {at(5, 1)}}};
  std::string Svg = drawn(F);
  // A bar without length is no mark.
  EXPECT_EQ(3u, marks(Svg));
  for (StringRef Text : {"first", "second", "bars", "boxes", "share (%)"})
    EXPECT_TRUE(says(Svg, Text)) << Text.str();
}

TEST(Draw, SeveralFiguresInOneRun) {
  Figure A = pointsFigure({at(1, 1)}), B = pointsFigure({at(1, 1), at(2, 2)});
  A.Title = "one";
  B.Title = "two";
  auto Svgs = drawFigures({A, B});
  ASSERT_TRUE(!!Svgs);
  ASSERT_EQ(2u, Svgs->size());
  EXPECT_TRUE(says((*Svgs)[0], "one"));
  EXPECT_TRUE(says((*Svgs)[1], "two"));
  EXPECT_EQ(1u, marks((*Svgs)[0]));
  EXPECT_EQ(2u, marks((*Svgs)[1]));
}

TEST(Draw, TextsAreNoCommandsAndNoMarkup) {
  Figure F = pointsFigure({at(1, 1)});
  F.Title = "TXT1 \"; system('x') <b>&\n`x`";
  F.X.Title = "$(x)";
  std::string Svg = drawn(F);
  EXPECT_TRUE(
      says(Svg, "TXT1 &quot;; system(&#39;x&#39;) &lt;b&gt;&amp;\\x0a`x`"));
  EXPECT_TRUE(says(Svg, "$(x) (s)"));
  EXPECT_EQ("&lt;a href=&quot;x&quot;&gt;\\xff",
            markupText("<a href=\"x\">\xff"));
}

TEST(Draw, LongTextsAreCut) {
  Figure F = pointsFigure({at(1, 1)});
  F.Title = std::string(5000, 'x');
  std::string Svg = drawn(F);
  EXPECT_TRUE(StringRef(Svg).contains("xxx\u2026</text>"));
  F.Rows = {"begin" + std::string(5000, '\xff') + "end"};
  F.All.front().Marks.front().Y = 0;
  Svg = drawn(F);
  EXPECT_TRUE(StringRef(Svg).contains("\\xffend</text>"));
}
