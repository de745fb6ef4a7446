//===- Indexing.cpp - gathering and scattering ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Operators that move elements chosen by indices, and those whose result's
/// size depends on contents (they have a size only when folded).
///
//===----------------------------------------------------------------------===//

#include "Indexing.h"
#include "Families.h"

using namespace llvm;

namespace toscount {
namespace {

void readSelected(const OpInstance &Op, Work &W) { W.reads(0, Op.outSize(0)); }

/// Scatter-add into zeros of the operand's size.
void backwardGather(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  G.savesInput(1);
  G.add(Op.outSize(0), "each gathered element's gradient is added in place");
}

void forwardScatter(const OpInstance &Op, Work &W) {
  StringRef Reduction = Op.attrString("reduction", "none");
  Count N = Op.inSize(2);
  if (Reduction == "add")
    W.add(N, "each update is added");
  else if (Reduction == "mul")
    W.mul(N, "each update is multiplied");
  else if (Reduction == "min" || Reduction == "max")
    W.cmp(N, "each update is compared");
}

void backwardScatter(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0) && !G.needs(2))
    return;
  StringRef Reduction = Op.attrString("reduction", "none");
  Count N = Op.inSize(2);
  if (Reduction == "add") {
    if (G.needs(0))
      G.alias(0);
    if (G.needs(2))
      G.savesInput(1);
    return;
  }
  G.savesInput(1);
  if (Reduction == "mul") {
    G.savesInput(2);
    G.mul(N, "each update multiplies the gradient of what it updated");
    if (G.needs(2)) {
      G.savesHidden(Op.inType(0), N);
      G.mul(N, "each update's gradient: the gradient times what it updated");
    }
  } else if (Reduction != "none") {
    G.savesInput(2);
    G.savesHidden(Op.inType(0), N);
    G.cmp(N, "whether the update won");
  }
}

constexpr StringLiteral GatherDoc =
    "movement: 0 BOs; reads the indices and only the selected elements";
constexpr StringLiteral GatherBackDoc =
    "scatter-add into zeros of the operand's size: add = gathered elements";
constexpr StringLiteral ScatterDoc =
    "reduction none: 0 BOs; add, mul, min, max: one add, mul or cmp for each "
    "update";
constexpr StringLiteral ScatterBackDoc =
    "none, add: 0 BOs (moved); mul: one mul for each update, and one more for "
    "the updates' gradient; min, max: one cmp for each update";

constexpr OpInfo Rows[] = {
    {.Name = "Gather",
     .Kind = OpKind::Move,
     .Types = "* i",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeGather,
     .Fold = foldGather,
     .Forward = readSelected,
     .Backward = backwardGather,
     .ForwardDoc = GatherDoc,
     .BackwardDoc = GatherBackDoc},
    {.Name = "GatherElements",
     .Since = 11,
     .Kind = OpKind::Move,
     .Types = "* i",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeGatherElements,
     .Fold = foldGatherElements,
     .Forward = readSelected,
     .Backward = backwardGather,
     .ForwardDoc = GatherDoc,
     .BackwardDoc = GatherBackDoc},
    {.Name = "GatherND",
     .Since = 11,
     .Kind = OpKind::Move,
     .Types = "* i",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeGatherND,
     .Fold = foldGatherND,
     .Forward = readSelected,
     .Backward = backwardGather,
     .ForwardDoc = GatherDoc,
     .BackwardDoc = GatherBackDoc},
    {.Name = "Scatter",
     .Since = 9,
     .Types = "T* i T*",
     .Differentiable = operands(0, 2),
     .Grad = Gradient::Rule,
     .Shape = shapeScatterElements,
     .Fold = foldScatterElements,
     .Forward = forwardScatter,
     .Backward = backwardScatter,
     .ForwardDoc = ScatterDoc,
     .BackwardDoc = ScatterBackDoc},
    {.Name = "ScatterElements",
     .Since = 11,
     .Types = "T* i T*",
     .Differentiable = operands(0, 2),
     .Grad = Gradient::Rule,
     .Shape = shapeScatterElements,
     .Fold = foldScatterElements,
     .Forward = forwardScatter,
     .Backward = backwardScatter,
     .ForwardDoc = ScatterDoc,
     .BackwardDoc = ScatterBackDoc},
    {.Name = "ScatterND",
     .Since = 11,
     .Types = "T* i T*",
     .Differentiable = operands(0, 2),
     .Grad = Gradient::Rule,
     .Shape = shapeScatterND,
     .Fold = foldScatterND,
     .Forward = forwardScatter,
     .Backward = backwardScatter,
     .ForwardDoc = ScatterDoc,
     .BackwardDoc = ScatterBackDoc},
    {.Name = "Compress",
     .Since = 9,
     .Kind = OpKind::Move,
     .Types = "* b",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeCompress,
     .Fold = foldCompress,
     .Forward = readSelected,
     .ForwardDoc = "movement: 0 BOs; reads only the kept elements; its "
                   "condition must be known",
     .BackwardDoc = "the gradient is moved into zeros of the operand's size: "
                    "0 BOs"},
    {.Name = "NonZero",
     .Since = 9,
     .Kind = OpKind::Move,
     .Shape = shapeNonZero,
     .Fold = foldNonZero,
     .ForwardDoc = "only of known contents, and then free"},
    {.Name = "Unique",
     .Since = 11,
     .Kind = OpKind::Move,
     .Shape = shapeUnique,
     .Fold = foldUnique,
     .ForwardDoc = "only of known contents, and then free"},
};

} // namespace

ArrayRef<OpInfo> indexingOps() { return Rows; }

} // namespace toscount
