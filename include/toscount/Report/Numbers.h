//===- Numbers.h - numbers as text ----------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Formats counts in integer arithmetic: exact, the same everywhere, and
/// independent of any locale.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_REPORT_NUMBERS_H
#define TOSCOUNT_REPORT_NUMBERS_H

#include "toscount/Support/Count.h"

#include "llvm/ADT/StringRef.h"

#include <string>

namespace toscount {

/// Three digits and an SI prefix: "999", "1.82 G", "340 Q"; beyond the prefixes
/// "3.40e38". Rounded half up; "overflow" when \p Value is not valid. \p Unit
/// follows the prefix: "3.40 MB".
std::string si(WideCount Value, llvm::StringRef Unit = "");

/// All digits, in groups of three: "118 013 952".
std::string grouped(WideCount Value);

/// The numbers in \p Text (a formula) in groups of three.
std::string groupedFormula(llvm::StringRef Text);

/// Thousandths of \p Part in \p Whole, rounded half up; 0 when \p Whole is.
unsigned perMille(WideCount Part, WideCount Whole);

/// "12.3 %" of \p Whole; "-" when \p Whole is 0.
std::string percent(WideCount Part, WideCount Whole);

} // namespace toscount

#endif // TOSCOUNT_REPORT_NUMBERS_H
