//===- MovementSlice.cpp - Slice, Pad, CenterCropPad ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Movement.h"
#include "MovementFold.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace toscount {
namespace {

/// What Slice takes of one axis.
struct AxisSlice {
  int64_t Start = 0, Step = 1, Length = 0;
};

/// Clamps as the operator's definition says; \p D is the dimension.
AxisSlice sliceAxis(int64_t Start, int64_t End, int64_t Step, int64_t D) {
  // D is not negative, so these additions cannot overflow.
  Start = Start < 0 ? Start + D : Start;
  End = End < 0 ? End + D : End;
  if (Step > 0) {
    Start = std::clamp<int64_t>(Start, 0, D);
    End = std::clamp<int64_t>(End, 0, D);
    int64_t Length = End > Start ? (End - Start - 1) / Step + 1 : 0;
    return {Start, Step, Length};
  }
  if (D == 0)
    return {0, Step, 0};
  Start = std::clamp<int64_t>(Start, 0, D - 1);
  End = std::clamp<int64_t>(End, -1, D - 1);
  uint64_t Back = uint64_t(0) - static_cast<uint64_t>(Step);
  uint64_t Span = Start > End ? static_cast<uint64_t>(Start - End) : 0;
  int64_t Length = Span > 0 ? static_cast<int64_t>((Span - 1) / Back) + 1 : 0;
  return {Start, Step, Length};
}

/// Operand \p I as integers, or \p Default when it is absent.
Expected<SmallVector<int64_t, 6>> optional(const ShapeContext &C, unsigned I,
                                           StringRef What,
                                           ArrayRef<int64_t> Default) {
  if (!C.hasInput(I))
    return SmallVector<int64_t, 6>(Default.begin(), Default.end());
  Expected<ArrayRef<int64_t>> Given = C.integers(I, What);
  if (!Given)
    return Given.takeError();
  return SmallVector<int64_t, 6>(Given->begin(), Given->end());
}

Expected<SmallVector<AxisSlice, 6>> slices(const ShapeContext &C) {
  ShapeRef In = C.inShape(0);
  SmallVector<int64_t, 6> Starts, Ends, Axes, Steps;
  auto Counting = [](size_t N) {
    SmallVector<int64_t, 6> Numbers;
    for (size_t I = 0; I < N; ++I)
      Numbers.push_back(static_cast<int64_t>(I));
    return Numbers;
  };
  if (C.opset() < 10) {
    if (!C.hasAttr("starts") || !C.hasAttr("ends"))
      return C.fail("attributes 'starts' and 'ends' are needed");
    Starts.append(C.attrInts("starts").begin(), C.attrInts("starts").end());
    Ends.append(C.attrInts("ends").begin(), C.attrInts("ends").end());
    ArrayRef<int64_t> Given = C.attrInts("axes");
    Axes.append(Given.begin(), Given.end());
    if (!C.hasAttr("axes"))
      Axes = Counting(Starts.size());
    Steps.assign(Starts.size(), 1);
  } else {
    constexpr StringLiteral Names[] = {"starts", "ends", "axes", "steps"};
    SmallVector<int64_t, 6> *Lists[] = {&Starts, &Ends, &Axes, &Steps};
    for (unsigned I = 0; I < 4; ++I) {
      SmallVector<int64_t, 6> Default;
      if (I == 2)
        Default = Counting(Starts.size());
      if (I == 3)
        Default.assign(Starts.size(), 1);
      Expected<SmallVector<int64_t, 6>> List =
          optional(C, I + 1, Names[I], Default);
      if (!List)
        return List.takeError();
      *Lists[I] = std::move(*List);
    }
  }
  if (Ends.size() != Starts.size() || Axes.size() != Starts.size() ||
      Steps.size() != Starts.size())
    return C.fail("starts, ends, axes and steps have " + Twine(Starts.size()) +
                  ", " + Twine(Ends.size()) + ", " + Twine(Axes.size()) +
                  " and " + Twine(Steps.size()) +
                  " entries, but must have the same number");
  Expected<SmallVector<size_t, 6>> Where = distinctAxes(C, Axes, In.size());
  if (!Where)
    return Where.takeError();
  SmallVector<AxisSlice, 6> All;
  for (int64_t D : In)
    All.push_back({0, 1, D});
  for (size_t I = 0; I < Where->size(); ++I) {
    if (Steps[I] == 0)
      return C.fail("a step is 0");
    size_t Axis = (*Where)[I];
    All[Axis] = sliceAxis(Starts[I], Ends[I], Steps[I], In[Axis]);
  }
  return All;
}

} // namespace

