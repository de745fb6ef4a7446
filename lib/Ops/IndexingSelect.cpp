//===- IndexingSelect.cpp - results whose size depends on contents --------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "DataDependent.h"
#include "Indexing.h"
#include "MovementFold.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace toscount {

/// Positions that Compress keeps.
static SmallVector<int64_t> keptPositions(const OpInstance &Op) {
  SmallVector<int64_t> Kept;
  ArrayRef<int64_t> Condition = Op.contents(1)->Ints;
  for (size_t I = 0; I < Condition.size(); ++I)
    if (Condition[I] != 0)
      Kept.push_back(static_cast<int64_t>(I));
  return Kept;
}

Error shapeCompress(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 2))
    return E;
  if (Error E = C.expectRank(1, 1))
    return E;
  ShapeRef In = C.inShape(0);
  if (C.contents(1) == nullptr) {
    Shape Known = {-1};
    Count Most = std::min(elements(In), C.inSize(1));
    if (C.hasAttr("axis")) {
      Expected<size_t> Axis = C.checkedAxis(C.attrInt("axis", 0), In.size());
      if (!Axis)
        return Axis.takeError();
      Known.assign(In.begin(), In.end());
      Known[*Axis] = -1;
      Most = std::min(Count(In[*Axis]), C.inSize(1));
    }
    Expected<Shape> Kept = decidedShape(
        C, 0, Known, Most, "the number of true elements of its condition");
    if (!Kept)
      return Kept.takeError();
    return C.setOutput(0, C.inType(0), *Kept);
  }
  SmallVector<int64_t> Kept = keptPositions(C);
  auto Number = static_cast<int64_t>(Kept.size());
  Count Size = elements(In);
  Shape Out = {Number};
  if (C.hasAttr("axis")) {
    Expected<size_t> Axis = C.checkedAxis(C.attrInt("axis", 0), In.size());
    if (!Axis)
      return Axis.takeError();
    Size = In[*Axis];
    Out.assign(In.begin(), In.end());
    Out[*Axis] = Number;
  }
  if (!Kept.empty() && Count(Kept.back()) >= Size)
    return C.fail("its condition keeps position " + Twine(Kept.back()) +
                  ", but there are only " + toString(Size));
  return C.setOutput(0, C.inType(0), Out);
}

Error foldCompress(ShapeContext &C) {
  ShapeRef In = C.inShape(0);
  SmallVector<int64_t> Kept = keptPositions(C);
  if (!C.hasAttr("axis")) {
    setMapped(C, 0, 0, [&](ShapeRef Index) {
      return static_cast<size_t>(Kept[Index[0]]);
    });
    return Error::success();
  }
  size_t Axis = OpInstance::axis(C.attrInt("axis", 0), In.size());
  setMapped(C, 0, 0, [&](ShapeRef Index) {
    Shape From(Index.begin(), Index.end());
    From[Axis] = Kept[From[Axis]];
    return offsetOf(In, From);
  });
  return Error::success();
}

/// Indices of the elements that are not zero, in row-major order.
static SmallVector<Shape> nonZeros(const OpInstance &Op) {
  const Constant &Data = *Op.contents(0);
  SmallVector<Shape> Found;
  size_t At = 0;
  forEachElement(Op.inShape(0), [&](ShapeRef Index) {
    bool Text = At < Data.Strings.size() && !Data.Strings[At].empty();
    if (Text || Data.number(At) != 0)
      Found.emplace_back(Index.begin(), Index.end());
    ++At;
  });
  return Found;
}

Error shapeNonZero(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  if (C.contents(0) == nullptr) {
    Expected<Shape> Found =
        decidedShape(C, 0, {static_cast<int64_t>(C.inShape(0).size()), -1},
                     C.inSize(0), "the number of elements that are not zero");
    if (!Found)
      return Found.takeError();
    return C.setOutput(0, ElementType::Int64, *Found);
  }
  return C.setOutput(0, ElementType::Int64,
                     {static_cast<int64_t>(C.inShape(0).size()),
                      static_cast<int64_t>(nonZeros(C).size())});
}

Error foldNonZero(ShapeContext &C) {
  SmallVector<Shape> Found = nonZeros(C);
  SmallVector<int64_t> Result;
  for (size_t I = 0; I < C.inShape(0).size(); ++I)
    for (const Shape &Index : Found)
      Result.push_back(Index[I]);
  C.setContents(0, ArrayRef<int64_t>(Result));
  return Error::success();
}

