//===- Draw.h - figures to SVG --------------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Draws figures by gnuplot, a child process that sees numbers and placeholders
/// alone: texts, which come from files that nobody vouches for, are put into
/// the SVG afterwards.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_PLOT_DRAW_H
#define TOSCOUNT_PLOT_DRAW_H

#include "toscount/Plot/Figure.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace toscount {

/// Something that drawing needs is missing or broken on this machine.
class PlotterError : public llvm::ErrorInfo<PlotterError> {
public:
  static constexpr char ID = 0;
  explicit PlotterError(std::string Text) : Text(std::move(Text)) {}
  void log(llvm::raw_ostream &OS) const override;
  [[nodiscard]] std::error_code convertToErrorCode() const override;

private:
  std::string Text;
};

/// A PlotterError, with the way to get it, when gnuplot is not on PATH.
llvm::Error checkPlotter();

/// An `<svg>` element for each of \p Figures, 900 px wide and without a
/// background, text in the colour `currentColor`. Every mark of points, bars,
/// boxes and ticks is an element of class "mark" that holds its tip as
/// `<title>`.
llvm::Expected<std::vector<std::string>>
drawFigures(llvm::ArrayRef<Figure> Figures);

/// \p Svg, of drawFigures, as a file of its own: on white.
std::string svgFile(llvm::StringRef Svg);

/// \p Text for XML and HTML, as content or as a quoted attribute: markup
/// escaped, what is no text made visible.
std::string markupText(llvm::StringRef Text);

} // namespace toscount

#endif // TOSCOUNT_PLOT_DRAW_H
