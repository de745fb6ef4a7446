//===- FormatsTest.cpp - JSON, CSV, Markdown and summaries ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Example.h"

#include "llvm/Support/JSON.h"

#include <gtest/gtest.h>

using namespace toscount;
using namespace toscount::test;
using llvm::StringRef;

namespace {

std::string as(ReportFormat Format, const CostTable &Table,
               ReportOptions Options = {}) {
  Options.Format = Format;
  return report(Table, Options);
}

/// \p Text parsed; kept by the caller while it looks inside.
llvm::json::Value parsed(StringRef Text) {
  return llvm::cantFail(llvm::json::parse(Text));
}

/// The value at the dotted \p Path.
const llvm::json::Value *at(const llvm::json::Value &Root, StringRef Path) {
  const llvm::json::Value *V = &Root;
  llvm::SmallVector<StringRef> Keys;
  Path.split(Keys, '.');
  for (StringRef Key : Keys) {
    const llvm::json::Object *O = V == nullptr ? nullptr : V->getAsObject();
    V = O == nullptr ? nullptr : O->get(Key);
  }
  return V;
}

int64_t integer(const llvm::json::Value &Root, StringRef Path) {
  const llvm::json::Value *V = at(Root, Path);
  return V == nullptr ? -1 : V->getAsInteger().value_or(-2);
}

std::string string(const llvm::json::Value &Root, StringRef Path) {
  const llvm::json::Value *V = at(Root, Path);
  return V == nullptr ? "absent" : V->getAsString().value_or("other").str();
}

TEST(Json, Training) {
  Example E = small();
  CostTable T = E.lowered();
  llvm::json::Value V = parsed(as(ReportFormat::Json, T));
  EXPECT_EQ(string(V, "schema"), "toscount.count/1");
  EXPECT_EQ(string(V, "model.path"), "model.onnx");
  EXPECT_EQ(integer(V, "model.opset"), 17);
  EXPECT_EQ(integer(V, "model.nodes"), 3);
  EXPECT_EQ(string(V, "settings.phase"), "train");
  EXPECT_EQ(string(V, "settings.dtype"), "model");
  EXPECT_EQ(string(V, "settings.accumulate"), "model");
  EXPECT_EQ(string(V, "settings.loss"), "cross-entropy");
  EXPECT_EQ(string(V, "settings.optimizer"), "none");
  EXPECT_EQ(integer(V, "settings.dims.N"), 32);
  EXPECT_EQ(integer(V, "parameters.total"), 147 + 2048);
  EXPECT_EQ(integer(V, "totals.forward.macs"), 802816 * 147 + 32000 * 2048);
  EXPECT_EQ(integer(V, "totals.forward.bo.mul"), 802816 * 147 + 32000 * 2048);
  EXPECT_EQ(integer(V, "totals.loss.macs"), 32000);
  EXPECT_EQ(at(V, "totals.update"), nullptr);
  EXPECT_EQ(integer(V, "totals.all.macs"),
            3 * (802816 * 147 + 32000 * 2048 + 32000));
  EXPECT_EQ(integer(V, "activation_bytes"), 123456789);
  EXPECT_EQ(at(V, "run"), nullptr);
  EXPECT_EQ(at(V, "lower_bound"), nullptr);

  const llvm::json::Array &Layers = *at(V, "layers")->getAsArray();
  ASSERT_EQ(Layers.size(), 4U);
  EXPECT_EQ(string(Layers[0], "name"), "/layer1/conv1/Conv");
  EXPECT_EQ(string(Layers[0], "op"), "Conv");
  EXPECT_EQ((*at(Layers[0], "output")->getAsArray())[3].getAsInteger(), 112);
  EXPECT_EQ(integer(Layers[0], "forward.macs"), 802816 * 147);
  EXPECT_EQ(at(Layers[0], "loss"), nullptr);
  EXPECT_EQ(integer(Layers[1], "backward.macs"), 0); // Computed, and none.
  EXPECT_EQ(string(Layers[3], "name"), "loss");
  EXPECT_EQ(at(Layers[3], "op"), nullptr);
  EXPECT_EQ(at(Layers[3], "forward"), nullptr);
  EXPECT_EQ(integer(Layers[3], "loss.macs"), 32000);
}

TEST(Json, AbsentMeansNotComputed) {
  Example E(Level::Infer);
  E.add("x", "Gemm", 2, 3);
  CostTable T = E.lowered();
  llvm::json::Value V = parsed(as(ReportFormat::Json, T));
  for (StringRef Path :
       {"totals.loss", "totals.backward", "totals.update", "activation_bytes",
        "settings.loss", "settings.optimizer", "run"})
    EXPECT_EQ(at(V, Path), nullptr) << Path.str();
}

TEST(Json, LargeIntegersAreStrings) {
  Example E(Level::Infer);
  E.add("x", "Gemm", uint64_t(1) << 53U, 1);
  E.add("y", "Gemm", 1, 1);
  CostTable T = E.lowered();
  llvm::json::Value V = parsed(as(ReportFormat::Json, T));
  const llvm::json::Array &Layers = *at(V, "layers")->getAsArray();
  EXPECT_EQ(integer(Layers[0], "forward.macs"), int64_t(1) << 53U);
  EXPECT_EQ(string(V, "totals.all.macs"), "9007199254740993");
}

TEST(Json, RunGroupsAndMarks) {
  Example E = small();
  E.Counts.LowerBound = true;
  E.Counts.Layers[1].Estimate = true;
  CostTable T = E.lowered();
  T.Run = llvm::cantFail(lowerRun({64, 32, 3}, T, nullptr));
  ReportOptions O;
  O.Group = GroupBy::Op;
  O.Top = 1;
  llvm::json::Value V = parsed(as(ReportFormat::Json, T, O));
  EXPECT_EQ(integer(V, "run.steps"), 6);
  EXPECT_EQ(integer(V, "run.totals.loss.macs"), 6 * 32000);
  EXPECT_EQ(at(V, "lower_bound")->getAsBoolean(), true);
  EXPECT_EQ(at(V, "estimate")->getAsBoolean(), true);
  EXPECT_EQ(at(V, "layers"), nullptr);
  const llvm::json::Array &Groups = *at(V, "groups")->getAsArray();
  ASSERT_EQ(Groups.size(), 2U);
  EXPECT_EQ(string(Groups[0], "name"), "Conv");
  EXPECT_EQ(string(Groups[1], "name"), "3 others");
  EXPECT_EQ(integer(Groups[1], "layers"), 3);
}

TEST(Json, NamesThatAreNotUtf8) {
  Example E(Level::Infer);
  E.Counts.BoundDims = {{"\xff", 1}};
  E.add("bad\xff\"\n", "Gemm", 2, 3);
  CostTable T = E.lowered();
  llvm::json::Value V = parsed(as(ReportFormat::Json, T));
  EXPECT_EQ(string((*at(V, "layers")->getAsArray())[0], "name"),
            "bad\\xff\"\\x0a");
}

TEST(Csv, RowsAndTotal) {
  Example E = small();
  CostTable T = E.lowered();
  std::string Text = as(ReportFormat::Csv, T);
  std::vector<StringRef> Lines = lines(Text);
  ASSERT_EQ(Lines.size(), 6U);
  EXPECT_TRUE(Lines[0].starts_with(
      "name,op,output,params,trainable,estimate,macs,flops,tos,bytes,"
      "bytes_read,bytes_written,kernels,random,add,sub,mul,div,root,cmp,"
      "forward.macs,"));
  EXPECT_TRUE(Lines[0].contains(",loss.tos,"));
  EXPECT_FALSE(Lines[0].contains("update."));
  EXPECT_TRUE(Lines[1].starts_with(
      "/layer1/conv1/Conv,Conv,32x64x112x112,147,147,no,354041856,"));
  EXPECT_TRUE(Lines[5].starts_with("total,,,2195,2195,no,"));
  for (StringRef Line : Lines)
    EXPECT_EQ(Line.count(','), Lines[0].count(','));
}

TEST(Csv, ChosenColumns) {
  Example E = small();
  CostTable T = E.lowered();
  ReportOptions O;
  O.Columns = {"name", "forward.macs", "share", "output"};
  std::string Text = as(ReportFormat::Csv, T, O);
  EXPECT_EQ(lines(Text)[0].str(), "name,forward.macs,share,output");
  EXPECT_EQ(lines(Text)[1].str(),
            "/layer1/conv1/Conv,118013952,64.3,32x64x112x112");
  EXPECT_EQ(lines(Text)[5].str(), "total,183549952,100.0,");
}

TEST(Csv, QuotesAndFormulas) {
  Example E(Level::Infer);
  E.add("=HYPERLINK(\"x\",\"y\")", "+1", 2, 3);
  E.add("@cmd", "-", 2, 3);
  CostTable T = E.lowered();
  ReportOptions O;
  O.Columns = {"name", "op"};
  EXPECT_EQ(as(ReportFormat::Csv, T, O),
            "name,op\n\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\",'+1\n'@cmd,'-\n"
            "total,\n");
}

TEST(Markdown, TablesSurviveNames) {
  Example E(Level::Infer);
  E.add("a|b", "Gemm", 2, 3);
  E.add("a\\|b", "Gemm", 2, 3);
  E.add("back`tick", "Gemm", 2, 3);
  CostTable T = E.lowered();
  ReportOptions O;
  O.Columns = {"name", "macs"};
  std::string Text = as(ReportFormat::Markdown, T, O);
  EXPECT_NE(Text.find("\n| layer | MACs |\n| --- | ---: |\n"),
            std::string::npos);
  EXPECT_NE(Text.find("\n| a\\|b | 6 |\n"), std::string::npos);
  EXPECT_NE(Text.find("\n| a\\\\\\|b | 6 |\n"), std::string::npos);
  EXPECT_NE(Text.find("\n| `` back`tick `` | 6 |\n"), std::string::npos);
  EXPECT_NE(Text.find("\n| **total** | **18** |\n"), std::string::npos);
}

TEST(Summary, RowsAndErrors) {
  Example A = small(), B(Level::Infer);
  CostTable First = A.lowered(), Second = B.lowered();
  const char *Why = "broken.onnx: node 'x' (Conv): wrong, \"really\"";
  auto as = [&](ReportFormat Format) {
    return written([&](llvm::raw_ostream &OS) {
      ReportOptions O;
      O.Format = Format;
      SummaryWriter Writer(OS, O);
      Writer.add(summarize("a.onnx", First, O));
      Writer.add(summarizeFailure("broken.onnx", Why, O));
      Writer.add(summarize("b.onnx", Second, O));
      return Writer.finish();
    });
  };
  std::string Text = as(ReportFormat::Text);
  EXPECT_TRUE(lines(Text)[1].starts_with("a.onnx"));
  EXPECT_TRUE(lines(Text)[2].starts_with("broken.onnx  error: broken.onnx:"));
  EXPECT_TRUE(lines(Text)[3].starts_with("b.onnx"));

  Text = as(ReportFormat::Json);
  ASSERT_EQ(lines(Text).size(), 3U);
  EXPECT_EQ(string(parsed(lines(Text)[0]), "model.path"), "model.onnx");
  EXPECT_EQ(string(parsed(lines(Text)[1]), "error"), Why);

  Text = as(ReportFormat::Csv);
  EXPECT_TRUE(lines(Text)[0].ends_with(",run.bytes,error"));
  EXPECT_TRUE(lines(Text)[1].starts_with("a.onnx,4,2195,"));
  EXPECT_TRUE(lines(Text)[2].ends_with(
      ",\"broken.onnx: node 'x' (Conv): wrong, \"\"really\"\"\""));
  EXPECT_TRUE(
      as(ReportFormat::Markdown).find("| `broken.onnx` | error: broken.onnx") !=
      std::string::npos);
}

} // namespace
