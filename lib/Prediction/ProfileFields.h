//===- ProfileFields.h - what reading and writing profiles share ----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Names as they stand in a profile.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_PREDICTION_PROFILEFIELDS_H
#define TOSCOUNT_LIB_PREDICTION_PROFILEFIELDS_H

#include "llvm/ADT/StringRef.h"

#include <optional>

namespace toscount {

inline constexpr llvm::StringLiteral ProfileSchema = "toscount.profile/1";
/// Of a profile that has what version 1 does not know: operators, a
/// roofline, intervals by size.
inline constexpr llvm::StringLiteral ProfileSchema2 = "toscount.profile/2";
inline constexpr llvm::StringLiteral ProfileSchemaName = "toscount.profile/";

/// In the order of their enumerations.
inline constexpr llvm::StringLiteral FamilyRoleNames[] = {"energy", "time",
                                                          "baseline"};
inline constexpr llvm::StringLiteral FamilyKindNames[] = {
    "linear", "polynomial", "roofline"};
/// A roofline's joules a second of its kernels' time.
inline constexpr llvm::StringLiteral StaticPowerName = "static_power";

/// The power of x that a polynomial's coefficient is of: "1", "x", "x^2"...
std::optional<unsigned> powerOf(llvm::StringRef Name);

} // namespace toscount

#endif // TOSCOUNT_LIB_PREDICTION_PROFILEFIELDS_H
