//===- IndexingGather.cpp - Gather, GatherElements, GatherND --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Indexing.h"
#include "MovementFold.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {

Error expectIndices(const ShapeContext &C, unsigned I) {
  if (isInteger(C.inType(I)))
    return Error::success();
  return C.fail("operand " + Twine(I) + " '" + printable(C.input(I).Name) +
                "' must hold integer indices, not " + name(C.inType(I)));
}

/// The first two operands are there, and the second holds indices.
static Error expectData(const ShapeContext &C) {
  if (Error E = C.expectInputs(2, 2))
    return E;
  if (Error E = C.expectRankAtLeast(0, 1))
    return E;
  return expectIndices(C, 1);
}

Error shapeGather(ShapeContext &C) {
  if (Error E = expectData(C))
    return E;
  ShapeRef In = C.inShape(0);
  ShapeRef Indices = C.inShape(1);
  Expected<size_t> Axis = C.checkedAxis(C.attrInt("axis", 0), In.size());
  if (!Axis)
    return Axis.takeError();
  if (const Constant *Known = C.contents(1))
    for (int64_t Index : Known->Ints) {
      Expected<int64_t> At = checkedIndex(C, Index, In[*Axis]);
      if (!At)
        return At.takeError();
    }
  Shape Out(In.begin(), In.begin() + *Axis);
  Out.append(Indices.begin(), Indices.end());
  Out.append(In.begin() + *Axis + 1, In.end());
  return C.setOutput(0, C.inType(0), Out);
}

Error foldGather(ShapeContext &C) {
  ShapeRef In = C.inShape(0);
  ShapeRef Indices = C.inShape(1);
  size_t Axis = OpInstance::axis(C.attrInt("axis", 0), In.size());
  ArrayRef<int64_t> Values = C.contents(1)->Ints;
  setMapped(C, 0, 0, [&](ShapeRef Index) {
    int64_t Chosen =
        Values[offsetOf(Indices, Index.slice(Axis, Indices.size()))];
    Shape From(Index.begin(), Index.begin() + Axis);
    From.push_back(Chosen < 0 ? Chosen + In[Axis] : Chosen);
    From.append(Index.begin() + Axis + Indices.size(), Index.end());
    return offsetOf(In, From);
  });
  return Error::success();
}

Error shapeGatherElements(ShapeContext &C) {
  if (Error E = expectData(C))
    return E;
  ShapeRef In = C.inShape(0);
  ShapeRef Indices = C.inShape(1);
  Expected<size_t> Axis = C.checkedAxis(C.attrInt("axis", 0), In.size());
  if (!Axis)
    return Axis.takeError();
  bool Fits = In.size() == Indices.size();
  for (size_t I = 0; Fits && I < In.size(); ++I)
    Fits = I == *Axis || Indices[I] <= In[I];
  if (!Fits)
    return C.fail("indices of shape " + toString(Indices) +
                  " do not fit data of shape " + toString(In) + " along axis " +
                  Twine(*Axis));
  return C.setOutput(0, C.inType(0), Indices);
}

Error foldGatherElements(ShapeContext &C) {
  ShapeRef In = C.inShape(0);
  size_t Axis = OpInstance::axis(C.attrInt("axis", 0), In.size());
  ArrayRef<int64_t> Values = C.contents(1)->Ints;
  for (int64_t Index : Values) {
    Expected<int64_t> At = checkedIndex(C, Index, In[Axis]);
    if (!At)
      return At.takeError();
  }
  setMapped(C, 0, 0, [&](ShapeRef Index) {
    int64_t Chosen = Values[offsetOf(C.inShape(1), Index)];
    Shape From(Index.begin(), Index.end());
    From[Axis] = Chosen < 0 ? Chosen + In[Axis] : Chosen;
    return offsetOf(In, From);
  });
  return Error::success();
}

Error shapeGatherND(ShapeContext &C) {
  if (Error E = expectData(C))
    return E;
  if (Error E = C.expectRankAtLeast(1, 1))
    return E;
  ShapeRef In = C.inShape(0);
  ShapeRef Indices = C.inShape(1);
  int64_t Batch = C.attrInt("batch_dims", 0);
  auto Least = static_cast<int64_t>(std::min(In.size(), Indices.size()));
  if (Batch < 0 || Batch >= Least)
    return C.fail("attribute 'batch_dims' is " + Twine(Batch) +
                  ", but the operands have shapes " + toString(In) + " and " +
                  toString(Indices));
  auto B = static_cast<size_t>(Batch);
  if (In.take_front(B) != Indices.take_front(B))
    return C.fail("the batch dimensions of " + toString(In) + " and " +
                  toString(Indices) + " differ");
  int64_t Length = Indices.back();
  if (Length < 1 || Length > static_cast<int64_t>(In.size() - B))
    return C.fail("index tuples of " + Twine(Length) +
                  " numbers do not fit data of shape " + toString(In));
  Shape Out(Indices.begin(), Indices.end() - 1);
  Out.append(In.begin() + B + Length, In.end());
  return C.setOutput(0, C.inType(0), Out);
}

Error foldGatherND(ShapeContext &C) {
  ShapeRef In = C.inShape(0);
  ShapeRef Indices = C.inShape(1);
  auto B = static_cast<size_t>(C.attrInt("batch_dims", 0));
  auto Length = static_cast<size_t>(Indices.back());
  ArrayRef<int64_t> Values = C.contents(1)->Ints;
  for (size_t I = 0; I < Values.size(); ++I) {
    Expected<int64_t> At = checkedIndex(C, Values[I], In[B + I % Length]);
    if (!At)
      return At.takeError();
  }
  ShapeRef Tuples = Indices.drop_back();
  setMapped(C, 0, 0, [&](ShapeRef Index) {
    Shape From(Index.begin(), Index.begin() + B);
    size_t Tuple = offsetOf(Tuples, Index.take_front(Tuples.size())) * Length;
    for (size_t I = 0; I < Length; ++I) {
      int64_t Chosen = Values[Tuple + I];
      From.push_back(Chosen < 0 ? Chosen + In[B + I] : Chosen);
    }
    From.append(Index.begin() + Tuples.size(), Index.end());
    return offsetOf(In, From);
  });
  return Error::success();
}

} // namespace toscount
