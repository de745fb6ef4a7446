//===- Svg.h - what gnuplot drew, made fit to publish ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_PLOT_SVG_H
#define TOSCOUNT_LIB_PLOT_SVG_H

#include "Script.h"

#include "llvm/ADT/StringRef.h"

#include <optional>

namespace toscount {

/// The `<svg>` element of \p Drawn, a document by gnuplot from the commands of
/// \p From: with the texts of \p F for their stand-ins, a tip in every mark,
/// and without what differs between versions of gnuplot (comments, unused
/// definitions, empty groups). Nothing when it is not the drawing that was
/// asked for.
std::optional<std::string> finishSvg(llvm::StringRef Drawn, const Script &From,
                                     const Figure &F);

} // namespace toscount

#endif // TOSCOUNT_LIB_PLOT_SVG_H
