//===- MovementCopies.cpp - Transpose, Concat, Split, Expand, Tile... -----===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Movement.h"
#include "MovementFold.h"
#include "ShapeHelpers.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace toscount {
namespace {

/// A dimension times \p Factor, which is not negative.
Expected<int64_t> scaled(const ShapeContext &C, int64_t D, int64_t Factor) {
  int64_t Product = 0;
  if (__builtin_mul_overflow(D, Factor, &Product))
    return C.fail("a dimension of " + Twine(D) + " times " + Twine(Factor) +
                  " overflows");
  return Product;
}

/// The dimension that operand \p I's dimension \p From is at result axis
/// \p Perm: the permutation of Transpose, checked.
Expected<SmallVector<size_t, 6>> permutation(const ShapeContext &C) {
  size_t Rank = C.inShape(0).size();
  SmallVector<size_t, 6> Perm;
  if (!C.hasAttr("perm")) {
    for (size_t I = 0; I < Rank; ++I)
      Perm.push_back(Rank - 1 - I);
    return Perm;
  }
  ArrayRef<int64_t> Values = C.attrInts("perm");
  if (Values.size() != Rank)
    return C.fail("attribute 'perm' has " + Twine(Values.size()) +
                  " entries, but operand 0 has shape " +
                  toString(C.inShape(0)));
  return distinctAxes(C, Values, Rank);
}

} // namespace

Error shapeTranspose(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  Expected<SmallVector<size_t, 6>> Perm = permutation(C);
  if (!Perm)
    return Perm.takeError();
  Shape Out;
  for (size_t Axis : *Perm)
    Out.push_back(C.inShape(0)[Axis]);
  return C.setOutput(0, C.inType(0), Out);
}

Error foldTranspose(ShapeContext &C) {
  Expected<SmallVector<size_t, 6>> Perm = permutation(C);
  if (!Perm)
    return Perm.takeError();
  setMapped(C, 0, 0, [&](ShapeRef Index) {
    Shape In(Index.size());
    for (size_t I = 0; I < Index.size(); ++I)
      In[(*Perm)[I]] = Index[I];
    return offsetOf(C.inShape(0), In);
  });
  return Error::success();
}

/// Concat's axis had a default before opset 4.
static int64_t concatAxis(const OpInstance &Op) {
  return Op.attrInt("axis", 1);
}

Error shapeConcat(ShapeContext &C) {
  if (Error E = C.expectInputs(std::max(C.numInputs(), 1U), C.numInputs()))
    return E;
  if (C.opset() >= 4 && !C.hasAttr("axis"))
    return C.fail("attribute 'axis' is missing");
  ShapeRef First = C.inShape(0);
  Expected<size_t> Axis = C.checkedAxis(concatAxis(C), First.size());
  if (!Axis)
    return Axis.takeError();
  Shape Out(First.begin(), First.end());
  for (unsigned I = 1; I < C.numInputs(); ++I) {
    ShapeRef Next = C.inShape(I);
    bool Fits = Next.size() == First.size() && C.inType(I) == C.inType(0);
    for (size_t D = 0; Fits && D < First.size(); ++D)
      Fits = D == *Axis || Next[D] == First[D];
    if (!Fits)
      return C.fail("operands 0 and " + Twine(I) + " (" + name(C.inType(0)) +
                    " " + toString(First) + " and " + name(C.inType(I)) + " " +
                    toString(Next) + ") do not concatenate along axis " +
                    Twine(*Axis));
    if (__builtin_add_overflow(Out[*Axis], Next[*Axis], &Out[*Axis]))
      return C.fail("the concatenated dimension overflows");
  }
  return C.setOutput(0, C.inType(0), Out);
}

Error foldConcat(ShapeContext &C) {
  if (!C.hasOutput(0))
    return Error::success();
  size_t Axis = OpInstance::axis(concatAxis(C), C.outShape(0).size());
  SmallVector<ElementSource> Sources;
  forEachElement(C.outShape(0), [&](ShapeRef Index) {
    Shape In(Index.begin(), Index.end());
    unsigned I = 0;
    while (In[Axis] >= C.inShape(I)[Axis])
      In[Axis] -= C.inShape(I++)[Axis];
    Sources.push_back({C.contents(I), offsetOf(C.inShape(I), In)});
  });
  setPicked(C, 0, Sources);
  return Error::success();
}

