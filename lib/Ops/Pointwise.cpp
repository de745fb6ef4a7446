//===- Pointwise.cpp - rules that cost the same for every element ---------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Pointwise.h"

using namespace llvm;

namespace toscount {

void countEach(Work &W, Count N, const EachCost &Cost) {
  constexpr StringLiteral Why = "for each element";
  auto Some = [&](unsigned Each, auto Say) {
    if (Each != 0)
      Say(N * Each);
  };
  Some(Cost.Add, [&](Count C) { W.add(C, Why); });
  Some(Cost.Sub, [&](Count C) { W.sub(C, Why); });
  Some(Cost.Mul, [&](Count C) { W.mul(C, Why); });
  Some(Cost.Div, [&](Count C) { W.div(C, Why); });
  Some(Cost.Cmp, [&](Count C) { W.cmp(C, Why); });
  const std::pair<unsigned, Elementary> Functions[] = {
      {Cost.Exp, Elementary::Exp},   {Cost.Log, Elementary::Log},
      {Cost.Sqrt, Elementary::Sqrt}, {Cost.Pow, Elementary::Pow},
      {Cost.Erf, Elementary::Erf},   {Cost.Sin, Elementary::Sin},
      {Cost.Cos, Elementary::Cos},   {Cost.Asin, Elementary::Asin},
      {Cost.Acos, Elementary::Acos}, {Cost.Atan, Elementary::Atan}};
  for (auto [Each, Function] : Functions)
    Some(Each, [&](Count C) { W.root(Function, C, Why); });
}

void countEachBackward(const OpInstance &Op, GradWork &G,
                       const EachCost &Cost) {
  if (!G.needs(0))
    return;
  Count N = Op.inSize(0);
  if (Cost.SavesInput)
    G.savesInput(0);
  if (Cost.SavesOutput)
    G.savesOutput(0);
  if (Cost.Hidden != 0)
    G.savesHidden(G.type(), N * Cost.Hidden);
  countEach(G, N, Cost);
}

void sumBackOperand(const OpInstance &Op, GradWork &G, unsigned I) {
  G.broadcastSum(I, Op.outSize(0), Op.inSize(I));
}

} // namespace toscount
