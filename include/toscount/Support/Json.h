//===- Json.h - JSON from untrusted files ---------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// LLVM's JSON parser recurses once a bracket, however many there are; texts
/// are measured before they are parsed.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_SUPPORT_JSON_H
#define TOSCOUNT_SUPPORT_JSON_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"

namespace toscount {

/// The value in \p Text; an error for text that is no JSON or that nests
/// deeper than \p MaxDepth brackets.
llvm::Expected<llvm::json::Value> parseJson(llvm::StringRef Text,
                                            unsigned MaxDepth = 32);

/// The file \p Path, of a longer one its first \p Most bytes: a device has no
/// end. Errors begin with the path.
llvm::Expected<std::string> readBeginning(llvm::StringRef Path, size_t Most);

} // namespace toscount

#endif // TOSCOUNT_SUPPORT_JSON_H