Error shapeSplit(ShapeContext &C) {
  if (Error E = C.expectInputs(1, C.opset() >= 13 || C.opset() == 1 ? 2 : 1))
    return E;
  ShapeRef In = C.inShape(0);
  Expected<size_t> Axis = C.checkedAxis(C.attrInt("axis", 0), In.size());
  if (!Axis)
    return Axis.takeError();
  int64_t D = In[*Axis];
  int64_t Parts = C.numOutputs();
  if (Parts == 0)
    return C.fail("the node has no results");
  SmallVector<int64_t> Sizes;
  if (C.hasInput(1)) {
    Expected<ArrayRef<int64_t>> Given = C.integers(1, "split sizes");
    if (!Given)
      return Given.takeError();
    Sizes.assign(Given->begin(), Given->end());
  } else if (C.opset() < 13 && C.hasAttr("split")) {
    ArrayRef<int64_t> Given = C.attrInts("split");
    Sizes.assign(Given.begin(), Given.end());
  } else {
    if (C.attrInt("num_outputs", Parts) != Parts)
      return C.fail("attribute 'num_outputs' is " +
                    Twine(C.attrInt("num_outputs", Parts)) +
                    ", but the node has " + Twine(Parts) + " results");
    if (C.opset() < 18 && D % Parts != 0)
      return C.fail("axis " + Twine(*Axis) + " of shape " + toString(In) +
                    " does not split into " + Twine(Parts) + " equal parts");
    // Since opset 18 the last part may be smaller.
    int64_t Each = D / Parts + (D % Parts != 0 ? 1 : 0);
    int64_t Left = D;
    for (int64_t I = 0; I < Parts; ++I) {
      Sizes.push_back(std::min(Each, Left));
      Left -= Sizes.back();
    }
  }
  if (Sizes.size() != C.numOutputs())
    return C.fail(Twine(Sizes.size()) + " split sizes, but the node has " +
                  Twine(Parts) + " results");
  Count Total;
  for (int64_t Size : Sizes)
    Total += Size;
  if (Total != Count(D))
    return C.fail("the split sizes " + toString(Sizes) + " do not add up to " +
                  Twine(D) + ", axis " + Twine(*Axis) + " of shape " +
                  toString(In));
  Shape Out(In.begin(), In.end());
  for (unsigned O = 0; O < C.numOutputs(); ++O) {
    Out[*Axis] = Sizes[O];
    if (Error E = C.setOutput(O, C.inType(0), Out))
      return E;
  }
  return Error::success();
}

Error foldSplit(ShapeContext &C) {
  size_t Axis = OpInstance::axis(C.attrInt("axis", 0), C.inShape(0).size());
  // Where each part starts is known only when every part before it is a value.
  int64_t Start = 0;
  for (unsigned O = 0; O < C.numOutputs(); ++O) {
    if (!C.hasOutput(O))
      return Error::success();
    setMapped(C, O, 0, [&](ShapeRef Index) {
      Shape In(Index.begin(), Index.end());
      In[Axis] += Start;
      return offsetOf(C.inShape(0), In);
    });
    Start += C.outShape(O)[Axis];
  }
  return Error::success();
}

Error shapeExpand(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 2))
    return E;
  Expected<ArrayRef<int64_t>> Wanted = C.integers(1, "shape");
  if (!Wanted)
    return Wanted.takeError();
  for (int64_t D : *Wanted)
    if (D < 0)
      return C.fail("the shape " + toString(*Wanted) +
                    " has a negative dimension");
  Shape Out;
  if (!broadcast(C.inShape(0), *Wanted, Out))
    return C.fail("operand 0 of shape " + toString(C.inShape(0)) +
                  " does not expand to " + toString(*Wanted));
  return C.setOutput(0, C.inType(0), Out);
}

