//===- DisplayText.h - untrusted text made fit to show --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Names come from files that nobody vouches for and end up on terminals, in
/// spreadsheets and on web pages.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_REPORT_DISPLAYTEXT_H
#define TOSCOUNT_LIB_REPORT_DISPLAYTEXT_H

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace toscount {

/// \p Text for a terminal: valid UTF-8, without control characters (C1 ones
/// included), line separators, or anything that reorders or hides text.
std::string safeText(llvm::StringRef Text);

/// Columns that \p Text, made by safeText, takes on a terminal.
unsigned columnWidth(llvm::StringRef Text);

/// \p Text in at most \p Width columns: its end after an ellipsis. Where a
/// path's last numbered part would be lost and there is room, it stays:
/// `…layer.3/…query/MatMul`.
std::string keepEnd(llvm::StringRef Text, unsigned Width, bool Unicode);
/// Its beginning before an ellipsis.
std::string keepBeginning(llvm::StringRef Text, unsigned Width, bool Unicode);

/// \p Text broken at spaces into lines of at most \p Width columns (0: one
/// line), the first of \p Used columns less. A longer word stands alone.
std::vector<std::string> wrapped(llvm::StringRef Text, unsigned Width,
                                 unsigned Used = 0);

/// \p Text for JSON: unchanged when it is UTF-8, otherwise as safeText.
std::string jsonText(llvm::StringRef Text);

/// A field of RFC 4180, quoted when it needs it; for text also guarded against
/// being read as a formula.
std::string csvField(llvm::StringRef Text);

/// Text of a Markdown paragraph or table cell, taken literally.
std::string markdownText(llvm::StringRef Text);
/// The same as a code span, for names.
std::string markdownCode(llvm::StringRef Text);

} // namespace toscount

#endif // TOSCOUNT_LIB_REPORT_DISPLAYTEXT_H