Error shapeSlice(ShapeContext &C) {
  bool Operands = C.opset() >= 10;
  if (Error E = C.expectInputs(Operands ? 3 : 1, Operands ? 5 : 1))
    return E;
  Expected<SmallVector<AxisSlice, 6>> All = slices(C);
  if (!All)
    return All.takeError();
  Shape Out;
  for (const AxisSlice &S : *All)
    Out.push_back(S.Length);
  return C.setOutput(0, C.inType(0), Out);
}

Error foldSlice(ShapeContext &C) {
  Expected<SmallVector<AxisSlice, 6>> All = slices(C);
  if (!All)
    return All.takeError();
  setMapped(C, 0, 0, [&](ShapeRef Index) {
    Shape From;
    for (size_t I = 0; I < Index.size(); ++I)
      From.push_back((*All)[I].Start + Index[I] * (*All)[I].Step);
    return offsetOf(C.inShape(0), From);
  });
  return Error::success();
}

namespace {

/// How many elements Pad puts before and after each axis; negative ones crop.
struct Padding {
  Shape Begin, End;
};

/// The same for the shape function, which has checked that the pads are known,
/// and for the rules.
Expected<Padding> padding(const OpInstance &Op) {
  size_t Rank = Op.inShape(0).size();
  ArrayRef<int64_t> Pads = Op.opset() >= 11  ? Op.contents(1)->Ints
                           : Op.opset() >= 2 ? Op.attrInts("pads")
                                             : Op.attrInts("paddings");
  Shape Axes;
  if (Op.opset() >= 18 && Op.hasInput(3)) {
    ArrayRef<int64_t> Given = Op.contents(3)->Ints;
    Axes.append(Given.begin(), Given.end());
  } else {
    for (size_t I = 0; I < Rank; ++I)
      Axes.push_back(static_cast<int64_t>(I));
  }
  if (Pads.size() != 2 * Axes.size())
    return makeError(Twine(Pads.size()) + " pads, but two for each of " +
                     Twine(Axes.size()) + " axes are needed");
  Padding P{Shape(Rank, 0), Shape(Rank, 0)};
  SmallVector<bool, 6> Seen(Rank, false);
  for (size_t I = 0; I < Axes.size(); ++I) {
    auto Signed = static_cast<int64_t>(Rank);
    if (Axes[I] < -Signed || Axes[I] >= Signed)
      return makeError("axis " + Twine(Axes[I]) + " is outside a tensor of " +
                       Twine(Rank) + " dimensions");
    size_t Axis = OpInstance::axis(Axes[I], Rank);
    if (Seen[Axis])
      return makeError("axis " + Twine(Axes[I]) + " is given twice");
    Seen[Axis] = true;
    P.Begin[Axis] = Pads[I];
    P.End[Axis] = Pads[I + Axes.size()];
  }
  return P;
}

/// The position in [0, D) that position \p At is filled from; -1 for none.
int64_t padSource(StringRef Mode, int64_t At, int64_t D) {
  if (At >= 0 && At < D)
    return At;
  if (Mode == "constant")
    return -1;
  if (Mode == "edge")
    return At < 0 ? 0 : D - 1;
  if (Mode == "wrap")
    return (At % D + D) % D;
  if (D == 1)
    return 0;
  int64_t Period = 2 * (D - 1);
  int64_t Phase = (At % Period + Period) % Period;
  return Phase < D ? Phase : Period - Phase;
}

/// How many of D positions are copied at least once.
int64_t padCovered(StringRef Mode, int64_t Begin, int64_t End, int64_t D) {
  int64_t First = std::max<int64_t>(0, -Begin);
  int64_t Last = End < 0 ? D + End : D; // One past it.
  int64_t Direct = std::max<int64_t>(0, Last - First);
  if (Mode == "constant" || Mode == "edge" || Direct == 0)
    return Direct;
  // What lies beyond one end is filled from this side or the other, and may
  // reach positions that were cropped.
  if (Mode == "wrap") {
    if (First > 0 && End > 0)
      return D - std::max<int64_t>(0, First - End);
    if (Last < D && Begin > 0)
      return std::min(D, Last + Begin);
    return Direct;
  }
  if (First > 0 && End > 0)
    return D - std::min(First, std::max<int64_t>(0, D - 1 - End));
  if (Last < D && Begin > 0)
    return std::max(Last, std::min(D, Begin + 1));
  return Direct;
}

} // namespace