Error foldExpand(ShapeContext &C) {
  ShapeRef In = C.inShape(0);
  setMapped(C, 0, 0, [&](ShapeRef Index) {
    size_t Offset = 0;
    size_t Skip = Index.size() - In.size();
    for (size_t I = 0; I < In.size(); ++I)
      Offset = Offset * static_cast<size_t>(In[I]) +
               (In[I] == 1 ? 0 : static_cast<size_t>(Index[I + Skip]));
    return Offset;
  });
  return Error::success();
}

Error shapeTile(ShapeContext &C) {
  bool Old = C.opset() < 6; // Operands were how often, and along which axis.
  if (Error E = C.expectInputs(Old ? 3 : 2, Old ? 3 : 2))
    return E;
  ShapeRef In = C.inShape(0);
  Expected<ArrayRef<int64_t>> Given = C.integers(1, "repeats");
  if (!Given)
    return Given.takeError();
  SmallVector<int64_t> Repeats(Given->begin(), Given->end());
  if (Old) {
    Expected<ArrayRef<int64_t>> Where = C.integers(2, "axis");
    if (!Where)
      return Where.takeError();
    if (Given->size() != 1 || Where->size() != 1)
      return C.fail("operands 1 and 2 must be one number each");
    Expected<size_t> Axis = C.checkedAxis(Where->front(), In.size());
    if (!Axis)
      return Axis.takeError();
    Repeats.assign(In.size(), 1);
    Repeats[*Axis] = Given->front();
  }
  if (Repeats.size() != In.size())
    return C.fail(Twine(Repeats.size()) + " repeats, but operand 0 has shape " +
                  toString(In));
  Shape Out;
  for (size_t I = 0; I < In.size(); ++I) {
    if (Repeats[I] < 0)
      return C.fail("the repeats " + toString(Repeats) +
                    " have a negative entry");
    Expected<int64_t> D = scaled(C, In[I], Repeats[I]);
    if (!D)
      return D.takeError();
    Out.push_back(*D);
  }
  return C.setOutput(0, C.inType(0), Out);
}

Error foldTile(ShapeContext &C) {
  ShapeRef In = C.inShape(0);
  setMapped(C, 0, 0, [&](ShapeRef Index) {
    Shape From(Index.begin(), Index.end());
    for (size_t I = 0; I < In.size(); ++I)
      From[I] %= In[I];
    return offsetOf(In, From);
  });
  return Error::success();
}

/// Checks operand 0 (N, C, H, W) and the block size of both operators.
static Expected<int64_t> blockSize(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  if (Error E = C.expectRank(0, 4))
    return E;
  int64_t Block = C.attrInt("blocksize", 0);
  // A larger block has a square that is no dimension.
  if (Block <= 0 || Block > INT32_MAX)
    return C.fail("attribute 'blocksize' must be positive");
  return Block;
}

Error shapeDepthToSpace(ShapeContext &C) {
  Expected<int64_t> Block = blockSize(C);
  if (!Block)
    return Block.takeError();
  StringRef Mode = C.attrString("mode", "DCR");
  if (Mode != "DCR" && Mode != "CRD")
    return C.fail("attribute 'mode' must be DCR or CRD");
  ShapeRef In = C.inShape(0);
  int64_t Square = *Block * *Block;
  if (In[1] % Square != 0)
    return C.fail(Twine(In[1]) + " channels are no multiple of blocksize^2 (" +
                  Twine(Square) + ")");
  Expected<int64_t> H = scaled(C, In[2], *Block);
  if (!H)
    return H.takeError();
  Expected<int64_t> W = scaled(C, In[3], *Block);
  if (!W)
    return W.takeError();
  return C.setOutput(0, C.inType(0), {In[0], In[1] / Square, *H, *W});
}

Error foldDepthToSpace(ShapeContext &C) {
  if (!C.hasOutput(0))
    return Error::success();
  int64_t Block = C.attrInt("blocksize", 0);
  bool Dcr = C.attrString("mode", "DCR") == "DCR";
  setMapped(C, 0, 0, [&](ShapeRef Index) {
    int64_t Within = Index[2] % Block * Block + Index[3] % Block;
    int64_t Channel = Dcr ? Within * C.outShape(0)[1] + Index[1]
                          : Index[1] * Block * Block + Within;
    return offsetOf(C.inShape(0),
                    {Index[0], Channel, Index[2] / Block, Index[3] / Block});
  });
  return Error::success();
}

