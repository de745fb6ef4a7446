//===- TextTest.cpp - reports for people ----------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Example.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Unicode.h"

#include <gtest/gtest.h>

using namespace toscount;
using namespace toscount::test;
using llvm::StringRef;

namespace {

constexpr unsigned Widths[] = {60, 80, 120, 200};

/// Names and sizes as large exports have them.
Example large() {
  Example E = small();
  for (unsigned I = 0; I < 12; ++I) {
    std::string Layer = "/bert/encoder/layer." + std::to_string(I);
    E.add(Layer + "/attention/self/query/MatMul", "MatMul", 802816 * (I + 1),
          768, {32, 128, 768});
    E.add(Layer + "/output/LayerNorm/LayerNormalization", "LayerNormalization",
          1U << 20U, 1, {32, 128, 768});
  }
  E.add("loop_\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "Loop", 1 << 20, 147)
      .Estimate = true;
  E.Counts.LowerBound = true;
  E.Counts.Assumptions = {"the loss is cross-entropy over axis 1 because the "
                          "graph's only output 'logits' is not a scalar; "
                          "choose another with --loss"};
  E.Counts.Warnings = {"opset 24 is newer than 23"};
  return E;
}

/// The first line of \p Text that holds \p Part.
std::string lineWith(StringRef Text, StringRef Part) {
  for (StringRef Line : lines(Text))
    if (Line.contains(Part))
      return Line.str();
  return "no such line";
}

TEST(Text, Whole) {
  Example E(Level::Infer);
  E.Counts.Batch = 2;
  E.Counts.Inputs.push_back({"x", ElementType::Float32, {2, 20}});
  E.add("fc", "Gemm", 20, 20, {2, 10});
  E.add("act", "Sigmoid", 20, 1, {2, 10});
  CostTable T = E.lowered();
  ReportOptions O;
  O.Width = 80;
  O.Unicode = false;
  EXPECT_EQ(
      report(T, O),
      "model.onnx: graph 'main', opset 17, 2 nodes\n"
      "  input       x  fp32  2x20\n"
      "  counted     one step of batch 2, infer: forward\n"
      "  datatype    the model's own\n"
      "  convention  exact\n"
      "\n"
      "layer  operator  output  params  MACs  FLOPs     TOs  bytes    share\n"
      "fc     Gemm      2x10        20   400    780  5.19 M  160 B   95.3 %  "
      "##########\n"
      "act    Sigmoid   2x10         1    20     20   255 k   84 B    4.7 %\n"
      "--------------------------------------------------------------------"
      "------------\n"
      "total                        21   420    800  5.44 M  244 B  100.0 %\n"
      "\n"
      "phase    MACs  FLOPs     TOs  bytes  kernels    share\n"
      "forward   420    800  5.44 M  244 B        2  100.0 %\n"
      "\n"
      "operations  add  sub  mul  div  root  cmp\n"
      "forward     380    0  420    0     0    0\n"
      "\n"
      "operator  layers  params  MACs  FLOPs     TOs  bytes    share\n"
      "Gemm           1      20   400    780  5.19 M  160 B   95.3 %  "
      "#################\n"
      "Sigmoid        1       1    20     20   255 k   84 B    4.7 %  #\n"
      "--------------------------------------------------------------------"
      "------------\n"
      "total          2      21   420    800  5.44 M  244 B  100.0 %\n"
      "\n"
      "  parameters  21\n");
}

TEST(Text, FitsTheWidth) {
  Example E = large();
  CostTable T = E.lowered();
  T.Run = llvm::cantFail(lowerRun({64000, 32, 50}, T, nullptr));
  for (unsigned Width : Widths)
    for (bool Unicode : {true, false})
      for (bool Exact : {true, false}) {
        ReportOptions O;
        O.Width = Width;
        O.Unicode = Unicode;
        O.Exact = Exact;
        std::string Text = report(T, O);
        for (StringRef Line : lines(Text)) {
          int Columns = llvm::sys::unicode::columnWidthUTF8(Line);
          ASSERT_GE(Columns, 0) << Line.str();
          EXPECT_LE(Columns, static_cast<int>(Width)) << Line.str();
          EXPECT_FALSE(Line.ends_with(" ")) << "'" << Line.str() << "'";
        }
        // What must never be dropped.
        EXPECT_NE(lineWith(Text, "share").find("TOs"), std::string::npos);
        if (!Unicode) {
          EXPECT_TRUE(llvm::none_of(lineWith(Text, "query/MatMul"),
                                    [](char C) { return (C & 0x80) != 0; }));
        }
      }
}

TEST(Text, WideTerminalsShowMore) {
  Example E = large();
  CostTable T = E.lowered();
  auto header = [&](unsigned Width) {
    ReportOptions O;
    O.Width = Width;
    return lineWith(report(T, O), "layer  ");
  };
  EXPECT_EQ(header(60).find("output"), std::string::npos);
  EXPECT_NE(header(120).find("output"), std::string::npos);
  EXPECT_EQ(header(120).find("backward TOs"), std::string::npos);
  EXPECT_NE(header(200).find("backward TOs"), std::string::npos);
  EXPECT_NE(header(0).find("kernels"), std::string::npos);
}

TEST(Text, ShortNamesKeepTheirNumbers) {
  Example E = large();
  CostTable T = E.lowered();
  ReportOptions O;
  O.Width = 80;
  O.Unicode = false;
  std::string Text = report(T, O);
  for (unsigned I = 0; I < 12; ++I)
    EXPECT_NE(Text.find("...layer." + std::to_string(I) + "/..."),
              std::string::npos)
        << I;
}

TEST(Text, MarksAndLegend) {
  Example E = large();
  CostTable T = E.lowered();
  std::string Text = report(T);
  EXPECT_EQ(lineWith(Text, "loop_").substr(0, 7), "~ loop_");
  EXPECT_EQ(lineWith(Text, "total").substr(0, 10), ">= ~ total");
  EXPECT_NE(Text.find("~   estimate:"), std::string::npos);
  EXPECT_NE(Text.find(">=  lower bound:"), std::string::npos);
  EXPECT_NE(Text.find("\nassumptions\n  - the loss is"), std::string::npos);
  EXPECT_NE(Text.find("\nwarnings\n  - opset 24"), std::string::npos);

  Example Plain = small();
  CostTable PlainTable = Plain.lowered();
  Text = report(PlainTable);
  EXPECT_EQ(Text.find("~"), std::string::npos);
  EXPECT_EQ(Text.find(">="), std::string::npos);
}

TEST(Text, TopSortAndGroup) {
  Example E = large();
  CostTable T = E.lowered();
  ReportOptions O;
  O.Top = 2;
  std::string Text = report(T, O);
  EXPECT_NE(lines(Text)[10].find("layer.11"), StringRef::npos) << Text;
  EXPECT_NE(lines(Text)[11].find("layer.10"), StringRef::npos) << Text;
  EXPECT_NE(lines(Text)[12].find("~ 27 others"), StringRef::npos) << Text;

  O.Sort = "order"; // The same two, as executed.
  Text = report(T, O);
  EXPECT_NE(lines(Text)[10].find("layer.10"), StringRef::npos) << Text;

  O = ReportOptions();
  O.Group = GroupBy::Op;
  Text = report(T, O);
  EXPECT_NE(Text.find("\nLayerNormalization "), std::string::npos);
  EXPECT_EQ(lineWith(Text, "layers").substr(0, 8), "operator");

  O.Group = GroupBy::Scope;
  EXPECT_NE(report(T, O).find("\nlayer1/conv1 "), std::string::npos);
  O.Depth = 1;
  Text = report(T, O);
  EXPECT_NE(Text.find("\nbert "), std::string::npos);
  EXPECT_NE(Text.find("\nlayer1 "), std::string::npos);
  // No blocks were looked for.
  O.Group = GroupBy::Block;
  EXPECT_EQ(lineWith(report(T, O), "(no block)").substr(0, 12), "~ (no block)");

  O = ReportOptions();
  O.Sort = "name";
  EXPECT_NE(lines(report(T, O))[10].find("layer.0"), StringRef::npos);
}

TEST(Text, ChosenColumnsStay) {
  Example E = large();
  CostTable T = E.lowered();
  ReportOptions O;
  O.Width = 60;
  O.Columns = {"name", "forward.tos", "backward.bytes_read", "exp"};
  O.Exact = true;
  EXPECT_EQ(lineWith(report(T, O), "layer  ").find("forward TOs") ==
                std::string::npos,
            false);
  EXPECT_NE(report(T, O).find("backward read"), std::string::npos);
}

TEST(Text, UnknownColumnsAreNamed) {
  Example E = small();
  CostTable T = E.lowered();
  ReportOptions O;
  O.Columns = {"name", "forward.tso"};
  EXPECT_EQ(report(T, O),
            "error: unknown column 'forward.tso'; did you mean 'forward.tos'?");
  O.Columns = {"forward.params"};
  EXPECT_EQ(report(T, O), "error: column 'params' is the same in every phase; "
                          "write 'params'");
  O.Columns = {};
  O.Sort = "flop";
  EXPECT_EQ(report(T, O),
            "error: unknown column 'flop'; did you mean 'flops'?");
}

TEST(Text, ExactAndHuge) {
  Example E(Level::Infer);
  E.add("x", "Gemm", uint64_t(1) << 43U, uint64_t(1) << 20U);
  CostTable T = E.lowered();
  T.All = T.Phases[0] = T.All.scaled(1000000000);
  EXPECT_NE(lineWith(report(T), "total").find("120 Q"), std::string::npos)
      << report(T);
  ReportOptions O;
  O.Exact = true;
  EXPECT_NE(report(T, O).find(toString(T.All.TOs)), std::string::npos);
}

TEST(Text, NoLayers) {
  Example E(Level::Infer);
  CostTable T = E.lowered();
  for (unsigned Width : Widths) {
    ReportOptions O;
    O.Width = Width;
    EXPECT_NE(lineWith(report(T, O), "total"), "no such line");
  }
}

TEST(Text, NothingFromTheFileReachesTheTerminalRaw) {
  Example E = small();
  E.Source->Path = "a\x1b]0;title\x07.onnx";
  E.add("n\x1b[31m\n\xc2\x9b\xe2\x80\xaez\xff", "Op\x1b", 10, 10);
  E.Counts.Warnings = {"bad name '\x1b[2J'"};
  E.Counts.BoundDims = {{"N\r", 1}};
  CostTable T = E.lowered();
  for (ReportFormat Format :
       {ReportFormat::Text, ReportFormat::Markdown, ReportFormat::Csv}) {
    ReportOptions O;
    O.Format = Format;
    O.Width = 200;
    std::string Text = report(T, O);
    for (StringRef Bad :
         {"\x1b", "\x07", "\r", "\xff", "\xc2\x9b", "\xe2\x80\xae"})
      EXPECT_EQ(Text.find(Bad), std::string::npos);
    EXPECT_NE(Text.find("\\u{202e}"), std::string::npos);
  }
}

TEST(Text, ColourOnlyWhenAsked) {
  Example E = small();
  CostTable T = E.lowered();
  EXPECT_EQ(report(T).find('\x1b'), std::string::npos);
  ReportOptions O;
  O.Colour = true;
  std::string Coloured = report(T, O);
  EXPECT_NE(Coloured.find('\x1b'), std::string::npos);
  // Without the sequences it is the same report.
  std::string Stripped;
  for (size_t I = 0; I < Coloured.size(); ++I) {
    if (Coloured[I] == '\x1b')
      I = Coloured.find('m', I);
    else
      Stripped += Coloured[I];
  }
  EXPECT_EQ(Stripped, report(T));
}

TEST(Text, TrainingRun) {
  Example E = small();
  CostTable T = E.lowered();
  T.Run = llvm::cantFail(lowerRun({64, 32, 3}, T, nullptr));
  EXPECT_NE(report(T).find("training run: 64 samples in batches of 32, 3 "
                           "epochs: 6 steps\nphase"),
            std::string::npos);
}

} // namespace
