//===- Labels.h - where labels have room ----------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_PLOT_LABELS_H
#define TOSCOUNT_LIB_PLOT_LABELS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace toscount {

/// Sizes of text in pixels.
inline constexpr unsigned SmallText = 12, TitleText = 16;
/// More marks are drawn smaller.
inline constexpr size_t ManyMarks = 100;

/// The canvas and its margins, in pixels.
struct CanvasBox {
  double Width = 900, Height = 0;
  double Left = 0, Right = 0, Top = 0, Bottom = 0;
};

/// About how many pixels \p Text takes, at most.
size_t textWidth(llvm::StringRef Text, unsigned Size);

/// \p Text, made safe to show, in about \p Pixels at most: its beginning or its
/// end beside an ellipsis.
std::string fitted(llvm::StringRef Text, unsigned Size, double Pixels,
                   bool KeepEnd);

struct LabelBox {
  double Left = 0, Top = 0, Right = 0, Bottom = 0;
};

struct PlacedMark {
  std::string Label;
  double X = 0, Y = 0; ///< Pixels from the upper left corner.
  bool Always = false; ///< There is room for it: rows do not overlap.
};

struct LabelPlace {
  std::string Text;
  double X = 0, Y = 0;
  bool Left = true; ///< Begins at X; otherwise ends there.
};

/// A place beside each mark, where no other mark or label is, and if possible
/// none of \p Lines; labels without such a place are left out.
std::vector<LabelPlace> placeLabels(llvm::ArrayRef<PlacedMark> Marks,
                                    llvm::ArrayRef<LabelBox> Lines,
                                    const CanvasBox &Canvas);

} // namespace toscount

#endif // TOSCOUNT_LIB_PLOT_LABELS_H
