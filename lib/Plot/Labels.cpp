//===- Labels.cpp - where labels have room --------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Labels.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Unicode.h"

#include <algorithm>

using namespace llvm;

namespace toscount {
namespace {

bool meet(const LabelBox &A, const LabelBox &B) {
  return A.Left < B.Right && B.Left < A.Right && A.Top < B.Bottom &&
         B.Top < A.Bottom;
}

bool meetsAny(const LabelBox &B, ArrayRef<LabelBox> Others) {
  return any_of(Others, [&](const LabelBox &O) { return meet(O, B); });
}

} // namespace

size_t textWidth(StringRef Text, unsigned Size) {
  int Columns = sys::unicode::columnWidthUTF8(Text);
  size_t Characters = Columns < 0 ? Text.size() : static_cast<size_t>(Columns);
  // The widest of the usual sans-serif fonts.
  return static_cast<size_t>(0.6 * Size * static_cast<double>(Characters)) + 1;
}

std::string fitted(StringRef Text, unsigned Size, double Pixels, bool KeepEnd) {
  std::string Safe = escaped(Text);
  auto Fits = [&](StringRef Part) {
    return static_cast<double>(textWidth(Part, Size)) <= Pixels;
  };
  if (Fits(Safe))
    return Safe;
  // Cut between characters: bytes of UTF-8 that begin none are 10xxxxxx.
  auto IsInside = [&](size_t At) {
    return At < Safe.size() &&
           (static_cast<unsigned char>(Safe[At]) & 0xc0U) == 0x80U;
  };
  constexpr StringLiteral Ellipsis = "\u2026";
  StringRef Kept = Safe;
  // What is far too long is cut at once: each step looks at all of it.
  if (auto Room = static_cast<size_t>(Pixels); Kept.size() > Room)
    Kept = KeepEnd ? Kept.take_back(Room) : Kept.take_front(Room);
  while (!Kept.empty() &&
         (!Fits((Kept + Ellipsis).str()) ||
          IsInside(KeepEnd ? Safe.size() - Kept.size() : Kept.size())))
    Kept = KeepEnd ? Kept.drop_front() : Kept.drop_back();
  return KeepEnd ? (Ellipsis + Kept).str() : (Kept + Ellipsis).str();
}

std::vector<LabelPlace> placeLabels(ArrayRef<PlacedMark> Marks,
                                    ArrayRef<LabelBox> Lines,
                                    const CanvasBox &Canvas) {
  constexpr double Half = 7; // Of a line's height.
  constexpr double Dot = 4;
  struct Offset {
    double X, Y;
    bool Left;
  };
  constexpr Offset Offsets[] = {
      {8, 0, true},  {-8, 0, false},  {6, -13, true}, {-6, -13, false},
      {6, 13, true}, {-6, 13, false}, {6, -26, true}, {-6, -26, false},
      {6, 26, true}, {-6, 26, false}};
  std::vector<LabelBox> Taken;
  for (const PlacedMark &M : Marks)
    if (!M.Always)
      Taken.push_back({M.X - Dot, M.Y - Dot, M.X + Dot, M.Y + Dot});
  std::vector<LabelPlace> Places;
  for (const PlacedMark &M : Marks) {
    if (M.Always) {
      Places.push_back({M.Label, M.X + 6, M.Y, true});
      continue;
    }
    auto Wide = static_cast<double>(textWidth(M.Label, SmallText));
    const Offset *Best = nullptr;
    LabelBox BestBox;
    for (const Offset &O : Offsets) {
      double X = M.X + O.X, Y = M.Y + O.Y;
      LabelBox B = {O.Left ? X : X - Wide, Y - Half, O.Left ? X + Wide : X,
                    Y + Half};
      bool Inside = B.Left >= Canvas.Left && B.Right <= Canvas.Width - 4 &&
                    B.Top >= Canvas.Top - Half &&
                    B.Bottom <= Canvas.Height - Canvas.Bottom;
      if (!Inside || meetsAny(B, Taken))
        continue;
      bool Clear = !meetsAny(B, Lines);
      if (Best != nullptr && !Clear)
        continue;
      Best = &O;
      BestBox = B;
      if (Clear)
        break;
    }
    if (Best == nullptr)
      continue;
    Taken.push_back(BestBox);
    Places.push_back({M.Label, M.X + Best->X, M.Y + Best->Y, Best->Left});
  }
  return Places;
}

} // namespace toscount
