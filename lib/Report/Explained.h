//===- Explained.h - an explanation, gathered -----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_REPORT_EXPLAINED_H
#define TOSCOUNT_LIB_REPORT_EXPLAINED_H

#include "toscount/Report/Explain.h"

namespace toscount {

/// One phase of the layer.
struct ExplainedPhase {
  Phase Which = Phase::Forward;
  llvm::StringRef Doc; ///< What the rule counts; may be empty.
  const Trace *Steps = nullptr;
  Work Counted;
  Cost Lowered;
};

/// One kind of operation of a phase, priced.
struct PricedOps {
  llvm::StringRef What; ///< "add"...
  ElementType Type;
  WideCount Number;
  uint64_t Price;
};

struct Explained {
  const LayerCounts *Layer = nullptr;
  const Node *Source = nullptr; ///< Null for the loss.
  const OpInfo *Row = nullptr;
  std::vector<ExplainedPhase> Phases;
};

/// Gathers what \p E refers to.
llvm::Expected<Explained> gatherExplanation(const Explanation &E);

/// The operations of \p W, each at its type and price.
std::vector<PricedOps> pricedOps(const Work &W, const LoweringOptions &Options);

void writeExplanationJson(llvm::raw_ostream &OS, const Explained &X,
                          const CostTable &Table);

} // namespace toscount

#endif // TOSCOUNT_LIB_REPORT_EXPLAINED_H
