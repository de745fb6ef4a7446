//===- Sequence.cpp - sequences and optionals -----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A sequence is a list of tensors, and which ones is known while shapes are
/// inferred: what makes, changes and reads sequences is expanded to the plain
/// nodes that are left, Split, Concat and views. Gradients flow through these.
/// An index that only data decides is taken with `--assume VALUE=INDEX`, or,
/// where all tensors in the sequence have one shape, does not matter: an
/// estimate.
///
//===----------------------------------------------------------------------===//

#include "Sequence.h"
#include "Families.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {

std::string nameOf(const Expander &E, ValueId V) {
  return "'" + printable(E.value(V).Name) + "'";
}

Error expectOperands(const OpInstance &Op, unsigned Least, unsigned Most) {
  if (Op.numInputs() > Most)
    return makeError("it has " + Twine(Op.numInputs()) +
                     " operands, but the operator takes at most " +
                     Twine(Most));
  for (unsigned I = 0; I < Least; ++I)
    if (!Op.hasInput(I))
      return makeError("operand " + Twine(I) + " is missing");
  return Error::success();
}

ValueId operand(const OpInstance &Op, unsigned I) {
  return Op.hasInput(I) ? Op.node().Inputs[I] : NoId;
}

Expected<ItemList> sequenceOperand(const OpInstance &Op, const Expander &E,
                                   unsigned I) {
  ValueId V = operand(Op, I);
  const ItemList *Items = E.items(V);
  if (Items == nullptr || Items->isOptional())
    return makeError("operand " + Twine(I) + " " + nameOf(E, V) +
                     " is not a sequence");
  return *Items;
}

Error expectTensor(const OpInstance &Op, const Expander &E, unsigned I,
                   ElementType Type) {
  ValueId V = operand(Op, I);
  if (E.items(V) != nullptr)
    return makeError("operand " + Twine(I) + " " + nameOf(E, V) +
                     " is a sequence or an optional, but must be a tensor");
  if (Type != ElementType::Undefined && E.value(V).Type != Type)
    return makeError("operand " + Twine(I) + " " + nameOf(E, V) + " is " +
                     name(E.value(V).Type) + ", but the sequence holds " +
                     name(Type));
  return Error::success();
}