Error shapeSpaceToDepth(ShapeContext &C) {
  Expected<int64_t> Block = blockSize(C);
  if (!Block)
    return Block.takeError();
  ShapeRef In = C.inShape(0);
  if (In[2] % *Block != 0 || In[3] % *Block != 0)
    return C.fail("the image of shape " + toString(In) +
                  " is no multiple of blocksize " + Twine(*Block));
  Expected<int64_t> Channels = scaled(C, In[1], *Block * *Block);
  if (!Channels)
    return Channels.takeError();
  return C.setOutput(0, C.inType(0),
                     {In[0], *Channels, In[2] / *Block, In[3] / *Block});
}

Error foldSpaceToDepth(ShapeContext &C) {
  int64_t Block = C.attrInt("blocksize", 0);
  setMapped(C, 0, 0, [&](ShapeRef Index) {
    int64_t Within = Index[1] / C.inShape(0)[1];
    return offsetOf(C.inShape(0), {Index[0], Index[1] % C.inShape(0)[1],
                                   Index[2] * Block + Within / Block,
                                   Index[3] * Block + Within % Block});
  });
  return Error::success();
}

Error shapeTrilu(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 2))
    return E;
  if (Error E = C.expectRankAtLeast(0, 2))
    return E;
  if (C.hasInput(1) && C.inSize(1) != 1)
    return C.fail("operand 1, the diagonal, must be one number");
  return C.setOutput(0, C.inType(0), C.inShape(0));
}

Error foldTrilu(ShapeContext &C) {
  if (!C.hasOutput(0))
    return Error::success();
  bool Upper = C.attrInt("upper", 1) != 0;
  int64_t K = 0;
  if (C.hasInput(1)) {
    Expected<ArrayRef<int64_t>> Given = C.integers(1, "diagonal");
    if (!Given)
      return Given.takeError();
    K = Given->front();
  }
  SmallVector<ElementSource> Sources;
  forEachElement(C.outShape(0), [&](ShapeRef Index) {
    int64_t Diagonal = Index.back() - Index[Index.size() - 2];
    bool Kept = Upper ? Diagonal >= K : Diagonal <= K;
    Sources.push_back(
        {Kept ? C.contents(0) : nullptr, offsetOf(C.inShape(0), Index)});
  });
  setPicked(C, 0, Sources);
  return Error::success();
}

Error shapeReverseSequence(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 2))
    return E;
  if (Error E = C.expectRankAtLeast(0, 2))
    return E;
  int64_t Batch = C.attrInt("batch_axis", 1);
  int64_t Time = C.attrInt("time_axis", 0);
  if (Batch < 0 || Batch > 1 || Time < 0 || Time > 1 || Batch == Time)
    return C.fail("attributes 'batch_axis' and 'time_axis' must be 0 and 1");
  ShapeRef In = C.inShape(0);
  if (C.inShape(1) != ShapeRef(In[Batch]))
    return C.fail("operand 1 has shape " + toString(C.inShape(1)) +
                  ", but one length for each of " + Twine(In[Batch]) +
                  " sequences is needed");
  return C.setOutput(0, C.inType(0), In);
}

Error foldReverseSequence(ShapeContext &C) {
  auto Batch = static_cast<size_t>(C.attrInt("batch_axis", 1));
  size_t Time = 1 - Batch;
  ShapeRef In = C.inShape(0);
  Expected<ArrayRef<int64_t>> Lengths = C.integers(1, "sequence lengths");
  if (!Lengths)
    return Lengths.takeError();
  for (int64_t Length : *Lengths)
    if (Length < 0 || Length > In[Time])
      return C.fail("the sequence length " + Twine(Length) +
                    " is outside axis " + Twine(Time) + " of shape " +
                    toString(In));
  setMapped(C, 0, 0, [&](ShapeRef Index) {
    Shape From(Index.begin(), Index.end());
    int64_t Length = (*Lengths)[From[Batch]];
    if (From[Time] < Length)
      From[Time] = Length - 1 - From[Time];
    return offsetOf(In, From);
  });
  return Error::success();
}

} // namespace toscount
