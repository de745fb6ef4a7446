//===- Ranking.cpp - largest and smallest elements ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// ArgMax, ArgMin and TopK. What a sort compares depends on the data; counted
/// is selection, which does not: the best of n elements by n-1 comparisons,
/// the next best of the n-1 others by n-2, and so on.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "Rows.h"

using namespace llvm;

namespace toscount {
namespace {

Error shapeArg(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  ShapeRef Dims = C.inShape(0);
  Expected<size_t> Axis = C.checkedAxis(C.attrInt("axis", 0), Dims.size());
  if (!Axis)
    return Axis.takeError();
  Shape Result(Dims.begin(), Dims.end());
  if (C.attrInt("keepdims", 1) != 0)
    Result[*Axis] = 1;
  else
    Result.erase(Result.begin() + *Axis);
  return C.setOutput(0, ElementType::Int64, Result);
}

/// Position of the largest (smallest) element of each row.
template <bool Largest> Error foldArg(ShapeContext &C) {
  const Constant *Data = C.contents(0);
  if (Data == nullptr || Data->size() == 0 || !Data->Strings.empty() ||
      Data->Type == ElementType::UInt64 || !(C.inSize(0) == Data->size()))
    return Error::success();
  ShapeRef Dims = C.inShape(0);
  size_t Axis = OpInstance::axis(C.attrInt("axis", 0), Dims.size());
  auto Length = static_cast<size_t>(Dims[Axis]);
  size_t Stride = elements(Dims.drop_front(Axis + 1)).value();
  bool Last = C.attrInt("select_last_index", 0) != 0;
  auto Less = [&](size_t A, size_t B) {
    return Data->Floats.empty() ? Data->Ints[A] < Data->Ints[B]
                                : Data->Floats[A] < Data->Floats[B];
  };
  std::vector<int64_t> Out;
  for (size_t Start = 0; Start < Data->size(); ++Start) {
    if (Start / Stride % Length != 0)
      continue;
    size_t Best = 0;
    for (size_t K = 1; K < Length; ++K) {
      size_t Old = Start + Best * Stride;
      size_t New = Start + K * Stride;
      bool Better = Largest ? Less(Old, New) : Less(New, Old);
      bool Worse = Largest ? Less(New, Old) : Less(Old, New);
      if (Better || (Last && !Worse))
        Best = K;
    }
    Out.push_back(static_cast<int64_t>(Best));
  }
  C.setContents(0, ArrayRef<int64_t>(Out));
  return Error::success();
}

void forwardArg(const OpInstance &Op, Work &W) {
  ShapeRef Dims = Op.inShape(0);
  Rows R =
      Rows::along(Dims, OpInstance::axis(Op.attrInt("axis", 0), Dims.size()));
  W.maxima(R.Number, R.Length, "comparisons along each row");
}

// -- TopK.

/// How many are selected: an attribute first, an operand since opset 10.
Expected<int64_t> selected(const ShapeContext &C) {
  if (C.opset() < 10) {
    if (!C.hasAttr("k"))
      return C.fail("attribute k is missing");
    return C.attrInt("k", 0);
  }
  Expected<ArrayRef<int64_t>> K = C.integers(1, "number of elements K");
  if (!K)
    return K.takeError();
  if (K->size() != 1)
    return C.fail("its K has " + Twine(K->size()) +
                  " elements, but must be one number");
  return K->front();
}

Error shapeTopK(ShapeContext &C) {
  unsigned Operands = C.opset() < 10 ? 1 : 2;
  if (Error E = C.expectInputs(Operands, Operands))
    return E;
  ShapeRef Dims = C.inShape(0);
  Expected<size_t> Axis = C.checkedAxis(C.attrInt("axis", -1), Dims.size());
  if (!Axis)
    return Axis.takeError();
  Expected<int64_t> K = selected(C);
  if (!K)
    return K.takeError();
  if (*K < 0 || *K > Dims[*Axis])
    return C.fail("K is " + Twine(*K) + ", but dimension " + Twine(*Axis) +
                  " has " + Twine(Dims[*Axis]) + " elements");
  Shape Result(Dims.begin(), Dims.end());
  Result[*Axis] = *K;
  if (Error E = C.setOutput(0, C.inType(0), Result))
    return E;
  return C.setOutput(1, ElementType::Int64, Result);
}

void forwardTopK(const OpInstance &Op, Work &W) {
  ShapeRef Dims = Op.inShape(0);
  size_t Axis = OpInstance::axis(Op.attrInt("axis", -1), Dims.size());
  ShapeRef Selected = Op.outShape(Op.hasOutput(0) ? 0 : 1);
  Rows R = Rows::along(Dims, Axis);
  Count K =
      W.let("k", R.Length == 0 ? 0 : Selected[Axis], "selected elements a row");
  if (K == 0)
    return;
  W.cmp(R.Number * (K * (R.Length - 1) - K * (K - 1) / 2),
        "selection: n-1, n-2, ..., n-k comparisons a row");
}

/// The gradients are put back where the values came from; each place is
/// written once, so nothing is added.
void backwardTopK(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0) || !G.hasGrad(0))
    return;
  if (Op.hasOutput(1))
    G.savesOutput(1);
  else
    G.savesHidden(ElementType::Int64, Op.outSize(0));
}

constexpr OpInfo Table[] = {
    {.Name = "ArgMax",
     .Types = "fi",
     .Shape = shapeArg,
     .Fold = foldArg<true>,
     .Forward = forwardArg,
     .ForwardDoc = "position of the largest of n elements along axis: cmp n-1"},
    {.Name = "ArgMin",
     .Types = "fi",
     .Shape = shapeArg,
     .Fold = foldArg<false>,
     .Forward = forwardArg,
     .ForwardDoc =
         "position of the smallest of n elements along axis: cmp n-1"},
    {.Name = "TopK",
     .Types = "fi i",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeTopK,
     .Forward = forwardTopK,
     .Backward = backwardTopK,
     .ForwardDoc = "selects the k best of n elements along axis one after the "
                   "other: cmp (n-1) + (n-2) + ... + (n-k) a row",
     .BackwardDoc = "the values' gradient is put back at their indices: no "
                    "operation; reads the indices"},
};

} // namespace

ArrayRef<OpInfo> rankingOps() { return Table; }

} // namespace toscount
