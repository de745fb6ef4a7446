//===- MovementFold.cpp - known contents that are moved -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "MovementFold.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace toscount {

size_t offsetOf(ShapeRef Dims, ShapeRef Index) {
  size_t Offset = 0;
  for (size_t I = 0; I < Dims.size(); ++I)
    Offset =
        Offset * static_cast<size_t>(Dims[I]) + static_cast<size_t>(Index[I]);
  return Offset;
}

void forEachElement(ShapeRef Dims, function_ref<void(ShapeRef)> Body) {
  if (is_contained(Dims, 0))
    return;
  Shape Index(Dims.size(), 0);
  while (true) {
    Body(Index);
    size_t I = Dims.size();
    while (I > 0 && ++Index[I - 1] == Dims[I - 1])
      Index[--I] = 0;
    if (I == 0)
      return;
  }
}

template <typename T>
static void setFrom(ShapeContext &C, unsigned O,
                    ArrayRef<ElementSource> Sources,
                    ArrayRef<T> Constant::*Member) {
  SmallVector<T> Elements;
  Elements.reserve(Sources.size());
  for (const ElementSource &S : Sources) {
    ArrayRef<T> From = S.From != nullptr ? S.From->*Member : ArrayRef<T>();
    Elements.push_back(S.At < From.size() ? From[S.At] : T());
  }
  C.setContents(O, ArrayRef<T>(Elements));
}

void setPicked(ShapeContext &C, unsigned O, ArrayRef<ElementSource> Sources) {
  if (!C.hasOutput(O))
    return;
  ElementType Type = C.outType(O);
  if (isFloating(Type))
    setFrom(C, O, Sources, &Constant::Floats);
  else if (isInteger(Type) || Type == ElementType::Bool)
    setFrom(C, O, Sources, &Constant::Ints);
  else if (Type == ElementType::String)
    setFrom(C, O, Sources, &Constant::Strings);
}

void setSame(ShapeContext &C, unsigned O, const Constant &From) {
  SmallVector<ElementSource> Sources;
  for (size_t I = 0; I < From.size(); ++I)
    Sources.push_back({&From, I});
  setPicked(C, O, Sources);
}

void setMapped(ShapeContext &C, unsigned O, unsigned I,
               function_ref<size_t(ShapeRef)> Map) {
  if (!C.hasOutput(O))
    return;
  SmallVector<ElementSource> Sources;
  forEachElement(C.outShape(O), [&](ShapeRef Index) {
    Sources.push_back({C.contents(I), Map(Index)});
  });
  setPicked(C, O, Sources);
}

Expected<SmallVector<size_t, 6>>
distinctAxes(const ShapeContext &C, ArrayRef<int64_t> Values, size_t Rank) {
  SmallVector<size_t, 6> Axes;
  for (int64_t Value : Values) {
    Expected<size_t> Axis = C.checkedAxis(Value, Rank);
    if (!Axis)
      return Axis.takeError();
    if (is_contained(Axes, *Axis))
      return C.fail("axis " + Twine(Value) + " is given twice");
    Axes.push_back(*Axis);
  }
  return Axes;
}

Expected<int64_t> checkedIndex(const ShapeContext &C, int64_t Index,
                               int64_t Size) {
  if (Index < -Size || Index >= Size)
    return C.fail("index " + Twine(Index) + " is outside an axis of " +
                  Twine(Size) + " elements");
  return Index < 0 ? Index + Size : Index;
}

} // namespace toscount