Error shapePad(ShapeContext &C) {
  int Opset = C.opset();
  unsigned Most = Opset >= 18 ? 4 : Opset >= 11 ? 3 : 1;
  if (Error E = C.expectInputs(Opset >= 11 ? 2 : 1, Most))
    return E;
  for (unsigned I : {1U, 3U}) {
    if (!C.hasInput(I))
      continue;
    Expected<ArrayRef<int64_t>> Known = C.integers(I, I == 1 ? "pads" : "axes");
    if (!Known)
      return Known.takeError();
  }
  if (Opset < 11 && !C.hasAttr(Opset >= 2 ? "pads" : "paddings"))
    return C.fail("its pads are missing");
  StringRef Mode = C.attrString("mode", "constant");
  if (Mode != "constant" && Mode != "reflect" && Mode != "edge" &&
      (Mode != "wrap" || Opset < 19))
    return C.fail("attribute 'mode' is '" + printable(Mode) +
                  "', which is none of constant, reflect, edge" +
                  (Opset >= 19 ? ", wrap" : ""));
  if (C.hasInput(2) && C.inSize(2) != 1)
    return C.fail("operand 2, the constant value, must be one number");
  Expected<Padding> P = padding(C);
  if (!P)
    return P.takeError();
  ShapeRef In = C.inShape(0);
  Shape Out;
  for (size_t I = 0; I < In.size(); ++I) {
    int64_t D = 0;
    if (__builtin_add_overflow(In[I], P->Begin[I], &D) ||
        __builtin_add_overflow(D, P->End[I], &D) || D < 0 ||
        P->Begin[I] == INT64_MIN || P->End[I] == INT64_MIN)
      return C.fail("pads of " + Twine(P->Begin[I]) + " and " +
                    Twine(P->End[I]) + " do not fit axis " + Twine(I) +
                    " of shape " + toString(In));
    // Other modes fill from what is left of the axis.
    bool Empty = In[I] + std::min<int64_t>(P->Begin[I], 0) +
                     std::min<int64_t>(P->End[I], 0) <=
                 0;
    if (Mode != "constant" && D != 0 && Empty)
      return C.fail("axis " + Twine(I) + " of shape " + toString(In) +
                    " has nothing to fill the padding from");
    Out.push_back(D);
  }
  return C.setOutput(0, C.inType(0), Out);
}

