//===- WindowTest.cpp - windows: counts by closed form, hostile sizes
//------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The counts of Window.h against enumeration, attributes that make no sense,
/// and the oracle again for every operator with windows, with
/// --skip-padding-taps.
///
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include "../../../lib/Ops/Window.h"

#include <gtest/gtest.h>

#include <set>

using namespace toscount;
using namespace toscount::oracle;

namespace {

TEST(OracleSkippedTaps, ClosedFormEqualsExecution) {
  OpRegistry Registry;
  for (const char *Op :
       {"Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool"}) {
    const Reference *R = findReference("", Op);
    if (R == nullptr)
      continue;
    for (size_t Kind = 0; Kind < R->Cases.size(); ++Kind)
      for (int Round = 0; Round < 25; ++Round) {
        std::mt19937 Rng(1000 * Kind + Round);
        NodeCase C = R->Cases[Kind](Rng);
        std::string Problem;
        auto Case =
            makeCase(C, Registry, {Convention::Exact, true, true}, Problem);
        ASSERT_TRUE(Case) << Op << " round " << Round << ": " << Problem;
        ASSERT_EQ(compare(*R, *Case, Rng), "") << Op << " round " << Round;
      }
  }
}

/// One axis, pair by pair.
WindowCounts enumerate(const WindowAxis &A, bool Skip) {
  std::set<int64_t> Outs, Taps, Positions;
  uint64_t Pairs = 0;
  for (int64_t O = 0; O < A.Out; ++O)
    for (int64_t T = 0; T < A.Kernel; ++T) {
      int64_t P = O * A.Stride + T * A.Dilation - A.PadBegin;
      if (Skip && (P < 0 || P >= A.In))
        continue;
      ++Pairs;
      Outs.insert(O);
      Taps.insert(T);
      Positions.insert(P);
    }
  return {Pairs, Outs.size(), Taps.size(), Positions.size()};
}

TEST(Windows, CountsEqualEnumeration) {
  std::mt19937 Rng(7);
  for (int Round = 0; Round < 20000; ++Round) {
    WindowAxis A;
    A.In = pick(Rng, 1, 9);
    A.Out = pick(Rng, 1, 9);
    A.Kernel = pick(Rng, 1, 6);
    A.Stride = pick(Rng, 1, 7);
    A.Dilation = pick(Rng, 1, 12);
    A.PadBegin = pick(Rng, 0, 12);
    for (bool Skip : {false, true}) {
      WindowCounts Got = countWindows(A, Skip);
      WindowCounts Expected = enumerate(A, Skip);
      ASSERT_TRUE(Got.Pairs == Expected.Pairs &&
                  Got.Windows == Expected.Windows &&
                  Got.Taps == Expected.Taps && Got.Reached == Expected.Reached)
          << "in " << A.In << " out " << A.Out << " kernel " << A.Kernel
          << " stride " << A.Stride << " dilation " << A.Dilation << " pad "
          << A.PadBegin << (Skip ? ", skipping" : "");
    }
  }
}

/// Sizes at the limits are counted or reported, at once.
TEST(Windows, HugeSizesAreCounted) {
  WindowAxis A;
  A.In = int64_t(1) << 40;
  A.Out = A.In - 2;
  A.Kernel = 3;
  EXPECT_EQ(countWindows(A, true).Pairs, Count(3) * A.Out);
  A.PadBegin = 1;
  A.Out = A.In;
  EXPECT_EQ(countWindows(A, true).Pairs, Count(3) * A.Out - 2);
  EXPECT_EQ(countWindows(A, true).Reached, Count(A.In));
  A.In = A.Out = int64_t(1) << 61;
  A.Kernel = int64_t(1) << 61;
  EXPECT_FALSE(countWindows(A, false).Pairs.valid());
  EXPECT_FALSE(countWindows(A, true).Pairs.valid());
}

/// Every attribute of every window operator at extreme values: an error or a
/// shape, never a crash.
TEST(Windows, ExtremeAttributes) {
  OpRegistry Registry;
  const int64_t Values[] = {INT64_MIN,
                            INT64_MIN + 1,
                            -1,
                            0,
                            1,
                            2,
                            5,
                            int64_t(1) << 31,
                            int64_t(1) << 61,
                            int64_t(1) << 62,
                            INT64_MAX - 1,
                            INT64_MAX};
  std::mt19937 Rng(3);
  auto Any = [&] { return Values[pick(Rng, 0, std::size(Values) - 1)]; };
  for (int Round = 0; Round < 20000; ++Round) {
    NodeCase C;
    const char *Ops[] = {"Conv",   "ConvTranspose", "MaxPool",
                         "LpPool", "AveragePool",   "MaxUnpool"};
    C.Op = Ops[pick(Rng, 0, 5)];
    C.Opset = static_cast<int>(pick(Rng, 1, 22));
    C.input(Rng, {1, 1, pick(Rng, 0, 5)});
    std::vector<int64_t> Kernel = {pick(Rng, 0, 1) == 0 ? 2 : Any()};
    if (C.Op[0] == 'C')
      C.input(Rng, {1, 1, 2});
    if (C.Op == "MaxUnpool")
      C.indices(C.Inputs[0].Data.Dims, std::vector<int64_t>(5, 0));
    if (C.Op[0] != 'C' || pick(Rng, 0, 3) == 0)
      C.set("kernel_shape", Kernel);
    for (const char *Name :
         {"strides", "dilations", "output_padding", "output_shape"})
      if (pick(Rng, 0, 2) == 0)
        C.set(Name, std::vector<int64_t>(pick(Rng, 0, 9) == 0 ? 2 : 1, Any()));
    if (pick(Rng, 0, 1) == 0)
      C.set("pads", std::vector<int64_t>{Any(), Any()});
    for (const char *Name : {"group", "ceil_mode", "p", "storage_order"})
      if (pick(Rng, 0, 4) == 0)
        C.set(Name, Any());
    if (pick(Rng, 0, 3) == 0) {
      const char *Pads[] = {"SAME_UPPER", "SAME_LOWER", "VALID", "OTHER"};
      C.set("auto_pad", Pads[pick(Rng, 0, 3)]);
    }
    for (bool Skip : {false, true}) {
      std::string Problem;
      auto Case =
          makeCase(C, Registry, {Convention::Exact, true, Skip}, Problem);
      if (!Case || Case->Row->Forward == nullptr)
        continue;
      OpInstance Op = Case->instance();
      Work W(computeType(Op));
      Case->Row->Forward(Op, W);
      bool Needs[] = {true, C.Op[0] == 'C'};
      bool Has[] = {true};
      GradWork G(computeType(Op), llvm::ArrayRef<bool>(Needs, Op.numInputs()),
                 Has);
      Case->Row->Backward(Op, G);
    }
  }
}

} // namespace
