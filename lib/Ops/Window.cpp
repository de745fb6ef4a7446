//===- Window.cpp - windows that slide over a tensor ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Window.h"

#include "toscount/Support/Diagnostics.h"

#include <numeric>

using namespace llvm;

namespace toscount {
namespace {

/// Sums of a few products of 64-bit numbers never overflow it.
__extension__ using Wide = __int128;

enum class AutoPad : uint8_t { NotSet, SameUpper, SameLower, Valid };

/// The attributes common to all sliding windows, one number an axis.
struct Attributes {
  Shape Strides, Dilations, Pads;
  AutoPad Auto = AutoPad::NotSet;
};

/// Attribute \p Name: \p Length numbers of at least \p Least, or as many
/// \p Default when it is absent.
Expected<Shape> numbers(const OpInstance &Op, StringRef Name, size_t Length,
                        int64_t Least, int64_t Default) {
  ArrayRef<int64_t> Given = Op.attrInts(Name);
  if (Given.empty())
    return Shape(Length, Default);
  if (Given.size() != Length)
    return makeError("its attribute '" + Name + "' has " + Twine(Given.size()) +
                     " numbers, but " + Twine(Length) + " are needed");
  for (int64_t N : Given)
    if (N < Least)
      return makeError("its attribute '" + Name + "' contains " + Twine(N) +
                       ", but must be at least " + Twine(Least));
  return Shape(Given);
}

Expected<Attributes> readAttributes(const OpInstance &Op, size_t Rank) {
  Attributes A;
  auto Take = [&](Shape &To, StringRef Name, size_t Length, int64_t Least,
                  int64_t Default) -> Error {
    Expected<Shape> Read = numbers(Op, Name, Length, Least, Default);
    if (!Read)
      return Read.takeError();
    To = std::move(*Read);
    return Error::success();
  };
  if (Error E = Take(A.Strides, "strides", Rank, 1, 1))
    return E;
  if (Error E = Take(A.Dilations, "dilations", Rank, 1, 1))
    return E;
  if (Error E = Take(A.Pads, "pads", 2 * Rank, 0, 0))
    return E;
  StringRef Auto = Op.attrString("auto_pad", "NOTSET");
  if (Auto == "SAME_UPPER")
    A.Auto = AutoPad::SameUpper;
  else if (Auto == "SAME_LOWER")
    A.Auto = AutoPad::SameLower;
  else if (Auto == "VALID")
    A.Auto = AutoPad::Valid;
  else if (Auto != "NOTSET" && !Auto.empty())
    return makeError("its attribute 'auto_pad' is '" + printable(Auto) +
                     "', but must be NOTSET, SAME_UPPER, SAME_LOWER or VALID");
  return A;
}

Error tooLarge(size_t Axis) {
  return makeError("the windows of spatial axis " + Twine(Axis) +
                   " span more positions than any memory holds");
}

Error checkSizes(size_t Axis, int64_t In, int64_t Kernel) {
  if (In < 1)
    return makeError("its spatial axis " + Twine(Axis) +
                     " has no elements to compute on");
  if (Kernel < 1)
    return makeError("its kernel has size " + Twine(Kernel) +
                     " on spatial axis " + Twine(Axis));
  return Error::success();
}

/// Positions that one window spans. Limited, so that later sums are safe.
constexpr Wide MaxExtent = Wide(1) << 62;
Wide extent(const WindowAxis &A) { return Wide(A.Kernel - 1) * A.Dilation + 1; }

/// Splits \p Total between both ends.
void padSame(WindowAxis &A, AutoPad Auto, Wide Total) {
  auto T = static_cast<int64_t>(std::max<Wide>(Total, 0));
  A.PadBegin = Auto == AutoPad::SameUpper ? T / 2 : T - T / 2;
  A.PadEnd = T - A.PadBegin;
}

/// Sum of floor((A*I + B) / M) for I from 0 to N-1; all at least 0, M > 0.
Wide floorSum(Wide N, Wide M, Wide A, Wide B) {
  // As Euclid's algorithm: logarithmically many rounds.
  Wide Sum = 0;
  while (N > 0) {
    Sum += N * (N - 1) / 2 * (A / M) + N * (B / M);
    A %= M;
    B %= M;
    Wide Last = A * N + B;
    N = Last / M;
    B = Last % M;
    std::swap(M, A);
    if (M == 0)
      break;
  }
  return Sum;
}

Wide clamp(Wide V, Wide Low, Wide High) {
  return std::max(Low, std::min(V, High));
}
Wide ceilDiv(Wide A, Wide B) { return A > 0 ? (A + B - 1) / B : -(-A / B); }

/// How many pairs of O below \p Outs and T below \p Taps have
/// O * Stride + T * Dilation < Limit.
Wide pairsBelow(Wide Outs, Wide Taps, Wide Stride, Wide Dilation, Wide Limit) {
  if (Outs <= 0 || Taps <= 0 || Limit <= 0)
    return 0;
  // Taps before All have every window below, taps from None on have none.
  Wide All = clamp(ceilDiv(Limit - (Outs - 1) * Stride, Dilation), 0, Taps);
  Wide None = clamp(ceilDiv(Limit, Dilation), 0, Taps);
  Wide Rest = Limit - (None - 1) * Dilation;
  return All * Outs + floorSum(None - All, Stride, Dilation, Rest + Stride - 1);
}

/// The same between PadBegin and PadBegin + In, for the first \p Outs windows
/// and \p Taps taps, all moved on by \p Shift.
Wide pairsInside(const WindowAxis &A, Wide Outs, Wide Taps, Wide Shift) {
  Wide Begin = Wide(A.PadBegin) - Shift;
  return pairsBelow(Outs, Taps, A.Stride, A.Dilation, Begin + A.In) -
         pairsBelow(Outs, Taps, A.Stride, A.Dilation, Begin);
}

Count toCount(Wide V) {
  return V >= 0 && V <= Wide(UINT64_MAX) ? Count(static_cast<uint64_t>(V))
                                         : Count::invalid();
}

/// How many I below \p N have a J below \p M with a position
/// I * Step + J * Other inside the tensor.
Wide withAny(const WindowAxis &A, Wide N, Wide Step, Wide M, Wide Other,
             Wide Pairs) {
  // Others lie too far apart for two of them to be inside.
  if (Other > A.In)
    return Pairs;
  // Otherwise they cannot jump over the tensor.
  Wide First = ceilDiv(Wide(A.PadBegin) - (M - 1) * Other, Step);
  Wide End = ceilDiv(Wide(A.PadBegin) + A.In, Step);
  return std::max<Wide>(0, clamp(End, 0, N) - clamp(First, 0, N));
}

} // namespace

Expected<WindowAxes> slidingWindows(const OpInstance &Op, ShapeRef In,
                                    ShapeRef Kernel, const WindowRules &Rules) {
  Expected<Attributes> Read = readAttributes(Op, In.size());
  if (!Read)
    return Read.takeError();
  WindowAxes Axes;
  for (size_t I = 0; I < In.size(); ++I) {
    if (Error E = checkSizes(I, In[I], Kernel[I]))
      return E;
    WindowAxis A;
    A.In = In[I];
    A.Kernel = Kernel[I];
    A.Stride = Read->Strides[I];
    A.Dilation = Read->Dilations[I];
    Wide Extent = extent(A);
    if (Extent > MaxExtent)
      return tooLarge(I);
    if (Read->Auto == AutoPad::SameUpper || Read->Auto == AutoPad::SameLower) {
      A.Out = (A.In - 1) / A.Stride + 1;
      padSame(A, Read->Auto, Wide(A.Out - 1) * A.Stride + Extent - A.In);
      Axes.push_back(A);
      continue;
    }
    if (Read->Auto == AutoPad::NotSet) {
      A.PadBegin = Read->Pads[I];
      A.PadEnd = Read->Pads[I + In.size()];
    }
    Wide Padded = Wide(A.In) + A.PadBegin + A.PadEnd;
    if (Padded > MaxExtent)
      return tooLarge(I);
    Wide Room = Padded - Extent;
    // Rounding up may leave one window that runs over the end.
    if (Rules.CeilMode ? Room <= -Wide(A.Stride) : Room < 0)
      return makeError("its kernel spans " +
                       Twine(static_cast<int64_t>(Extent)) +
                       " positions on spatial axis " + Twine(I) +
                       ", but the padded operand has only " +
                       Twine(static_cast<int64_t>(Padded)));
    Wide Outs =
        (Rules.CeilMode ? ceilDiv(Room, A.Stride) : Room / A.Stride) + 1;
    if (Rules.CeilMode && Rules.DropLastInPadding && Outs > 1 &&
        (Outs - 1) * A.Stride >= Wide(A.In) + A.PadBegin)
      --Outs;
    A.Out = static_cast<int64_t>(Outs);
    if (Wide(A.Out - 1) * A.Stride + Extent > 2 * MaxExtent)
      return tooLarge(I);
    Axes.push_back(A);
  }
  return Axes;
}

Expected<WindowAxes> transposedWindows(const OpInstance &Op, ShapeRef In,
                                       ShapeRef Kernel) {
  size_t Rank = In.size();
  Expected<Attributes> Read = readAttributes(Op, Rank);
  if (!Read)
    return Read.takeError();
  Expected<Shape> Extra = numbers(Op, "output_padding", Rank, 0, 0);
  if (!Extra)
    return Extra.takeError();
  // Batch and channels may lead it; they are not looked at.
  size_t Given = Op.attrInts("output_shape").size();
  size_t Lead = Given == Rank + 2 ? 2 : 0;
  Expected<Shape> Wanted = numbers(Op, "output_shape", Rank + Lead, 1, 1);
  if (!Wanted)
    return Wanted.takeError();

  WindowAxes Axes;
  for (size_t I = 0; I < Rank; ++I) {
    if (Error E = checkSizes(I, In[I], Kernel[I]))
      return E;
    WindowAxis A;
    A.Out = In[I];
    A.Kernel = Kernel[I];
    A.Stride = Read->Strides[I];
    A.Dilation = Read->Dilations[I];
    Wide Extent = extent(A);
    Wide Full = Wide(A.Out - 1) * A.Stride + (*Extra)[I];
    if (Extent > MaxExtent || Full > MaxExtent)
      return tooLarge(I);
    Full += Extent;
    Wide Out = Full;
    if (Given != 0) {
      Out = (*Wanted)[I + Lead];
      padSame(A,
              Read->Auto == AutoPad::SameUpper ? AutoPad::SameUpper
                                               : AutoPad::SameLower,
              Full - Out);
    } else if (Read->Auto == AutoPad::SameUpper ||
               Read->Auto == AutoPad::SameLower) {
      padSame(A, Read->Auto, Extent - A.Stride);
      Out = Full - A.PadBegin - A.PadEnd;
    } else if (Read->Auto == AutoPad::NotSet) {
      A.PadBegin = Read->Pads[I];
      A.PadEnd = Read->Pads[I + Rank];
      Out = Full - A.PadBegin - A.PadEnd;
    }
    if (Out < 1)
      return makeError("its pads cut away all " +
                       Twine(static_cast<int64_t>(Full)) +
                       " positions of spatial axis " + Twine(I));
    A.In = static_cast<int64_t>(std::min<Wide>(Out, INT64_MAX));
    Axes.push_back(A);
  }
  return Axes;
}

WindowCounts countWindows(ArrayRef<WindowAxis> Axes, bool SkipPadding) {
  WindowCounts C;
  for (const WindowAxis &A : Axes) {
    // Two pairs meet at one position when they differ by a multiple of
    // (Dilation / G, -Stride / G): each position is counted by its pair that
    // has no such predecessor.
    Wide G = std::gcd(A.Stride, A.Dilation);
    Wide FewerOuts = std::max<Wide>(0, A.Out - A.Dilation / G);
    Wide FewerTaps = std::max<Wide>(0, A.Kernel - A.Stride / G);
    if (!SkipPadding) {
      Wide Pairs = Wide(A.Out) * A.Kernel;
      C.Pairs *= toCount(Pairs);
      C.Windows *= A.Out;
      C.Taps *= A.Kernel;
      C.Reached *= toCount(Pairs - FewerOuts * FewerTaps);
      continue;
    }
    Wide Pairs = pairsInside(A, A.Out, A.Kernel, 0);
    Wide Shift = A.Dilation / G * A.Stride;
    C.Pairs *= toCount(Pairs);
    C.Windows *=
        toCount(withAny(A, A.Out, A.Stride, A.Kernel, A.Dilation, Pairs));
    C.Taps *= toCount(withAny(A, A.Kernel, A.Dilation, A.Out, A.Stride, Pairs));
    C.Reached *= toCount(Pairs - pairsInside(A, FewerOuts, FewerTaps, Shift));
  }
  return C;
}

} // namespace toscount
