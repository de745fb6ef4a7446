//===- CostTable.cpp - counts lowered to transistor operations ------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Lowering/CostTable.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace toscount {
namespace {

/// Every single figure of a Cost; ByFunction comes besides.
constexpr WideCount Cost::*CostFigures[] = {
    &Cost::Macs,         &Cost::Flops,   &Cost::TOs,    &Cost::BytesRead,
    &Cost::BytesWritten, &Cost::Kernels, &Cost::Random, &Cost::Add,
    &Cost::Sub,          &Cost::Mul,     &Cost::Div,    &Cost::Root,
    &Cost::Cmp};

/// Complex numbers are pairs of floating ones, and rules count the parts.
bool countsAsFlop(ElementType Type) {
  return isFloating(Type) || Type == ElementType::Complex64 ||
         Type == ElementType::Complex128;
}

Error tooLarge(const Twine &What) {
  return makeError(What + " does not fit 128 bits; use a smaller batch or "
                          "smaller dimensions");
}

Error checkPlan(const RunPlan &Plan) {
  if (Plan.Samples < 1)
    return makeError("a run needs at least one sample");
  if (Plan.Batch < 1)
    return makeError("a run needs a batch of at least one sample");
  if (Plan.Epochs < 1)
    return makeError("a run needs at least one epoch");
  return Error::success();
}

} // namespace

Cost &Cost::operator+=(const Cost &B) {
  for (WideCount Cost::*Figure : CostFigures)
    this->*Figure += B.*Figure;
  for (unsigned F = 0; F < NumElementary; ++F)
    ByFunction[F] += B.ByFunction[F];
  return *this;
}

Cost Cost::scaled(WideCount Factor) const {
  Cost Result = *this;
  for (WideCount Cost::*Figure : CostFigures)
    Result.*Figure *= Factor;
  for (WideCount &F : Result.ByFunction)
    F *= Factor;
  return Result;
}

bool Cost::valid() const {
  return all_of(CostFigures,
                [&](WideCount Cost::*F) { return (this->*F).valid(); }) &&
         bytes().valid() &&
         all_of(ByFunction, [](WideCount F) { return F.valid(); });
}

bool Cost::empty() const {
  return all_of(CostFigures, [&](WideCount Cost::*F) { return this->*F == 0; });
}

Cost lower(const Work &W, const LoweringOptions &Options) {
  Cost C;
  C.Macs = W.Macs;
  C.BytesRead = W.BytesRead;
  C.BytesWritten = W.BytesWritten;
  C.Kernels = W.Kernels;
  C.Random = W.Random;
  for (unsigned F = 0; F < NumElementary; ++F)
    C.ByFunction[F] = W.ByFunction[F];
  for (const Work::TypedOps &Typed : W.Ops) {
    const BasicOps &O = Typed.Ops;
    C.Add += O.Add;
    C.Sub += O.Sub;
    C.Mul += O.Mul;
    C.Div += O.Div;
    C.Root += O.Root;
    C.Cmp += O.Cmp;
    if (countsAsFlop(Typed.Type)) {
      C.Flops += WideCount(O.Add) + O.Sub + O.Mul + O.Div + O.Root;
      if (Options.FlopsIncludeCmp)
        C.Flops += O.Cmp;
    }
    OpPrices P = Options.Alu.prices(Typed.Type);
    // Integer products are accumulated by the type their rule says.
    uint64_t DotAdd = Options.Accumulate && isFloating(Typed.Type)
                          ? Options.Alu.prices(*Options.Accumulate).Add
                          : P.Add;
    C.TOs += WideCount(O.Add - O.DotAdd) * P.Add + WideCount(O.DotAdd) * DotAdd;
    C.TOs += WideCount(O.Sub) * P.Sub + WideCount(O.Mul) * P.Mul;
    C.TOs += WideCount(O.Div) * P.Div + WideCount(O.Root) * P.Root;
    C.TOs += WideCount(O.Cmp) * P.Cmp;
  }
  return C;
}

LayerCost &LayerCost::operator+=(const LayerCost &B) {
  for (unsigned P = 0; P < NumPhases; ++P)
    Phases[P] += B.Phases[P];
  All += B.All;
  return *this;
}

LayerCost lower(const LayerCounts &Layer, const LoweringOptions &Options) {
  LayerCost L;
  for (unsigned P = 0; P < NumPhases; ++P) {
    if (!Layer.Phases.has(P))
      continue;
    L.Phases[P] = lower(Layer.Phases.get(P), Options);
    L.All += L.Phases[P];
  }
  return L;
}

LayerCost CostTable::layer(size_t I) const {
  return lower(Counts->Layers[I], Options);
}

Expected<CostTable> lower(const ModelCounts &Counts,
                          const LoweringOptions &Options) {
  CostTable Table;
  Table.Counts = &Counts;
  Table.Options = Options;
  for (const LayerCounts &Layer : Counts.Layers) {
    for (unsigned P = 0; P < NumPhases; ++P) {
      if (!Layer.Phases.has(P))
        continue;
      Cost C = lower(Layer.Phases.get(P), Options);
      Table.Phases[P] += C;
      Table.All += C;
    }
    if (!Table.All.valid()) {
      std::string Name = "node '" + printable(Layer.Name) + "'";
      if (!Layer.Op.empty())
        Name += " (" + printable(Layer.Op) + ")";
      return tooLarge(Name + ": the total up to here");
    }
  }
  return Table;
}

Expected<RunCost> lowerRun(const RunPlan &Plan, const CostTable &Step,
                           const CostTable *Last) {
  if (Error E = checkPlan(Plan))
    return E;
  bool Remainder = Plan.Samples % Plan.Batch != 0;
  if (Remainder && Last == nullptr)
    return makeError("the last batch of " + Twine(Plan.Samples % Plan.Batch) +
                     " samples was not counted");
  RunCost Run;
  Run.Plan = Plan;
  WideCount FullSteps = WideCount(Plan.Samples / Plan.Batch) * Plan.Epochs;
  for (unsigned P = 0; P < NumPhases; ++P) {
    Run.Phases[P] = Step.Phases[P].scaled(FullSteps);
    if (Remainder)
      Run.Phases[P] += Last->Phases[P].scaled(Plan.Epochs);
    Run.All += Run.Phases[P];
  }
  if (!Run.All.valid())
    return makeError("the total of the run does not fit 128 bits; plan fewer "
                     "samples or epochs");
  return Run;
}

} // namespace toscount
