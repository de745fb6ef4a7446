//===- ExplainTest.cpp - explanations and the list of operators -----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Example.h"

#include "toscount/Report/Explain.h"
#include "toscount/Report/OpsList.h"

#include "llvm/Support/JSON.h"

#include <gtest/gtest.h>

using namespace toscount;
using namespace toscount::test;
using llvm::StringRef;

namespace {

constexpr OpInfo Rows[] = {
    {.Name = "Gemm",
     .Since = 7,
     .Until = 12,
     .Grad = Gradient::Rule,
     .Backward = [](const OpInstance &, GradWork &) {},
     .ForwardDoc = "one dot product of length K for each output element",
     .BackwardDoc = "the transposed products"},
    {.Name = "Reshape", .Kind = OpKind::View, .Grad = Gradient::Rule},
    {.Name = "ArgMax", .Domain = "x.y", .Since = 13, .Until = 13},
};

constexpr LossFunction Losses[] = {
    {"mse", false, false, false, nullptr, nullptr, "mean of squares", "2 (y - t) / n"}};

constexpr Optimizer Optimizers[] = {{"sgd", 0, nullptr, nullptr, "w -= lr g"}};

/// A Gemm of 2 x 3 dot products of length 1000, and its trace.
struct Explainable {
  Example E;
  CostTable Table;
  LayerTrace Steps;

  explicit Explainable(Level L) : E(L) {
    E.Counts.Options.Loss = "mse";
    E.add("fc", "Gemm", 6, 1000, {2, 3});
    if (L != Level::Infer)
      E.add("loss", "", 6, 2);
    Model &M = *E.Source;
    int64_t Dims[] = {2, 1000};
    Value X;
    X.Name = "x";
    X.Kind = ValueKind::Input;
    X.Type = ElementType::Float32;
    X.HasShape = true;
    X.Dims = M.copy(ShapeRef(Dims));
    ValueId Ids[] = {M.addValue(X), NoId};
    M.Main->Nodes[0].Inputs = M.copy(llvm::ArrayRef<ValueId>(Ids));
    Table = E.lowered();
    Steps.Row = &Rows[0];
    Work W(ElementType::Float32, &Steps.Forward);
    Count K = W.let("K", 1000, "k_h * k_w");
    W.dots(6, K, "one dot product of length K");
  }

  [[nodiscard]] std::string written(StringRef Layer,
                                    ReportOptions Options = {}) const {
    return test::written([&](llvm::raw_ostream &OS) {
      return writeExplanation(OS, {&Table, Layer, &Steps, Losses, Optimizers},
                              Options);
    });
  }
};

TEST(Explain, Text) {
  Explainable X(Level::Infer);
  EXPECT_EQ(X.written("fc"),
            "fc (Gemm)\n"
            "  operand 0  fp32  x  2x1000  input\n"
            "\n"
            "forward: one dot product of length K for each output element\n"
            "  where K = k_h * k_w = 1 000\n"
            "  mul  6 000 = 6 x 1 000  one dot product of length K\n"
            "  add  5 994 = 6 x 999    one dot product of length K\n"
            "  BOs      [add, sub, mul, div, root] = [5 994, 0, 6 000, 0, 0], "
            "cmp = 0\n"
            "  MACs     6 000\n"
            "  FLOPs    11 994\n"
            "  TOs      77 878 560 = add 5 994 x 240 (fp32) + mul 6 000 x "
            "12 740 (fp32)\n"
            "  bytes    4 024 = 24 read + 4 000 written\n"
            "  kernels  1\n");
  ReportOptions O;
  O.Exact = true;
  EXPECT_NE(X.written("fc", O).find("mul  6000 = 6 x 1000"), std::string::npos);
}

TEST(Explain, EveryPhase) {
  Explainable X(Level::Train);
  std::string Text = X.written("fc");
  EXPECT_NE(Text.find("\nbackward: the transposed products\n"),
            std::string::npos);
  EXPECT_EQ(Text.find("\nloss"), std::string::npos);
  X.Steps.Row = nullptr;
  Text = X.written("loss");
  EXPECT_NE(Text.find("\nloss: mean of squares\n"), std::string::npos) << Text;
  EXPECT_NE(Text.find("\nbackward: 2 (y - t) / n\n"), std::string::npos);
  EXPECT_EQ(Text.find("\nforward"), std::string::npos);
}

TEST(Explain, Json) {
  Explainable X(Level::Infer);
  ReportOptions O;
  O.Format = ReportFormat::Json;
  llvm::json::Value V = llvm::cantFail(llvm::json::parse(X.written("fc", O)));
  const llvm::json::Object &Root = *V.getAsObject();
  EXPECT_EQ(Root.getString("schema"), StringRef("toscount.explain/1"));
  EXPECT_EQ(Root.getArray("operands")->size(), 2U);
  const llvm::json::Object &Forward = *Root.getObject("forward");
  EXPECT_EQ(Forward.getArray("steps")->size(), 3U);
  EXPECT_EQ(Forward.getInteger("macs"), 6000);
  EXPECT_EQ(Forward.getArray("prices")->size(), 2U);
}

TEST(Explain, Refuses) {
  Explainable X(Level::Infer);
  EXPECT_EQ(X.written("fd"),
            "error: no layer is called 'fd'; did you mean 'fc'?");
  ReportOptions O;
  O.Format = ReportFormat::Csv;
  EXPECT_EQ(X.written("fc", O),
            "error: an explanation is written as text or json only");
}

std::string ops(ReportFormat Format, std::vector<std::string> Matching = {}) {
  OpFamily Family = {"Test", Rows};
  OpRegistry Registry{llvm::ArrayRef<OpFamily>(Family)};
  return written([&](llvm::raw_ostream &OS) {
    ReportOptions O;
    O.Format = Format;
    return writeOps(OS, {&Registry, Losses, Optimizers, std::move(Matching)},
                    O);
  });
}

TEST(Ops, Text) {
  EXPECT_EQ(ops(ReportFormat::Text),
            "Test\n"
            "  Gemm        7-12  counted      gradient: rule\n"
            "      one dot product of length K for each output element\n"
            "      backward the transposed products\n"
            "  Reshape     1+    free (view)  gradient: passes\n"
            "  x.y.ArgMax  13    counted      gradient: not differentiable\n"
            "\n"
            "--loss\n"
            "  mse               counted      gradient: rule\n"
            "      mean of squares\n"
            "      backward 2 (y - t) / n\n"
            "\n"
            "--optimizer\n"
            "  sgd               counted\n"
            "      w -= lr g\n");
}

TEST(Ops, OtherFormatsAndMatching) {
  EXPECT_EQ(ops(ReportFormat::Csv, {"gemm"}),
            "name,domain,family,opsets,status,gradient,forward,backward\n"
            "Gemm,,Test,7-12,counted,rule,one dot product of length K for each "
            "output element,the transposed products\n");
  EXPECT_NE(ops(ReportFormat::Markdown).find("\n| `x.y.ArgMax` | 13 |"),
            std::string::npos);
  llvm::json::Value V =
      llvm::cantFail(llvm::json::parse(ops(ReportFormat::Json)));
  EXPECT_EQ(V.getAsObject()->getArray("operators")->size(), 3U);
  EXPECT_EQ(V.getAsObject()->getArray("losses")->size(), 1U);
  EXPECT_EQ(V.getAsObject()->getArray("optimizers")->size(), 1U);
  EXPECT_EQ(ops(ReportFormat::Text, {"Gem7"}),
            "error: no operator, loss or optimizer is called 'Gem7'; did you "
            "mean 'Gemm'?");
}

} // namespace
