//===- LinearShapesTest.cpp - nonsense given to linear operators ----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Random operands of any rank, absent ones, too many, and attributes of any
/// value: a shape function refuses, or the counting rules give a valid count.
///
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include <gtest/gtest.h>

using namespace toscount;
using namespace toscount::oracle;

namespace {

TEST(LinearShapes, NonsenseIsRefusedOrCounted) {
  OpRegistry Registry;
  std::mt19937 Rng(11);
  const char *Ops[] = {"Conv",         "ConvTranspose",  "Gemm",
                       "MatMul",       "Einsum",         "Attention",
                       "RoiAlign",     "MaxUnpool",      "MaxPool",
                       "GlobalLpPool", "LpPool",         "AveragePool",
                       "DeformConv",   "RotaryEmbedding"};
  const char *Equations[] = {
      "",     "->",      ",",      "ij,jk",  "...",         "....",
      "i..,", "...i->",  "i->ii",  "i->j",   "ij->",        "1,2->3",
      "->->", "...,...", " i , i", "i,i->i", "ij...,j->..."};
  const int64_t Values[] = {INT64_MIN, -1, 0, 1, 2, 3, 6, INT64_MAX};
  auto Any = [&] { return Values[pick(Rng, 0, std::size(Values) - 1)]; };
  unsigned Counted = 0;
  for (int Round = 0; Round < 60000; ++Round) {
    NodeCase C;
    C.Op = Ops[Round % std::size(Ops)];
    C.Opset = static_cast<int>(pick(Rng, 1, 24));
    int64_t Inputs = pick(Rng, 0, 6);
    int64_t Rank = pick(Rng, 0, 5);
    for (int64_t I = 0; I < Inputs; ++I) {
      if (pick(Rng, 0, 19) == 0)
        C.absent();
      else
        C.input(Rng,
                pickShape(Rng, pick(Rng, 0, 2) == 0 ? pick(Rng, 0, 5) : Rank,
                          pick(Rng, 0, 5) == 0 ? 0 : 1, 2));
    }
    C.NumOutputs = static_cast<unsigned>(pick(Rng, 1, 4));
    for (const char *Name :
         {"transA", "group", "q_num_heads", "kv_num_heads", "num_heads",
          "rotary_embedding_dim", "softmax_precision", "is_causal",
          "sampling_ratio", "output_height", "offset_group", "p",
          "qk_matmul_output_mode"})
      if (pick(Rng, 0, 3) == 0)
        C.set(Name, pick(Rng, 0, 3) == 0 ? Any() : pick(Rng, 1, 2));
    for (const char *Name : {"kernel_shape", "strides", "pads", "dilations"})
      if (pick(Rng, 0, 1) == 0) {
        std::vector<int64_t> V(pick(Rng, 0, 4));
        for (int64_t &N : V)
          N = pick(Rng, 0, 9) == 0 ? Any() : pick(Rng, 1, 2);
        C.set(Name, V);
      }
    C.set("equation", Equations[pick(Rng, 0, std::size(Equations) - 1)]);
    std::string Problem;
    auto Case = makeCase(C, Registry, {}, Problem);
    if (!Case)
      continue;
    OpInstance Op = Case->instance();
    bool Needs[8] = {};
    bool Has[4] = {};
    for (unsigned I = 0; I < Op.numInputs(); ++I)
      Needs[I] = Op.hasInput(I) && contains(Case->Row->Differentiable, I);
    for (unsigned O = 0; O < Op.numOutputs(); ++O) {
      ASSERT_TRUE(!Op.hasOutput(O) || O > 0 || Op.output(O).HasShape) << C.Op;
      Has[O] = O == 0 || (C.Op == "Attention" && pick(Rng, 0, 1) == 0);
    }
    Work W(computeType(Op));
    if (Case->Row->Forward != nullptr)
      Case->Row->Forward(Op, W);
    GradWork G(computeType(Op), llvm::ArrayRef(Needs, Op.numInputs()),
               llvm::ArrayRef(Has, Op.numOutputs()));
    Case->Row->Backward(Op, G);
    std::string Shapes;
    for (unsigned I = 0; I < Op.numInputs(); ++I)
      Shapes += Op.hasInput(I) ? toString(Op.inShape(I)) : " absent";
    // LpPool's p may be as large as it likes.
    EXPECT_TRUE((W.valid() && G.valid()) || Op.hasAttr("p")) << C.Op << Shapes;
    ++Counted;
  }
  EXPECT_GT(Counted, 500U);
}

} // namespace
