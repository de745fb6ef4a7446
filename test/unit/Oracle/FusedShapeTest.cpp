//===- FusedShapeTest.cpp - nonsense given to fused operators -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Good cases with operands left out, shapes, types and attributes changed:
/// whatever a shape function does not refuse, the rules must count.
///
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include <gtest/gtest.h>

using namespace toscount;
using namespace toscount::oracle;

namespace {

constexpr int64_t Extremes[] = {
    0, 1, 2, 3, 7, 1 << 20, int64_t(1) << 40, INT64_MAX / 2, INT64_MAX};

int64_t extreme(std::mt19937 &Rng) {
  return Extremes[pick(Rng, 0, std::size(Extremes) - 1)];
}

/// Only the shape is looked at; its elements need not exist.
void reshape(Operand &O, Shape Dims) {
  Count Bits = elements(Dims) * 64;
  if (!Bits.valid() || Bits > Count(INT64_MAX))
    return;
  O.Data.Dims = std::move(Dims);
  O.Data.Data.clear();
  O.Known = false;
}

void change(std::mt19937 &Rng, Operand &O) {
  Shape Dims = O.Data.Dims;
  switch (pick(Rng, 0, 4)) {
  case 0:
    O.Absent = true;
    return;
  case 1:
    O.Data.Type =
        pick(Rng, 0, 1) == 0 ? ElementType::Int8 : ElementType::Float16;
    return;
  case 2:
    Dims.insert(Dims.begin() + pick(Rng, 0, Dims.size()), extreme(Rng));
    break;
  case 3:
    if (!Dims.empty())
      Dims.erase(Dims.begin() + pick(Rng, 0, Dims.size() - 1));
    break;
  default:
    if (!Dims.empty())
      Dims[pick(Rng, 0, Dims.size() - 1)] = extreme(Rng);
  }
  reshape(O, Dims);
}

void change(std::mt19937 &Rng, NodeCase::Attr &A) {
  int64_t Sign = pick(Rng, 0, 2) == 0 ? -1 : 1;
  A.Int = Sign == -1 && pick(Rng, 0, 3) == 0 ? INT64_MIN : Sign * extreme(Rng);
  A.Float = pick(Rng, 0, 1) == 0 ? 0 : -1e300;
  A.String = "nonsense";
  if (!A.Ints.empty() && pick(Rng, 0, 1) == 0)
    A.Ints.pop_back();
  else if (!A.Ints.empty())
    A.Ints[pick(Rng, 0, A.Ints.size() - 1)] = Sign * extreme(Rng);
  if (!A.Floats.empty())
    A.Floats.pop_back();
}

TEST(FusedShape, NonsenseIsRefusedOrCounted) {
  OpRegistry Registry;
  unsigned Refused = 0, Counted = 0;
  for (const Reference &R : references()) {
    if (R.Domain != "com.microsoft")
      continue;
    std::mt19937 Rng(7);
    for (int Round = 0; Round < 300; ++Round) {
      NodeCase C = R.Cases[pick(Rng, 0, R.Cases.size() - 1)](Rng);
      for (int64_t N = pick(Rng, 1, 3); N > 0; --N) {
        if (!C.Attributes.empty() && pick(Rng, 0, 2) == 0)
          change(Rng, C.Attributes[pick(Rng, 0, C.Attributes.size() - 1)]);
        else
          change(Rng, C.Inputs[pick(Rng, 0, C.Inputs.size() - 1)]);
      }
      if (pick(Rng, 0, 5) == 0)
        C.Inputs.pop_back();
      if (pick(Rng, 0, 5) == 0)
        C.NumOutputs += 1;
      std::string Problem;
      RuleSettings Settings;
      auto Case = makeCase(C, Registry, Settings, Problem);
      if (!Case) {
        EXPECT_NE(Problem, "") << R.Op;
        ++Refused;
        continue;
      }
      OpInstance Op = Case->instance();
      Work W(computeType(Op));
      if (Case->Row->Forward != nullptr)
        Case->Row->Forward(Op, W);
      std::vector<char> Yes(32, 1);
      llvm::ArrayRef<bool> All(reinterpret_cast<bool *>(Yes.data()), 32);
      GradWork G(computeType(Op), All.take_front(Op.numInputs()),
                 All.take_front(Op.numOutputs()));
      if (Case->Row->Backward != nullptr)
        Case->Row->Backward(Op, G);
      ++Counted;
    }
  }
  EXPECT_GT(Refused, 1000U);
  EXPECT_GT(Counted, 1000U);
}

} // namespace