namespace {

/// The distinct items (elements, or slices along an axis) of a tensor.
struct Distinct {
  /// Offsets of every item's elements.
  SmallVector<SmallVector<size_t, 1>> Items;
  /// First occurrence of each distinct item, in the order of the result.
  SmallVector<int64_t> First;
  /// For every item, which distinct one it is.
  SmallVector<int64_t> Inverse;
  SmallVector<int64_t> Counts;
};

int compareElements(const Constant &Data, size_t A, size_t B) {
  if (!Data.Strings.empty())
    return Data.Strings[A].compare(Data.Strings[B]);
  if (!Data.Ints.empty())
    return (Data.Ints[A] > Data.Ints[B]) - (Data.Ints[A] < Data.Ints[B]);
  return (Data.Floats[A] > Data.Floats[B]) - (Data.Floats[A] < Data.Floats[B]);
}

Distinct distinctItems(const OpInstance &Op) {
  const Constant &Data = *Op.contents(0);
  ShapeRef In = Op.inShape(0);
  Distinct D;
  if (Op.hasAttr("axis")) {
    size_t Axis = OpInstance::axis(Op.attrInt("axis", 0), In.size());
    // A tensor without elements has no items worth comparing.
    D.Items.resize(Data.size() == 0 ? 0 : static_cast<size_t>(In[Axis]));
    size_t At = 0;
    forEachElement(
        In, [&](ShapeRef Index) { D.Items[Index[Axis]].push_back(At++); });
  } else {
    for (size_t I = 0; I < Data.size(); ++I)
      D.Items.push_back({I});
  }
  auto Compare = [&](int64_t A, int64_t B) {
    for (size_t K = 0; K < D.Items[A].size(); ++K)
      if (int Order = compareElements(Data, D.Items[A][K], D.Items[B][K]))
        return Order;
    return 0;
  };
  SmallVector<int64_t> Order;
  for (size_t I = 0; I < D.Items.size(); ++I)
    Order.push_back(static_cast<int64_t>(I));
  stable_sort(Order, [&](int64_t A, int64_t B) { return Compare(A, B) < 0; });
  SmallVector<SmallVector<int64_t>> Groups;
  for (int64_t I : Order) {
    if (Groups.empty() || Compare(Groups.back().front(), I) != 0)
      Groups.emplace_back();
    Groups.back().push_back(I);
  }
  if (Op.attrInt("sorted", 1) == 0)
    llvm::sort(Groups, [](const auto &A, const auto &B) {
      return A.front() < B.front();
    });
  D.Inverse.resize(D.Items.size());
  for (const auto &Group : Groups) {
    for (int64_t I : Group)
      D.Inverse[I] = static_cast<int64_t>(D.First.size());
    D.First.push_back(Group.front());
    D.Counts.push_back(static_cast<int64_t>(Group.size()));
  }
  return D;
}

} // namespace

Error shapeUnique(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  ShapeRef In = C.inShape(0);
  size_t Axis = 0;
  bool Along = C.hasAttr("axis");
  if (Along) {
    Expected<size_t> Given = C.checkedAxis(C.attrInt("axis", 0), In.size());
    if (!Given)
      return Given.takeError();
    Axis = *Given;
  }
  int64_t Items = 0, Number = 0;
  if (C.contents(0) != nullptr) {
    Distinct D = distinctItems(C);
    Number = static_cast<int64_t>(D.First.size());
    Items = static_cast<int64_t>(D.Inverse.size());
  } else {
    Count All = Along ? Count(In[Axis]) : elements(In);
    Items = static_cast<int64_t>(All.value());
    // All results but the inverse have that size.
    const unsigned Sized[] = {0U, 1U, 3U};
    const auto *O =
        llvm::find_if(Sized, [&](unsigned R) { return C.hasOutput(R); });
    if (O != std::end(Sized)) {
      bool First = *O == 0 && Along;
      Expected<int64_t> Size =
          C.decided(*O, First ? Axis : 0, First ? In.size() : 1, All,
                    "the number of distinct items");
      if (!Size)
        return Size.takeError();
      Number = *Size;
    }
  }
  Shape Out = {Number};
  if (Along) {
    Out.assign(In.begin(), In.end());
    Out[Axis] = Number;
  }
  if (Error E = C.setOutput(0, C.inType(0), Out))
    return E;
  if (Error E = C.setOutput(1, ElementType::Int64, {Number}))
    return E;
  if (Error E = C.setOutput(2, ElementType::Int64, {Items}))
    return E;
  return C.setOutput(3, ElementType::Int64, {Number});
}

Error foldUnique(ShapeContext &C) {
  Distinct D = distinctItems(C);
  ShapeRef In = C.inShape(0);
  if (!C.hasAttr("axis")) {
    setMapped(C, 0, 0, [&](ShapeRef Index) {
      return static_cast<size_t>(D.First[Index[0]]);
    });
  } else {
    size_t Axis = OpInstance::axis(C.attrInt("axis", 0), In.size());
    setMapped(C, 0, 0, [&](ShapeRef Index) {
      Shape From(Index.begin(), Index.end());
      From[Axis] = D.First[From[Axis]];
      return offsetOf(In, From);
    });
  }
  C.setContents(1, ArrayRef<int64_t>(D.First));
  C.setContents(2, ArrayRef<int64_t>(D.Inverse));
  C.setContents(3, ArrayRef<int64_t>(D.Counts));
  return Error::success();
}

} // namespace toscount
