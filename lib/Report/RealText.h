//===- RealText.h - measured and predicted numbers as text ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_REPORT_REALTEXT_H
#define TOSCOUNT_LIB_REPORT_REALTEXT_H

#include "toscount/Report/Report.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"

#include <optional>
#include <string>

namespace toscount {

/// Three digits; units that take prefixes get one: "1.23 kJ", "420 W samples".
std::string quantity(double Value, llvm::StringRef Unit);

/// "1 h 23 min", "12.3 s".
std::string duration(double Seconds);

/// The same under \p Options; the number alone for Options.Data.
std::string quantity(double Value, llvm::StringRef Unit,
                     const ReportOptions &Options);
std::string duration(double Seconds, const ReportOptions &Options);
/// "12.34 %", of a number in percent; 12.34... for Options.Data.
std::string percentText(double Percent, int Digits,
                        const ReportOptions &Options);

/// "12.3": \p Digits digits after the point.
std::string fixedText(double Value, int Digits);

/// A number in the shortest form that reads back the same; null when it is not
/// finite.
void jsonNumber(llvm::json::OStream &J, double Value);
/// A field; nothing when there is no value.
void jsonField(llvm::json::OStream &J, llvm::StringRef Name,
               std::optional<double> Value);

/// A whole number; above 2^53, which not every reader keeps, as a string.
void jsonWhole(llvm::json::OStream &J, llvm::StringRef Name, int64_t Value);

} // namespace toscount

#endif // TOSCOUNT_LIB_REPORT_REALTEXT_H
