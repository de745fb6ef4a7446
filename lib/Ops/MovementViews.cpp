//===- MovementViews.cpp - Reshape, Flatten, Squeeze, Unsqueeze -----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Movement.h"
#include "MovementFold.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace toscount {

/// True when \p Wanted, the shape asked for, holds the batch that the model was
/// exported with, although another one is bound. \p Resolved: \p Wanted with
/// zeros replaced; it may still contain one -1.
static bool hasOldBatch(const ShapeContext &C, ArrayRef<int64_t> Wanted,
                        ShapeRef Resolved) {
  int64_t Old = C.oldBatch();
  int64_t New = C.newBatch();
  const Value &Data = C.input(0);
  if (Old == 0 || Old == New || Wanted.empty() || C.contents(0) != nullptr ||
      Data.Kind == ValueKind::Initializer)
    return false;
  ShapeRef In = Data.Dims;
  if (!is_contained(Resolved, -1)) {
    Count Before = elements(In) * Old;
    return Before.valid() && Before == elements(Resolved) * New &&
           Before > Count(0);
  }
  // A -1 elsewhere would silently absorb the new batch.
  if (In.empty() || In.front() != New || Wanted.front() <= 0)
    return false;
  if (Wanted.front() == Old)
    return true;
  // Batch merged with the dimensions after it (batch * heads).
  Count OldPrefix = Old;
  Count NewPrefix = New;
  bool Found = false;
  for (int64_t D : In.drop_front()) {
    OldPrefix *= D;
    NewPrefix *= D;
    if (!NewPrefix.valid() || NewPrefix == Count(Wanted.front()))
      return false;
    Found |= OldPrefix == Count(Wanted.front());
  }
  return Found;
}

Error shapeReshape(ShapeContext &C) {
  ArrayRef<int64_t> Wanted;
  if (C.opset() < 5) {
    if (Error E = C.expectInputs(1, 1))
      return E;
    if (!C.hasAttr("shape"))
      return C.fail("attribute 'shape' is missing");
    Wanted = C.attrInts("shape");
  } else {
    if (Error E = C.expectInputs(2, 2))
      return E;
    Expected<ArrayRef<int64_t>> Shape = C.integers(1, "shape");
    if (!Shape)
      return Shape.takeError();
    Wanted = *Shape;
  }
  ShapeRef In = C.inShape(0);
  bool AllowZero = C.attrInt("allowzero", 0) != 0;
  Shape Out;
  size_t Unknown = Wanted.size();
  for (size_t I = 0; I < Wanted.size(); ++I) {
    int64_t D = Wanted[I];
    if (D < -1)
      return C.fail("dimension " + Twine(D) + " of the shape " +
                    toString(Wanted) + " is negative");
    if (D == -1) {
      if (Unknown != Wanted.size())
        return C.fail("the shape " + toString(Wanted) +
                      " has more than one -1");
      Unknown = I;
    }
    if (D == 0 && !AllowZero) {
      if (I >= In.size())
        return C.fail(
            "dimension " + Twine(I) + " of the shape " + toString(Wanted) +
            " is 0 (copied), but the operand has shape " + toString(In));
      D = In[I];
    }
    Out.push_back(D);
  }
  bool Infer = Unknown != Wanted.size();
  if (Infer && AllowZero && is_contained(Wanted, 0))
    return C.fail("the shape " + toString(Wanted) +
                  " has both 0 and -1, which 'allowzero' forbids");
  if (hasOldBatch(C, Wanted, Out))
    return C.fail("the Reshape has the old batch " + Twine(C.oldBatch()) +
                  " baked in; export with a dynamic batch axis");
  Count Have = elements(In);
  if (Infer) {
    Out[Unknown] = 1;
    Count Others = elements(Out);
    if (!Others.valid() || Others == 0 || Have.value() % Others.value() != 0)
      return C.fail("operand 0 has shape " + toString(In) + " (" +
                    toString(Have) + " elements), which no -1 in " +
                    toString(Wanted) + " makes fit");
    Out[Unknown] = static_cast<int64_t>((Have / Others).value());
  }
  Count Want = elements(Out);
  if (Want != Have)
    return C.fail("operand 0 has shape " + toString(In) + " (" +
                  toString(Have) + " elements), but " + toString(Out) +
                  " needs " + toString(Want));
  return C.setOutput(0, C.inType(0), Out);
}

Error shapeFlatten(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  ShapeRef In = C.inShape(0);
  auto Rank = static_cast<int64_t>(In.size());
  int64_t Axis = C.attrInt("axis", 1);
  if (Axis < -Rank || Axis > Rank)
    return C.fail("axis " + Twine(Axis) + " is outside a tensor of " +
                  Twine(Rank) + " dimensions");
  size_t Cut = OpInstance::axis(Axis, In.size());
  Count Before = elements(In.take_front(Cut));
  Count After = elements(In.drop_front(Cut));
  if (!Before.valid() || !After.valid() || Before > Count(INT64_MAX) ||
      After > Count(INT64_MAX))
    return C.fail("flattening " + toString(In) + " overflows");
  return C.setOutput(0, C.inType(0),
                     {static_cast<int64_t>(Before.value()),
                      static_cast<int64_t>(After.value())});
}

/// The axes of Squeeze and Unsqueeze: an attribute, an operand since opset 13.
static Expected<ArrayRef<int64_t>> squeezeAxes(ShapeContext &C) {
  if (C.opset() < 13) {
    if (Error E = C.expectInputs(1, 1))
      return E;
    return C.attrInts("axes");
  }
  if (Error E = C.expectInputs(1, 2))
    return E;
  if (!C.hasInput(1))
    return ArrayRef<int64_t>();
  return C.integers(1, "axes");
}

Error shapeSqueeze(ShapeContext &C) {
  Expected<ArrayRef<int64_t>> Values = squeezeAxes(C);
  if (!Values)
    return Values.takeError();
  ShapeRef In = C.inShape(0);
  bool All = C.opset() < 13 ? !C.hasAttr("axes") : !C.hasInput(1);
  Expected<SmallVector<size_t, 6>> Axes = distinctAxes(C, *Values, In.size());
  if (!Axes)
    return Axes.takeError();
  for (size_t Axis : *Axes)
    if (In[Axis] != 1)
      return C.fail("axis " + Twine(Axis) + " of shape " + toString(In) +
                    " is not 1 and cannot be squeezed");
  Shape Out;
  for (size_t I = 0; I < In.size(); ++I)
    if (All ? In[I] != 1 : !is_contained(*Axes, I))
      Out.push_back(In[I]);
  return C.setOutput(0, C.inType(0), Out);
}

Error shapeUnsqueeze(ShapeContext &C) {
  Expected<ArrayRef<int64_t>> Values = squeezeAxes(C);
  if (!Values)
    return Values.takeError();
  if (C.opset() < 13 ? !C.hasAttr("axes") : !C.hasInput(1))
    return C.fail("its axes are missing");
  ShapeRef In = C.inShape(0);
  size_t Rank = In.size() + Values->size();
  Expected<SmallVector<size_t, 6>> Axes = distinctAxes(C, *Values, Rank);
  if (!Axes)
    return Axes.takeError();
  Shape Out(Rank, -1);
  for (size_t Axis : *Axes)
    Out[Axis] = 1;
  const int64_t *Next = In.begin();
  for (int64_t &D : Out)
    if (D < 0)
      D = *Next++;
  return C.setOutput(0, C.inType(0), Out);
}

Error foldView(ShapeContext &C) {
  setSame(C, 0, *C.contents(0));
  return Error::success();
}

} // namespace toscount