Error foldPad(ShapeContext &C) {
  if (!C.hasOutput(0))
    return Error::success();
  Expected<Padding> P = padding(C);
  if (!P)
    return P.takeError();
  StringRef Mode = C.attrString("mode", "constant");
  ShapeRef In = C.inShape(0);
  // Before opset 11 the value is an attribute.
  Constant Value;
  double Float = C.attrFloat("value", 0);
  auto Int = static_cast<int64_t>(0); // No integers were padded then.
  Value.Floats = Float;
  Value.Ints = Int;
  const Constant *Fill = C.opset() < 11  ? &Value
                         : C.hasInput(2) ? C.contents(2)
                                         : nullptr;
  SmallVector<ElementSource> Sources;
  forEachElement(C.outShape(0), [&](ShapeRef Index) {
    Shape From;
    for (size_t I = 0; I < Index.size(); ++I)
      From.push_back(padSource(Mode, Index[I] - P->Begin[I], In[I]));
    bool Filled = is_contained(From, -1);
    Sources.push_back(
        {Filled ? Fill : C.contents(0), Filled ? 0 : offsetOf(In, From)});
  });
  setPicked(C, 0, Sources);
  return Error::success();
}

void backwardPad(const OpInstance &Op, GradWork &G) {
  Padding P = cantFail(padding(Op));
  StringRef Mode = Op.attrString("mode", "constant");
  Shape Covered;
  for (size_t I = 0; I < P.Begin.size(); ++I)
    Covered.push_back(padCovered(Mode, P.Begin[I], P.End[I], Op.inShape(0)[I]));
  Count Copied = elements(Covered);
  if (G.needs(0) && Mode != "constant")
    G.add(Op.outSize(0) - Copied,
          "elements copied more than once sum their gradients");
  if (G.needs(2) && Mode == "constant")
    G.sums(1, Op.outSize(0) - Copied,
           "the constant's gradient is the sum over the padding");
}

namespace {

/// CenterCropPad's size on each axis of operand 0.
Expected<Shape> centeredShape(const ShapeContext &C) {
  ShapeRef In = C.inShape(0);
  Expected<ArrayRef<int64_t>> Sizes = C.integers(1, "shape");
  if (!Sizes)
    return Sizes.takeError();
  SmallVector<int64_t, 6> Values(C.attrInts("axes").begin(),
                                 C.attrInts("axes").end());
  if (!C.hasAttr("axes"))
    for (size_t I = 0; I < In.size(); ++I)
      Values.push_back(static_cast<int64_t>(I));
  if (Values.size() != Sizes->size())
    return C.fail(Twine(Sizes->size()) + " sizes for " + Twine(Values.size()) +
                  " axes");
  Expected<SmallVector<size_t, 6>> Axes = distinctAxes(C, Values, In.size());
  if (!Axes)
    return Axes.takeError();
  Shape Out(In.begin(), In.end());
  for (size_t I = 0; I < Axes->size(); ++I)
    Out[(*Axes)[I]] = (*Sizes)[I];
  return Out;
}

} // namespace

Error shapeCenterCropPad(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 2))
    return E;
  Expected<Shape> Out = centeredShape(C);
  if (!Out)
    return Out.takeError();
  return C.setOutput(0, C.inType(0), *Out);
}

Error foldCenterCropPad(ShapeContext &C) {
  if (!C.hasOutput(0))
    return Error::success();
  ShapeRef In = C.inShape(0);
  ShapeRef Out = C.outShape(0);
  SmallVector<ElementSource> Sources;
  forEachElement(Out, [&](ShapeRef Index) {
    Shape From;
    bool Inside = true;
    for (size_t I = 0; I < Index.size(); ++I) {
      // An odd difference crops or pads the larger half at the end.
      int64_t At = Out[I] < In[I] ? Index[I] + (In[I] - Out[I]) / 2
                                  : Index[I] - (Out[I] - In[I]) / 2;
      Inside &= At >= 0 && At < In[I];
      From.push_back(At);
    }
    Sources.push_back(
        {Inside ? C.contents(0) : nullptr, Inside ? offsetOf(In, From) : 0});
  });
  setPicked(C, 0, Sources);
  return Error::success();
}

} // namespace toscount