namespace {

using ValueList = Expander::ValueList;

bool sameShapes(const Expander &E, ArrayRef<ValueId> Items) {
  return llvm::all_of(Items, [&](ValueId V) {
    return E.value(V).Dims == E.value(Items.front()).Dims;
  });
}

/// The place in a list of \p Length items, or behind it when \p AllowEnd, that
/// operand \p I says, which may count from the end; \p Default when it is
/// absent. Where only data decides and it does not matter: \p Any, an
/// estimate.
Expected<size_t> place(const OpInstance &Op, Expander &E, unsigned I,
                       size_t Length, bool AllowEnd, size_t Default,
                       function_ref<bool()> Matters, size_t Any) {
  ValueId V = operand(Op, I);
  if (V == NoId)
    return Default;
  const Constant *C = E.value(V).Contents;
  if (E.items(V) != nullptr || !isInteger(E.value(V).Type) ||
      elements(E.value(V).Dims) != 1)
    return makeError("its position (operand " + Twine(I) + " " + nameOf(E, V) +
                     ") must be one integer");
  if (C == nullptr || C->Ints.size() != 1) {
    if (Matters())
      return makeError("its position (operand " + Twine(I) + " " +
                       nameOf(E, V) +
                       ") is only known when the network runs, and the "
                       "sequence holds tensors of different shapes; give it "
                       "with --assume " +
                       printable(E.value(V).Name) + "=NUMBER");
    E.estimate("its position " + nameOf(E, V) +
               " is only known when the network runs; all tensors in the "
               "sequence have one shape, and number " +
               Twine(Any) + " is taken (choose with --assume)");
    return Any;
  }
  int64_t At = C->Ints[0];
  auto Signed = static_cast<int64_t>(Length);
  if (At < -Signed || At >= Signed + (AllowEnd ? 1 : 0))
    return makeError("position " + Twine(At) + " (operand " + Twine(I) + " " +
                     nameOf(E, V) + ") is outside a sequence of " +
                     Twine(Length) + (Length == 1 ? " tensor" : " tensors"));
  return static_cast<size_t>(At < 0 ? At + Signed : At);
}

// -- Making and changing sequences.

Error expandSequenceEmpty(const OpInstance &Op, Expander &E) {
  if (Error Failed = expectOperands(Op, 0, 0))
    return Failed;
  int64_t Type = Op.attrInt("dtype", 1);
  std::optional<ElementType> Known = elementTypeFromOnnx(Type);
  if (!Known || *Known == ElementType::Undefined)
    return makeError("its attribute 'dtype' is " + Twine(Type) +
                     ", which is no element type");
  return E.setItems(0, ItemList(ValueForm::Sequence, *Known));
}

Error expandSequenceConstruct(const OpInstance &Op, Expander &E) {
  if (Error Failed = expectOperands(Op, std::max(Op.numInputs(), 1U),
                                    std::max(Op.numInputs(), 1U)))
    return Failed;
  ElementType Type = E.value(operand(Op, 0)).Type;
  ItemList Made(ValueForm::Sequence, Type);
  for (unsigned I = 0; I < Op.numInputs(); ++I) {
    if (Error Failed = expectTensor(Op, E, I, Type))
      return Failed;
    Made.append(operand(Op, I));
  }
  return E.setItems(0, std::move(Made));
}

Error expandSequenceInsert(const OpInstance &Op, Expander &E) {
  if (Error Failed = expectOperands(Op, 2, 3))
    return Failed;
  Expected<ItemList> Items = sequenceOperand(Op, E, 0);
  if (!Items)
    return Items.takeError();
  if (Error Failed = expectTensor(Op, E, 1, Items->type()))
    return Failed;
  if (Items->size() >= MaxSequenceItems)
    return makeError("a sequence of more than " + Twine(MaxSequenceItems) +
                     " tensors is not counted");
  ValueId New = operand(Op, 1);
  auto Matters = [&] {
    return Items->size() != 0 &&
           (!sameShapes(E, Items->items()) ||
            E.value(Items->items().front()).Dims != E.value(New).Dims);
  };
  Expected<size_t> At = place(Op, E, 2, Items->size(), /*AllowEnd=*/true,
                              Items->size(), Matters, Items->size());
  if (!At)
    return At.takeError();
  size_t Copied = *At == Items->size() ? 0 : Items->size();
  if (Items->type() == ElementType::Undefined) {
    ItemList Typed(ValueForm::Sequence, E.value(New).Type);
    for (ValueId V : Items->items())
      Typed.append(V);
    *Items = Typed;
  }
  Items->insert(*At, New);
  return E.setItems(0, std::move(*Items), Copied);
}

Error expandSequenceErase(const OpInstance &Op, Expander &E) {
  if (Error Failed = expectOperands(Op, 1, 2))
    return Failed;
  Expected<ItemList> Items = sequenceOperand(Op, E, 0);
  if (!Items)
    return Items.takeError();
  if (Items->size() == 0)
    return makeError("the sequence " + nameOf(E, operand(Op, 0)) +
                     " is empty; nothing can be erased");
  size_t Last = Items->size() - 1;
  Expected<size_t> At = place(
      Op, E, 1, Items->size(), /*AllowEnd=*/false, Last,
      [&] { return !sameShapes(E, Items->items()); }, Last);
  if (!At)
    return At.takeError();
  size_t Copied = *At == Last ? 0 : Items->size();
  Items->erase(*At);
  return E.setItems(0, std::move(*Items), Copied);
}

// -- Reading sequences.

Error expandSequenceAt(const OpInstance &Op, Expander &E) {
  if (Error Failed = expectOperands(Op, 2, 2))
    return Failed;
  Expected<ItemList> Items = sequenceOperand(Op, E, 0);
  if (!Items)
    return Items.takeError();
  if (Items->size() == 0)
    return makeError("the sequence " + nameOf(E, operand(Op, 0)) +
                     " is empty; nothing can be taken from it");
  Expected<size_t> At = place(
      Op, E, 1, Items->size(), /*AllowEnd=*/false, 0,
      [&] { return !sameShapes(E, Items->items()); }, Items->size() - 1);
  if (!At)
    return At.takeError();
  return E.finish(0, "Identity", Items->items()[*At]);
}

Error expandSequenceLength(const OpInstance &Op, Expander &E) {
  if (Error Failed = expectOperands(Op, 1, 1))
    return Failed;
  Expected<ItemList> Items = sequenceOperand(Op, E, 0);
  if (!Items)
    return Items.takeError();
  return E.finish(
      0, "Identity",
      E.constant(static_cast<int64_t>(Items->size()), /*Scalar=*/true));
}

// -- SequenceMap.

Error expandSequenceMap(const OpInstance &Op, Expander &E) {
  const Attribute *A = Op.node().attribute("body");
  const Graph *Body =
      A != nullptr && A->Kind == AttributeKind::Graph ? A->Subgraph : nullptr;
  if (Body == nullptr)
    return makeError("has no body");
  if (Error Failed = expectOperands(Op, std::max(Op.numInputs(), 1U),
                                    std::max(Op.numInputs(), 1U)))
    return Failed;
  if (Body->Inputs.size() != Op.numInputs() ||
      Body->Outputs.size() != Op.numOutputs())
    return makeError("its body takes " + Twine(Body->Inputs.size()) +
                     " and gives " + Twine(Body->Outputs.size()) +
                     " values, which does not fit its operands and results");
  SmallVector<std::optional<ItemList>, 4> Sequences;
  std::optional<size_t> Length;
  for (unsigned I = 0; I < Op.numInputs(); ++I) {
    Sequences.emplace_back();
    if (I != 0 && E.items(operand(Op, I)) == nullptr)
      continue;
    Expected<ItemList> Items = sequenceOperand(Op, E, I);
    if (!Items)
      return Items.takeError();
    if (Length && *Length != Items->size())
      return makeError("its sequences hold " + Twine(*Length) + " and " +
                       Twine(Items->size()) + " tensors");
    Length = Items->size();
    Sequences.back() = *Items;
  }
  std::vector<ItemList> Made;
  for (ValueId Out : Body->Outputs)
    Made.emplace_back(ValueForm::Sequence,
                      Out == NoId ? ElementType::Undefined : E.value(Out).Type);
  for (size_t K = 0; K < *Length; ++K) {
    ValueList Arguments;
    for (unsigned I = 0; I < Op.numInputs(); ++I)
      Arguments.push_back(Sequences[I] ? Sequences[I]->items()[K]
                                       : operand(Op, I));
    Expected<ValueList> Results = E.copy(*Body, Arguments);
    if (!Results)
      return Results.takeError();
    for (unsigned O = 0; O < Made.size(); ++O) {
      ValueId Result = (*Results)[O];
      if (Result == NoId || E.items(Result) != nullptr)
        return makeError("its body's output " + Twine(O) + " is no tensor");
      if (K == 0)
        Made[O] = ItemList(ValueForm::Sequence, E.value(Result).Type);
      Made[O].append(Result);
    }
  }
  for (unsigned O = 0; O < Made.size(); ++O)
    if (Error Failed = E.setItems(O, std::move(Made[O])))
      return Failed;
  return Error::success();
}

// -- Optionals.

Error expandOptional(const OpInstance &Op, Expander &E) {
  if (Error Failed = expectOperands(Op, 0, 1))
    return Failed;
  ValueId V = operand(Op, 0);
  if (V == NoId)
    return E.setItems(0, ItemList(ValueForm::Optional, ElementType::Undefined));
  const ItemList *Items = E.items(V);
  if (Items != nullptr && Items->isOptional())
    return makeError("operand 0 " + nameOf(E, V) +
                     " is an optional already, which can't be nested");
  ItemList Made(Items == nullptr ? ValueForm::Optional
                                 : ValueForm::OptionalSequence,
                E.value(V).Type);
  Made.append(V);
  return E.setItems(0, std::move(Made));
}

Error expandOptionalHasElement(const OpInstance &Op, Expander &E) {
  if (Error Failed = expectOperands(Op, Op.opset() >= 18 ? 0 : 1, 1))
    return Failed;
  ValueId V = operand(Op, 0);
  const ItemList *Items = E.items(V);
  // A tensor or a sequence has itself; a loop may make one of an optional long
  // before opset 18 says so.
  bool Has = V != NoId &&
             (Items == nullptr || !Items->isOptional() || Items->size() != 0);
  return E.finish(0, "Identity",
                  E.constant(Has ? 1 : 0, /*Scalar=*/true, ElementType::Bool));
}

Error expandOptionalGetElement(const OpInstance &Op, Expander &E) {
  if (Error Failed = expectOperands(Op, 1, 1))
    return Failed;
  ValueId V = operand(Op, 0);
  const ItemList *Items = E.items(V);
  if (Items == nullptr || !Items->isOptional())
    return E.finish(0, "Identity", V);
  if (Items->size() == 0)
    return makeError("the optional " + nameOf(E, V) +
                     " is empty; there is nothing to get");
  return E.finish(0, "Identity", Items->items().front());
}

constexpr StringLiteral Free =
    "free: which tensors a sequence holds is known beforehand";
constexpr StringLiteral FreeBack = "gradients flow into the tensors it holds";
constexpr StringLiteral PlaceDoc =
    "a view of the tensor: 0 BOs, 0 bytes. A position that only data decides: "
    "--assume VALUE=NUMBER; without it, any one where all have one shape, an "
    "estimate";

constexpr OpInfo Rows[] = {
    {.Name = "SequenceEmpty",
     .Since = 11,
     .Kind = OpKind::Control,
     .Expand = expandSequenceEmpty,
     .ForwardDoc = Free},
    {.Name = "SequenceConstruct",
     .Since = 11,
     .Kind = OpKind::Control,
     .Grad = Gradient::Rule,
     .Expand = expandSequenceConstruct,
     .ForwardDoc = Free,
     .BackwardDoc = FreeBack},
    {.Name = "SequenceInsert",
     .Since = 11,
     .Kind = OpKind::Control,
     .Grad = Gradient::Rule,
     .Expand = expandSequenceInsert,
     .ForwardDoc = "free: the sequence refers to one more tensor",
     .BackwardDoc = FreeBack},
    {.Name = "SequenceErase",
     .Since = 11,
     .Kind = OpKind::Control,
     .Grad = Gradient::Rule,
     .Expand = expandSequenceErase,
     .ForwardDoc = "free: the sequence refers to one tensor less",
     .BackwardDoc = FreeBack},
    {.Name = "SequenceAt",
     .Since = 11,
     .Kind = OpKind::Control,
     .Grad = Gradient::Rule,
     .Expand = expandSequenceAt,
     .ForwardDoc = PlaceDoc,
     .BackwardDoc = "a view of the arriving gradient"},
    {.Name = "SequenceLength",
     .Since = 11,
     .Kind = OpKind::Control,
     .Expand = expandSequenceLength,
     .ForwardDoc = "free: a number known beforehand"},
    {.Name = "SplitToSequence",
     .Since = 11,
     .Kind = OpKind::Control,
     .Grad = Gradient::Rule,
     .Expand = expandSplitToSequence,
     .ForwardDoc = "a Split (its sizes: --assume VALUE=SIZE,SIZE... where only "
                   "data decides), and views without keepdims",
     .BackwardDoc = "that of Split"},
    {.Name = "ConcatFromSequence",
     .Since = 11,
     .Kind = OpKind::Control,
     .Grad = Gradient::Rule,
     .Expand = expandConcatFromSequence,
     .ForwardDoc = "a Concat of the tensors in the sequence, and views with "
                   "new_axis; of one tensor, a view",
     .BackwardDoc = "that of Concat"},
    {.Name = "SequenceMap",
     .Since = 17,
     .Kind = OpKind::Control,
     .Grad = Gradient::Rule,
     .Expand = expandSequenceMap,
     .ForwardDoc = "its body once for each tensor of its sequences",
     .BackwardDoc = "through every copy of the body"},
    {.Name = "Optional",
     .Since = 15,
     .Kind = OpKind::Control,
     .Grad = Gradient::Rule,
     .Expand = expandOptional,
     .ForwardDoc = "free",
     .BackwardDoc = FreeBack},
    {.Name = "OptionalHasElement",
     .Since = 15,
     .Kind = OpKind::Control,
     .Expand = expandOptionalHasElement,
     .ForwardDoc = "free: known beforehand, of an input of the network by "
                   "--assume INPUT=none or 1"},
    {.Name = "OptionalGetElement",
     .Since = 15,
     .Kind = OpKind::Control,
     .Grad = Gradient::Rule,
     .Expand = expandOptionalGetElement,
     .ForwardDoc = "a view: 0 BOs, 0 bytes",
     .BackwardDoc = "a view of the arriving gradient"},
};

} // namespace

Error expandIdentity(const OpInstance &Op, Expander &E) {
  if (Error Failed = expectOperands(Op, 1, 1))
    return Failed;
  return E.setItems(0, *E.items(operand(Op, 0)));
}

ArrayRef<OpInfo> sequenceOps() { return Rows; }

} // namespace toscount
