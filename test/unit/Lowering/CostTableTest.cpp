//===- CostTableTest.cpp - counts lowered to transistor operations --------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Lowering/CostTable.h"

#include "llvm/Support/Error.h"

#include <gtest/gtest.h>

#include <limits>

using namespace toscount;
using ET = ElementType;

namespace {

Work dense(ET Type, Count Rows, Count Columns) {
  Work W(Type);
  W.dots(Rows, Columns, "a dot product per output element");
  W.add(Rows, "bias");
  W.BytesRead = 100;
  W.BytesWritten = 20;
  return W;
}

TEST(Lower, OneRule) {
  Cost C = lower(dense(ET::Float32, 10, 20), {});
  EXPECT_EQ(C.Macs, WideCount(200));
  EXPECT_EQ(C.Flops, WideCount(400));
  EXPECT_EQ(C.TOs, WideCount(200 * 12740 + 200 * 240));
  EXPECT_EQ(C.bytes(), WideCount(120));
  EXPECT_EQ(C.Kernels, WideCount(1));
  EXPECT_EQ(C.Add, WideCount(200));
}

TEST(Lower, AccumulationTypeHoldsForDotAddsOnly) {
  LoweringOptions O;
  O.Accumulate = ET::Float32;
  OpPrices Half = O.Alu.prices(ET::Float16);
  EXPECT_EQ(lower(dense(ET::Float16, 10, 20), O).TOs,
            WideCount(200 * Half.Mul + 190 * 240 + 10 * Half.Add));
  // Integer products keep the type their rule gave them.
  OpPrices Int8 = O.Alu.prices(ET::Int8);
  EXPECT_EQ(lower(dense(ET::Int8, 10, 20), O).TOs,
            WideCount(200 * Int8.Mul + 200 * Int8.Add));
}

TEST(Lower, FlopsAreFloating) {
  Work W(ET::Float32);
  W.cmp(7, "max");
  W.root(Elementary::Exp, 3, "exp");
  W.setType(ET::Int32);
  W.add(100, "index");
  Cost C = lower(W, {});
  EXPECT_EQ(C.Flops, WideCount(3));
  EXPECT_EQ(C.Add, WideCount(100));
  EXPECT_EQ(C.ByFunction[0], WideCount(3));
  LoweringOptions O;
  O.FlopsIncludeCmp = true;
  EXPECT_EQ(lower(W, O).Flops, WideCount(10));
}

ModelCounts twoLayers(Count Rows) {
  ModelCounts M;
  for (const char *Name : {"first", "second"}) {
    LayerCounts L;
    L.Name = Name;
    L.Op = "Gemm";
    L.Phases.set(0, dense(ET::Float32, Rows, 20));
    L.Phases.set(2, dense(ET::Float32, Rows, 40));
    M.Layers.push_back(L);
  }
  return M;
}

TEST(Lower, TotalsByPhase) {
  ModelCounts M = twoLayers(10);
  CostTable T = llvm::cantFail(lower(M, {}));
  EXPECT_EQ(T.layer(1).All.Macs, WideCount(600));
  EXPECT_EQ(T.Phases[0].Macs, WideCount(400));
  EXPECT_EQ(T.Phases[2].Macs, WideCount(800));
  EXPECT_TRUE(T.Phases[1].empty());
  EXPECT_EQ(T.All.Macs, WideCount(1200));
  EXPECT_EQ(T.All.Kernels, WideCount(4));
}

TEST(Lower, OverflowNamesTheLayer) {
  ModelCounts M = twoLayers(10);
  Work Broken = M.Layers[1].Phases.get(0);
  Broken.Ops[0].Ops.Mul = Count::invalid();
  M.Layers[1].Phases.set(0, Broken);
  llvm::Expected<CostTable> T = lower(M, {});
  ASSERT_FALSE(T);
  EXPECT_EQ(llvm::toString(T.takeError()),
            "node 'second' (Gemm): the total up to here does not fit 128 bits; "
            "use a smaller batch or smaller dimensions");
}

TEST(LowerRun, LastBatchAtItsTrueSize) {
  ModelCounts Full = twoLayers(10), Rest = twoLayers(3);
  CostTable Step = llvm::cantFail(lower(Full, {}));
  CostTable Last = llvm::cantFail(lower(Rest, {}));
  RunPlan Plan{.Samples = 43, .Batch = 10, .Epochs = 2};
  EXPECT_EQ(Plan.stepsPerEpoch(), 5);
  RunCost Run = llvm::cantFail(lowerRun(Plan, Step, &Last));
  EXPECT_EQ(Run.Phases[0].Macs, WideCount(2 * 2 * (4 * 200 + 60)));
  EXPECT_EQ(Run.All.Macs, WideCount(2 * 2 * (4 * 600 + 180)));
  EXPECT_EQ(Run.All.Kernels, WideCount(2 * 5 * 4));
}

TEST(LowerRun, ExactBatchesAndOnlyALastBatch) {
  ModelCounts Full = twoLayers(10), Rest = twoLayers(3);
  CostTable Step = llvm::cantFail(lower(Full, {}));
  CostTable Last = llvm::cantFail(lower(Rest, {}));
  RunCost Run = llvm::cantFail(
      lowerRun({.Samples = 40, .Batch = 10, .Epochs = 3}, Step, nullptr));
  EXPECT_EQ(Run.All.Macs, WideCount(12 * 1200));
  Run = llvm::cantFail(
      lowerRun({.Samples = 3, .Batch = 10, .Epochs = 1}, Step, &Last));
  EXPECT_EQ(Run.All.Macs, Last.All.Macs);
}

TEST(LowerRun, Refuses) {
  ModelCounts Full = twoLayers(10);
  CostTable Step = llvm::cantFail(lower(Full, {}));
  auto failure = [&](RunPlan Plan) {
    llvm::Expected<RunCost> Run = lowerRun(Plan, Step, nullptr);
    return Run ? "no error" : llvm::toString(Run.takeError());
  };
  EXPECT_EQ(failure({0, 1, 1}), "a run needs at least one sample");
  EXPECT_EQ(failure({1, 0, 1}), "a run needs a batch of at least one sample");
  EXPECT_EQ(failure({1, 1, 0}), "a run needs at least one epoch");
  EXPECT_EQ(failure({11, 10, 1}),
            "the last batch of 1 samples was not counted");
  int64_t Most = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(failure({Most, 1, Most}),
            "the total of the run does not fit 128 bits; plan fewer samples or "
            "epochs");
  EXPECT_EQ((RunPlan{Most, 2, 1}.stepsPerEpoch()), Most / 2 + 1);
}

} // namespace
