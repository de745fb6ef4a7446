//===- IndexingScatter.cpp - ScatterElements, Scatter, ScatterND ----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Indexing.h"
#include "MovementFold.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace toscount {

/// What both operators ask of their operands.
static Error expectUpdates(const ShapeContext &C) {
  if (Error E = C.expectInputs(3, 3))
    return E;
  if (Error E = C.expectRankAtLeast(0, 1))
    return E;
  if (Error E = C.expectRankAtLeast(1, 1))
    return E;
  if (Error E = expectIndices(C, 1))
    return E;
  if (C.inType(2) != C.inType(0))
    return C.fail("updates of type " + Twine(name(C.inType(2))) +
                  " do not fit data of type " + name(C.inType(0)));
  StringRef Reduction = C.attrString("reduction", "none");
  constexpr StringLiteral Known[] = {"none", "add", "mul", "min", "max"};
  if (!is_contained(Known, Reduction))
    return C.fail("attribute 'reduction' is '" + printable(Reduction) +
                  "', which is none of none, add, mul, min, max");
  return Error::success();
}

Error shapeScatterElements(ShapeContext &C) {
  if (Error E = expectUpdates(C))
    return E;
  ShapeRef In = C.inShape(0);
  ShapeRef Indices = C.inShape(1);
  Expected<size_t> Axis = C.checkedAxis(C.attrInt("axis", 0), In.size());
  if (!Axis)
    return Axis.takeError();
  bool Fits = In.size() == Indices.size() && Indices == C.inShape(2);
  for (size_t I = 0; Fits && I < In.size(); ++I)
    Fits = I == *Axis || Indices[I] <= In[I];
  if (!Fits)
    return C.fail("indices of shape " + toString(Indices) +
                  " and updates of shape " + toString(C.inShape(2)) +
                  " do not fit data of shape " + toString(In) + " along axis " +
                  Twine(*Axis));
  return C.setOutput(0, C.inType(0), In);
}

Error shapeScatterND(ShapeContext &C) {
  if (Error E = expectUpdates(C))
    return E;
  ShapeRef In = C.inShape(0);
  ShapeRef Indices = C.inShape(1);
  int64_t Length = Indices.back();
  if (Length < 1 || Length > static_cast<int64_t>(In.size()))
    return C.fail("index tuples of " + Twine(Length) +
                  " numbers do not fit data of shape " + toString(In));
  Shape Updates(Indices.begin(), Indices.end() - 1);
  Updates.append(In.begin() + Length, In.end());
  if (ShapeRef(Updates) != C.inShape(2))
    return C.fail("updates have shape " + toString(C.inShape(2)) +
                  ", but indices of shape " + toString(Indices) +
                  " into data of shape " + toString(In) + " need " +
                  toString(Updates));
  return C.setOutput(0, C.inType(0), In);
}

/// Integers wrap.
static int64_t combined(StringRef Reduction, int64_t A, int64_t B) {
  auto X = static_cast<uint64_t>(A);
  auto Y = static_cast<uint64_t>(B);
  if (Reduction == "add")
    return static_cast<int64_t>(X + Y);
  if (Reduction == "mul")
    return static_cast<int64_t>(X * Y);
  return Reduction == "min" ? std::min(A, B) : std::max(A, B);
}

static double combined(StringRef Reduction, double A, double B) {
  if (Reduction == "add")
    return A + B;
  if (Reduction == "mul")
    return A * B;
  return Reduction == "min" ? std::min(A, B) : std::max(A, B);
}

/// Update K goes to element Targets[K] of the data.
static void foldUpdates(ShapeContext &C, ArrayRef<size_t> Targets) {
  const Constant &Data = *C.contents(0);
  const Constant &Updates = *C.contents(2);
  StringRef Reduction = C.attrString("reduction", "none");
  if (Reduction == "none") {
    SmallVector<ElementSource> Sources;
    for (size_t I = 0; I < Data.size(); ++I)
      Sources.push_back({&Data, I});
    for (size_t K = 0; K < Targets.size(); ++K)
      Sources[Targets[K]] = {&Updates, K};
    setPicked(C, 0, Sources);
    return;
  }
  if (isFloating(Data.Type)) {
    SmallVector<double> Result(Data.Floats);
    for (size_t K = 0; K < Targets.size(); ++K)
      Result[Targets[K]] =
          combined(Reduction, Result[Targets[K]], Updates.Floats[K]);
    C.setContents(0, ArrayRef<double>(Result));
  } else if (Data.Type == ElementType::Int64 ||
             Data.Type == ElementType::Int32) {
    SmallVector<int64_t> Result(Data.Ints);
    for (size_t K = 0; K < Targets.size(); ++K)
      Result[Targets[K]] =
          combined(Reduction, Result[Targets[K]], Updates.Ints[K]);
    C.setContents(0, ArrayRef<int64_t>(Result));
  }
}

Error foldScatterElements(ShapeContext &C) {
  ShapeRef In = C.inShape(0);
  size_t Axis = OpInstance::axis(C.attrInt("axis", 0), In.size());
  ArrayRef<int64_t> Values = C.contents(1)->Ints;
  SmallVector<size_t> Targets;
  Error Problem = Error::success();
  forEachElement(C.inShape(1), [&](ShapeRef Index) {
    Expected<int64_t> At = checkedIndex(C, Values[Targets.size()], In[Axis]);
    Shape To(Index.begin(), Index.end());
    To[Axis] = At ? *At : 0;
    if (!At && Problem)
      consumeError(At.takeError());
    else if (!At)
      Problem = At.takeError();
    Targets.push_back(offsetOf(In, To));
  });
  if (Problem)
    return Problem;
  foldUpdates(C, Targets);
  return Error::success();
}

Error foldScatterND(ShapeContext &C) {
  ShapeRef In = C.inShape(0);
  ShapeRef Indices = C.inShape(1);
  auto Length = static_cast<size_t>(Indices.back());
  ArrayRef<int64_t> Values = C.contents(1)->Ints;
  SmallVector<int64_t> Checked;
  for (size_t I = 0; I < Values.size(); ++I) {
    Expected<int64_t> At = checkedIndex(C, Values[I], In[I % Length]);
    if (!At)
      return At.takeError();
    Checked.push_back(*At);
  }
  ShapeRef Tuples = Indices.drop_back();
  SmallVector<size_t> Targets;
  forEachElement(C.inShape(2), [&](ShapeRef Index) {
    size_t Tuple = offsetOf(Tuples, Index.take_front(Tuples.size())) * Length;
    Shape To(Checked.begin() + Tuple, Checked.begin() + Tuple + Length);
    To.append(Index.begin() + Tuples.size(), Index.end());
    Targets.push_back(offsetOf(In, To));
  });
  foldUpdates(C, Targets);
  return Error::success();
}

} // namespace toscount
