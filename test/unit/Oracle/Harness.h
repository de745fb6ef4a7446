//===- Harness.h - a case made into a node and executed -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TEST_ORACLE_HARNESS_H
#define TOSCOUNT_TEST_ORACLE_HARNESS_H

#include "Reference.h"

#include "toscount/Ops/OpRegistry.h"

#include <memory>

namespace toscount::oracle {

/// A NodeCase as a one-node model whose shapes the operator's own shape
/// function has inferred.
struct CaseModel {
  std::shared_ptr<Model> M;
  RuleSettings Settings;
  const OpInfo *Row = nullptr;
  std::vector<Tensor> In;

  [[nodiscard]] const Node &node() const { return M->Main->Nodes.front(); }
  [[nodiscard]] OpInstance instance() const {
    return OpInstance(*M, node(), Settings);
  }
};

/// Null, with \p Problem set, when the operator has no row or its shape
/// function refuses the case.
std::unique_ptr<CaseModel> makeCase(const NodeCase &C,
                                    const OpRegistry &Registry,
                                    const RuleSettings &Settings,
                                    std::string &Problem);

/// The type that operations of \p N count at unless its rule says otherwise.
/// (As the counting pass decides it.)
ElementType computeType(const OpInstance &Op);

/// Runs \p R's forward on \p C; Out gets tensors of the inferred shapes.
Executed runForward(const Reference &R, const CaseModel &C,
                    std::vector<Tensor> &Out, Saved &Save);

/// Runs \p R's backward with random arriving gradients \p DOut.
Executed runBackward(const Reference &R, const CaseModel &C,
                     llvm::ArrayRef<Tensor> Out, const Saved &Save,
                     llvm::ArrayRef<Tensor> DOut, llvm::ArrayRef<bool> Needs,
                     std::vector<Tensor> &DIn);

/// Compares the closed forms of \p C's row with what \p R executes, forward
/// and, for every subset of the differentiable operands, backward; the
/// gradients with central differences of the reference itself. Returns a
/// description of the first difference, or an empty string.
std::string compare(const Reference &R, const CaseModel &C, std::mt19937 &Rng);

} // namespace toscount::oracle

#endif // TOSCOUNT_TEST_ORACLE_HARNESS_H
