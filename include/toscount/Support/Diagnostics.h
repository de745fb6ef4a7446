//===- Diagnostics.h - errors that say where and what to do ---------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Errors travel as llvm::Error. A room that finds one says only what is wrong
/// and what to do; whoever knows the node and the file adds them on the way
/// out, so that a user reads
/// `FILE: node 'NAME' (OP): what is wrong; what to do`.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_SUPPORT_DIAGNOSTICS_H
#define TOSCOUNT_SUPPORT_DIAGNOSTICS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <string>

namespace toscount {

/// An error whose whole text is \p Message.
llvm::Error makeError(const llvm::Twine &Message);

/// \p E with \p Prefix before its text ("PREFIX: TEXT"). Success stays success.
llvm::Error withContext(llvm::Error E, const llvm::Twine &Prefix);

/// The candidate nearest to \p Word by edit distance, or an empty string when
/// none is near enough to be a plausible slip.
llvm::StringRef nearestSpelling(llvm::StringRef Word,
                                llvm::ArrayRef<llvm::StringRef> Candidates);

/// "; did you mean 'X'?" for the nearest candidate, or an empty string.
std::string didYouMean(llvm::StringRef Word,
                       llvm::ArrayRef<llvm::StringRef> Candidates);

/// \p Name with control characters, what reorders or hides text, and bytes that
/// are not UTF-8, escaped. Names come from untrusted files and end up on
/// terminals.
std::string escaped(llvm::StringRef Name);

/// The same for messages: the middle of a very long name is left out.
std::string printable(llvm::StringRef Name);

/// The text of \p E; the middle of a very long one is left out.
std::string message(llvm::Error E);

} // namespace toscount

#endif // TOSCOUNT_SUPPORT_DIAGNOSTICS_H
