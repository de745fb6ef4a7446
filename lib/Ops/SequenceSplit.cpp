//===- SequenceSplit.cpp - SplitToSequence and ConcatFromSequence ---------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Sequence.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {

using ValueList = Expander::ValueList;

static Attribute intAttr(StringRef Name, int64_t V) {
  Attribute A;
  A.Name = Name;
  A.Kind = AttributeKind::Int;
  A.Int = V;
  return A;
}

/// Sizes of the parts that SplitToSequence makes of an axis of \p Dim.
static Expected<SmallVector<int64_t>>
partSizes(const OpInstance &Op, const Expander &E, int64_t Dim) {
  ValueId V = operand(Op, 1);
  if (V == NoId) {
    if (Dim > static_cast<int64_t>(MaxSequenceItems))
      return makeError("it would make " + Twine(Dim) +
                       " tensors, but at most " + Twine(MaxSequenceItems) +
                       " are counted");
    return SmallVector<int64_t>(static_cast<size_t>(Dim), 1);
  }
  const Value &Split = E.value(V);
  if (E.items(V) != nullptr || !isInteger(Split.Type) || Split.Dims.size() > 1)
    return makeError("its split sizes (operand 1 " + nameOf(E, V) +
                     ") must be a number or a list of integers");
  if (Split.Contents == nullptr ||
      elements(Split.Dims) != Split.Contents->Ints.size())
    return makeError("its split sizes (operand 1 " + nameOf(E, V) +
                     ") are only known when the network runs; give them with "
                     "--assume " +
                     printable(Split.Name) + "=SIZE" +
                     (Split.Dims.empty() ? "" : ",SIZE..."));
  ArrayRef<int64_t> Given = Split.Contents->Ints;
  if (!Split.Dims.empty()) {
    Count Total = 0;
    for (int64_t Size : Given) {
      if (Size < 0)
        return makeError("the split size " + Twine(Size) + " is negative");
      Total += Size;
    }
    if (!Total.valid() || Total != Count(Dim))
      return makeError("the split sizes " + toString(Given) +
                       " do not add up to the dimension " + Twine(Dim));
    return SmallVector<int64_t>(Given);
  }
  if (Given[0] < 1)
    return makeError("the split size " + Twine(Given[0]) + " is not positive");
  int64_t Parts = Dim / Given[0] + (Dim % Given[0] != 0 ? 1 : 0);
  if (Parts > static_cast<int64_t>(MaxSequenceItems))
    return makeError("it would make " + Twine(Parts) +
                     " tensors, but at most " + Twine(MaxSequenceItems) +
                     " are counted");
  SmallVector<int64_t> Sizes(static_cast<size_t>(Parts), Given[0]);
  if (Dim % Given[0] != 0)
    Sizes.back() = Dim % Given[0];
  return Sizes;
}

Error expandSplitToSequence(const OpInstance &Op, Expander &E) {
  if (Error Failed = expectOperands(Op, 1, 2))
    return Failed;
  if (Error Failed = expectTensor(Op, E, 0, ElementType::Undefined))
    return Failed;
  ValueId V = operand(Op, 0);
  ShapeRef Dims = E.value(V).Dims;
  ElementType Type = E.value(V).Type;
  int64_t Axis = Op.attrInt("axis", 0);
  auto Rank = static_cast<int64_t>(Dims.size());
  if (Axis < -Rank || Axis >= Rank)
    return makeError("axis " + Twine(Axis) + " is outside a tensor of " +
                     Twine(Rank) + " dimensions");
  size_t At = OpInstance::axis(Axis, Dims.size());
  Expected<SmallVector<int64_t>> Sizes = partSizes(Op, E, Dims[At]);
  if (!Sizes)
    return Sizes.takeError();
  ItemList Made(ValueForm::Sequence, Type);
  if (Sizes->empty())
    return E.setItems(0, std::move(Made));
  Expected<ValueList> Parts =
      E.apply("Split", {V, E.constant(*Sizes, /*Scalar=*/false)},
              static_cast<unsigned>(Sizes->size()),
              intAttr("axis", static_cast<int64_t>(At)));
  if (!Parts)
    return Parts.takeError();
  bool Squeezes = !Op.hasInput(1) && Op.attrInt("keepdims", 1) == 0;
  ValueId AxisValue =
      Squeezes ? E.constant(static_cast<int64_t>(At), /*Scalar=*/false) : NoId;
  for (ValueId Part : *Parts) {
    if (!Squeezes) {
      Made.append(Part);
      continue;
    }
    Expected<ValueList> Slice = E.apply("Squeeze", {Part, AxisValue}, 1, {});
    if (!Slice)
      return Slice.takeError();
    Made.append(Slice->front());
  }
  return E.setItems(0, std::move(Made));
}

Error expandConcatFromSequence(const OpInstance &Op, Expander &E) {
  if (Error Failed = expectOperands(Op, 1, 1))
    return Failed;
  Expected<ItemList> Items = sequenceOperand(Op, E, 0);
  if (!Items)
    return Items.takeError();
  if (Items->size() == 0)
    return makeError("the sequence " + nameOf(E, operand(Op, 0)) +
                     " is empty; there is nothing to concatenate");
  if (!Op.hasAttr("axis"))
    return makeError("attribute 'axis' is missing");
  int64_t Axis = Op.attrInt("axis", 0);
  bool Stacks = Op.attrInt("new_axis", 0) != 0;
  auto Rank = static_cast<int64_t>(E.value(Items->items()[0]).Dims.size()) +
              (Stacks ? 1 : 0);
  if (Axis < -Rank || Axis >= Rank)
    return makeError("axis " + Twine(Axis) + " is outside a tensor of " +
                     Twine(Rank) + " dimensions");
  auto At =
      static_cast<int64_t>(OpInstance::axis(Axis, static_cast<size_t>(Rank)));
  ValueList Parts(Items->items());
  if (Stacks) {
    ValueId AxisValue = E.constant(At, /*Scalar=*/false);
    for (ValueId &Part : Parts) {
      Expected<ValueList> Row = E.apply("Unsqueeze", {Part, AxisValue}, 1, {});
      if (!Row)
        return Row.takeError();
      Part = Row->front();
    }
  }
  if (Parts.size() == 1)
    return E.finish(0, "Identity", Parts.front());
  Expected<ValueList> All = E.apply("Concat", Parts, 1, intAttr("axis", At));
  if (!All)
    return All.takeError();
  return E.finish(0, "Identity", All->front());
}

} // namespace toscount
